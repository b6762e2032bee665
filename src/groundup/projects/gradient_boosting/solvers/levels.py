"""Nodes that are searched together: their rows, in the order of every column."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array

PLACES = 1 << 15  # Entries of the orders that are worked on at once: what is computed from them stays in the cache.


@dataclass(frozen=True)
class Level:
    """Rows of some nodes, one node after the other.

    Parameters
    ----------
    order : ndarray of int of shape (c, m)
        Row numbers; those of a node are in the order of column i in row i.
    starts : ndarray of int of shape (k,)
        Where each node begins.
    nodes : ndarray of int of shape (k,)
        Numbers of the nodes in the tree.
    """

    order: Array
    starts: Array
    nodes: Array

    @property
    def rows(self) -> Array:
        """Row numbers, of shape (m,), node by node."""
        return np.asarray(self.order[0])

    @cached_property
    def size(self) -> Array:
        """Number of rows of each node, of shape (k,)."""
        return np.append(self.starts[1:], self.order.shape[1]) - self.starts

    @cached_property
    def of(self) -> Array:
        """Node of each place, from 0 to k - 1, of shape (m,)."""
        return np.repeat(np.arange(len(self.starts)), self.size)

    @cached_property
    def total(self) -> Array:
        """Number of rows of the node of each place, of shape (m,)."""
        return np.repeat(self.size, self.size)

    @cached_property
    def left(self) -> Array:
        """Number of the node's rows up to each place, of shape (m,)."""
        return np.arange(1, self.order.shape[1] + 1) - np.repeat(self.starts, self.size)

    def only(self, kept: Array) -> "Level":
        """Return some of the nodes, a mask of shape (k,)."""
        if kept.all():
            return self
        size = self.size[kept]
        return Level(self.order.compress(np.repeat(kept, self.size), axis=1), np.cumsum(size) - size, self.nodes[kept])

    def sums(self, values: Array) -> Array:
        """Return the sum over each node of values of shape (..., m), of shape (..., k)."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=-1))


def prefix_sums(values: Array, level: Level) -> Array:
    """Return the sum over the node's rows up to each place, for values of shape (c, m)."""
    total = np.cumsum(values, axis=1)
    if len(level.starts) > 1:
        before = total[:, level.starts - 1]
        before[:, 0] = 0.0
        total -= before[:, level.of]
    return np.asarray(total)


def children(level: Level, splits: Array, rows: Array, left: Array) -> Level:
    """Return the children of the nodes that are split, first all left ones and then all right ones.

    Their rows are those of one column only; see `partition`.

    Parameters
    ----------
    level : Level
        The nodes.
    splits : ndarray of bool of shape (k,)
        Which nodes are split.
    rows : ndarray of int of shape (m,)
        Rows of the nodes, node by node.
    left : ndarray of bool of shape (m,)
        Whether each of them goes to the left.
    """
    inside = np.repeat(splits, level.size)
    left, right = left & inside, ~left & inside
    n_left = level.sums(left.astype(np.intp))[splits]
    size = np.concatenate([n_left, level.size[splits] - n_left])
    return Level(
        np.concatenate([rows.compress(left), rows.compress(right)])[None],  # 4 times a mask's speed
        np.cumsum(size) - size,
        np.arange(len(size)),
    )


def partition(order: Array, side: Array, memory: Array | None = None) -> Array:
    """Return the rows that go to the left, then those that go to the right, in the order of every column.

    eq. gradient_boosting:partition

    Parameters
    ----------
    order : ndarray of int of shape (c, m)
        Row numbers of the nodes.
    side : ndarray of uint8 of shape (n,)
        1 for the rows of left children, 2 for those of right ones, 0 for the others, which are dropped.
    memory : ndarray of int of shape (c * m,) or longer, optional
        Where to write, by default new memory: its first use takes as long as the rest.
    """
    c, m = order.shape
    n_left, n_right = (np.count_nonzero(side[order[0]] == one) for one in (1, 2))
    length = n_left + n_right
    found = np.empty((c, length), np.intp) if memory is None else memory[: c * length].reshape(c, length)
    for some in parts(c, max(1, PLACES // max(1, m))):
        goes, flat = side.take(order[some]).ravel(), order[some].ravel()
        for one, place in ((1, slice(None, n_left)), (2, slice(n_left, None))):
            found[some, place] = flat.compress(goes == one).reshape(some.stop - some.start, -1)
    return found
