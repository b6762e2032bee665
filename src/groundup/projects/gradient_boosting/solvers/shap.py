"""Exact Shapley values of the predictions of trees, with unknown columns averaged along the paths.

The values that a leaf gives depend only on which conditions of its path a row meets. So a subtree with few conditions,
those that lead to it included, has a table of values for every combination of them, made once and read by all rows.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.forest import Forest
from groundup.projects.gradient_boosting.solvers.paths import Paths, paths_of

BITS = 8  # Conditions of a table: its entries are found by a byte.
BYTES = np.unpackbits(np.arange(256, dtype=np.uint8)[None], axis=0, bitorder="little").astype(bool)  # (BITS, 256)
POWERS = (1 << np.arange(BITS)).astype(np.uint8)
ROWS = 1 << 12  # Rows that read tables at once: their values stay in the cache.
ENTRIES = 1 << 14  # Leaves times rows, or combinations, of which values are computed at once.


@cache
def gauss(size: int) -> tuple[Array, Array]:
    """Return nodes and weights of Gauss's quadrature on [0, 1], exact for polynomials of degree 2 size - 1."""
    t, w = np.polynomial.legendre.leggauss(size)
    return (1 + t) / 2, w / 2


def leaf_values(meets: Array, share: Array) -> Array:
    """Return the Shapley values of the columns of paths whose leaves predict 1, of shape (l, M, P).

    eq. gradient_boosting:quadrature

    The integrand is a polynomial in t, of which Gauss's quadrature is exact, and its terms have one sign.

    Parameters
    ----------
    meets : ndarray of bool of shape (l, M, P)
        Whether each of P rows meets the conditions of each path on each of its columns.
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


@dataclass(frozen=True)
class Explaining:
    """Trees, whose predictions are added to the scores of rows.

    Parameters
    ----------
    paths : Paths
        The paths to their leaves.
    values : ndarray of shape (m, c)
        What each node predicts.
    first : ndarray of int of shape (T,)
        Score to which the first prediction of each tree is added; the others go to the next ones.
    K, d : int
        Number of scores and of columns.
    """

    paths: Paths
    values: Array
    first: Array
    K: int
    d: int

    def add_by_tables(self, leaves: Array, root: Array, X: Array, out: Array) -> None:
        """Add the values of leaves of some small subtrees, whose roots are given, sorted, to an array (K d, n)."""
        paths, inner = self.paths, ~self.paths.nodes.is_leaf
        roots, begin, group = np.unique(root, return_index=True, return_inverse=True)
        G, path = len(roots), paths.node[leaves]
        below = (path >= 0) & (paths.depth[path] >= paths.depth[root, None]) & inner[path]
        nodes, first = np.unique(path[below], return_index=True)
        owner = np.broadcast_to(group[:, None], path.shape)[below][first]
        order = owner.argsort(kind="stable")
        nodes, owner = nodes[order], owner[order]
        bit = paths.size[roots][owner] + np.arange(len(nodes)) - np.searchsorted(owner, owner)
        place = np.zeros(len(inner), np.intp)
        place[nodes] = bit
        meets = self._conditions(leaves, root, BYTES, place)
        owners, places, tables = self._sums(leaves, group, meets)
        stops = np.searchsorted(owners, np.arange(G + 1))
        for start in range(0, len(X), ROWS):
            block = X[start : start + ROWS]
            bits = np.ones((G, BITS, len(block)), bool)
            bits[owner, bit] = self._left(nodes, block)
            for k in range(paths.depth[roots].max()):
                some = np.flatnonzero(paths.depth[roots] > k)
                at, child = path[begin[some], k], path[begin[some], k + 1]
                bits[some, paths.slot[at]] &= self._left(at, block) == self._is_left(at, child)
            bytes = np.einsum("gbn,b->gn", bits.view(np.uint8), POWERS)
            for g in range(G):
                rows = slice(stops[g], stops[g + 1])
                out[places[rows], start : start + ROWS] += tables[rows].take(bytes[g], axis=1, mode="clip")

    def add_by_rows(self, leaves: Array, X: Array, out: Array) -> None:
        """Add the values of some leaves to an array (K d, n)."""
        path = self.paths.node[leaves]
        nodes = np.unique(path[(path >= 0) & ~self.paths.nodes.is_leaf[path]])
        place = np.zeros(len(self.values), np.intp)
        place[nodes] = np.arange(len(nodes))
        root = path[:, 0]
        meets = self._conditions(leaves, root, self._left(nodes, X), place)
        _, places, sums = self._sums(leaves, np.zeros(len(leaves), np.intp), meets)
        out[places] += sums

    def _left(self, nodes: Array, X: Array) -> Array:
        """Return whether rows go to the left at some nodes, of shape (len(nodes), n)."""
        return self.paths.nodes.goes_left(X.T[self.paths.nodes.feature[nodes]], nodes[:, None])

    def _is_left(self, node: Array, child: Array) -> Array:
        return (self.paths.nodes.children_left[node] == child)[:, None]

    def _conditions(self, leaves: Array, root: Array, answers: Array, place: Array) -> Array:
        """Return whether rows meet the conditions of each path on each of its columns, of shape (l, M, P).

        What is true of P rows is said by ``answers[s]`` of the column in place s of the path to the root of a subtree,
        and by ``answers[place[node]]`` of going to the left at a node below it.
        """
        paths, path = self.paths, self.paths.node[leaves]
        M = paths.size[paths.leaf[leaves]].max()
        meets = np.ones((len(leaves), M, answers.shape[1]), bool)
        row, slot = np.nonzero(np.arange(M) < paths.size[root, None])
        meets[row, slot] = answers[slot]
        for k in range(path.shape[1] - 1):
            row = np.flatnonzero((path[:, k + 1] >= 0) & (paths.depth[root] <= k))
            at, child = path[row, k], path[row, k + 1]
            meets[row, paths.slot[at]] &= answers[place[at]] == self._is_left(at, child)
        return meets

    def _sums(self, leaves: Array, group: Array, meets: Array) -> tuple[Array, Array, Array]:
        """Return sums over the leaves of each group: their groups, sorted, rows of the answer, and sums (R, P)."""
        paths, M, size = self.paths, meets.shape[1], self.K * self.d
        leaf, feature = paths.leaf[leaves], paths.feature[leaves, :M]
        found = leaf_values(meets, paths.share[leaves, :M]) * self.values[leaf].T[:, :, None, None]  # (c, l, M, P)
        score = self.first[paths.tree[leaf]] + np.arange(len(found))[:, None]
        key = np.where(feature >= 0, (group * size + score * self.d)[:, :, None] + feature, -1).ravel()
        order = key.argsort(kind="stable")
        order = order[key[order] >= 0]
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        sums = np.add.reduceat(found.reshape(key.size, -1)[order], starts, axis=0)
        return *np.divmod(key[order][starts], size), sums


def shap_values(trees: Forest, values: Array, first: Array, K: int, X: Array) -> Array:
    """Return the Shapley values of rows, of shape (n, d, K).  eq. gradient_boosting:shapley

    Parameters
    ----------
    trees : Forest
        The trees; the weights of their nodes say how training rows part.
    values : ndarray of shape (m, c)
        What each node of all trees predicts.
    first : ndarray of int of shape (T,)
        Score to which the first prediction of each tree is added; the others go to the next ones.
    K : int
        Number of scores.
    X : ndarray of shape (n, d)
        Rows; NaN for missing entries.
    """
    (n, d), paths = X.shape, paths_of(trees)
    out = np.zeros((K * d, n))
    explaining = Explaining(paths, values, first, K, d)
    root = paths.small_subtrees(BITS) if n > len(BYTES[0]) else np.full(len(paths.leaf), -1)
    told = np.argsort(root, kind="stable")
    told = told[root[told] >= 0]
    step = ENTRIES // len(BYTES[0])
    while len(told):
        stop = np.searchsorted(root[told], root[told[min(step, len(told)) - 1]], side="right")  # whole subtrees
        explaining.add_by_tables(told[:stop], root[told[:stop]], X, out)
        told = told[stop:]
    others = np.flatnonzero(root < 0)
    for start in range(0, n, ROWS):
        block = X[start : start + ROWS]
        step = max(1, ENTRIES // len(block))
        for at in range(0, len(others), step):
            explaining.add_by_rows(others[at : at + step], block, out[:, start : start + ROWS])
    return out.reshape(K, d, n).transpose(2, 1, 0)
