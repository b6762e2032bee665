"""Elastic net, and lasso, which is an elastic net with ``l1_ratio=1``."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np

from groundup.core import seeds
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, RandomState
from groundup.core.estimator.parameters import fitted, fixed, ignored, parameter
from groundup.core.linalg.translation import Origin
from groundup.core.linear.regressor import LinearRegressor, state_about_zero
from groundup.core.optimize.penalties import Penalty
from groundup.core.text import remedies
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.regularized_regression.certificate import certify_lasso
from groundup.projects.regularized_regression.solvers.first_order import CoordinateOrder
from groundup.projects.regularized_regression.solvers.lasso import (
    LassoOptions,
    LassoState,
    SolverName,
    evaluate,
    solve,
    starting_slopes,
)
from groundup.projects.regularized_regression.solvers.quadratic import Problem, iterate_at
from groundup.projects.regularized_regression.solvers.representation import (
    PRECOMPUTE,
    precompute_for,
    prepare_quadratic,
)


@dataclass(frozen=True)
class SparseData:
    """A problem, which the first iteration prepares, and the form of the data."""

    prepare: Callable[[], Problem]
    flat: bool  # y was one-dimensional
    dtype: Any
    seed: int
    origin: Origin | None  # from which the rows of the problem are measured

    @cached_property
    def problem(self) -> Problem:
        """The problem in the representation that suits the data."""
        return self.prepare()


class ElasticNet(LinearRegressor):
    """Least squares with an L1 and an L2 penalty on the coefficients.

    Minimises ``½ mean((y − Xw − b)²) + alpha · (l1_ratio · |w|₁ + (1 − l1_ratio)/2 · ‖w‖²)``, for each target by
    itself; the intercept b is not penalised.

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
        Whether all products of columns are computed at the beginning; "auto" does so with many rows and few columns,
        unless the penalty is so strong that few columns are needed.
        An array is taken as these products, ``XᵀX`` of the centred X (with weights, which are scaled to a mean of 1,
        of its rows times their roots); of an X that is not centred they are computed again, with a warning.
    positive : bool, default=False
        Whether slopes must be non-negative.
    tol : float, default=1e-4
        A target is done when the duality gap is at most this part of the mean square of the centred target.
    max_iter : int, default=1000
        Largest number of iterations for each target.
    warm_start : bool, default=False
        Start at the coefficients of the last fit.
    selection : {"cyclic", "random"}, default="cyclic"
        Order in which "cd" visits the coordinates.
    random_state : int, Generator, RandomState or None, default=None
        Seed of the random order.

    Attributes
    ----------
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes; most are exactly zero where the penalty is strong.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    dual_gap_ : float or ndarray of shape (n_targets,)
        Bound of the objective above its minimum.
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

    _column_is_flat: ClassVar[bool] = True
    watched: ClassVar[str] = "objective"
    accepts = Accepts(sparse=True)

    alpha: float = parameter(Number(0), default=1.0, kw_only=False)
    l1_ratio: float = parameter(Number(0, 1), default=0.5)
    copy_X: bool = ignored(Boolean(), "X is never written to", default=True)
    solver: SolverName = parameter(OneOf(get_args(SolverName)), default="auto")
    precompute: bool | Literal["auto"] | Array | Sequence[Sequence[float]] = parameter(PRECOMPUTE, default="auto")
    positive: bool = parameter(Boolean(), default=False)
    tol: float = parameter(Number(0), default=1e-4)
    max_iter: int = parameter(Count, default=1000)
    warm_start: bool = parameter(Boolean(), default=False)
    selection: Literal["cyclic", "random"] = parameter(OneOf(("cyclic", "random")), default="cyclic")
    random_state: Seed = parameter(RandomState, default=None)

    dual_gap_: Any = fitted("t?", "1", "")
    n_iter_: int | list[int] = fitted()

    def fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None, check_input: bool = True) -> Self:
        """Fit the model, as every estimator does.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `Estimator.fit`.
        check_input : bool, default=True
            Ignored: the data are always checked, which costs a small part of the fit.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `Estimator.fit`.
        """
        return super().fit(X, y, sample_weight)

    def _penalty(self) -> Penalty:
        return Penalty(self.alpha * self.l1_ratio, self.alpha * (1 - self.l1_ratio), self.positive)

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> SparseData:
        validated, flat = self._rows(X, y, sample_weight)
        rows, origin = self._measured(validated)
        precompute = precompute_for(self.precompute, self._penalty().l1, rows)
        penalty = self._penalty() if self.solver == "auto" else None  # other solvers use all columns
        prepare = partial(prepare_quadratic, rows, self.fit_intercept, precompute, penalty)
        seed = int(seeds.as_generator(self.random_state).integers(2**31))
        return SparseData(prepare, flat, validated.X.dtype, seed, origin)

    def _iterate(self, data: SparseData, start: LassoState | None) -> Iterator[LassoState]:
        order = CoordinateOrder(self.selection == "random", data.seed)
        options = LassoOptions(self.solver, self.tol, self.max_iter, order)
        coef = starting_slopes(self, data.problem.c.shape)
        coef = np.maximum(coef, 0) if self.positive else coef
        for state in solve(data.problem, self._penalty(), options, coef, start):
            yield state_about_zero(state, data.origin)

    def _finish(self, data: SparseData, state: LassoState) -> dict[str, Any]:
        problem, counts = data.problem, np.maximum(state.counts, 1)
        fitted = self._parameters(state.coef, state.intercept, data.flat, data.dtype)
        gaps = state.gaps
        if data.dtype != np.float64:  # rounding has moved the coefficients
            stored = state.coef.astype(data.dtype).astype(np.float64)
            gaps = np.array(
                [evaluate(problem, self._penalty(), iterate_at(problem, w, k))[1] for k, w in enumerate(stored.T)]
            )
        return fitted | {
            "dual_gap_": gaps if len(gaps) > 1 else float(gaps[0]),
            "n_iter_": counts.tolist() if len(counts) > 1 else int(counts[0]),
            "certificate_": certify_lasso(
                float((gaps / np.where(gaps > 0, problem.square, 1)).max()), self.tol, data.dtype
            ),
        }

    def _advice(self, state: LassoState) -> str:
        return (
            "Objective did not converge. You might want to increase the number of iterations. "
            f"{type(self).__name__}(solver={self.solver!r}) stopped after {int(state.counts.max())} iterations with a "
            f"duality gap of {state.gaps.max():.3g}, above tol times the target's mean square: "
            f"{remedies('increase max_iter', 'scale the features', 'increase alpha', solver=self.solver)}."
        )

    def most_states(self) -> int | None:
        """Return None: each target takes up to `max_iter` states."""
        return None  # for every target as many as it needs, up to max_iter and the first


class Lasso(ElasticNet):
    """Least squares with an L1 penalty, which makes most coefficients zero.

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

    l1_ratio: float = fixed(1.0)
