"""The fast method: solve for a few columns, see which others the solution calls for, and take these in.

Most coefficients are zero, and for those it suffices to know that their slope is at most l1. One pass over all columns
tells, and gives the duality gap besides; everything else is done on the products of the columns in the working set.

Source: Fan, Chang, Hsieh, Wang and Lin (2008) for shrinking; Massias, Gramfort and Salmon (2018) for growing sets.
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.coordinate import minimise
from groundup.core.penalties import Penalty
from groundup.core.types import Array
from groundup.projects.regularized_regression.point import Order, Point, at
from groundup.projects.regularized_regression.problem import Problem

FIRST = 100  # columns that are taken in at least, where so many are called for
PRECISION = 1e-12  # of the solution for a working set, relative to the largest slope at zero


def working_set(
    problem: Problem, penalty: Penalty, target: int, point: Point, order: Order, count: int
) -> Iterator[Point]:
    """Minima over growing sets of columns; the order of coordinates does not matter here."""
    while True:
        point = at(problem, minimise_over(problem, penalty, target, point.w, called_for(penalty, point)), target)
        yield point


def called_for(penalty: Penalty, point: Point) -> Array:
    """Columns of the support, and those whose slope exceeds l1 most: at most as many again, and a hundred.

    eq. regularized_regression:working-set
    """
    strength = np.where(point.w != 0, np.inf, penalty.pull(point.slope) - penalty.l1)
    size = max(FIRST, int((point.w != 0).sum())) + int((point.w != 0).sum())
    wanted = np.flatnonzero(strength > 0)
    if len(wanted) > size:
        wanted = np.sort(wanted[np.argpartition(-strength[wanted], size)[:size]])
    return wanted


def minimise_over(problem: Problem, penalty: Penalty, target: int, w: Array, index: Array) -> Array:
    """Minimum with all coefficients zero but those in `index`, which must contain the support of `w`."""
    c, moved = problem.c[:, target], w.copy()
    tolerance = PRECISION * float(np.abs(c).max())
    moved[index] = minimise(problem.gram(index, keep=True), c[index], penalty, w[index], tolerance)
    return moved
