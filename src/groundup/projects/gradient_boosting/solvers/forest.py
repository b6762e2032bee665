"""Many trees as one struct of arrays, for files and for predictions of all trees at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.rows import parts
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import LEAF, Tree

PLACES = 1 << 16  # Rows times trees that go down at once: their nodes stay in the cache.
STEPS = 1 << 20  # Rows times trees whose values are added up at once: 8 MB.
ROWS = 1 << 13  # Rows whose columns are compared with a threshold at once: they stay in the cache.
FEW_ROWS = 1 << 11  # Rows below which going down all trees at once is as fast as bits, tree by tree.
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
        found = np.empty((len(self), len(X)), np.intp)
        for rows in parts(len(X), self.block_rows):
            for leaf, its in zip(found, self._nodes(X[rows]), strict=True):
                leaf[rows] = its
        return found.T - self.roots

    @property
    def block_rows(self) -> int:
        """Number of rows for which `values` need little memory."""
        return max(1, STEPS // len(self)) if self._bits is None else ROWS

    def _nodes(self, X: Array) -> Iterator[Array]:
        """Yield the leaf of each row in each tree, among all nodes."""
        if len(X) < FEW_ROWS or self._bits is None:
            found = np.empty((len(self), len(X)), np.intp)
            for rows in parts(len(X), max(1, PLACES // len(self))):
                found[:, rows] = self._down(X[rows]).T
            yield from found
        else:
            columns = np.ascontiguousarray(X.T)
            plain = self.nodes.by_threshold and not np.isnan(columns).any()
            for one, root in zip(self._bits, self.roots, strict=True):
                yield (root + one.leaves).take(one.places(columns, plain))

    @cached_property
    def _bits(self) -> "list[BitTree] | None":
        """All trees as bits; None if one has too many leaves."""
        trees = self.trees()
        return None if max(tree.n_leaves for tree in trees) > MOST_BITS else [bit_tree(tree) for tree in trees]

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

    def values(self, X: Array) -> Iterator[Array]:
        """Yield what each tree predicts for each row."""
        value = np.ascontiguousarray(self.nodes.value[:, 0, 0])
        for leaf in self._nodes(X):
            yield value.take(leaf)

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


@dataclass(frozen=True)
class BitTree:
    """A tree whose leaves, from left to right, are the bits of a number.

    Parameters
    ----------
    tree : Tree
        The tree, of at most 64 leaves.
    leaves : ndarray of int
        The nodes that are leaves.
    below : list
        Each other node, and the bits of the leaves on its left side.
    kind : type
        Unsigned integers of enough bits.
    """

    tree: Tree
    leaves: Array
    below: list[tuple[Any, Any]]
    kind: Any

    def places(self, columns: Array, plain: bool) -> Array:
        """Return the place of each row's leaf: all nodes are asked, and take away the leaves of the other side.

        What is left begins with the row's leaf. Comparing whole columns takes a third of the time of following rows.

        Source: C. Lucchese and others, QuickScorer: a fast algorithm to rank documents with additive ensembles of
        regression trees, SIGIR 2015.

        Parameters
        ----------
        columns : ndarray of shape (d, n)
            Entries, column by column.
        plain : bool
            Whether all nodes compare with thresholds, and no entry is missing.
        """
        tree = self.tree
        gone, lost = np.zeros((2, columns.shape[1]), self.kind)
        for node, left in self.below:
            entries = columns[tree.feature[node]]
            goes_right = entries > tree.threshold[node] if plain else ~tree.goes_left(entries, node)
            gone |= np.multiply(goes_right, left, out=lost)
        first = (~gone & (gone + self.kind(1))).astype(np.float64)
        return (first.view(np.int64) >> 52) - 1023  # the exponents


def bit_tree(tree: Tree) -> BitTree:
    """Return a tree of at most 64 leaves as bits."""
    kinds: tuple[Any, ...] = (np.uint8, np.uint16, np.uint32, np.uint64)
    kind = next(kind for kind in kinds if tree.n_leaves <= np.iinfo(kind).bits)
    children = list(zip(tree.children_left.tolist(), tree.children_right.tolist(), strict=True))
    leaves: list[int] = []
    waiting, bits = [0], [0] * tree.node_count
    while waiting:  # from left to right
        node = waiting.pop()
        left, right = children[node]
        if left == LEAF:
            bits[node] = 1 << len(leaves)
            leaves.append(node)
        else:
            waiting += [right, left]
    below = []
    for node in np.flatnonzero(~tree.is_leaf)[::-1].tolist():
        left, right = children[node]
        bits[node] = bits[left] | bits[right]
        below.append((node, kind(bits[left])))
    return BitTree(tree, np.array(leaves), below, kind)


def forest(trees: Sequence[Tree]) -> Forest:
    """Return trees as one struct of arrays."""
    sizes = [tree.node_count for tree in trees]
    names = vars(trees[0])
    nodes = type(trees[0])(**{name: np.concatenate([getattr(tree, name) for tree in trees]) for name in names})
    return Forest(nodes, np.cumsum([0, *sizes[:-1]]))
