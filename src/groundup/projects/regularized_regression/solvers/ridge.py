"""Ridge regression, ``‖y − Xw − b‖² + alpha ‖w‖²``: solved directly or by descent; both yield states."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.least_squares import by_qr, moments
from groundup.core.linalg.normal_equations import centred, normal_equations
from groundup.core.linear.squared_error import Centre, MeanSquaredError
from groundup.core.optimize import descent
from groundup.core.optimize.descent import Descent, dots
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.ridge_systems import Spectral, System, dual, primal
from groundup.projects.regularized_regression.solvers.spectrum import of_triangle

CHOLESKY_ENOUGH = 1e8  # inflation of the pivots up to which one correction repairs what rounding did
NEAR = 10.0  # standard deviations from the origin within which products of uncentred columns lose nothing


@dataclass(frozen=True)
class RidgeObjective:
    """The penalised sum of squares as a function of the slopes, the intercept always at its best.

    Parameters
    ----------
    rows : Samples
        Of X, y of shape (n, t) and weights.
    centre : Centre
        Means of X and y, and the sum of the weights.
    origin : ndarray of shape (d,)
        What is subtracted from X: its means, or nothing where these are near and the slopes are not extreme.
    alpha : ndarray of shape (t,)
        Strength of each target's penalty.
    """

    rows: Samples
    centre: Centre
    origin: Array
    alpha: Array

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Value and gradient in one pass.  eq. regularized_regression:ridge"""
        level = self.centre.y_mean - (self.centre.x_mean - self.origin) @ w
        product, residual = self.rows.sum(moments, w, self.origin, level)  # residuals add up to 0: X needs no centring
        value: Array = residual + self.alpha * (w**2).sum(0)
        return value, 2 * (self.alpha * w - product)

    def hessian_times(self, direction: Array) -> Array:
        """``2 (XᵀX + alpha I) direction``."""
        curved = MeanSquaredError(self.rows, self.centre).hessian_times(direction) * self.centre.weight
        return np.asarray(2 * (curved + self.alpha * direction))


@dataclass(frozen=True)
class RidgeProblem:
    """An objective, its factorised normal equations, and the solver that these stand for.

    Parameters
    ----------
    objective : RidgeObjective
        What is minimised.
    system : System
        Its normal equations.
    scale : ndarray of shape (t,)
        Total sums of squares of the targets; what rounding of y adds to them keeps them positive.
    solver : str
        The solver taken.
    """

    objective: RidgeObjective
    system: System
    scale: Array
    solver: str

    def excess(self, gradient: Array) -> tuple[Array, Array]:
        """By how much each target's objective can still fall, of shape (t,), and the step that goes there.

        The objective is a quadratic: it falls by ``gᵀ (XᵀX + alpha I)⁻¹ g`` for half its gradient g.
        """
        step = self.system.solve(-gradient / 2)
        return np.maximum(dots(-gradient / 2, step), 0), step

    def intercept(self, coef: Array) -> Array:
        """The best intercepts for the slopes `coef`."""
        centre = self.objective.centre
        return np.asarray(centre.y_mean - centre.x_mean @ coef)


@record
class RidgeState:
    """One iterate of any solver; a direct solver has just one.

    Parameters
    ----------
    iteration : int
        Steps taken.
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        The best intercept for these slopes.
    objective : float
        Penalised sum of squares, over all targets.
    excess : float
        By how much it may still fall, relative to the total sum of squares, for the worst target; under a sign
        constraint, the largest violation of the conditions for a minimum.
    converged : bool
        Whether the stopping rule is met.
    point : Descent or None
        Where a descent is, and what it remembers.
    """

    iteration: int
    coef: Array
    intercept: Array
    objective: float
    excess: float
    converged: bool
    point: Descent | None = None


