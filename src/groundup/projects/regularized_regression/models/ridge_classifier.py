"""Classification by ridge regression on targets of 1 and −1."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.labels import as_labels, class_weighted, require_classes
from groundup.core.checks.parameters import Function, Instance, OneOf
from groundup.core.estimator.classifier import Classifier
from groundup.core.estimator.parameters import fitted, fixed, parameter
from groundup.core.estimator.search import Passed
from groundup.core.linear.regressor import LinearRegressor
from groundup.core.metrics.scorers import SCORERS, ClassScore, Scorer
from groundup.core.statistics.splits import Splits, splits
from groundup.core.types import Array, ArrayLike
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV


@dataclass(frozen=True)
class LabeledData:
    """Data of a regression on targets of 1 and −1, and the classes that these stand for."""

    regression: Any
    classes: Array


class SignedTargets(Classifier, LinearRegressor):
    """Makes a classifier of a linear regressor: each class has a target, which is 1 for its rows and −1 for others.

    Two classes share one target.

    Attributes of a fitted model
    ----------------------------
    coef_ : ndarray of shape (d,), or (K, d) for more than two classes
        Slopes of the scores.
    """

    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )

    coef_: Array = fitted("k d", "d")
    intercept_: Any = fitted("k", "")

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, **passed: Any) -> LabeledData:
        name, matrix = type(self).__name__, self._input(X)
        labels = as_labels(y, len(matrix), owner=name)
        weight = inputs.as_weight(sample_weight, len(matrix))
        present = np.ones(len(labels), bool) if weight is None else weight > 0
        classes = np.unique(labels[present])
        require_classes(classes, name)
        codes = np.zeros(len(labels), int)
        codes[present] = np.searchsorted(classes, labels[present])
        if self.class_weight is not None:
            given = np.ones(len(labels)) if weight is None else weight.copy()
            shared = class_weighted(self.class_weight, classes, codes[present], given[present])
            given[present] = given[present] if shared is None else shared
            weight = given
        target = np.where(codes[:, None] == np.arange(len(classes)), 1.0, -1.0)
        if len(classes) == 2:
            target = target[:, 1:]
        return LabeledData(super()._prepare(X, target, weight, **passed), classes)

    def _iterate(self, data: LabeledData, start: Any) -> Iterator[Any]:
        return super()._iterate(data.regression, start)

    def _finish(self, data: LabeledData, state: Any) -> dict[str, Any]:
        return super()._finish(data.regression, state) | {"classes_": data.classes}

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores of rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,) or (n, K)
            With two classes the score of the second one, which is predicted where it is positive, else a score for
            each class.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        scores = self._predict(self._new_rows(X))
        return scores.ravel() if len(self.classes_) == 2 else scores

    def _class_scores(self, X: ArrayLike) -> Array:
        scores = self.decision_function(X)
        both = [-scores, scores] if len(self.classes_) == 2 else [scores]
        return np.column_stack(both)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = False
        return tags


class RidgeClassifier(SignedTargets, Ridge):  # type: ignore[misc]  # the data of any regressor are `LabeledData` here
    """Classifier by ridge regression on targets of 1 and −1.

    The class with the largest prediction wins. It has scores, but no probabilities; for these, and for outliers, there
    is `LogisticRegression`.

    Parameters
    ----------
    alpha, fit_intercept, solver, positive, tol, max_iter
        As of `Ridge`.
    class_weight : dict, "balanced" or None, default=None
        Weight of the rows of each class; "balanced" gives all classes the same weight in total.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    coef_ : ndarray of shape (d,), or (K, d) for more than two classes
        Slopes of the scores.
    intercept_ : ndarray of shape (1,) or (K,)
        Scores where all features are zero; 0 without intercepts.
    n_iter_, solver_, certificate_
        As of `Ridge`.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import RidgeClassifier
    >>> model = RidgeClassifier().fit([[1.0], [2.0], [3.0], [4.0]], ["fail", "fail", "pass", "pass"])
    >>> print(model.predict([[1.5], [3.5]]))
    ['fail' 'pass']
    """


class RidgeClassifierCV(SignedTargets, RidgeCV):  # type: ignore[misc]  # as RidgeClassifier
    """Classifier by ridge regression with cross-validated alpha.

    Parameters
    ----------
    alphas, fit_intercept, cv, criterion
        As of `RidgeCV`.
    scoring : str, callable or None, default=None
        What is compared: scikit-learn's name of a score of classes, such as "accuracy" or "f1_macro". None is, as in
        scikit-learn, minus the mean over rows and targets of weight times squared error when rows are left out one by
        one, and "accuracy", which counts rows, with `cv`. A callable is a scorer of scikit-learn's form, called with a
        classifier of the numbers of the classes.
    class_weight : dict, "balanced" or None, default=None
        As of `RidgeClassifier`.
    store_cv_results : bool, default=False
        As of `RidgeCV`.

    Attributes
    ----------
    alpha_, best_score_, cv_results_, scores_, certificate_
        As of `RidgeCV`.
    classes_, coef_, intercept_
        As of `RidgeClassifier`.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import RidgeClassifierCV
    >>> model = RidgeClassifierCV([0.1, 1.0]).fit([[1.0], [2.0], [3.0], [4.0]], ["fail", "fail", "pass", "pass"])
    >>> print(model.predict([[1.5], [3.5]]))
    ['fail' 'pass']
    """

    scoring: ClassScore | Scorer | None = parameter(  # type: ignore[assignment]  # not its base's
        OneOf((None, *get_args(ClassScore))) | Function(), default=None
    )
    gcv_mode: None = fixed(None)
    alpha_per_target: bool = fixed(False)

    def _folds(self, X: Any, y: Array, weight: Array | None, passed: Passed) -> Splits:
        codes = codes_of(np.squeeze(y))
        return splits(self.cv, X, codes, stratified=True, weight=weight, passed=passed.split)

    def _scorer(self, weighted: bool) -> Scorer | None:
        if self.scoring is None and self.cv is None:
            return None
        return partial(_class_score, self.scoring if callable(self.scoring) else SCORERS[self.scoring or "accuracy"])


class PredictedClasses(Classifier):
    """Stands for a classifier where a scorer asks one for its classes: the rows it is given are the scores."""

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores."""
        return np.asarray(X)

    def predict(self, X: ArrayLike) -> Array:
        """Return the numbers of the classes."""
        return codes_of(np.asarray(X))


def codes_of(scores: Array) -> Array:
    """Return the number of the class with the largest score, or of the sign of the only one."""
    return np.asarray(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)


def _class_score(scorer: Scorer, _: Any, scores: Array, target: Array, **weight: Any) -> float:
    """Score of a classifier, from scores and targets of 1 and −1."""
    model = PredictedClasses()
    model.classes_ = np.arange(2 if scores.ndim == 1 else scores.shape[1])
    return scorer(model, scores, codes_of(target), **weight)
