"""The best split of each node by its histograms, over all columns at once."""

from dataclasses import dataclass

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.draws import uniforms
from groundup.projects.gradient_boosting.solvers.histogram.gains import bounded_gains, gains
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable

RARE = 10.0  # Rows of a category below which it goes to the right, and rows of gradient 0 that smooth its mean.
EQUAL_GAIN = 1e-12  # Part of what a node has gained that may be rounding.
ROUNDING = 1e-9  # Part of a gain within which another is as good.
PLACES = 1 << 15  # Cells of histograms that are searched at once: what is computed from them stays in the cache.


@dataclass(frozen=True)
class Sequence:
    """Bins of some columns in an order in which they go to the left one by one.

    Parameters
    ----------
    columns : ndarray of int of shape (c,)
        The columns.
    sums : ndarray of shape (2 or 3, k, c, B)
        Sums of the left side after each.
    rank : ndarray of int of shape (k, c, B) or (1, c, B)
        Place of each bin in the order.
    most : ndarray of int of shape (k, c, 1) or (c, 1), or None
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
    sums : ndarray of shape (2 or 3, k, d, B)
        Their cumulated histograms.
    w : Weights
        What these are sums of.
    table : BinnedTable
        The bins.
    rules : HistogramRules
        Which splits are allowed.
    """
    looked_at = _looked_at(nodes, number, table, rules)
    for one in (_numbers(sums, table), *_missing_left(sums, table), *_categories(sums, w, table)):
        best = np.empty(len(nodes), np.intp)
        gain = np.empty(len(nodes))
        for part in parts(len(nodes), max(1, PLACES // table.edges.size)):
            found, scale, shift = _gains(one, part, nodes[part], w, rules)
            if looked_at is not None:
                found *= looked_at[part, one.columns, None]
            found = found.reshape(len(found), -1)
            (found >= found.max(axis=1, keepdims=True) * (1 - ROUNDING)).argmax(axis=1, out=best[part])
            gain[part] = found[np.arange(len(found)), best[part]] * scale - shift
        _improve(nodes, one, best, gain, w)
    if table.has_missing.any():
        missing = nodes["left"][np.arange(len(nodes)), table.last[nodes["feature"]]]
        nodes["missing_left"] = table.has_missing[nodes["feature"]] & missing


def _gains(
    one: Sequence, part: slice, nodes: Array, w: Weights, rules: HistogramRules
) -> tuple[Array, Array | float, Array | float]:
    """Return the gains of a sequence in some nodes, of shape (k, c, B), before they are scaled and shifted."""
    scale: Array | float = 1.0
    shift: Array | float = 0.0
    if rules.monotonic is None:
        gain, scale, shift = gains(one.sums[:, part], nodes, w, rules)
    else:
        gain = bounded_gains(one.sums[:, part], nodes, w, rules, rules.monotonic[one.columns])
    if one.most is not None:
        gain *= np.arange(gain.shape[2]) < (one.most[part] if one.most.ndim == 3 else one.most)
    return gain, scale, shift


def _improve(nodes: Array, one: Sequence, best: Array, gain: Array, w: Weights) -> None:
    """Write the best split of a sequence into the nodes of which it is the best so far."""
    place, cut = np.divmod(best, one.sums.shape[3])
    every, feature, found = np.arange(len(nodes)), one.columns[place], nodes["gain"]
    floor = EQUAL_GAIN * w.gradient_unit * np.abs(nodes["gradient"] * nodes["value"])
    near = np.abs(gain - found) <= ROUNDING * found
    better = (gain > floor) & np.where(near, feature < nodes["feature"], gain > found)
    if not better.all():
        every, place, cut, gain, feature = every[better], place[better], cut[better], gain[better], feature[better]
    nodes["gain"][every], nodes["feature"][every], nodes["bin"][every] = gain, feature, cut
    rank = one.rank[every, place] if len(one.rank) > 1 else one.rank[0, place]
    nodes["left"][every] = rank <= cut[:, None]
    left = one.sums[:, every, place, cut]
    nodes["left_gradient"][every], nodes["left_size"][every], nodes["left_hessian"][every] = left[0], left[1], left[-1]


def _looked_at(nodes: Array, number: Array, table: BinnedTable, rules: HistogramRules) -> Array | None:
    """Return which columns may split each node, of shape (k, d): a random part of those whose group is allowed."""
    if rules.groups is None and rules.max_features >= 1.0:
        return None
    d = table.shape[0]
    allowed = np.ones((len(nodes), d), bool) if rules.groups is None else nodes["groups"] @ rules.groups
    if rules.max_features < 1.0:
        draw = uniforms(rules.seed, number, d) + ~allowed
        most = np.maximum(1, np.ceil(rules.max_features * allowed.sum(axis=1)))
        allowed &= draw.argsort(axis=1).argsort(axis=1) < most[:, None]
    return allowed


def _numbers(sums: Array, table: BinnedTable) -> Sequence:
    """Return the bins in the order of their numbers; missing entries come last."""
    columns, (d, B) = table.numbers, table.shape
    inside = sums if len(columns) == d else sums[:, :, columns]
    return Sequence(columns, inside, np.broadcast_to(np.arange(B), (1, len(columns), B)))


def _missing_left(sums: Array, table: BinnedTable) -> list[Sequence]:
    """Return the bins of columns with missing entries in the order of their numbers; missing entries come first."""
    columns = table.numbers_or_missing
    if not len(columns):
        return []
    B = table.shape[1]
    last = table.last[columns][:, None]  # (c, 1)
    inside = sums[:, :, columns]
    missing = inside[:, :, :, -1:] - inside[:, :, np.arange(len(columns)), last[:, 0] - 1, None]
    rank = np.where(np.arange(B) == last, 0, np.arange(B))
    return [Sequence(columns, inside + missing, rank[None], last - 1)]


def _categories(sums: Array, w: Weights, table: BinnedTable) -> list[Sequence]:
    """Return the categories in the order of their mean gradients, ascending and descending, rare ones last.

    Only half of them go to the left: rare ones stay with the larger half.

    Source: W. D. Fisher, On grouping for maximum homogeneity, JASA 1958.
    """
    columns = table.categories
    if not len(columns):
        return []
    inside = np.diff(sums[:, :, columns], prepend=0.0)
    gradient, count, hessian = inside[0] * w.gradient_unit, inside[1], inside[-1] * w.hessian_unit
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
