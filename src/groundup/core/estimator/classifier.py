"""Models that predict classes."""

from typing import ClassVar

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array, ArrayLike


class Classifier(Estimator):
    """Mixed into models that predict classes, by a probability for each of them.

    Attributes of a fitted model
    ----------------------------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    """

    _kind: ClassVar[str | None] = "classifier"
    classes_: Array

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Logarithms of the probabilities of the classes, with all digits where these are too small to be stored.

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
        """Probabilities of the classes; each row sums to one.

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
        NotFittedError, ValueError
            As `predict_log_proba`.
        """
        return np.asarray(np.exp(self.predict_log_proba(X)))

    def predict(self, X: ArrayLike) -> Array:
        """The most probable class of each row; of equally probable ones the first.

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
        NotFittedError, ValueError
            As `predict_log_proba`.
        """
        log_proba = self.predict_log_proba(X)  # first: an unfitted model has no classes
        return np.asarray(self.classes_[log_proba.argmax(axis=1)])

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Accuracy: the weighted share of rows whose class is predicted.

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
            As `predict_log_proba`; and for a `y` of another length.
        """
        from groundup.core.metrics import accuracy_score

        return accuracy_score(y, self.predict(X), sample_weight)
