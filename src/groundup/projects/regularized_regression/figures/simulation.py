"""Experiments on resampled data: what a penalty costs and saves on average, and when the right features are found."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array
from groundup.projects.regularized_regression.models.paths import lars_path, lasso_path
from groundup.projects.regularized_regression.models.ridge import Ridge

DATA_SETS = 200


@dataclass(frozen=True)
class Risk:
    """How far estimates are from the true weights, for every alpha.

    Parameters
    ----------
    alphas : ndarray of shape (a,)
        Strengths of the penalty.
    bias, variance : ndarray of shape (a,)
        Squared length of the mean error, and mean squared distance of the estimates from their mean.
    """

    alphas: Array
    bias: Array
    variance: Array

    @property
    def total(self) -> Array:
        """Mean squared error of the weights."""
        return self.bias + self.variance


def targets(X: Array, coef: Array, noise: float) -> Array:
    """Two hundred centred targets for the same X: what the true weights predict, and new noise each."""
    rng = np.random.default_rng(0)
    Y = (X @ coef)[:, None] + rng.normal(0, noise, (len(X), DATA_SETS))
    return np.asarray(Y - Y.mean(axis=0))


def risk_of(alphas: Array, coef: Array, estimates: Array) -> Risk:
    """Bias and variance of estimates of shape (a, data sets, d)."""
    mean = estimates.mean(axis=1)
    variance = ((estimates - mean[:, None]) ** 2).sum(axis=2).mean(axis=1)
    return Risk(alphas, ((mean - coef) ** 2).sum(axis=1), variance)


def ridge_risk(X: Array, coef: Array, noise: float, alphas: Array) -> Risk:
    """Measured over the resampled targets."""
    Y = targets(X, coef, noise)
    return risk_of(alphas, coef, np.array([Ridge(alpha).fit(X, Y).coef_ for alpha in alphas]))


def expected_ridge_risk(X: Array, coef: Array, noise: float, alphas: Array) -> Risk:
    """The same by the formula of Hoerl and Kennard."""
    squares, V = np.linalg.eigh(X.T @ X)
    squares, omega = np.maximum(squares, 0)[:, None], (V.T @ coef)[:, None]
    bias = ((alphas * omega / (squares + alphas)) ** 2).sum(axis=0)
    return Risk(alphas, bias, (noise**2 * squares / (squares + alphas) ** 2).sum(axis=0))


def lasso_risk(X: Array, coef: Array, noise: float, alphas: Array) -> Risk:
    """Measured over the resampled targets; `alphas` must fall."""
    paths = [lasso_path(X, y, alphas=alphas, tol=1e-3)[1].T for y in targets(X, coef, noise).T]
    return risk_of(alphas, coef, np.array(paths).transpose(1, 0, 2))


def support_recovered(population: Array, coef: Array, n: int, noise: float, trials: int) -> float:
    """Share of trials in which some alpha makes the lasso choose the features of `coef`, all of them and no other.

    Rows are drawn from a population, with replacement.
    """
    rng, wanted, found = np.random.default_rng(n), np.sign(coef), 0
    for _ in range(trials):
        X = population[rng.integers(0, len(population), n)]
        X = X - X.mean(axis=0)
        y = X @ coef + rng.normal(0, noise, n)
        _, _, corners = lars_path(X, y - y.mean(), method="lasso", max_iter=2 * int(np.count_nonzero(coef)) + 2)
        between = np.sign(corners[:, 1:] + corners[:, :-1])  # on each piece; signs do not change within
        found += bool((between == wanted[:, None]).all(axis=0).any())
    return found / trials
