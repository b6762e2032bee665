"""Many trees as one struct of arrays, for files and for predictions of all trees at once."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import LEAF, Tree

PLACES = 1 << 16  # Rows times trees that go down at once: their nodes stay in the cache.


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
        """Return the leaf of each row in each tree, counted from its root, of shape (n, T).

        All rows go down all trees at once; who is in a leaf stays there.
        """
        nodes, T = self.nodes, len(self)
        base = np.repeat(self.roots, np.diff(self.roots, append=nodes.node_count))
        own = np.arange(nodes.node_count)
        child = np.stack([nodes.children_right, nodes.children_left], axis=1) + base[:, None]
        child = np.where(
            nodes.is_leaf[:, None], own[:, None], child
        ).ravel()  # of node i at 2 i, and 2 i + 1 if it goes left
        feature = np.where(nodes.is_leaf, 0, nodes.feature)
        depth = max(tree.max_depth for tree in self.trees())
        found = np.empty((len(X), T), np.intp)
        step = max(1, PLACES // T)
        for start in range(0, len(X), step):
            block = X[start : start + step]
            node = np.tile(self.roots, (len(block), 1))
            entries_of = np.arange(0, block.size, block.shape[1])[:, None]
            flat, plain = block.ravel(), nodes.by_threshold and not np.isnan(block).any()
            for _ in range(depth):
                entries = flat.take(feature.take(node) + entries_of)
                goes = entries <= nodes.threshold.take(node) if plain else nodes.goes_left(entries, node)
                node = child.take(2 * node + goes)
            found[start : start + step] = node - self.roots
        return found

    def values(self, X: Array) -> Array:
        """Return what each tree predicts for each row, of shape (n, T)."""
        return np.asarray(self.nodes.value[self.leaves(X) + self.roots, 0, 0])

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


def forest(trees: Sequence[Tree]) -> Forest:
    """Return trees as one struct of arrays."""
    sizes = [tree.node_count for tree in trees]
    names = vars(trees[0])
    nodes = type(trees[0])(**{name: np.concatenate([getattr(tree, name) for tree in trees]) for name in names})
    return Forest(nodes, np.cumsum([0, *sizes[:-1]]))
