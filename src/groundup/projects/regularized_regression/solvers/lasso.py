"""Solvers of lasso and elastic net, one target after another.

A target is done when its duality gap is within tolerance.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from groundup.core.optimize.objective import Iterate, Method, drive
from groundup.core.optimize.penalties import Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers import first_order
from groundup.projects.regularized_regression.solvers.duality_gap import gap
from groundup.projects.regularized_regression.solvers.first_order import CoordinateOrder
from groundup.projects.regularized_regression.solvers.quadratic import Problem
from groundup.projects.regularized_regression.solvers.working_set import working_set


@record
class LassoState:
    """An iteration of any solver.

    Parameters
    ----------
    iteration : int
        Iterations so far, over all targets; a target's first iterate counts as one.
    target : int
        The current target.
    coef : ndarray of shape (d, t)
        Slopes: final for earlier targets, the starting point for later ones.
    intercept : ndarray of shape (t,)
        The best intercepts for these slopes.
    objective : float
        Penalised squared error of the current target.
    gap : float
        Its duality gap: the minimum is at most this far below.
    gaps : ndarray of shape (t,)
        The last gap of every target, infinite for later ones.
    counts : ndarray of int of shape (t,)
        Iterations spent on every target.
    done : bool
        Whether the current target is finished.
    converged : bool
        Whether all targets have met the stopping rule.
    iterate : Iterate
        What the method resumes from.
    """

    iteration: int
    target: int
    coef: Array
    intercept: Array
    objective: float
    gap: float
    gaps: Array
    counts: Array
    done: bool
    converged: bool
    iterate: Iterate


CYCLIC = CoordinateOrder(random=False, seed=0)


SolverName = Literal["auto", "cd", "ista", "fista", "admm"]


@dataclass(frozen=True)
class LassoOptions:
    """The method, when it stops, and in which order it visits coordinates."""

    solver: SolverName
    tol: float
    max_iter: int
    order: CoordinateOrder = CYCLIC


@dataclass(frozen=True)
class TargetState:
    """An iteration on a single target.

    `converged` says whether its gap is within tolerance.
    """

    iteration: int
    objective: float
    gap: float
    converged: bool
    iterate: Iterate


Solver = Callable[[Problem, Penalty, int, Array, CoordinateOrder, float], Method]


def _auto(problem: Problem, penalty: Penalty, target: int, w: Array, order: CoordinateOrder, allowed: float) -> Method:
    return working_set(problem, penalty, target, w, allowed)


def _cd(problem: Problem, penalty: Penalty, target: int, w: Array, order: CoordinateOrder, allowed: float) -> Method:
    return first_order.coordinate_descent(problem, penalty, target, w, order)


def _plain(method: Callable[[Problem, Penalty, int, Array], Method]) -> Solver:
    return lambda problem, penalty, target, w, order, allowed: method(problem, penalty, target, w)


SOLVERS: Mapping[SolverName, Solver] = {
    "auto": _auto,
    "cd": _cd,
    "ista": _plain(first_order.ista),
    "fista": _plain(first_order.fista),
    "admm": _plain(first_order.admm),
}


def solve(
    problem: Problem, penalty: Penalty, options: LassoOptions, coef: Array, start: LassoState | None = None
) -> Iterator[LassoState]:
    """Yield states until every target is done.

    They begin at `coef`, of shape (d, t), or after an earlier state.
    """
    t = coef.shape[1]
    gaps, counts, iteration, first = np.full(t, np.inf), np.zeros(t, int), 0, 0
    if start is not None:
        coef, gaps, counts = start.coef, start.gaps, start.counts
        iteration, first = start.iteration + 1, start.target + start.done
    for target in range(first, t):
        allowed = options.tol * float(problem.square[target])
        method = SOLVERS[options.solver](problem, penalty, target, coef[:, target], options.order, allowed)
        judge = partial(_judge, problem, penalty, allowed)
        resumed = None
        if start is not None and not start.done and target == first:
            resumed = TargetState(int(counts[target]), start.objective, start.gap, False, start.iterate)
        for state in drive(method, judge, options.max_iter, resumed):
            coef = coef.copy()
            coef[:, target] = state.iterate.w
            gaps, counts = _with(gaps, target, state.gap), _with(counts, target, state.iteration)
            yield LassoState(
                iteration,
                target,
                coef,
                problem.y_mean - problem.x_mean @ coef,
                state.objective,
                state.gap,
                gaps,
                counts,
                done=state.converged or state.iteration >= options.max_iter,
                converged=bool((gaps <= options.tol * problem.square).all()),
                iterate=state.iterate,
            )
            iteration += 1


def _judge(problem: Problem, penalty: Penalty, allowed: float, iteration: int, iterate: Iterate) -> TargetState:
    objective, excess = evaluate(problem, penalty, iterate)
    return TargetState(iteration, objective, excess, excess <= allowed, iterate)


def evaluate(problem: Problem, penalty: Penalty, iterate: Iterate) -> tuple[float, float]:
    """Return the objective and its duality gap.  eq. regularized_regression:objective"""
    w, slope, decrease = iterate.w, -iterate.gradient, np.inf
    if penalty.l1 == penalty.l2 == 0:
        free = np.where(w != 0, slope, np.maximum(slope, 0)) if penalty.positive else slope
        decrease = problem.possible_decrease(free)
    objective = float(iterate.value) + float(penalty.value(w))
    return objective, gap(penalty, w, slope, 2 * float(iterate.value), decrease)


def starting_slopes(model: Any, shape: tuple[int, ...]) -> Array:
    """Return the slopes to begin with.

    They are zeros, or with `warm_start` those of the model's last fit.

    Raises
    ------
    ValueError
        When the last fit was to data of another shape.
    """
    if not (model.warm_start and hasattr(model, "coef_")):
        return np.zeros(shape)
    last = np.atleast_2d(model.coef_).T.astype(np.float64)
    if last.shape != shape:
        raise ValueError(
            f"warm_start=True goes on with the {last.shape[0]} slopes for {last.shape[1]} target(s) of the last fit, "
            f"but these data have {shape[0]} columns and {shape[1]} target(s); use warm_start=False."
        )
    return last


def _with(values: Array, place: int, value: float) -> Array:
    """A copy with one value changed."""
    values = values.copy()
    values[place] = value
    return values
