"""Newton's method with corners: the quadratic that touches the losses, plus the penalty, is minimised as a whole.

Source: J. D. Lee, Y. Sun and M. A. Saunders, Proximal Newton-type methods, SIAM J. Optim. 24 (2014).
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.linear.objective import ScoreObjective
from groundup.core.optimize import coordinate
from groundup.core.optimize.newton import TRIALS, Point
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array

EXACT = 1e-13  # of the largest gradient: how well the model is minimised
JOINT = 1000  # most parameters whose Hessian is formed as a whole
WORKING = 100  # columns that a model may have beside twice as many as are in use


def proximal_newton(objective: ScoreObjective, point: Point) -> Iterator[Point]:
    """Step to the minimum of the model, or part of the way.

    eq. logistic_regression:proximal-newton
    """
    while True:
        places = _working(objective, point)
        model = _joint if 1 < objective.outputs <= JOINT // len(places) else _apart
        target = model(objective, point, places)
        direction = target - point.w
        rise = (objective.corner.value(target) - objective.corner.value(point.w)).sum()
        fall = float(np.vdot(point.gradient, direction) + rise)
        point = _search(objective, point, direction, fall)
        yield point


def _joint(objective: ScoreObjective, point: Point, places: Array) -> Array:
    """Minimum of the model of all scores together, in the parameters at these places of each."""
    theta, gradient = point.w[places].ravel(), point.gradient[places].ravel()
    H = objective.hessian(point.w, places)
    corner = Penalty(np.repeat(objective.corner.l1[places], objective.outputs))
    tolerance = EXACT * max(float(np.abs(gradient).max()), objective.l1)
    target = point.w.copy()
    target[places] = coordinate.minimise(H, H @ theta - gradient, corner, theta, tolerance).reshape(len(places), -1)
    return target


def _apart(objective: ScoreObjective, point: Point, places: Array) -> Array:
    """Minimum of the model of each score alone, in the parameters at these places.

    What several scores do to each other is left out of the model; where that makes the step too long, it is halved.
    """
    corner = Penalty(objective.corner.l1[places, 0])
    target = point.w.copy()
    for k, H in enumerate(objective.own_hessians(point.w, places)):
        theta, gradient = point.w[places, k], point.gradient[places, k]
        tolerance = EXACT * max(float(np.abs(gradient).max()), objective.l1)
        target[places, k] = coordinate.minimise(H, H @ theta - gradient, corner, theta, tolerance)
    return target


def _working(objective: ScoreObjective, point: Point) -> Array:
    """Parameters in use, and those of the others that pull hardest; each step looks anew."""
    pull = objective.corner.violation(point.w, point.gradient).max(axis=1)
    used = (point.w != 0).any(axis=1)
    used[objective.n_features :] = True
    free = np.flatnonzero(~used & (pull > 0))
    most = WORKING + int(used.sum())
    if len(free) > most:
        free = free[np.argpartition(-pull[free], most)[:most]]
    return np.union1d(np.flatnonzero(used), free)  # sorted: the intercept is the last


def _search(objective: ScoreObjective, point: Point, direction: Array, fall: float) -> Point:
    """Halve the step until the objective falls by a share of what the model promised."""
    corner, step = objective.corner, 1.0
    before = point.value + float(corner.value(point.w).sum())
    noise = 4 * np.finfo(float).eps * abs(before)
    for _ in range(TRIALS if direction.any() else 0):
        w = point.w + step * direction
        value, gradient = objective(w)
        if value + corner.value(w).sum() <= before + 1e-4 * step * fall + noise:
            return Point(w, float(value), gradient, point.moves, point.turns, -fall / 2, step)
        step /= 2
    return Point(point.w, point.value, point.gradient, point.moves, point.turns, 0.0, 0.0)
