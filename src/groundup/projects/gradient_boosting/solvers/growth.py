"""Trees grown greedily: all nodes of a level at once, or the best node first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.bounds import FEW_ROWS, SMALL, Bins, bounded_splits, root_bins
from groundup.projects.gradient_boosting.solvers.columns import SortedColumns
from groundup.projects.gradient_boosting.solvers.criteria import Criterion, Measures, SquaredError
from groundup.projects.gradient_boosting.solvers.levels import Level, children, partition
from groundup.projects.gradient_boosting.solvers.splits import SplitRules, Splits, best_splits
from groundup.projects.gradient_boosting.solvers.tree import LEAF, UNDEFINED, Tree


@dataclass(frozen=True)
class GrowthRules:
    """When a node stays a leaf.

    Parameters
    ----------
    splits : SplitRules
        Which splits are allowed.
    max_depth : int or None
        Depth at which nodes stay leaves.
    min_samples_split : int
        Number of rows below which nodes stay leaves.
    max_leaf_nodes : int or None
        Number of leaves at which the tree is done; its best node is split first. None splits level by level.
    min_impurity_decrease : float
        Gain per weight of all rows below which nodes stay leaves.
    """

    splits: SplitRules
    max_depth: int | None = None
    min_samples_split: int = 2
    max_leaf_nodes: int | None = None
    min_impurity_decrease: float = 0.0


@record
class GrowthState:
    """A tree that grows.

    Parameters
    ----------
    tree : Tree
        Its nodes, in the order in which they were made.
    open : ndarray of int
        Leaves that may still be split.
    bounds : ndarray of shape (2, m)
        Between which the values of each node's branches must lie.
    impurity : float
        Mean impurity of the leaves, weighted by their rows.
    iteration : int
        Number of levels, or of splits, so far.
    converged : bool
        Whether no leaf is open.
    entropy : tuple of int
        Seed of all random numbers.
    """

    tree: Tree
    open: Array
    bounds: Array
    impurity: float
    iteration: int
    converged: bool
    entropy: tuple[int, ...]


class Growing:
    """A tree while it grows: its nodes, and the leaf of each row.

    Parameters
    ----------
    table : SortedColumns
        The rows.
    criterion : Criterion
        The impurity.
    rules : GrowthRules
        When a node stays a leaf.
    order : ndarray of int of shape (c, m)
        The rows to learn from, in the order of each column.
    """

    def __init__(self, table: SortedColumns, criterion: Criterion, rules: GrowthRules, order: Array) -> None:
        self.table, self.criterion, self.rules = table, criterion, rules
        self.leaf = np.zeros(len(table.X), np.intp)  # of each row
        self.arrays: dict[str, Array] = {}
        self.root = root = Level(order, np.zeros(1, np.intp), np.zeros(1, np.intp))
        found = criterion.measure(root)
        self.bounds = np.array([[-np.inf], [np.inf]])
        self.depth = np.zeros(1, np.intp)
        self.turn = 0  # which of two pieces of memory holds the orders of the level
        self._append(root, found)
        self.total = float(found.weight[0])
        self.pending = root.only(self._may_split(root, found))
        self.bins: Bins | None = None
        if isinstance(criterion, SquaredError) and self._is_bounded(root):
            self.bins = root_bins(table, criterion, root)

    # --- nodes ------------------------------------------------------------------------------------------------------

    def _append(self, level: Level, found: Measures) -> None:
        """Add the nodes of a level as leaves."""
        k = len(level.starts)
        new = {
            "children_left": np.full(k, LEAF),
            "children_right": np.full(k, LEAF),
            "feature": np.full(k, UNDEFINED),
            "threshold": np.full(k, float(UNDEFINED)),
            "missing_go_to_left": np.zeros(k, bool),
            "impurity": found.impurity,
            "n_node_samples": level.size,
            "weighted_n_node_samples": found.weight,
            "value": found.value,
        }
        old = self.arrays
        self.arrays = {name: np.concatenate([old[name], a]) if old else a for name, a in new.items()}

    def tree(self) -> Tree:
        """Return the tree so far."""
        return Tree(**self.arrays)

    @property
    def n_leaves(self) -> int:
        """Number of leaves."""
        return (len(self.depth) + 1) // 2

    def _may_split(self, level: Level, found: Measures) -> Array:
        """Whether nodes may be split, as far as their number of rows, depth and targets say."""
        rules, least = self.rules, self.rules.splits.min_samples_leaf
        allowed = (level.size >= max(rules.min_samples_split, 2 * least)) & ~found.constant
        allowed &= found.weight >= 2 * rules.splits.min_weight_leaf
        if rules.max_depth is not None:
            allowed &= self.depth[level.nodes] < rules.max_depth
        return np.asarray(allowed)

    # --- splitting --------------------------------------------------------------------------------------------------

    def search(self, level: Level) -> Splits:
        """Return the best splits of nodes."""
        mass = (self.arrays["impurity"] * self.arrays["weighted_n_node_samples"])[level.nodes]
        if self.bins is None:
            found = best_splits(level, self.table, self.criterion, self.rules.splits, mass, self.bounds[:, level.nodes])
        else:
            found = bounded_splits(level, self.bins, self.rules.splits, mass, self.leaf)
        least = self.rules.min_impurity_decrease * self.total * (1 - 1e-12)
        enough = (found.gain > -np.inf) & ((found.gain >= least) | (least == 0))
        return replace(found, gain=np.where(enough, found.gain, -np.inf))

    def split(self, level: Level, splits: Splits) -> Level:
        """Split nodes, add their children as leaves, and return those of them that may be split in turn."""
        done = splits.gain > -np.inf
        if not done.any():
            return Level(level.order[:, :0], level.starts[:0], level.nodes[:0])
        first, k = len(self.arrays["feature"]), int(done.sum())
        below = children(level, done, splits.rows, splits.left)
        below = Level(below.order, below.starts, first + below.nodes)
        self.leaf[below.rows] = np.repeat(below.nodes, below.size)
        self._close(level.nodes[done], splits, done, first, below.size)
        found = self.criterion.measure(below)
        if self.rules.splits.monotonic is not None:
            found = replace(found, value=within(found.value, self.bounds[:, below.nodes]))
        self._append(below, found)
        if self.rules.splits.monotonic is not None:
            self._bound(level.nodes[done], splits.feature[done])
        kept = self._may_split(below, found)
        if not kept.any():
            return Level(level.order[:, :0], level.starts[:0], level.nodes[:0])
        if self.bins is None:
            return self._kept_children(level.order, below, kept, k)
        if self._is_bounded(below.only(kept)):
            self.bins = self.bins.children(done, below, kept)
            return below.only(kept)
        self.bins = None
        return self._grouped(below.nodes[kept])

    def _close(self, nodes: Array, splits: Splits, done: Array, first: int, size: Array) -> None:
        """Turn leaves into inner nodes, whose children come next."""
        k = len(nodes)
        changed = ("children_left", "children_right", "feature", "threshold", "missing_go_to_left")
        a = self.arrays = self.arrays | {name: self.arrays[name].copy() for name in changed}  # states keep the others
        a["children_left"][nodes] = np.arange(first, first + k)
        a["children_right"][nodes] = np.arange(first + k, first + 2 * k)
        a["feature"][nodes] = splits.feature[done]
        a["threshold"][nodes] = splits.threshold[done]
        column_has_none = ~self.table.has_missing[splits.feature[done]]
        larger = size[:k] > size[k:]
        a["missing_go_to_left"][nodes] = np.where(column_has_none, larger, splits.missing_left[done])
        depth, bounds = self.depth[nodes] + 1, self.bounds[:, nodes]
        self.depth = np.concatenate([self.depth, depth, depth])
        self.bounds = np.concatenate([self.bounds, bounds, bounds], axis=1)

    def _bound(self, nodes: Array, feature: Array) -> None:
        """Bound the values of branches that must lie above and below each other by the middle between the children."""
        a, signs = self.arrays, self.rules.splits.monotonic
        assert signs is not None
        left, right, sign = a["children_left"][nodes], a["children_right"][nodes], signs[feature]
        value = a["value"][:, 0, -1]
        middle = (value[left] + value[right]) / 2
        self.bounds[1, left[sign > 0]] = self.bounds[0, right[sign > 0]] = middle[sign > 0]
        self.bounds[0, left[sign < 0]] = self.bounds[1, right[sign < 0]] = middle[sign < 0]

    def _is_bounded(self, level: Level) -> bool:
        """Whether nodes are searched by sums over bins: not if a cut must be more than good, nor small nodes."""
        rules, criterion, a = self.rules.splits, self.criterion, self.arrays
        simple = len(criterion.searched) == 1 and criterion.weight is None
        every = rules.max_features is None or rules.max_features >= self.table.X.shape[1]
        free = every and not rules.random and rules.monotonic is None and rules.min_weight_leaf == 0
        if not (simple and free and self.rules.max_leaf_nodes is None and len(level.starts)):
            return False
        large = level.order.shape[1] >= FEW_ROWS * len(level.starts)
        return large and bool(a["impurity"][level.nodes].min() >= SMALL * a["impurity"][0])

    def _grouped(self, nodes: Array) -> Level:
        """Return leaves with the orders of all columns."""
        order, k = self.root.order, len(nodes)
        place = np.full(len(self.arrays["feature"]), k, np.min_scalar_type(k))  # short numbers are sorted in one go
        place[nodes] = np.arange(k)
        key = place[self.leaf[order]]
        size = np.bincount(key[0], minlength=k + 1)[:-1]
        found = np.take_along_axis(order, key.argsort(axis=1, kind="stable")[:, : size.sum()], axis=1)
        return Level(found, np.cumsum(size) - size, nodes)

    def _kept_children(self, order: Array, below: Level, kept: Array, k: int) -> Level:
        """Return the children that may be split, with the orders of all columns."""
        side = np.zeros(len(self.leaf), np.uint8)
        side[below.rows] = np.where(kept, np.repeat(np.array([1, 2], np.uint8), k), 0)[below.of]
        size = below.size[kept]
        memory = None
        if self.rules.max_leaf_nodes is None:  # else the orders of several nodes wait for their turn
            self.turn = 1 - self.turn
            memory = self.table.scratch[self.turn]
        return Level(partition(order, side, memory), np.cumsum(size) - size, below.nodes[kept])

    # --- states -----------------------------------------------------------------------------------------------------

    def state(self, open_nodes: Array, iteration: int, entropy: tuple[int, ...]) -> GrowthState:
        """Return the tree so far as a state."""
        tree = self.tree()
        mass = (tree.impurity * tree.weighted_n_node_samples)[tree.is_leaf]
        impurity = float(mass.sum()) / self.total
        return GrowthState(tree, open_nodes, self.bounds, impurity, iteration, not len(open_nodes), entropy)

    def restore(self, state: GrowthState) -> None:
        """Go back to a state."""
        self.arrays = dict(vars(state.tree))
        self.depth, self.bounds = state.tree.depths(), state.bounds
        self.leaf = state.tree.apply(self.table.X)
        self.bins = None
        self.pending = self._grouped(state.open)


def within(value: Array, bounds: Array) -> Array:
    """Return the values of nodes, of one number or the shares of two classes, with the last one within bounds."""
    last = np.clip(value[:, 0, -1], *bounds)
    return np.stack([last] if value.shape[2] == 1 else [1 - last, last], axis=1)[:, None]


def grow_levels(growing: Growing) -> Iterator[Array]:
    """Split all nodes of a level at once; yield the leaves that may still be split, after each level."""
    level = growing.pending
    yield level.nodes
    while len(level.starts):
        level = growing.split(level, growing.search(level))
        yield level.nodes


def grow_best_first(growing: Growing, max_leaf_nodes: int) -> Iterator[Array]:
    """Split the leaf that gains most; yield the leaves that may still be split, after each split."""
    found = _searched(growing, growing.pending)
    while found and growing.n_leaves < max_leaf_nodes:
        yield np.array(sorted(found), np.intp)
        best = max(sorted(found), key=lambda node: found[node][1].gain[0])
        found |= _searched(growing, growing.split(*found.pop(best)))
    yield np.zeros(0, np.intp)


def _searched(growing: Growing, level: Level) -> dict[int, tuple[Level, Splits]]:
    """Return each node that can be split, with its split."""
    if not len(level.starts):
        return {}
    splits = growing.search(level)
    alone = {}
    for k, node in enumerate(level.nodes.tolist()):
        if splits.gain[k] > -np.inf:
            here = np.arange(len(level.nodes)) == k
            part = slice(level.starts[k], level.starts[k] + level.size[k])
            one = Level(level.order[:, part], np.zeros(1, np.intp), level.nodes[here])
            alone[node] = (one, splits.take(level, here))
    return alone


def states(growing: Growing, start: GrowthState | None, entropy: tuple[int, ...]) -> Iterator[GrowthState]:
    """Yield the states of a tree that grows, from the one after `start` (None: the root alone)."""
    first = 0
    if start is not None:
        growing.restore(start)
        first = start.iteration + 1
    most = growing.rules.max_leaf_nodes
    grown = grow_levels(growing) if most is None else grow_best_first(growing, most)
    for iteration, leaves in enumerate(grown, start=max(first - 1, 0)):
        if iteration >= first:
            yield growing.state(leaves, iteration, entropy)
