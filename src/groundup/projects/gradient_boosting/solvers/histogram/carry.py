"""Histograms of all rows carried from one tree to the next, for the squared loss."""

from dataclasses import dataclass, replace

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.finish import finished
from groundup.projects.gradient_boosting.solvers.histogram.growth import Growing
from groundup.projects.gradient_boosting.solvers.histogram.nodes import Node
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights, cumulated, weights
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable
from groundup.projects.gradient_boosting.solvers.histogram.tree import HistogramTree

PERIOD = 16  # Trees after which gradients are rounded again: each step adds half a unit of rounding at most.
MOST_CELLS = 1 << 23  # Of the histograms of all nodes of a tree, which are kept until it is grown.


@dataclass(frozen=True)
class Carried:
    """Rounded gradients and their histograms, which follow the steps.

    A step adds one number to the gradients of a leaf's rows. So the histogram of all rows moves by the steps times
    the histograms of the leaves' counts, which are known: without a pass over all rows, 13 % of the time.

    eq. gradient_boosting:carry

    Parameters
    ----------
    w : Weights
        The gradients.
    sums : ndarray of shape (2, d, B) or None
        Cumulated histograms of all rows; None if they have to be made.
    """

    w: Weights
    sums: Array | None = None

    def moved(self, steps: Array, leaf: Array) -> "Carried":
        """Return the gradients after the steps of the leaves of each row."""
        return Carried(replace(self.w, packed=self.w.packed + 2.0**self.w.bits * self._whole(steps).take(leaf)))

    def _whole(self, steps: Array) -> Array:
        """Return steps in units of the gradients."""
        return np.rint(steps / self.w.gradient_unit)

    def sums_after(self, steps: Array, nodes: list[Node]) -> Array:
        """Return the histograms of all rows after the steps of the nodes that are leaves."""
        assert self.sums is not None
        sums = self.sums.copy()
        for node, step in zip(nodes, self._whole(steps).tolist(), strict=True):
            if node.children is None:
                assert node.sums is not None
                sums[0] += step * node.sums[1]
        return sums


def rounded(gradients: Array) -> Carried:
    """Return gradients of the squared loss of rows without weights, rounded."""
    return Carried(weights(gradients, None))


def is_small(table: BinnedTable, rules: HistogramRules) -> bool:
    """Whether the histograms of all nodes of a tree fit into some memory."""
    leaves = rules.max_leaf_nodes
    return leaves is not None and 4 * leaves * table.edges.size <= MOST_CELLS


def grow_next(
    table: BinnedTable, carried: Carried, gradients: Array, rules: HistogramRules, rate: float
) -> tuple[HistogramTree, Array, Carried]:
    """Grow a tree, and return it with the leaf of each row and what is carried to the next one.

    Parameters
    ----------
    table : BinnedTable
        The bins.
    carried : Carried
        The gradients, rounded at most `PERIOD` trees ago.
    gradients : ndarray of shape (n,)
        The gradients, not rounded, from which values are found.
    rules : HistogramRules
        When and how nodes are split.
    rate : float
        Learning rate: the predictions move by the values times this.
    """
    sums = carried.sums
    if sums is None:
        sums = np.empty((2, *table.shape))
        cumulated(table, carried.w, sums)
        carried = Carried(carried.w, sums)
    growing = Growing(table, carried.w, rules, sums.copy(), keep=True)
    growing.finish()
    tree, leaf = finished(growing.nodes, growing.rows, table, rules, gradients, None)
    if tree.node_count == 1:
        return tree, leaf, carried
    steps = rate * tree.value[:, 0, 0]
    return tree, leaf, replace(carried.moved(steps, leaf), sums=carried.sums_after(steps, growing.nodes))
