"""Kernel tables as products ``V Vᵀ`` of few columns, where they are such products."""

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.kernel_rows import KernelRows

COLUMNS = 300  # At most; the interior-point method needs the square of them a row.
ROWS = 4  # For each column at least.
LEFT = 1e-8  # Of the largest diagonal entry, which the columns need not explain.
SOON = 16  # Columns that must explain most of the diagonal, or the kernel has no low rank.
EXPLAINED = 0.9


def low_rank(kernel: KernelRows) -> Array | None:
    """Return V of shape (n, r) with ``K = V Vᵀ``, or None if r would be too large.

    A linear kernel is such a product. Of others a Cholesky factorisation takes a column at a time, that of the row
    which the columns so far explain least; smooth kernels of two or three features need some dozens of columns.
    """
    if kernel.kernel.name not in ("linear", "poly", "rbf"):
        return None  # may have negative eigenvalues
    n = len(kernel)
    columns = min(COLUMNS, n // ROWS)
    if kernel.kernel.name == "linear" and not isinstance(kernel.X, Csr):
        return kernel.X if kernel.X.shape[1] <= columns else None
    V, rest = np.zeros((columns, n)), kernel.diagonal.copy()
    largest, all_of_it = float(rest.max()), float(rest.sum())
    for k in range(columns):
        pivot = int(rest.argmax())
        if rest[pivot] <= LEFT * largest:
            return np.ascontiguousarray(V[:k].T)
        if k == SOON and rest.sum() > (1 - EXPLAINED) * all_of_it:
            return None
        V[k] = kernel.block(np.array([pivot]))[0]
        V[k] -= V[:k, pivot] @ V[:k]
        V[k] /= np.sqrt(rest[pivot])
        rest -= V[k] ** 2
    return None
