"""Documents as weighted counts: `CountVectorizer` and `TfidfTransformer` in one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, Self

import numpy as np

from groundup.core.checks.inputs import FLOATS
from groundup.core.checks.parameters import Boolean
from groundup.core.containers.csr import Csr
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.training import adopt
from groundup.core.exceptions import NotFittedError, recognized, warn
from groundup.core.types import Array, ArrayLike
from groundup.data.text.analysis import DType, Norm
from groundup.data.text.count_vectorizer import CountVectorizer
from groundup.data.text.weighting import Weighting, require_no_nan


class TfidfVectorizer(CountVectorizer):
    r"""Count the terms of documents, and weigh them by their inverse document frequency.

    Parameters
    ----------
    input, encoding, decode_error, strip_accents, lowercase, preprocessor, tokenizer, stop_words, token_pattern, \
    ngram_range, analyzer, max_df, min_df, max_features, vocabulary, binary
        As of `CountVectorizer`.
    dtype : dtype, default=numpy.float64
        Type of the entries: float64 or float32.
    norm, use_idf, smooth_idf, sublinear_tf
        As of `TfidfTransformer`.

    Attributes
    ----------
    vocabulary_ : dict
        Column of each term.
    fixed_vocabulary_ : bool
        Whether the user gave the vocabulary.
    idf_ : ndarray of shape (d,)
        Inverse document frequencies, if they are used; may be set.

    Examples
    --------
    >>> from groundup import TfidfVectorizer
    >>> vectorizer = TfidfVectorizer()
    >>> vectorizer.fit_transform(["the cat", "the dog"]).toarray().round(3)
    array([[0.815, 0.   , 0.58 ],
           [0.   , 0.815, 0.58 ]])
    """

    dtype: Any = parameter(DType(), default=np.float64)
    norm: Literal["l1", "l2"] | None = parameter(Norm, default="l2")
    use_idf: bool = parameter(Boolean(), default=True)
    smooth_idf: bool = parameter(Boolean(), default=True)
    sublinear_tf: bool = parameter(Boolean(), default=False)

    _tfidf: Weighting = fitted()

    @property
    def idf_(self) -> Array:
        """Inverse document frequencies, of shape (d,)."""
        self._require_weighting()
        if self._tfidf.idf_ is None:
            raise AttributeError(f"This {type(self).__name__} has no idf_: it was fitted with use_idf=False.")
        return self._tfidf.idf_

    @idf_.setter
    def idf_(self, value: ArrayLike) -> None:
        if not self.use_idf:
            raise ValueError("`idf_` cannot be set when `user_idf=False`.")
        idf = np.asarray(value)
        idf = idf if idf.dtype in FLOATS else idf.astype(np.float64)
        if self.vocabulary is not None or hasattr(self, "vocabulary_"):
            require_idf(idf, len(self._columns_by_term()))
        self._tfidf = replace(self._weighting(), idf_=idf)

    def fit(self, raw_documents: Iterable[Any], y: ArrayLike = None) -> Self:
        """Learn vocabulary and document frequencies.

        Parameters
        ----------
        raw_documents : iterable
            Documents, as `input` says; read once.
        y : object, optional
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `CountVectorizer.fit`.
        """
        return super().fit(raw_documents, y)

    def transform(self, raw_documents: Iterable[Any]) -> Any:
        """Return the weighted counts of the vocabulary's terms.

        Parameters
        ----------
        raw_documents : iterable
            As in `fit`.

        Returns
        -------
        sparse matrix of shape (n, d)
            As from `fit_transform`.

        Raises
        ------
        NotFittedError
            Before `fit`, unless `idf_` and the vocabulary were given.
        TypeError, ValueError
            As `fit`.
        """
        self._require_weighting()
        return super().transform(raw_documents)

    def _learn(self, documents: Iterable[Any]) -> Csr:
        rows, vocabulary = self._counted(documents)
        if np.dtype(self.dtype) not in FLOATS:
            warn(
                f"Only float64 and float32 'dtype' should be used. {np.dtype(self.dtype)} 'dtype' will be converted "
                "to np.float64.",
                UserWarning,
            )
        weighting = self._weighting().fitted(rows)
        adopt(self, {"vocabulary_": vocabulary, "_tfidf": weighting})
        return weighting.applied(rows)

    def _rows(self, documents: Iterable[Any]) -> Csr:
        return self._tfidf.applied(super()._rows(documents))

    def _weighting(self) -> Weighting:
        return Weighting(self.norm, self.use_idf, self.smooth_idf, self.sublinear_tf)

    def _require_weighting(self) -> None:
        if not hasattr(self, "_tfidf"):
            raise recognized(NotFittedError)(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with documents before using it."
            )

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        weighting = fitted["_tfidf"]
        if (weighting.idf_ is None) == weighting.use_idf:
            raise ValueError("has idf_ and use_idf that contradict each other.")
        if weighting.idf_ is not None:
            require_idf(weighting.idf_, len(fitted["vocabulary_"]))


def require_idf(idf: Array, terms: int) -> None:
    """Raise ValueError unless there is one float for each term."""
    if np.shape(idf) != (terms,) or np.asarray(idf).dtype.kind != "f":
        raise ValueError(f"idf length = {np.shape(idf)} must be equal to vocabulary size = {terms}, and hold floats.")
    require_no_nan(idf)
