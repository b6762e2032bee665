"""Splits of rows: a held-out fraction, and folds of cross-validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Number, Rule
from groundup.core.containers.view import given_rows
from groundup.core.text import plural
from groundup.core.types import Array

Splits = Sequence[tuple[Array, Array]]


def holdout(n: int, share: float, seed: int, stratify: Array | None = None) -> tuple[Array, Array]:
    """Return the ascending indices of the training and the held-out rows.

    Parameters
    ----------
    n : int
        Number of rows.
    share : float
        Fraction of the rows to hold out, at least 0 and below 1.
    seed : int
        Seed of the random split.
    stratify : ndarray of shape (n,), optional
        Classes. The same fraction of each class is held out, and at least one row of it is not.

    Returns
    -------
    learned, held_out : ndarray of int
        Together, they contain every row once.

    Examples
    --------
    >>> holdout(5, 0.4, seed=0)
    (array([0, 1, 3]), array([2, 4]))
    """
    order = np.random.default_rng(seed).permutation(n)
    _, codes, sizes = np.unique(np.zeros(n) if stratify is None else stratify, return_inverse=True, return_counts=True)
    most = np.minimum(np.round(share * sizes), sizes - 1)  # held-out rows of each class
    shuffled = codes[order]
    grouped = np.argsort(shuffled, kind="stable")
    rank = np.empty(n, dtype=np.intp)  # place of each shuffled row among those of its class
    rank[grouped] = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    out = rank < most[shuffled]
    return np.sort(order[~out]), np.sort(order[out])


@dataclass(frozen=True)
class ConsecutiveFolds(Sequence[tuple[Array, Array]]):
    """k splits of n rows whose test rows are consecutive; made when asked for, since they are as long as the data."""

    n: int
    k: int

    def __len__(self) -> int:
        return self.k

    def __getitem__(self, fold: Any) -> Any:
        if isinstance(fold, slice):
            return [self[number] for number in range(*fold.indices(self.k))]
        if not -self.k <= fold < self.k:
            raise IndexError(f"there are {self.k} folds, got {fold}.")
        start, stop = (self.first_row(fold % self.k + step) for step in (0, 1))
        train = np.arange(self.n - (stop - start))
        train[start:] += stop - start
        return train, np.arange(start, stop)

    def first_row(self, fold: int) -> int:
        """Return the first row of a fold; the first n mod k folds have a row more."""
        return fold * (self.n // self.k) + min(fold, self.n % self.k)


def k_folds(n: int, k: int) -> Splits:
    """Return k splits whose test rows are blocks of consecutive rows.

    Raises
    ------
    ValueError
        If there are more folds than rows.
    """
    if k > n:
        raise ValueError(f"cv={k} folds need at least as many rows, got {plural(n, 'sample')}.")
    return ConsecutiveFolds(n, k)


def stratified_folds(y: Array, k: int) -> Splits:
    """Return k splits whose test rows have nearly the same fraction of every class.

    The rows of each class are distributed over the folds in their order.

    Raises
    ------
    ValueError
        If even the largest class has fewer rows than there are folds.
    """
    _, first, codes = np.unique(y, return_index=True, return_inverse=True)
    codes = np.argsort(np.argsort(first))[codes]  # by first appearance
    size = np.bincount(codes)
    if k > size.max():
        raise ValueError(f"cv={k} folds need as many rows of some class, the largest has {size.max()}.")
    ordered, fold = np.sort(codes), np.empty(len(codes), dtype=np.intp)
    share = [np.bincount(ordered[test::k], minlength=len(size)) for test in range(k)]
    for label, sizes in enumerate(np.transpose(share)):
        fold[codes == label] = np.repeat(np.arange(k), sizes)
    return [(np.flatnonzero(fold != test), np.flatnonzero(fold == test)) for test in range(k)]


def splits(
    cv: Any,
    X: Any,
    y: Array,
    *,
    stratified: bool = False,
    weight: Array | None = None,
    passed: Mapping[str, Any] | None = None,
) -> Splits:
    """Return pairs (train, test) of row indices from scikit-learn's ``cv``.

    Parameters
    ----------
    cv : int, splitter or iterable
        A number of folds; an object with ``split(X, y)``; or the pairs themselves.
    X : array-like of shape (m, d)
        All rows, as the user gave them, of which a splitter gets those of positive weight.
    y : ndarray of shape (n,) or (n, n_targets)
        Targets of the rows of positive weight.
    stratified : bool, default=False
        Whether a number of folds means folds with the same fraction of every class.
    weight : ndarray of shape (m,), optional
        Weights of all rows, where some are zero: given pairs number these.
    passed : mapping of str to object, optional
        Further arguments of a splitter's ``split``, such as groups of the rows of positive weight.

    Returns
    -------
    sequence of (train, test)
        Arrays of row indices, for the rows of positive weight.

    Raises
    ------
    ValueError
        If there is no split, if one is no pair of row numbers, or if there are more folds than rows.
    """
    if isinstance(cv, Integral):
        return stratified_folds(y, int(cv)) if stratified else k_folds(len(y), int(cv))
    splitter = hasattr(cv, "split")
    pairs = cv.split(given_rows(X, weight), y, **(passed or {})) if splitter else cv
    found = []
    for number, pair in enumerate(pairs):
        parts = [np.asarray(part) for part in pair] if np.iterable(pair) else []
        if len(parts) != 2 or any(part.ndim != 1 or part.dtype.kind not in "iub" for part in parts):
            raise ValueError(f"cv: split {number} must be two sequences of row numbers (train, test), got {pair!r}.")
        if weight is None or splitter:
            found.append((_numbers(parts[0], len(y)), _numbers(parts[1], len(y))))
        else:
            found.append((_renumbered(parts[0], weight), _renumbered(parts[1], weight)))
    if not found:
        raise ValueError("cv has no splits; give a number of folds, a splitter, or pairs of training and test rows.")
    return found


def _numbers(part: Array, n: int) -> Array:
    """The rows of a mask, or of numbers that may count from the end, by their numbers from 0 to n − 1."""
    return np.asarray(np.arange(n)[part])


def _renumbered(part: Array, weight: Array) -> Array:
    """The same rows, without those of weight zero, numbered among the others."""
    index = _numbers(part, len(weight))
    place = np.cumsum(weight > 0) - 1
    return np.asarray(place[index[weight[index] > 0]])


class Splitting(Rule):
    """Rule for the parameter ``cv``."""

    def allows(self, value: Any) -> bool:
        """Whether `value` defines splits."""
        if isinstance(value, (Integral, str)):
            return Number(2, whole=True).allows(value)
        return hasattr(value, "split") or hasattr(value, "__iter__")

    def __str__(self) -> str:
        return "an integer of at least 2, a splitter, or pairs of training and test rows"
