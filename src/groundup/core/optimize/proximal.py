"""Proximal gradient descent on ``objective(w) + penalty(w)``: endless iterators of states, like those of `optimize`.

Sources: Daubechies, Defrise and De Mol (2004) for ISTA; Beck and Teboulle (2009) for FISTA; O'Donoghue and Candès
(2015) for its restarts.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from groundup.core.optimize.descent import Objective
from groundup.core.storage import record
from groundup.core.types import Array


class Proximable(Protocol):
    """A penalty, as these methods see it."""

    def value(self, w: Array) -> Array:
        """Value at `w`."""
        ...

    def prox(self, v: Array, step: float) -> Array:
        """Minimiser of ``‖w − v‖² / (2 step) + value(w)``."""
        ...


@record
class Proximal:
    """A point on the way down.

    Parameters
    ----------
    w : ndarray of shape (d, t)
        Where we are.
    value : float
        Objective and penalty there, over all columns.
    gradient : ndarray of shape (d, t)
        Gradient of the smooth objective there.
    ahead : ndarray of shape (d, t)
        Where the momentum leads: FISTA takes its next gradient there.
    momentum : float
        Beck and Teboulle's number t, from which the momentum follows; 1 is none.
    """

    w: Array
    value: float
    gradient: Array
    ahead: Array
    momentum: float = 1.0


def begin(objective: Objective, penalty: Proximable, w: Array) -> Proximal:
    """The state at `w`, at rest."""
    return _state(objective, penalty, w, ahead=w, momentum=1.0)


def ista(objective: Objective, penalty: Proximable, state: Proximal, rate: float) -> Iterator[Proximal]:
    """Step against the gradient, then let the penalty pull: converges for rates below 2/L, at best as 1/k.

    eq. regularized_regression:ista
    """
    while True:
        w = penalty.prox(state.w - rate * state.gradient, rate)
        state = _state(objective, penalty, w, ahead=w, momentum=1.0)
        yield state


def fista(objective: Objective, penalty: Proximable, state: Proximal, rate: float) -> Iterator[Proximal]:
    """The same step from where a growing momentum leads: converges for rates up to 1/L, as 1/k².

    Momentum that points uphill is dropped, so that convergence is linear where the minimum is sharp.

    eq. regularized_regression:fista
    """
    while True:
        gradient = state.gradient if state.ahead is state.w else objective(state.ahead)[1]
        w = penalty.prox(state.ahead - rate * gradient, rate)
        move = w - state.w
        uphill = float(np.vdot(state.ahead - w, move)) > 0
        t = 1.0 if uphill else (1 + np.sqrt(1 + 4 * state.momentum**2)) / 2
        ahead = w if uphill else w + (state.momentum - 1) / t * move
        state = _state(objective, penalty, w, ahead, float(t))
        yield state


def _state(objective: Objective, penalty: Proximable, w: Array, ahead: Array, momentum: float) -> Proximal:
    value, gradient = objective(w)
    return Proximal(w, float(np.sum(value) + np.sum(penalty.value(w))), gradient, ahead, momentum)
