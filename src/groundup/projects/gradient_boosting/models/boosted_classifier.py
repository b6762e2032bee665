"""What boosted classifiers answer: classes, their scores and their probabilities."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from groundup.core.checks.labels import as_labels
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.boosted import BoostedTrees


class BoostedClassifier(ProbabilisticClassifier, BoostedTrees):
    """Base of boosted classifiers."""

    _stages_are_columns: ClassVar[bool] = False  # Whether two classes have scores of shape (n, 1) after an iteration.
    _tie: ClassVar[int] = 0  # Which of two equally probable classes is predicted, as by scikit-learn's class.

    def _read(self, y: ArrayLike, n: int) -> Array:
        return as_labels(y, n, owner=type(self).__name__)

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
        ndarray of shape (n, K) or, for two classes, (n,)
            `GradientBoostingClassifier`: (n, 1) in place of (n,), as of scikit-learn.

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        for F in self._staged_scores(X):
            yield F.T if len(F) > 1 or self._stages_are_columns else F[0]

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
            yield self.classes_[self._best(F)]

    def predict(self, X: ArrayLike) -> Array:
        """Return the most probable class of each row.

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
        return self.classes_[self._best(F)]

    def _best(self, F: Array) -> Array:
        """Return the number of the class with the largest score."""
        if len(F) > 1:
            return F.argmax(axis=0)
        return np.asarray((F[0] >= 0 if self._tie else F[0] > 0).astype(np.intp))
