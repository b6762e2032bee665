"""Proximal gradient descent on ``objective(w) + penalty(w)``.

Each method yields the iterates after a given one, without end.

Sources: Daubechies, Defrise and De Mol (2004) for ISTA; Beck and Teboulle (2009) for FISTA; O'Donoghue and Candès
(2015) for its restarts.
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.optimize.objective import Iterate, NonSmooth, Objective


def ista(objective: Objective, penalty: NonSmooth, iterate: Iterate, rate: float) -> Iterator[Iterate]:
    """Step against the gradient, then apply the proximal operator.

    It converges for step sizes below 2/L, at best as 1/k.

    eq. regularized_regression:ista
    """
    while True:
        w = penalty.prox(iterate.w - rate * iterate.gradient, rate)
        iterate = Iterate(w, *objective(w))
        yield iterate


def fista(objective: Objective, penalty: NonSmooth, iterate: Iterate, rate: float) -> Iterator[Iterate]:
    """Take the same step from an extrapolated point.

    It converges for step sizes up to 1/L, as 1/k².

    The memory is ``(ahead, t)``: the extrapolated point, and Beck and Teboulle's number t, from which the momentum
    follows. Momentum that points uphill is dropped, so that convergence is linear where the minimum is sharp.

    eq. regularized_regression:fista
    """
    while True:
        ahead, t = (iterate.w, 1.0) if iterate.memory is None else iterate.memory
        gradient = iterate.gradient if iterate.memory is None else objective(ahead)[1]
        w = penalty.prox(ahead - rate * gradient, rate)
        displacement = w - iterate.w
        memory = None
        if float(np.vdot(ahead - w, displacement)) <= 0:
            t_next = float((1 + np.sqrt(1 + 4 * t**2)) / 2)
            memory = w + (t - 1) / t_next * displacement, t_next
        iterate = Iterate(w, *objective(w), memory=memory)
        yield iterate
