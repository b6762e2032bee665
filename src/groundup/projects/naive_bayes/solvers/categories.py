"""Numbers of rows by class and category, for columns that hold the numbers of categories."""

from functools import reduce

import numpy as np

from groundup.core.rows import Rows, Samples
from groundup.core.types import Array


def numbers_of_categories(rows: Samples) -> Array:
    """Return one more than the largest category of each column, as floats of shape (d,)."""
    return np.asarray(reduce(np.maximum, Rows(rows.X).map(_largest)) + 1)


def _largest(X: Array) -> Array:
    return np.floor(X.max(axis=0)).astype(np.float64)


def has_fractions(X: Array) -> bool:
    """Whether a block has an entry that is no whole number."""
    return bool((np.floor(X) != X).any())


def first_places(sizes: Array) -> Array:
    """Return the place of each column's category 0, where the categories of all columns stand side by side."""
    return np.cumsum(sizes) - sizes


def category_counts(rows: Samples, K: int, sizes: Array) -> tuple[Array, Array]:
    """Return the weight of each class, (K,), and of its rows with each category, (K, Σ sizes).

    eq. naive_bayes:categorical

    Parameters
    ----------
    rows : Samples
        X holds categories, y the class of each row, from 0 to K − 1.
    K : int
        Number of classes.
    sizes : ndarray of int of shape (d,)
        Number of categories of each column.
    """
    size, count = rows.sum(_block_counts, K, first_places(sizes), int(sizes.sum()))
    return size, count


def _block_counts(
    X: Array, codes: Array, weight: Array | None, K: int, first: Array, categories: int
) -> tuple[Array, Array]:
    place = X.astype(np.intp)
    place += first + (codes * categories)[:, None]
    value = None if weight is None else np.repeat(weight, X.shape[1])
    counts = np.bincount(place.ravel(), value, K * categories)
    return np.bincount(codes, weight, K).astype(np.float64), counts.astype(np.float64).reshape(K, categories)


def widened(counts: Array, sizes: Array, larger: Array) -> Array:
    """Return counts, (K, Σ sizes), with zeros for further categories of each column, (K, Σ larger)."""
    table = np.zeros((len(counts), int(larger.sum())))
    table[:, np.repeat(first_places(larger) - first_places(sizes), sizes) + np.arange(counts.shape[1])] = counts
    return table
