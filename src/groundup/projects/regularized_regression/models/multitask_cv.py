"""Multi-task elastic net and lasso with cross-validated alpha."""

from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.estimator.parameters import fixed
from groundup.core.linear.regressor import state_about_zero
from groundup.core.optimize.penalties import GroupPenalty
from groundup.core.types import Array
from groundup.projects.regularized_regression.models.choice import best
from groundup.projects.regularized_regression.models.elastic_net_cv import CrossValidationData, ElasticNetCV
from groundup.projects.regularized_regression.models.multitask_lasso import (
    follow,
    group_penalty,
    iterate_at,
    judge,
    solve,
)
from groundup.projects.regularized_regression.solvers.path import alpha_series
from groundup.projects.regularized_regression.solvers.quadratic import Problem


class MultiTaskElasticNetCV(ElasticNetCV):
    """Multi-task elastic net with cross-validated alpha and l1_ratio.

    The errors that are compared are means over rows and targets.

    Parameters
    ----------
    l1_ratio, eps, alphas, fit_intercept, max_iter, tol, cv
        As of `ElasticNetCV`.

    Attributes
    ----------
    alpha_, l1_ratio_, alpha_1se_, alphas_, mse_path_
        As of `ElasticNetCV`.
    coef_, intercept_, dual_gap_, n_iter_
        Of the model for the best alpha, fitted to all rows, as of `MultiTaskElasticNet`.
    certificate_ : Certificate
        Of that model.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> import numpy as np
    >>> from groundup import MultiTaskElasticNetCV
    >>> X = np.arange(20.0).reshape(10, 2) % 7
    >>> model = MultiTaskElasticNetCV(alphas=[0.001, 0.1, 10.0]).fit(X, X @ [[3.0, 1.0], [0.0, 2.0]])
    >>> print(model.alpha_, model.coef_.shape)
    0.001 (2, 2)
    """

    precompute: Literal["auto"] = fixed("auto")
    positive: bool = fixed(False)

    _flat: ClassVar[bool] = False

    def _require_targets(self, targets: int, flat: bool) -> None:
        if flat:
            name = type(self).__name__
            raise ValueError(
                f"{name} needs y of shape (n, n_targets), got (n,). For mono-task outputs use "
                f"{name.removeprefix('MultiTask')}."
            )

    def _series(self, problem: Problem, ratio: float) -> Array:
        return alpha_series(problem.c, GroupPenalty(), self.alphas, ratio, self.eps)

    def _path(self, problem: Problem, alphas: Array, ratio: float) -> Array:
        return np.stack([state.coef for state in follow(problem, alphas, ratio, self.tol, self.max_iter)], axis=1)

    def _group(self, data: CrossValidationData, ratio: int, place: int) -> GroupPenalty:
        return group_penalty(data.alphas[ratio, place], data.ratios[ratio])

    def _best_model(self, data: CrossValidationData, errors: Array) -> Any:
        zero, penalty = np.zeros(data.problem.c.shape), self._group(data, *best(errors))
        *_, last = solve(data.problem, penalty, zero, self.tol, self.max_iter)
        return state_about_zero(last, data.origin)

    def _gap_at(self, data: CrossValidationData, ratio: int, place: int, coef: Array) -> float:
        at = iterate_at(data.problem, coef)
        return judge(data.problem, self._group(data, ratio, place), self.tol, 0, at).gap

    def _rounds(self, model: Any) -> int:
        return int(model.iteration)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = False
        return tags


class MultiTaskLassoCV(MultiTaskElasticNetCV):
    """Multi-task lasso with the alpha whose error on rows left out is smallest.

    A `MultiTaskElasticNetCV` with ``l1_ratio=1``, whose other parameters and attributes it has.

    Parameters
    ----------
    eps, alphas, fit_intercept, max_iter, tol, cv
        As of `ElasticNetCV`.

    Examples
    --------
    >>> import numpy as np
    >>> from groundup import MultiTaskLassoCV
    >>> X = np.arange(20.0).reshape(10, 2) % 7
    >>> model = MultiTaskLassoCV(alphas=[0.001, 0.1, 10.0]).fit(X, X @ [[3.0, 1.0], [0.0, 2.0]])
    >>> print(model.alpha_, model.coef_.shape)
    0.001 (2, 2)
    """

    l1_ratio: float = fixed(1.0)
