"""Least squares by descent: the methods, their step sizes, and when they stop."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.least_squares import moments, relative
from groundup.core.linalg.triangular_factor import TriangularFactor
from groundup.core.linear.squared_error import MeanSquaredError
from groundup.core.optimize import descent
from groundup.core.optimize.objective import Iterate, Method, drive, initial
from groundup.core.types import Array
from groundup.projects.linear_regression.solvers.state import LinearState, Problem


@dataclass(frozen=True)
class DescentOptions:
    """Choice of the method, its step sizes, and when it stops.

    Parameters
    ----------
    solver : {"gd", "momentum", "nesterov", "cg", "sgd"}
        Method.
    tol : float
        Largest length of the gradient, relative to the first one.
    max_iter : int
        Largest number of steps.
    learning_rate : float, "auto" or "line-search"
        Step size; "auto" takes what theory recommends.
    batch_size : int
        Rows of a stochastic step.
    seed : int
        Seed of the shuffling.
    """

    solver: str
    tol: float
    max_iter: int
    learning_rate: float | str
    batch_size: int
    seed: int


def curvature(triangle: TriangularFactor) -> tuple[float, float]:
    """Return the largest and smallest positive eigenvalue of the Hessian.

    They are L and μ of the theory.
    """
    squares = np.linalg.svd(triangle.R, compute_uv=False) ** 2 / triangle.weight
    positive = squares[squares > squares[0] * len(triangle.R) * EPS] if len(squares) else squares
    return (float(positive[0]), float(positive[-1])) if len(positive) else (1.0, 1.0)


def descend(problem: Problem, options: DescentOptions, start: LinearState | None) -> Iterator[LinearState]:
    """Yield states until the gradient is `tol` of the first one.

    Raises
    ------
    FloatingPointError
        When the step size is so large that the iterates grow without bound.
    """
    triangle = problem.triangle
    L, mu = curvature(triangle)
    # At zero the gradient is −Rᵀc. The floor is for a constant y, whose gradient is rounding alone and cannot fall.
    first_gradient = float(np.linalg.norm(triangle.R.T @ triangle.c)) / triangle.weight
    floor = EPS * np.sqrt(L) * float(np.abs(triangle.y_mean).max())
    limit = options.tol * max(first_gradient, floor)

    def diverged(iteration: int) -> str:
        return (
            f"solver={options.solver!r} diverged at iteration {iteration}: learning_rate={options.learning_rate!r} is "
            f"too large; gradient descent converges below 2/L = {2 / L:.3g}."
        )  # eq. linear_regression:step-limit

    method = _method(MeanSquaredError(problem.rows, triangle), triangle, options, L, mu)
    yield from drive(method, partial(_judge, problem, limit), options.max_iter, start, diverged)


def _method(
    objective: MeanSquaredError, triangle: TriangularFactor, options: DescentOptions, L: float, mu: float
) -> Method:
    """The chosen method with its step sizes, from zero."""
    zero = np.zeros((len(triangle.x_mean), triangle.c.shape[1]))
    first = partial(initial, objective, zero)
    rate, root = options.learning_rate, np.sqrt(mu / L)
    if options.solver == "sgd":
        return _stochastic(objective, triangle, options, L, zero)
    if options.solver == "cg":
        return Method(first, partial(descent.conjugate_gradients, objective))
    if rate == "line-search":
        return Method(first, partial(descent.steepest_descent, objective))
    if options.solver == "gd":
        return Method(
            first, partial(descent.gradient_descent, objective, rate=1 / L if rate == "auto" else float(rate))
        )
    if options.solver == "momentum":  # Polyak's optimal pair for a quadratic
        decay = ((1 - root) / (1 + root)) ** 2
        step_size = (1 + np.sqrt(decay)) ** 2 / L if rate == "auto" else float(rate)
        return Method(first, partial(descent.momentum, objective, rate=step_size, decay=decay))
    decay = (1 - root) / (1 + root)
    step_size = 1 / L if rate == "auto" else float(rate)
    return Method(first, partial(descent.nesterov, objective, rate=step_size, decay=decay))


def _stochastic(
    objective: MeanSquaredError, triangle: TriangularFactor, options: DescentOptions, L: float, zero: Array
) -> Method:
    X, y, weight = objective.rows.X, objective.rows.y, objective.rows.weight
    n, size = len(X), min(options.batch_size, len(X))
    # A batch's own curvature may exceed L: half of 1 / E‖x‖² is safe for a single row, 1 / L for all rows.
    trace = float((triangle.R**2).sum()) / triangle.weight
    rate = 1 / (L + 2 * trace / size) if options.learning_rate == "auto" else float(options.learning_rate)

    def pass_over_batches(w: Array, seed: int, epoch: int) -> Array:
        order = np.random.default_rng([seed, epoch]).permutation(n)
        for batch in np.split(order, range(size, n, size)):
            part = None if weight is None else weight[batch]
            product, _ = moments(X[batch], y[batch], part, w, triangle.x_mean, triangle.y_mean)
            total = len(batch) if part is None else triangle.weight * len(batch) / n
            w = w + rate * product / total  # eq. linear_regression:sgd
        return w

    return Method(
        partial(initial, objective, zero, memory=(options.seed, 0)),
        partial(descent.stochastic, objective, pass_over_batches=pass_over_batches),
    )


def _judge(problem: Problem, limit: float, iteration: int, iterate: Iterate) -> LinearState:
    """The state of an iterate, converged if its gradient is at most `limit`."""
    triangle = problem.triangle
    z = problem.inverse.P.T @ (iterate.gradient * triangle.weight)
    return LinearState(
        iteration,
        iterate.w,
        triangle.y_mean - triangle.x_mean @ iterate.w,
        loss=float(iterate.value.sum()),
        excess=relative(z, triangle),  # eq. linear_regression:gap
        residual=iterate.value * 2 * triangle.weight,
        converged=float(np.linalg.norm(iterate.gradient)) <= limit,
        iterate=iterate,
    )
