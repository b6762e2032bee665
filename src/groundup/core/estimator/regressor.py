"""Base class of regressors."""

from typing import ClassVar

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array, ArrayLike


class Regressor(Estimator):
    """Base class of models that predict numbers."""

    kind: ClassVar[str | None] = "regressor"

    def predict(self, X: ArrayLike) -> Array:
        """Return the predicted targets of the rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,) or (n, n_targets)
            In the unit of y.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        raise NotImplementedError

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Return R² of the predictions, averaged over targets.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.
        y : array-like of shape (n,) or (n, n_targets)
            Their true targets.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float
            1 is perfect, 0 no better than the mean of `y`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, a `y` of another shape than the predictions, and for missing or infinite
            entries.
        """
        from groundup.core.metrics import r2_score

        return r2_score(y, self.predict(X), sample_weight)
