"""Ridge regression with cross-validated alpha: leave-one-out or folds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Each, Function, Number, OneOf
from groundup.core.containers.view import given_rows
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.routing import routing_enabled
from groundup.core.estimator.search import Passed, Search
from groundup.core.exceptions import InvalidParameterError, warn
from groundup.core.linalg.translation import Origin
from groundup.core.linear.regressor import LinearRegressor, state_about_zero
from groundup.core.metrics.scorers import SCORERS, NumberScore, Scorer
from groundup.core.rows import Samples
from groundup.core.statistics.splits import Splits, Splitting, splits
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike
from groundup.projects.regularized_regression.certificate import certify_ridge
from groundup.projects.regularized_regression.solvers import ridge
from groundup.projects.regularized_regression.solvers.ridge import RidgeState
from groundup.projects.regularized_regression.solvers.ridge_validation import (
    SCORES,
    Folds,
    LeaveOneOut,
    ScoredRows,
    Validation,
)

FINE, MOST_STEPS = 1e-8, 10_000  # Tolerance and largest number of steps where the final model needs a descent.


@record
class RidgeCVState:
    """A part of the validation or, in the end, the model with the best alpha.

    Parameters
    ----------
    iteration : int
        Parts so far: blocks of rows, or folds; in the end, one more.
    score : float
        The best score so far, averaged over targets; higher is better.
    total : ndarray of shape (n_alphas, n_targets)
        Sum of the contributions of all parts.
    of_rows : tuple of ndarray of shape (m, n_alphas, n_targets)
        Squared errors of the rows of each part, if they are stored.
    best : ndarray of int of shape (1,) or (n_targets,)
        Place of the best alpha so far, for all targets or for each.
    best_score : ndarray of the same shape
        Their scores.
    model : RidgeState or None
        The solution for the best alpha, in the end.
    certificate : Certificate or None
        Its certificate.
    converged : bool
        Whether all parts are done and the model is fitted.
    """

    iteration: int
    score: float
    total: Array
    of_rows: tuple[Array, ...]
    best: Array
    best_score: Array
    model: RidgeState | None
    certificate: Certificate | None
    converged: bool


@dataclass(frozen=True)
class RidgeCVData:
    """Samples, their validation, and the shape and dtype of the input."""

    rows: Samples
    alphas: Array
    validation: Validation
    flat: bool  # y was one-dimensional
    dtype: Any
    origin: Origin | None  # from which the rows are measured
    weight: Array | None  # of all rows, also of those of weight zero


class RidgeCV(Search, LinearRegressor):
    """Ridge regression with cross-validated alpha.

    Parameters
    ----------
    alphas : array-like of shape (n_alphas,) or float, default=(0.1, 1.0, 10.0)
        Strengths of the penalty to choose from; positive, or, with `cv`, non-negative.
    fit_intercept : bool, default=True
        Whether the model has a constant term, which is not penalised.
    scoring : str, callable or None, default=None
        What is compared: "r2", "explained_variance", "neg_mean_squared_error", "neg_root_mean_squared_error" or
        "neg_mean_absolute_error", weighted by the sample weights. None is, as in scikit-learn, the negative mean over
        the rows of weight times squared error when rows are left out one by one, and R² with `cv`. A callable is a
        scorer of scikit-learn's form, called with a model, rows and targets, and with ``sample_weight``, where there
        are weights (with `cv`, if it takes them). Under scikit-learn's routing it gets what it asks for.
    cv : int, splitter, iterable of (train, test), or None, default=None
        None leaves out every row in turn, for all alphas from one factorisation. A number of folds takes blocks of
        consecutive rows.
    gcv_mode : {"auto", "eigen", "svd"} or None, default=None
        The factorisation, without `cv`: eigenvalues of the products of columns (or of rows, where these are fewer),
        or singular values, which are right to more digits. "auto" and None take the first where it suffices.
    criterion : {"loo", "gcv"}, default="loo"
        Without `cv`: leave-one-out, or generalised cross-validation, where all rows have the mean leverage.
    store_cv_results : bool, default=False
        Whether to keep the errors, or predictions, of all rows; not with `cv`.
    alpha_per_target : bool, default=False
        Whether each target has its own best alpha; not with `cv`.

    Attributes
    ----------
    alpha_ : float or ndarray of shape (n_targets,)
        The best alpha, or each target's.
    best_score_ : float or ndarray of shape (n_targets,)
        Its score.
    cv_results_ : ndarray of shape (n, n_alphas) or (n, n_targets, n_alphas)
        With `store_cv_results`: weight times squared error of every row when it is left out or, with `scoring`, its
        prediction.
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes, fitted to all rows.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    certificate_ : Certificate
        How far the objective of ridge regression with the best alpha is from its minimum.
    scores_ : ndarray of shape (n_alphas,)
        Score of each alpha, averaged over targets: the curve of cross-validation.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Weights count in the errors as they do in the fit, also with `cv`, so that there a weight of 2 equals the row
    twice. Leaving out one row leaves out all of its weight.

    Examples
    --------
    >>> from groundup import RidgeCV
    >>> model = RidgeCV(alphas=[0.01, 1.0, 100.0]).fit([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0])
    >>> model.alpha_
    0.01
    """

    _column_is_flat: ClassVar[bool] = True
    watched: ClassVar[str] = "score"
    _scored_in: ClassVar[tuple[str, ...]] = ("fit",)
    accepts = Accepts(sparse=True)

    alphas: float | Sequence[float] | Array = parameter(
        Number(0) | Each(Number(0)), default=(0.1, 1.0, 10.0), kw_only=False
    )
    scoring: NumberScore | Scorer | None = parameter(OneOf((None, *get_args(NumberScore))) | Function(), default=None)
    cv: Any = parameter(OneOf((None,)) | Splitting(), default=None)
    gcv_mode: Literal["auto", "eigen", "svd"] | None = parameter(OneOf((None, "auto", "eigen", "svd")), default=None)
    criterion: Literal["loo", "gcv"] = parameter(OneOf(("loo", "gcv")), default="loo")
    store_cv_results: bool = parameter(Boolean(), default=False)
    alpha_per_target: bool = parameter(Boolean(), default=False)

    alpha_: Any = fitted("t?", "")
    best_score_: Any = fitted("t?", "", finite=False)
    scores_: Array = fitted("*", finite=False)
    cv_results_: Array = fitted("* *", "* * *", finite=False, required=False)

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed.

        Pairs of them are checked as well.
        """
        super().check_parameters()
        if self.cv is None and not np.all(np.asarray(self.alphas) > 0):
            raise InvalidParameterError(
                "RidgeCV: alphas must be positive when rows are left out one by one: without a penalty, what is left "
                f"may have no unique solution; {_not_positive(self.alphas)}, must be > 0.0. Use cv=5, or a small alpha."
            )
        if self.cv is not None:
            for name, default in (("store_cv_results", False), ("alpha_per_target", False), ("criterion", "loo")):
                if getattr(self, name) != default:
                    raise InvalidParameterError(
                        f"RidgeCV: {name}={getattr(self, name)!r} needs cv=None, got cv={self.cv!r}; cv!=None and "
                        f"{name}={getattr(self, name)!r} are incompatible."
                    )

    def _prepare(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, passed: Passed | None = None
    ) -> RidgeCVData:
        validated, flat = self._rows(X, y, sample_weight)
        rows, origin = self._measured(validated)
        alphas = np.ravel(np.asarray(self.alphas, dtype=np.float64))
        given = (passed or self._passed("fit", sample_weight, {})).present(validated.weight)
        scorer = self._scorer(rows.weight is None or "sample_weight" in given.score)
        named: Any = None if scorer else self.scoring
        validation: Validation
        if self.cv is None:
            validation = left_out = LeaveOneOut(
                rows, alphas, self.fit_intercept, named, self.criterion, self._mode(rows), self.store_cv_results
            )
            if scorer:
                validation = ScoredRows(left_out, scorer, given.score, self.alpha_per_target)
        else:
            targets = given_rows(validated.y[:, 0] if flat else validated.y, validated.weight)
            folds = self._folds(X, targets, validated.weight, given)
            judge: Any = scorer or named or "r2"
            validation = Folds(rows, alphas, self.fit_intercept, judge, self._scored_with(given), folds)
        return RidgeCVData(rows, alphas, validation, flat, validated.X.dtype, origin, validated.weight)

    def _folds(self, X: Any, y: Array, weight: Array | None, passed: Passed) -> Splits:
        """Return the rows to train on and to test on, of each fold."""
        return splits(self.cv, X, y, weight=weight, passed=passed.split)

    def _scorer(self, weighted: bool) -> Scorer | None:
        """Return what judges predictions, unless sums of squared errors do, which have the weights of the fit."""
        if callable(self.scoring):
            return self.scoring
        return None if self.scoring is None or (weighted and self.scoring in SCORES) else SCORERS[self.scoring]

    def _scorer_to_route(self) -> Any:
        return self.scoring

    def _scored_with(self, passed: Passed) -> Mapping[str, Any]:
        """Return what the scorer of a fold gets: without routing, weights only if it says that it takes them."""
        takes = not callable(self.scoring) or getattr(self.scoring, "_accept_sample_weight", bool)()
        return passed.score if takes or routing_enabled() else {}

    def _mode(self, rows: Samples) -> str | None:
        """Return the factorisation; scikit-learn's "svd" of sparse rows is one of their products."""
        if not (rows.sparse and self.gcv_mode == "svd"):
            return self.gcv_mode
        warn(
            "The 'svd' mode is not supported for sparse X, whose singular vectors are dense: RidgeCV takes "
            "gcv_mode='eigen'.",
            FutureWarning,
        )
        return "eigen"

    def _iterate(self, data: RidgeCVData, start: RidgeCVState | None) -> Iterator[RidgeCVState]:
        if start is not None and start.converged:
            return
        state = start
        if state is None:
            yield (state := self._next(data, 0, None))
        for number in range(state.iteration, data.validation.parts):
            yield (state := self._next(data, number, state))
        model, certificate = self._best_model(data, state)
        yield replace(state, iteration=state.iteration + 1, model=model, certificate=certificate, converged=True)

    def _next(self, data: RidgeCVData, number: int, state: RidgeCVState | None) -> RidgeCVState:
        """Return the state after one more part of the validation."""
        contribution, of_rows = data.validation.part(number)
        total = contribution if state is None else state.total + contribution
        kept = () if of_rows is None else (*(() if state is None else state.of_rows), of_rows)
        scores = data.validation.scores(total, number + 1)
        compared = scores if self.alpha_per_target else scores.mean(axis=1, keepdims=True)
        best = np.where(np.isnan(compared), -np.inf, compared).argmax(axis=0)
        best_score = np.take_along_axis(compared, best[None], axis=0)[0]
        return RidgeCVState(number + 1, float(best_score.mean()), total, kept, best, best_score, None, None, False)

    def _best_model(self, data: RidgeCVData, state: RidgeCVState) -> tuple[RidgeState, Certificate]:
        """Return the model with the best alpha so far, and its certificate."""
        alpha = np.broadcast_to(data.alphas[state.best], data.rows.y.shape[1])
        problem = ridge.factorize(data.rows, self.fit_intercept, alpha, "auto")
        if problem.solver == "cg":  # sparse rows of many columns
            *_, model = ridge.descend(problem, FINE, MOST_STEPS)
        else:
            model = ridge.solve(problem)
        return state_about_zero(model, data.origin), certify_ridge(problem, model, 0.0, data.dtype)

    def _finish(self, data: RidgeCVData, state: RidgeCVState) -> dict[str, Any]:
        model, certificate = state.model, state.certificate
        if model is None:  # the validation was interrupted
            model, certificate = self._best_model(data, state)
        alpha, single = data.alphas[state.best], len(state.best) == 1
        done = min(state.iteration, data.validation.parts)
        fitted = self._parameters(model.coef, model.intercept, data.flat, data.dtype) | {
            "alpha_": float(alpha[0]) if single else alpha,
            "best_score_": float(state.best_score[0]) if single else state.best_score,
            "scores_": data.validation.scores(state.total, done).mean(axis=1),
            "certificate_": certificate,
        }
        if state.of_rows:
            by_target = np.concatenate(state.of_rows).transpose(0, 2, 1).astype(data.dtype)
            if data.weight is not None:
                of_all = np.zeros((len(data.weight), *by_target.shape[1:]), data.dtype)
                of_all[data.weight > 0] = by_target
                by_target = of_all
            fitted["cv_results_"] = by_target[:, 0] if data.flat else by_target
        return fitted

    def _advice(self, state: RidgeCVState) -> str:
        return f"RidgeCV stopped before its validation was complete: alpha_ is the best on {state.iteration} parts."


def _not_positive(alphas: Any) -> str:
    """Name the first alpha that is not positive, and its place."""
    if np.ndim(alphas) == 0:
        return f"alphas == {alphas}"
    place = next(k for k, alpha in enumerate(alphas) if not alpha > 0)
    return f"alphas[{place}] == {alphas[place]}"
