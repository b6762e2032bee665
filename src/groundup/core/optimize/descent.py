"""Descent methods, each an endless iterator of states; the caller decides when to stop.

Parameters are arrays of shape (d, t): t independent problems side by side (one a target), each with its own step where
a method computes one. Every state holds all that the next one needs, so that an iteration can go on from any of them.

Sources: Cauchy (1847) and Kantorovich (1948) for steepest descent; Polyak (1964) for momentum; Nesterov (1983);
Hestenes and Stiefel (1952) for conjugate gradients; Robbins and Monro (1951) for stochastic steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array


@record
class Descent:
    """A point on the way down.

    Parameters
    ----------
    w : ndarray of shape (d, t)
        Where we are.
    value : ndarray of shape (t,)
        Objective there.
    gradient : ndarray of shape (d, t)
        Gradient there.
    memory : ndarray of shape (d, t)
        What the method carries along: the last displacement, or the last search direction.
    """

    w: Array
    value: Array
    gradient: Array
    memory: Array


class Objective(Protocol):
    """A function to minimise, of t columns at once."""

    def __call__(self, w: Array, /) -> tuple[Array, Array]:
        """Value of shape (t,) and gradient of shape (d, t) at `w`."""
        ...


class Quadratic(Objective, Protocol):
    """An objective whose Hessian H does not depend on w."""

    def hessian_times(self, direction: Array) -> Array:
        """``H @ direction``, of shape (d, t)."""
        ...


@dataclass(frozen=True)
class QuadraticForm:
    """``½ wᵀGw − cᵀw`` for each column: a `Quadratic`.

    Parameters
    ----------
    G : ndarray of shape (d, d)
        Symmetric and positive semi-definite.
    c : ndarray of shape (d, t)
        Linear terms.
    """

    G: Array
    c: Array

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Value and gradient."""
        product = self.G @ w
        return (w * (product / 2 - self.c)).sum(0), product - self.c

    def hessian_times(self, direction: Array) -> Array:
        """``G @ direction``."""
        return np.asarray(self.G @ direction)


def begin(objective: Objective, w: Array) -> Descent:
    """The state at `w`, with nothing to carry along yet."""
    return Descent(w, *objective(w), memory=np.zeros_like(w))


def gradient_descent(objective: Objective, state: Descent, rate: float) -> Iterator[Descent]:
    """Step against the gradient by a fixed multiple of it.  eq. linear_regression:step"""
    while True:
        w = state.w - rate * state.gradient
        state = Descent(w, *objective(w), memory=state.memory)
        yield state


def steepest_descent(objective: Quadratic, state: Descent) -> Iterator[Descent]:
    """Step against the gradient to the lowest point on that line.  eq. linear_regression:line-search"""
    while True:
        g = state.gradient
        w = state.w - _ratio(dots(g, g), dots(g, objective.hessian_times(g))) * g
        state = Descent(w, *objective(w), memory=state.memory)
        yield state


def momentum(objective: Objective, state: Descent, rate: float, decay: float) -> Iterator[Descent]:
    """Polyak's heavy ball: keep a part of the last displacement.  eq. linear_regression:momentum"""
    while True:
        move = decay * state.memory - rate * state.gradient
        w = state.w + move
        state = Descent(w, *objective(w), memory=move)
        yield state


def nesterov(objective: Objective, state: Descent, rate: float, decay: float) -> Iterator[Descent]:
    """Nesterov's momentum: the gradient is taken where the momentum leads.  eq. linear_regression:nesterov"""
    while True:
        ahead = state.w + decay * state.memory
        move = decay * state.memory - rate * objective(ahead)[1]
        w = state.w + move
        state = Descent(w, *objective(w), memory=move)
        yield state


def conjugate_gradients(objective: Quadratic, state: Descent) -> Iterator[Descent]:
    """Search along directions that are conjugate: exact after as many steps as H has distinct eigenvalues.

    eq. linear_regression:cg
    """
    if not state.memory.any():
        state = replace(state, memory=-state.gradient)
    while True:
        g, p = state.gradient, state.memory
        w = state.w + _ratio(-dots(g, p), dots(p, objective.hessian_times(p))) * p
        value, gradient = objective(w)
        p = _ratio(dots(gradient, gradient), dots(g, g)) * p - gradient
        state = Descent(w, value, gradient, memory=p)
        yield state


def stochastic(
    objective: Objective, state: Descent, epoch: int, pass_over_batches: Callable[[Array, int], Array]
) -> Iterator[Descent]:
    """Pass over shuffled mini-batches, epoch after epoch; the state is taken after each pass.

    ``pass_over_batches(w, epoch)`` steps against the gradient of every batch in turn and returns where that leads.
    """
    while True:
        w = pass_over_batches(state.w, epoch)
        state = Descent(w, *objective(w), memory=state.memory)
        yield state
        epoch += 1


def dots(a: Array, b: Array) -> Array:
    """Scalar product of each column of `a` with the same column of `b`."""
    product: Array = np.einsum("ij,ij->j", a, b)
    return product


def _ratio(numerator: Array, denominator: Array) -> Array:
    """Quotient, and 0 where the denominator is 0: at the minimum there is no further step to take."""
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1), 0.0)
