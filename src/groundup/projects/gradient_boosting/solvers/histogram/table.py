"""The binned table, in the two layouts that growing a tree reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.types import Array

MOST_BINS = 256  # Bins of a column: they are numbered by a byte.


@dataclass(frozen=True)
class BinnedTable:
    """Bins of all entries, made once for all trees.

    Parameters
    ----------
    columns : ndarray of uint8 of shape (d, n)
        The bin of each entry, column by column; the last bin of a column with missing entries holds these.
    cells : ndarray of int of shape (n, d)
        The cell ``B j + bin`` of each entry in a histogram of all columns, row by row.
    edges : ndarray of shape (d, B)
        Upper edge of each bin, infinity from the last one that is not of missing entries.
    last : ndarray of int of shape (d,)
        Last bin of each column.
    has_missing, is_categorical : ndarray of bool of shape (d,)
        Whether entries are missing; whether bins are categories.
    """

    columns: Array
    cells: Array
    edges: Array
    last: Array
    has_missing: Array
    is_categorical: Array

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return int(self.columns.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """Number of columns d, and of bins B in a histogram of one column."""
        return self.edges.shape

    @cached_property
    def numbers(self) -> Array:
        """Columns of numbers."""
        return np.flatnonzero(~self.is_categorical)

    @cached_property
    def numbers_or_missing(self) -> Array:
        """Columns of numbers, some of which are missing."""
        return np.flatnonzero(~self.is_categorical & self.has_missing)

    @cached_property
    def categories(self) -> Array:
        """Columns of categories."""
        return np.flatnonzero(self.is_categorical)

    @property
    def n_categories(self) -> int:
        """Number of categories that a node lists, for all rows the same; 0 without columns of categories."""
        return MOST_BINS if len(self.categories) else 0

    @cached_property
    def order(self) -> Array:
        """The bins of each column in ascending order, of shape (d, B)."""
        return np.broadcast_to(np.arange(self.shape[1]), self.shape)


def binned_table(codes: Array, edges: Sequence[Array], has_missing: Array, is_categorical: Array) -> BinnedTable:
    """Return a table from the bin of each entry.

    Parameters
    ----------
    codes : ndarray of uint8 of shape (n, d)
        The bin of each entry; missing ones have that after the last bin of their column.
    edges : sequence of ndarray
        Upper edges of all bins but the last, of each column; of a column of categories, which are bins themselves,
        every category but the last.
    has_missing, is_categorical : ndarray of bool of shape (d,)
        Whether entries are missing; whether bins are categories.
    """
    n, d = codes.shape
    last = np.array([len(edge) for edge in edges]) + has_missing
    B = int(last.max()) + 1
    padded = np.full((d, B), np.inf)
    for j, edge in enumerate(edges):
        padded[j, : len(edge)] = edge
    narrow = next(kind for kind in (np.int16, np.int32, np.int64) if d * B - 1 <= np.iinfo(kind).max)
    cells = np.empty((n, d), narrow)
    np.add(codes, np.arange(0, d * B, B, dtype=narrow), out=cells, casting="unsafe")
    return BinnedTable(np.ascontiguousarray(codes.T), cells, padded, last, has_missing, is_categorical)
