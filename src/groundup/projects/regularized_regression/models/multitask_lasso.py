"""Lasso for several targets that share their features: a row of the coefficient matrix is zero as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, RandomState
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.linear.regressor import LinearRegressor
from groundup.core.optimize import proximal
from groundup.core.optimize.descent import QuadraticForm
from groundup.core.optimize.penalties import GroupPenalty
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.regularized_regression.certificate import certify_lasso
from groundup.projects.regularized_regression.solvers.duality_gap import gap
from groundup.projects.regularized_regression.solvers.lasso import starting_slopes
from groundup.projects.regularized_regression.solvers.quadratic import PRECOMPUTE, Problem, pose
from groundup.projects.regularized_regression.solvers.working_set import PRECISION, called_for

ALL = slice(None)  # targets
CLOSER = 0.1  # an inner solution violates the optimality conditions by this part of what the last one did
MOST_STEPS = 10_000  # of FISTA, for one working set


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
    slope : ndarray of shape (d, t)
        Minus the gradient of the squared error.
    converged : bool
        Whether the gap is small enough.
    """

    iteration: int
    coef: Array
    intercept: Array
    objective: float
    gap: float
    slope: Array
    converged: bool


@dataclass(frozen=True)
class MultiTaskData:
    """A problem to solve, and the precision of the data."""

    problem: Problem
    dtype: Any


class MultiTaskLasso(LinearRegressor):
    """Least squares for several targets, with a price on the lengths of the rows of the coefficient matrix.

    Minimises ``1/(2n) ‖Y − XW − b‖² + alpha Σ ‖W[j]‖₂``: a feature serves all targets or none. The intercepts cost
    nothing.

    Parameters
    ----------
    alpha : float, default=1.0
        Weight of the penalty; 0 is least squares.
    fit_intercept : bool, default=True
        Whether the model has constant terms.
    precompute : "auto", bool or array-like of shape (d, d), default="auto"
        As of `ElasticNet`.
    tol : float, default=1e-4
        Largest duality gap, relative to the mean square of the centred targets.
    max_iter : int, default=1000
        Most working sets.
    warm_start : bool, default=False
        Begin at the coefficients of the last fit.

    Attributes
    ----------
    coef_ : ndarray of shape (n_targets, d)
        Slopes; the same columns are exactly zero for all targets.
    intercept_ : ndarray of shape (n_targets,)
        Constant terms; 0 without them.
    dual_gap_ : float
        By how much the objective can exceed its minimum, at most.
    n_iter_ : int
        Working sets solved for.
    certificate_ : Certificate
        The duality gap, relative.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import MultiTaskLasso
    >>> model = MultiTaskLasso(alpha=0.5).fit([[-1.0, 1.0], [0.0, -2.0], [1.0, 1.0]], [[-3, -4], [0, 0], [3, 4]])
    >>> print(model.coef_.round(3))
    [[2.55 0.  ]
     [3.4  0.  ]]
    """

    alpha: float = parameter(Number(0), default=1.0, kw_only=False)
    copy_X: bool = ignored(Boolean(), "X is never written to", default=True)
    precompute: Any = parameter(PRECOMPUTE, default="auto")
    tol: float = parameter(Number(0), default=1e-4)
    max_iter: int = parameter(Count, default=1000)
    warm_start: bool = parameter(Boolean(), default=False)
    random_state: Seed = ignored(RandomState, "the minimum does not depend on the order of features", default=None)
    selection: str = ignored(OneOf(("cyclic", "random")), "as random_state", default="cyclic")

    dual_gap_: float = fitted()
    n_iter_: int = fitted()

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> MultiTaskData:
        rows, flat = self._rows(X, y, sample_weight)
        if flat:
            raise ValueError("MultiTaskLasso needs y of shape (n, n_targets), got (n,): for a single target use Lasso.")
        matrix = rows.X
        return MultiTaskData(pose(rows, self.fit_intercept, self.precompute), matrix.dtype)

    def _iterate(self, data: MultiTaskData, start: MultiTaskState | None) -> Iterator[MultiTaskState]:
        problem, penalty = data.problem, GroupPenalty(self.alpha)
        if start is None:
            start = self._state(problem, starting_slopes(self, problem.c.shape), 0)
            yield start
        state = start
        while not state.converged and state.iteration < self.max_iter:
            index, _ = called_for(penalty, state.coef, state.slope)
            violation = float(penalty.violation(state.coef, -state.slope).max())
            finest = PRECISION * float(np.abs(problem.c).max())
            W = state.coef.copy()
            inner = QuadraticForm(problem.gram(index, keep=True), problem.c[index])
            W[index] = minimise(inner, penalty, W[index], max(CLOSER * violation, finest))
            state = self._state(problem, W, state.iteration + 1)
            yield state

    def _state(self, problem: Problem, W: Array, iteration: int) -> MultiTaskState:
        penalty = GroupPenalty(self.alpha)
        slope, squares = problem.slope(W, ALL)
        square = float(squares.sum())
        fall = sum(problem.fall(column) for column in slope.T) if self.alpha == 0 else np.inf
        excess = gap(penalty, W, slope, square, fall)
        return MultiTaskState(
            iteration,
            W,
            problem.y_mean - problem.x_mean @ W,
            square / 2 + float(penalty.value(W)),
            excess,
            slope,
            converged=excess <= self.tol * float(problem.square.sum()),
        )

    def _finish(self, data: MultiTaskData, state: MultiTaskState) -> dict[str, Any]:
        total = float(data.problem.square.sum())
        stored = state.coef.astype(data.dtype).astype(np.float64)  # in single precision, rounding moves them
        excess = state.gap if data.dtype == np.float64 else self._state(data.problem, stored, 0).gap
        return self._parameters(state.coef, state.intercept, False, data.dtype) | {
            "dual_gap_": excess,
            "n_iter_": max(1, state.iteration),
            "certificate_": certify_lasso(excess / total if total > 0 else excess, self.tol, data.dtype),
        }

    def _advice(self, state: MultiTaskState) -> str:
        return (
            f"MultiTaskLasso stopped after {state.iteration} working sets with a duality gap of {state.gap:.3g}, above "
            "tol times the targets' mean square: increase max_iter, scale the features, or increase alpha."
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.single_output = False
        return tags


def minimise(objective: QuadraticForm, penalty: GroupPenalty, W: Array, tolerance: float) -> Array:
    """Minimum for the rows of a working set, by proximal steps with momentum."""
    largest = float(np.linalg.eigvalsh(objective.G)[-1]) if len(W) else 0.0
    steps = proximal.fista(
        objective, penalty, proximal.begin(objective, penalty, W), 1 / largest if largest > 0 else 1.0
    )
    for state in islice(steps, MOST_STEPS):
        if penalty.violation(state.w, state.gradient).max(initial=0) <= tolerance:
            break
    return state.w
