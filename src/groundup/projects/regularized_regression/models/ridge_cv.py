"""Ridge regression that chooses its own alpha: by leaving out every row in turn, or by folds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks.parameters import Boolean, Each, Number, OneOf
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linear.regressor import LinearRegressor
from groundup.core.rows import Samples
from groundup.core.statistics.splits import Splitting
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike
from groundup.projects.regularized_regression.certificate import certify_ridge
from groundup.projects.regularized_regression.solvers import ridge
from groundup.projects.regularized_regression.solvers.ridge_validation import (
    SCORES,
    Errors,
    by_folds,
    by_leaving_one_out,
)


@record
class RidgeCVState:
    """The alphas compared so far.

    Parameters
    ----------
    iteration : int
        Number of the alpha in hand.
    alpha : float
        Strength of the penalty.
    score : float
        Its score, averaged over targets; higher is better.
    best : ndarray of int of shape (1,) or (t,)
        The best alpha so far, for all targets or for each.
    best_score : ndarray of the same shape
        Their scores.
    converged : bool
        Whether all alphas have been compared.
    """

    iteration: int
    alpha: float
    score: float
    best: Array
    best_score: Array
    converged: bool


@dataclass(frozen=True)
class RidgeCVData:
    """Samples, what leaving some of them out has shown, and the form that the data had."""

    rows: Samples
    alphas: Array
    errors: Errors
    flat: bool
    dtype: Any


class RidgeCV(LinearRegressor):
    """Ridge regression with the best of several penalties, as cross-validation finds it.

    Parameters
    ----------
    alphas : array-like of shape (n_alphas,) or float, default=(0.1, 1.0, 10.0)
        Strengths of the penalty to choose from; positive, or, with `cv`, non-negative.
    fit_intercept : bool, default=True
        Whether the model has a constant term, which is not penalised.
    scoring : {"neg_mean_squared_error", "r2"} or None, default=None
        What is compared. None is, as in scikit-learn, the negative mean over the rows of weight times squared error
        when rows are left out one by one, and R² with `cv`. The named ones are weighted by the sample weights.
    cv : int, splitter, iterable of (train, test), or None, default=None
        None leaves out every row in turn, for all alphas from one factorisation. A number of folds takes blocks of
        consecutive rows.
    gcv_mode : {"auto", "eigen", "svd"} or None, default=None
        The factorisation, without `cv`: eigenvalues of the products of columns (or of rows, where these are fewer),
        or singular values, which are right to more digits. "auto" and None take the first where it suffices.
    criterion : {"loo", "gcv"}, default="loo"
        Without `cv`: leave-one-out, or generalised cross-validation, where all rows have the mean leverage.
    store_cv_results : bool, default=False
        Whether to keep the errors of all rows; not with `cv`.
    alpha_per_target : bool, default=False
        Whether each target has its own best alpha; not with `cv`.

    Attributes
    ----------
    alpha_ : float or ndarray of shape (n_targets,)
        The best alpha, or each target's.
    best_score_ : float or ndarray of shape (n_targets,)
        Its score.
    cv_results_ : ndarray of shape (n, n_alphas) or (n, n_targets, n_alphas)
        With `store_cv_results`: weight times squared error of every row when it is left out.
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes, fitted to all rows.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    certificate_ : Certificate
        How far the objective of ridge regression with the best alpha is from its minimum.
    history_ : dict of str to ndarray
        "alpha" and "score": the curve of cross-validation.
    n_features_in_, feature_names_in_
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

    alphas: ArrayLike = parameter(Number(0) | Each(Number(0)), default=(0.1, 1.0, 10.0), kw_only=False)
    scoring: str | None = parameter(OneOf((None, *SCORES)), default=None)
    cv: Any = parameter(OneOf((None,)) | Splitting(), default=None)
    gcv_mode: str | None = parameter(OneOf((None, "auto", "eigen", "svd")), default=None)
    criterion: str = parameter(OneOf(("loo", "gcv")), default="loo")
    store_cv_results: bool = parameter(Boolean(), default=False)
    alpha_per_target: bool = parameter(Boolean(), default=False)

    alpha_: Any = fitted()
    best_score_: Any = fitted()
    cv_results_: Array = fitted()

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a hyper-parameter, or a pair of them, that is not allowed."""
        super().check_parameters()
        if self.cv is None and not np.all(np.asarray(self.alphas) > 0):
            raise InvalidParameterError(
                "RidgeCV: alphas must be positive when rows are left out one by one: without a penalty, what is left "
                f"may have no unique solution; got {self.alphas!r}. Use cv=5, or a small alpha."
            )
        if self.cv is not None:
            for name, default in (("store_cv_results", False), ("alpha_per_target", False), ("criterion", "loo")):
                if getattr(self, name) != default:
                    raise InvalidParameterError(
                        f"RidgeCV: {name}={getattr(self, name)!r} needs cv=None, got cv={self.cv!r}."
                    )

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> RidgeCVData:
        rows, flat = self._rows(X, y, sample_weight)
        matrix = rows.X
        alphas = np.ravel(np.asarray(self.alphas, dtype=np.float64))
        if self.cv is not None:
            errors = by_folds(rows, alphas, self.fit_intercept, self.scoring, self.cv)
        else:
            errors = by_leaving_one_out(
                rows,
                alphas,
                self.fit_intercept,
                self.scoring,
                self.criterion,
                self.gcv_mode,
                self.store_cv_results,
            )
        return RidgeCVData(rows, alphas, errors, flat, matrix.dtype)

    def _iterate(self, data: RidgeCVData, start: RidgeCVState | None) -> Iterator[RidgeCVState]:
        scores = data.errors.scores
        compared = scores if self.alpha_per_target else scores.mean(axis=1, keepdims=True)
        best = np.zeros(compared.shape[1], int) if start is None else start.best
        for k in range(0 if start is None else start.iteration + 1, len(compared)):
            best = np.where(compared[k] > np.take_along_axis(compared, best[None], axis=0)[0], k, best)
            yield RidgeCVState(
                k,
                float(data.alphas[k]),
                float(scores[k].mean()),
                best,
                np.take_along_axis(compared, best[None], axis=0)[0],
                converged=k == len(compared) - 1,
            )

    def _finish(self, data: RidgeCVData, state: RidgeCVState) -> dict[str, Any]:
        chosen = data.alphas[state.best]
        targets = data.errors.scores.shape[1]
        problem = ridge.pose(data.rows, self.fit_intercept, np.broadcast_to(chosen, targets), "auto")
        solution = next(ridge.direct(problem))
        fitted = self._parameters(solution.coef, solution.intercept, data.flat, data.dtype) | {
            "alpha_": chosen if len(chosen) > 1 else float(chosen[0]),
            "best_score_": state.best_score if len(chosen) > 1 else float(state.best_score[0]),
            "certificate_": certify_ridge(problem, solution, 0.0, data.dtype),
        }
        if self.store_cv_results and data.errors.of_rows is not None:
            by_target = data.errors.of_rows.transpose(0, 2, 1).astype(data.dtype)
            fitted["cv_results_"] = by_target[:, 0] if data.flat else by_target
        return fitted
