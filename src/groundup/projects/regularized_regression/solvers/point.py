"""What the methods for lasso and elastic net have in common: points, and the form of an iterator of them."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from groundup.core.optimize.penalties import Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.quadratic import Problem


@record
class Point:
    """Where a method is.

    Parameters
    ----------
    w : ndarray of shape (d,)
        Slopes, with exact zeros.
    slope : ndarray of shape (d,)
        ``Xᵀr / n`` for the residual r: minus the gradient of the squared error.
    square : float
        ``‖r‖² / n``.
    memory : object
        What a method carries along besides: a `Proximal` or a `Split`.
    """

    w: Array
    slope: Array
    square: float
    memory: Any = None


@record
class Order:
    """In which order coordinates are visited: cyclic, or at random (a function of seed and pass: resumable)."""

    random: bool
    seed: int

    def __call__(self, d: int, number: int) -> Array:
        """The coordinates 0 … d − 1 in the order of pass `number`."""
        return np.random.default_rng([self.seed, number]).permutation(d) if self.random else np.arange(d)


class Method(Protocol):
    """An endless iterator of points."""

    def __call__(
        self, problem: Problem, penalty: Penalty, target: int, point: Point, order: Order, count: int, allowed: float
    ) -> Iterator[Point]:
        """Points after `point`, which is the one after `count` iterations, until the gap is `allowed`."""
        ...


def at(problem: Problem, w: Array, target: int, memory: Any = None) -> Point:
    """The point with slopes `w`."""
    slope, square = problem.slope(w[:, None], target)
    return Point(w, slope[:, 0], float(square[0]), memory)
