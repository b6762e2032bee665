"""Newton's method with corners: the quadratic that touches the losses, plus the penalty, is minimised as a whole.

Source: J. D. Lee, Y. Sun and M. A. Saunders, Proximal Newton-type methods, SIAM J. Optim. 24 (2014).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core import coordinate
from groundup.core.linear_classifier.objective import ScoreObjective
from groundup.core.penalties import Penalty
from groundup.core.quasi_newton import TRIALS, Point
from groundup.core.types import Array

EXACT = 1e-10  # of the largest gradient: how well the model is minimised


def proximal_newton(objective: ScoreObjective, point: Point) -> Iterator[Point]:
    """Step to the minimum of the model, or part of the way.

    eq. logistic_regression:proximal-newton
    """
    corner = objective.corner
    flat = Penalty(np.repeat(corner.l1, objective.outputs))
    while True:
        theta, g = point.w.ravel(), point.gradient.ravel()
        H = objective.hessian(point.w)
        tolerance = EXACT * max(float(np.abs(g).max()), objective.l1)
        target = coordinate.minimise(H, H @ theta - g, flat, theta, tolerance).reshape(point.w.shape)
        direction = target - point.w
        fall = float(np.vdot(point.gradient, direction) + (corner.value(target) - corner.value(point.w)).sum())
        point = _search(objective, point, direction, fall)
        yield point


def _search(objective: ScoreObjective, point: Point, direction: Array, fall: float) -> Point:
    """Halve the step until the objective falls by a share of what the model promised."""
    corner, step = objective.corner, 1.0
    before = point.value + float(corner.value(point.w).sum())
    noise = 4 * np.finfo(float).eps * abs(before)
    for _ in range(TRIALS):
        w = point.w + step * direction
        value, gradient = objective(w)
        if value + corner.value(w).sum() <= before + 1e-4 * step * fall + noise:
            return Point(w, float(value), gradient, point.moves, point.turns, -fall / 2, step)
        step /= 2
    return Point(point.w, point.value, point.gradient, point.moves, point.turns, 0.0, 0.0)


@dataclass(frozen=True)
class Preconditioned:
    """The objective with its gradient measured by a bound of the Hessian: a step of one is then short enough."""

    objective: ScoreObjective
    B: Array
    inverse: Array

    def __call__(self, theta: Array) -> tuple[Array, Array]:
        """Value, and ``B⁻¹`` times the gradient."""
        value, gradient = self.objective(theta)
        return value, self.inverse @ gradient


@dataclass(frozen=True)
class InMetric:
    """The L1 penalty, with distances measured by the same bound."""

    corner: Penalty
    B: Array

    def value(self, theta: Array) -> Array:
        """Penalty of each column."""
        return self.corner.value(theta)

    def prox(self, V: Array, step: float) -> Array:
        """Minimiser of ``½ (w − v)ᵀ B (w − v) / step + l1 |w|₁``, column by column."""
        flat, c = Penalty(step * self.corner.l1.ravel()), self.B @ V
        tolerance = EXACT * float(np.abs(c).max(initial=1.0))
        columns = [coordinate.minimise(self.B, c[:, k], flat, V[:, k], tolerance) for k in range(V.shape[1])]
        return np.column_stack(columns)


def in_metric(objective: ScoreObjective) -> tuple[Preconditioned, InMetric]:
    """Objective and penalty for proximal gradient methods with a step of one.  eq. softmax_regression:bohning"""
    B = objective.bound()
    B.flat[:: len(B) + 1] += 1e-10 * np.diag(B).max()  # dependent columns have no inverse
    return Preconditioned(objective, B, np.linalg.inv(B)), InMetric(objective.corner, B)
