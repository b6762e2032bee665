"""What axes may have missed: the largest eigenvalues, or norms of what is orthogonal to the axes."""

from collections.abc import Callable

import numpy as np

from groundup.core.constants import EPS
from groundup.core.types import Array
from groundup.projects.pca.solvers.table import SparseTable, Table

SMALL_SIDE = 300  # Up to this number of rows or columns, all eigenvalues cost no more than the norms.
PROBES = 20  # Random columns that the solver does not use otherwise.
POWER = 3  # Products with the part; large eigenvalues stand out more with each.
Multiply = Callable[[Array], Array]


def unseen(
    table: Table, center: Array, scatter: float, multiply: Multiply, axes: Array, generator: np.random.Generator
) -> Array:
    """Return what bounds the variance that axes have missed, as shares of the trace.

    Returns
    -------
    ndarray of shape (1,) or (PROBES,)
        The sum of the k largest eigenvalues, where the rows or columns are few; else as from `tail_norms`.
    """
    n, d = table.shape
    if min(n, d) > SMALL_SIDE or (isinstance(table, SparseTable) and n < d):
        return tail_norms(multiply, axes, generator.standard_normal((d, PROBES)).astype(np.float32))
    if d <= n:
        products = table.scatter_matrix()[1]
    else:
        A = table.matrix(center)
        products = A @ A.T
    return largest_sum(products, len(axes)) / (scatter or 1.0)


def largest_sum(matrix: Array, k: int) -> Array:
    """Return the sum of the k largest eigenvalues, of shape (1,)."""
    values = np.linalg.eigvalsh(matrix)
    return np.array([values[len(values) - k :].sum()])


def tail_norms(multiply: Multiply, axes: Array, probes: Array) -> Array:
    """Return the squared lengths of ``B³ω`` for random columns ω, where B is AᵀA outside the axes.  eq. pca:tail

    The mean of the squares is an estimate of the sum of the sixth powers of the eigenvalues of B.

    Parameters
    ----------
    multiply : callable
        Multiplies columns by AᵀA, divided by its trace.
    axes : ndarray of shape (k, d)
        Orthonormal rows.
    probes : ndarray of shape (d, PROBES)
        Normal random numbers.

    Returns
    -------
    ndarray of shape (PROBES,)
    """
    V, columns = axes.astype(probes.dtype), probes
    for _ in range(POWER):
        columns = multiply(columns - V.T @ (V @ columns))
        columns = columns - V.T @ (V @ columns)
    squares: Array = np.square(columns, dtype=np.float64).sum(axis=0)
    return squares


def variance_outside(table: Table, center: Array, axes: Array, otherwise: float) -> float:
    """Return the variance that axes leave, from the differences themselves; of sparse rows another estimate.

    Where they explain all but a little, the difference of two sums has lost that little.
    """
    if isinstance(table, SparseTable):
        return otherwise
    whole = outside = 0.0
    for A in table.blocks(center):
        whole += float(np.square(A).sum())
        outside += float(np.square(A - (A @ axes.T) @ axes).sum())
    rounding = (max(table.shape) * EPS) ** 2
    return outside / table.degrees if outside > rounding * whole else 0.0
