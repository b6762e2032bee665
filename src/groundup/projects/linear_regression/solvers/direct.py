"""Least squares by factorisation: Cholesky, QR or the SVD, refined where rounding matters."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from groundup.core.linalg import least_squares, normal_equations
from groundup.core.linalg.least_squares import Inverse, Triangle
from groundup.core.rows import Samples
from groundup.projects.linear_regression.solvers.nonnegative import nonnegative
from groundup.projects.linear_regression.solvers.state import LinearState, Problem, state_of

PLAIN_ENOUGH = 100.0  # condition number up to which residuals in working precision lose nothing worth having
CHOLESKY_ENOUGH = 1e5  # up to which a Cholesky factor, though its error grows with the square, can be refined


def factorise(rows: Samples, intercept: bool, solver: str) -> Problem:
    """Take the cheapest factorisation that the data's condition allows, or the one that was asked for.

    Raises
    ------
    ValueError
        When "cholesky" or "qr" was asked for and columns are dependent.
    """
    X = rows.X
    n, d = X.shape
    if solver in ("qr", "svd") or (n <= d and solver != "cholesky"):
        triangle = least_squares.by_qr(rows, intercept)
        inverse = least_squares.inverse(triangle, n, full=solver != "svd")
    else:
        try:
            triangle = least_squares.by_cholesky(rows, intercept)
            inverse = least_squares.inverse(triangle, n)
        except np.linalg.LinAlgError:
            inverse = Inverse(np.empty((0, 0)), 0, np.inf)
        if (inverse.rank < d or inverse.condition > CHOLESKY_ENOUGH) and solver != "cholesky":
            triangle = least_squares.by_qr(rows, intercept)
            inverse = least_squares.inverse(triangle, n)
    if solver in ("cholesky", "qr") and inverse.rank < d:
        raise ValueError(
            f"solver={solver!r} needs linearly independent columns and more rows than columns; the {n} × {d} data "
            "have not. Use solver='auto' or 'svd' for the shortest solution, or drop columns."
        )
    return Problem(rows, triangle, inverse, intercept)


def extended(triangle: Triangle | None, rows: Samples, intercept: bool) -> Problem:
    """The problem of the rows behind a triangle and of new rows together; its rows are the triangle's own.

    In centred coordinates a triangle is as good as the rows that it came from.
    """
    if triangle is None:
        x_shift, y_shift = normal_equations.shifts(rows, intercept)
        T = np.zeros((0, int(intercept) + len(x_shift) + len(y_shift)))
        before = 0.0
    else:
        x_shift, y_shift, before = triangle.x_mean, triangle.y_mean, triangle.weight
        T = least_squares.pack(triangle, intercept)
    T = least_squares.triangle_of(rows, x_shift, y_shift, intercept, T)
    weight = before + rows.total
    joint = least_squares.unpack(T, x_shift, y_shift, intercept, weight)
    inverse = least_squares.inverse(joint, int(np.ceil(weight)))
    return Problem(Samples(joint.R, joint.c, None), joint, inverse, intercept)


def from_triangle(problem: Problem, positive: bool) -> LinearState:
    """Solve for the triangle as for centred rows without an intercept, which then follows from the means."""
    means = problem.triangle
    centred = replace(means, x_mean=np.zeros_like(means.x_mean), y_mean=np.zeros_like(means.y_mean))
    inner = replace(problem, triangle=centred, intercept=False)
    *_, state = nonnegative(inner, None) if positive else direct(inner, refined=True)
    return replace(state, intercept=means.y_mean - means.x_mean @ state.coef)


def direct(problem: Problem, refined: bool) -> Iterator[LinearState]:
    """The solution that the factorisation gives; `refined`, with what rounding did to it repaired."""
    rows, triangle, P = problem.rows, problem.triangle, problem.inverse.P
    coef = P @ triangle.c
    if refined and problem.inverse.condition > PLAIN_ENOUGH:
        solution = least_squares.refine(rows, triangle, problem.inverse, coef, problem.intercept)
    else:
        solution = least_squares.examine(rows, triangle, P, coef, correct=refined)
    yield state_of(0, solution, triangle, converged=True)


def informative(rows: Samples) -> tuple[int, float]:
    """Number of rows of positive weight, and the sum of the logarithms of these weights."""
    weight = rows.weight
    if weight is None:
        return len(rows), 0.0
    return int((weight > 0).sum()), float(np.log(weight[weight > 0]).sum())
