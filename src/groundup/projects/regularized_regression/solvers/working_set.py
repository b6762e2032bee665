"""The fast method: solve for a few columns, see which others the solution calls for, and take these in.

Most coefficients are zero, and for those it suffices to know that their slope is at most l1. One pass over all columns
tells, and gives the duality gap besides; everything else is done on the products of the columns in the working set.

Source: Fan, Chang, Hsieh, Wang and Lin (2008) for shrinking; Massias, Gramfort and Salmon (2018) for growing sets.
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.optimize.coordinate import minimise
from groundup.core.optimize.penalties import GroupPenalty, Penalty
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.point import Order, Point, at
from groundup.projects.regularized_regression.solvers.quadratic import Problem

FIRST = 100  # columns that are taken in at least, where so many are called for
PRECISION = 1e-12  # of the solution for a working set, relative to the largest slope at zero
MANY, WITHIN = 200, 0.5  # for more slopes than these, the solution is as precise as this part of the gap allows
ROUGHLY = 0.1  # and relative to the excess of the columns that wait, as long as some have to


def working_set(
    problem: Problem, penalty: Penalty, target: int, point: Point, order: Order, count: int, allowed: float
) -> Iterator[Point]:
    """Minima over growing sets of columns; the order of coordinates does not matter here."""
    while True:
        index, left_out = called_for(penalty, point.w, point.slope)
        tolerance = max(precision(problem, target, point.w, allowed), ROUGHLY * left_out)
        point = at(problem, minimise_over(problem, penalty, target, point.w, index, tolerance), target)
        yield point


def called_for(penalty: Penalty | GroupPenalty, w: Array, slope: Array) -> tuple[Array, float]:
    """Columns of the support, and those whose slope exceeds l1 most: at most as many again, or a hundred.

    The number with them is the largest excess among those that have to wait.

    eq. regularized_regression:working-set
    """
    support = w.reshape(len(w), -1).any(axis=1)
    strength = np.where(support, np.inf, penalty.pull(slope).ravel() - penalty.l1)
    size = int(support.sum()) + max(FIRST, int(support.sum()))
    wanted = np.flatnonzero(strength > 0)
    if len(wanted) <= size:
        return wanted, 0.0
    ranked = wanted[np.argpartition(-strength[wanted], size)]
    return np.sort(ranked[:size]), float(strength[ranked[size]])


def precision(problem: Problem, target: int, w: Array, allowed: float) -> float:
    """Violation of the optimality conditions that is as good as none; with many slopes, one that `allowed` permits."""
    finest = PRECISION * float(np.abs(problem.c[:, target]).max())
    if np.count_nonzero(w) <= MANY:
        return finest
    return max(finest, WITHIN * allowed / float(np.abs(w).sum()))  # a violation v opens a gap of about v · |w|₁


def minimise_over(problem: Problem, penalty: Penalty, target: int, w: Array, index: Array, tolerance: float) -> Array:
    """Minimum with all coefficients zero but those in `index`, which must contain the support of `w`."""
    G, moved = problem.gram(index, keep=True), w.copy()
    moved[index] = minimise(G, problem.c[index, target], penalty, w[index], tolerance)
    return moved
