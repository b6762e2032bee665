"""Axes of many batches: those of the earlier ones stand for their rows.

Source: D. Ross, J. Lim, R.-S. Lin, M.-H. Yang, Incremental learning for robust visual tracking, IJCV 77 (2008).
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.pca.solvers.components import fix_signs
from groundup.projects.pca.solvers.table import triangle_of


@record
class BatchesState:
    """Mean, variance and axes of the batches so far.

    Parameters
    ----------
    origin : ndarray of shape (d,)
        The first row, from which means are measured: differences keep digits that sums lose.
    mean : ndarray of shape (d,)
        Mean of the rows, relative to the origin.
    squares : ndarray of shape (d,)
        Sum of the squares of the centred columns.
    count : float
        Number of samples.
    axes : ndarray of shape (k, d)
        Orthonormal rows.
    singular : ndarray of shape (k,)
        Singular values along them.
    noise : float
        Mean variance along the axes that the last batch dropped.
    loss : float
        Variance that the axes leave.
    iteration : int
        Number of batches.
    seen : int
        Number of rows.
    converged : bool
        Whether these are all batches.
    """

    origin: Array
    mean: Array
    squares: Array
    count: float
    axes: Array
    singular: Array
    noise: float
    loss: float
    iteration: int
    seen: int
    converged: bool


def absorb(state: BatchesState | None, X: Array, weight: Array | None, k: int, converged: bool) -> BatchesState:
    """Return the state after one more batch.  eq. pca:incremental

    The axes so far, times their singular values, have the products of the rows that they stand for; one further row
    accounts for the difference of the means.
    """
    origin = X[0].astype(np.float64) if state is None else state.origin
    rows = np.subtract(X, origin, dtype=np.float64)
    count = float(len(X)) if weight is None else float(weight.sum())
    mean = rows.mean(axis=0) if weight is None else weight @ rows / count
    rows -= mean
    if weight is not None:
        rows *= np.sqrt(weight)[:, None]
    squares = np.square(rows).sum(axis=0)
    if state is not None:
        total, step = state.count + count, mean - state.mean
        bridge = np.sqrt(state.count * count / total) * step
        rows = np.vstack([state.singular[:, None] * state.axes, rows, bridge])
        squares = state.squares + squares + bridge**2
        mean, count = state.mean + step * (count / total), total
    n, d = rows.shape
    if n > d:
        rows = triangle_of(rows)
    _, singular, axes = np.linalg.svd(rows, full_matrices=False)
    degrees = max(count - 1, 1.0)
    dropped = np.square(singular[k:]) / degrees
    return BatchesState(
        origin=origin,
        mean=mean,
        squares=squares,
        count=count,
        axes=fix_signs(axes[:k]),
        singular=singular[:k],
        noise=float(dropped.mean()) if len(dropped) and k not in (len(X), d) else 0.0,
        loss=max(float(squares.sum() - np.square(singular[:k]).sum()), 0.0) / degrees,
        iteration=1 if state is None else state.iteration + 1,
        seen=len(X) + (0 if state is None else state.seen),
        converged=converged,
    )


def batches(n: int, size: int, least: int) -> Iterator[slice]:
    """Yield slices of `size` rows; the last takes over what is too short for a batch of at least some rows."""
    start = 0
    while n - start > size and n - start >= size + least:
        yield slice(start, start + size)
        start += size
    yield slice(start, n)
