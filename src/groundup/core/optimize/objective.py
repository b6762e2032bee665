"""Objectives, iterates, and the loop that drives every iterative method.

A method turns an iterate into the endless iterator of those that follow; each iterate holds all that the next one
needs, so that a method can resume from any of them. `drive` starts or resumes a method, counts its iterations, raises
an error when it diverges, and stops it.

Parameters have shape (d, t): t independent problems in columns (one for each target), each with its own step where a
method computes one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import nan
from typing import Any, Protocol, TypeVar

import numpy as np

from groundup.core.constants import EPS
from groundup.core.storage import record
from groundup.core.types import Array


class Objective(Protocol):
    """A smooth function to minimise."""

    def __call__(self, w: Array, /) -> tuple[Array, Array]:
        """Return the value, of shape (t,) or (), and the gradient at `w`."""
        ...


class Quadratic(Objective, Protocol):
    """An objective whose Hessian H does not depend on w."""

    def hessian_times(self, direction: Array) -> Array:
        """Return ``H @ direction``, of shape (d, t)."""
        ...


class NonSmooth(Protocol):
    """A penalty that need not be differentiable but has a proximal operator."""

    def value(self, w: Array) -> Array:
        """Return the penalty at `w`."""
        ...

    def prox(self, v: Array, step: Any) -> Array:
        """Return the minimiser of ``‖w − v‖² / (2 step) + value(w)``."""
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
        """Return value and gradient."""
        product = self.G @ w
        return (w * (product / 2 - self.c)).sum(0), product - self.c

    def hessian_times(self, direction: Array) -> Array:
        """Return ``G @ direction``."""
        return np.asarray(self.G @ direction)


@record
class Iterate:
    """An iterate of any method.

    Parameters
    ----------
    w : ndarray
        Parameters.
    value : ndarray of shape (t,) or ()
        Smooth objective at `w`.
    gradient : ndarray
        Its gradient at `w`.
    memory : object
        What the method needs besides: the last displacement, the pairs of L-BFGS, seed and epoch of stochastic steps;
        None before the first step, and for methods that need nothing.
    decrease : float
        Decrease of the objective that the method predicts; NaN from a method that predicts none, infinite before the
        first prediction.
    step : float
        Multiple of the last direction that was taken; 0 once no step lowers the objective any more.
    rounding : float
        Relative rounding error of value and gradient.
    """

    w: Array
    value: Array
    gradient: Array
    memory: Any = None
    decrease: float = nan
    step: float = 1.0
    rounding: float = EPS


def initial(objective: Objective, w: Array, memory: Any = None) -> Iterate:
    """Return the first iterate of a method that predicts no decrease."""
    value, gradient = objective(w)
    return Iterate(w, value, gradient, memory)


@dataclass(frozen=True)
class Method:
    """An iterative method, bound to its objective.

    Parameters
    ----------
    first : callable
        ``first()`` returns the iterate to begin with.
    following : callable
        ``following(iterate)`` yields the iterates after a given one, without end.
    metric : callable or None
        Approximate inverse Hessian, of a method that has one.
    """

    first: Callable[[], Iterate]
    following: Callable[[Iterate], Iterator[Iterate]]
    metric: Callable[[Array], Array] | None = None


class DrivenState(Protocol):
    """A state that a method can resume from."""

    @property
    def iteration(self) -> int:
        """Number of steps so far."""
        ...

    @property
    def converged(self) -> bool:
        """Whether the stopping rule is met."""
        ...

    @property
    def iterate(self) -> Any:
        """The `Iterate` of this state."""
        ...


S = TypeVar("S", bound=DrivenState)


def drive(
    method: Method,
    judge: Callable[[int, Iterate], S],
    max_iter: int,
    start: S | None = None,
    diverged: Callable[[int], str] = "the iterates diverged at iteration {}".format,
) -> Iterator[S]:
    """Yield the states of a method until it has converged.

    It also ends when no step helps any more, and after `max_iter` steps.

    Parameters
    ----------
    method : Method
        Where to begin, and how to continue.
    judge : callable
        ``judge(iteration, iterate)`` returns the state, which says whether the stopping rule is met.
    max_iter : int
        Largest number of steps, those before `start` included.
    start : state, optional
        An earlier state to resume from; it is not yielded again.
    diverged : callable
        ``diverged(iteration)`` returns the message of the error for a value that is not finite.

    Raises
    ------
    FloatingPointError
        When the iterates grow without bound.
    """
    if start is None:
        yield (start := judge(0, method.first()))
    state, iterates = start, method.following(start.iterate)
    while not state.converged and state.iterate.step > 0 and state.iteration < max_iter:
        iteration, iterate = state.iteration + 1, next(iterates)
        if not np.isfinite(iterate.value).all():
            raise FloatingPointError(diverged(iteration))
        yield (state := judge(iteration, iterate))
