"""Scores and log-densities of rows."""

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array

ON_THE_SUBSPACE = 1e-9  # Distance from the subspace, relative to the length of a row, that counts as rounding.


def sparse_scores(X: Csr, mean: Array, rest: Array, axes: Array) -> Array:
    """Return ``(X − mean) axesᵀ``, (n, k), in double precision.

    In rows that have an entry in every column whose mean is not small, the means are subtracted entry by entry: nothing
    is lost where they are large. Of other rows the products are subtracted.
    """
    V, center = axes.T.astype(np.float64), mean.astype(np.float64)
    scores = X @ V - center @ V
    stored = np.bincount(X.row_of_entry, center[X.indices] != 0, len(X))
    full = np.flatnonzero(stored == np.count_nonzero(center))
    if full.size:
        part = X[full]
        differences = Csr(part.data - center[part.indices], part.indices, part.indptr, part.shape)
        scores[full] = differences @ V
    result: Array = scores - rest @ V
    return result


def sparse_squares(X: Csr, mean: Array) -> Array:
    """Return the squared distances of the rows to the mean, (n,)."""
    center = mean.astype(np.float64)
    along = center[X.indices]
    changes = np.bincount(X.row_of_entry, (X.data - along) ** 2 - along**2, len(X))
    return np.maximum(changes + center @ center, 0.0)


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
