"""The origin and the unit in which a network sees the rows: the means of the columns, and one spread for all."""

from typing import Any

import numpy as np

from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array


@record
class Scaling:
    """Origin and unit.

    Parameters
    ----------
    mean : ndarray of shape (d,)
        Means of the columns.
    scale : float
        Root of the mean variance of the columns; 1 if none varies. One unit for all columns keeps PCA's subspace.
    """

    mean: Array
    scale: float

    def columns(self, X: Array, dtype: Any) -> Array:
        """Return rows less the means, in the unit, as columns of shape (d, m)."""
        return ((X - self.mean) / self.scale).astype(dtype, copy=False).T

    def rows(self, Y: Array) -> Array:
        """Return rows in the unit of the data, given columns of shape (d, m)."""
        return Y.T * self.scale + self.mean


def scaling_of(samples: Samples) -> Scaling:
    """Return origin and unit of the rows, in double precision.  eq. autoencoder:scaling"""
    first = samples.X[0].astype(np.float64)  # differences from a row keep the digits of columns far from zero
    largest = max(samples.map(_largest, first))
    if not largest:
        return Scaling(first, 1.0)
    size = 2.0 ** np.frexp(largest)[1] / 2  # squares of the differences in this unit neither overflow nor vanish
    mean = samples.sum(_sum, first, size) / samples.total
    variance = samples.sum(_squares, first, size, mean) / (samples.total * len(mean))
    return Scaling(first + size * mean, float(size * np.sqrt(variance)))


def _largest(X: Array, y: Array, weight: Array | None, first: Array) -> float:
    return float(np.abs(X - first).max())


def _sum(X: Array, y: Array, weight: Array | None, first: Array, size: float) -> Array:
    A = (X - first) / size
    return (A if weight is None else A * weight[:, None]).sum(axis=0)


def _squares(X: Array, y: Array, weight: Array | None, first: Array, size: float, mean: Array) -> float:
    squares = np.square((X - first) / size - mean).sum(axis=1)
    return float(squares.sum() if weight is None else squares @ weight)
