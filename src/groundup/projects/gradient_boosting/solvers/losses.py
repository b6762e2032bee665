"""Losses of regressors, and all losses by their names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.class_losses import Binomial, Exponential, Multinomial
from groundup.projects.gradient_boosting.solvers.loss import Loss, leaf_quantiles, mean, middle, newton, quantile


class SquaredLoss(Loss):
    """Squared residuals.  eq. gradient_boosting:squared-loss"""

    falls = True
    unit = 0.5

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

    @property
    def share(self) -> float:
        """The quantile."""
        return self.alpha

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
        return leaf_quantiles(y - F, leaf, weight, self.alpha, m)[0]


class AbsoluteLoss(Loss):
    """Absolute residuals.  eq. gradient_boosting:absolute-loss"""

    falls = True

    @property
    def share(self) -> float:
        """The median."""
        return 0.5

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
        return leaf_quantiles(y - F, leaf, weight, 0.5, m)[0]


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
        median = leaf_quantiles(residual, leaf, weight, 0.5, m)[0]
        beyond = np.clip(residual - median[leaf], -self.delta, self.delta)
        return median + newton(beyond, np.ones(len(beyond)), leaf, weight, m)


class LogLink(Loss):
    """Base of losses of positive numbers, whose scores are logarithms of the predictions."""

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the logarithm of the mean."""
        return np.log([mean(y, weight)])

    def prediction(self, F: Array) -> Array:
        """Return the exponentials of the scores."""
        return np.asarray(np.exp(F[0]))


class Poisson(LogLink):
    """Minus the log-likelihood of counts, without what the prediction does not change.

    eq. gradient_boosting:poisson-loss
    """

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss."""
        return mean(np.exp(F[0]) - y * F[0], weight)

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the residuals."""
        return y - np.exp(F)

    def curvature(self, y: Array, r: Array) -> Array:
        """Return the predictions."""
        return y - r


class Gamma(LogLink):
    """Minus the log-likelihood of positive numbers whose spread is a share of their mean.

    eq. gradient_boosting:gamma-loss
    """

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss."""
        return mean(F[0] + y * np.exp(-F[0]), weight)

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the residuals as parts of the predictions."""
        return y * np.exp(-F) - 1

    def curvature(self, y: Array, r: Array) -> Array:
        """Return the targets as parts of the predictions."""
        return r + 1


LOSSES: Mapping[str, type[Loss]] = {
    "squared_error": SquaredLoss,
    "absolute_error": AbsoluteLoss,
    "huber": Huber,
    "quantile": Quantile,
    "poisson": Poisson,
    "gamma": Gamma,
    "log_loss": Binomial,
    "exponential": Exponential,
    "multinomial": Multinomial,
}


def name_of(loss: Loss) -> str:
    """Return the name of a loss, as in files."""
    return next(name for name, kind in LOSSES.items() if type(loss) is kind)
