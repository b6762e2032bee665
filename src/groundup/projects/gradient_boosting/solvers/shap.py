"""Exact Shapley values of a tree's predictions, with unknown columns averaged along the paths.

The values that a leaf gives depend only on which conditions of its path a row meets. So a subtree with few conditions,
those that lead to it included, has a table of values for every combination of them, made once and read by all rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import LEAF, Tree

BITS = 8  # Conditions of a table: its rows are found by a byte.
ROWS = 1 << 12  # Rows that read tables at once: their values stay in the cache.
ENTRIES = 1 << 16  # Leaves times rows of which values are computed at once.


@dataclass(frozen=True)
class Paths:
    """Paths from the root to all L leaves, of at most D splits by at most M distinct columns.

    Parameters
    ----------
    leaf : ndarray of int of shape (L,)
        The leaves.
    node : ndarray of int of shape (L, D + 1)
        Nodes of each path, from the root to the leaf; -1 after it.
    slot : ndarray of int of shape (m,)
        Place of a node's column among the distinct ones of its path.
    feature : ndarray of int of shape (L, M)
        Distinct columns of each path; -1 in places that it does not need.
    share : ndarray of shape (L, M)
        Share of the training rows that meet the conditions on each column, out of those that come to them.
    """

    leaf: Array
    node: Array
    slot: Array
    feature: Array
    share: Array


def paths_of(tree: Tree) -> Paths:
    """Return the paths to all leaves.  eq. gradient_boosting:cover"""
    depth, parent, weight = tree.depths(), tree.parents(), tree.weighted_n_node_samples
    D, m = depth.max(), tree.node_count
    size, slot = np.zeros(m, np.intp), np.zeros(m, np.intp)
    feature, share = np.full((m, D + 1), -1), np.ones((m, D + 1))
    for k in range(D):
        above = np.flatnonzero((depth == k) & ~tree.is_leaf)
        known = feature[above] == tree.feature[above, None]
        slot[above] = np.where(known.any(axis=1), known.argmax(axis=1), size[above])
        for child in (tree.children_left[above], tree.children_right[above]):
            at = slot[above]
            feature[child], share[child] = feature[above], share[above]
            feature[child, at] = tree.feature[above]
            share[child, at] *= weight[child] / weight[above]
            size[child] = np.maximum(size[above], at + 1)
    leaf = np.flatnonzero(tree.is_leaf)
    node, at = np.full((len(leaf), D + 1), LEAF), leaf
    while len(rows := np.flatnonzero(at >= 0)):
        node[rows, depth[at[rows]]] = at[rows]
        at = np.where(at >= 0, parent[at], -1)
    M = max(1, size.max())
    return Paths(leaf, node, slot, feature[leaf, :M], share[leaf, :M])


@cache
def gauss(size: int) -> tuple[Array, Array]:
    """Return nodes and weights of Gauss's quadrature on [0, 1], exact for polynomials of degree 2 size - 1."""
    t, w = np.polynomial.legendre.leggauss(size)
    return (1 + t) / 2, w / 2


