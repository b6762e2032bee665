"""Least squares by Cholesky, QR or the SVD, refined where rounding matters."""

from dataclasses import replace

import numpy as np

from groundup.core.linalg import least_squares, normal_equations, triangular_factor
from groundup.core.linalg.triangular_factor import Inverse, TriangularFactor
from groundup.core.rows import Samples
from groundup.projects.linear_regression.solvers import nonnegative
from groundup.projects.linear_regression.solvers.state import LinearState, Problem, state_of

MAX_PLAIN_CONDITION = 100.0  # Up to this condition number, residuals in working precision suffice for refinement.
MAX_CHOLESKY_CONDITION = 1e5  # Up to this condition number, refinement repairs the error of a Cholesky factor.


def factorize(rows: Samples, intercept: bool, solver: str) -> Problem:
    """Compute the cheapest factorisation that the data's condition allows.

    The columns are scaled to length one. Their triangular factor comes from the normal equations (Cholesky), and from
    QR where that breaks down, where the condition number of the factor is above 1e5, or where there are no more rows
    than columns. From a condition number of 1 / (max(n, p) · eps) on the columns count as dependent: the scaled
    singular values decide the rank, and the solution is the shortest one for the columns as given, which differs from
    the shortest one of the scaled problem, scaled back. `solve` corrects it once in working precision up to a condition
    number of 100, beyond that in doubled precision until the corrections no longer shrink.

    A named `solver` overrides this choice.

    Raises
    ------
    ValueError
        When "cholesky" or "qr" was asked for and columns are dependent.
    """
    X = rows.X
    n, d = X.shape
    if solver in ("qr", "svd") or (n <= d and solver != "cholesky"):
        triangle = triangular_factor.by_qr(rows, intercept)
        inverse = triangular_factor.inverse(triangle, n, full=solver != "svd")
    else:
        try:
            triangle = triangular_factor.by_cholesky(rows, intercept)
            inverse = triangular_factor.inverse(triangle, n)
        except np.linalg.LinAlgError:
            inverse = Inverse(np.empty((0, 0)), 0, np.inf)
        if (inverse.rank < d or inverse.condition > MAX_CHOLESKY_CONDITION) and solver != "cholesky":
            triangle = triangular_factor.by_qr(rows, intercept)
            inverse = triangular_factor.inverse(triangle, n)
    if solver in ("cholesky", "qr") and inverse.rank < d:
        raise ValueError(
            f"solver={solver!r} needs linearly independent columns and more rows than columns; the {n} × {d} data "
            "have not. Use solver='auto' or 'svd' for the shortest solution, or drop columns."
        )
    return Problem(rows, triangle, inverse, intercept)


def extend(triangle: TriangularFactor | None, rows: Samples, intercept: bool, n: int) -> Problem:
    """Return the problem of the rows of a triangle and of new rows together, n in all.

    Its rows are those of the joint triangle, which in centred coordinates has the cross-products of all data.
    """
    if rows.sparse:
        return _extended_by_sparse(triangle, rows, intercept, n)
    if triangle is None:
        x_shift, y_shift = normal_equations.approximate_means(rows, intercept)
        T = np.zeros((0, int(intercept) + len(x_shift) + len(y_shift)))
        before = 0.0
    else:
        x_shift, y_shift, before = triangle.x_mean, triangle.y_mean, triangle.weight
        T = triangular_factor.pack(triangle, intercept)
    T = triangular_factor.updated_factor(rows, x_shift, y_shift, intercept, T)
    weight = before + rows.total
    joint = triangular_factor.unpack(T, x_shift, y_shift, intercept, weight)
    inverse = triangular_factor.inverse(joint, n)
    return Problem(Samples(joint.R, joint.c, None), joint, inverse, intercept)


def _extended_by_sparse(triangle: TriangularFactor | None, rows: Samples, intercept: bool, n: int) -> Problem:
    """The same for sparse rows, which go through a triangle of their own."""
    joint = triangular_factor.by_qr(rows, intercept)
    if triangle is not None:
        old, new = triangular_factor.pack(triangle, intercept), triangular_factor.pack(joint, intercept)
        if intercept:
            shift = np.concatenate([joint.x_mean - triangle.x_mean, joint.y_mean - triangle.y_mean])
            new[:, 1:] += np.outer(new[:, 0], shift)
        T, weight = np.asarray(np.linalg.qr(np.vstack([old, new]), mode="r")), triangle.weight + joint.weight
        joint = triangular_factor.unpack(T, triangle.x_mean, triangle.y_mean, intercept, weight)
    inverse = triangular_factor.inverse(joint, n)
    return Problem(Samples(joint.R, joint.c, None), joint, inverse, intercept)


def solve_triangle(problem: Problem, positive: bool) -> LinearState:
    """Solve for the triangle as centred rows without an intercept.

    The intercept follows from the means.
    """
    means = problem.triangle
    centered = replace(means, x_mean=np.zeros_like(means.x_mean), y_mean=np.zeros_like(means.y_mean))
    inner = replace(problem, triangle=centered, intercept=False)
    *_, state = nonnegative.solve(inner, None) if positive else [solve(inner, refined=True)]
    return replace(state, intercept=means.y_mean - means.x_mean @ state.coef)


def solve(problem: Problem, refined: bool) -> LinearState:
    """Return the solution of the factorised problem.

    `refined` corrects its rounding errors.
    """
    rows, triangle, P = problem.rows, problem.triangle, problem.inverse.P
    coef = P @ triangle.c
    if refined and problem.inverse.condition > MAX_PLAIN_CONDITION:
        solution = least_squares.refine(rows, triangle, problem.inverse, coef, problem.intercept)
    else:
        solution = least_squares.evaluate(rows, triangle, P, coef, correct=refined)
    return state_of(0, solution, triangle, converged=True)


def informative(rows: Samples) -> tuple[int, float]:
    """Return the number of rows of positive weight, and their sum of log-weights."""
    weight = rows.weight
    if weight is None:
        return len(rows), 0.0
    return int((weight > 0).sum()), float(np.log(weight[weight > 0]).sum())
