"""Base class of outlier detectors."""

from typing import ClassVar

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array, ArrayLike


class Detector(Estimator):
    """Base class of models that score rows; the lowest scores are outliers."""

    kind: ClassVar[str | None] = "outlier_detector"

    def score_samples(self, X: ArrayLike) -> Array:
        """Return the score of each row; lower for rows that are more unusual.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        NotFittedError, ValueError
            Before `fit`, and for data that `fit` does not accept.
        """
        raise NotImplementedError

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the score of each row minus the threshold of outliers.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,)
            Negative for outliers.

        Raises
        ------
        NotFittedError, ValueError
            As `score_samples`.
        """
        return self.score_samples(X) - self.offset_

    offset_: float

    def predict(self, X: ArrayLike) -> Array:
        """Return 1 for inliers and -1 for outliers.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of int of shape (n,)

        Raises
        ------
        NotFittedError, ValueError
            As `score_samples`.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def fit_predict(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Array:
        """Fit the model, and return 1 for inliers and -1 for outliers.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows are samples.
        y : object, optional
            Ignored.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        ndarray of int of shape (n,)

        Raises
        ------
        ValueError, TypeError
            As `fit`.
        """
        return self.fit(X, y, sample_weight).predict(X)
