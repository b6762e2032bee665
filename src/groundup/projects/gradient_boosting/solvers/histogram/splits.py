"""The best split of a node by its histograms, over all columns at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.draws import uniforms
from groundup.projects.gradient_boosting.solvers.histogram.gains import bounded_gains, gains
from groundup.projects.gradient_boosting.solvers.histogram.nodes import Cut, Node
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable

RARE = 10.0  # Rows of a category below which it goes to the right, and rows of gradient 0 that smooth its mean.
EQUAL_GAIN = 1e-12  # Part of what a node has gained that may be rounding.
ROUNDING = 1e-9  # Part of a gain within which another is as good.


@dataclass(frozen=True)
class Sequence:
    """Bins of some columns in an order in which they go to the left one by one.

    Parameters
    ----------
    columns : ndarray of int of shape (c,)
        The columns.
    sums : ndarray of shape (2 or 3, c, B)
        Sums of the left side after each.
    rank : ndarray of int of shape (c, B)
        Place of each bin in the order.
    most : ndarray of int of shape (c, 1) or None
        Number of bins that may go to the left.
    """

    columns: Array
    sums: Array
    rank: Array
    most: Array | None = None


def best_cut(node: Node, number: int, w: Weights, table: BinnedTable, rules: HistogramRules) -> Cut | None:
    """Return the best split of a node, if any lowers the loss; of equally good ones the first column and threshold.

    eq. gradient_boosting:split

    Parameters
    ----------
    node : Node
        The node, with its cumulated histograms.
    number : int
        Its number in the tree, by which random columns are drawn.
    w : Weights
        What the histograms are sums of.
    table : BinnedTable
        The bins.
    rules : HistogramRules
        Which splits are allowed.
    """
    assert node.sums is not None
    best: tuple[Sequence, int, int, int] | None = None
    found = EQUAL_GAIN * w.gradient_unit * abs(node.gradient * node.value)
    looked_at = _looked_at(node, number, table, rules)
    for one in _sequences(node.sums, w, table):
        scale, shift = 1.0, 0.0
        if rules.monotonic is None:
            gain, scale, shift = gains(one.sums, node, w, rules)
        else:
            gain = bounded_gains(one.sums, node, w, rules, rules.monotonic[one.columns])
        if looked_at is not None:
            gain *= looked_at[one.columns, None]
        if one.most is not None:
            gain *= np.arange(gain.shape[1]) < one.most
        place, cut = divmod(int((gain >= gain.max() * (1 - ROUNDING)).argmax()), gain.shape[1])
        highest = float(gain[place, cut]) * scale - shift
        column = int(one.columns[place])
        as_good = best is not None and abs(highest - found) <= ROUNDING * found
        if highest > found if best is None or not as_good else column < best[2]:
            best, found = (one, place, column, cut), highest
    if best is None:
        return None
    one, place, column, cut = best
    left = one.rank[place] <= cut
    missing_left = bool(table.has_missing[column] and left[table.last[column]])
    sums = one.sums[:, place, cut].tolist()
    return Cut(found, column, cut, left, missing_left, sums[0], sums[-1], int(sums[1]))


def _looked_at(node: Node, number: int, table: BinnedTable, rules: HistogramRules) -> Array | None:
    """Return which columns may split a node, of shape (d,): a random part of those whose group is allowed."""
    if node.groups is None and rules.max_features >= 1.0:
        return None
    d = table.shape[0]
    allowed: Array = np.ones(d, bool)
    if node.groups is not None and rules.groups is not None:
        allowed = node.groups @ rules.groups
    if rules.max_features < 1.0:
        draw = uniforms(rules.seed, np.array([number]), d)[0] + ~allowed
        most = max(1, ceil(rules.max_features * allowed.sum()))
        allowed &= draw.argsort().argsort() < most
    return allowed


def _sequences(sums: Array, w: Weights, table: BinnedTable) -> Iterator[Sequence]:
    """Yield the orders in which bins may go to the left."""
    B = table.shape[1]
    if len(columns := table.numbers):  # missing entries come last
        inside = sums if len(columns) == sums.shape[1] else sums[:, columns]
        yield Sequence(columns, inside, table.order[: len(columns)])
    if len(columns := table.numbers_or_missing):  # missing entries come first
        last = table.last[columns]
        inside = sums[:, columns]
        missing = inside[:, :, -1] - inside[:, np.arange(len(columns)), last - 1]
        rank = np.where(np.arange(B) == last[:, None], 0, np.arange(B))
        yield Sequence(columns, inside + missing[:, :, None], rank, last[:, None] - 1)
    if len(columns := table.categories):
        yield from _categories(np.diff(sums[:, columns], prepend=0.0), columns, w)


def _categories(inside: Array, columns: Array, w: Weights) -> Iterator[Sequence]:
    """Yield the categories in the order of their mean gradients, ascending and descending, rare ones last.

    Only half of them go to the left: rare ones stay with the larger half.

    Source: W. D. Fisher, On grouping for maximum homogeneity, JASA 1958.
    """
    gradient, count, hessian = inside[0] * w.gradient_unit, inside[1], inside[-1] * w.hessian_unit
    usual = hessian * (count.sum(axis=1) / hessian.sum(axis=1))[:, None] >= RARE
    used = usual.sum(axis=1, keepdims=True)
    half = np.where(used > 1, (used + 1) // 2, 0)
    for sign, most in ((1, half), (-1, half - 1)):
        order = np.where(usual, sign * gradient / (hessian + RARE), np.inf).argsort(axis=1, kind="stable")
        sums = np.cumsum(np.take_along_axis(inside, order[None], axis=2), axis=2)
        yield Sequence(columns, sums, order.argsort(axis=1), most)
