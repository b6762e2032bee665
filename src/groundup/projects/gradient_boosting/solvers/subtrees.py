"""Subtrees that depend on few conditions: what a row meets of them is one byte."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.paths import Paths

BITS = 8  # Conditions of a subtree.
BYTES = np.unpackbits(np.arange(256, dtype=np.uint8)[None], axis=0, bitorder="little").astype(bool)  # (BITS, 256)
POWERS = (1 << np.arange(BITS)).astype(np.uint8)


@dataclass(frozen=True)
class Subtrees:
    """Some small subtrees: a condition for each distinct column of the path to the root, and for each split below it.

    Parameters
    ----------
    paths : Paths
        The paths of all trees.
    leaves : ndarray of int of shape (l,)
        Numbers of the paths into the subtrees, those of a subtree together.
    root : ndarray of int of shape (G,)
        Their roots.
    member : ndarray of int of shape (l,)
        To which of them each path belongs.
    split, owner, bit : ndarray of int of shape (s,)
        Splits in the subtrees, to which of them each belongs, and which bit of the byte says that rows go to the left.
    """

    paths: Paths
    leaves: Array
    root: Array
    member: Array
    split: Array
    owner: Array
    bit: Array

    def conditions(self) -> Array:
        """Return whether each of 256 bytes meets the conditions of each path on each column, of shape (l, M, 256)."""
        place = np.zeros(len(self.paths.depth), np.intp)
        place[self.split] = self.bit
        return self.paths.conditions(self.leaves, self.root[self.member], BYTES, place)

    def bytes_of(self, X: Array) -> Array:
        """Return what rows meet of each subtree, of shape (G, n)."""
        paths, depth = self.paths, self.paths.depth[self.root]
        bits = np.ones((len(self.root), BITS, len(X)), bool)
        bits[self.owner, self.bit] = paths.left(self.split, X)
        path = paths.node[self.leaves[np.searchsorted(self.member, np.arange(len(self.root)))]]
        for k in range(depth.max()):
            some = np.flatnonzero(depth > k)
            node, child = path[some, k], path[some, k + 1]
            bits[some, paths.slot[node]] &= paths.left(node, X) == paths.is_left(node, child)
        return np.einsum("gbn,b->gn", bits.view(np.uint8), POWERS)  # six times as fast as a product or `packbits`


def small_subtrees(paths: Paths) -> Array:
    """Return the root of the largest small subtree with each leaf; -1 where none is small."""
    below = np.bincount(paths.node[paths.node >= 0], minlength=len(paths.depth)) - 1  # a split less than leaves
    fits = (paths.size + below <= BITS)[paths.node] & (paths.node >= 0)
    return np.where(fits.any(axis=1), paths.node[np.arange(len(fits)), fits.argmax(axis=1)], -1)


def subtrees(paths: Paths, leaves: Array, root: Array) -> Subtrees:
    """Return the subtrees of some paths, whose roots are given for each of them, sorted."""
    roots, member = np.unique(root, return_inverse=True)
    path = paths.node[leaves]
    below = (path >= 0) & (paths.depth[path] >= paths.depth[root, None]) & ~paths.nodes.is_leaf[path]
    split, first = np.unique(path[below], return_index=True)
    owner = np.broadcast_to(member[:, None], path.shape)[below][first]
    order = owner.argsort(kind="stable")
    split, owner = split[order], owner[order]
    bit = paths.size[roots][owner] + np.arange(len(split)) - np.searchsorted(owner, owner)
    return Subtrees(paths, leaves, roots, member, split, owner, bit)
