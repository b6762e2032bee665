"""Nodes of a growing tree, a record each: their rows, sums and bounds, and their best split."""

import numpy as np

from groundup.core.types import Array


def no_nodes(count: int, n_bins: int, n_groups: int) -> Array:
    """Return the records of some nodes, to be filled.

    Their fields are

    start, size : place of the first of the node's rows, and number of these
    depth, first_child : depth, and number of the left child, before that of the right one; 0 for a leaf
    gradient, hessian, value : sums over the rows, and the value of a leaf in place of the node
    low, high : between which the values of the branches must lie
    groups : which groups of columns may split the branch
    gain : by how much the best split lowers the loss, times two; 0 where none is allowed
    feature, bin : its column, and the last bin of numbers that goes to the left
    left, missing_left : which bins go to the left; whether missing entries do
    left_gradient, left_hessian, left_size : sums of the left side
    """
    numbers = ("gradient", "hessian", "value", "low", "high", "gain", "left_gradient", "left_hessian")
    whole = ("start", "size", "depth", "first_child", "feature", "bin", "left_size")
    sets = [("missing_left", np.bool_, ()), ("left", np.bool_, (n_bins,)), ("groups", np.bool_, (n_groups,))]
    kinds = [(name, np.float64, ()) for name in numbers] + [(name, np.intp, ()) for name in whole] + sets
    return np.zeros(count, np.dtype(kinds))
