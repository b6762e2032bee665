"""Boosted trees for classes."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from groundup.core.checks.labels import require_classes
from groundup.core.checks.parameters import OneOf
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.boosted_classifier import BoostedClassifier
from groundup.projects.gradient_boosting.models.decision_tree import require_range
from groundup.projects.gradient_boosting.models.gradient_boosting import GradientBoosting
from groundup.projects.gradient_boosting.models.initial import Initial
from groundup.projects.gradient_boosting.solvers.class_losses import Binomial, Exponential, Multinomial
from groundup.projects.gradient_boosting.solvers.loss import Loss
from groundup.projects.gradient_boosting.solvers.losses import name_of


class GradientBoostingClassifier(BoostedClassifier, GradientBoosting):
    """Classifier by sums of trees, which are log-odds of the classes.

    Parameters
    ----------
    loss : {"log_loss", "exponential"}, default="log_loss"
        Minus the log-likelihood, or (for two classes) AdaBoost's loss.
    learning_rate, n_estimators, subsample, max_depth, init, random_state, max_features, verbose, warm_start
        As of `GradientBoostingRegressor`.
    min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_leaf_nodes, min_impurity_decrease, ccp_alpha
        As of `DecisionTreeRegressor`.
    validation_fraction, n_iter_no_change, tol
        As of `GradientBoostingRegressor`.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    n_classes_ : int
        Their number K.
    estimators_ : ndarray of DecisionTreeRegressor of shape (n_estimators_, K) or, of two classes, (n_estimators_, 1)
        The trees.
    n_estimators_, n_trees_per_iteration_, max_features_, init_, train_score_, oob_scores_, oob_improvement_, oob_score_
        As of `GradientBoostingRegressor`.
    feature_importances_, certificate_
        As of `GradientBoostingRegressor`.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import GradientBoostingClassifier
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["same", "other", "other", "same"]
    >>> GradientBoostingClassifier(max_depth=2).fit(X, y).predict(X).tolist()
    ['same', 'other', 'other', 'same']
    """

    loss: Literal["log_loss", "exponential"] = parameter(OneOf(("log_loss", "exponential")), default="log_loss")

    init: Any = parameter(Initial("predict_proba"), default=None)

    _stages_are_columns = True
    _tie = 1

    n_classes_: int = fitted()

    def _learning(self, samples: Samples) -> tuple[Loss, Array, Mapping[str, Any]]:
        require_range(np.ones(1), samples.weight)
        classes, codes = np.unique(samples.y, return_inverse=True)
        require_classes(classes, type(self).__name__)
        K = len(classes)
        if self.loss == "exponential" and K > 2:
            raise ValueError(
                f"loss='exponential' is only suitable for a binary classification problem, you have n_classes={K}. "
                "Please use loss='log_loss' instead."
            )
        loss = Exponential() if self.loss == "exponential" else Multinomial(K=K) if K > 2 else Binomial()
        return loss, codes.astype(np.float64), {"classes_": classes, "n_classes_": K}

    def _require_same(self, loss: Loss, known: Mapping[str, Any]) -> None:
        super()._require_same(loss, known)
        if not np.array_equal(known["classes_"], self.classes_):
            raise ValueError(
                f"warm_start=True goes on from trees of the classes {self.classes_.tolist()}, but y has "
                f"{known['classes_'].tolist()}; fit a new model."
            )
        if name_of(loss) != self._ensemble.loss:
            raise ValueError(
                f"warm_start=True goes on from trees of the loss {self._ensemble.loss!r}, whose scores are on another "
                f"scale than those of {self.loss!r}; fit a new model."
            )

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        K, one = len(fitted["classes_"]), fitted["_ensemble"]
        if fitted["n_classes_"] != K or (K if K > 2 else 1) != one.K or (K > 2) != (one.loss == "multinomial"):
            raise ValueError(f"has {K} classes, but trees of {one.K} scores.")

    def apply(self, X: ArrayLike) -> Array:
        """Return the leaf of each row in each tree.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `decision_function`.

        Returns
        -------
        ndarray of int of shape (n, n_estimators_, K), with K = 1 for two classes

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        return self._leaves(X)
