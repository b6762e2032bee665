"""Losses of linear scores: value, slope, curvature, and a bound of the curvature.

A loss takes scores Z of shape (t, m), one column for each of m rows, and the classes y of these rows as integers. (With
the few scores of a row along the first axis, reductions over them run through memory in order.) Both losses here are
cross-entropies: of two classes with one score, and of K classes with K scores.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from groundup.core.functions import log1pexp_and_sigmoid, logsumexp_and_softmax, sigmoid, softmax
from groundup.core.types import Array


class Loss(Protocol):
    """What first-order methods need: value, slope, and each score's curvature."""

    def value_and_slope(self, Z: Array, y: Array) -> tuple[Array, Array]:
        """Return the loss of each row, (m,), and its derivative by the scores, (t, m)."""
        ...

    def own_curvature(self, Z: Array) -> Array:
        """Return the second derivative by each score alone, of shape (t, m)."""
        ...


class SmoothLoss(Loss, Protocol):
    """What Newton's method needs besides: the second derivative, and a bound."""

    def curve(self, Z: Array, V: Array) -> Array:
        """Return the second derivative by the scores, applied to `V`, (t, m)."""
        ...

    def curve_at(self, Z: Array) -> Callable[[Array], Array]:
        """Return the second derivative by the scores as a function of `V`, for many directions."""
        ...

    def mean_curvature(self, Z: Array, share: Array) -> Array:
        """Return the second derivative by the scores, averaged over the rows, (t, t).

        `share` holds the weights of the rows.
        """
        ...

    def curvature_bound(self, t: int) -> Array:
        """Return a matrix of shape (t, t) that no second derivative exceeds."""
        ...


class Likelihood(SmoothLoss, Protocol):
    """What classifiers and certificates need besides: probabilities."""

    @property
    def unbounded_if_separable(self) -> bool:
        """Whether the loss has no minimum on separable classes."""
        ...

    def proba(self, Z: Array) -> Array:
        """Return the probability of each class, of shape (K, m)."""
        ...

    def target(self, y: Array, K: int) -> Array:
        """Return the target probabilities, of shape (K, m)."""
        ...


@dataclass(frozen=True)
class Logistic:
    """Cross-entropy of two classes; the one score is the log-odds of class 1."""

    def value_and_slope(self, Z: Array, y: Array) -> tuple[Array, Array]:
        """Return minus the logarithm of the probability of the row's class.  eq. logistic_regression:loss"""
        value, p = log1pexp_and_sigmoid(Z)
        return (value - y * Z)[0], p - y

    def curve(self, Z: Array, V: Array) -> Array:
        """Return the variance p (1 − p), times the direction.  eq. logistic_regression:hessian"""
        return self.curve_at(Z)(V)

    def curve_at(self, Z: Array) -> Callable[[Array], Array]:
        """Return the variance p (1 − p) as a factor of directions."""
        variance = self.own_curvature(Z)
        return lambda V: variance * V

    def own_curvature(self, Z: Array) -> Array:
        """Return the variance p (1 − p), with all digits for scores of either sign."""
        tail = np.exp(-np.abs(Z))
        return np.asarray(tail / (1 + tail) ** 2)

    def mean_curvature(self, Z: Array, share: Array) -> Array:
        """Return the mean of p (1 − p)."""
        return np.atleast_2d(self.own_curvature(Z) @ share)

    @property
    def unbounded_if_separable(self) -> bool:
        """Cross-entropy decreases without bound."""
        return True

    def curvature_bound(self, t: int) -> Array:
        """Return ¼, the largest p (1 − p)."""
        return np.array([[0.25]])

    def proba(self, Z: Array) -> Array:
        """Return both sigmoids, each computed by itself.

        1 − p would lose the digits of a small probability.
        """
        return np.vstack([sigmoid(-Z), sigmoid(Z)])

    def target(self, y: Array, K: int) -> Array:
        """Return one-hot targets."""
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
        """Return the cross-entropy of target and softmax.  eq. softmax_regression:loss"""
        Z = np.ascontiguousarray(Z)
        own = len(y) * y + np.arange(len(y))  # one index of the flat array: twice as fast as a pair
        value, P = logsumexp_and_softmax(Z, axis=0)
        value -= (1 - self.smoothing) * Z.reshape(-1).take(own)
        P.reshape(-1)[own] -= 1 - self.smoothing
        if self.smoothing:
            value -= self.smoothing * Z.mean(axis=0)
            P -= self.smoothing / len(Z)
        return value, P

    def curve(self, Z: Array, V: Array) -> Array:
        """Return the covariance diag(p) − p pᵀ, times the direction.  eq. softmax_regression:hessian"""
        return self.curve_at(Z)(V)

    def curve_at(self, Z: Array) -> Callable[[Array], Array]:
        """Return the covariance diag(p) − p pᵀ as a function of the direction; p is computed once."""
        P = softmax(Z, axis=0)

        def apply(V: Array) -> Array:
            weighted = P * V
            weighted -= P * weighted.sum(axis=0)
            return np.asarray(weighted)

        return apply

    def own_curvature(self, Z: Array) -> Array:
        """Return the variances p (1 − p)."""
        P = softmax(Z, axis=0)
        return np.asarray(P * (1 - P))

    def mean_curvature(self, Z: Array, share: Array) -> Array:
        """Return the mean of diag(p) − p pᵀ."""
        P = softmax(Z, axis=0)
        return np.asarray(np.diag(P @ share) - (P * share) @ P.T)

    @property
    def unbounded_if_separable(self) -> bool:
        """With smoothed targets the loss is bounded below and attains its minimum."""
        return self.smoothing == 0

    def curvature_bound(self, t: int) -> Array:
        """Return Böhning's bound of diag(p) − p pᵀ.  eq. softmax_regression:bohning"""
        return (np.eye(t) - 1 / t) / 2

    def proba(self, Z: Array) -> Array:
        """Return the softmax of the scores."""
        return softmax(Z, axis=0)

    def target(self, y: Array, K: int) -> Array:
        """Return one-hot targets with label smoothing.  eq. softmax_regression:smoothing"""
        return (1 - self.smoothing) * np.eye(K)[:, y] + self.smoothing / K
