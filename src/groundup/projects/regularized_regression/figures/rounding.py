"""Where penalties and leave-one-out errors are lost to rounding."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLUE, GREEN, VERMILION
from groundup.projects.regularized_regression.models.ridge import Ridge

DIGITS = 17.0  # Shown for an answer without any error.
EPSILONS = np.geomspace(1e-1, 1e-10, 46)
ALPHAS = np.geomspace(1e-1, 1e-17, 49)
TWO_ROWS, TWO_TARGETS = np.array([[1.0, 0], [1, 1]]), np.array([1.0, 3])


@figure(1, 2, size=(8.4, 2.6))
def lost_digits(axes: Any, model: Any, data: Dataset) -> None:
    """Digits lost where a small number is added to a large one, or 0 is divided by 0

    Left: correct digits of ridge's weights for the two nearly equal columns of the text, with penalty ε². The products
    of the columns are near 1 and lose the penalty; at the cross their sum with it is singular. Singular values of the
    columns lose nothing. Right: correct digits of the errors of two rows left out, against the penalty. The residual r
    over one minus the leverage h becomes 0/0; without the factor that both share, all digits stay.
    """
    weights, errors = axes
    by_products = np.array([digits(ridge_by_products(e), np.array([0.5, -0.5])) for e in EPSILONS])
    by_values = np.array([digits(ridge_by_values(e), np.array([0.5, -0.5])) for e in EPSILONS])
    solved = np.isfinite(by_products)
    weights.plot(
        EPSILONS[solved], by_products[solved], "o", color=VERMILION, markersize=3, linestyle="--", label="products"
    )
    weights.plot(EPSILONS, by_values, "s", color=BLUE, markersize=3, linestyle="-", label="singular values")
    singular = EPSILONS[~solved]
    weights.plot(singular[:1], [0], "X", color=VERMILION, markersize=8, linestyle="")
    weights.set(xlabel="ε; the penalty is ε²", ylabel="correct digits", title="ridge with a small penalty")
    naive = np.array([digits(residual_over_leverage(a), exact_errors(a)) for a in ALPHAS])
    kept = np.array([digits(without_common_factor(a), exact_errors(a)) for a in ALPHAS])
    errors.plot(ALPHAS, naive, "o", color=VERMILION, markersize=3, linestyle="--", label="r / (1 − h)")
    errors.plot(ALPHAS, kept, "s", color=GREEN, markersize=3, linestyle="-", label="factor cancelled")
    errors.set(xlabel="penalty λ", title="leave-one-out errors")
    for panel in axes:
        panel.set(xscale="log", ylim=(-0.7, DIGITS + 0.9))
        panel.invert_xaxis()
        panel.legend(loc="lower left")


def digits(found: Array, exact: Array) -> float:
    """Return how many decimal digits of the worse entry are correct; NaN for an answer that is none."""
    wrong = float(np.abs(found / exact - 1).max())
    return DIGITS if wrong == 0 else max(0.0, min(DIGITS, -float(np.log10(wrong)))) if np.isfinite(wrong) else np.nan


def columns(epsilon: float) -> tuple[Array, Array]:
    """Return the two nearly equal columns of the text, and the target."""
    return np.array([[1, 1], [epsilon, 0], [0, epsilon]]), np.array([0, epsilon, -epsilon])


def ridge_by_products(epsilon: float) -> Array:
    """Return ridge with penalty ε² from a Cholesky factor of XᵀX + λI; NaN where that is not positive definite."""
    X, y = columns(epsilon)
    try:
        L = np.linalg.cholesky(X.T @ X + epsilon**2 * np.eye(2))
    except np.linalg.LinAlgError:
        return np.full(2, np.nan)
    return np.asarray(np.linalg.solve(L.T, np.linalg.solve(L, X.T @ y)))


def ridge_by_values(epsilon: float) -> Array:
    """Return the same by the library, from singular values of X."""
    X, y = columns(epsilon)
    return np.asarray(Ridge(epsilon**2, fit_intercept=False, solver="svd").fit(X, y).coef_)


def exact_errors(alpha: float) -> Array:
    """Return the errors of two rows, each predicted from the other alone, worked out on paper."""
    # Row (1, 1) with target 3 gives weights 3 / (2 + α) each; row (1, 0) with target 1 gives (1 / (1 + α), 0).
    return np.array([1 - 3 / (2 + alpha), 3 - 1 / (1 + alpha)])


def residual_over_leverage(alpha: float) -> Array:
    """Return the same errors as residuals over one minus leverages, from singular values."""
    U, s, _ = np.linalg.svd(TWO_ROWS)
    A = U * (s**2 / (s**2 + alpha)) @ U.T
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((TWO_TARGETS - A @ TWO_TARGETS) / (1 - np.diag(A)))


def without_common_factor(alpha: float) -> Array:
    """Return the same errors as (My)ᵢ / Mᵢᵢ with M the inverse of XXᵀ + λI."""
    M = np.linalg.inv(TWO_ROWS @ TWO_ROWS.T + alpha * np.eye(2))
    return np.asarray(M @ TWO_TARGETS / np.diag(M))
