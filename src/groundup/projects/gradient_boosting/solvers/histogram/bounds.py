"""Values of nodes that rise or fall with the columns, where these are not those of Newton's steps."""

from collections.abc import Callable

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import Tree


def bounded(tree: Tree, leaf: Array, measure: Callable[[Array], Array], monotonic: Array) -> Array:
    """Return the values of all nodes, those of lower nodes within the bounds that the higher ones set.

    eq. gradient_boosting:monotonic

    Parameters
    ----------
    tree : Tree
        The tree of m nodes.
    leaf : ndarray of int of shape (n,)
        Leaf of each row.
    measure : callable
        ``measure(node)`` returns the best values of the m nodes, for the node of each row.
    monotonic : ndarray of shape (d,)
        1 where values must not fall with the entries of a column, -1 where they must not rise, 0 for the others.
    """
    depth, parent = tree.depths(), tree.parents()
    value, node = measure(leaf), leaf
    for level in range(tree.max_depth)[::-1]:
        node = np.where(depth[node] > level, parent[node], node)
        value = np.where((depth == level) & ~tree.is_leaf, measure(node), value)
    low, high = np.full(tree.node_count, -np.inf), np.full(tree.node_count, np.inf)
    at = np.zeros(1, np.intp)
    while len(at := at[~tree.is_leaf[at]]):
        left, right, sign = tree.children_left[at], tree.children_right[at], monotonic[tree.feature[at]]
        for child in (left, right):
            low[child], high[child] = low[at], high[at]
            value[child] = np.clip(value[child], low[at], high[at])
        middle = (value[left] + value[right]) / 2
        high[left[sign > 0]] = low[right[sign > 0]] = middle[sign > 0]
        low[left[sign < 0]] = high[right[sign < 0]] = middle[sign < 0]
        at = np.concatenate([left, right])
    return np.clip(value, low, high)
