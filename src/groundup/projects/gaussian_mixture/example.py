"""The worked example of the chapter: four readings, two components, small enough for a pencil."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import row
from groundup.projects.gaussian_mixture.models.density import log_marginal, posterior
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES
from groundup.projects.gaussian_mixture.solvers.em import EMState
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture, log_densities

X = np.array([[0.0], [1.0], [4.0], [6.0]])  # millimetres
WEIGHTS, MEANS, VARIANCES = np.array([0.5, 0.5]), np.array([[1.0], [4.0]]), np.ones((2, 1, 1))
START: dict[str, Any] = {
    "weights_init": WEIGHTS,
    "means_init": MEANS,
    "precisions_init": 1 / VARIANCES,
    "reg_covar": 0.0,
}


def four_readings() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_expectation(), **_maximization(), **_gain(), **_number_of_components()}


def _expectation() -> dict[str, float | int | str]:
    J = _joint(_states()[0].fit.mixture)
    R, log_density = posterior(J.T), log_marginal(J.T)
    numbers: dict[str, float | int | str] = {
        "x": row(X[:, 0]),
        "constant": decimals(J[1, 0]),  # of the reading that is at the first mean
        "n_1": decimals(R[:, 0].sum()),
        "n_2": decimals(R[:, 1].sum()),
        "log_sum": decimals(log_density.sum()),
    }
    for i, (x,) in enumerate(X):
        values = (J[i, 0], J[i, 1], J[i, 1] - J[i, 0], R[i, 0], R[i, 1], log_density[i])
        numbers[f"row_{i + 1}"] = cells(x, values)
    return numbers


def _maximization() -> dict[str, float | int | str]:
    before, after = (state.fit.mixture for state in _states()[:2])
    R, means, variances = posterior(_joint(before).T), after.means[:, 0] + X.mean(), after.covariances[:, 0, 0]
    squares = (X - means) ** 2
    numbers: dict[str, float | int | str] = {
        "weights": pair(after.weights),
        "first_sum": decimals(R[:, 0] @ X[:, 0]),
        "second_sum": decimals(R[:, 1] @ X[:, 0]),
        "old_variance_1": decimals(variances[0] + (means[0] - MEANS[0, 0]) ** 2),
    }
    for k in range(2):
        numbers[f"mean_{k + 1}"] = decimals(means[k])
        numbers[f"scatter_{k + 1}"] = decimals(R[:, k] @ squares[:, k])
        numbers[f"variance_{k + 1}"] = decimals(variances[k])
    for i, (x,) in enumerate(X):
        values = (squares[i, 0], R[i, 0] * squares[i, 0], squares[i, 1], R[i, 1] * squares[i, 1])
        numbers[f"square_{i + 1}"] = cells(x, values)
    return numbers


def _gain() -> dict[str, float | int | str]:
    states = _states()
    R = posterior(_joint(states[0].fit.mixture).T)
    bound = float((R * (_joint(states[1].fit.mixture) - np.log(R))).sum() / len(X))
    return {
        "log_likelihood_0": decimals(states[0].log_likelihood),
        "bound_1": decimals(bound),
        "log_likelihood_1": decimals(states[2].log_likelihood),
        "divergence": decimals(states[2].log_likelihood - bound),
        "log_likelihood_2": decimals(states[4].log_likelihood),
    }


def _number_of_components() -> dict[str, float | int | str]:
    one = GaussianMixture(1, reg_covar=0.0).fit(X)
    two = GaussianMixture(2, tol=1e-12, **START).fit(X)
    return {
        "log_likelihood_end": decimals(two.lower_bound_),
        "means_end": pair(two.means_[:, 0]),
        "variances_end": pair(two.covariances_[:, 0, 0]),
        "single_mean": float(one.means_[0, 0]),
        "single_variance": decimals(one.covariances_[0, 0, 0]),
        "single_log_likelihood": decimals(one.lower_bound_),
        "bic_1": decimals(one.bic(X)),
        "bic_2": decimals(two.bic(X)),
    }


def _states() -> list[EMState]:
    """E-step and M-step in turn; means are measured from the mean of the readings."""
    return list(GaussianMixture(2, tol=1e-12, **START).steps(X))


def _joint(mixture: Mixture) -> Array:
    """Log-probability of each reading together with each component, (n, K)."""
    full = COVARIANCES["full"]
    return log_densities(full, mixture, full.whitener(mixture.covariances), (X - X.mean()).T).T


def decimals(value: float) -> str:
    """Return a number to four decimals, as a table of logarithms gives it."""
    return rf"\ensuremath{{{value:.4f}}}"


def pair(values: Array) -> str:
    """Return two numbers to four decimals, in brackets."""
    return rf"\ensuremath{{({values[0]:.4f},\ {values[1]:.4f})}}"


def cells(x: float, values: tuple[float, ...]) -> str:
    """Return a row of a table: a reading, and numbers to four decimals."""
    return " & ".join([rf"\ensuremath{{{x:g}}}", *(decimals(value) for value in values)])
