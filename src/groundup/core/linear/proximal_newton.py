"""Proximal Newton: a quadratic model of the losses plus the penalty.

Source: J. D. Lee, Y. Sun and M. A. Saunders, Proximal Newton-type methods, SIAM J. Optim. 24 (2014).
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from groundup.core.constants import EPS
from groundup.core.optimize import coordinate
from groundup.core.optimize.newton import LINE_SEARCH_TRIALS
from groundup.core.optimize.objective import Iterate
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array

MODEL_TOLERANCE = 1e-13  # The model is minimised to this violation, relative to the largest gradient.
MAX_JOINT_PARAMETERS = 1000  # With more parameters, each score has a quadratic model of its own.
EXTRA_COLUMNS = 100  # Zero coefficients added to the working set, besides as many as are non-zero.


class Curved(Protocol):
    """What proximal Newton needs: losses of t scores with derivatives, and an L1 penalty on the first parameters."""

    @property
    def outputs(self) -> int:
        """Number t of scores."""
        ...

    @property
    def n_features(self) -> int:
        """Number of penalised parameters of a score; the others come last."""
        ...

    @property
    def l1(self) -> float:
        """Strength of the penalty."""
        ...

    @property
    def nonsmooth(self) -> Penalty:
        """The penalty, with an array `l1` of shape (p, 1)."""
        ...

    def __call__(self, w: Array, /) -> tuple[Array, Array]:
        """Return the losses, of shape (), and their gradient, (p, t)."""
        ...

    def hessian(self, w: Array, columns: Array, /) -> Array:
        """Return the second derivative by some parameters of all scores, (c t, c t)."""
        ...

    def per_class_hessians(self, w: Array, columns: Array, /) -> Array:
        """Return the second derivatives by some parameters of each score alone, (t, c, c)."""
        ...


def proximal_newton(objective: Curved, iterate: Iterate) -> Iterator[Iterate]:
    """Step to the minimum of the model, or part of the way.

    eq. logistic_regression:proximal-newton
    """
    while True:
        columns = _working_set(objective, iterate)
        joint = 1 < objective.outputs <= MAX_JOINT_PARAMETERS // len(columns)
        target = (_minimize_joint if joint else _minimize_each)(objective, iterate, columns)
        direction = target - iterate.w
        rise = (objective.nonsmooth.value(target) - objective.nonsmooth.value(iterate.w)).sum()
        change = float(np.vdot(iterate.gradient, direction) + rise)
        iterate = _backtrack(objective, iterate, direction, change)
        yield iterate


def _working_set(objective: Curved, iterate: Iterate) -> Array:
    """Non-zero parameters, and the zero ones that violate optimality most."""
    violation = objective.nonsmooth.violation(iterate.w, iterate.gradient).max(axis=1)
    used = (iterate.w != 0).any(axis=1)
    used[objective.n_features :] = True
    waiting = np.flatnonzero(~used & (violation > 0))
    most = EXTRA_COLUMNS + int(used.sum())
    if len(waiting) > most:
        waiting = waiting[np.argpartition(-violation[waiting], most)[:most]]
    return np.union1d(np.flatnonzero(used), waiting)  # sorted: the intercept is the last


def _minimize_joint(objective: Curved, iterate: Iterate, columns: Array) -> Array:
    """Minimum of the model of all scores together, in these parameters of each score."""
    theta, gradient = iterate.w[columns].ravel(), iterate.gradient[columns].ravel()
    H = objective.hessian(iterate.w, columns)
    penalty = Penalty(np.repeat(objective.nonsmooth.l1[columns], objective.outputs))
    tolerance = MODEL_TOLERANCE * max(float(np.abs(gradient).max()), objective.l1)
    target = iterate.w.copy()
    target[columns] = coordinate.minimize(H, H @ theta - gradient, penalty, theta, tolerance).reshape(len(columns), -1)
    return target


def _minimize_each(objective: Curved, iterate: Iterate, columns: Array) -> Array:
    """Minimum of the model of each score alone, in these parameters.

    The model neglects the mixed derivatives of several scores; where that makes the step too long, it is halved.
    """
    penalty = Penalty(objective.nonsmooth.l1[columns, 0])
    target = iterate.w.copy()
    for k, H in enumerate(objective.per_class_hessians(iterate.w, columns)):
        theta, gradient = iterate.w[columns, k], iterate.gradient[columns, k]
        tolerance = MODEL_TOLERANCE * max(float(np.abs(gradient).max()), objective.l1)
        target[columns, k] = coordinate.minimize(H, H @ theta - gradient, penalty, theta, tolerance)
    return target


def _backtrack(objective: Curved, iterate: Iterate, direction: Array, change: float) -> Iterate:
    """Halve the step until the objective falls by a part of the predicted change."""
    penalty, step = objective.nonsmooth, 1.0
    before = float(iterate.value + penalty.value(iterate.w).sum())
    noise = 4 * EPS * abs(before)
    for _ in range(LINE_SEARCH_TRIALS if direction.any() else 0):
        w = iterate.w + step * direction
        value, gradient = objective(w)
        if value + penalty.value(w).sum() <= before + 1e-4 * step * change + noise:
            return Iterate(w, value, gradient, iterate.memory, decrease=-change / 2, step=step)
        step /= 2
    return Iterate(iterate.w, iterate.value, iterate.gradient, iterate.memory, decrease=0.0, step=0.0)
