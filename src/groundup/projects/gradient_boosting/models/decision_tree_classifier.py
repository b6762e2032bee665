"""Classification trees."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from groundup.core.checks.inputs import is_sparse
from groundup.core.checks.labels import as_labels, class_weighted
from groundup.core.checks.parameters import Each, Instance, OneOf
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree, Learning
from groundup.projects.gradient_boosting.solvers.criteria import Criterion, Entropy, SquaredError

CRITERIA: dict[str, type[Criterion]] = {"gini": SquaredError, "entropy": Entropy}


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
    class_weight : dict, list of dict, "balanced" or None, default=None
        Weights of the classes, for several targets in a list; "balanced" gives all the same total weight.
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
    class_weight: Mapping[Any, float] | list[Mapping[Any, float]] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced"))
        | Instance((dict,), "a dict of weights")
        | Each(Instance((dict,), "a dict of weights")),
        default=None,
    )

    classes_: Array | list[Array] = fitted(kinds="biufUSO")  # type: ignore[assignment]  # a list of several targets
    n_classes_: int | Array = fitted(kinds="i")

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags: several targets are accepted."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _targets(self, y: ArrayLike, n: int) -> Array:
        owner = type(self).__name__
        if y is None or is_sparse(y) or (array := np.asarray(y)).ndim != 2 or array.shape[1] == 1:
            return as_labels(y, n, owner=owner)
        return np.stack([as_labels(column, n, owner=owner) for column in array.T], axis=1)

    def _learning(self, samples: Samples) -> Learning:
        single = samples.y.ndim == 1
        targets = [samples.y] if single else list(samples.y.T)
        found = [np.unique(target, return_inverse=True) for target in targets]
        classes, sizes = [one for one, _ in found], np.array([len(one) for one, _ in found])
        if self.monotonic_cst is not None and not single:
            raise ValueError("Monotonicity constraints are not supported with multiple outputs.")
        if self.monotonic_cst is not None and sizes[0] > 2:
            raise ValueError("Monotonicity constraints are not supported with multiclass classification")
        weight = self._weights(found, samples.weight)
        columns = np.concatenate([codes == np.arange(len(one))[:, None] for one, codes in found]).astype(np.float64)
        numbers = np.arange(sizes.max())
        outputs = np.where(numbers < sizes[:, None], numbers + (np.cumsum(sizes) - sizes)[:, None], -1)
        known: dict[str, Any] = {"classes_": classes, "n_classes_": sizes, "n_outputs_": len(targets)}
        if single:
            known |= {"classes_": classes[0], "n_classes_": int(sizes[0])}
        return Learning(samples.X, CRITERIA[self.canonical("criterion")](columns, outputs, weight), known)

    def _weights(self, found: list[tuple[Array, Array]], weight: Array | None) -> Array | None:
        """Return the weights of the rows times those of their classes of each target.

        "balanced" adds up the weights that were given, not those that another target has changed.
        """
        total, *others = (
            class_weighted(rule, *one, weight) for rule, one in zip(self._class_weights(len(found)), found, strict=True)
        )
        for other in others:
            if other is not None:
                total = other if total is None else total * (other if weight is None else other / weight)
        return total

    def _class_weights(self, q: int) -> list[Any]:
        """Return the rule for the weights of the classes of each of q targets."""
        if not isinstance(self.class_weight, list):
            if q > 1 and isinstance(self.class_weight, dict):
                raise ValueError("For multi-output, class_weight should be a list of dicts, or the string 'balanced'.")
            return [self.class_weight] * q
        if len(self.class_weight) != q:
            raise ValueError("For multi-output, number of elements in class_weight should match number of outputs.")
        return self.class_weight

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        single = isinstance(fitted["classes_"], np.ndarray)
        sizes = [len(one) for one in ([fitted["classes_"]] if single else fitted["classes_"])]
        if np.ravel(fitted["n_classes_"]).tolist() != sizes or fitted["tree_"].value.shape[1:] != (
            len(sizes),
            max(sizes),
        ):
            raise ValueError("has classes_, n_classes_ and a tree_ that do not go together.")

    @property
    def averages_along_paths(self) -> bool:
        """Whether `partial_dependence` averages along the paths, where it may choose: as scikit-learn, not."""
        return False

    def _by_output(self, scores: Array) -> Any:
        if not isinstance(self.classes_, list):
            return scores
        split = scores.reshape(*scores.shape[:-1], *self.tree_.value.shape[1:])
        return [split[..., k, : len(one)] for k, one in enumerate(self.classes_)]

    def predict(self, X: ArrayLike) -> Array:
        """Return the most frequent class of each row's leaf, the first of equally frequent ones.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n,) or (n, n_targets)
            Entries of `classes_`.

        Raises
        ------
        NotFittedError, ValueError
            As `predict_proba`.
        """
        best = self._values(X).argmax(axis=2)
        if isinstance(self.classes_, list):
            return np.stack([one[code] for one, code in zip(self.classes_, best.T, strict=True)], axis=1)
        return self.classes_[best[:, 0]]

    def predict_proba(self, X: ArrayLike) -> Any:
        """Return the shares of the classes in each row's leaf.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n, K), or a list of these for several targets
            In the order of `classes_`; each row sums to one.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for infinite entries.
        """
        values = self._values(X)
        if isinstance(self.classes_, list):
            return [values[:, k, : len(one)] for k, one in enumerate(self.classes_)]
        return values[:, 0]

    def predict_log_proba(self, X: ArrayLike) -> Any:
        """Return the logarithms of the shares of the classes, minus infinity for a class without rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n, K), or a list of these for several targets

        Raises
        ------
        NotFittedError, ValueError
            As `predict_proba`.
        """
        shares = self.predict_proba(X)
        with np.errstate(divide="ignore"):  # of zero
            return [np.log(one) for one in shares] if isinstance(shares, list) else np.log(shares)
