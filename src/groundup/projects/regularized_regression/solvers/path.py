"""Solutions for a series of alphas, each starting from the previous one."""

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Count, Each, Number
from groundup.core.optimize.objective import Iterate
from groundup.core.optimize.penalties import GroupPenalty, Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.active_set import ActiveSet
from groundup.projects.regularized_regression.solvers.lasso import evaluate
from groundup.projects.regularized_regression.solvers.quadratic import GramQuadratic, Problem, iterate_at
from groundup.projects.regularized_regression.solvers.working_set import inner_tolerance, working_columns

SOLUTIONS_PER_PASS = 8  # At most this many solutions are checked in one pass over the data.
SMALLEST_ALPHA = 1e-15  # Stands for zero where every alpha makes all slopes zero.
ALPHAS = Count | Each(Number(0))


@record
class PathState:
    """The solution for one alpha.

    Parameters
    ----------
    iteration : int
        Place of the alpha in the series.
    coef : ndarray of shape (d,)
        Slopes.
    objective, gap : float
        Penalised squared error, and its duality gap.
    rounds : int
        Number of working sets.
    converged : bool
        Whether the gap is small enough.
    """

    iteration: int
    coef: Array
    objective: float
    gap: float
    rounds: int
    converged: bool


def follow(
    problem: Problem, penalties: Sequence[Penalty], target: int, tol: float, max_iter: int, w: Array
) -> Iterator[PathState]:
    """Yield one state for each penalty, starting at `w`.

    Penalties that are sorted from strong to weak cost least.

    Columns are never removed from the working set. Several solutions on it are computed one after another and checked
    together: one matrix product reads the data once.
    """
    iterate, index = iterate_at(problem, w, target), np.flatnonzero(w)
    allowed = tol * problem.square[target]
    place, rounds, ahead = 0, 0, SOLUTIONS_PER_PASS
    active = ActiveSet(problem.gram(index, keep=True), problem.c[index, target], w[index])
    while place < len(penalties):
        group = penalties[place : place + ahead]
        wanted, _ = working_columns(group[-1], iterate.w, -iterate.gradient)
        if len(new := np.setdiff1d(wanted, index)):
            index = np.concatenate([index, new])  # in the order of their copies, as the products are
            active.extend(problem.gram(index, keep=True), problem.c[index, target])
        W = np.zeros((len(w), len(group)))
        for k, penalty in enumerate(group):
            W[index, k] = active.minimize(penalty, inner_tolerance(problem, target, active.w, allowed))
        slopes, squares = problem.slope(W, target)
        rounds, accepted = rounds + 1, 0
        for k, penalty in enumerate(group):
            iterate = Iterate(W[:, k], squares[k] / 2, -slopes[:, k])
            objective, excess = evaluate(problem, penalty, iterate)
            if excess > allowed and rounds < max_iter:
                break
            yield PathState(place, iterate.w, objective, excess, rounds, bool(excess <= allowed))
            place, rounds, accepted = place + 1, 1, accepted + 1  # all were solved for in this round
        rounds = 0 if accepted == len(group) else rounds
        ahead = min(SOLUTIONS_PER_PASS, 2 * accepted) if accepted == len(group) else max(1, accepted)


def solutions(
    problem: Problem, penalties: Sequence[Penalty], target: int, tol: float, max_iter: int, w: Array
) -> Array:
    """Return the coefficients alone for each penalty, (d, n_penalties), without duality gaps where none is needed.

    With all products at hand, the optimality conditions of all columns are checked at every step.
    """
    if not isinstance(problem, GramQuadratic):
        return np.stack([state.coef for state in follow(problem, penalties, target, tol, max_iter, w)], axis=1)
    active, allowed = ActiveSet(problem.G, problem.c[:, target], w), tol * problem.square[target]
    W = np.empty((len(w), len(penalties)))
    for k, penalty in enumerate(penalties):
        W[:, k] = active.minimize(penalty, inner_tolerance(problem, target, active.w, allowed))
    return W


def alpha_series(slope: Array, penalty: Penalty | GroupPenalty, alphas: Any, l1_ratio: float, eps: float) -> Array:
    """Return falling alphas.

    They are those given, or a geometric series from the smallest that makes all slopes zero.

    Parameters
    ----------
    slope : ndarray of shape (d,), or (d, t) for a group penalty
        ``Xᵀy / n``.
    penalty : Penalty or GroupPenalty
        Measures the size of the slopes.
    alphas : int or array-like
        How many, or which.
    l1_ratio : float
        Part of the penalty that makes coefficients exactly zero.
    eps : float
        The last alpha relative to the first.

    Raises
    ------
    ValueError
        For a number of alphas with ``l1_ratio=0``: no alpha makes all slopes zero.
    """
    if not isinstance(alphas, Integral):
        return np.sort(np.asarray(alphas, dtype=np.float64))[::-1]
    if l1_ratio == 0:
        raise ValueError(
            "Automatic alpha grid generation is not supported for l1_ratio=0. Please supply a grid by providing your "
            "estimator with the appropriate `alphas=` argument: no alpha makes all slopes zero."
        )
    largest = float(penalty.slope_size(slope).max()) / l1_ratio  # eq. regularized_regression:alpha-max
    if largest <= SMALLEST_ALPHA:
        return np.full(int(alphas), SMALLEST_ALPHA)
    return np.geomspace(largest, largest * eps, int(alphas))


def penalties_of(alphas: Any, l1_ratio: float, positive: bool) -> list[Penalty]:
    """Return the elastic net's penalty for every alpha."""
    return [Penalty(alpha * l1_ratio, alpha * (1 - l1_ratio), positive) for alpha in np.asarray(alphas).tolist()]
