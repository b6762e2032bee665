"""Which terms get a column: a vocabulary that the user gives, or the one that is learned, within limits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr, narrow
from groundup.core.types import Array
from groundup.data.text.counting import Vocabulary, in_ascending_order


def given(vocabulary: Mapping[Any, int] | Iterable[Any]) -> Vocabulary:
    """Return a user's vocabulary as columns by term.

    Parameters
    ----------
    vocabulary : mapping or iterable
        Columns by term, or the terms in the order of their columns; those of a set are sorted.

    Raises
    ------
    ValueError
        For a term or a column that stands twice, a column that is missing, and no terms at all.
    TypeError
        For columns that are no integers, and for a set of terms that have no order.
    """
    if isinstance(vocabulary, Mapping):
        columns = dict(vocabulary)
        require_numbering(columns)
    else:
        terms = ordered(vocabulary) if isinstance(vocabulary, (set, frozenset)) else list(vocabulary)
        columns = {}
        for term in terms:
            if term in columns:
                raise ValueError(f"Duplicate term in vocabulary: {term!r}")
            columns[term] = len(columns)
    if not columns:
        raise ValueError("empty vocabulary passed to fit")
    return columns


def require_numbering(columns: Mapping[Any, int]) -> None:
    """Raise TypeError or ValueError unless the columns are 0, 1, … in some order."""
    for term, number in columns.items():
        if not isinstance(number, Integral):
            raise TypeError(f"Vocabulary must map terms to integers, got {number!r} for {term!r}.")
    numbers = set(columns.values())
    if len(numbers) != len(columns):
        raise ValueError("Vocabulary contains repeated indices.")
    for number in range(len(columns)):
        if number not in numbers:
            raise ValueError(f"Vocabulary of size {len(columns)} doesn't contain index {number}.")


def in_order(vocabulary: Mapping[Any, int]) -> list[Any]:
    """Return the terms in the order of their columns."""
    return sorted(vocabulary, key=vocabulary.__getitem__)


def ordered(terms: Iterable[Any]) -> list[Any]:
    """Return terms in ascending order.

    Raises
    ------
    TypeError
        For terms that cannot be compared.
    """
    try:
        return sorted(terms)
    except TypeError as error:
        kinds = " and ".join(sorted({type(term).__name__ for term in terms}))
        raise TypeError(
            f"terms of types {kinds} have no order, which that of the columns follows: let the analyzer return terms "
            "of one type, or give the vocabulary as a mapping from terms to columns."
        ) from error


def alphabetical(rows: Csr, vocabulary: Vocabulary) -> tuple[Csr, Vocabulary]:
    """Return the same counts with the columns in the order of the terms."""
    column = np.empty(len(vocabulary), np.int64)
    column[[vocabulary[term] for term in ordered(vocabulary)]] = np.arange(len(vocabulary))
    renumbered = dict(zip(vocabulary, column[list(vocabulary.values())].tolist(), strict=True))
    return in_ascending_order(replace(rows, indices=column[rows.indices])), renumbered


@dataclass(frozen=True)
class Limits:
    """Bounds of the number of documents that have a term, and of the number of terms.

    Parameters
    ----------
    least, most : int or float
        A whole number counts documents, any other is a share of them.
    terms : int or None
        Number of the most frequent terms that stay.
    """

    least: float
    most: float
    terms: int | None

    def applied(self, rows: Csr, vocabulary: Vocabulary) -> tuple[Csr, Vocabulary]:
        """Return the counts of the terms within the limits, in the same order.

        Raises
        ------
        ValueError
            If no term is left, and if the limits exclude every number of documents.
        """
        least, most = (at if isinstance(at, Integral) else at * len(rows) for at in (self.least, self.most))
        if most < least:
            raise ValueError(
                f"max_df corresponds to < documents than min_df: {most:g} and {least:g} of {len(rows)} documents."
            )
        having = np.bincount(rows.indices, minlength=rows.shape[1])  # a document's entry of a term stands once
        stay = (having >= least) & (having <= most)
        if self.terms is not None and stay.sum() > self.terms:
            stay = self._most_frequent(rows, np.flatnonzero(stay))
        if not stay.any():
            raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
        if stay.all():
            return rows, vocabulary
        column = np.cumsum(stay) - 1
        renumbered = column.tolist()
        chosen = {term: renumbered[old] for term, old in vocabulary.items() if stay[old]}
        return narrow(rows.columns(np.flatnonzero(stay))), chosen

    def _most_frequent(self, rows: Csr, candidates: Array) -> Array:
        """Return which columns are those of the most frequent candidates.

        NumPy's default order of equal counts is that of scikit-learn, which calls the same function.
        """
        size = np.bincount(rows.indices, rows.data, rows.shape[1]).astype(_sum_type(rows.dtype))[candidates]
        stay = np.zeros(rows.shape[1], bool)
        stay[candidates[(-size).argsort()[: self.terms]]] = True
        return stay


def _sum_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of SciPy's sums, on which NumPy's order of equal numbers depends."""
    if dtype.kind == "u":
        return np.dtype(np.uint)
    return np.dtype(np.int_) if np.can_cast(dtype, np.int_) else dtype
