"""When and how nodes are split."""

from dataclasses import dataclass
from math import inf

import numpy as np

from groundup.core.types import Array

LEAST_HESSIAN = 1e-3  # Sum of a side, below which Newton's step is not to be trusted.
NOTHING = 1e-150  # Hessian of rows that are all certain.


@dataclass(frozen=True)
class HistogramRules:
    """When and how nodes are split.

    Parameters
    ----------
    max_leaf_nodes : int or None
        Number of leaves at which the tree is done; its best node is split first.
    max_depth : int or None
        Depth at which nodes stay leaves.
    min_samples_leaf : int
        Smallest number of rows of a side.
    l2 : float
        Penalty on the squared value of a leaf.
    monotonic : ndarray of shape (d,) or None
        1 where values must not fall with the entries of a column, -1 where they must not rise, 0 for the others.
    groups : ndarray of bool of shape (g, d) or None
        Columns of each group; those that split a branch must have a group in common.
    max_features : float
        Part of the columns that is looked at in a node.
    seed : tuple of int
        Seed of the random numbers of a tree.
    """

    max_leaf_nodes: int | None = 31
    max_depth: int | None = None
    min_samples_leaf: int = 20
    l2: float = 0.0
    monotonic: Array | None = None
    groups: Array | None = None
    max_features: float = 1.0
    seed: tuple[int, ...] = (0,)

    def values(self, gradient: Array, hessian: Array, low: Array | float = -inf, high: Array | float = inf) -> Array:
        """Return Newton's steps from sums of derivatives, within bounds.  eq. gradient_boosting:leaf"""
        step = -gradient / np.maximum(hessian + self.l2, NOTHING)
        return step if self.monotonic is None else np.clip(step, low, high)

    def value(self, gradient: float, hessian: float, low: float = -inf, high: float = inf) -> float:
        """Return Newton's step of one node, without the overhead of arrays.  eq. gradient_boosting:leaf"""
        step = -gradient / max(hessian + self.l2, NOTHING)
        return step if self.monotonic is None else min(max(step, low), high)
