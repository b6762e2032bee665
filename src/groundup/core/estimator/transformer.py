"""Base class of transformers."""

import sys
from typing import Any, Self

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array, ArrayLike


class Transformer(Estimator):
    """Base class of models that map rows to new columns."""

    def transform(self, X: ArrayLike) -> Any:
        """Return new columns for the rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, d_new)
            Or a data frame with the names of `get_feature_names_out`, if `set_output` requests one.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        return self._wrap(self._transform(X), X)

    def _transform(self, X: ArrayLike) -> Array:
        raise NotImplementedError

    def _n_features_out(self) -> int:
        raise NotImplementedError

    def fit_transform(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Any:
        """Fit the model, and transform the same rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows are samples.
        y : array-like of shape (n,) or (n, n_targets), optional
            As in `fit`.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        ndarray of shape (n, d_new)
            Or a data frame, as from `transform`.

        Raises
        ------
        ValueError, TypeError
            As `fit`.
        """
        return self.fit(X, y, sample_weight).transform(X)

    def get_feature_names_out(self, input_features: ArrayLike = None) -> Array:
        """Return the names of the new columns.

        Parameters
        ----------
        input_features : object, optional
            Ignored; the names do not depend on it.

        Returns
        -------
        ndarray of str of shape (d_new,)
            The name of the class in lower case, and a number.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        prefix = type(self).__name__.lower()
        return np.array([f"{prefix}{k}" for k in range(self._n_features_out())], dtype=object)

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose the container of the result of `transform`.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, optional
            "default" is an array; None does not change the choice.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For another value.
        """
        if transform not in (None, "default", "pandas", "polars"):
            raise ValueError(f"transform={transform!r} is not allowed; it must be 'default', 'pandas' or 'polars'.")
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}
        return self

    def _wrap(self, array: Array, X: ArrayLike) -> Any:
        sklearn = sys.modules.get("sklearn")
        default = sklearn.get_config()["transform_output"] if sklearn else "default"
        container = getattr(self, "_sklearn_output_config", {}).get("transform", default)
        names = list(self.get_feature_names_out())
        if container == "pandas":
            import pandas

            return pandas.DataFrame(array, columns=names, index=getattr(X, "index", None), copy=False)
        if container == "polars":
            import polars

            return polars.DataFrame(array, schema=names, orient="row")
        return array
