"""What boosted regressors answer."""

from collections.abc import Iterator

import numpy as np

from groundup.core.checks.inputs import as_target, warn_of_column
from groundup.core.estimator.regressor import Regressor
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.boosted import BoostedTrees


class BoostedRegressor(Regressor, BoostedTrees):
    """Base of boosted regressors."""

    def _read(self, y: ArrayLike, n: int) -> Array:
        target = as_target(y, n, owner=type(self).__name__)
        if target.ndim == 2:
            if target.shape[1] > 1:
                raise ValueError(f"y should be a 1d array, got an array of shape {target.shape} instead.")
            warn_of_column()
        return target.reshape(n)

    def predict(self, X: ArrayLike) -> Array:
        """Return the predictions of all trees together.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for infinite entries.
        """
        F = self._scores(X)
        return np.asarray(self._loss.prediction(F))

    def staged_predict(self, X: ArrayLike) -> Iterator[Array]:
        """Yield the predictions after each iteration.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `predict`.

        Yields
        ------
        ndarray of shape (n,)

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.
        """
        for F in self._staged_scores(X):
            yield self._loss.prediction(F)
