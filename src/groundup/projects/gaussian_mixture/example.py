"""The worked example of the chapter: four readings, two components, small enough for a pencil."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import row
from groundup.projects.gaussian_mixture import textbook
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture

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
    J, R = textbook.joint(X, WEIGHTS, MEANS, VARIANCES), textbook.expect(X, WEIGHTS, MEANS, VARIANCES)
    log_density = textbook.log_marginal(J)
    numbers: dict[str, float | int | str] = {
        "x": row(X[:, 0]),
        "constant": decimals(J[1, 0]),  # of the reading that is at the first mean
        "n_1": decimals(R[:, 0].sum()),
        "n_2": decimals(R[:, 1].sum()),
        "log_sum": decimals(log_density.sum()),
        "log_likelihood_0": decimals(log_density.mean()),
    }
    for i, (x,) in enumerate(X):
        values = (J[i, 0], J[i, 1], J[i, 1] - J[i, 0], R[i, 0], R[i, 1], log_density[i])
        numbers[f"row_{i + 1}"] = cells(x, values)
    return numbers


def _maximization() -> dict[str, float | int | str]:
    R = textbook.expect(X, WEIGHTS, MEANS, VARIANCES)
    weights, means, variances = textbook.maximize(X, R)
    squares = (X - means[:, 0]) ** 2
    numbers: dict[str, float | int | str] = {
        "weights": rf"\ensuremath{{({weights[0]:.4f},\ {weights[1]:.4f})}}",
        "first_sum": decimals(R[:, 0] @ X[:, 0]),
        "second_sum": decimals(R[:, 1] @ X[:, 0]),
        "old_variance_1": decimals(variances[0, 0, 0] + (means[0, 0] - MEANS[0, 0]) ** 2),
    }
    for k in range(2):
        numbers[f"mean_{k + 1}"] = decimals(means[k, 0])
        numbers[f"scatter_{k + 1}"] = decimals(R[:, k] @ squares[:, k])
        numbers[f"variance_{k + 1}"] = decimals(variances[k, 0, 0])
    for i, (x,) in enumerate(X):
        values = (squares[i, 0], R[i, 0] * squares[i, 0], squares[i, 1], R[i, 1] * squares[i, 1])
        numbers[f"square_{i + 1}"] = cells(x, values)
    return numbers


def _gain() -> dict[str, float | int | str]:
    R = textbook.expect(X, WEIGHTS, MEANS, VARIANCES)
    bound = textbook.lower_bound(X, R, *textbook.maximize(X, R))
    first, second = (step[3] for step in textbook.em(X, WEIGHTS, MEANS, VARIANCES, steps=2))
    return {
        "bound_1": decimals(bound),
        "log_likelihood_1": decimals(first),
        "divergence": decimals(first - bound),
        "log_likelihood_2": decimals(second),
    }


def _number_of_components() -> dict[str, float | int | str]:
    one = GaussianMixture(1, reg_covar=0.0).fit(X)
    two = GaussianMixture(2, tol=1e-12, **START).fit(X)
    return {
        "log_likelihood_end": decimals(two.lower_bound_),
        "means_end": rf"\ensuremath{{({two.means_[0, 0]:.4f},\ {two.means_[1, 0]:.4f})}}",
        "variances_end": rf"\ensuremath{{({two.covariances_[0, 0, 0]:.4f},\ {two.covariances_[1, 0, 0]:.4f})}}",
        "single_mean": float(one.means_[0, 0]),
        "single_variance": decimals(one.covariances_[0, 0, 0]),
        "single_log_likelihood": decimals(one.lower_bound_),
        "bic_1": decimals(one.bic(X)),
        "bic_2": decimals(two.bic(X)),
    }


def decimals(value: float) -> str:
    """Return a number to four decimals, as a table of logarithms gives it."""
    return rf"\ensuremath{{{value:.4f}}}"


def cells(x: float, values: tuple[float, ...] | Array) -> str:
    """Return a row of a table: a reading, and numbers to four decimals."""
    return " & ".join([rf"\ensuremath{{{x:g}}}", *(decimals(value) for value in values)])
