"""Histogram boosting for classes."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from groundup.core.checks.labels import class_weighted, require_classes
from groundup.core.checks.parameters import Instance, OneOf
from groundup.core.estimator.parameters import parameter
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.gradient_boosting.models.boosted_classifier import BoostedClassifier
from groundup.projects.gradient_boosting.models.decision_tree import NONE
from groundup.projects.gradient_boosting.models.hist_gradient_boosting import HistGradientBoosting
from groundup.projects.gradient_boosting.solvers.class_losses import Binomial, Multinomial
from groundup.projects.gradient_boosting.solvers.loss import Loss


class HistGradientBoostingClassifier(BoostedClassifier, HistGradientBoosting):
    """Classifier by sums of trees, grown on histograms of binned columns, which are log-odds of the classes.

    Missing entries and columns of categories are read as they are.

    Parameters
    ----------
    loss : {"log_loss"}, default="log_loss"
        Minus the log-likelihood.
    learning_rate, max_iter, max_leaf_nodes, max_depth, min_samples_leaf, l2_regularization, max_features, max_bins
        As of `HistGradientBoostingRegressor`.
    categorical_features, monotonic_cst, interaction_cst, warm_start, verbose, random_state
        As of `HistGradientBoostingRegressor`; monotonic constraints are those of the second of two classes.
    early_stopping, validation_fraction, n_iter_no_change, tol
        As of `HistGradientBoostingRegressor`.
    scoring : str, callable or None, default="loss"
        The score: "loss", a name, a scorer ``scoring(model, X, y)``, or None for the accuracy.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" gives all classes the same total weight.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    n_iter_, n_trees_per_iteration_, do_early_stopping_, train_score_, validation_score_, is_categorical_
        As of `HistGradientBoostingRegressor`.
    feature_importances_, certificate_
        As of `HistGradientBoostingRegressor`.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import HistGradientBoostingClassifier
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]] * 10, ["no", "no", "no", "yes"] * 10
    >>> HistGradientBoostingClassifier(min_samples_leaf=5).fit(X, y).predict(X[:4]).tolist()
    ['no', 'no', 'no', 'yes']
    """

    loss: Literal["log_loss"] = parameter(OneOf(("log_loss",)), default="log_loss", kw_only=False)
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        NONE | OneOf(("balanced",)) | Instance((Mapping,), "a mapping of class to weight"), default=None
    )

    def _learning(self, samples: Samples) -> tuple[Loss, Samples, Mapping[str, Any]]:
        classes, codes = np.unique(samples.y, return_inverse=True)
        require_classes(classes, type(self).__name__)
        K = len(classes)
        if K > 2 and self.monotonic_cst is not None:
            raise ValueError("monotonic constraints are not supported for multiclass classification.")
        weight = class_weighted(self.class_weight, classes, codes, samples.weight)
        learned = Samples(samples.X, codes.astype(np.float64), weight).present()
        return Multinomial(K=K) if K > 2 else Binomial(), learned, {"classes_": classes}

    def _target(self, y: Array, known: Mapping[str, Any]) -> Array:
        classes = known["classes_"]
        codes = np.searchsorted(classes, y)
        if strange := np.setdiff1d(y, classes).tolist():
            raise ValueError(f"y_val holds {strange[0]!r}, which is none of the classes of y: {classes.tolist()}.")
        return codes.astype(np.float64)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        K, one = len(fitted["classes_"]), fitted["_ensemble"]
        if (one.K if one.K > 1 else 2) != K or (K > 2) != (one.loss == "multinomial"):
            raise ValueError(f"has {K} classes, but trees of {one.K} scores.")
