"""Exact Shapley values of the predictions of trees, with unknown columns averaged along the paths.

The values that a leaf gives depend only on which conditions of its path a row meets. So a subtree with few conditions,
those that lead to it included, has a table of values for every combination of them, made once and read by all rows.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.forest import Forest
from groundup.projects.gradient_boosting.solvers.paths import Paths, paths_of
from groundup.projects.gradient_boosting.solvers.subtrees import BYTES, small_subtrees, subtrees

ROWS = 1 << 13  # Rows that read tables at once: their values stay in the cache.
ENTRIES = 1 << 15  # Leaves times rows, or combinations, of which values are computed at once.


@cache
def gauss(size: int) -> tuple[Array, Array]:
    """Return nodes and weights of Gauss's quadrature on [0, 1], exact for polynomials of degree 2 size - 1."""
    t, w = np.polynomial.legendre.leggauss(size)
    return (1 + t) / 2, w / 2


def leaf_values(meets: Array, share: Array) -> Array:
    """Return the Shapley values of the columns of paths whose leaves predict 1, of shape (L, M, P).

    eq. gradient_boosting:quadrature

    The integrand is a polynomial in t, of which Gauss's quadrature is exact, and its terms have one sign.

    Parameters
    ----------
    meets : ndarray of bool of shape (L, M, P)
        Whether each of P rows meets the conditions of each path on each of its columns.
    share : ndarray of shape (L, M)
        Share of the training rows that do.
    """
    L, M, P = meets.shape
    t, w = gauss((M + 1) // 2)
    unmet = share[:, :, None] * (1 - t)  # (L, M, Q)
    met = t + unmet
    product = np.ones((L, len(t), P))
    for s in range(M):
        product *= np.where(meets[:, s, None], met[:, s, :, None], unmet[:, s, :, None])
    return np.where(meets, (w * (1 - share[:, :, None]) / met) @ product, -(w / (1 - t)) @ product[:, None])


@dataclass(frozen=True)
class Sum:
    """Trees whose predictions are added to scores.

    Parameters
    ----------
    trees : Forest
        The trees; the covers of their nodes say how training rows part.
    values : ndarray of shape (m, c)
        What each node of all trees adds.
    first : ndarray of int of shape (T,)
        Score to which the first value of each tree is added; the others go to the next ones.
    start : ndarray of shape (K,)
        Scores without trees.
    """

    trees: Forest
    values: Array
    first: Array
    start: Array

    @property
    def expected(self) -> Array:
        """Scores of a row of which nothing is known, of shape (K,).  eq. gradient_boosting:cover"""
        nodes, scores = self.trees.nodes, self.start.copy()
        root = np.repeat(self.trees.roots, np.diff(self.trees.roots, append=nodes.node_count))
        share = np.where(nodes.is_leaf, nodes.cover, 0.0) / nodes.cover[root]
        np.add.at(scores, self.scores_of(slice(None)), np.add.reduceat(share[:, None] * self.values, self.trees.roots))
        return scores

    def scores_of(self, tree: Any) -> Array:
        """Return to which scores the values of some trees are added, of shape (len(tree), c)."""
        return np.asarray(self.first[tree][:, None] + np.arange(self.values.shape[1]))

    def summed(self, paths: Paths, leaves: Array, group: Array, meets: Array, d: int) -> tuple[Array, Array, Array]:
        """Return sums of the leaves' values, of shape (R, P), after their groups, sorted, and rows of the answer.

        Row ``k d + j`` of the answer is for score k and column j.
        """
        M, size, leaf = meets.shape[1], len(self.start) * d, paths.leaf[leaves]
        found = leaf_values(meets, paths.share[leaves, :M]) * self.values[leaf].T[:, :, None, None]  # (c, l, M, P)
        score, feature = self.scores_of(paths.tree[leaf]).T, paths.feature[leaves, :M]
        key = np.where(feature >= 0, (group * size + score * d)[:, :, None] + feature, -1).ravel()
        order = key.argsort(kind="stable")
        order = order[key[order] >= 0]
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        sums = np.add.reduceat(found.reshape(key.size, -1)[order], starts, axis=0)
        return *np.divmod(key[order][starts], size), sums


def added(trees: Forest, rate: float, start: Array) -> Sum:
    """Return the sum of trees that predict all scores each, or one after the other those of an iteration.

    Parameters
    ----------
    trees : Forest
        The trees.
    rate : float
        Part of their values that is added.
    start : ndarray of shape (K,)
        Scores without trees.
    """
    values = rate * trees.nodes.value.reshape(trees.nodes.node_count, -1)
    number, K = np.arange(len(trees)), len(start)
    return Sum(trees, values, number % (K // values.shape[1]), start)


def shap_values(trees: Sum, X: Array) -> Array:
    """Return the Shapley values of the scores of rows, of shape (n, d, K).  eq. gradient_boosting:shapley

    Parameters
    ----------
    trees : Sum
        The trees.
    X : ndarray of shape (n, d)
        Rows; NaN for missing entries.
    """
    (n, d), K, paths = X.shape, len(trees.start), paths_of(trees.trees)
    out = np.zeros((K * d, n))
    root = small_subtrees(paths) if n > BYTES.shape[1] else np.full(len(paths.leaf), -1)
    order = np.argsort(root, kind="stable")
    small = order[root[order] >= 0]
    while len(small):
        some = root[small]
        stop = np.searchsorted(some, some[min(ENTRIES // BYTES.shape[1], len(small)) - 1], side="right")
        _add_from_tables(trees, paths, small[:stop], some[:stop], X, out)
        small = small[stop:]
    others = np.flatnonzero(root < 0)
    for start in range(0, n, ROWS):
        block, part = X[start : start + ROWS], out[:, start : start + ROWS]
        step = max(1, ENTRIES // len(block))
        for at in range(0, len(others), step):
            some = others[at : at + step]
            _, rows, sums = trees.summed(paths, some, np.zeros(len(some), np.intp), paths.met(some, block), d)
            part[rows] += sums
    return out.reshape(K, d, n).transpose(2, 1, 0)


def _add_from_tables(trees: Sum, paths: Paths, leaves: Array, root: Array, X: Array, out: Array) -> None:
    """Add the values of leaves in whole small subtrees, whose roots are given, sorted."""
    parts = subtrees(paths, leaves, root)
    owner, rows, tables = trees.summed(paths, leaves, parts.member, parts.conditions(), X.shape[1])
    stops = np.searchsorted(owner, np.arange(len(parts.root) + 1))
    for start in range(0, len(X), ROWS):
        part = out[:, start : start + ROWS]
        for place, a, b in zip(parts.bytes_of(X[start : start + ROWS]), stops[:-1], stops[1:], strict=True):
            part[rows[a:b]] += tables[a:b].take(place, axis=1, mode="clip")
