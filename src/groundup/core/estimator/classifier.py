"""Base classes of classifiers, with and without probabilities."""

from typing import ClassVar

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.estimator.parameters import fitted
from groundup.core.types import Array, ArrayLike


class Classifier(Estimator):
    """Base class of models that predict the class with the largest score.

    Attributes of a fitted model
    ----------------------------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    """

    kind: ClassVar[str | None] = "classifier"
    classes_: Array = fitted("K", kinds="biufUSO")

    def _class_scores(self, X: ArrayLike) -> Array:
        """Return the score of each class, of shape (n, K)."""
        raise NotImplementedError

    def predict(self, X: ArrayLike) -> Array:
        """Return the class with the largest score for each row, the first of equal ones.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,)
            Entries of `classes_`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        scores = self._class_scores(X)  # first: an unfitted model has no classes
        return self.classes_[scores.argmax(axis=1)]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Return the accuracy: the weighted fraction of correct predictions.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.
        y : array-like of shape (n,)
            Their true classes.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float
            Between 0 and 1.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`, and for a `y` of another length.
        """
        from groundup.core.metrics import accuracy_score

        return accuracy_score(y, self.predict(X), sample_weight)


class ProbabilisticClassifier(Classifier):
    """Base class of classifiers that predict probabilities."""

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithms of the probabilities, accurate even if these underflow.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, K)
            In the order of `classes_`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        raise NotImplementedError

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, K)
            In the order of `classes_`; each row sums to one.

        Raises
        ------
        NotFittedError, ValueError
            As `predict_log_proba`.
        """
        return np.exp(self.predict_log_proba(X))

    def _class_scores(self, X: ArrayLike) -> Array:
        return self.predict_log_proba(X)
