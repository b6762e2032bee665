"""A tree grown on histograms, the best leaf first; leaves that may come next are searched together."""

from heapq import heappop, heappush

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.nodes import no_nodes
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.splits import find_cuts
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights, cumulated, weights
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable
from groundup.projects.gradient_boosting.solvers.histogram.tree import HistogramTree
from groundup.projects.gradient_boosting.solvers.tree import LEAF, UNDEFINED

CELLS = 1 << 22  # Of histograms that are made together.


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
    while parents := growing.next_parents():
        growing.split(np.array(parents))
    return growing.tree(gradients, hessians)


class Growing:
    """Nodes that have been searched, of which the tree chooses those that gain most.

    Parameters
    ----------
    table : BinnedTable
        The bins.
    w : Weights
        Derivatives of the loss.
    rules : HistogramRules
        When and how nodes are split.
    """

    def __init__(self, table: BinnedTable, w: Weights, rules: HistogramRules) -> None:
        self.table, self.w, self.rules = table, w, rules
        n, n_groups = table.n_rows, 0 if rules.groups is None else len(rules.groups)
        self.rows = np.arange(n)  # those of a node stand together
        self.nodes = no_nodes(4 * (rules.max_leaf_nodes or 64), table.shape[1], n_groups)
        self.made = 0  # number of nodes
        self.sums: dict[int, Array] = {}  # histograms of nodes that are not split
        self.waiting: list[tuple[float, int]] = []  # leaves of the tree that may be split, a heap of -gain and number
        self.chosen: list[int] = []  # inner nodes of the tree
        self.most = (rules.max_leaf_nodes or n) - 1  # number of these
        root = self.nodes[:1]
        root["size"], root["groups"], root["low"], root["high"] = n, True, -np.inf, np.inf
        sums = np.empty((w.n_sums, 1, *table.shape))
        cumulated(table, w, sums[:, 0])
        root["gradient"], root["hessian"] = sums[0, 0, 0, -1], sums[-1, 0, 0, -1]
        root["value"] = self._values(root, root)
        self._search(root, sums)
        self._wait(0)

    def next_parents(self) -> list[int]:
        """Choose the best leaves whose children are known, and return those whose children are to be searched next.

        These may be the next ones that the tree chooses; to search a third of them at a time makes few rounds,
        and few nodes that the tree does not choose in the end.
        """
        while self.waiting and len(self.chosen) < self.most:
            best = self.waiting[0][1]
            child = int(self.nodes["first_child"][best])
            if not child:
                left = self.most - len(self.chosen)
                limit = max(1, CELLS // self.table.edges.size)
                candidates = sorted(self.waiting)[: min(left // 3 + 1, limit)]
                return [number for _, number in candidates if not self.nodes["first_child"][number]]
            heappop(self.waiting)
            self.chosen.append(best)
            self._wait(child)
            self._wait(child + 1)
        return []

    def _wait(self, number: int) -> None:
        """Let a leaf of the tree wait for its turn, if there is a split of it."""
        gain = float(self.nodes["gain"][number])
        if gain > 0:
            heappush(self.waiting, (-gain, number))

    def split(self, parents: Array) -> None:
        """Make the children of some nodes, and search their best splits unless the tree is complete with them."""
        k = len(parents)
        if self.made + 2 * k > len(self.nodes):
            self.nodes = np.concatenate([self.nodes, np.zeros_like(self.nodes)])
        above = self.nodes[parents]
        nodes = self.nodes[self.made : self.made + 2 * k]
        self._partition(above)
        self.nodes["first_child"][parents] = np.arange(self.made, self.made + 2 * k, 2)
        left, right = nodes[::2], nodes[1::2]
        left["start"], right["start"] = above["start"], above["start"] + above["left_size"]
        for name in ("size", "gradient", "hessian"):
            left[name], right[name] = above[f"left_{name}"], above[name] - above[f"left_{name}"]
        for side in (left, right):
            side["depth"], side["groups"] = above["depth"] + 1, above["groups"]
            side["low"], side["high"] = above["low"], above["high"]
            side["value"] = self._values(side, above)
            if self.rules.groups is not None:
                side["groups"] &= self.rules.groups[:, above["feature"]].T
        if self.rules.monotonic is not None:
            _bound(left, right, self.rules.monotonic[above["feature"]])
        sums = [self.sums.pop(number) for number in parents.tolist()]
        if len(self.chosen) + 1 < self.most:
            self._search(nodes, self._sums_of_children(sums, nodes))
        else:
            self.made += 2 * k

    def _partition(self, parents: Array) -> None:
        """Let the rows of left children stand before those of right ones.  eq. gradient_boosting:partition"""
        names = ("start", "size", "feature", "bin", "missing_left")
        for k, (start, size, feature, last, missing_left) in enumerate(parents[[*names]].tolist()):
            inside = self.rows[start : start + size]
            bins = self.table.columns[feature].take(inside)
            listed = missing_left or self.table.is_categorical[feature]
            goes = parents["left"][k].take(bins) if listed else bins <= np.uint8(last)
            left, right = inside.compress(goes), inside.compress(~goes)
            inside[: len(left)], inside[len(left) :] = left, right

    def _values(self, nodes: Array, bounds: Array) -> Array:
        """Return the values of nodes if they are leaves."""
        gradient, hessian = nodes["gradient"] * self.w.gradient_unit, nodes["hessian"] * self.w.hessian_unit
        return self.rules.values(gradient, hessian, bounds["low"], bounds["high"])

    def _sums_of_children(self, sums: list[Array], nodes: Array) -> Array:
        """Return the histograms of children: of the smaller one from its rows, of the other one what is left.

        eq. gradient_boosting:subtraction
        """
        found = np.empty((self.w.n_sums, len(nodes), *self.table.shape))
        size, start = nodes["size"].tolist(), nodes["start"].tolist()
        for left, above in zip(range(0, len(nodes), 2), sums, strict=True):
            few, many = (left, left + 1) if size[left] <= size[left + 1] else (left + 1, left)
            cumulated(self.table, self.w, found[:, few], self.rows[start[few] : start[few] + size[few]])
            np.subtract(above, found[:, few], out=found[:, many])
        return found

    def _search(self, nodes: Array, sums: Array) -> None:
        """Search the best splits of new nodes, and keep their histograms."""
        number = np.arange(self.made, self.made + len(nodes))
        find_cuts(nodes, number, sums, self.w, self.table, self.rules)
        if self.rules.max_depth is not None:
            nodes["gain"][nodes["depth"] >= self.rules.max_depth] = 0.0
        if not self.table.has_missing.all():  # missing entries of new rows go with the majority
            majority = 2 * nodes["left_size"] > nodes["size"]
            nodes["missing_left"] = np.where(self.table.has_missing[nodes["feature"]], nodes["missing_left"], majority)
        self.sums |= {i: sums[:, k] for k, i in enumerate(number.tolist()) if nodes["gain"][k] > 0}
        self.made += len(nodes)

    def tree(self, gradients: Array, hessians: Array | None) -> tuple[HistogramTree, Array]:
        """Return the tree with the leaf of each row, and values from derivatives that are not rounded."""
        chosen = np.array(self.chosen, np.intp)
        first = self.nodes["first_child"][chosen]
        number = np.concatenate([[0], np.stack([first, first + 1], axis=1).ravel()])  # of the tree's nodes
        nodes, m = self.nodes[number], len(number)
        place = np.empty(self.made, np.intp)
        place[number] = np.arange(m)
        inner = place[chosen]
        child = np.full((2, m), LEAF)
        child[:, inner] = np.arange(1, m, 2), np.arange(2, m, 2)
        is_leaf = child[0] == LEAF
        by_start = np.flatnonzero(is_leaf)[nodes["start"][is_leaf].argsort()]
        leaf = np.empty(len(self.rows), np.intp)
        leaf[self.rows] = np.repeat(by_start, nodes["size"][by_start])
        G = np.bincount(leaf, gradients, m)
        H = nodes["size"].astype(np.float64) if hessians is None else np.bincount(leaf, hessians, m)
        for parent, left, right in zip(*(one[::-1].tolist() for one in (inner, *child[:, inner])), strict=True):
            G[parent] = G[left] + G[right]
            H[parent] = H[left] + H[right]
        value = self.rules.values(G, H, nodes["low"], nodes["high"])
        by_category = ~is_leaf & self.table.is_categorical[nodes["feature"]]
        threshold = self.table.edges[nodes["feature"], nodes["bin"]]
        C = self.table.shape[1] if self.table.is_categorical.any() else 0
        tree = HistogramTree(
            children_left=child[0],
            children_right=child[1],
            feature=np.where(is_leaf, UNDEFINED, nodes["feature"]),
            threshold=np.where(is_leaf, float(UNDEFINED), np.where(by_category, np.nan, threshold)),
            missing_go_to_left=nodes["missing_left"] & ~is_leaf,
            impurity=G * value / np.maximum(H, 1e-150),
            n_node_samples=nodes["size"],
            weighted_n_node_samples=H,
            value=value[:, None, None],
            by_category=by_category,
            categories_left=nodes["left"][:, :C] & by_category[:, None],
        )
        return tree, leaf


def _bound(left: Array, right: Array, sign: Array) -> None:
    """Bound the values of branches that must lie above and below each other by the middle between the children."""
    middle = (left["value"] + right["value"]) / 2
    rises, falls = sign > 0, sign < 0
    left["high"][rises] = right["low"][rises] = middle[rises]
    left["low"][falls] = right["high"][falls] = middle[falls]
