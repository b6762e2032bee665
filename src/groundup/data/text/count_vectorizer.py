"""Documents as counts of their terms, whose vocabulary is learned or given."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Self

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, Rule
from groundup.core.containers.csr import Csr, in_users_form
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.training import adopt
from groundup.core.exceptions import NotFittedError, recognized, warn
from groundup.core.types import Array, ArrayLike
from groundup.data.text.analysis import Analysis, DType
from groundup.data.text.counting import Vocabulary, count, typed
from groundup.data.text.vocabulary import Limits, alphabetical, given, in_order, require_numbering

TABLE = Accepts(sparse=True)


@dataclass(frozen=True)
class Share(Rule):
    """A part of the whole, which is no integer."""

    def allows(self, value: Any) -> bool:
        """Whether `value` is a number from 0 to 1, and no integer."""
        return Number(0, 1).allows(value) and not isinstance(value, Integral)

    def __str__(self) -> str:
        return "a float from 0.0 to 1.0"


@dataclass(frozen=True)
class Terms(Rule):
    """Terms, with or without their columns."""

    def allows(self, value: Any) -> bool:
        """Whether `value` holds terms; a text would hold characters."""
        return isinstance(value, Iterable) and not isinstance(value, (str, bytes))

    def __str__(self) -> str:
        return "a mapping from terms to columns, or an iterable of terms"


class CountVectorizer(Analysis):
    r"""Count the terms of documents: a row a document, a column a term.

    Parameters
    ----------
    input : {"content", "file", "filename"}, default="content"
        Whether documents are texts, open files, or names of files.
    encoding : str, default="utf-8"
        Encoding of documents that are bytes.
    decode_error : {"strict", "ignore", "replace"}, default="strict"
        What becomes of bytes that are not in this encoding: an error, nothing, or a replacement character.
    strip_accents : {"ascii", "unicode"} or callable, optional
        "ascii" keeps what has a form in ASCII, "unicode" drops combining marks.
    lowercase : bool, default=True
        Whether capital letters count as small ones.
    preprocessor : callable, optional
        Takes the place of lower case and accents.
    tokenizer : callable, optional
        Takes the place of `token_pattern`.
    stop_words : "english" or list of str, optional
        Words that are left out, before sequences are formed.
    token_pattern : str, default=r"(?u)\\b\\w\\w+\\b"
        Regular expression of a word; its group, if it has one, is the word.
    ngram_range : tuple of int, default=(1, 1)
        Shortest and longest sequence of neighbouring words, or characters, that is a term.
    analyzer : {"word", "char", "char_wb"} or callable, default="word"
        Terms are words, characters, or characters within words; a function returns the terms of a document.
    max_df, min_df : float or int, default=1.0 and 1
        Terms of more, or of fewer, documents are left out; a float is a share of all documents.
    max_features : int, optional
        Number of the most frequent terms that are kept.
    vocabulary : mapping or iterable, optional
        Columns by term, or terms in the order of their columns. By default the terms of `fit`, in alphabetical order.
    binary : bool, default=False
        Whether a term that occurs counts once.
    dtype : dtype, default=numpy.int64
        Type of the counts.

    Attributes
    ----------
    vocabulary_ : dict
        Column of each term.
    fixed_vocabulary_ : bool
        Whether the user gave the vocabulary.

    Examples
    --------
    >>> from groundup import CountVectorizer
    >>> vectorizer = CountVectorizer()
    >>> vectorizer.fit_transform(["the cat and the dog", "a cat"]).toarray()
    array([[1, 1, 1, 2],
           [0, 1, 0, 0]])
    >>> vectorizer.get_feature_names_out()
    array(['and', 'cat', 'dog', 'the'], dtype=object)
    """

    max_df: float = parameter(Share() | Count, default=1.0)
    min_df: float = parameter(Share() | Count, default=1)
    max_features: int | None = parameter(OneOf((None,)) | Count, default=None)
    vocabulary: Mapping[Any, int] | Iterable[Any] | None = parameter(OneOf((None,)) | Terms(), default=None)
    binary: bool = parameter(Boolean(), default=False)
    dtype: Any = parameter(DType(), default=np.int64)

    vocabulary_: dict[Any, int] = fitted()

    @property
    def fixed_vocabulary_(self) -> bool:
        """Whether the user gave the vocabulary."""
        return self.vocabulary is not None

    def fit(self, raw_documents: Iterable[Any], y: ArrayLike = None) -> Self:
        """Learn the vocabulary.

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
        InvalidParameterError
            For a parameter that is not allowed.
        TypeError
            For what is no document.
        ValueError
            For one text instead of a list of them, and if no term is left. The model is then unchanged.
        """
        self._learn(raw_documents)
        return self

    def fit_transform(self, raw_documents: Iterable[Any], y: ArrayLike = None) -> Any:
        """Learn the vocabulary, and return the counts of the same documents, which are read once.

        Parameters
        ----------
        raw_documents : iterable
            As in `fit`.
        y : object, optional
            Ignored.

        Returns
        -------
        sparse matrix of shape (n, d)
            Of SciPy, by rows; without SciPy a `Csr`.

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `fit`.
        """
        return in_users_form(self._learn(raw_documents))

    def transform(self, raw_documents: Iterable[Any]) -> Any:
        """Return the counts of the vocabulary's terms.

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
            Before `fit`, unless the vocabulary was given.
        TypeError, ValueError
            As `fit`.
        """
        return in_users_form(self._rows(raw_documents))

    def inverse_transform(self, X: ArrayLike) -> list[Array]:
        """Return the terms of each document.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Counts, or what was made of them.

        Returns
        -------
        list of ndarray of str
            For each row, the terms whose entry is not zero.

        Raises
        ------
        NotFittedError
            Before `fit`, unless the vocabulary was given.
        ValueError
            For another number of columns.
        """
        vocabulary = self._columns_by_term()
        table = TABLE.validated(X, type(self).__name__)
        if table.shape[1] != len(vocabulary):
            raise ValueError(f"X has {table.shape[1]} columns, but the vocabulary has {len(vocabulary)} terms.")
        ordered = in_order(vocabulary)
        terms = np.array(ordered) if all(isinstance(term, str) for term in ordered) else _objects(ordered)
        if not isinstance(table, Csr):
            return [terms[np.flatnonzero(row)] for row in table]
        parts = (slice(*table.indptr[row : row + 2]) for row in range(len(table)))
        return [terms[table.indices[part][table.data[part] != 0]] for part in parts]

    def get_feature_names_out(self, input_features: ArrayLike = None) -> Array:
        """Return the terms in the order of their columns.

        Parameters
        ----------
        input_features : object, optional
            Ignored.

        Returns
        -------
        ndarray of object of shape (d,)

        Raises
        ------
        NotFittedError
            Before `fit`, unless the vocabulary was given.
        """
        return _objects(in_order(self._columns_by_term()))

    # --- what subclasses share ------------------------------------------------------------------------------------

    def _learn(self, documents: Iterable[Any]) -> Csr:
        """Adopt the vocabulary of documents, and return their rows."""
        rows, vocabulary = self._counted(documents)
        adopt(self, {"vocabulary_": vocabulary})
        return rows

    def _counted(self, documents: Iterable[Any]) -> tuple[Csr, Vocabulary]:
        """Return counts and vocabulary of the documents of a fit, without changing the model."""
        self.check_parameters()
        documents = self._documents(documents)
        self._warn_of_parameters()
        analyze = self.build_analyzer()
        if self.vocabulary is not None:
            columns = self._given()
            if self.lowercase and any(any(map(str.isupper, term)) for term in columns if isinstance(term, str)):
                warn(
                    "Upper case characters found in vocabulary while 'lowercase' is True. These entries will not be "
                    "matched with any documents",
                    UserWarning,
                )
            rows, vocabulary = count(documents, analyze, columns)
            return typed(rows, self.dtype, self.binary), vocabulary
        rows, vocabulary = count(documents, analyze)
        if not vocabulary:
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        rows, vocabulary = alphabetical(typed(rows, self.dtype, self.binary), vocabulary)
        return Limits(self.min_df, self.max_df, self.max_features).applied(rows, vocabulary)

    def _rows(self, documents: Iterable[Any]) -> Csr:
        """Return the counts of documents by the vocabulary."""
        documents = self._documents(documents)
        columns = self._columns_by_term()
        return typed(count(documents, self.build_analyzer(), columns)[0], self.dtype, self.binary)

    def _columns_by_term(self) -> Vocabulary:
        """Return the vocabulary; one that the user gave needs no fit."""
        if not hasattr(self, "vocabulary_"):
            if self.vocabulary is None:
                raise recognized(NotFittedError)(
                    f"This {type(self).__name__} instance is not fitted yet: its vocabulary is neither fitted nor "
                    "provided. Call 'fit' with documents before using it."
                )
            self.vocabulary_ = self._given()
        return self.vocabulary_

    def _given(self) -> Vocabulary:
        """Return the user's vocabulary; the terms of an iterator are kept, since it can be read only once."""
        if isinstance(self.vocabulary, Iterator):
            self.vocabulary = tuple(self.vocabulary)
        assert self.vocabulary is not None
        return given(self.vocabulary)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        require_numbering(fitted["vocabulary_"])


def _objects(items: list[Any]) -> Array:
    """Return items as an array of objects, also where they are sequences."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array
