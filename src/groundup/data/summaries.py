"""Summaries of what a data set holds: of columns of numbers, of counts of words, of characters."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array

MOST_COLUMNS = 20  # Columns, targets and characters that a description sums up.
NAMES = {" ": "space", "\n": "end of line", "\t": "tabulator"}  # Characters that cannot be seen.

Rows = tuple[tuple[str | float, ...], ...]
Head = tuple[str, ...]


def summed_up(
    columns: Iterable[tuple[str, Array]], named: Mapping[int, tuple[str, ...]] | None = None
) -> tuple[Head, Rows]:
    """Return mean, spread and quantiles of columns, each with its name.

    Parameters
    ----------
    columns : iterable of (str, ndarray)
        Names and entries; NaN is missing.
    named : mapping of int to tuple of str, optional
        Categories of the columns, by place, that hold their numbers.
    """
    known = named or {}
    rows = tuple(
        (name, *(_most_common(column, known[j]) if j in known else _summary(column)))
        for j, (name, column) in enumerate(columns)
    )
    return ("column", "mean", "std. dev.", "minimum", "median", "maximum"), rows


def _summary(column: Array) -> tuple[float, ...]:
    values = np.ascontiguousarray(column, dtype=np.float64)  # Read once: a column of a large table is spread over it.
    values = values[~np.isnan(values)]
    return tuple(float(f(values)) for f in (np.mean, np.std, np.min, np.median, np.max))


def _most_common(column: Array, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which category a column of their numbers has most often; its mean says nothing."""
    sizes = np.bincount(column[~np.isnan(column)].astype(np.intp), minlength=len(names))
    share = sizes.max() / max(1, len(column))
    return (f"mostly {names[int(sizes.argmax())]} ({100 * share:.0f} %)", *("–",) * 4)


def most_frequent(X: Csr, names: tuple[str, ...]) -> tuple[Head, Rows]:
    """Return the columns of sparse rows with the largest sums: sum, number of rows, and largest entry of each."""
    total, having = X.column_sums(), np.bincount(X.indices, minlength=X.shape[1])
    largest = np.zeros(X.shape[1])
    np.maximum.at(largest, X.indices, X.data)
    order = np.argsort(-total, kind="stable")[:MOST_COLUMNS]
    head = ("column", "sum", "rows that have it", "largest entry")
    return head, tuple((names[j], float(total[j]), float(having[j]), float(largest[j])) for j in order)


def most_frequent_characters(text: str) -> tuple[Head, Rows]:
    """Return the most frequent characters of a text, and the share of each."""
    rows = tuple((shown(sign), count, count / len(text)) for sign, count in Counter(text).most_common(MOST_COLUMNS))
    return ("character", "times", "share"), rows


def shown(sign: str) -> str:
    """Return a character so that it can be seen."""
    return NAMES.get(sign, sign if sign.isprintable() else f"U+{ord(sign):04X}")
