"""Experiments on resampled data: what a penalty costs and saves on average, and when the right features are found."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array
from groundup.projects.regularized_regression.models.paths import lasso_path
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
    rng = np.random.default_rng(1)
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


def with_a_mixture(population: Array, coef: Array) -> Array:
    """Return the population with the first feature of no effect made nearly a sum of the first two that have one.

    Where the columns are independent, its slope then falls faster than theirs as alpha falls: the lasso takes it in.
    """
    active, idle = np.flatnonzero(coef), np.flatnonzero(coef == 0)
    mixed = population.copy()
    mixed[:, idle[0]] = (population[:, active[:2]] @ np.sign(coef[active[:2]]) * 2 + population[:, idle[0]]) / 3
    return mixed


def support_recovered(population: Array, coef: Array, n: int, noises: Array, trials: int) -> Array:
    """Share of trials in which some alpha makes the lasso choose the features of `coef`, all of them and no other.

    Rows are drawn from a population, with replacement; the same rows and errors serve for every size of the noise.
    """
    rng, found = np.random.default_rng(n), np.zeros(len(noises))
    active = np.flatnonzero(coef)
    signs = np.sign(coef[active])
    for _ in range(trials):
        X = population[rng.integers(0, len(population), n)]
        X = X - X.mean(axis=0)
        H, error = X.T @ X[:, active] / n, rng.normal(size=n) @ X / n
        ends = [sign_interval(H, H @ coef[active] + noise * error, active, signs) for noise in noises]
        found += [low < high for low, high in ends]
    return found / trials


def sign_interval(H: Array, c: Array, active: Array, signs: Array) -> tuple[float, float]:
    """Return the ends of the interval of alpha where the lasso uses the `active` features with these signs, no other.

    ``H`` holds the columns of XᵀX / n of the active features. The conditions of optimality are linear in alpha, each of
    the form ``factor * alpha >= bound``. The interval is empty where the first end is not below the second.

    eq. regularized_regression:subgradient
    """
    block = H[active]
    fit, step = np.linalg.lstsq(block, np.column_stack([c[active], signs]))[0].T  # the weights are fit - alpha * step
    rest = np.delete(np.arange(len(c)), active)
    slope, turn = c[rest] - H[rest] @ fit, H[rest] @ step  # outside, the slopes are slope + alpha * turn
    factor = np.concatenate([1 - turn, 1 + turn, -signs * step])
    bound = np.concatenate([slope, -slope, -signs * fit])
    rising, falling = factor > 0, factor < 0
    low = float(np.max(bound[rising] / factor[rising], initial=0.0))
    high = float(np.min(bound[falling] / factor[falling], initial=np.inf))
    return low, high if (bound[factor == 0] <= 0).all() else low
