"""Growing working sets: minimise over a few columns, then add violators.

Most coefficients are zero, which is optimal as long as the size of their slope is at most l1. One pass over all columns
computes the slopes and the duality gap; everything else uses only the products of the columns in the working set.

Source: Fan, Chang, Hsieh, Wang and Lin (2008) for shrinking; Massias, Gramfort and Salmon (2018) for growing sets.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from groundup.core.optimize.coordinate import minimize
from groundup.core.optimize.objective import Iterate, Method
from groundup.core.optimize.penalties import GroupPenalty, Penalty
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.quadratic import Problem, iterate_at

MIN_NEW_COLUMNS = 100  # Columns that are added at once, if that number of them violate the conditions.
FINEST_TOLERANCE = 1e-12  # Finest tolerance of the solution for a working set, relative to the largest slope at zero.
COARSE_FROM = 200  # With more than 200 non-zero slopes, solve only to half the allowed gap:
GAP_SHARE = 0.5  # the part of the allowed gap that the tolerance may use.
WAITING_SHARE = 0.1  # While columns wait outside the working set, the tolerance relative to their largest violation.


def working_set(problem: Problem, penalty: Penalty, target: int, w: Array, allowed: float) -> Method:
    """Return the method that minimises over growing sets of columns."""

    def following(iterate: Iterate) -> Iterator[Iterate]:
        while True:
            index, waiting = working_columns(penalty, iterate.w, -iterate.gradient)
            tolerance = max(inner_tolerance(problem, target, iterate.w, allowed), WAITING_SHARE * waiting)
            w = minimize_over(problem, penalty, target, iterate.w, index, tolerance)
            iterate = iterate_at(problem, w, target)
            yield iterate

    return Method(partial(iterate_at, problem, w, target), following)


def working_columns(penalty: Penalty | GroupPenalty, w: Array, slope: Array) -> tuple[Array, float]:
    """Return the columns of the support, and those whose slopes exceed l1 most.

    At most as many columns again are added, or a hundred.

    The number returned with them is the largest excess among the columns that have to wait.

    eq. regularized_regression:working-set
    """
    support = w.reshape(len(w), -1).any(axis=1)
    excess = np.where(support, np.inf, penalty.slope_size(slope).ravel() - penalty.l1)
    size = int(support.sum()) + max(MIN_NEW_COLUMNS, int(support.sum()))
    wanted = np.flatnonzero(excess > 0)
    if len(wanted) <= size:
        return wanted, 0.0
    ranked = wanted[np.argpartition(-excess[wanted], size)]
    return np.sort(ranked[:size]), float(excess[ranked[size]])


def inner_tolerance(problem: Problem, target: int, w: Array, allowed: float) -> float:
    """Return the largest violation that is negligible.

    With many slopes it is one that the `allowed` gap permits.
    """
    finest = FINEST_TOLERANCE * float(np.abs(problem.c[:, target]).max())
    if np.count_nonzero(w) <= COARSE_FROM:
        return finest
    return max(finest, GAP_SHARE * allowed / float(np.abs(w).sum()))  # a violation v opens a gap of about v · |w|₁


def minimize_over(problem: Problem, penalty: Penalty, target: int, w: Array, index: Array, tolerance: float) -> Array:
    """Minimise over the coefficients in `index`; the others are zero.

    The index must contain the support of `w`.
    """
    G, solution = problem.gram(index, keep=True), w.copy()
    solution[index] = minimize(G, problem.c[index, target], penalty, w[index], tolerance)
    return solution
