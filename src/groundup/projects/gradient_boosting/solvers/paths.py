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

    def left(self, nodes: Array, X: Array) -> Array:
        """Return whether rows go to the left at some nodes, of shape (len(nodes), n)."""
        return self.nodes.goes_left(X.T[self.nodes.feature[nodes]], nodes[:, None])

    def is_left(self, node: Array, child: Array) -> Array:
        """Return whether each child is the left one of its node, of shape (l, 1)."""
        return np.asarray(self.nodes.children_left[node] == child)[:, None]

    def conditions(self, leaves: Array, root: Array, answers: Array, place: Array) -> Array:
        """Return whether rows meet the conditions of each path on each of its columns, of shape (l, M, P).

        Parameters
        ----------
        leaves : ndarray of int of shape (l,)
            Numbers of the paths.
        root : ndarray of int of shape (l,)
            Node of each path: conditions above it are known column by column, those below it split by split.
        answers : ndarray of bool of shape (s, P)
            For P rows in places 0, 1, … whether they meet the conditions above on the first, second, … column, and in
            ``place[node]`` whether they go to the left at a node below.
        place : ndarray of int of shape (m,)
            Places of the nodes.
        """
        path = self.node[leaves]
        M = self.size[self.leaf[leaves]].max()
        meets = np.ones((len(leaves), M, answers.shape[1]), bool)
        row, slot = np.nonzero(np.arange(M) < self.size[root, None])
        meets[row, slot] = answers[slot]
        for k in range(path.shape[1] - 1):
            row = np.flatnonzero((path[:, k + 1] >= 0) & (self.depth[root] <= k))
            at, child = path[row, k], path[row, k + 1]
            meets[row, self.slot[at]] &= answers[place[at]] == self.is_left(at, child)
        return meets

    def met(self, leaves: Array, X: Array) -> Array:
        """Return whether rows meet the conditions of each path on each of its columns, of shape (l, M, n)."""
        path = self.node[leaves]
        nodes = np.unique(path[(path >= 0) & ~self.nodes.is_leaf[path]])
        place = np.zeros(len(self.depth), np.intp)
        place[nodes] = np.arange(len(nodes))
        return self.conditions(leaves, path[:, 0], self.left(nodes, X), place)


def paths_of(trees: Forest) -> Paths:
    """Return the paths to all leaves, depth by depth for all trees at once.  eq. gradient_boosting:cover"""
    nodes = trees.joined()
    m, cover = nodes.node_count, nodes.cover
    levels, level = [], trees.roots
    while len(level := level[~nodes.is_leaf[level]]):
        levels.append(level)
        level = np.concatenate([nodes.children_left[level], nodes.children_right[level]])
    D = len(levels)
    depth, size, slot, parent = (np.zeros(m, np.intp) for _ in range(4))
    feature, share = np.full((m, D + 1), -1), np.ones((m, D + 1))
    for level in levels:
        seen = feature[level] == nodes.feature[level, None]
        at = slot[level] = np.where(seen.any(axis=1), seen.argmax(axis=1), size[level])
        for child in (nodes.children_left[level], nodes.children_right[level]):
            parent[child], depth[child] = level, depth[level] + 1
            feature[child], share[child] = feature[level], share[level]
            feature[child, at] = nodes.feature[level]
            share[child, at] *= cover[child] / cover[level]
            size[child] = np.maximum(size[level], at + 1)
    leaf = np.flatnonzero(nodes.is_leaf & (depth > 0))
    node, at, rows = np.full((len(leaf), D + 1), LEAF), leaf, np.arange(len(leaf))
    while len(rows):
        node[rows, depth[at]] = at
        inner = depth[at] > 0
        rows, at = rows[inner], parent[at[inner]]
    M = size.max(initial=0)
    tree = np.searchsorted(trees.roots, np.arange(m), side="right") - 1
    return Paths(nodes, tree, depth, slot, size, leaf, node, feature[leaf, :M], share[leaf, :M])
