"""The best split of each node by its histograms, over all columns at once."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.draws import uniforms
from groundup.projects.gradient_boosting.solvers.histogram.rules import LEAST_HESSIAN, HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights, unpacked
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable

RARE = 10.0  # Rows of a category below which it goes to the right, and rows of gradient 0 that smooth its mean.
EQUAL_GAIN = 1e-12  # Part of what a node has gained that may be rounding.


@dataclass(frozen=True)
class Sequence:
    """Bins of some columns in an order in which they go to the left one by one.

    Parameters
    ----------
    columns : ndarray of int of shape (c,)
        The columns.
    sums : ndarray of shape (1 or 2, k, c, B)
        Sums of the left side after each.
    rank : ndarray of int of shape (k, c, B) or (c, B)
        Place of each bin in the order.
    most : ndarray of int of shape (k, c, 1) or None
        Number of bins that may go to the left.
    """

    columns: Array
    sums: Array
    rank: Array
    most: Array | None = None


def find_cuts(nodes: Array, number: Array, sums: Array, w: Weights, table: BinnedTable, rules: HistogramRules) -> None:
    """Write the best split of each node into it; of equally good ones the first column, and its smallest threshold.

    eq. gradient_boosting:split

    Parameters
    ----------
    nodes : structured ndarray of shape (k,)
        Nodes, see `no_nodes`.
    number : ndarray of int of shape (k,)
        Their numbers, by which random columns are drawn.
    sums : ndarray of shape (1 or 2, k, d, B)
        Their histograms.
    w : Weights
        What these are sums of.
    table : BinnedTable
        The bins.
    rules : HistogramRules
        Which splits are allowed.
    """
    sequences = [_numbers(sums, table), *_missing_left(sums, table), *_categories(sums, w, table)]
    best = [_best_of(one, w, nodes, rules) for one in sequences]
    columns = np.concatenate([one.columns for one in sequences])
    order = columns.argsort(kind="stable")
    columns = columns[order]
    gain, cut = (np.concatenate(found, axis=1)[:, order] for found in zip(*best, strict=True))  # (k, c)
    gain[~_looked_at(nodes, number, table, rules)[:, columns]] = 0.0
    every, winner = np.arange(len(nodes)), gain.argmax(axis=1)
    feature, gain, cut = columns[winner], gain[every, winner], cut[every, winner]
    gain[gain <= EQUAL_GAIN * np.abs(nodes["gradient"] * nodes["value"])] = 0.0
    nodes["gain"], nodes["feature"], nodes["bin"] = gain, feature, cut
    sequence = np.repeat(np.arange(len(sequences)), [len(one.columns) for one in sequences])[order][winner]
    place = np.concatenate([np.arange(len(one.columns)) for one in sequences])[order][winner]
    chosen = np.empty((len(sums), len(nodes)))
    for number_, one in enumerate(sequences):
        at = np.flatnonzero(sequence == number_)
        rank = np.broadcast_to(one.rank, one.sums.shape[1:])
        nodes["left"][at] = rank[at, place[at]] <= cut[at, None]
        chosen[:, at] = one.sums[:, at, place[at], cut[at]]
    nodes["missing_left"] = table.has_missing[feature] & nodes["left"][every, table.last[feature]]
    nodes["left_gradient"], nodes["left_hessian"], nodes["left_size"] = unpacked(chosen, w)


def _best_of(one: Sequence, w: Weights, nodes: Array, rules: HistogramRules) -> tuple[Array, Array]:
    """Return the best gain of each column in each node, and how many bins but one go to the left."""
    gain = gains(*unpacked(one.sums, w), nodes, rules, one.columns)
    if one.most is not None:
        gain *= np.arange(gain.shape[2]) < one.most
    cut = gain.argmax(axis=2)
    return np.take_along_axis(gain, cut[:, :, None], axis=2)[:, :, 0], cut


@np.errstate(divide="ignore", invalid="ignore")  # where a side is empty
def gains(gradient: Array, hessian: Array, count: Array, nodes: Array, rules: HistogramRules, columns: Array) -> Array:
    """Return by how much cuts with these left sums, of shape (k, c, B), lower the loss, times two; 0 if not allowed.

    eq. gradient_boosting:newton-gain
    """
    names = ("gradient", "hessian", "size", "value", "low", "high")
    G, H, N, value, low, high = (nodes[name][:, None, None] for name in names)
    least = max(1, rules.min_samples_leaf)
    allowed = (count >= least) & (N - count >= least)
    allowed &= (hessian >= LEAST_HESSIAN) & (H - hessian >= LEAST_HESSIAN)
    left, right = rules.values(gradient, hessian, low, high), rules.values(G - gradient, H - hessian, low, high)
    if rules.monotonic is not None:
        allowed &= rules.monotonic[columns][:, None] * (right - left) >= 0
    found = G * value - gradient * left - (G - gradient) * right
    return np.where(allowed, found, 0.0)


def _looked_at(nodes: Array, number: Array, table: BinnedTable, rules: HistogramRules) -> Array:
    """Return which columns may split each node, of shape (k, d): a random part of those whose group is allowed."""
    d = table.shape[0]
    allowed = np.ones((len(nodes), d), bool) if rules.groups is None else nodes["groups"] @ rules.groups
    if rules.max_features < 1.0:
        draw = uniforms(rules.seed, number, d) + ~allowed
        most = np.maximum(1, np.ceil(rules.max_features * allowed.sum(axis=1)))
        allowed &= draw.argsort(axis=1).argsort(axis=1) < most[:, None]
    return allowed


def _numbers(sums: Array, table: BinnedTable) -> Sequence:
    """Return the bins in the order of their numbers; missing entries come last."""
    columns = np.flatnonzero(~table.is_categorical)
    B = table.shape[1]
    inside = sums if len(columns) == sums.shape[2] else sums[:, :, columns]
    return Sequence(columns, np.cumsum(inside, axis=3), np.arange(B)[None])


def _missing_left(sums: Array, table: BinnedTable) -> list[Sequence]:
    """Return the bins of columns with missing entries in the order of their numbers; missing entries come first."""
    columns = np.flatnonzero(table.has_missing & ~table.is_categorical)
    if not len(columns):
        return []
    k, B = sums.shape[1], table.shape[1]
    bins, last = np.arange(B), table.last[columns][:, None]
    missing = np.take_along_axis(sums[:, :, columns], np.broadcast_to(last, (len(sums), k, *last.shape)), axis=3)
    moved = np.cumsum(sums[:, :, columns], axis=3) + missing
    return [Sequence(columns, moved, np.where(bins == last, 0, bins), last - 1)]


def _categories(sums: Array, w: Weights, table: BinnedTable) -> list[Sequence]:
    """Return the categories in the order of their mean gradients, ascending and descending, rare ones last.

    Only half of them go to the left: rare ones stay with the larger half.

    Source: W. D. Fisher, On grouping for maximum homogeneity, JASA 1958.
    """
    columns = np.flatnonzero(table.is_categorical)
    if not len(columns):
        return []
    inside = sums[:, :, columns]
    gradient, hessian, count = unpacked(inside, w)
    share = hessian * (count.sum(axis=2, keepdims=True) / hessian.sum(axis=2, keepdims=True))
    usual = share >= RARE
    used = usual.sum(axis=2, keepdims=True)
    half = np.where(used > 1, (used + 1) // 2, 0)
    found = []
    for sign, most in ((1, half), (-1, half - 1)):
        order = np.where(usual, sign * gradient / (hessian + RARE), np.inf).argsort(axis=2, kind="stable")
        sequence = np.cumsum(np.take_along_axis(inside, order[None], axis=3), axis=3)
        found.append(Sequence(columns, sequence, order.argsort(axis=2), most))
    return found
