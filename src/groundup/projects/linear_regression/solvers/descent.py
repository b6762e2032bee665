"""Least squares by descent: the methods to choose from, and their step sizes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg import least_squares
from groundup.core.linalg.least_squares import Triangle, moments
from groundup.core.linear.squared_error import MeanSquaredError
from groundup.core.optimize import descent as optimize
from groundup.core.optimize.descent import (
    Descent,
    conjugate_gradients,
    gradient_descent,
    momentum,
    nesterov,
    steepest_descent,
    stochastic,
)
from groundup.core.types import Array
from groundup.projects.linear_regression.solvers import descent
from groundup.projects.linear_regression.solvers.state import LinearState, Problem, Progress

POWERS = {"constant": 0.0, "root": 0.5, "inverse": 1.0}  # of 1 + decay · epoch, by which a stochastic step is divided


@dataclass(frozen=True)
class Descender:
    """How to descend.

    Parameters
    ----------
    solver : {"gd", "momentum", "nesterov", "cg", "sgd"}
        Method.
    learning_rate : float, "auto" or "line-search"
        Multiple of the gradient; "auto" takes what theory recommends.
    momentum : float or "auto"
        Part of the last displacement that is kept.
    schedule, decay : str, float
        The stochastic step is ``learning_rate / (1 + decay · epoch) ** POWERS[schedule]``.
    batch_size : int
        Rows of a stochastic step.
    seed : int
        Of the shuffling.
    """

    solver: str
    learning_rate: float | str
    momentum: float | str
    schedule: str
    decay: float
    batch_size: int
    seed: int


def curvature(triangle: Triangle) -> tuple[float, float]:
    """Largest and smallest positive eigenvalue of the Hessian: L and μ of the theory."""
    squares = np.linalg.svd(triangle.R, compute_uv=False) ** 2 / triangle.weight
    positive = squares[squares > squares[0] * len(triangle.R) * np.finfo(float).eps] if len(squares) else squares
    return (float(positive[0]), float(positive[-1])) if len(positive) else (1.0, 1.0)


def descend(
    objective: MeanSquaredError, triangle: Triangle, start: Descent, epoch: int, way: Descender
) -> Iterator[Descent]:
    """States of the chosen method from `start` on, without end."""
    L, mu = curvature(triangle)
    if way.solver == "cg":
        return conjugate_gradients(objective, start)
    if way.learning_rate == "line-search":
        return steepest_descent(objective, start)
    rate, root = way.learning_rate, np.sqrt(mu / L)
    if way.solver == "sgd":
        return _stochastic(objective, triangle, start, epoch, way, L)
    if way.solver == "gd":
        return gradient_descent(objective, start, 1 / L if rate == "auto" else float(rate))
    if way.solver == "momentum":  # Polyak's optimal pair for a quadratic
        decay = ((1 - root) / (1 + root)) ** 2 if way.momentum == "auto" else float(way.momentum)
        return momentum(objective, start, (1 + np.sqrt(decay)) ** 2 / L if rate == "auto" else float(rate), decay)
    decay = (1 - root) / (1 + root) if way.momentum == "auto" else float(way.momentum)
    return nesterov(objective, start, 1 / L if rate == "auto" else float(rate), decay)


def _stochastic(
    objective: MeanSquaredError, triangle: Triangle, start: Descent, epoch: int, way: Descender, L: float
) -> Iterator[Descent]:
    X, y, weight = objective.rows.X, objective.rows.y, objective.rows.weight
    t, n, size = triangle, len(X), min(way.batch_size, len(X))
    # A batch's own curvature may exceed L: half of 1 / E‖x‖² is safe for a single row, 1 / L for all rows.
    trace = float((t.R**2).sum()) / t.weight
    rate = 1 / (L + 2 * trace / size) if way.learning_rate == "auto" else float(way.learning_rate)

    def pass_over_batches(w: Array, epoch: int) -> Array:
        step = rate / (1 + way.decay * epoch) ** POWERS[way.schedule]
        order = np.random.default_rng([way.seed, epoch]).permutation(n)  # a function of the epoch: resumable
        for batch in np.split(order, range(size, n, size)):
            part = None if weight is None else weight[batch]
            product, _ = moments(X[batch], y[batch], part, w, t.x_mean, t.y_mean)
            total = len(batch) if part is None else t.weight * len(batch) / n
            w = w + step * product / total  # eq. linear_regression:sgd
        return w

    return stochastic(objective, start, epoch, pass_over_batches)


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
