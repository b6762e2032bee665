"""Textbook methods for lasso and elastic net: ISTA, FISTA, descent by coordinates, ADMM.

Sources: as in `core.optimize.coordinate` and `core.optimize.proximal`; Glowinski and Marroco (1975), Gabay and Mercier
(1976), Boyd et al. (2011) for ADMM.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from groundup.core.optimize import proximal
from groundup.core.optimize.coordinate import coordinate_pass
from groundup.core.optimize.objective import Iterate, Method, initial
from groundup.core.optimize.penalties import Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.quadratic import COLUMNS_AT_A_TIME, Problem, iterate_at


@dataclass(frozen=True)
class SquaredError:
    """Half the mean squared error of one target, for slopes of shape (d,)."""

    problem: Problem
    target: int

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Return value and gradient at `w`."""
        slope, square = self.problem.slope(w[:, None], self.target)
        return square[0] / 2, -slope[:, 0]


def ista(problem: Problem, penalty: Penalty, target: int, w: Array) -> Method:
    """Return proximal gradient descent with steps of length 1/L."""
    return _proximal(proximal.ista, problem, penalty, target, w)


def fista(problem: Problem, penalty: Penalty, target: int, w: Array) -> Method:
    """Return proximal gradient descent with steps of length 1/L and momentum."""
    return _proximal(proximal.fista, problem, penalty, target, w)


def _proximal(
    method: Callable[..., Iterator[Iterate]], problem: Problem, penalty: Penalty, target: int, w: Array
) -> Method:
    objective, L = SquaredError(problem, target), problem.curvature()
    return Method(partial(initial, objective, w), partial(method, objective, penalty, rate=1 / L if L > 0 else 1.0))


@record
class CoordinateOrder:
    """Order in which coordinates are visited.

    It is cyclic, or random as a function of seed and pass.
    """

    random: bool
    seed: int

    def __call__(self, d: int, number: int) -> Array:
        """Return the coordinates 0 … d − 1 in the order of pass `number`."""
        return np.random.default_rng([self.seed, number]).permutation(d) if self.random else np.arange(d)


def coordinate_descent(problem: Problem, penalty: Penalty, target: int, w: Array, order: CoordinateOrder) -> Method:
    """Return coordinate descent, whose memory is the order and the number of passes.

    Coordinates are visited in groups, so that only products within a group are needed at a time.
    """

    def following(iterate: Iterate) -> Iterator[Iterate]:
        d = len(iterate.w)
        while True:
            order, passes = iterate.memory
            w, visits = iterate.w.copy(), order(d, passes + 1)
            for start in range(0, d, COLUMNS_AT_A_TIME):
                group = visits[start : start + COLUMNS_AT_A_TIME]
                G = problem.gram(group)
                slope = problem.slope(w[:, None], target)[0][group, 0] if start else -iterate.gradient[group]
                # For the group, the other coefficients only change the linear term.
                w[group] = coordinate_pass(G, slope + G @ w[group], penalty, w[group], range(len(group)))
            iterate = iterate_at(problem, w, target, memory=(order, passes + 1))
            yield iterate

    return Method(partial(iterate_at, problem, w, target, memory=(order, 0)), following)


def admm(problem: Problem, penalty: Penalty, target: int, w: Array) -> Method:
    """Return the alternating direction method of multipliers.

    Its memory is the scaled multiplier.

    One copy of w fits the data, the other obeys the penalty, and the multiplier makes them equal.

    eq. regularized_regression:admm
    """

    def following(iterate: Iterate) -> Iterator[Iterate]:
        d, c = len(iterate.w), problem.c[:, target]
        G = problem.gram(np.arange(d))
        rho = float(np.trace(G)) / d or 1.0
        fit = np.linalg.inv(G + rho * np.eye(d))  # well conditioned, thanks to rho, and used in every step
        z, multiplier = iterate.w, np.zeros(d) if iterate.memory is None else iterate.memory
        while True:
            w = fit @ (c + rho * (z - multiplier))
            z = penalty.prox(w + multiplier, 1 / rho)
            multiplier = multiplier + w - z
            yield iterate_at(problem, z, target, memory=multiplier)

    return Method(partial(iterate_at, problem, w, target), following)
