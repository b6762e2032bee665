"""Boosted trees for classes."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np

from groundup.core.checks.labels import as_labels, require_classes
from groundup.core.checks.parameters import OneOf
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.decision_tree import require_range
from groundup.projects.gradient_boosting.models.gradient_boosting import GradientBoosting
from groundup.projects.gradient_boosting.models.initial import Initial
from groundup.projects.gradient_boosting.solvers.losses import Binomial, Exponential, Loss, Multinomial, name_of


class GradientBoostingClassifier(ProbabilisticClassifier, GradientBoosting):
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

    n_classes_: int = fitted()

    def _read(self, y: ArrayLike, n: int) -> Array:
        return as_labels(y, n, owner=type(self).__name__)

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

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores of the classes.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n,) or (n, K)
            Of two classes the log-odds of the second, with the exponential loss half of them; of more the logarithms
            of the probabilities, but for a number that is common to all classes of a row.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for infinite entries.
        """
        F = self._scores(X)
        return F[0] if len(F) == 1 else F.T

    def staged_decision_function(self, X: ArrayLike) -> Iterator[Array]:
        """Yield the scores of the classes after each iteration.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `decision_function`.

        Yields
        ------
        ndarray of shape (n, K) or, for two classes, (n, 1)

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        for F in self._staged_scores(X):
            yield F.T

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `decision_function`.

        Returns
        -------
        ndarray of shape (n, K)
            In the order of `classes_`; each row sums to one.

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        F = self._scores(X)
        return np.asarray(self._loss.probabilities(F))

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithms of the probabilities, accurate even if these underflow.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `decision_function`.

        Returns
        -------
        ndarray of shape (n, K)

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        F = self._scores(X)
        return np.asarray(self._loss.log_probabilities(F))

    def staged_predict_proba(self, X: ArrayLike) -> Iterator[Array]:
        """Yield the probabilities of the classes after each iteration.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `decision_function`.

        Yields
        ------
        ndarray of shape (n, K)

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        for F in self._staged_scores(X):
            yield self._loss.probabilities(F)

    def staged_predict(self, X: ArrayLike) -> Iterator[Array]:
        """Yield the most probable class of each row after each iteration.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `decision_function`.

        Yields
        ------
        ndarray of shape (n,)

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        for F in self._staged_scores(X):
            yield self.classes_[_best(F)]

    def predict(self, X: ArrayLike) -> Array:
        """Return the most probable class of each row; of two equally probable ones the second.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `decision_function`.

        Returns
        -------
        ndarray of shape (n,)
            Entries of `classes_`.

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        F = self._scores(X)
        return self.classes_[_best(F)]

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


def _best(F: Array) -> Array:
    """Return the number of the class with the largest score; the second of two with a score of 0."""
    return np.asarray((F[0] >= 0).astype(np.intp) if len(F) == 1 else F.argmax(axis=0))