def leaf_values(meets: Array, share: Array) -> Array:
    """Return the Shapley values of the columns of paths whose leaves predict 1, of shape (l, M, P).

    eq. gradient_boosting:quadrature

    The integrand is a polynomial in t, of which Gauss's quadrature is exact, and a sum of terms of one sign.

    Parameters
    ----------
    meets : ndarray of bool of shape (l, M, P)
        Whether each of P rows meets each path's conditions on a column.
    share : ndarray of shape (l, M)
        Share of the training rows that do.
    """
    l, M, P = meets.shape
    t, w = gauss((M + 1) // 2)
    unmet = share[:, :, None] * (1 - t)  # (l, M, Q)
    met = t + unmet
    product = np.ones((l, len(t), P))
    for s in range(M):
        product *= np.where(meets[:, s, None], met[:, s, :, None], unmet[:, s, :, None])
    return np.where(meets, (w * (1 - share[:, :, None]) / met) @ product, -(w / (1 - t)) @ product[:, None])


def shap_values(tree: Tree, values: Array, X: Array, out: Array) -> None:
    """Add the Shapley values of a tree's predictions to an array of shape (K, d, n).

    eq. gradient_boosting:shapley

    Parameters
    ----------
    tree : Tree
        The tree; the weights of its nodes say how training rows part.
    values : ndarray of shape (m, K)
        Predictions of the nodes.
    X : ndarray of shape (n, d)
        Rows; NaN for missing entries.
    out : ndarray of shape (K, d, n)
        Where the values are added.
    """
    inner = np.flatnonzero(~tree.is_leaf)
    if not len(inner):
        return
    paths = paths_of(tree)
    tables = list(_tables(tree, values, paths)) if len(X) > 1 << BITS else []
    read = np.concatenate([rows for rows, *_ in tables]) if tables else np.zeros(0, np.intp)
    others = np.setdiff1d(np.arange(len(paths.leaf)), read)
    place = np.zeros(tree.node_count, np.intp)
    place[inner] = np.arange(len(inner))
    for start in range(0, len(X), ROWS):
        block, part = X[start : start + ROWS], out[:, :, start : start + ROWS]
        left = tree.goes_left(block.T[tree.feature[inner]], inner[:, None])
        for _, nodes, features, table in tables:
            part[:, features] += table.take(np.packbits(left[place[nodes]], axis=0)[0], axis=2, mode="clip")
        step = max(1, ENTRIES // len(block))
        for first in range(0, len(others), step):
            some = others[first : first + step]
            features, found = _sum_over(tree, values, paths, some, left, place)
            part[:, features] += found


def _tables(tree: Tree, values: Array, paths: Paths) -> Iterator[tuple[Array, Array, Array, Array]]:
    """Yield leaves, splits, columns and values of subtrees, for every combination of the splits' answers."""
    combinations = np.unpackbits(np.arange(1 << BITS, dtype=np.uint8)[None], axis=0).astype(bool)  # (BITS, P)
    conditions = np.bincount(paths.node[paths.node >= 0], minlength=tree.node_count) - 1 + tree.depths()
    fits = (conditions <= BITS)[paths.node] & (paths.node >= 0)
    root = np.where(fits.any(axis=1), paths.node[np.arange(len(fits)), fits.argmax(axis=1)], -1)
    place = np.zeros(tree.node_count, np.intp)
    for one in np.unique(root[root >= 0]):
        leaves = np.flatnonzero(root == one)
        nodes = np.unique(paths.node[leaves])
        nodes = nodes[(nodes >= 0) & ~tree.is_leaf[nodes]]
        place[nodes] = np.arange(len(nodes))
        yield leaves, nodes, *_sum_over(tree, values, paths, leaves, combinations, place)


def _sum_over(
    tree: Tree, values: Array, paths: Paths, leaves: Array, left: Array, place: Array
) -> tuple[Array, Array]:
    """Return the columns on the paths to some leaves, and the sums of the leaves' values, of shape (K, F, P).

    Which of P rows go to the left at a node is said by ``left[place[node]]``.
    """
    node, feature = paths.node[leaves], paths.feature[leaves]
    M = int((feature >= 0).sum(axis=1).max())
    feature = feature[:, :M]
    meets = np.ones((len(leaves), M, left.shape[1]), bool)
    for k in range(node.shape[1] - 1):
        rows = np.flatnonzero(node[:, k + 1] >= 0)
        at, child = node[rows, k], node[rows, k + 1]
        meets[rows, paths.slot[at]] &= left[place[at]] == (tree.children_left[at] == child)[:, None]
    found = leaf_values(meets, paths.share[leaves, :M])
    features, number = np.unique(feature, return_inverse=True)
    weight = np.zeros((values.shape[1], len(features), feature.size))
    weight[:, number.ravel(), np.arange(feature.size)] = np.repeat(values[paths.leaf[leaves]], M, axis=0).T
    sums = weight @ found.reshape(feature.size, -1)
    needed = features >= 0
    return features[needed], sums[:, needed]
