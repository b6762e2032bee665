"""Counts weighted by how few documents have the term."""

from collections.abc import Mapping
from typing import Any, Literal, Self

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean
from groundup.core.containers.csr import Csr, in_users_form, sparse_rows
from groundup.core.estimator.model import Model
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.training import adopt
from groundup.core.types import Array, ArrayLike
from groundup.data.text.analysis import Norm
from groundup.data.text.weighting import Weighting, require_logarithms, require_no_nan, weigh


class TfidfTransformer(Model):
    """Weigh the counts of terms by their inverse document frequency.

    A count c of a term that df of n documents have becomes c (1 + log((1 + n) / (1 + df))), or without `smooth_idf`
    c (1 + log(n / df)); then rows get the norm one.

    Parameters
    ----------
    norm : {"l1", "l2"}, default="l2"
        Norm of the rows; None leaves them as they are.
    use_idf : bool, default=True
        Whether the document frequency matters.
    smooth_idf : bool, default=True
        Whether one document more is taken to have every term, so that no frequency is zero.
    sublinear_tf : bool, default=False
        Whether a count c is first replaced by 1 + log(c).

    Attributes
    ----------
    idf_ : ndarray of shape (d,)
        Inverse document frequencies, if they are used.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str of shape (d,)
        Names of the columns, if X had names.

    Examples
    --------
    >>> from groundup import TfidfTransformer
    >>> TfidfTransformer(smooth_idf=False, norm=None).fit_transform([[1, 2], [1, 0]]).toarray()
    array([[1.        , 3.38629436],
           [1.        , 0.        ]])
    """

    accepts = Accepts(sparse=True)

    norm: Literal["l1", "l2"] | None = parameter(Norm, default="l2")
    use_idf: bool = parameter(Boolean(), default=True)
    smooth_idf: bool = parameter(Boolean(), default=True)
    sublinear_tf: bool = parameter(Boolean(), default=False)

    n_features_in_: int = fitted()
    feature_names_in_: Array = fitted("d", kinds="UO", required=False)
    idf_: Array = fitted("d", infinite=np.inf, required=False)

    def fit(self, X: ArrayLike, y: ArrayLike = None) -> Self:
        """Learn the document frequencies.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Counts.
        y : object, optional
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError
            For a parameter that is not allowed.
        TypeError
            For data that are not numbers.
        ValueError
            For data of the wrong shape, for missing or infinite entries, and with `sublinear_tf` for negative ones. The
            model is then unchanged.
        """
        self.check_parameters()
        rows = _as_rows(self._input(X))
        if self.sublinear_tf:
            require_logarithms(rows.data)
        idf = self._weighting().fitted(rows).idf_
        adopt(self, self._columns(X) | ({} if idf is None else {"idf_": idf}))
        return self

    def transform(self, X: ArrayLike, copy: bool = True) -> Any:
        """Weigh counts.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Counts.
        copy : bool, default=True
            False writes the result into `X`, where that is a SciPy matrix of floats by rows in canonical order.

        Returns
        -------
        sparse matrix of shape (n, d)
            Of SciPy, by rows; without SciPy a `Csr`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for entries that `fit` refuses.
        """
        self._require_fitted()
        table = self._input(X)
        idf = getattr(self, "idf_", None)
        if hasattr(self, "n_features_in_"):  # `idf_` may also have been set
            inputs.check_features(self, X, table.shape[1])
        elif idf is not None and len(idf) != table.shape[1]:
            raise ValueError(f"X has {table.shape[1]} features, but idf_ has {len(idf)} entries.")
        rows = _as_rows(table)
        if copy or rows.data is not getattr(X, "data", None):
            return in_users_form(self._weighting(idf).applied(rows))
        weigh(rows.data, rows, self.sublinear_tf, idf, self.norm)
        weighted = in_users_form(rows)
        return X if type(weighted) is type(X) else weighted

    def fit_transform(self, X: ArrayLike, y: ArrayLike = None) -> Any:
        """Learn the document frequencies, and weigh the same counts.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Counts.
        y : object, optional
            Ignored.

        Returns
        -------
        sparse matrix of shape (n, d)
            As from `transform`.

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `fit`.
        """
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features: ArrayLike = None) -> Array:
        """Return the names of the columns, which stay the same.

        Parameters
        ----------
        input_features : array-like of str of shape (d,), optional
            Names to return; by default those of the fit, or x0, x1, …

        Returns
        -------
        ndarray of object of shape (d,)

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For names that are not those of the fit, or another number of them.
        """
        self._require_fitted()
        known = getattr(self, "feature_names_in_", None)
        if input_features is None:
            return np.array([f"x{k}" for k in range(self.n_features_in_)], dtype=object) if known is None else known
        names = np.asarray(input_features, dtype=object)
        if known is not None and not np.array_equal(names, known):
            raise ValueError("input_features is not equal to feature_names_in_")
        if len(names) != self.n_features_in_:
            raise ValueError(
                f"input_features should have length equal to number of features ({self.n_features_in_}), "
                f"got {len(names)}"
            )
        return names

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags: there is no logarithm of a negative count."""
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = self.sublinear_tf
        return tags

    def set_transform_request(self, **requests: bool | str | None) -> Self:
        """Say whether `transform` asks for `copy`; see `set_fit_request`.

        Parameters
        ----------
        **requests : bool, str or None
            As of `set_fit_request`.

        Returns
        -------
        self

        Raises
        ------
        RuntimeError, TypeError
            As `set_fit_request`.
        """
        return self._request("transform", requests)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        if "idf_" in fitted:
            require_no_nan(fitted["idf_"])

    def _weighting(self, idf: Array | None = None) -> Weighting:
        return Weighting(self.norm, self.use_idf, self.smooth_idf, self.sublinear_tf, idf)


def _as_rows(table: Any) -> Csr:
    return table if isinstance(table, Csr) else sparse_rows(np.asarray(table))
