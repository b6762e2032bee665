"""Lasso and elastic net with cross-validated alpha."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from numbers import Integral
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Each, Jobs, Number, OneOf, Positive, RandomState, Verbosity
from groundup.core.containers.view import given_rows
from groundup.core.estimator.parameters import fitted, fixed, ignored, parameter
from groundup.core.estimator.search import Passed, Search
from groundup.core.linalg.least_squares import centered_product
from groundup.core.linalg.translation import Origin
from groundup.core.linalg.triangular_factor import by_qr
from groundup.core.linear.regressor import LinearRegressor, state_about_zero
from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Samples
from groundup.core.statistics.splits import Splits, Splitting, splits
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.regularized_regression.certificate import certify_lasso
from groundup.projects.regularized_regression.models.choice import best, means, one_standard_error
from groundup.projects.regularized_regression.models.multitask_lasso import MultiTaskState
from groundup.projects.regularized_regression.solvers.fold_products import Fold, FoldProducts, fold_products
from groundup.projects.regularized_regression.solvers.lasso import LassoOptions, LassoState, evaluate, solve
from groundup.projects.regularized_regression.solvers.path import ALPHAS, alpha_series, penalties_of, solutions
from groundup.projects.regularized_regression.solvers.quadratic import Problem, iterate_at
from groundup.projects.regularized_regression.solvers.representation import (
    gram_quadratic,
    prepare_quadratic,
    stores_gram,
)


@record
class CrossValidationState:
    """The path of one fold and l1_ratio or, in the end, the final model.

    Parameters
    ----------
    iteration : int
        Paths before this one.
    errors : ndarray of shape (n_l1_ratios, n_alphas, n_folds)
        Mean squared errors on the rows left out; NaN for later paths.
    error : float
        The smallest error on this path; in the end, the smallest mean over folds.
    model : LassoState, MultiTaskState or None
        The last state of the model for the best alpha, in the end.
    converged : bool
        Whether that model has been found, and has converged.
    """

    iteration: int
    errors: Array
    error: float
    model: LassoState | MultiTaskState | None
    converged: bool


@dataclass(frozen=True)
class CrossValidationData:
    """All rows, their splits, and the l1_ratios.

    The first iteration prepares the problem and its alphas.
    """

    rows: Samples
    intercept: bool
    precompute: bool | Literal["auto"]
    series: Callable[[Problem, float], Array]
    folds: Splits
    ratios: Array
    dtype: Any
    origin: Origin | None  # from which the rows are measured

    @cached_property
    def products(self) -> FoldProducts | None:
        """Products of columns, from which those of every fold follow; None for sparse rows and for many columns."""
        stored = stores_gram(self.rows, len(self.rows), self.precompute) and not self.rows.sparse
        return fold_products(self.rows, self.intercept) if stored else None

    @cached_property
    def problem(self) -> Problem:
        """The squared error over all rows."""
        if self.products is None:
            return prepare_quadratic(self.rows, self.intercept, self.precompute)
        return gram_quadratic(self.products.whole, partial(by_qr, self.rows, self.intercept))

    def split(self, train: Array, test: Array) -> tuple[Problem, Fold | None]:
        """Return the squared error over the training rows, and products of the fold where these suffice."""
        products = self.products if stores_gram(self.rows, len(train), self.precompute) else None
        if products is not None and (fold := products.fold(train, test)):
            return gram_quadratic(fold.train, lambda: by_qr(self.rows.part(train), self.intercept)), fold
        return prepare_quadratic(self.rows.part(train), self.intercept, self.precompute), None

    @cached_property
    def alphas(self) -> Array:
        """Falling alphas for each l1_ratio, of shape (n_l1_ratios, n_alphas)."""
        return np.array([self.series(self.problem, ratio) for ratio in self.ratios])


class ElasticNetCV(Search, LinearRegressor):
    """Elastic net with cross-validated alpha and l1_ratio.

    Parameters
    ----------
    l1_ratio : float or sequence of float, default=0.5
        Part of the penalty that makes coefficients exactly zero; several are compared.
    eps : float, default=1e-3
        The smallest alpha relative to the largest, at which all slopes are zero.
    alphas : int or array-like, default=100
        Number of alphas in a geometric series; or the alphas themselves.
    fit_intercept : bool, default=True
        Whether the model has a constant term, which is not penalised.
    precompute : "auto" or bool, default="auto"
        As of `ElasticNet`.
    max_iter : int, default=1000
        Largest number of working sets for an alpha.
    tol : float, default=1e-4
        Largest duality gap, relative to the mean square of the centred target.
    cv : int, splitter, iterable of (train, test), or None, default=None
        How rows are left out; None is 5, and a number of folds takes blocks of consecutive rows.
    positive : bool, default=False
        Whether slopes must be non-negative.

    Attributes
    ----------
    alpha_, l1_ratio_ : float
        The best of those tried.
    alpha_1se_ : float
        The largest alpha for the best l1_ratio whose mean error is within one standard error of the smallest.
    alphas_ : ndarray of shape (n_alphas,) or (n_l1_ratios, n_alphas)
        The alphas tried, falling.
    mse_path_ : ndarray of shape (n_alphas, n_folds) or (n_l1_ratios, n_alphas, n_folds)
        Mean squared errors on the rows left out.
    coef_, intercept_, dual_gap_, n_iter_
        Of the model for the best alpha, fitted to all rows, as of `ElasticNet`.
    certificate_ : Certificate
        Of that model.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> import numpy as np
    >>> from groundup import ElasticNetCV
    >>> X = np.arange(20.0).reshape(10, 2) % 7
    >>> model = ElasticNetCV(alphas=[0.001, 0.1, 10.0]).fit(X, 3 * X[:, 0] + 1)
    >>> print(model.alpha_)
    0.001
    """

    l1_ratio: float | Sequence[float] | Array = parameter(Number(0, 1) | Each(Number(0, 1)), default=0.5)
    eps: float = parameter(Positive, default=1e-3)
    alphas: int | Sequence[float] | Array = parameter(ALPHAS, default=100)
    precompute: bool | Literal["auto"] = parameter(Boolean() | OneOf(("auto",)), default="auto")
    max_iter: int = parameter(Count, default=1000)
    tol: float = parameter(Number(0), default=1e-4)
    cv: Any = parameter(OneOf((None,)) | Splitting(), default=None)
    copy_X: bool = ignored(Boolean(), "X is never written to", default=True)
    verbose: int = parameter(Verbosity, default=0)
    n_jobs: int | None = ignored(Jobs, "matrix products use all cores already", default=None)
    positive: bool = parameter(Boolean(), default=False)
    random_state: Seed = ignored(RandomState, "the minimum does not depend on the order of features", default=None)
    selection: Literal["cyclic", "random"] = ignored(OneOf(("cyclic", "random")), "as random_state", default="cyclic")

    watched: ClassVar[str] = "error"
    _flat: ClassVar[bool] = True  # there is one target
    accepts = Accepts(sparse=True)

    alpha_: float = fitted()
    l1_ratio_: float = fitted()
    alpha_1se_: float = fitted()
    alphas_: Array = fitted("*", "* *")
    mse_path_: Array = fitted("* *", "* * *", finite=False)
    dual_gap_: float = fitted()
    n_iter_: int = fitted()

    def _prepare(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, passed: Passed | None = None
    ) -> CrossValidationData:
        validated, flat = self._rows(X, y, sample_weight)
        rows, origin = self._measured(validated)
        self._require_targets(rows.y.shape[1], flat)
        ratios = np.atleast_1d(np.asarray(self.l1_ratio, dtype=np.float64))
        given = (passed or Passed()).present(validated.weight).split
        targets = given_rows(validated.y[:, 0] if flat else validated.y, validated.weight)
        folds = splits(5 if self.cv is None else self.cv, X, targets, weight=validated.weight, passed=given)
        form = (rows, self.fit_intercept, self.precompute)
        return CrossValidationData(*form, self._series, folds, ratios, validated.X.dtype, origin)

    def _require_targets(self, targets: int, flat: bool) -> None:
        if targets != 1:
            name = type(self).__name__
            raise ValueError(
                f"{name} takes one target, got {targets}: fit one model for each. For multi-task outputs, use "
                f"MultiTask{name}."
            )
        if not flat:
            inputs.warn_of_column()

    def _series(self, problem: Problem, ratio: float) -> Array:
        return alpha_series(problem.c[:, 0], Penalty(positive=self.positive), self.alphas, ratio, self.eps)

    def _iterate(self, data: CrossValidationData, start: CrossValidationState | None) -> Iterator[CrossValidationState]:
        (ratios, count), folds = data.alphas.shape, len(data.folds)
        state = start or CrossValidationState(-1, np.full((ratios, count, folds), np.nan), np.nan, None, False)
        for k in range(state.iteration + 1, ratios * folds):
            ratio, fold = divmod(k, folds)
            errors = state.errors.copy()
            errors[ratio, :, fold] = self._errors(data, ratio, *data.folds[fold])
            state = replace(state, iteration=k, errors=errors, error=float(errors[ratio, :, fold].min()))
            yield state
        if state.model is None:
            model = self._best_model(data, state.errors)
            error = float(means(state.errors).min())
            yield replace(state, iteration=ratios * folds, error=error, model=model, converged=model.converged)

    def _best_model(self, data: CrossValidationData, errors: Array) -> Any:
        """Return the last state of the model for the best alpha, on all rows."""
        options = LassoOptions("auto", self.tol, self.max_iter)
        ratio, place = best(errors)
        start = np.zeros(data.problem.c.shape)
        *_, last = solve(data.problem, self._penalty(data, ratio, place), options, start)
        model: LassoState = state_about_zero(last, data.origin)
        return model

    def _path(self, problem: Problem, alphas: Array, ratio: float) -> Array:
        """Return the slopes for all alphas, of shape (d, n_alphas, t)."""
        penalties = penalties_of(alphas, ratio, self.positive)
        zero = np.zeros(len(problem.x_mean))
        return solutions(problem, penalties, 0, self.tol, self.max_iter, zero)[:, :, None]

    def _gap_at(self, data: CrossValidationData, ratio: int, place: int, coef: Array) -> float:
        """Return the duality gap of slopes that rounding has moved."""
        return evaluate(data.problem, self._penalty(data, ratio, place), iterate_at(data.problem, coef[:, 0], 0))[1]

    def _penalty(self, data: CrossValidationData, ratio: int, place: int) -> Penalty:
        return penalties_of(data.alphas[ratio, place : place + 1], data.ratios[ratio], self.positive)[0]

    def _errors(self, data: CrossValidationData, ratio: int, train: Array, test: Array) -> Array:
        """Return the mean squared error on the test rows for every alpha."""
        if not (len(train) and len(test)):
            raise ValueError("a fold has no row of positive weight to train or to test on: use fewer folds.")
        problem, fold = data.split(train, test)
        coefs, held_out = self._path(problem, data.alphas[ratio], data.ratios[ratio]), data.rows.part(test)
        errors = fold.squared_errors(coefs) if fold else None
        if errors is None:
            errors = held_out.sum(_squared_errors, problem.x_mean, problem.y_mean, coefs)
        return np.asarray(errors / held_out.total)

    def _finish(self, data: CrossValidationData, state: CrossValidationState) -> dict[str, Any]:
        ratio, place = best(state.errors)
        model = state.model or self._best_model(data, state.errors)  # an interrupted run has only some folds
        alphas, excess = data.alphas[ratio], model.gap
        if data.dtype != np.float64:  # single precision moves the coefficients
            excess = self._gap_at(data, ratio, place, model.coef.astype(data.dtype).astype(np.float64))
        square = float(data.problem.square.sum())
        same = len(data.ratios) == 1 or not isinstance(self.alphas, Integral)
        return self._parameters(model.coef, model.intercept, self._flat, data.dtype) | {
            "alpha_": float(alphas[place]),
            "l1_ratio_": float(data.ratios[ratio]),
            "alpha_1se_": float(alphas[one_standard_error(state.errors[ratio])]),
            "alphas_": data.alphas[0] if same else data.alphas,
            "mse_path_": np.squeeze(state.errors, axis=0) if len(data.ratios) == 1 else state.errors,
            "dual_gap_": excess,
            "n_iter_": max(1, self._rounds(model)),
            "certificate_": certify_lasso(excess / square if square > 0 else excess, self.tol, data.dtype),
        }

    def _advice(self, state: CrossValidationState) -> str:
        name = type(self).__name__
        if state.model is None:
            return f"{name} stopped before its validation was done: alpha_ is the best on {state.iteration + 1} paths."
        return f"{name}: the final model has not converged; increase max_iter or tol, or scale the features."

    def _rounds(self, model: Any) -> int:
        """Return the number of working sets of the final model."""
        return int(model.counts[0])

    def most_states(self) -> int | None:
        """Return None: the series of alphas follows from the data."""
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = False
        return tags


class LassoCV(ElasticNetCV):
    """Lasso with the alpha whose mean squared error on rows left out is smallest.

    An `ElasticNetCV` with ``l1_ratio=1``, whose other parameters and attributes it has.

    Parameters
    ----------
    eps, alphas, fit_intercept, precompute, max_iter, tol, cv, positive
        As of `ElasticNetCV`.

    Examples
    --------
    >>> import numpy as np
    >>> from groundup import LassoCV
    >>> X = np.arange(20.0).reshape(10, 2) % 7
    >>> model = LassoCV(alphas=[0.001, 0.1, 10.0]).fit(X, 3 * X[:, 0] + 1)
    >>> print(model.alpha_)
    0.001
    """

    l1_ratio: float = fixed(1.0)


def _squared_errors(X: Array, y: Array, weight: Array | None, x_mean: Array, y_mean: Array, coefs: Array) -> Array:
    """Weighted sum of squared errors of a block for each alpha, averaged over targets; slopes are (d, n_alphas, t).

    Centred as in training: the intercept follows from the training rows' means.
    """
    d, a, t = coefs.shape
    fitted = centered_product(X, x_mean, coefs.reshape(d, a * t)).reshape(-1, a, t)
    squares = (((y - y_mean)[:, None, :] - fitted) ** 2).mean(axis=2)
    return np.asarray(squares.sum(0) if weight is None else weight @ squares)
