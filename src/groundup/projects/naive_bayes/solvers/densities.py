"""Joint log-probabilities of columns with a normal density in each class."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.naive_bayes.solvers.probabilities import Joint

SHRUNK = 2.0**-600  # The square of any float times this is a float.


@dataclass(frozen=True)
class Densities:
    """Normal densities of each column in each class.

    Parameters
    ----------
    origin : ndarray of shape (d,)
        From which means are measured: far from zero, differences from it keep digits that the numbers lose.
    mean : ndarray of shape (K, d)
        Less the origin.
    variance : ndarray of shape (K, d)
        Positive.
    """

    origin: Array
    mean: Array
    variance: Array

    @property
    def level(self) -> Array:
        """Logarithms of the densities at the means, (K, d)."""
        return np.asarray(-0.5 * np.log(2 * np.pi * self.variance))

    def squares(self, X: Array, scale: float = 1.0) -> Array:
        """Return ``Σ_j (scale · (x − μ))² / σ²``, (m, K), one class at a time in the cache."""
        X = X - self.origin
        found, difference = np.empty((len(X), len(self.mean))), np.empty_like(X)
        for k, (mean, precision) in enumerate(zip(self.mean, 1 / self.variance, strict=True)):
            np.subtract(X, mean, out=difference)
            difference *= scale
            found[:, k] = np.square(difference, out=difference) @ precision
        return found


def normal_joint(X: Any, densities: Densities, log_prior: Array) -> Joint:
    """Return ``log_prior − ½ Σ_j [log 2πσ² + (x − μ)² / σ²]`` of rows and classes.

    eq. naive_bayes:gaussian-joint

    The sum of a row far from all classes may overflow for each of them. The row then belongs to the class from which it
    is the fewest standard deviations away: its squares, made smaller, take the place of a power of a vanishing factor.

    Parameters
    ----------
    X : ndarray or View of shape (n, d)
        Rows, read block by block.
    densities : Densities
        Of each class.
    log_prior : ndarray of shape (K,)
        Log-probabilities of the classes.
    """
    level = log_prior + densities.level.sum(axis=1)
    with np.errstate(over="ignore"):
        value = level - 0.5 * Rows(X).concatenate(densities.squares)
    far = np.flatnonzero(np.isneginf(value).all(axis=1))
    if not len(far):
        return Joint(value)
    value[far], order = level, np.zeros_like(value)
    order[far] = densities.squares(np.asarray(X[far]), SHRUNK)
    return Joint(value, order)


def normal_terms(row: Array, densities: Densities) -> Joint:
    """Return what each column of one row adds to the sum of `normal_joint`, (d, K)."""
    difference = row - densities.origin - densities.mean
    with np.errstate(over="ignore"):
        squares = difference**2 / densities.variance
        value = densities.level - 0.5 * squares
        if not np.isneginf(value.sum(axis=1)).all():
            return Joint(value.T)
    return Joint(densities.level.T, ((SHRUNK * difference) ** 2 / densities.variance).T)
