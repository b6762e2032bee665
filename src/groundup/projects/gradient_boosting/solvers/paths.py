"""Paths from the roots of many trees to their leaves, with the distinct columns that each is split by."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.forest import Forest
from groundup.projects.gradient_boosting.solvers.tree import LEAF, Tree


@dataclass(frozen=True)
class Paths:
    """Paths to L leaves among the m nodes of all trees, of at most D splits by at most M distinct columns.

    Parameters
    ----------
    nodes : Tree
        The nodes, with children counted from the first node of the first tree.
    tree, depth : ndarray of int of shape (m,)
        Number of each node's tree, and its depth.
    slot : ndarray of int of shape (m,)
        Place of the column by which a node is split among the distinct ones of its path.
    size : ndarray of int of shape (m,)
        Number of distinct columns on the path to each node.
    leaf : ndarray of int of shape (L,)
        The leaves below splits.
    node : ndarray of int of shape (L, D + 1)
        Nodes of each path, from the root to the leaf; -1 after it.
    feature : ndarray of int of shape (L, M)
        Distinct columns of each path; -1 in places that it does not need.
    share : ndarray of shape (L, M)
        Share of the training rows that meet the conditions on each column, of those that come to them.
    """

    nodes: Tree
    tree: Array
    depth: Array
    slot: Array
    size: Array
    leaf: Array
    node: Array
    feature: Array
    share: Array

    def small_subtrees(self, most: int) -> Array:
        """Return the largest subtree of each leaf that depends on few conditions, by its root; -1 where none does.

        The conditions are one for each distinct column of the path to the root, and one for each split below it.
        """
        below = np.bincount(self.node[self.node >= 0], minlength=len(self.depth)) - 1  # a split less than leaves
        fits = (self.size + below <= most)[self.node] & (self.node >= 0)
        return np.where(fits.any(axis=1), self.node[np.arange(len(fits)), fits.argmax(axis=1)], -1)


def paths_of(trees: Forest) -> Paths:
    """Return the paths to all leaves, depth by depth for all trees at once.  eq. gradient_boosting:cover"""
    nodes = trees.joined()
    m, weight = nodes.node_count, nodes.weighted_n_node_samples
    D = trees.max_depth
    depth, size, slot, parent = (np.zeros(m, np.intp) for _ in range(4))
    feature, share = np.full((m, D + 1), -1), np.ones((m, D + 1))
    level = trees.roots[~nodes.is_leaf[trees.roots]]
    while len(level):
        seen = feature[level] == nodes.feature[level, None]
        at = slot[level] = np.where(seen.any(axis=1), seen.argmax(axis=1), size[level])
        for child in (nodes.children_left[level], nodes.children_right[level]):
            parent[child], depth[child] = level, depth[level] + 1
            feature[child], share[child] = feature[level], share[level]
            feature[child, at] = nodes.feature[level]
            share[child, at] *= weight[child] / weight[level]
            size[child] = np.maximum(size[level], at + 1)
        level = np.concatenate([nodes.children_left[level], nodes.children_right[level]])
        level = level[~nodes.is_leaf[level]]
    leaf = np.flatnonzero(nodes.is_leaf & (depth > 0))
    node, at, rows = np.full((len(leaf), D + 1), LEAF), leaf, np.arange(len(leaf))
    while len(rows):
        node[rows, depth[at]] = at
        inner = depth[at] > 0
        rows, at = rows[inner], parent[at[inner]]
    M = size.max(initial=0)
    tree = np.searchsorted(trees.roots, np.arange(m), side="right") - 1
    return Paths(nodes, tree, depth, slot, size, leaf, node, feature[leaf, :M], share[leaf, :M])
