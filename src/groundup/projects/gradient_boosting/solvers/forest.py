"""Many trees as one struct of arrays, for files and for predictions of all trees at once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from groundup.core.rows import parts
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import LEAF, Tree

SHALLOW = 4  # Depth up to which all nodes of a tree are asked.
PLACES = 1 << 16  # Rows times trees that go down at once: their nodes stay in the cache.
STEPS = 1 << 20  # Rows times trees whose values are added up at once: 8 MB.


@record
class Forest:
    """Trees one after the other.

    Parameters
    ----------
    nodes : Tree
        All nodes; children are counted from the root of their tree.
    roots : ndarray of int of shape (T,)
        Where each tree begins.
    """

    nodes: Tree
    roots: Array

    def __len__(self) -> int:
        return len(self.roots)

    def tree(self, number: int) -> Tree:
        """Return one tree."""
        stop = np.append(self.roots, self.nodes.node_count)[number + 1]
        return type(self.nodes)(**{name: array[self.roots[number] : stop] for name, array in vars(self.nodes).items()})

    def trees(self) -> tuple[Tree, ...]:
        """Return all trees."""
        return tuple(self.tree(number) for number in range(len(self)))

    def joined(self) -> Tree:
        """Return all nodes, with children counted from the first of them."""
        nodes = self.nodes
        base = np.repeat(self.roots, np.diff(self.roots, append=nodes.node_count))
        left, right = (np.where(nodes.is_leaf, LEAF, base + one) for one in (nodes.children_left, nodes.children_right))
        return replace(nodes, children_left=left, children_right=right)

    def leaves(self, X: Array) -> Array:
        """Return the leaf of each row in each tree, counted from its root, of shape (n, T)."""
        return self._nodes(X).T - self.roots

    def _nodes(self, X: Array) -> Array:
        """Return the leaf of each row in each tree, among all nodes, of shape (T, n)."""
        depth = self._depth
        go_down = self._by_bits if depth <= SHALLOW and self.nodes.by_threshold else self._down
        found = np.empty((len(self), len(X)), np.intp)
        for rows in parts(len(X), max(1, PLACES // len(self))):
            found[:, rows] = go_down(X[rows], depth)
        return found

    @property
    def _depth(self) -> int:
        """Depth of the deepest leaf."""
        depth, level = 0, self.roots
        while len(level := level[~self.nodes.is_leaf[level]]):
            depth, level = depth + 1, self._child[level].ravel()
        return depth

    @cached_property
    def _child(self) -> Array:
        """Right and left child of each node, of shape (m, 2); itself, of a leaf."""
        nodes = self.joined()
        child = np.stack([nodes.children_right, nodes.children_left], axis=1)
        return np.where(child == LEAF, np.arange(nodes.node_count)[:, None], child)

    def _down(self, X: Array, depth: int) -> Array:
        """Return the leaves, as all rows go down all trees at once; who is in a leaf stays there."""
        nodes, child = self.nodes, self._child.ravel()  # of node i at 2 i, and 2 i + 1 if it goes left
        feature = np.where(nodes.is_leaf, 0, nodes.feature)
        node = np.tile(self.roots, (len(X), 1))
        entries_of = np.arange(0, X.size, X.shape[1])[:, None]
        flat, plain = X.ravel(), nodes.by_threshold and not np.isnan(X).any()
        for _ in range(depth):
            entries = flat.take(feature.take(node) + entries_of)
            goes = entries <= nodes.threshold.take(node) if plain else nodes.goes_left(entries, node)
            node = child.take(2 * node + goes)
        return node.T

    def _by_bits(self, X: Array, depth: int) -> Array:
        """Return the leaves, as every node of a complete tree is asked: 4 times as fast for shallow trees.

        A leaf is a bit, and a row that goes to the right deletes those on the left: the lowest one that is left is its
        leaf.

        Source: C. Lucchese and others, QuickScorer: a fast algorithm to rank documents, SIGIR 2015.
        """
        nodes, columns, level, child = self.nodes, np.ascontiguousarray(X.T), self.roots[:, None], self._child
        feature, limit = np.where(nodes.is_leaf, 0, nodes.feature), below(nodes.threshold, X.dtype)
        missing = np.isnan(columns)
        gaps = missing.any()
        bits = np.uint16 if depth > 3 else np.uint8
        left = np.full((len(self), len(X)), np.iinfo(bits).max, bits)
        for d in range(depth):
            width = 1 << (depth - d)
            for i, node in enumerate(level.T):
                goes = columns.take(feature[node], axis=0) <= limit[node, None]
                if gaps:
                    goes |= missing.take(feature[node], axis=0) & nodes.missing_go_to_left[node, None]
                kept = np.negative(goes.astype(bits))  # all bits where it goes to the left
                kept |= np.iinfo(bits).max - (((1 << width // 2) - 1) << (i * width))
                left &= kept
            level = child[level][..., ::-1].reshape(len(self), -1)
        lowest = np.zeros(np.iinfo(bits).max + 1, np.intp)
        for leaf in range(1 << depth):
            lowest[1 << leaf :: 2 << leaf] = leaf
        place = lowest.take(left)
        place += np.arange(0, level.size, level.shape[1])[:, None]
        return level.ravel().take(place)

    def values(self, X: Array) -> Array:
        """Return what each tree predicts for each row, of shape (T, n)."""
        return np.ascontiguousarray(self.nodes.value[:, 0, 0]).take(self._nodes(X))

    def complaint(self, d: int) -> str:
        """Return what is wrong with trees over d columns that were read from a file; "" for nothing."""
        roots = self.roots
        if roots.ndim != 1 or roots.dtype.kind != "i" or not len(roots) or roots[0] != 0 or (np.diff(roots) <= 0).any():
            return "whose trees do not follow each other"
        if any(array.shape[:1] != self.nodes.feature.shape for array in vars(self.nodes).values()):
            return "whose arrays have different lengths"
        if roots[-1] >= self.nodes.node_count:
            return "whose last tree has no nodes"
        return next((wrong for tree in self.trees() if (wrong := tree.complaint(d))), "")


def below(threshold: Array, dtype: np.dtype) -> Array:
    """Return the largest numbers of a precision up to the thresholds: entries are compared without a copy."""
    if dtype != np.float32:
        return threshold
    found = threshold.astype(np.float32)
    return np.where(found > threshold, np.nextafter(found, np.float32(-np.inf)), found)


def forest(trees: Sequence[Tree]) -> Forest:
    """Return trees as one struct of arrays."""
    sizes = [tree.node_count for tree in trees]
    names = vars(trees[0])
    nodes = type(trees[0])(**{name: np.concatenate([getattr(tree, name) for tree in trees]) for name in names})
    return Forest(nodes, np.cumsum([0, *sizes[:-1]]))
