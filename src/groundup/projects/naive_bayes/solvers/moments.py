"""Means and variances of each class in one pass over blocks of rows, without cancellation far from zero."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.naive_bayes.solvers.counting import in_large_blocks, memberships


@dataclass(frozen=True)
class Moments:
    """Weight, mean and scatter of each class, measured from an origin near the data, where differences are exact.

    Parameters
    ----------
    weight : ndarray of shape (K,)
        Sum of the weights of the rows.
    mean : ndarray of shape (K, d)
        Mean of each column, less the origin; zero for a class without rows.
    scatter : ndarray of shape (K, d)
        Weighted sum of squared differences from the mean.
    """

    weight: Array
    mean: Array
    scatter: Array

    def merged(self, other: "Moments") -> "Moments":
        """Return the moments of the rows of both.  eq. naive_bayes:merge"""
        weight = self.weight + other.weight
        share = (other.weight / np.where(weight > 0, weight, 1.0))[:, None]
        step = other.mean - self.mean
        scatter = self.scatter + other.scatter + self.weight[:, None] * share * step**2
        return Moments(weight, self.mean + share * step, scatter)

    def together(self) -> "Moments":
        """Return the moments of all classes as one, of shapes (1,) and (1, d)."""
        total = self.weight.sum(keepdims=True)
        mean = (self.weight @ self.mean / total)[None]
        return Moments(total, mean, (self.scatter.sum(axis=0) + self.weight @ (self.mean - mean) ** 2)[None])

    def variance(self) -> Array:
        """Return the variance of each column in each class, (K, d); zero for a class without rows."""
        return np.asarray(self.scatter / np.where(self.weight > 0, self.weight, 1.0)[:, None])


def class_moments(rows: Samples, K: int, origin: Array) -> Moments:
    """Return the moments of each class.  eq. naive_bayes:gaussian-mean, naive_bayes:gaussian-variance

    Parameters
    ----------
    rows : Samples
        y holds the class of each row, from 0 to K − 1.
    K : int
        Number of classes.
    origin : ndarray of shape (d,)
        From which rows are measured.

    Raises
    ------
    ValueError
        For squares that overflow.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        found = reduce(Moments.merged, in_large_blocks(rows, K).map(_block_moments, K, origin))
    if not np.isfinite(found.scatter).all():
        raise ValueError("X: the squares of a column overflow double precision; scale it down.")
    return found


def _block_moments(X: Array, codes: Array, weight: Array | None, K: int, origin: Array) -> Moments:
    """Return the moments of a block by two passes over it: the second one squares differences from the means.

    Their sums are not quite zero, because the means are rounded, and tell by how much.
    """
    rows = memberships(codes, weight, K)
    size = rows.sum(axis=1)
    divisor = np.where(size > 0, size, 1.0)[:, None]
    X = np.subtract(X, origin, dtype=np.float64)
    offset = rows @ X / divisor
    X -= offset[codes]
    rest = rows @ X
    np.square(X, out=X)
    scatter = rows @ X - rest**2 / divisor
    return Moments(size, offset + rest / divisor, np.maximum(scatter, 0.0))
