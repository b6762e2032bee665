"""Many trees as one struct of arrays, for files and for predictions of all trees at once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.rows import parts
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import LEAF, Tree

PLACES = 1 << 16  # Rows times trees that go down at once: their nodes stay in the cache.
STEPS = 1 << 20  # Rows times trees whose values are added up at once: 8 MB.
ROWS = 1 << 16  # Rows whose columns are compared with a threshold at once.
FEW_ROWS = 1 << 13  # Rows below which going down all trees at once is as fast as bits, tree by tree.
MOST_BITS = 64  # Leaves of a tree that are the bits of a number.


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
        found = np.empty((len(self), len(X)), np.intp)
        trees = self.trees()
        if len(X) < FEW_ROWS or max(tree.n_leaves for tree in trees) > MOST_BITS:
            for rows in parts(len(X), max(1, PLACES // len(self))):
                found[:, rows] = self._down(X[rows]).T
            return found
        for rows in parts(len(X), ROWS):
            columns = np.ascontiguousarray(X[rows].T)
            plain = self.nodes.by_threshold and not np.isnan(columns).any()
            for tree, root, leaf in zip(trees, self.roots, found, strict=True):
                leaf[rows] = root + leaves_by_bits(tree, columns, plain)
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

    def _down(self, X: Array) -> Array:
        """Return the leaves, of shape (n, T), as all rows go down all trees at once; who is in a leaf stays there."""
        nodes, child = self.nodes, self._child.ravel()  # of node i at 2 i, and 2 i + 1 if it goes left
        feature = np.where(nodes.is_leaf, 0, nodes.feature)
        node = np.tile(self.roots, (len(X), 1))
        entries_of = np.arange(0, X.size, X.shape[1])[:, None]
        flat, plain = X.ravel(), nodes.by_threshold and not np.isnan(X).any()
        for _ in range(self._depth):
            entries = flat.take(feature.take(node) + entries_of)
            goes = entries <= nodes.threshold.take(node) if plain else nodes.goes_left(entries, node)
            node = child.take(2 * node + goes)
        return node

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


def leaves_by_bits(tree: Tree, columns: Array, plain: bool) -> Array:
    """Return the leaf of each row: all nodes are asked, and each takes away the leaves on the side that is not taken.

    What is left begins with the row's leaf. Comparing whole columns takes a third of the time of following the rows.

    Source: C. Lucchese and others, QuickScorer: a fast algorithm to rank documents with additive ensembles of
    regression trees, SIGIR 2015.

    Parameters
    ----------
    tree : Tree
        A tree of at most 64 leaves.
    columns : ndarray of shape (d, n)
        Entries, column by column.
    plain : bool
        Whether all nodes compare with thresholds, and no entry is missing.
    """
    leaves = np.flatnonzero(tree.is_leaf)
    leaves = leaves[tree.preorder()[leaves].argsort()]  # from left to right
    kinds: tuple[Any, ...] = (np.uint8, np.uint16, np.uint32, np.uint64)
    kind = next(kind for kind in kinds if len(leaves) <= np.iinfo(kind).bits)
    below = [0] * tree.node_count
    for bit, leaf in enumerate(leaves.tolist()):
        below[leaf] = 1 << bit
    left, right = tree.children_left.tolist(), tree.children_right.tolist()
    remaining = np.full(columns.shape[1], np.iinfo(kind).max, kind)
    for node in np.flatnonzero(~tree.is_leaf)[::-1].tolist():
        below[node] = below[left[node]] | below[right[node]]
        entries = columns[tree.feature[node]]
        goes_right = entries > tree.threshold[node] if plain else ~tree.goes_left(entries, node)
        lost = goes_right * kind(below[left[node]])
        remaining &= np.invert(lost, out=lost)
    first = (remaining & (~remaining + kind(1))).astype(np.float64)
    return leaves.take(np.frexp(first)[1] - 1)


def forest(trees: Sequence[Tree]) -> Forest:
    """Return trees as one struct of arrays."""
    sizes = [tree.node_count for tree in trees]
    names = vars(trees[0])
    nodes = type(trees[0])(**{name: np.concatenate([getattr(tree, name) for tree in trees]) for name in names})
    return Forest(nodes, np.cumsum([0, *sizes[:-1]]))
