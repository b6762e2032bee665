"""Elastic net and lasso for several targets that share their features.

A row of the coefficient matrix is zero as a whole.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, RandomState
from groundup.core.estimator.parameters import fitted, fixed, ignored, parameter
from groundup.core.linalg.translation import Origin
from groundup.core.linear.regressor import LinearRegressor, state_about_zero
from groundup.core.optimize import coordinate
from groundup.core.optimize.objective import Iterate, Method, QuadraticForm, drive, initial
from groundup.core.optimize.penalties import GroupPenalty, Penalty
from groundup.core.optimize.proximal import fista
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.regularized_regression.certificate import certify_lasso
from groundup.projects.regularized_regression.solvers import group_newton
from groundup.projects.regularized_regression.solvers.duality_gap import gap
from groundup.projects.regularized_regression.solvers.lasso import starting_slopes
from groundup.projects.regularized_regression.solvers.quadratic import Problem
from groundup.projects.regularized_regression.solvers.representation import (
    PRECOMPUTE,
    precompute_for,
    prepare_quadratic,
)
from groundup.projects.regularized_regression.solvers.working_set import FINEST_TOLERANCE, working_columns

ALL_TARGETS = slice(None)
MANY_ROWS = 200  # In a larger working set a Newton step costs more than many steps of FISTA.
INNER_DECREASE = 1e-3  # FISTA ends there once the violation of the optimality conditions has fallen to this part.
FEW_STEPS, MANY_STEPS = 20, 200  # Steps of FISTA before Newton's method, which show most rows that are zero.


@record
class MultiTaskState:
    """The solution for one working set of rows.

    Parameters
    ----------
    iteration : int
        Working sets so far.
    coef : ndarray of shape (d, t)
        Slopes; most rows are zero.
    intercept : ndarray of shape (t,)
        The best intercepts for these slopes.
    objective, gap : float
        Penalised squared error, and its duality gap.
    converged : bool
        Whether the gap is within tolerance.
    iterate : Iterate
        What the method resumes from.
    """

    iteration: int
    coef: Array
    intercept: Array
    objective: float
    gap: float
    converged: bool
    iterate: Iterate


@dataclass(frozen=True)
class MultiTaskData:
    """A problem, which the first iteration prepares, and the dtype of the data."""

    prepare: Callable[[], Problem]
    dtype: Any
    origin: Origin | None  # from which the rows of the problem are measured

    @cached_property
    def problem(self) -> Problem:
        """The problem in the representation that suits the data."""
        return self.prepare()


class MultiTaskElasticNet(LinearRegressor):
    """Least squares for several targets, with a penalty on groups and an L2 penalty.

    Minimises ``1/(2n) ‖Y − XW − b‖² + alpha · (l1_ratio Σ ‖W[j]‖₂ + (1 − l1_ratio)/2 ‖W‖²)``: a feature serves all
    targets or none. The intercepts are not penalised.

    Parameters
    ----------
    alpha : float, default=1.0
        Weight of the penalty; 0 is least squares.
    l1_ratio : float, default=0.5
        Part of the penalty that makes rows of coefficients exactly zero.
    fit_intercept : bool, default=True
        Whether the model has constant terms.
    precompute : "auto", bool or array-like of shape (d, d), default="auto"
        As of `ElasticNet`.
    tol : float, default=1e-4
        Largest duality gap, relative to the mean square of the centred targets.
    max_iter : int, default=1000
        Largest number of working sets.
    warm_start : bool, default=False
        Start at the coefficients of the last fit.

    Attributes
    ----------
    coef_ : ndarray of shape (n_targets, d)
        Slopes; the same columns are exactly zero for all targets.
    intercept_ : ndarray of shape (n_targets,)
        Constant terms; 0 without them.
    dual_gap_ : float
        Bound of the objective above its minimum.
    n_iter_ : int
        Working sets solved for.
    certificate_ : Certificate
        The duality gap, relative.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import MultiTaskElasticNet
    >>> model = MultiTaskElasticNet(alpha=0.5).fit([[-1.0, 1.0], [0.0, -2.0], [1.0, 1.0]], [[-3, -4], [0, 0], [3, 4]])
    >>> print(model.coef_.round(3))
    [[2.018 0.   ]
     [2.691 0.   ]]
    """

    accepts = Accepts(sparse=True)

    alpha: float = parameter(Number(0), default=1.0, kw_only=False)
    l1_ratio: float = parameter(Number(0, 1), default=0.5)
    copy_X: bool = ignored(Boolean(), "X is never written to", default=True)
    precompute: bool | Literal["auto"] | Array | Sequence[Sequence[float]] = parameter(PRECOMPUTE, default="auto")
    tol: float = parameter(Number(0), default=1e-4)
    max_iter: int = parameter(Count, default=1000)
    warm_start: bool = parameter(Boolean(), default=False)
    random_state: Seed = ignored(RandomState, "the minimum does not depend on the order of features", default=None)
    selection: Literal["cyclic", "random"] = ignored(OneOf(("cyclic", "random")), "as random_state", default="cyclic")

    watched: ClassVar[str] = "objective"

    dual_gap_: float = fitted()
    n_iter_: int = fitted()

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> MultiTaskData:
        validated, flat = self._rows(X, y, sample_weight)
        if flat:
            raise ValueError(
                f"{type(self).__name__} needs y of shape (n, n_targets), got (n,). For mono-task outputs use "
                f"{type(self).__name__.removeprefix('MultiTask')}."
            )
        rows, origin = self._measured(validated)
        precompute = precompute_for(self.precompute, self._penalty().l1, rows)
        prepare = partial(prepare_quadratic, rows, self.fit_intercept, precompute)
        return MultiTaskData(prepare, validated.X.dtype, origin)

    def _iterate(self, data: MultiTaskData, start: MultiTaskState | None) -> Iterator[MultiTaskState]:
        coef = starting_slopes(self, data.problem.c.shape)
        for state in solve(data.problem, self._penalty(), coef, self.tol, self.max_iter, start):
            yield state_about_zero(state, data.origin)

    def _penalty(self) -> GroupPenalty:
        return group_penalty(self.alpha, self.l1_ratio)

    def _finish(self, data: MultiTaskData, state: MultiTaskState) -> dict[str, Any]:
        total = float(data.problem.square.sum())
        stored = state.coef.astype(data.dtype).astype(np.float64)  # single precision moves them
        excess = (
            state.gap
            if data.dtype == np.float64
            else judge(data.problem, self._penalty(), self.tol, 0, iterate_at(data.problem, stored)).gap
        )
        return self._parameters(state.coef, state.intercept, False, data.dtype) | {
            "dual_gap_": excess,
            "n_iter_": max(1, state.iteration),
            "certificate_": certify_lasso(excess / total if total > 0 else excess, self.tol, data.dtype),
        }

    def _advice(self, state: MultiTaskState) -> str:
        return (
            "Objective did not converge. You might want to increase the number of iterations. "
            f"{type(self).__name__} stopped after {state.iteration} working sets with a duality gap of "
            f"{state.gap:.3g}, above tol times the targets' mean square: increase max_iter, scale the features, or "
            "increase alpha."
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.single_output = False
        return tags


class MultiTaskLasso(MultiTaskElasticNet):
    """Least squares for several targets, with a penalty on groups.

    Minimises ``1/(2n) ‖Y − XW − b‖² + alpha Σ ‖W[j]‖₂``: a `MultiTaskElasticNet` with ``l1_ratio=1``, whose other
    parameters and attributes it has.

    Parameters
    ----------
    alpha : float, default=1.0
        Weight of the penalty; 0 is least squares.
    fit_intercept, precompute, tol, max_iter, warm_start
        As of `MultiTaskElasticNet`.

    Examples
    --------
    >>> from groundup import MultiTaskLasso
    >>> model = MultiTaskLasso(alpha=0.5).fit([[-1.0, 1.0], [0.0, -2.0], [1.0, 1.0]], [[-3, -4], [0, 0], [3, 4]])
    >>> print(model.coef_.round(3))
    [[2.55 0.  ]
     [3.4  0.  ]]
    """

    l1_ratio: float = fixed(1.0)


def solve(
    problem: Problem, penalty: GroupPenalty, W: Array, tol: float, max_iter: int, start: MultiTaskState | None = None
) -> Iterator[MultiTaskState]:
    """Yield states until the duality gap is within tolerance.

    They begin at `W`, of shape (d, t), or after an earlier state.
    """
    return drive(working_set(problem, penalty, W), partial(judge, problem, penalty, tol), max_iter, start)


def group_penalty(alpha: float, l1_ratio: float) -> GroupPenalty:
    """Return the penalty of the multi-task elastic net."""
    return GroupPenalty(float(alpha * l1_ratio), float(alpha * (1 - l1_ratio)))


def follow(
    problem: Problem, alphas: Array, l1_ratio: float, tol: float, max_iter: int, W: Array | None = None
) -> Iterator[MultiTaskState]:
    """Yield the last state for each alpha, each starting from the previous solution, the first at `W` or zero."""
    W = np.zeros(problem.c.shape) if W is None else W
    for alpha in alphas:
        penalty = group_penalty(alpha, l1_ratio)
        method = working_set(problem, penalty, W)
        moved = next(method.following(method.first()))  # the last solution may be within tolerance of the next
        *_, state = solve(problem, penalty, moved.w, tol, max_iter - 1)
        W = state.coef
        yield replace(state, iteration=state.iteration + 1)


def judge(problem: Problem, penalty: GroupPenalty, tol: float, iteration: int, iterate: Iterate) -> MultiTaskState:
    """Return the state of an iterate."""
    W, slope, decrease = iterate.w, -iterate.gradient, np.inf
    if penalty.l1 == penalty.l2 == 0:
        decrease = sum(problem.possible_decrease(column) for column in slope.T)
    excess = gap(penalty, W, slope, 2 * float(iterate.value), decrease)
    return MultiTaskState(
        iteration,
        W,
        problem.y_mean - problem.x_mean @ W,
        float(iterate.value) + float(penalty.value(W)),
        excess,
        converged=excess <= tol * float(problem.square.sum()),
        iterate=iterate,
    )


def iterate_at(problem: Problem, W: Array) -> Iterate:
    """Return the iterate `W`: half the squared error of all targets, its gradient."""
    slope, squares = problem.slope(W, ALL_TARGETS)
    return Iterate(W, squares.sum() / 2, -slope)


def working_set(problem: Problem, penalty: GroupPenalty, W: Array) -> Method:
    """Return the method that minimises over growing sets of rows.

    Each minimisation is a little more precise than the last.
    """

    def following(iterate: Iterate) -> Iterator[Iterate]:
        finest = FINEST_TOLERANCE * float(np.abs(problem.c).max())
        while True:
            index, _ = working_columns(penalty, iterate.w, -iterate.gradient)
            violation = float(penalty.violation(iterate.w, iterate.gradient).max())
            G, W = problem.gram(index, keep=True), iterate.w.copy()
            coarse = INNER_DECREASE * violation if W.shape[1] > 1 and len(index) > MANY_ROWS else 0.0
            W[index] = minimize(G, problem.c[index], penalty, W[index], max(coarse, finest))
            iterate = iterate_at(problem, W)
            yield iterate

    return Method(partial(iterate_at, problem, W), following)


def minimize(G: Array, C: Array, penalty: GroupPenalty, W: Array, tolerance: float) -> Array:
    """Minimise over the rows of a working set.

    With one target the lengths of the rows are absolute values, and coordinate descent ends with all digits.
    """
    if W.shape[1] == 1:
        plain = Penalty(penalty.l1, penalty.l2)
        return coordinate.minimize(G, C[:, 0], plain, W[:, 0], tolerance)[:, None]
    if penalty.l1 == 0:  # a step from W, so that solving again refines the solution
        H = G + penalty.l2 * np.eye(len(W))
        return W + np.linalg.lstsq(H, C - H @ W)[0]
    objective, L = QuadraticForm(G, C), float(np.linalg.eigvalsh(G)[-1]) if len(W) else 0.0
    iterates = fista(objective, penalty, initial(objective, W), 1 / L if L > 0 else 1.0)
    for iterate in islice(iterates, MANY_STEPS if len(W) > MANY_ROWS else FEW_STEPS):
        if penalty.violation(iterate.w, iterate.gradient).max(initial=0) <= tolerance:
            return iterate.w
    return group_newton.minimize(G, C, penalty, iterate.w, tolerance)
