"""Ridge regression by factorisation or by descent.

It minimises ``‖y − Xw − b‖² + alpha ‖w‖²``.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.least_squares import moments
from groundup.core.linalg.normal_equations import (
    MOST_SPARSE_COLUMNS,
    NormalEquations,
    centered,
    normal_equations,
    sparse_means,
)
from groundup.core.linalg.single_precision import MAX_INFLATION, corrected, single_equations
from groundup.core.linalg.triangular_factor import by_qr
from groundup.core.linear.squared_error import Means, MeanSquaredError
from groundup.core.optimize import descent
from groundup.core.optimize.descent import column_dots
from groundup.core.optimize.objective import Iterate, Method, drive, initial
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.ridge_systems import (
    Primal,
    Spectral,
    StrongConvexity,
    System,
    dual,
    primal,
    spectral,
)

MAX_PIVOT_INFLATION = 1e8  # Up to this inflation of the pivots, one correction repairs the rounding error.
EXACT_INFLATION = 1e2  # Up to this inflation of the pivots, the normal equations hold all digits of the solution.
EXACT_SHARE = 1e-4  # They hold those of the objective if it is at least this part of the total sum of squares.
MOST_CORRECTIONS = 3  # Largest number of corrections; one suffices unless columns have very different sizes.
FINE = 1e-13  # An excess of this part of the total sum of squares needs no second correction.
NEAR_ORIGIN = 10.0  # Columns within 10 standard deviations of the origin need no centring in products.


@dataclass(frozen=True)
class RidgeObjective:
    """The penalised sum of squares, with the best intercept.

    Parameters
    ----------
    rows : Samples
        X, y of shape (n, t) and weights.
    means : Means
        Means of X and y, and the sum of the weights.
    origin : ndarray of shape (d,)
        Subtracted from X: its means, or zeros where these are small.
    alpha : ndarray of shape (t,)
        Strength of each target's penalty.
    """

    rows: Samples
    means: Means
    origin: Array
    alpha: Array

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Return value and gradient in one pass.  eq. regularized_regression:ridge"""
        level = self.means.y_mean - (self.means.x_mean - self.origin) @ w
        product, residual = self.rows.sum(moments, w, self.origin, level)  # residuals add up to 0: X needs no centring
        value: Array = residual + self.alpha * (w**2).sum(0)
        return value, 2 * (self.alpha * w - product)

    def hessian_times(self, direction: Array) -> Array:
        """Return ``2 (XᵀX + alpha I) direction``."""
        curved = MeanSquaredError(self.rows, self.means).hessian_times(direction) * self.means.weight
        return np.asarray(2 * (curved + self.alpha * direction))


