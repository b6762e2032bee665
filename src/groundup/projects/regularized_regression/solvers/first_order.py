"""Textbook methods for lasso and elastic net: coordinate descent, proximal gradient descent, and ADMM.

Sources: as in `core.coordinate` and `core.proximal`; Glowinski and Marroco (1975), Gabay and Mercier (1976), Boyd et
al. (2011) for ADMM.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core.optimize import proximal
from groundup.core.optimize.coordinate import descend
from groundup.core.optimize.penalties import Penalty
from groundup.core.optimize.proximal import Proximal
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.point import Order, Point, at
from groundup.projects.regularized_regression.solvers.quadratic import GATHERED, Problem


def coordinate_descent(
    problem: Problem, penalty: Penalty, target: int, point: Point, order: Order, count: int, allowed: float
) -> Iterator[Point]:
    """Pass over all coordinates; in groups, so that only products within a group are needed at a time."""
    d = len(point.w)
    while True:
        w, count = point.w.copy(), count + 1
        visits = order(d, count)
        for start in range(0, d, GATHERED):
            group = visits[start : start + GATHERED]
            G = problem.gram(group)
            slope = problem.slope(w[:, None], target)[0][group, 0] if start else point.slope[group]
            # Seen from the group, the other coefficients only change the linear term.
            w[group] = descend(G, slope + G @ w[group], penalty, w[group], range(len(group)))
        point = at(problem, w, target)
        yield point


@dataclass(frozen=True)
class SquaredError:
    """Half the mean squared error of one target, as the objective of `core.proximal`."""

    problem: Problem
    target: int

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Value and gradient at `w`, of shape (d, 1)."""
        slope, square = self.problem.slope(w, self.target)
        return square / 2, -slope


def ista(
    problem: Problem, penalty: Penalty, target: int, point: Point, order: Order, count: int, allowed: float
) -> Iterator[Point]:
    """Proximal gradient steps of length 1/L."""
    return _proximal(proximal.ista, problem, penalty, target, point)


def fista(
    problem: Problem, penalty: Penalty, target: int, point: Point, order: Order, count: int, allowed: float
) -> Iterator[Point]:
    """Proximal gradient steps of length 1/L with momentum."""
    return _proximal(proximal.fista, problem, penalty, target, point)


def _proximal(
    method: Callable[..., Iterator[Proximal]], problem: Problem, penalty: Penalty, target: int, point: Point
) -> Iterator[Point]:
    objective = SquaredError(problem, target)
    L = problem.curvature()
    start = point.memory or proximal.begin(objective, penalty, point.w[:, None])
    for state in method(objective, penalty, start, 1 / L if L > 0 else 1.0):
        w = state.w[:, 0]
        yield Point(w, -state.gradient[:, 0], 2 * max(0.0, state.value - float(penalty.value(w))), state)


@record
class Split:
    """What ADMM carries along besides its sparse copy of the coefficients.

    Parameters
    ----------
    price : ndarray of shape (d,)
        Scaled multiplier of the constraint that both copies are equal.
    """

    price: Array


def admm(
    problem: Problem, penalty: Penalty, target: int, point: Point, order: Order, count: int, allowed: float
) -> Iterator[Point]:
    """Split the problem: one copy of w fits the data, the other obeys the penalty, a price draws them together.

    eq. regularized_regression:admm
    """
    d, c = len(point.w), problem.c[:, target]
    G = problem.gram(np.arange(d))
    rho = float(np.trace(G)) / d or 1.0
    fit = np.linalg.inv(G + rho * np.eye(d))  # well conditioned, thanks to rho, and used in every step
    z, price = point.w, point.memory.price if point.memory else np.zeros(d)
    while True:
        w = fit @ (c + rho * (z - price))
        z = penalty.prox(w + price, 1 / rho)
        price = price + w - z
        yield at(problem, z, target, Split(price))
