"""Histograms of all rows carried from one tree to the next, for the squared loss."""

from dataclasses import dataclass, replace

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.finish import finished
from groundup.projects.gradient_boosting.solvers.histogram.growth import Growing
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.sums import cumulated, weights
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable
from groundup.projects.gradient_boosting.solvers.histogram.tree import HistogramTree


@dataclass(frozen=True)
class Carried:
    """Cumulated histograms of all rows after a step.

    Parameters
    ----------
    unit : float
        What a gradient of 1 stands for in them.
    sums : ndarray of shape (2, d, B)
        Sums of gradients, and counts.
    """

    unit: float
    sums: Array


def grow_next(
    table: BinnedTable, gradients: Array, rules: HistogramRules, rate: float, carried: Carried | None
) -> tuple[HistogramTree, Array, Carried]:
    """Grow a tree for the squared loss of rows without weights; return it with the leaves and the sums for the next.

    A step adds one number to the gradients of a leaf's rows. So the histogram of all rows moves by the steps times
    the histograms of the leaves' counts, which are known: this saves the pass over all rows, a sixth of the time.
    The numbers are rounded to multiples of the unit of the sums, a millionth of a gradient.

    eq. gradient_boosting:carry

    Parameters
    ----------
    table : BinnedTable
        The bins.
    gradients : ndarray of shape (n,)
        Prediction less target of each row.
    rules : HistogramRules
        When and how nodes are split.
    rate : float
        Learning rate: the predictions move by the values of the tree times this.
    carried : Carried or None
        What the last tree returned, if the predictions have moved by its values and by nothing else.
    """
    w = weights(gradients, None)
    unit, sums = w.gradient_unit, None
    if carried is not None and carried.unit == unit:
        total = np.floor(w.packed.sum() * 2.0**-w.bits)
        if carried.sums[0, 0, -1] == total:  # else a gradient was rounded to the other side
            sums = carried.sums
    if sums is None:
        sums = np.empty((2, *table.shape))
        cumulated(table, w, sums)
    growing = Growing(table, w, rules, sums.copy(), keep=True)
    growing.finish()
    tree, leaf = finished(growing.nodes, growing.rows, table, rules, gradients, None)
    moved = sums.copy()
    steps = np.rint(rate / unit * tree.value[:, 0, 0])
    for node, step, is_leaf in zip(growing.nodes, steps.tolist(), tree.is_leaf.tolist(), strict=True):
        if is_leaf:
            assert node.sums is not None
            moved[0] += step * node.sums[1]
    return replace(tree, value=(steps * (unit / rate))[:, None, None]), leaf, Carried(unit, moved)
