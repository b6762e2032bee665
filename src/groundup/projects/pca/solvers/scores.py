"""Scores and log-densities of rows."""

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array

ON_THE_SUBSPACE = 1e-9  # Distance from the subspace, relative to the length of a row, that counts as rounding.
LARGE = 1e-4  # A mean is large beyond this share of the largest.


def sparse_scores(X: Csr, mean: Array, rest: Array, axes: Array) -> Array:
    """Return ``(X − mean) axesᵀ``, (n, k), in double precision.

    Large means are subtracted entry by entry in the rows that have an entry in all of these columns: nothing is lost.
    Of other rows and columns, the products are subtracted.
    """
    V, center = axes.T.astype(np.float64), mean.astype(np.float64)
    scores = X @ V - center @ V
    large, full = _near(X, center)
    if full.size:
        part, far = X[full], np.where(large, center, 0.0)
        differences = Csr(part.data - far[part.indices], part.indices, part.indptr, part.shape)
        scores[full] = differences @ V - (center - far) @ V
    result: Array = scores - rest @ V
    return result


def sparse_squares(X: Csr, mean: Array, rest: Array) -> Array:
    """Return the squared distances of the rows to the mean, (n,), as precisely as `sparse_scores`."""
    center = mean.astype(np.float64)
    large, full = _near(X, center)
    there = np.isin(np.arange(len(X)), full)[X.row_of_entry] & large[X.indices]  # not among what is added for all
    along = center[X.indices]
    squares = ((X.data - along) - rest[X.indices]) ** 2
    changes = np.bincount(X.row_of_entry, np.where(there, squares, squares - along**2), len(X))
    small, far = np.where(large, 0.0, center), np.where(large, center, 0.0)
    missing = np.full(len(X), far @ far)
    missing[full] = 0.0
    return np.maximum(changes + missing + small @ small, 0.0)


def _near(X: Csr, center: Array) -> tuple[Array, Array]:
    """Return which columns have large means, (d,), and the numbers of the rows with an entry in all of them."""
    large = np.abs(center) > LARGE * np.abs(center).max(initial=0.0)
    stored = np.bincount(X.row_of_entry, large[X.indices], len(X))
    return large, np.flatnonzero(stored == np.count_nonzero(large))


def log_density(scores: Array, outside: Array, variance: Array, noise: float, d: int) -> Array:
    """Return the log-density of rows under probabilistic PCA.  eq. pca:density

    Without noise only rows on the subspace have a density, which is that within it.

    Parameters
    ----------
    scores : ndarray of shape (m, k)
        Scores of the rows.
    outside : ndarray of shape (m,)
        Squared distances to the subspace.
    variance : ndarray of shape (k,)
        Variances along the axes.
    noise : float
        Variance along every other direction.
    d : int
        Number of columns.
    """
    along = np.maximum(variance, noise)
    present = along > 0
    squares = (np.square(scores[:, present]) / along[present]).sum(axis=1)
    log_det, dimensions = float(np.log(along[present]).sum()), int(present.sum())
    lengths = np.square(scores).sum(axis=1) + outside
    if noise > 0 and d > len(variance):
        squares = squares + outside / noise
        log_det, dimensions = log_det + (d - len(variance)) * np.log(noise), d
    density = -(squares + log_det + dimensions * np.log(2 * np.pi)) / 2
    if dimensions == d:
        return density
    beyond = outside + np.square(scores[:, ~present]).sum(axis=1)
    return np.where(beyond <= ON_THE_SUBSPACE**2 * np.maximum(lengths, variance.sum()), density, -np.inf)
