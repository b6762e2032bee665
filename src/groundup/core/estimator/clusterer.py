"""Base class of clustering models."""

from typing import ClassVar

from groundup.core.estimator.base import Estimator
from groundup.core.estimator.parameters import fitted
from groundup.core.types import Array, ArrayLike


class Clusterer(Estimator):
    """Base class of models that assign rows to clusters."""

    kind: ClassVar[str | None] = "clusterer"
    labels_: Array = fitted("*", kinds="i", required=False)

    def fit_predict(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Array:
        """Fit the model, and return the label of every row.

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
        return self.fit(X, y, sample_weight).labels_
