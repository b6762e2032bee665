"""Certificates of the fitted models: bounds of the objective above its minimum."""

from typing import Any

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.ridge import RidgeProblem, RidgeState
from groundup.projects.regularized_regression.solvers.ridge_nonnegative import PositiveProblem


def certify_lasso(relative: float, tol: float, dtype: Any) -> Certificate:
    """Return the certificate of the last state.

    Parameters
    ----------
    relative : float
        Duality gap of the worst target, relative to the mean square of the centred target.
    tol : float
        Tolerance of the solver.
    dtype : dtype
        Precision in which the coefficients are stored.
    """
    return Certificate(
        "The coefficients minimise the penalised squared error.",
        "duality gap, relative to the mean square of the centred target",
        relative,
        max(tol, 1e-12 if dtype == np.float64 else 1e-6),
    )


def certify_ridge(problem: RidgeProblem, state: RidgeState, tol: float, dtype: Any) -> Certificate:
    """Return the certificate of the last state.

    Parameters
    ----------
    problem : RidgeProblem
        The problem.
    state : RidgeState
        Its solution.
    tol : float
        Tolerance of a descent; 0 for direct solvers.
    dtype : dtype
        Precision in which the coefficients are stored; single precision moves them away from the minimum.
    """
    excess, least = state.excess, 1e-12
    if dtype != np.float64:
        _, gradient = problem.evaluate(state.coef.astype(dtype).astype(np.float64))
        excess, least = float((problem.excess(gradient)[0] / problem.scale).max()), 1e-6
    return Certificate(
        "The coefficients minimise the sum of squared residuals plus alpha times the sum of squared coefficients.",
        "largest further fall of the objective, relative to the total sum of squares",
        excess,
        max(tol**2, least),
    )


def certify_nonnegative_ridge(problem: PositiveProblem, coef: Array) -> Certificate:
    """Return the certificate of non-negative coefficients of shape (d, t)."""
    return Certificate(
        "No feasible change of the non-negative coefficients lowers the penalised sum of squares.",
        "largest violation of the Karush-Kuhn-Tucker conditions, relative",
        problem.violation(coef),
        1e-9,
    )
