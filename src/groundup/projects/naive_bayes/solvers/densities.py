"""Joint log-probabilities of columns with a normal density in each class."""

from typing import Any

import numpy as np

from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.naive_bayes.solvers.probabilities import Joint

SHRUNK = 2.0**-600  # The square of any float times this is a float.


def normal_joint(X: Any, mean: Array, variance: Array, log_prior: Array) -> Joint:
    """Return ``log_prior − ½ Σ_j [log 2πσ² + (x − μ)² / σ²]`` of rows and classes.

    eq. naive_bayes:gaussian-joint

    The sum of a row far from all classes may overflow for each of them. The row then belongs to the class from which it
    is the fewest standard deviations away: its squares, made smaller, take the place of a power of a vanishing factor.

    Parameters
    ----------
    X : ndarray or View of shape (n, d)
        Rows, read block by block.
    mean, variance : ndarray of shape (K, d)
        Of each column in each class; variances are positive.
    log_prior : ndarray of shape (K,)
        Log-probabilities of the classes.
    """
    level = log_prior - 0.5 * np.log(2 * np.pi * variance).sum(axis=1)
    with np.errstate(over="ignore"):
        value = level - 0.5 * Rows(X).concatenate(_squares, mean, 1 / variance, 1.0)
    far = np.flatnonzero(np.isneginf(value).all(axis=1))
    if not len(far):
        return Joint(value)
    value[far], order = level, np.zeros_like(value)
    order[far] = _squares(np.asarray(X[far]), mean, 1 / variance, SHRUNK)
    return Joint(value, order)


def _squares(X: Array, mean: Array, precision: Array, scale: float) -> Array:
    """Return ``Σ_j (scale · (x − μ))² / σ²``, (m, K), one class at a time in the cache."""
    found = np.empty((len(X), len(mean)))
    for k, (mu, p) in enumerate(zip(mean, precision, strict=True)):
        difference = np.subtract(X, mu, dtype=np.float64)
        difference *= scale
        found[:, k] = np.square(difference, out=difference) @ p
    return found
