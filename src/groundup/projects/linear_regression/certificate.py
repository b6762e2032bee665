"""Certificate of the coefficients: how much the sum of squares could still fall."""

from typing import Any

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.linalg.least_squares import relative
from groundup.core.linalg.nonnegative import violation
from groundup.projects.linear_regression.solvers.state import LinearState, Problem


def certify(problem: Problem, state: LinearState, positive: bool, tol: float, dtype: Any) -> Certificate:
    """Return the certificate of the last state.

    Parameters
    ----------
    problem : Problem
        The problem.
    state : LinearState
        Its solution.
    positive : bool
        Whether the slopes were constrained to be non-negative.
    tol : float
        Tolerance of a descent; 0 for direct solvers.
    dtype : dtype
        Precision in which the coefficients are stored.
    """
    triangle = problem.triangle
    if positive:
        return Certificate(
            "No feasible change of the non-negative coefficients lowers the sum of squares.",
            "largest violation of the Karush-Kuhn-Tucker conditions, relative",
            max(violation(triangle.R, c, w) for c, w in zip(triangle.c.T, state.coef.T, strict=True)),
            1e-9,
        )
    stored = state.coef.astype(dtype)  # in single precision, rounding moves them away from the minimum
    rounding = relative(triangle.R @ (stored - state.coef), triangle)
    return Certificate(
        "The coefficients minimise the sum of squared residuals.",
        "largest further fall of the sum of squares, relative to the total sum of squares",
        state.excess + rounding,
        max(tol, 1e-12 if dtype == np.float64 else 1e-6),
    )
