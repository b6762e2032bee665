"""Losses of classifiers, whose scores are log-odds or logarithms of probabilities."""

import numpy as np

from groundup.core.functions import log1pexp, logsumexp_and_softmax, sigmoid, softmax
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.loss import Loss, leaf_sums, mean, newton

EPS = float(np.finfo(np.float64).eps)


class Binomial(Loss):
    """Minus twice the log-likelihood of two classes, whose scores are log-odds.  eq. gradient_boosting:logistic-loss"""

    unit = 0.5

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean deviance."""
        return 2 * mean(log1pexp(F[0]) - y * F[0], weight)

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the log-odds of the second class."""
        return self.link(np.array([[1 - mean(y, weight), mean(y, weight)]]))[:, 0]

    def link(self, prediction: Array) -> Array:
        """Return the log-odds of probabilities of shape (n, 2)."""
        p = np.clip(prediction[:, 1].astype(np.float64), EPS, 1 - EPS)
        return np.log(p / (1 - p))[None]

    def residuals(self, y: Array, F: Array) -> Array:
        """Return label less probability.  eq. gradient_boosting:logistic-residuals"""
        return y - sigmoid(F)

    def curvature(self, y: Array, r: Array) -> Array:
        """Return p (1 - p)."""
        p = y - r
        return p * (1 - p)

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return a Newton step for each node."""
        return newton(r, self.curvature(y, r), leaf, weight, m)

    def probabilities(self, F: Array) -> Array:
        """Return the probabilities of the classes, of shape (n, 2)."""
        p = sigmoid(F[0])
        return np.stack([1 - p, p], axis=1)

    def log_probabilities(self, F: Array) -> Array:
        """Return their logarithms."""
        return np.stack([-log1pexp(F[0]), -log1pexp(-F[0])], axis=1)


class Exponential(Binomial):
    """AdaBoost's loss; its scores are half the log-odds.  eq. gradient_boosting:exponential-loss"""

    unit = 1.0

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss."""
        return mean(np.exp(np.where(y == 1, -F[0], F[0])), weight)

    def link(self, prediction: Array) -> Array:
        """Return half the log-odds of probabilities of shape (n, 2)."""
        return super().link(prediction) / 2

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the negative gradient."""
        return np.where(y == 1, np.exp(-F), -np.exp(F))

    def curvature(self, y: Array, r: Array) -> Array:
        """Return the size of the gradient."""
        return np.abs(r)

    def probabilities(self, F: Array) -> Array:
        """Return the probabilities of the classes, of shape (n, 2)."""
        return super().probabilities(2 * F)

    def log_probabilities(self, F: Array) -> Array:
        """Return their logarithms."""
        return super().log_probabilities(2 * F)


class Multinomial(Loss):
    """Minus the log-likelihood of several classes.  eq. gradient_boosting:multinomial-loss"""

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss."""
        total, _ = logsumexp_and_softmax(F, axis=0)
        return mean(total - np.take_along_axis(F, y.astype(np.intp)[None], axis=0)[0], weight)

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the logarithms of the classes' shares, less their mean."""
        size = leaf_sums(np.ones(len(y)), y.astype(np.intp), weight, self.K)
        return self.link(size[None] / size.sum())[:, 0]

    def link(self, prediction: Array) -> Array:
        """Return the logarithms of probabilities of shape (n, K), less their mean."""
        logarithms = np.log(np.clip(prediction.astype(np.float64), EPS, 1 - EPS)).T
        return np.asarray(logarithms - logarithms.mean(axis=0))

    def residuals(self, y: Array, F: Array) -> Array:
        """Return label less probability, for each class."""
        return (y == np.arange(self.K)[:, None]) - softmax(F, axis=0)

    def curvature(self, y: Array, r: Array) -> Array:
        """Return p (1 - p) for each class: y is 0 or 1 for the class of the scores, or the class of K scores."""
        p = (y if r.ndim == 1 else y == np.arange(self.K)[:, None]) - r
        return np.asarray(p * (1 - p))

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return a Newton step for each node, shortened by 1 - 1 / K, as Friedman has it."""
        return newton(r, self.curvature(y, r), leaf, weight, m) * (1 - 1 / self.K)

    def probabilities(self, F: Array) -> Array:
        """Return the probabilities of the classes, of shape (n, K)."""
        return softmax(F, axis=0).T

    def log_probabilities(self, F: Array) -> Array:
        """Return their logarithms."""
        total, _ = logsumexp_and_softmax(F, axis=0)
        return np.asarray((F - total).T)
