"""Documents as counts of hashed tokens: no vocabulary, hence nothing to learn."""

from collections.abc import Iterable
from typing import Any, Literal, Self

import numpy as np

from groundup.core.checks.parameters import Boolean, Number
from groundup.core.containers.csr import Csr, in_users_form, narrow
from groundup.core.estimator.parameters import parameter
from groundup.core.types import Array, ArrayLike
from groundup.data.text.analysis import Analysis, DType, Norm
from groundup.data.text.counting import Vocabulary, count, typed
from groundup.data.text.murmur import murmur3
from groundup.data.text.weighting import as_floats, normalize


class HashingVectorizer(Analysis):
    r"""Count the tokens of documents in columns that a hash function chooses.

    A token's column is the absolute value of its hash (MurmurHash3, 32 bits) modulo the number of columns. Different
    tokens may share a column; with `alternate_sign` they cancel rather than add up, since the sign of the hash is that
    of the count.

    Parameters
    ----------
    input, encoding, decode_error, strip_accents, lowercase, preprocessor, tokenizer, stop_words, token_pattern, \
    ngram_range, analyzer
        As of `CountVectorizer`.
    n_features : int, default=2**20
        Number of columns.
    binary : bool, default=False
        Whether every column of a document that is not empty counts one.
    norm : {"l1", "l2"}, default="l2"
        Norm of the rows; None leaves the counts as they are.
    alternate_sign : bool, default=True
        Whether counts take the sign of the hash.
    dtype : dtype, default=numpy.float64
        Type of the entries; with a norm they are floats.

    Examples
    --------
    >>> from groundup import HashingVectorizer
    >>> HashingVectorizer(n_features=4, norm=None).transform(["the cat and the dog"]).toarray()
    array([[ 0., -2., -2.,  1.]])
    """

    _stateless = True

    n_features: int = parameter(Number(1, 2**31 - 1, whole=True), default=2**20)
    binary: bool = parameter(Boolean(), default=False)
    norm: Literal["l1", "l2"] | None = parameter(Norm, default="l2")
    alternate_sign: bool = parameter(Boolean(), default=True)
    dtype: Any = parameter(DType(), default=np.float64)

    def fit(self, X: Iterable[Any], y: ArrayLike = None) -> Self:
        """Check the parameters; there is nothing to learn.

        Parameters
        ----------
        X : iterable
            Documents, which are not read.
        y : object, optional
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError
            For a parameter that is not allowed.
        ValueError
            For one text instead of a list of them.
        """
        self.check_parameters()
        self._documents(X)
        self._warn_of_parameters()
        return self

    def partial_fit(self, X: Iterable[Any], y: ArrayLike = None) -> Self:
        """Check the parameters, as `fit`.

        Parameters
        ----------
        X : iterable
            Documents, which are not read.
        y : object, optional
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError, ValueError
            As `fit`.
        """
        return self.fit(X, y)

    def transform(self, X: Iterable[Any]) -> Any:
        """Return the counts of the tokens by their hashes.

        Parameters
        ----------
        X : iterable
            Documents, as `input` says; read once.

        Returns
        -------
        sparse matrix of shape (n, n_features)
            Of SciPy, by rows; without SciPy a `Csr`.

        Raises
        ------
        TypeError
            For what is no document, and for tokens that are neither text nor bytes.
        ValueError
            For one text instead of a list of them, and for no documents.
        """
        self.check_parameters()
        rows, vocabulary = count(self._documents(X), self.build_analyzer())
        if not len(rows):
            raise ValueError("Cannot vectorize empty sequence.")
        hashed = typed(self._hashed(rows, vocabulary), self.dtype, self.binary)
        return in_users_form(hashed if self.norm is None else normalize(as_floats(hashed), self.norm))

    def fit_transform(self, X: Iterable[Any], y: ArrayLike = None) -> Any:
        """Check the parameters, and return the counts.

        Parameters
        ----------
        X : iterable
            As in `transform`.
        y : object, optional
            Ignored.

        Returns
        -------
        sparse matrix of shape (n, n_features)
            As from `transform`.

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `fit` and `transform`.
        """
        return self.fit(X, y).transform(X)

    def _hashed(self, rows: Csr, vocabulary: Vocabulary) -> Csr:
        """Return the counts in the columns, and with the signs, of their tokens' hashes."""
        hashes = murmur3([_bytes_of(token) for token in vocabulary])
        column = np.abs(hashes.astype(np.int64)) % self.n_features
        sign = np.where(hashes < 0, -1, 1) if self.alternate_sign else np.ones(len(hashes), np.int64)
        counts: Array = rows.data * sign[rows.indices]
        return narrow(Csr(counts, column[rows.indices], rows.indptr, (len(rows), self.n_features)).canonical())


def _bytes_of(token: Any) -> bytes:
    if isinstance(token, str):
        return token.encode()
    if isinstance(token, bytes):
        return token
    raise TypeError(f"feature names must be strings, got {token!r} ({type(token).__name__}).")
