"""Losses of boosting: value, negative gradient, where to start, and the best step of each leaf."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from groundup.core.functions import log1pexp, logsumexp_and_softmax, sigmoid, softmax
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.medians import grouped_quantile

EPS = float(np.finfo(np.float64).eps)
TINY = 1e-150  # Sum of second derivatives below which all rows of a leaf are certain.


def mean(values: Array, weight: Array | None) -> float:
    """Return the weighted mean."""
    return float(values.mean() if weight is None else weight @ values / weight.sum())


def leaf_sums(values: Array, leaf: Array, weight: Array | None, m: int) -> Array:
    """Return the weighted sum of the values of each of m nodes."""
    return np.bincount(leaf, weights=values if weight is None else values * weight, minlength=m)


def quantile(values: Array, weight: Array | None, share: float) -> tuple[float, float]:
    """Return the lower and the upper weighted quantile."""
    low, high = grouped_quantile(values, np.zeros(len(values), np.intp), weight, share, 1)
    return float(low[0]), float(high[0])


def middle(values: Array, weight: Array | None, share: float) -> float:
    """Return the middle between the lower and the upper weighted quantile."""
    low, high = quantile(values, weight, share)
    return low / 2 + high / 2


@dataclass(frozen=True)
class Loss:
    """Base of the losses: K scores F of shape (K, n) are compared with targets y of shape (n,).

    Parameters
    ----------
    alpha : float, default=0.9
        The quantile of `Quantile` and `Huber`.
    K : int, default=1
        Number of scores of a row.
    """

    alpha: float = 0.9
    K: int = 1

    falls: ClassVar[bool] = False  # Whether no tree can raise it, with a learning rate of at most 1.

    def at(self, y: Array, F: Array, weight: Array | None) -> Self:
        """Return the loss with what it takes from the residuals of an iteration."""
        return self

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss, on the scale of scikit-learn's ``train_score_``."""
        raise NotImplementedError

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the best constant scores, of shape (K,)."""
        raise NotImplementedError

    def link(self, prediction: Array) -> Array:
        """Return the scores, of shape (K, n), for what another model predicts."""
        return prediction.astype(np.float64).reshape(1, -1)

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the negative gradient, of shape (K, n)."""
        raise NotImplementedError

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return the step of each of m nodes; any number for one without rows.

        eq. gradient_boosting:leaf

        Parameters
        ----------
        y, F, r : ndarray of shape (n,)
            Targets, scores and negative gradients of the rows; y is 0 or 1 for the class of the scores.
        leaf : ndarray of int of shape (n,)
            Nodes of the rows.
        weight : ndarray of shape (n,) or None
            Weights of the rows.
        m : int
            Number of nodes.
        """
        raise NotImplementedError


def newton(r: Array, h: Array, leaf: Array, weight: Array | None, m: int) -> Array:
    """Return the Newton steps of the nodes; 0 where all rows are certain.  eq. gradient_boosting:leaf"""
    top, bottom = (leaf_sums(values, leaf, weight, m) for values in (r, h))
    size = leaf_sums(np.ones(len(r)), leaf, weight, m)
    certain = bottom <= TINY * size  # also where there are no rows
    return np.where(certain, 0.0, top / np.where(certain, 1.0, bottom))


class SquaredLoss(Loss):
    """Squared residuals.  eq. gradient_boosting:squared-loss"""

    falls = True

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean of the squared residuals."""
        return mean((y - F[0]) ** 2, weight)

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the mean."""
        return np.array([mean(y, weight)])

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the residuals.  eq. gradient_boosting:residuals"""
        return y - F

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return the mean residual of each node."""
        return newton(r, np.ones(len(r)), leaf, weight, m)


class Quantile(Loss):
    """Deviations, weighted by alpha above the prediction, 1 - alpha below.  eq. gradient_boosting:quantile-loss"""

    falls = True

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean of the weighted deviations."""
        r = y - F[0]
        return mean(np.where(r >= 0, self.alpha * r, (self.alpha - 1) * r), weight)

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the middle of all best constants."""
        return np.array([middle(y, weight, self.alpha)])

    def residuals(self, y: Array, F: Array) -> Array:
        """Return alpha above the prediction and alpha - 1 below."""
        return np.where(y >= F, self.alpha, self.alpha - 1)

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return the lower quantile of each node's residuals."""
        return leaf_quantiles(y - F, leaf, weight, self.alpha, m)


