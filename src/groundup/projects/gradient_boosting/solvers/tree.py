"""A grown tree: one entry a node in each array, parents before their children."""

from dataclasses import replace
from typing import Any, Self

import numpy as np

from groundup.core.checks.inputs import as_csr, is_sparse
from groundup.core.containers.csr import Csr, in_users_form
from groundup.core.storage import record
from groundup.core.types import Array

LEAF, UNDEFINED = -1, -2  # scikit-learn's child, and feature and threshold, of a leaf.


def in_memory(X: Any) -> Array:
    """Return rows as an array; sparse ones with their zeros."""
    return as_csr(X).dense() if is_sparse(X) else np.asarray(X[:])


@record
class Tree:
    """Nodes of a tree.

    Parameters
    ----------
    children_left, children_right : ndarray of int of shape (m,)
        Numbers of the children, larger than that of the node; -1 for a leaf.
    feature : ndarray of int of shape (m,)
        Column by which the node is split; -2 for a leaf.
    threshold : ndarray of shape (m,)
        Rows whose entry is at most this go to the left; -2 for a leaf, infinite where only missing entries go right.
    missing_go_to_left : ndarray of bool of shape (m,)
        Whether rows whose entry is missing go to the left.
    impurity : ndarray of shape (m,)
        Impurity of the rows of the node.
    n_node_samples, weighted_n_node_samples : ndarray of shape (m,)
        Number of the rows of the node, and their weight.
    value : ndarray of shape (m, q, c)
        Prediction of the node: of each target, one number or the shares of the classes.
    """

    children_left: Array
    children_right: Array
    feature: Array
    threshold: Array
    missing_go_to_left: Array
    impurity: Array
    n_node_samples: Array
    weighted_n_node_samples: Array
    value: Array

    @property
    def node_count(self) -> int:
        """Number of nodes m."""
        return len(self.feature)

    @property
    def is_leaf(self) -> Array:
        """Whether each node is a leaf."""
        return np.asarray(self.children_left == LEAF)

    @property
    def cover(self) -> Array:
        """Weight of each node's rows, by which unknown columns are averaged."""
        return self.weighted_n_node_samples

    @property
    def n_leaves(self) -> int:
        """Number of leaves."""
        return int(self.is_leaf.sum())

    @property
    def n_outputs(self) -> int:
        """Number of targets."""
        return int(self.value.shape[1])

    @property
    def max_depth(self) -> int:
        """Depth of the deepest leaf; 0 of a tree that is a leaf."""
        return int(self.depths().max())

    def depths(self) -> Array:
        """Return the depth of each node."""
        depth = np.zeros(self.node_count, np.intp)
        level = np.zeros(1, np.intp)
        while len(level := level[~self.is_leaf[level]]):
            children = np.concatenate([self.children_left[level], self.children_right[level]])
            depth[children] = np.tile(depth[level] + 1, 2)
            level = children
        return depth

    def apply(self, X: Any) -> Array:
        """Return the leaf of each row, level by level for all rows that are not in one.

        eq. gradient_boosting:tree

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, d)
            Rows; NaN for missing entries.
        """
        X = in_memory(X)
        node = np.zeros(len(X), np.intp)
        rows = np.flatnonzero(~self.is_leaf[node])
        while len(rows):
            at = node[rows]
            left = self.goes_left(X[rows, self.feature[at]], at)
            node[rows] = np.where(left, self.children_left[at], self.children_right[at])
            rows = rows.compress(~self.is_leaf[node[rows]])
        return node

    @property
    def by_threshold(self) -> bool:
        """Whether entries that are not missing are compared with thresholds at all nodes."""
        return True

    def goes_left(self, entries: Array, node: Array) -> Array:
        """Whether rows with these entries in the columns of their nodes go to the left."""
        left = entries <= self.threshold[node]
        return np.where(np.isnan(entries), self.missing_go_to_left[node], left)

    def decision_path(self, X: Any) -> Any:
        """Return which nodes each row passes, as ones in sparse rows of m columns."""
        return in_users_form(self.paths(self.apply(X)))

    def paths(self, leaf: Array) -> Csr:
        """Return which nodes lead to each of some leaves, as ones in sparse rows of m columns."""
        depth, node, rows = self.depths(), leaf, np.arange(len(leaf))
        indptr = np.concatenate([[0], np.cumsum(depth[leaf] + 1)])
        indices = np.empty(indptr[-1], np.intp)
        parents = self.parents()
        while len(rows):
            indices[indptr[rows] + depth[node]] = node
            inner = node > 0
            rows, node = rows[inner], parents[node[inner]]
        return Csr(np.ones(len(indices)), indices, indptr, (len(leaf), self.node_count))

    def parents(self) -> Array:
        """Return the parent of each node; -1 of the root."""
        parent, inner = np.full(self.node_count, -1), np.flatnonzero(~self.is_leaf)
        parent[self.children_left[inner]] = parent[self.children_right[inner]] = inner
        return parent

    def gains(self) -> Array:
        """Return the weight of each node's rows times how much its split lowers their impurity; 0 for a leaf.

        eq. gradient_boosting:importance
        """
        mass = self.weighted_n_node_samples * self.impurity
        return np.where(self.is_leaf, 0.0, mass - mass[self.children_left] - mass[self.children_right])

    def importances(self, d: int) -> Array:
        """Return each column's sum of gains, a weight of the rows."""
        inner = ~self.is_leaf
        found = np.bincount(self.feature[inner], weights=self.gains()[inner], minlength=d)
        return found / self.weighted_n_node_samples[0]

    def preorder(self) -> Array:
        """Return the place of each node in scikit-learn's order: node, left branch, right branch."""
        size = np.ones(self.node_count, np.intp)
        depth = self.depths()
        inner = np.flatnonzero(~self.is_leaf)
        levels = [inner[depth[inner] == level] for level in range(depth.max(initial=0))]
        for level in levels[::-1]:
            size[level] += size[self.children_left[level]] + size[self.children_right[level]]
        place = np.zeros(self.node_count, np.intp)
        for level in levels:
            left, right = self.children_left[level], self.children_right[level]
            place[left] = place[level] + 1
            place[right] = place[left] + size[left]
        return place

    def renumbered(self, place: Array) -> Self:
        """Return the same tree with node i in place ``place[i]``; nodes in place -1 go, their parents are leaves."""
        order = np.flatnonzero(place >= 0)
        order = order[np.argsort(place[order])]
        arrays = {name: array[order] for name, array in vars(self).items()}
        for name in ("children_left", "children_right"):
            arrays[name] = np.where(arrays[name] >= 0, place[arrays[name]], LEAF)
        closed = arrays["children_left"] == LEAF
        empty = {"feature": UNDEFINED, "threshold": float(UNDEFINED), "missing_go_to_left": False}
        return replace(self, **arrays | {name: np.where(closed, value, arrays[name]) for name, value in empty.items()})

    def complaint(self, d: int) -> str:
        """Return what is wrong with a tree over d columns that was read from a file; "" for nothing."""
        m, child = self.node_count, np.stack([self.children_left, self.children_right])
        whole = (self.children_left, self.children_right, self.feature, self.n_node_samples)
        real = (self.threshold, self.impurity, self.weighted_n_node_samples, self.value)
        if m == 0 or any(array.shape[:1] != (m,) for array in vars(self).values()) or self.value.ndim != 3:
            return "whose arrays have different lengths"
        if any(array.dtype.kind != "i" for array in whole) or any(array.dtype.kind != "f" for array in real):
            return "whose arrays are of other kinds of numbers"
        inner = ~self.is_leaf
        if ((child == LEAF) != ~inner).any() or (child[:, inner] <= np.flatnonzero(inner)).any() or (child >= m).any():
            return "whose children are no later nodes"
        if ((self.feature < 0) | (self.feature >= d))[inner].any():
            return f"that is split by another column than one of {d}"
        return "" if np.isfinite(self.value).all() else "with values that are not finite"
