"""Elastic net, and lasso, which is an elastic net with ``l1_ratio=1``: the estimators."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from groundup.core import seeds
from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, RandomState, Rule
from groundup.core.linear.regressor import LinearRegressor
from groundup.core.optimize.penalties import Penalty
from groundup.core.optimize.proximal import Proximal
from groundup.core.types import ArrayLike, Seed
from groundup.projects.regularized_regression.certificate import certify_lasso
from groundup.projects.regularized_regression.solvers.first_order import Split
from groundup.projects.regularized_regression.solvers.lasso import (
    SOLVERS,
    LassoState,
    Way,
    measure,
    solve,
    starting_slopes,
)
from groundup.projects.regularized_regression.solvers.point import Order, Point, at
from groundup.projects.regularized_regression.solvers.quadratic import PRECOMPUTE, Problem, pose


@dataclass(frozen=True)
class SparseData:
    """A problem to solve, and what the estimator must remember of the data's form."""

    problem: Problem
    flat: bool  # y was one-dimensional
    dtype: Any
    seed: int


class ElasticNet(LinearRegressor):
    """Least squares with a price on the coefficients' absolute values and on their squares.

    Minimises ``½ mean((y − Xw − b)²) + alpha · (l1_ratio · |w|₁ + (1 − l1_ratio)/2 · ‖w‖²)``, for each target by
    itself; the intercept b costs nothing.

    Parameters
    ----------
    alpha : float, default=1.0
        Weight of the penalty; 0 is least squares.
    l1_ratio : float, default=0.5
        Part of the penalty that makes coefficients exactly zero: 1 is the lasso, 0 is ridge regression.
    fit_intercept : bool, default=True
        Whether the model has a constant term.
    solver : {"auto", "cd", "ista", "fista", "admm"}, default="auto"
        "auto": growing working sets of columns, each solved to the last digits. The others are the textbook's:
        coordinate descent, proximal gradient descent without and with momentum, alternating directions.
    precompute : "auto", bool or array-like of shape (d, d), default="auto"
        Whether all products of columns are computed at the beginning; "auto" does so with many rows and few columns.
        An array is taken as these products, ``XᵀX`` of the centred X (with weights, of its rows times their roots).
    positive : bool, default=False
        Whether slopes must be non-negative.
    tol : float, default=1e-4
        A target is done when the duality gap is at most this part of the mean square of the centred target.
    max_iter : int, default=1000
        Most iterations for each target.
    warm_start : bool, default=False
        Begin at the coefficients of the last fit.
    selection : {"cyclic", "random"}, default="cyclic"
        Order in which "cd" visits the coordinates.
    random_state : int, Generator, RandomState or None, default=None
        Seed of the random order.

    Attributes
    ----------
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes; those that do not pay are exactly zero.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    dual_gap_ : float or ndarray of shape (n_targets,)
        By how much the objective can exceed its minimum, at most.
    n_iter_ : int or list of int
        Iterations for each target.
    certificate_ : Certificate
        The duality gap of the worst target, relative.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import ElasticNet
    >>> model = ElasticNet(alpha=0.5, l1_ratio=1.0).fit([[-1.0, 1.0], [0.0, -2.0], [1.0, 1.0]], [-2.0, 0.0, 2.0])
    >>> print(model.coef_.round(12), round(float(model.intercept_), 12))
    [1.25 0.  ] 0.0
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        "alpha": Number(0),
        "l1_ratio": Number(0, 1),
        "fit_intercept": Boolean(),
        "solver": OneOf(tuple(SOLVERS)),
        "precompute": PRECOMPUTE,
        "positive": Boolean(),
        "tol": Number(0),
        "max_iter": Count,
        "warm_start": Boolean(),
        "selection": OneOf(("cyclic", "random")),
        "random_state": RandomState,
    }
    _records: ClassVar[tuple[type, ...]] = (LassoState, Point, Proximal, Split)

    _column_is_flat: ClassVar[bool] = True

    dual_gap_: Any
    n_iter_: Any

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        l1_ratio: float = 0.5,
        fit_intercept: bool = True,
        solver: str = "auto",
        precompute: Any = "auto",
        positive: bool = False,
        tol: float = 1e-4,
        max_iter: int = 1000,
        warm_start: bool = False,
        selection: str = "cyclic",
        random_state: Seed = None,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.precompute = precompute
        self.positive = positive
        self.tol = tol
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.selection = selection
        self.random_state = random_state

    def _penalty(self) -> Penalty:
        return Penalty(self.alpha * self.l1_ratio, self.alpha * (1 - self.l1_ratio), self.positive)

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> SparseData:
        rows, flat = self._rows(X, y, sample_weight)
        matrix = rows.arrays[0]
        assert matrix is not None
        n, d = matrix.shape
        dense = self._penalty().l1 == 0 and n >= d and isinstance(self.precompute, (bool, str))  # no column is spared
        problem = pose(rows, self.fit_intercept, True if dense else self.precompute)
        return SparseData(problem, flat, matrix.dtype, int(seeds.as_generator(self.random_state).integers(2**31)))

    def _iterate(self, data: SparseData, start: LassoState | None) -> Iterator[LassoState]:
        way = Way(self.solver, self.tol, self.max_iter, Order(self.selection == "random", data.seed))
        begin = starting_slopes(self, data.problem.c.shape)
        return solve(data.problem, self._penalty(), way, np.maximum(begin, 0) if self.positive else begin, start)

    def _finish(self, data: SparseData, state: LassoState) -> dict[str, Any]:
        problem, counts = data.problem, np.maximum(state.counts, 1)
        fitted = self._parameters(state.coef, state.intercept, data.flat, data.dtype)
        gaps = state.gaps
        if data.dtype != np.float64:  # rounding has moved the coefficients
            stored = state.coef.astype(data.dtype).astype(np.float64)
            gaps = np.array([measure(problem, self._penalty(), at(problem, w, k))[1] for k, w in enumerate(stored.T)])
        return fitted | {
            "dual_gap_": gaps if len(gaps) > 1 else float(gaps[0]),
            "n_iter_": counts.tolist() if len(counts) > 1 else int(counts[0]),
            "certificate_": certify_lasso(
                float((gaps / np.where(gaps > 0, problem.square, 1)).max()), self.tol, data.dtype
            ),
        }

    def _advice(self, state: LassoState) -> str:
        return (
            f"{type(self).__name__}(solver={self.solver!r}) stopped after {int(state.counts.max())} iterations with a "
            f"duality gap of {state.gaps.max():.3g}, above tol times the target's mean square: increase max_iter, "
            "scale the features, increase alpha, or use solver='auto'."
        )

    def _most_states(self) -> int | None:
        return None  # for every target as many as it needs, up to max_iter and the first


class Lasso(ElasticNet):
    """Least squares with a price on the coefficients' absolute values, which makes most of them exactly zero.

    Minimises ``½ mean((y − Xw − b)²) + alpha · |w|₁``: an `ElasticNet` with ``l1_ratio=1``, whose other parameters and
    attributes it has.

    Parameters
    ----------
    alpha : float, default=1.0
        Weight of the penalty; 0 is least squares.
    fit_intercept, solver, precompute, positive, tol, max_iter, warm_start, selection, random_state
        As of `ElasticNet`.

    Examples
    --------
    >>> from groundup import Lasso
    >>> model = Lasso(alpha=0.5).fit([[-1.0, 1.0], [0.0, -2.0], [1.0, 1.0]], [-2.0, 0.0, 2.0])
    >>> print(model.coef_.round(12), round(float(model.intercept_), 12))
    [1.25 0.  ] 0.0
    """

    l1_ratio = 1.0  # no parameter here, so that it stays what it is

    _rules: ClassVar[Mapping[str, Rule]] = {
        name: rule for name, rule in ElasticNet._rules.items() if name != "l1_ratio"
    }

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        fit_intercept: bool = True,
        solver: str = "auto",
        precompute: Any = "auto",
        positive: bool = False,
        tol: float = 1e-4,
        max_iter: int = 1000,
        warm_start: bool = False,
        selection: str = "cyclic",
        random_state: Seed = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.precompute = precompute
        self.positive = positive
        self.tol = tol
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.selection = selection
        self.random_state = random_state