def leaf_quantiles(values: Array, leaf: Array, weight: Array | None, share: float, m: int) -> Array:
    """Return the lower quantile of each node's values; 0 for one without rows."""
    nodes, group = np.unique(leaf, return_inverse=True)
    found = np.zeros(m)
    found[nodes] = grouped_quantile(values, group, weight, share, len(nodes))[0]
    return found


class AbsoluteLoss(Loss):
    """Absolute residuals.  eq. gradient_boosting:absolute-loss"""

    falls = True

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean of the absolute residuals."""
        return mean(np.abs(y - F[0]), weight)

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the median."""
        return np.array([middle(y, weight, 0.5)])

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the signs of the residuals, 1 for zero."""
        return np.where(y >= F, 1.0, -1.0)

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return the lower median of each node's residuals."""
        return leaf_quantiles(y - F, leaf, weight, 0.5, m)


@dataclass(frozen=True)
class Huber(Loss):
    """Squared residuals up to the quantile alpha of their size, absolute ones beyond.

    eq. gradient_boosting:huber-loss
    """

    delta: float = 1.0

    def at(self, y: Array, F: Array, weight: Array | None) -> Self:
        """Return the loss with the quantile of the residuals' sizes."""
        return replace(self, delta=quantile(np.abs(y - F[0]), weight, self.alpha)[0])

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss."""
        size = np.abs(y - F[0])
        return mean(np.where(size <= self.delta, size**2 / 2, self.delta * (size - self.delta / 2)), weight)

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the median."""
        return np.array([middle(y, weight, 0.5)])

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the residuals, cut off at delta."""
        return np.clip(y - F, -self.delta, self.delta)

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return the lower median of each node's residuals, and the mean of what is cut off beyond it."""
        residual = y - F
        median = leaf_quantiles(residual, leaf, weight, 0.5, m)
        beyond = np.clip(residual - median[leaf], -self.delta, self.delta)
        return median + newton(beyond, np.ones(len(beyond)), leaf, weight, m)


class Binomial(Loss):
    """Minus twice the log-likelihood of two classes, whose scores are log-odds.  eq. gradient_boosting:logistic-loss"""

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

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return a Newton step for each node."""
        p = y - r
        return newton(r, p * (1 - p), leaf, weight, m)

    def probabilities(self, F: Array) -> Array:
        """Return the probabilities of the classes, of shape (n, 2)."""
        p = sigmoid(F[0])
        return np.stack([1 - p, p], axis=1)

    def log_probabilities(self, F: Array) -> Array:
        """Return their logarithms."""
        return np.stack([-log1pexp(F[0]), -log1pexp(-F[0])], axis=1)


class Exponential(Binomial):
    """AdaBoost's loss; its scores are half the log-odds.  eq. gradient_boosting:exponential-loss"""

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss."""
        return mean(np.exp(np.where(y == 1, -F[0], F[0])), weight)

    def link(self, prediction: Array) -> Array:
        """Return half the log-odds of probabilities of shape (n, 2)."""
        return super().link(prediction) / 2

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the negative gradient."""
        return np.where(y == 1, np.exp(-F), -np.exp(F))

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return a Newton step for each node."""
        return newton(r, np.abs(r), leaf, weight, m)

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

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return a Newton step for each node, shortened by 1 - 1 / K, as Friedman has it."""
        p = y - r
        return newton(r, p * (1 - p), leaf, weight, m) * (1 - 1 / self.K)

    def probabilities(self, F: Array) -> Array:
        """Return the probabilities of the classes, of shape (n, K)."""
        return softmax(F, axis=0).T

    def log_probabilities(self, F: Array) -> Array:
        """Return their logarithms."""
        total, _ = logsumexp_and_softmax(F, axis=0)
        return np.asarray((F - total).T)


LOSSES: Mapping[str, type[Loss]] = {
    "squared_error": SquaredLoss,
    "absolute_error": AbsoluteLoss,
    "huber": Huber,
    "quantile": Quantile,
    "log_loss": Binomial,
    "exponential": Exponential,
    "multinomial": Multinomial,
}


def name_of(loss: Loss) -> str:
    """Return the name of a loss, as in files."""
    return next(name for name, kind in LOSSES.items() if type(loss) is kind)
