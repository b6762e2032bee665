"""The best split of each node from sums over bins of the sorted columns, which bound what cuts inside a bin gain."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.columns import BINS, SortedColumns
from groundup.projects.gradient_boosting.solvers.criteria import SquaredError
from groundup.projects.gradient_boosting.solvers.levels import PLACES, Level
from groundup.projects.gradient_boosting.solvers.splits import EQUAL_GAIN, SplitRules, Splits, between, first_best

FEW_ROWS = 1024  # Rows of a node, on average, below which a search of every cut is as fast.
SMALL = 1e-4  # Part of the impurity of the root below which its rounding may decide between equal splits of a node.
SAFE = 1 + 1e-9  # Factor of the bounds, for rounding.


@dataclass(frozen=True)
class Bins:
    """Sums over the rows of nodes in each bin of each column.

    Parameters
    ----------
    table : SortedColumns
        The sorted columns.
    value : ndarray of shape (n,)
        What is summed: the searched column of the criterion, less its mean.
    order : ndarray of int of shape (c, m)
        The rows of the root, in the order of each column.
    begin, size : ndarray of int of shape (c, BINS)
        Where each bin begins in the order, and its number of rows.
    spread : ndarray of shape (c, BINS)
        Sum of the squared deviations of its values from their mean: no less than that of a part of them.
    scale : float
        Factor of the gains.
    count, total : ndarray of shape (k, c, BINS)
        Number and sum of the rows of each node in each bin.
    """

    table: SortedColumns
    value: Array
    order: Array
    begin: Array
    size: Array
    spread: Array
    scale: float
    count: Array
    total: Array

    def children(self, splits: Array, level: Level, kept: Array) -> Self:
        """Return the sums of children: those of the smaller one of each pair, and the rest of its parent's.

        Parameters
        ----------
        splits : ndarray of bool
            Which of the nodes are split.
        level : Level
            Their children, first all left ones and then all right ones.
        kept : ndarray of bool
            Which of the children are asked for.
        """
        k = len(level.size) // 2
        left_is_smaller = level.size[:k] <= level.size[k:]
        smaller = np.concatenate([left_is_smaller, ~left_is_smaller])
        pair = np.flatnonzero(smaller) % k
        part = level.only(smaller)
        found = []
        for sums, all_sums in zip(bin_sums(part, self.table.bins, self.value), (self.count, self.total), strict=True):
            own = np.empty((k, *sums.shape[1:]))
            own[pair] = sums
            both = np.concatenate([own, own])
            both[~smaller] = (all_sums[splits] - own)[np.flatnonzero(~smaller) % k]
            found.append(both[kept])
        return replace(self, count=found[0], total=found[1])


def bin_sums(level: Level, bins: Array, value: Array) -> tuple[Array, Array]:
    """Return the number and the sum of the values of each node's rows in each bin, of shape (k, c, BINS)."""
    rows, k = level.rows, len(level.starts)
    inside, first = value.take(rows), np.repeat(np.arange(0, k * BINS, BINS), level.size)
    count, total = np.empty((2, k, len(bins), BINS))
    for j, column in enumerate(bins):
        cell = column.take(rows) + first
        count[:, j] = np.bincount(cell, minlength=k * BINS).reshape(k, BINS)
        total[:, j] = np.bincount(cell, inside, k * BINS).reshape(k, BINS)
    return count, total


