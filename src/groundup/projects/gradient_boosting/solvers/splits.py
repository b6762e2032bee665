"""The best split of each node, over all columns at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.columns import SortedColumns
from groundup.projects.gradient_boosting.solvers.criteria import Criterion
from groundup.projects.gradient_boosting.solvers.draws import uniforms
from groundup.projects.gradient_boosting.solvers.levels import PLACES, Level

EQUAL_GAIN = 1e-12  # Gains that differ by less than this part of the impurity differ by rounding.


@dataclass(frozen=True)
class SplitRules:
    """Which splits are allowed.

    Parameters
    ----------
    min_samples_leaf : int
        Smallest number of rows of a side.
    min_weight_leaf : float
        Smallest weight of a side.
    max_features : int
        Number of columns that are looked at in a node.
    random : bool
        Whether each column's threshold is drawn at random.
    monotonic : ndarray of shape (d,) or None
        1 where values must not fall with the entries of a column, -1 where they must not rise, 0 for the others.
    seed : tuple of int
        Seed of the random numbers of a tree.
    """

    min_samples_leaf: int = 1
    min_weight_leaf: float = 0.0
    max_features: int | None = None
    random: bool = False
    monotonic: Array | None = None
    seed: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Splits:
    """The best split of each node; the gain is minus infinity where none is allowed."""

    gain: Array
    feature: Array
    threshold: Array
    missing_left: Array
    rows: Array  # of shape (m,): row numbers, node by node, in the order of the node's best column
    left: Array  # of shape (m,): which of these rows go to the left

    def take(self, level: Level, kept: Array) -> "Splits":
        """Return the splits of some nodes, a mask of shape (k,)."""
        inside = kept[level.of]
        gain, feature, threshold = self.gain[kept], self.feature[kept], self.threshold[kept]
        return Splits(gain, feature, threshold, self.missing_left[kept], self.rows[inside], self.left[inside])


@np.errstate(divide="ignore", invalid="ignore")  # at the end of a node, where nothing is on the right
def best_splits(
    level: Level, table: SortedColumns, criterion: Criterion, rules: SplitRules, impurity: Array, bounds: Array
) -> Splits:
    """Return the best split of each node; of equally good ones the first column, and its smallest threshold.

    eq. gradient_boosting:split

    Parameters
    ----------
    level : Level
        The nodes, with orders of all columns of the table.
    table : SortedColumns
        The sorted columns.
    criterion : Criterion
        The impurity.
    rules : SplitRules
        Which splits are allowed.
    impurity : ndarray of shape (k,)
        Weight times impurity of the nodes, next to which gains may be rounding.
    bounds : ndarray of shape (2, k)
        Between which the values of the nodes' branches must lie.
    """
    gains = _allowed_gains(level, table, criterion, rules, bounds)
    c, m = level.order.shape
    best = np.empty((c, len(level.starts)))  # gain of each column in each node
    draws = rules.max_features is not None and rules.max_features < table.X.shape[1]  # from columns that can be split
    for some in parts(c, max(1, PLACES // m)):
        columns = np.arange(some.start, some.stop)
        checked = draws or bool(table.ties[columns].any())
        np.maximum.reduceat(gains(level.order[some], columns[:, None], checked), level.starts, axis=1, out=best[some])
    if draws:
        best[~_looked_at(best, level, table, rules)] = -np.inf
    slack = EQUAL_GAIN * np.sqrt(impurity) * np.sqrt(impurity.sum())  # sums, and their rounding, run on over the nodes
    while True:
        highest = best.max(axis=0)
        winner = (best >= highest - slack).argmax(axis=0)  # (k,)
        rows = level.order[winner[level.of], np.arange(m)]
        row = gains(rows[None], winner[level.of][None], True)[0]
        found = np.maximum.reduceat(row, level.starts)
        between_equals = found < highest - slack
        if not between_equals.any():
            break
        best[winner[between_equals], between_equals] = found[between_equals]
    found, cut = first_best(row, level.starts, level.of, slack)
    feature = table.column[winner]
    last = np.minimum(cut + 1, m - 1)  # of a node without a split, the cut may be its last place
    threshold = between(*(table.X[rows[place], feature].astype(np.float64) for place in (cut, last)))
    if rules.random:
        threshold = _random_thresholds(level, table, rules)[winner, np.arange(len(winner))]
    left = np.arange(m) <= cut[level.of]
    return Splits(highest, feature, threshold, table.missing_first[winner], rows, left)


def first_best(gains: Array, starts: Array, of: Array, slack: Array) -> tuple[Array, Array]:
    """Return the highest gain of each node, and the first place that has it, within a slack.

    Parameters
    ----------
    gains, of : ndarray of shape (m,)
        Gains and their nodes, one node after the other.
    starts, slack : ndarray of shape (k,)
        Where each node begins, and the slack of each.
    """
    highest = np.maximum.reduceat(gains, starts)
    hits = np.flatnonzero(gains >= (highest - slack)[of])
    return highest, hits[np.searchsorted(hits, starts)]


def between(low: Array, high: Array) -> Array:
    """Return the middle of two entries, which no entry but `low` equals; infinity where the upper is missing."""
    middle = low / 2 + high / 2  # their sum may overflow
    middle = np.where(middle < high, middle, low)  # neighbouring numbers
    return np.where(np.isfinite(high), middle, np.inf)


Masked = Callable[[Array, Array, bool], Array]


def _allowed_gains(
    level: Level, table: SortedColumns, criterion: Criterion, rules: SplitRules, bounds: Array
) -> Masked:
    """Return the function of rows and their columns that gives the gains of cuts, minus infinity where not allowed.

    Its third argument is whether to look for cuts between equal entries.
    """
    gains, least = criterion.gains(level), rules.min_samples_leaf
    blocked = np.flatnonzero((level.left < least) | (level.total - level.left < max(1, least)))
    thresholds = _random_thresholds(level, table, rules) if rules.random else None

    def allowed(order: Array, column: Array, checked: bool) -> Array:
        found = gains(order)
        found[:, blocked] = -np.inf
        if checked:
            code = table.code.ravel().take(order + column * table.code.shape[1])
            found[:, :-1][code[:, 1:] == code[:, :-1]] = -np.inf
        if rules.min_weight_leaf > 0:
            found[~_heavy(order, level, criterion, rules.min_weight_leaf)] = -np.inf
        if rules.monotonic is not None:
            found[~_monotonic(order, column, level, table, criterion, rules.monotonic, bounds)] = -np.inf
        if thresholds is not None:
            found[~_at_thresholds(order, column, level, table, thresholds)] = -np.inf
        return found

    return allowed


def _heavy(order: Array, level: Level, criterion: Criterion, least: float) -> Array:
    """Whether both sides of the cuts have at least a certain weight."""
    left, right = criterion.sides(order, level)
    return np.broadcast_to(np.minimum(left, right) >= least, order.shape)


def _monotonic(
    order: Array, column: Array, level: Level, table: SortedColumns, criterion: Criterion, signs: Array, bounds: Array
) -> Array:
    """Whether the values of the sides rise or fall as they must, within the bounds of their node.

    eq. gradient_boosting:monotonic
    """
    left, right = criterion.side_values(order, level)
    low, high = bounds[:, level.of]
    inside = (np.minimum(left, right) >= low) & (np.maximum(left, right) <= high)
    sign = signs[table.column[column]]
    return np.asarray((inside & ((right - left) * sign >= 0)) | (sign == 0))


def _looked_at(best: Array, level: Level, table: SortedColumns, rules: SplitRules) -> Array:
    """Return which columns each node looks at: `max_features` of those that can be split, at random."""
    d = table.X.shape[1]
    useless = np.full((d, best.shape[1]), True)
    for i, j in enumerate(table.column):
        useless[j] &= best[i] == -np.inf
    draw = uniforms((*rules.seed, 0), level.nodes, d).T + useless
    assert rules.max_features is not None
    chosen = draw.argsort(axis=0).argsort(axis=0) < rules.max_features
    return np.asarray(chosen[table.column])


def _random_thresholds(level: Level, table: SortedColumns, rules: SplitRules) -> Array:
    """Return a threshold between the smallest and the largest entry of each column in each node."""
    d = table.X.shape[1]
    entries = np.stack([table.X[rows, j] for rows, j in zip(level.order[:d], range(d), strict=True)])
    low = np.fmin.reduceat(entries, level.starts, axis=1)
    high = np.fmax.reduceat(entries, level.starts, axis=1)
    share = uniforms((*rules.seed, 1), level.nodes, d).T
    drawn = np.maximum(low, (1 - share) * low + share * high)  # high - low may overflow
    return np.asarray(np.where(drawn < high, drawn, low)[table.column], dtype=np.float64)


def _at_thresholds(order: Array, column: Array, level: Level, table: SortedColumns, thresholds: Array) -> Array:
    """Return which places are the last below the threshold of their column and node."""
    entries = table.X[order, table.column[column]]
    limit = thresholds[column, level.of]
    below = np.where(table.missing_first[column], ~(entries > limit), entries <= limit)
    last = below.copy()
    last[:, :-1] &= ~below[:, 1:] | (np.diff(level.of) > 0)
    return last
