"""Scores and probabilities of a fitted linear classifier."""

from typing import Any, Self

import numpy as np

from groundup.core.estimator.classifier import Classifier, ProbabilisticClassifier
from groundup.core.estimator.parameters import fitted
from groundup.core.functions import log1pexp, logsumexp
from groundup.core.types import Array, ArrayLike


class LinearDecision(Classifier):
    """Classifiers whose scores are linear functions of the features.

    Attributes of a fitted model
    ----------------------------
    coef_ : ndarray of shape (t, d)
        Slopes of the t scores: one for two classes, or one for each class.
    intercept_ : ndarray of shape (t,)
        Scores where all features are zero.
    """

    coef_: Array = fitted("k d")
    intercept_: Array = fitted("k")

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores of rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,) or (n, K)
            With two classes the score of the second one (where the model gives probabilities: its log-odds), else a
            score for each class.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        scores = self._scores(X)
        if len(self.classes_) > 2:
            return scores
        return np.asarray(scores[:, 0] if scores.shape[1] == 1 else scores[:, 1] - scores[:, 0])

    def _scores(self, X: ArrayLike) -> Array:
        """All scores of the rows of `X`, of shape (n, t)."""
        return np.asarray(self._new_rows(X) @ self._slopes().T.astype(np.float64) + self.intercept_)

    def _slopes(self) -> Array:
        """`coef_` as an array, also of a model that was made sparse."""
        coef: Any = self.coef_
        return np.asarray(coef if isinstance(coef, np.ndarray) else coef.toarray())

    def sparsify(self) -> Self:
        """Turn `coef_` into a sparse matrix of SciPy, which keeps only the coefficients that are not zero.

        Returns
        -------
        self
            Which predicts as before; `densify` goes back, and must before `save`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        from scipy.sparse import csr_matrix  # only the container that scikit-learn's users get; nothing is computed

        self._require_fitted()
        vars(self)["coef_"] = csr_matrix(self._slopes())
        return self

    def densify(self) -> Self:
        """Turn `coef_` back into an array; see `sparsify`.

        Returns
        -------
        self

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        vars(self)["coef_"] = self._slopes()
        return self


class LinearScores(LinearDecision, ProbabilisticClassifier):
    """The same with probabilities: the score of two classes is the log-odds of the second one."""

    def margins(self, X: ArrayLike, y: ArrayLike) -> Array:
        """Return each row's log-odds of its own class, for two classes.

        It is positive where that class is predicted.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.
        y : array-like of shape (n,)
            Their classes.

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        ValueError
            For a model of more than two classes.
        """
        scores = self.decision_function(X)
        if scores.ndim > 1:
            raise ValueError(f"margins is for two classes, the model has {len(self.classes_)}.")
        return np.where(np.asarray(y) == self.classes_[1], scores, -scores)

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithms of the probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, K)
            In the order of `classes_`; with all digits, for scores of any size.

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`.
        """
        scores = self._scores(X)
        if scores.shape[1] == 1:
            return -np.hstack([log1pexp(scores), log1pexp(-scores)])
        return np.asarray(scores - logsumexp(scores)[:, None])
