"""What regressors, classifiers, clusterers and transformers can do besides being fitted: mixed into the estimators."""

import sys
from typing import Any, ClassVar, Self

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array, ArrayLike


class Regressor(Estimator):
    """Mixed into models that predict numbers."""

    _kind: ClassVar[str | None] = "regressor"

    def predict(self, X: ArrayLike) -> Array:
        """Predicted targets of the rows of `X`.

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
        """Coefficient of determination R² of the predictions, averaged over targets.

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


class Clusterer(Estimator):
    """Mixed into models that find groups."""

    _kind: ClassVar[str | None] = "clusterer"
    labels_: Array

    def fit_predict(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Array:
        """Fit, and return the label of every row.

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


class Transformer(Estimator):
    """Mixed into models that map rows to new columns; pandas and polars frames come out on request."""

    def transform(self, X: ArrayLike) -> Any:
        """New columns for the rows of `X`.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, d_new)
            Or a data frame with the names of `get_feature_names_out`, where `set_output` asks for one.

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
        """Fit, then transform the same rows.

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
        """Names of the new columns: the class's name in lower case and a number."""
        self._require_fitted()
        prefix = type(self).__name__.lower()
        return np.array([f"{prefix}{k}" for k in range(self._n_features_out())], dtype=object)

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose the container of `transform`'s result.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, optional
            "default" is an array; None leaves the choice as it is.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For another word.
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
