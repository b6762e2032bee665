"""Sums of the rows of each class, from blocks of dense or sparse rows."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.rows import Samples, bytes_of_a_row
from groundup.core.types import Array

PART_BYTES = 1 << 28  # After this many bytes of rows a pass over them shows a state, so that it can be stopped.
ROWS_A_CLASS = 8  # A block has this many rows a class: adding its sums up then costs an eighth of reading it.
ENTRIES_A_SUM = 2  # A block of sparse rows has this many stored entries for each of its sums; a larger one is slower.
LONG_ROW = 2000  # Columns from which rows are added one by one.
ROUNDING = 1e-13  # A difference of two sums that is smaller than this part of them is rounding.


def parts(rows: Samples) -> Iterator[Samples]:
    """Yield the samples in parts of a quarter of a gigabyte; there is at least one."""
    size = max(1, PART_BYTES // max(1, bytes_of_a_row(rows.X)))
    if size >= len(rows):
        yield rows
    else:
        for start in range(0, len(rows), size):
            yield rows.part(np.arange(start, min(start + size, len(rows))))


def class_sums(rows: Samples, K: int, features: Callable[[Any], Any]) -> tuple[Array, Array]:
    """Return the weight of each class, (K,), and the weighted sum of its rows, (K, d).  eq. naive_bayes:counts

    Parameters
    ----------
    rows : Samples
        y holds the class of each row, from 0 to K − 1.
    K : int
        Number of classes.
    features : callable
        Applied to each block of X before it is added up.

    Raises
    ------
    ValueError
        For sums that overflow.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        size, total = in_large_blocks(rows, K).sum(_block_sums, K, features)
        finite = np.isfinite(total.sum())
    if not finite:
        raise ValueError("X: the sum of its entries overflows double precision; scale it down.")
    return size, total


def in_large_blocks(rows: Samples, K: int) -> Samples:
    """Return the same samples in blocks that are large next to their K × d sums."""
    least = ROWS_A_CLASS * K
    if rows.sparse:
        least = ENTRIES_A_SUM * K * rows.X.shape[1] * len(rows) // max(1, len(rows.X.data))
    return rows.in_blocks_of(max(rows.block_rows, min(least, len(rows))))


def _block_sums(
    X: Any, codes: Array, weight: Array | None, K: int, features: Callable[[Any], Any]
) -> tuple[Array, Array]:
    size, X = np.bincount(codes, weight, K).astype(np.float64), features(X)
    if not isinstance(X, Csr):
        return size, dense_sums(X, codes, weight, K)
    entries, d = np.diff(X.indptr), X.shape[1]
    place = np.repeat(codes * d, entries)  # one count over places in the (K, d) table serves all classes
    place += X.indices
    value = X.data if weight is None else X.data * np.repeat(weight, entries)
    return size, np.bincount(place, value, K * d).reshape(K, d)


def dense_sums(X: Array, codes: Array, weight: Array | None, K: int) -> Array:
    """Return the weighted sum of the rows of each class in a block, (K, d).

    Long rows are added one by one, which reads each once: a third of the time of a product with the memberships, whose
    K × d × n multiplications are mostly by zero. Short rows would cost as much as the calls for them.
    """
    if X.shape[1] < LONG_ROW:
        return np.asarray(memberships(codes, weight, K) @ X)
    total = np.zeros((K, X.shape[1]))
    lines = list(total)
    if weight is None:
        for k, row in zip(codes.tolist(), X, strict=True):
            np.add(lines[k], row, out=lines[k])
        return total
    term = np.empty(X.shape[1])
    for k, w, row in zip(codes.tolist(), weight.tolist(), X, strict=True):
        np.multiply(row, w, out=term)
        np.add(lines[k], term, out=lines[k])
    return total


def memberships(codes: Array, weight: Array | None, K: int) -> Array:
    """Return the weight of each row in the line of its class, and zeros elsewhere, (K, m)."""
    table = np.zeros((K, len(codes)))
    table[codes, np.arange(len(codes))] = 1.0 if weight is None else weight
    return table


def remainder(total: Array, part: Array) -> Array:
    """Return what is left of a total without a part, and zero where only rounding is."""
    left = total - part
    return np.where(left > ROUNDING * total, left, 0.0)