def pose(rows: Samples, intercept: bool, alpha: Array, solver: str) -> RidgeProblem:
    """Factorise in the smaller of the two spaces, or, where that would lose too much, along singular directions.

    Raises
    ------
    ValueError
        When "cholesky" was asked for and the matrix is singular.
    """
    if solver in ("auto", "cholesky"):
        try:
            return _by_cholesky(rows, intercept, alpha, np.inf if solver == "cholesky" else CHOLESKY_ENOUGH)
        except np.linalg.LinAlgError as error:
            if solver == "cholesky":
                raise ValueError(
                    f"solver='cholesky' cannot solve this problem with alpha as small as {alpha.min():g}: {error}. "
                    "Use solver='auto' or 'svd', or a larger alpha."
                ) from error
    triangle = by_qr(rows, intercept)
    objective = RidgeObjective(rows, triangle, triangle.x_mean, alpha)
    system = Spectral(of_triangle(triangle, len(rows)), alpha)
    return RidgeProblem(objective, system, scale(triangle, triangle.total), "svd" if solver == "auto" else solver)


def _by_cholesky(rows: Samples, intercept: bool, alpha: Array, most: float) -> RidgeProblem:
    """The problem in the smaller space; raises LinAlgError for pivots that are inflated by more than `most`."""
    X = rows.X
    n, d = X.shape
    if d <= n:
        normal = normal_equations(rows, intercept)
        near = (normal.x_mean**2 * normal.weight <= NEAR**2 * np.diag(normal.gram)).all()
        origin = np.zeros_like(normal.x_mean) if near else normal.x_mean  # a copy of every block less
        objective = RidgeObjective(rows, normal, origin, alpha)
        return RidgeProblem(objective, primal(normal, alpha, most), scale(normal, normal.total), "cholesky")
    data = centred(rows, intercept)
    objective = RidgeObjective(rows, data, data.x_mean, alpha)
    return RidgeProblem(objective, dual(data, alpha, most), scale(data, data.total), "cholesky")


def scale(centre: Centre, total: Array) -> Array:
    """Total sums of squares, positive even for constant targets: rounding of these is not nothing."""
    return np.maximum(total + EPS * centre.weight * centre.y_mean**2, np.finfo(np.float64).tiny)


def direct(problem: RidgeProblem) -> Iterator[RidgeState]:
    """The solution of the normal equations; where the data can repair what rounding did to it, they do."""
    coef = problem.system.coef()
    value, gradient = problem.objective(coef)
    excess, step = problem.excess(gradient)
    if problem.system.correctable:
        coef, value = coef + step, value - excess
    relative = float((excess / problem.scale).max())
    yield RidgeState(0, coef, problem.intercept(coef), float(value.sum()), relative, converged=True)


def descending(
    problem: RidgeProblem, tol: float, max_iter: int, start: RidgeState | None = None
) -> Iterator[RidgeState]:
    """States of gradient descent or conjugate gradients, at most `max_iter` steps.

    They end when the objective can fall by no more than `tol`² of the total sum of squares.
    """
    objective = problem.objective
    if start is None or start.point is None:
        point = descent.begin(objective, np.zeros((len(objective.origin), len(objective.alpha))))
        yield (state := _on_the_way(problem, point, 0, tol))
    else:
        state, point = start, start.point
    if problem.solver == "cg":
        points = descent.conjugate_gradients(objective, point)
    else:
        points = descent.gradient_descent(objective, point, 1 / curvature(problem))
    while not state.converged and state.iteration < max_iter:
        yield (state := _on_the_way(problem, next(points), state.iteration + 1, tol))


def curvature(problem: RidgeProblem) -> float:
    """Largest eigenvalue of the objective's Hessian: gradient descent converges for steps below 2 / this."""
    assert isinstance(problem.system, Spectral)
    return float(2 * (problem.system.spectrum.squares.max(initial=0) + problem.objective.alpha.max())) or 1.0


def _on_the_way(problem: RidgeProblem, point: Descent, iteration: int, tol: float) -> RidgeState:
    excess = float((problem.excess(point.gradient)[0] / problem.scale).max())
    return RidgeState(
        iteration,
        point.w,
        problem.intercept(point.w),
        float(point.value.sum()),
        excess,
        converged=excess <= tol**2,
        point=point,
    )
