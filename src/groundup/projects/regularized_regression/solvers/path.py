"""Solutions for a series of alphas, each starting from the previous one."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
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


class GrowingSet:
    """Working set of one target's columns, which grows along the path, and the solutions on it."""

    def __init__(self, problem: Problem, target: int, w: Array) -> None:
        self.problem, self.target, self.index = problem, target, np.flatnonzero(w)
        self.active = ActiveSet(problem.gram(self.index, keep=True), problem.c[self.index, target], w[self.index])

    def minimize(
        self, penalties: Sequence[Penalty], w: Array, slope: Array, tolerance: Callable[[Array], float]
    ) -> Array:
        """Return the solutions for some penalties, (d, m), after adding what violates the last one's conditions at w.

        The tolerance is a function of the solution for the penalty before.
        """
        wanted, _ = working_columns(penalties[-1], w, slope)
        if len(new := np.setdiff1d(wanted, self.index)):
            self.index = np.concatenate([self.index, new])  # in the order of their copies, as the products are
            self.active.extend(self.problem.gram(self.index, keep=True), self.problem.c[self.index, self.target])
        W = np.zeros((len(w), len(penalties)))
        for k, penalty in enumerate(penalties):
            W[self.index, k] = self.active.minimize(penalty, tolerance(self.active.w))
        return W


def follow(
    problem: Problem, penalties: Sequence[Penalty], target: int, tol: float, max_iter: int, w: Array
) -> Iterator[PathState]:
    """Yield one state for each penalty, starting at `w`.

    Penalties that are sorted from strong to weak cost least.

    Columns are never removed from the working set. Several solutions on it are computed one after another and checked
    together: one matrix product reads the data once.
    """
    iterate, growing = iterate_at(problem, w, target), GrowingSet(problem, target, w)
    allowed = tol * problem.square[target]
    place, rounds, ahead = 0, 0, SOLUTIONS_PER_PASS
    while place < len(penalties):
        group = penalties[place : place + ahead]
        tolerance = partial(inner_tolerance, problem, target, allowed=allowed)
        W = growing.minimize(group, iterate.w, -iterate.gradient, tolerance)
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
        ahead = _next_group(accepted, len(group))


def solutions(
    problem: Problem, penalties: Sequence[Penalty], target: int, tol: float, max_iter: int, w: Array
) -> Array:
    """Return the coefficients alone for each penalty, (d, n_penalties), without duality gaps.

    With all products at hand, the optimality conditions of all columns are checked at every step.
    """
    allowed = tol * problem.square[target]
    if not isinstance(problem, GramQuadratic):
        return _solutions_of_columns(problem, penalties, target, allowed, max_iter, w)
    active = ActiveSet(problem.G, problem.c[:, target], w)
    W = np.empty((len(w), len(penalties)))
    for k, penalty in enumerate(penalties):
        W[:, k] = active.minimize(penalty, inner_tolerance(problem, target, active.w, allowed))
    return W


def _solutions_of_columns(
    problem: Problem, penalties: Sequence[Penalty], target: int, allowed: float, max_iter: int, w: Array
) -> Array:
    """The same by a working set, which is done when no column outside violates its condition."""
    tolerance = partial(inner_tolerance, problem, target, allowed=allowed)
    growing, W = GrowingSet(problem, target, w), np.empty((len(w), len(penalties)))
    slope, l1 = problem.slope(w[:, None], target)[0][:, 0], np.array([penalty.l1 for penalty in penalties])
    place, rounds, ahead = 0, 0, SOLUTIONS_PER_PASS
    while place < len(penalties):
        group = slice(place, place + ahead)
        solved = growing.minimize(penalties[group], w, slope, tolerance)
        slopes, _ = problem.slope(solved, target)
        limit = l1[group] + 2 * tolerance(growing.active.w)
        violated = ((penalties[place].slope_size(slopes) > limit) & (solved == 0)).any(axis=0)
        accepted = int(violated.argmax()) if violated.any() else len(violated)
        rounds = rounds + 1 if accepted == 0 else 0
        if rounds >= max_iter:
            accepted, rounds = 1, 0
        W[:, place : place + accepted] = solved[:, :accepted]
        at = min(accepted, len(violated) - 1)  # the first that failed, or the last
        w, slope = solved[:, at], slopes[:, at]
        place, ahead = place + accepted, _next_group(accepted, len(violated))
    return W


def _next_group(accepted: int, tried: int) -> int:
    """Return how many solutions are computed before the next check."""
    return min(SOLUTIONS_PER_PASS, 2 * accepted) if accepted == tried else max(1, accepted)


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
