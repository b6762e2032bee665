"""A tree grown on histograms, the best leaf first."""

from heapq import heappop, heappush

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.finish import finished
from groundup.projects.gradient_boosting.solvers.histogram.nodes import Node
from groundup.projects.gradient_boosting.solvers.histogram.rules import LEAST_HESSIAN, HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.splits import best_cut
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights, cumulated, weights
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable
from groundup.projects.gradient_boosting.solvers.histogram.tree import HistogramTree


def grow(
    table: BinnedTable, gradients: Array, hessians: Array | None, rules: HistogramRules
) -> tuple[HistogramTree, Array]:
    """Grow a tree whose leaves take Newton steps, and return it with the leaf of each row.

    eq. gradient_boosting:tree

    Parameters
    ----------
    table : BinnedTable
        The bins.
    gradients : ndarray of shape (n,)
        First derivative of the loss at each row.
    hessians : ndarray of shape (n,) or None
        Second derivatives; None where all are 1.
    rules : HistogramRules
        When and how nodes are split.
    """
    growing = Growing(table, weights(gradients, hessians), rules)
    growing.finish()
    return finished(growing.nodes, growing.rows, table, rules, gradients, hessians)


class Growing:
    """A tree while it grows.

    Parameters
    ----------
    table : BinnedTable
        The bins.
    w : Weights
        Derivatives of the loss.
    rules : HistogramRules
        When and how nodes are split.
    sums : ndarray of shape (2 or 3, d, B), optional
        Cumulated histograms of all rows, by default made here.
    keep : bool
        Whether leaves keep their histograms.
    """

    def __init__(
        self, table: BinnedTable, w: Weights, rules: HistogramRules, sums: Array | None = None, keep: bool = False
    ) -> None:
        self.table, self.w, self.rules, self.keep = table, w, rules, keep
        self.rows = np.arange(table.n_rows)  # those of a node stand together
        self.nodes: list[Node] = []
        self.waiting: list[tuple[float, int]] = []  # a heap of -gain and number of leaves that may be split
        if sums is None:
            sums = np.empty((w.n_sums, *table.shape))
            cumulated(table, w, sums)
        gradient, hessian = sums[0, 0, -1].item(), sums[-1, 0, -1].item()
        groups = None if rules.groups is None else np.ones(len(rules.groups), bool)
        root = Node(0, table.n_rows, 0, gradient, hessian, self._value(gradient, hessian), groups=groups)
        self._add(root, sums)

    def finish(self) -> None:
        """Split the best leaves until none is left that may be split."""
        most = self.rules.max_leaf_nodes or self.table.n_rows
        while self.waiting and (len(self.nodes) + 1) // 2 < most:
            last = (len(self.nodes) + 1) // 2 + 1 == most
            self._split(heappop(self.waiting)[1], last)

    def _value(self, gradient: float, hessian: float, above: Node | None = None) -> float:
        """Return the value of a node from its sums, within the bounds of its parent."""
        bounds = () if above is None else (above.low, above.high)
        return self.rules.value(gradient * self.w.gradient_unit, hessian * self.w.hessian_unit, *bounds)

    def _add(self, node: Node, sums: Array | None, searched: bool = True) -> None:
        """Add a leaf, and let it wait for its turn if there is a split of it."""
        number = len(self.nodes)
        self.nodes.append(node)
        node.sums = sums
        if searched and sums is not None and self._may_split(node):
            node.cut = best_cut(node, number, self.w, self.table, self.rules)
        if node.cut is not None:
            heappush(self.waiting, (-node.cut.gain, number))
        elif not self.keep:
            node.sums = None

    def _may_split(self, node: Node) -> bool:
        """Whether a node is large enough, and not too deep."""
        depth = self.rules.max_depth
        if node.hessian * self.w.hessian_unit < LEAST_HESSIAN:
            return False
        return node.size >= 2 * self.rules.min_samples_leaf and (depth is None or node.depth < depth)

    def _split(self, number: int, last: bool) -> None:
        """Split a leaf; if it is the last one, its children are not searched."""
        above = self.nodes[number]
        cut, sums = above.cut, above.sums
        assert cut is not None
        assert sums is not None
        above.children, above.sums = (len(self.nodes), len(self.nodes) + 1), None
        self._partition(above)
        groups = above.groups
        if groups is not None and self.rules.groups is not None:
            groups = groups & self.rules.groups[:, cut.feature]
        sides = (
            (above.start, cut.size, cut.gradient, cut.hessian),
            (above.start + cut.size, above.size - cut.size, above.gradient - cut.gradient, above.hessian - cut.hessian),
        )
        left, right = (
            Node(start, size, above.depth + 1, G, H, self._value(G, H, above), above.low, above.high, groups)
            for start, size, G, H in sides
        )
        if self.rules.monotonic is not None:
            _bound(left, right, self.rules.monotonic[cut.feature])
        needed = self.keep or (not last and (self._may_split(left) or self._may_split(right)))
        found = self._sums_of_children(sums, left, right) if needed else (None, None)
        for node, its in zip((left, right), found, strict=True):
            self._add(node, its, searched=not last)

    def _partition(self, node: Node) -> None:
        """Let the rows of the left child stand before those of the right one.  eq. gradient_boosting:partition"""
        cut = node.cut
        assert cut is not None
        inside = self.rows[node.start : node.start + node.size]
        bins = self.table.columns[cut.feature].take(inside)
        if cut.missing_left or self.table.is_categorical[cut.feature]:
            goes = cut.left.take(bins)
        else:  # as fast as copying
            goes = bins <= np.uint8(cut.bin)
        right = inside.compress(~goes)
        inside[: cut.size] = inside.compress(goes)
        inside[cut.size :] = right

    def _sums_of_children(self, sums: Array, left: Node, right: Node) -> tuple[Array, Array]:
        """Return the histograms of children: of the smaller one from its rows, of the other one what is left.

        eq. gradient_boosting:subtraction
        """
        few = left if left.size <= right.size else right
        found = np.empty_like(sums)
        cumulated(self.table, self.w, found, self.rows[few.start : few.start + few.size])
        sums -= found
        return (found, sums) if few is left else (sums, found)


def _bound(left: Node, right: Node, sign: int) -> None:
    """Bound the values of branches that must lie above and below each other by the middle between the children."""
    middle = (left.value + right.value) / 2
    if sign > 0:
        left.high = right.low = middle
    elif sign < 0:
        left.low = right.high = middle
