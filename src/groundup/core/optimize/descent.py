"""Descent methods, in order of increasing complexity.

Each yields the iterates after a given one, without end.

Sources: Cauchy (1847) and Kantorovich (1948) for steepest descent; Polyak (1964) for momentum; Nesterov (1983);
Hestenes and Stiefel (1952) for conjugate gradients; Robbins and Monro (1951) for stochastic steps.
"""

from collections.abc import Callable, Iterator

import numpy as np

from groundup.core.optimize.objective import Iterate, Objective, Quadratic
from groundup.core.types import Array


def gradient_descent(objective: Objective, iterate: Iterate, rate: float) -> Iterator[Iterate]:
    """Step against the gradient by a fixed multiple of it.  eq. linear_regression:step"""
    while True:
        w = iterate.w - rate * iterate.gradient
        iterate = Iterate(w, *objective(w))
        yield iterate


def steepest_descent(objective: Quadratic, iterate: Iterate) -> Iterator[Iterate]:
    """Step against the gradient to the lowest point on that line.  eq. linear_regression:line-search"""
    while True:
        g = iterate.gradient
        w = iterate.w - _ratio(column_dots(g, g), column_dots(g, objective.hessian_times(g))) * g
        iterate = Iterate(w, *objective(w))
        yield iterate


def momentum(objective: Objective, iterate: Iterate, rate: float, decay: float) -> Iterator[Iterate]:
    """Polyak's heavy ball: keep a part of the last displacement.  eq. linear_regression:momentum"""
    while True:
        displacement = decay * _displacement(iterate) - rate * iterate.gradient
        w = iterate.w + displacement
        iterate = Iterate(w, *objective(w), memory=displacement)
        yield iterate


def nesterov(objective: Objective, iterate: Iterate, rate: float, decay: float) -> Iterator[Iterate]:
    """Nesterov's momentum: take the gradient where the momentum leads.  eq. linear_regression:nesterov"""
    while True:
        kept = decay * _displacement(iterate)
        displacement = kept - rate * objective(iterate.w + kept)[1]
        w = iterate.w + displacement
        iterate = Iterate(w, *objective(w), memory=displacement)
        yield iterate


def conjugate_gradients(objective: Quadratic, iterate: Iterate) -> Iterator[Iterate]:
    """Search along conjugate directions.

    It is exact after as many steps as H has distinct eigenvalues.

    eq. linear_regression:cg
    """
    while True:
        g = iterate.gradient
        p = -g if iterate.memory is None else iterate.memory
        w = iterate.w + _ratio(-column_dots(g, p), column_dots(p, objective.hessian_times(p))) * p
        value, gradient = objective(w)
        p = _ratio(column_dots(gradient, gradient), column_dots(g, g)) * p - gradient
        iterate = Iterate(w, value, gradient, memory=p)
        yield iterate


def stochastic(
    objective: Objective, iterate: Iterate, pass_over_batches: Callable[[Array, int, int], Array]
) -> Iterator[Iterate]:
    """Pass over shuffled mini-batches; yield one iterate after each epoch.

    The memory is ``(seed, epoch)``; ``pass_over_batches(w, seed, epoch)`` steps against the gradient of every batch in
    turn and returns the parameters after the last one.
    """
    while True:
        seed, epoch = iterate.memory
        w = pass_over_batches(iterate.w, seed, epoch)
        iterate = Iterate(w, *objective(w), memory=(seed, epoch + 1))
        yield iterate


def column_dots(a: Array, b: Array) -> Array:
    """Return the scalar product of each column of `a` with the same column of `b`."""
    product: Array = np.einsum("ij,ij->j", a, b)
    return product


def _displacement(iterate: Iterate) -> Array:
    """Last displacement; zero before the first step."""
    return np.zeros_like(iterate.w) if iterate.memory is None else np.asarray(iterate.memory)


def _ratio(numerator: Array, denominator: Array) -> Array:
    """Quotient, and 0 where the denominator is 0.

    At the minimum there is no further step to take.
    """
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1), 0.0)
