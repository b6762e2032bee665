"""Newton's method and its cheaper relatives, each an endless iterator of states; the caller decides when to stop.

Sources: Armijo (1966) and Lewis and Overton (2013) for the line search; Nocedal (1980) for L-BFGS.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array

MEMORY = 10  # pairs of moves and turns that L-BFGS keeps
TRIALS = 80  # of a line search: far from the minimum, whole Newton steps can be 1e20 times too long


@record
class Point:
    """Where a descent with a curved model of its objective has come.

    Parameters
    ----------
    w : ndarray
        Parameters, of any shape.
    value : float
        Objective there.
    gradient : ndarray
        Gradient there.
    moves, turns : ndarray of shape (k, ...)
        The last k changes of `w`, and of the gradient; of Newton's method the last move alone.
    promise : float
        By how much the model expects the objective to fall yet: half of the squared Newton decrement.
    step : float
        Multiple of the last direction that was taken; 0 when no step lowered the objective any more.
    """

    w: Array
    value: float
    gradient: Array
    moves: Array
    turns: Array
    promise: float = np.inf
    step: float = 1.0


class Objective(Protocol):
    """A smooth function to minimise."""

    def __call__(self, w: Array, /) -> tuple[Array, Array]:
        """Value of shape () and gradient at `w`."""
        ...


Solve = Callable[[Array, Array], Array]  # (w, gradient) -> Hessian⁻¹ gradient
Metric = Callable[[Array], Array]  # gradient -> (roughly Hessian)⁻¹ gradient


def begin(objective: Objective, w: Array) -> Point:
    """The point at `w`, without memories."""
    value, gradient = objective(w)
    none = np.empty((0, *w.shape))
    return Point(w, float(value), gradient, none, none)


def newton(objective: Objective, point: Point, solve: Solve) -> Iterator[Point]:
    """Step to the minimum of the quadratic that touches the objective, or part of the way.

    eq. logistic_regression:newton
    """
    while True:
        direction = -solve(point.w, point.gradient)
        promise = -float(np.vdot(point.gradient, direction)) / 2
        step, w, value, gradient = search(objective, point, direction)
        point = Point(w, value, gradient, (w - point.w)[None], point.turns, promise, step)
        yield point


def lbfgs(objective: Objective, point: Point, metric: Metric | None = None) -> Iterator[Point]:
    """Newton's step with a Hessian that is learned from the last moves; a `metric` is what it knows beforehand."""
    while True:
        direction = -_two_loops(point, metric)
        if not len(point.moves) and metric is None:
            direction /= max(1.0, float(np.linalg.norm(point.gradient)))  # nothing is known of the scale yet
        promise = -float(np.vdot(point.gradient, direction)) / 2
        step, w, value, gradient = search(objective, point, direction)
        move, turn = w - point.w, gradient - point.gradient
        moves, turns = point.moves, point.turns
        if np.vdot(move, turn) > np.finfo(float).eps * np.vdot(turn, turn) > 0:  # else the pair is rounding
            moves = np.concatenate([moves, move[None]])[-MEMORY:]
            turns = np.concatenate([turns, turn[None]])[-MEMORY:]
        point = Point(w, value, gradient, moves, turns, promise, step)
        yield point


def _two_loops(point: Point, metric: Metric | None) -> Array:
    """Product of the learned inverse Hessian with the gradient.  eq. logistic_regression:lbfgs"""
    q = point.gradient.copy()
    pairs = list(zip(point.moves, point.turns, strict=True))
    along = []
    for move, turn in reversed(pairs):
        a = np.vdot(move, q) / np.vdot(move, turn)
        q -= a * turn
        along.append(a)
    r = q if metric is None else metric(q)
    if pairs:  # the scale that the last pair has shown
        move, turn = pairs[-1]
        r = r * (np.vdot(move, turn) / np.vdot(turn, turn if metric is None else metric(turn)))
    for (move, turn), a in zip(pairs, reversed(along), strict=True):
        r = r + (a - np.vdot(turn, r) / np.vdot(move, turn)) * move
    return np.asarray(r)


def search(objective: Objective, point: Point, direction: Array) -> tuple[float, Array, float, Array]:
    """A step that lowers the objective enough and flattens it: the first of a bisection that does.

    eq. logistic_regression:line-search

    Returns
    -------
    step, w, value, gradient
        The multiple of `direction`, and where it leads; 0 and the point itself when the direction leads nowhere.
    """
    slope = float(np.vdot(point.gradient, direction))
    if slope >= 0:
        return 0.0, point.w, point.value, point.gradient
    noise = 4 * np.finfo(float).eps * abs(point.value)  # what the sum of the losses may err by
    low, high, step = 0.0, np.inf, 1.0
    for _ in range(TRIALS):
        w = point.w + step * direction
        value, gradient = objective(w)
        if not value <= point.value + 1e-4 * step * slope + noise:
            high = step
        elif np.vdot(gradient, direction) < 0.9 * slope:
            low = step
        else:
            return step, w, float(value), gradient
        step = (low + high) / 2 if high < np.inf else 2 * low
    return 0.0, point.w, point.value, point.gradient


def conjugate_gradients(product: Metric, b: Array, metric: Metric, tolerance: float, most: int = 250) -> Array:
    """Solution x of ``H x = b``, H known by its products only, until the residual is `tolerance` of `b`.

    Parameters
    ----------
    product : callable
        ``product(x) -> H x`` with a symmetric, positive semi-definite H.
    b : ndarray
        Right-hand side, of any shape.
    metric : callable
        Roughly ``H⁻¹``.
    tolerance : float
        Relative length of the residual.
    most : int
        Number of products after which the solution is taken as it is.
    """
    x, residual = np.zeros_like(b), b
    ahead = metric(residual)
    direction, power = ahead, float(np.vdot(residual, ahead))
    goal = tolerance * float(np.linalg.norm(b))
    for _ in range(most):
        if np.linalg.norm(residual) <= goal or power <= 0:
            break
        image = product(direction)
        bend = float(np.vdot(direction, image))
        if bend <= 0:  # no curvature along it: rounding, or a direction that changes nothing
            break
        x = x + power / bend * direction
        residual = residual - power / bend * image
        ahead = metric(residual)
        last, power = power, float(np.vdot(residual, ahead))
        direction = ahead + power / last * direction
    return x