@dataclass(frozen=True)
class NormalObjective:
    """The penalised sum of squares from the normal equations alone."""

    normal: NormalEquations
    alpha: Array

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Return value and gradient."""
        slope = self.normal.product - self.normal.gram @ w - self.alpha * w
        value: Array = self.normal.total - (w * (self.normal.product + slope)).sum(0)
        return value, -2 * slope


@dataclass(frozen=True)
class RidgeProblem:
    """An objective and its factorised normal equations.

    Parameters
    ----------
    objective : RidgeObjective
        The objective.
    system : System
        Its normal equations.
    scale : ndarray of shape (t,)
        Total sums of squares of the targets, plus the rounding error of y, which keeps them positive.
    solver : str
        The solver that was chosen.
    products : NormalObjective or None
        The objective without a pass over the data, where they are well conditioned.
    """

    objective: RidgeObjective
    system: System
    scale: Array
    solver: str
    products: NormalObjective | None = None

    def evaluate(self, w: Array) -> tuple[Array, Array]:
        """Return value and gradient, from the data only where the normal equations have lost digits."""
        if self.products is not None:
            value, gradient = self.products(w)
            if (value >= EXACT_SHARE * self.scale).all():
                return value, gradient
        return self.objective(w)

    def excess(self, gradient: Array) -> tuple[Array, Array]:
        """Return each target's largest decrease, (t,), and the step to the minimum.

        The objective is a quadratic: it falls by ``gᵀ (XᵀX + alpha I)⁻¹ g`` for half its gradient g.
        """
        step = self.system.solve(-gradient / 2)
        return np.maximum(column_dots(-gradient / 2, step), 0), step

    def intercept(self, coef: Array) -> Array:
        """Return the best intercepts for the slopes `coef`."""
        means = self.objective.means
        return np.asarray(means.y_mean - means.x_mean @ coef)


@record
class RidgeState:
    """An iteration of any solver; a direct solver has just one.

    Parameters
    ----------
    iteration : int
        Steps so far.
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        The best intercept for these slopes.
    objective : float
        Penalised sum of squares, over all targets.
    excess : float
        Largest possible decrease, relative to the total sum of squares, for the worst target; under a sign constraint,
        the largest violation of the conditions for a minimum.
    converged : bool
        Whether the stopping rule is met.
    iterate : Iterate or None
        What a descent resumes from.
    """

    iteration: int
    coef: Array
    intercept: Array
    objective: float
    excess: float
    converged: bool
    iterate: Iterate | None = None


def factorize(rows: Samples, intercept: bool, alpha: Array, solver: str) -> RidgeProblem:
    """Factorise in the smaller space or along singular directions.

    The latter loses no digits to a large condition number. "auto" turns to it where digits would be lost, "cholesky"
    only where the matrix is singular.
    """
    if rows.sparse and rows.X.shape[1] > MOST_SPARSE_COLUMNS and solver in ("auto", "cg") and alpha.min() > 0:
        means = sparse_means(rows, intercept)
        objective = RidgeObjective(rows, means, means.x_mean, alpha)
        return RidgeProblem(objective, StrongConvexity(alpha), scale(means, means.total), "cg")
    if solver in ("auto", "cholesky"):
        with suppress(np.linalg.LinAlgError):
            return _by_cholesky(rows, intercept, alpha, np.inf if solver == "cholesky" else MAX_PIVOT_INFLATION)
        solver = "svd"
    triangle = by_qr(rows, intercept)
    objective = RidgeObjective(rows, triangle, triangle.x_mean, alpha)
    system = spectral(triangle, len(rows), alpha)
    return RidgeProblem(objective, system, scale(triangle, triangle.total), solver)


def _by_cholesky(rows: Samples, intercept: bool, alpha: Array, most: float) -> RidgeProblem:
    """The problem in the smaller space.

    It raises LinAlgError for pivots that are inflated by more than `most`.
    """
    X = rows.X
    n, d = X.shape
    if d <= n or rows.sparse:
        normal, system = _primal(rows, intercept, alpha, most)
        near = (normal.x_mean**2 * normal.weight <= NEAR_ORIGIN**2 * np.diag(normal.gram)).all()
        origin = np.zeros_like(normal.x_mean) if near else normal.x_mean  # a copy of every block less
        objective = RidgeObjective(rows, normal, origin, alpha)
        products = NormalObjective(normal, alpha) if system.matrix.inflation <= EXACT_INFLATION else None
        return RidgeProblem(objective, system, scale(normal, normal.total), "cholesky", products)
    data = centered(rows, intercept)
    objective = RidgeObjective(rows, data, data.x_mean, alpha)
    return RidgeProblem(objective, dual(data, alpha, most), scale(data, data.total), "cholesky")


def _primal(rows: Samples, intercept: bool, alpha: Array, most: float) -> tuple[NormalEquations, Primal]:
    """Normal equations and their factors, by float32 products if rows and pivots allow it."""
    if normal := single_equations(rows, intercept):
        with suppress(np.linalg.LinAlgError):
            system = primal(normal, alpha, MAX_INFLATION)
            normal = corrected(normal, rows, intercept, system.coef())
            return normal, replace(system, product=normal.product)
    normal = normal_equations(rows, intercept)
    return normal, primal(normal, alpha, most)


def scale(means: Means, total: Array) -> Array:
    """Return total sums of squares plus their rounding error.

    They are positive even for constant targets.
    """
    return np.maximum(total + EPS * means.weight * means.y_mean**2, np.finfo(np.float64).tiny)


def solve(problem: RidgeProblem) -> RidgeState:
    """Return the solution of the normal equations.

    It is corrected where the data have more digits than these.
    """
    coef = problem.system.coef()
    for _ in range(MOST_CORRECTIONS):
        value, gradient = problem.evaluate(coef)
        excess, step = problem.excess(gradient)
        relative = float((excess / problem.scale).max())
        if not problem.system.correctable:
            break
        coef, value = coef + step, value - excess
        if relative <= FINE:
            break
    return RidgeState(0, coef, problem.intercept(coef), float(value.sum()), relative, converged=True)


def descend(problem: RidgeProblem, tol: float, max_iter: int, start: RidgeState | None = None) -> Iterator[RidgeState]:
    """Yield states of gradient descent or conjugate gradients.

    They end when the objective can fall by no more than `tol`² of the total sum of squares.
    """
    objective = problem.objective
    first = partial(initial, objective, np.zeros((len(objective.origin), len(objective.alpha))))
    if problem.solver == "cg":
        method = Method(first, partial(descent.conjugate_gradients, objective))
    else:
        method = Method(first, partial(descent.gradient_descent, objective, rate=1 / curvature(problem)))
    yield from drive(method, partial(_judge, problem, tol), max_iter, start)


def curvature(problem: RidgeProblem) -> float:
    """Return the largest eigenvalue of the Hessian.

    Gradient descent converges for step sizes below 2 / this.
    """
    assert isinstance(problem.system, Spectral)
    return float(2 * (problem.system.spectrum.squares.max(initial=0) + problem.objective.alpha.max())) or 1.0


def _judge(problem: RidgeProblem, tol: float, iteration: int, iterate: Iterate) -> RidgeState:
    excess = float((problem.excess(iterate.gradient)[0] / problem.scale).max())
    return RidgeState(
        iteration,
        iterate.w,
        problem.intercept(iterate.w),
        float(iterate.value.sum()),
        excess,
        converged=excess <= tol**2,
        iterate=iterate,
    )
