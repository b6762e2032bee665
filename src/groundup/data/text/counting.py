"""Counts of tokens as sparse rows: a dictionary numbers the tokens, NumPy does the rest."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import count as numbers
from itertools import repeat
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr, narrow
from groundup.core.types import Array

Vocabulary = dict[Any, int]  # Column of each term, which is a string unless the user's analyzer returns others.
UNKNOWN = -1  # Column of a token that is not in a given vocabulary.


def count(
    documents: Iterable[Any], analyze: Callable[[Any], Iterable[Any]], vocabulary: Mapping[Any, int] | None = None
) -> tuple[Csr, Vocabulary]:
    """Count the tokens of each document.

    Parameters
    ----------
    documents : iterable
        Read once, one by one.
    analyze : callable
        Returns the tokens of a document.
    vocabulary : mapping of token to int, optional
        Columns of the tokens to count; by default all are, in the order of their first occurrence.

    Returns
    -------
    rows : Csr of int
        In each row, columns in the order of first occurrence, or in ascending order if the vocabulary is given.
    vocabulary : dict
        The column of each token.
    """
    numbering: defaultdict[Any, int] = defaultdict(numbers().__next__)  # a new token gets the next number
    indices, counts, ends = array("q"), array("q"), array("q", [0])
    for row, document in enumerate(documents):
        try:
            found = Counter(iter(analyze(document)))  # a token is looked up once, however often the document has it
            if vocabulary is None:
                indices.extend(map(numbering.__getitem__, found))
            else:
                indices.extend(map(vocabulary.get, found, repeat(UNKNOWN)))
        except Exception as error:  # Whatever it is, it is raised again: only the place is added.
            error.add_note(f"This is about document {row} (counted from 0).")
            raise
        counts.extend(found.values())
        ends.append(len(indices))
    columns, values, pointers = map(_whole_numbers, (indices, counts, ends))
    if vocabulary is None:
        return Csr(values, columns, pointers, (len(pointers) - 1, len(numbering))), dict(numbering)
    known = columns != UNKNOWN
    pointers = np.concatenate([[0], np.cumsum(known)])[pointers]
    rows = Csr(values[known], columns[known], pointers, (len(pointers) - 1, len(vocabulary)))
    return in_ascending_order(rows), dict(vocabulary)


def in_ascending_order(rows: Csr) -> Csr:
    """Return sparse rows with the columns of each row in ascending order; each stands there once."""
    order = np.argsort(rows.row_of_entry * rows.shape[1] + rows.indices, kind="stable")
    return narrow(replace(rows, data=rows.data[order], indices=rows.indices[order]))


def typed(rows: Csr, dtype: Any, binary: bool) -> Csr:
    """Return counts, or ones for what occurs, in a type."""
    return replace(rows, data=np.ones(len(rows.data), dtype) if binary else rows.data.astype(dtype, copy=False))


def _whole_numbers(numbers: "array[int]") -> Array:
    return np.frombuffer(numbers, np.int64) if numbers else np.zeros(0, np.int64)
