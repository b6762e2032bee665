"""Losses of linear scores: each knows its value, its slope, its curvature, and a bound of the curvature.

A loss sees scores Z of shape (t, m), one column for each of m rows, and the classes y of these rows as integers. (With
the few scores of a row along the first axis, reductions over them run through memory in order.) Both losses here are
cross-entropies: of two classes with one score, and of K classes with K scores.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from groundup.core.functions import log1pexp_and_sigmoid, logsumexp_and_softmax, sigmoid, softmax
from groundup.core.types import Array


class Loss(Protocol):
    """What a solver needs to know of a loss."""

    def value_and_slope(self, Z: Array, y: Array) -> tuple[Array, Array]:
        """Loss of each row, of shape (m,), and its derivative by the scores, of shape (t, m)."""
        ...

    def curve(self, Z: Array, V: Array) -> Array:
        """Second derivative by the scores, applied to the directions `V` of shape (t, m)."""
        ...

    def own_curvature(self, Z: Array) -> Array:
        """Second derivative by each score alone, of shape (t, m)."""
        ...

    def mean_curvature(self, Z: Array, share: Array) -> Array:
        """Second derivative by the scores, of shape (t, t), averaged over the rows with weights `share`."""
        ...

    @property
    def endless(self) -> bool:
        """Whether it falls for ever as the score of a row's class grows above the others."""
        ...

    def largest_curvature(self, t: int) -> Array:
        """A matrix of shape (t, t) that no second derivative exceeds."""
        ...

    def proba(self, Z: Array) -> Array:
        """Probability of each class, of shape (K, m)."""
        ...

    def target(self, y: Array, K: int) -> Array:
        """What the probabilities are compared with, of shape (K, m)."""
        ...


@dataclass(frozen=True)
class Logistic:
    """Cross-entropy of two classes, 0 and 1, whose one score is the log-odds of class 1."""

    def value_and_slope(self, Z: Array, y: Array) -> tuple[Array, Array]:
        """Minus the logarithm of the probability of the row's class.  eq. logistic_regression:loss"""
        value, p = log1pexp_and_sigmoid(Z)
        return (value - y * Z)[0], p - y

    def curve(self, Z: Array, V: Array) -> Array:
        """The variance p (1 − p), times the direction.  eq. logistic_regression:hessian"""
        return self.own_curvature(Z) * V

    def own_curvature(self, Z: Array) -> Array:
        """The variance p (1 − p), with all digits on both sides."""
        tail = np.exp(-np.abs(Z))
        return np.asarray(tail / (1 + tail) ** 2)

    def mean_curvature(self, Z: Array, share: Array) -> Array:
        """Mean of p (1 − p)."""
        return np.atleast_2d(self.own_curvature(Z) @ share)

    @property
    def endless(self) -> bool:
        """The better the surer, without end."""
        return True

    def largest_curvature(self, t: int) -> Array:
        """The largest p (1 − p) is ¼."""
        return np.array([[0.25]])

    def proba(self, Z: Array) -> Array:
        """Both from their own sigmoid: 1 − p would lose the digits of the small one."""
        return np.vstack([sigmoid(-Z), sigmoid(Z)])

    def target(self, y: Array, K: int) -> Array:
        """One for the class of the row, else zero."""
        return np.eye(2)[:, y]


@dataclass(frozen=True)
class Softmax:
    """Cross-entropy of K classes with a score each.

    Parameters
    ----------
    smoothing : float, default=0
        Share of every target that is spread evenly over all classes.
    """

    smoothing: float = 0.0

    def value_and_slope(self, Z: Array, y: Array) -> tuple[Array, Array]:
        """Cross-entropy of target and softmax.  eq. softmax_regression:loss"""
        own = y, np.arange(len(y))
        value, P = logsumexp_and_softmax(Z, axis=0)
        value -= (1 - self.smoothing) * Z[own]
        P[own] -= 1 - self.smoothing
        if self.smoothing:
            value -= self.smoothing * Z.mean(axis=0)
            P -= self.smoothing / len(Z)
        return value, P

    def curve(self, Z: Array, V: Array) -> Array:
        """The covariance diag(p) − p pᵀ, times the direction.  eq. softmax_regression:hessian"""
        P = softmax(Z, axis=0)
        return np.asarray(P * (V - (P * V).sum(axis=0)))

    def own_curvature(self, Z: Array) -> Array:
        """The variances p (1 − p)."""
        P = softmax(Z, axis=0)
        return np.asarray(P * (1 - P))

    def mean_curvature(self, Z: Array, share: Array) -> Array:
        """Mean of diag(p) − p pᵀ."""
        P = softmax(Z, axis=0)
        return np.asarray(np.diag(P @ share) - (P * share) @ P.T)

    @property
    def endless(self) -> bool:
        """Not with smoothed targets, which no certainty meets."""
        return self.smoothing == 0

    def largest_curvature(self, t: int) -> Array:
        """Böhning's bound of diag(p) − p pᵀ.  eq. softmax_regression:bohning"""
        return (np.eye(t) - 1 / t) / 2

    def proba(self, Z: Array) -> Array:
        """Softmax of the scores."""
        return softmax(Z, axis=0)

    def target(self, y: Array, K: int) -> Array:
        """Most of it for the class of the row, the rest for all alike.  eq. softmax_regression:smoothing"""
        return (1 - self.smoothing) * np.eye(K)[:, y] + self.smoothing / K