def root_bins(table: SortedColumns, criterion: SquaredError, root: Level) -> Bins:
    """Return the sums of the root, whose rows lie bin by bin: they are added in half the time."""
    value = criterion.searched[0] - criterion.searched[0][root.rows].mean()
    size, m = table.bin_size, len(root.rows)
    if m < len(value):
        size = bin_sums(root, table.bins, value)[0][0].astype(np.intp)
    begin = np.cumsum(size, axis=1) - size
    total, squares = np.empty((2, *size.shape))
    for some in parts(len(size), max(1, PLACES // m)):
        inside = value.take(root.order[some])
        place = np.minimum(begin[some] + np.arange(0, inside.size, m)[:, None], inside.size - 1).ravel()
        for sums in (total, squares):
            sums[some] = np.add.reduceat(inside.ravel(), place).reshape(-1, BINS)
            inside *= inside
    total[size == 0] = squares[size == 0] = 0.0
    spread = np.maximum(squares * (1 + 1e-12) - total**2 / np.maximum(size, 1), 0.0)  # rounding makes no bound too low
    count = size.astype(np.float64)
    return Bins(table, value, root.order, begin, size, spread, criterion.scale, count[None], total[None])


@np.errstate(divide="ignore", invalid="ignore")  # where one side is empty
def bounded_splits(level: Level, bins: Bins, rules: SplitRules, impurity: Array, leaf: Array) -> Splits:
    """Return the best split of each node, as `best_splits` does.  eq. gradient_boosting:bounds

    Cuts between bins are compared; then those inside of bins that may gain more.

    Parameters
    ----------
    level : Level
        The nodes.
    bins : Bins
        Their sums.
    rules : SplitRules
        Which splits are allowed.
    impurity : ndarray of shape (k,)
        Weight times impurity of the nodes, next to which gains may be rounding.
    leaf : ndarray of int of shape (n,)
        Node of each row.
    """
    (k, c, _), scale = bins.count.shape, bins.scale
    n, least = level.size[:, None, None].astype(np.float64), rules.min_samples_leaf
    mean = bins.total[:, :1].sum(axis=2, keepdims=True) / n
    N, S = np.zeros((2, k, c, BINS + 1))
    np.cumsum(bins.count, axis=2, out=N[..., 1:])
    np.cumsum(bins.total, axis=2, out=S[..., 1:])
    S -= N * mean
    factor = scale * n / (N * (n - N))
    gain = S * S * factor
    gain[(least > N) | (max(1, least) > n - N)] = -np.inf
    slack = EQUAL_GAIN * np.sqrt(impurity) * np.sqrt(impurity.sum())
    enough = gain.max(axis=(1, 2)) - slack
    i, j, b = np.nonzero((_bounds(N, S, n, factor, bins) * SAFE >= enough[:, None, None]) & (bins.count > 0))
    size, count = bins.size[j, b], bins.count[i, j, b].astype(np.intp)
    start = np.cumsum(size) - size
    place = np.repeat(j * bins.order.shape[1] + bins.begin[j, b] - start, size) + np.arange(size.sum())
    rows = bins.order.ravel().take(place)
    rows = rows.compress(leaf.take(rows) == np.repeat(level.nodes[i], size))
    node, column, start = np.repeat(i, count), np.repeat(j, count), np.cumsum(count) - count
    above = np.repeat(N[i, j, b] - start, count) + np.arange(1, len(rows) + 1)
    sums = np.cumsum(bins.value.take(rows) - np.repeat(mean[i, 0, 0], count))
    before = np.where(start > 0, sums[start - 1], 0.0)
    sums += np.repeat(S[i, j, b] - before, count)
    total = np.repeat(n[i, 0, 0], count)
    gains = scale * total / (above * (total - above)) * sums**2
    code = bins.table.code.ravel().take(rows + column * bins.table.code.shape[1])
    equal = np.append(code[1:] == code[:-1], False)  # after the best cut the next bin follows, whose codes are others
    gains[equal | (above < least) | (total - above < max(1, least))] = -np.inf
    found, cut = first_best(gains, np.searchsorted(node, np.arange(k)), node, slack)
    return _splits(level, bins.table, column[cut], code[cut], rows[cut], found)


def _bounds(N: Array, S: Array, n: Array, factor: Array, bins: Bins) -> Array:
    """Return what no cut inside of a bin gains more than, of shape (k, c, BINS).

    Sums run between those at the bin's ends, and deviate from the straight line by at most half the root of the
    spread times the number of rows, by the inequality of Cauchy and Schwarz.
    """
    size, found = np.abs(S), np.sqrt(bins.count)
    found *= np.sqrt(bins.spread) / 2
    found += np.maximum(size[..., 1:], size[..., :-1])
    found *= found
    found *= np.maximum(factor[..., 1:], factor[..., :-1])
    i, j, b = np.nonzero(((N[..., :-1] == 0) | (N[..., 1:] == n)) & (bins.count > 0))  # one side may be a single row
    squares = bins.spread[j, b] + (S[i, j, b + 1] - S[i, j, b]) ** 2 / bins.count[i, j, b]
    below, above = N[i, j, b], n[i, 0, 0] - N[i, j, b + 1]
    found[i, j, b] = bins.scale * squares * n[i, 0, 0] / np.where(below == 0, above, below)
    return found


def _splits(level: Level, table: SortedColumns, winner: Array, code: Array, row: Array, gain: Array) -> Splits:
    """Return the splits after the entries with certain codes, in certain rows."""
    rows, feature = level.rows, table.column[winner]
    codes = table.code.ravel().take(rows + np.repeat(winner * table.code.shape[1], level.size))
    left = codes <= np.repeat(code, level.size)
    codes = np.where(left, np.iinfo(codes.dtype).max, codes)
    nearest = np.minimum.reduceat(codes, level.starts)  # above the cut
    hits = np.flatnonzero(codes == np.repeat(nearest, level.size))
    above = rows[hits[np.searchsorted(hits, level.starts)]]
    threshold = between(*(table.X[one, feature].astype(np.float64) for one in (row, above)))
    return Splits(gain, feature, threshold, table.missing_first[winner], rows, left)
