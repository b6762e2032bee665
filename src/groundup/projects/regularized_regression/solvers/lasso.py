"""From a problem to coefficients: one target after another, each by the chosen method until its gap is small enough."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.optimize.penalties import Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.duality_gap import gap
from groundup.projects.regularized_regression.solvers.first_order import admm, coordinate_descent, fista, ista
from groundup.projects.regularized_regression.solvers.point import Method, Order, Point, at
from groundup.projects.regularized_regression.solvers.quadratic import Problem
from groundup.projects.regularized_regression.solvers.working_set import working_set

SOLVERS: Mapping[str, Method] = {
    "auto": working_set,
    "cd": coordinate_descent,
    "ista": ista,
    "fista": fista,
    "admm": admm,
}


@record
class LassoState:
    """One iterate of any solver.

    Parameters
    ----------
    iteration : int
        Iterations so far, over all targets; a target's first point counts as one.
    target : int
        The target in hand.
    coef : ndarray of shape (d, t)
        Slopes: final for the targets before, where they begin for those after.
    intercept : ndarray of shape (t,)
        The best intercepts for these slopes.
    objective : float
        Penalised squared error of the target in hand.
    gap : float
        Its duality gap: the minimum is at most this far below.
    gaps : ndarray of shape (t,)
        The last gap of every target, infinite for those to come.
    counts : ndarray of int of shape (t,)
        Iterations spent on every target.
    done : bool
        Whether the target in hand is finished.
    converged : bool
        Whether all targets have met the stopping rule.
    point : Point
        What the method carries along.
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
    point: Point


@dataclass(frozen=True)
class Way:
    """How to solve: the method, when it may stop, and in which order it visits coordinates."""

    solver: str
    tol: float
    max_iter: int
    order: Order


CYCLIC = Order(random=False, seed=0)


def solve(
    problem: Problem, penalty: Penalty, way: Way, coef: Array, start: LassoState | None = None
) -> Iterator[LassoState]:
    """States from `coef`, of shape (d, t), or from an earlier state, until every target is done."""
    t = coef.shape[1]
    method = SOLVERS[way.solver]
    gaps, counts = np.full(t, np.inf), np.zeros(t, int)
    iteration, first = 0, 0
    if start is not None:
        coef, gaps, counts = start.coef, start.gaps, start.counts
        iteration, first = start.iteration + 1, start.target + start.done
    for target in range(first, t):
        allowed = way.tol * float(problem.square[target])
        goes_on = start is not None and not start.done and target == first
        if start is not None and goes_on:
            points = method(problem, penalty, target, start.point, way.order, int(counts[target]), allowed)
        else:
            begin = at(problem, coef[:, target], target)
            points = _with_first(begin, method(problem, penalty, target, begin, way.order, 0, allowed))
            counts = _with(counts, target, -1)  # the first point is no iteration yet
        for point in points:
            objective, excess = measure(problem, penalty, point)
            coef, gaps = coef.copy(), _with(gaps, target, excess)
            coef[:, target] = point.w
            counts = _with(counts, target, counts[target] + 1)
            done = bool(excess <= allowed or counts[target] >= way.max_iter)
            yield LassoState(
                iteration,
                target,
                coef,
                problem.y_mean - problem.x_mean @ coef,
                objective,
                excess,
                gaps,
                counts,
                done,
                converged=bool((gaps <= way.tol * problem.square).all()),
                point=point,
            )
            iteration += 1
            if done:
                break


def starting_slopes(model: Any, shape: tuple[int, ...]) -> Array:
    """Slopes to begin with: zeros, or those of the model's last fit where it asks for these.

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


def measure(problem: Problem, penalty: Penalty, point: Point) -> tuple[float, float]:
    """Objective and duality gap at a point.  eq. regularized_regression:objective"""
    w, slope = point.w, point.slope
    fall = np.inf
    if penalty.l1 == penalty.l2 == 0:
        fall = problem.fall(np.where(w != 0, slope, np.maximum(slope, 0)) if penalty.positive else slope)
    return point.square / 2 + float(penalty.value(w)), gap(penalty, w, slope, point.square, fall)


def _with_first(point: Point, points: Iterator[Point]) -> Iterator[Point]:
    yield point
    yield from points


def _with(values: Array, place: int, value: float) -> Array:
    values = values.copy()
    values[place] = value
    return values
