"""Between which values the leaves of a tree must lie, where predictions rise or fall with a column."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import Tree


def bounds_of(tree: Tree, monotonic: Array | None) -> Array | None:
    """Return the least and the largest value of each node, of shape (2, m); None without constraints.

    eq. gradient_boosting:monotonic

    Parameters
    ----------
    tree : Tree
        The tree, with the values of its inner nodes.
    monotonic : ndarray of shape (d,) or None
        1 where values must not fall with the entries of a column, -1 where they must not rise, 0 for the others.
    """
    if monotonic is None:
        return None
    value, bounds = tree.value[:, 0, 0], np.tile([[-np.inf], [np.inf]], tree.node_count)
    level = np.zeros(1, np.intp)
    while len(level := level[~tree.is_leaf[level]]):
        left, right, sign = tree.children_left[level], tree.children_right[level], monotonic[tree.feature[level]]
        bounds[:, left] = bounds[:, right] = bounds[:, level]
        middle = (value[left] + value[right]) / 2
        bounds[1, left[sign > 0]] = bounds[0, right[sign > 0]] = middle[sign > 0]
        bounds[0, left[sign < 0]] = bounds[1, right[sign < 0]] = middle[sign < 0]
        level = np.concatenate([left, right])
    return bounds
