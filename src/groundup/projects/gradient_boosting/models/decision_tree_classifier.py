"""Classification trees."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from groundup.core.checks.labels import as_labels, class_weighted
from groundup.core.checks.parameters import Instance, OneOf
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree, Learning
from groundup.projects.gradient_boosting.solvers.criteria import Entropy, SquaredError, Sums

CRITERIA: dict[str, type[Sums]] = {"gini": SquaredError, "entropy": Entropy}


class DecisionTreeClassifier(ProbabilisticClassifier, DecisionTree):
    """Classification tree: each leaf predicts the shares of the classes of its rows.

    Parameters
    ----------
    criterion : {"gini", "entropy"}, default="gini"
        What splits lower: the chance that two rows of a node are of different classes, or the entropy.
    splitter, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_features, random_state
        As of `DecisionTreeRegressor`.
    max_leaf_nodes, min_impurity_decrease, ccp_alpha
        As of `DecisionTreeRegressor`.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" gives all the same total weight.
    monotonic_cst : array-like of shape (d,), default=None
        1 for columns with which the probability of the second of two classes must not fall, -1 where it must not rise.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    n_classes_ : int
        Their number K.
    tree_, feature_importances_, max_features_, n_outputs_, certificate_
        As of `DecisionTreeRegressor`.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import DecisionTreeClassifier
    >>> model = DecisionTreeClassifier().fit([[0, 0], [0, 1], [1, 0], [1, 1]], ["same", "other", "other", "same"])
    >>> model.predict([[0, 1], [1, 1]]).tolist(), model.get_depth()
    (['other', 'same'], 2)
    """

    criterion: Literal["gini", "entropy", "log_loss"] = parameter(
        OneOf(tuple(CRITERIA)), default="gini", aliases={"log_loss": "entropy"}
    )
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )

    n_classes_: int = fitted()

    def _targets(self, y: ArrayLike, n: int) -> Array:
        return as_labels(y, n, owner=type(self).__name__)

    def _learning(self, samples: Samples) -> Learning:
        classes, codes = np.unique(samples.y, return_inverse=True)
        K = len(classes)
        if self.monotonic_cst is not None and K > 2:
            raise ValueError("Monotonicity constraints are not supported with multiclass classification")
        weight = class_weighted(self.class_weight, classes, codes, samples.weight)
        columns = (codes == np.arange(K)[:, None]).astype(np.float64)
        criterion = CRITERIA[self.canonical("criterion")](columns, np.arange(K)[None], weight)
        return Learning(samples.X, criterion, {"classes_": classes, "n_classes_": K, "n_outputs_": 1})

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        K, shape = len(fitted["classes_"]), fitted["tree_"].value.shape
        if fitted["n_classes_"] != K or shape[2] != K:
            raise ValueError(f"has {K} classes, but a tree_ of {shape[2]}, and {fitted['n_classes_']} as n_classes_.")

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the shares of the classes in each row's leaf.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n, K)
            In the order of `classes_`; each row sums to one.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for infinite entries.
        """
        table = self._new_table(X)  # first: an unfitted model has no tree
        return self.tree_.predict(table)[:, 0]

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithms of the shares of the classes, minus infinity for a class without rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n, K)

        Raises
        ------
        NotFittedError, ValueError
            As `predict_proba`.
        """
        with np.errstate(divide="ignore"):  # of zero
            return np.log(self.predict_proba(X))

    def _class_scores(self, X: ArrayLike) -> Array:
        return self.predict_proba(X)
