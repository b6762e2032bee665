"""Three ways from data to coefficients: a factorisation, active sets, or a descent; each yields states."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from groundup.core.linalg import least_squares, normal_equations
from groundup.core.linalg.least_squares import EPS, Inverse, Solution, Triangle
from groundup.core.linalg.nonnegative import non_negative
from groundup.core.linear.squared_error import MeanSquaredError
from groundup.core.optimize import descent as optimize
from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.linear_regression.solvers import descent

PLAIN_ENOUGH = 100.0  # condition number up to which residuals in working precision lose nothing worth having
CHOLESKY_ENOUGH = 1e5  # up to which a Cholesky factor, though its error grows with the square, can be refined


@dataclass(frozen=True)
class Progress:
    """What a descent carries from state to state.

    Parameters
    ----------
    point : Descent
        Where it is, and what the method remembers.
    start_norm : float
        Length of the first gradient, against which convergence is judged.
    seed : int
        Of the shuffling.
    """

    point: optimize.Descent
    start_norm: float
    seed: int


@dataclass(frozen=True)
class LinearState:
    """One iterate of any solver; a direct solver has just one.

    Parameters
    ----------
    iteration : int
        Steps taken, epochs for stochastic steps.
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        The best intercept for these slopes.
    loss : float
        Half the weighted mean of squared residuals, summed over targets.
    excess : float
        By how much the sum of squares may still fall, relative to the total sum of squares, for the worst target.
    residual : ndarray of shape (t,)
        Weighted sum of squared residuals.
    converged : bool
        Whether the stopping rule is met.
    progress : Progress or None
        Of a descent.
    """

    iteration: int
    coef: Array
    intercept: Array
    loss: float
    excess: float
    residual: Array
    converged: bool
    progress: Progress | None = None

    @property
    def gradient_norm(self) -> float:
        """Length of the loss's gradient, for a descent."""
        return 0.0 if self.progress is None else float(np.linalg.norm(self.progress.point.gradient))


@dataclass(frozen=True)
class Problem:
    """Rows of X, two-dimensional y and weights; their triangle and its pseudo-inverse."""

    rows: Rows
    triangle: Triangle
    inverse: Inverse
    intercept: bool


def factorise(rows: Rows, intercept: bool, solver: str) -> Problem:
    """Take the cheapest factorisation that the data's condition allows, or the one that was asked for.

    Raises
    ------
    ValueError
        When "cholesky" or "qr" was asked for and columns are dependent.
    """
    X = rows.arrays[0]
    assert X is not None
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


def extended(triangle: Triangle | None, rows: Rows, intercept: bool) -> Problem:
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
    weight = before + normal_equations.total_weight(rows)
    joint = least_squares.unpack(T, x_shift, y_shift, intercept, weight)
    inverse = least_squares.inverse(joint, int(np.ceil(weight)))
    return Problem(Rows(joint.R, joint.c, None), joint, inverse, intercept)


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
    yield _state(0, solution, triangle, converged=True)


def nonnegative(problem: Problem, start: LinearState | None) -> Iterator[LinearState]:
    """Active sets, one target after the other."""
    triangle = problem.triangle
    d, t = len(triangle.x_mean), triangle.c.shape[1]
    iteration = -1 if start is None else start.iteration
    outside = np.maximum(triangle.total - (triangle.c**2).sum(0), 0)  # what no coefficients explain
    targets = [(triangle.R, c) for c in triangle.c.T]
    for coef, optimal in non_negative(targets, np.zeros((d, t)) if start is None else start.coef, start is not None):
        residual = ((triangle.c - triangle.R @ coef) ** 2).sum(0) + outside
        solution = Solution(coef, triangle.y_mean - triangle.x_mean @ coef, residual, 0.0)
        yield _state(iteration := iteration + 1, solution, triangle, converged=optimal)


def descending(
    problem: Problem, way: descent.Descender, tol: float, max_iter: int, start: LinearState | None
) -> Iterator[LinearState]:
    """States of a descent method until the gradient is `tol` of the first one, at most `max_iter` steps.

    Raises
    ------
    FloatingPointError
        When the step size is so large that the iterates grow without bound.
    """
    triangle = problem.triangle
    objective = MeanSquaredError(problem.rows, triangle)
    L = descent.curvature(triangle)[0]
    if start is None or start.progress is None:
        point = optimize.begin(objective, np.zeros((len(triangle.x_mean), triangle.c.shape[1])))
        # The floor is for a constant y: its gradient is rounding alone, and cannot fall.
        floor = EPS * np.sqrt(L) * np.abs(triangle.y_mean).max()
        start_norm = max(float(np.linalg.norm(point.gradient)), float(floor))
        yield (state := _descent_state(Progress(point, start_norm, way.seed), 0, tol, problem))
    else:
        state, way = start, replace(way, seed=start.progress.seed)
        point, start_norm = start.progress.point, start.progress.start_norm
    iteration = state.iteration
    points = descent.descend(objective, triangle, point, iteration, way)
    while not state.converged and iteration < max_iter:
        iteration += 1
        point = next(points)
        if not np.isfinite(point.value).all():
            raise FloatingPointError(
                f"solver={way.solver!r} diverged at iteration {iteration}: learning_rate={way.learning_rate!r} is too "
                f"large; gradient descent converges below 2/L = {2 / L:.3g}."
            )  # eq. linear_regression:step-limit
        yield (state := _descent_state(Progress(point, start_norm, way.seed), iteration, tol, problem))


def _descent_state(progress: Progress, iteration: int, tol: float, problem: Problem) -> LinearState:
    triangle, point = problem.triangle, progress.point
    z = problem.inverse.P.T @ (point.gradient * triangle.weight)
    return LinearState(
        iteration,
        point.w,
        triangle.y_mean - triangle.x_mean @ point.w,
        loss=float(point.value.sum()),
        excess=least_squares.relative(z, triangle),  # eq. linear_regression:gap
        residual=point.value * 2 * triangle.weight,
        converged=float(np.linalg.norm(point.gradient)) <= tol * progress.start_norm,
        progress=progress,
    )


def _state(iteration: int, solution: Solution, triangle: Triangle, converged: bool) -> LinearState:
    return LinearState(
        iteration,
        solution.coef,
        solution.intercept,
        loss=float(solution.residual.sum()) / (2 * triangle.weight),
        excess=solution.excess,
        residual=solution.residual,
        converged=converged,
    )


def informative(rows: Rows) -> tuple[int, float]:
    """Number of rows of positive weight, and the sum of the logarithms of these weights."""
    weight = rows.arrays[2]
    if weight is None:
        return len(rows), 0.0
    return int((weight > 0).sum()), float(np.log(weight[weight > 0]).sum())
