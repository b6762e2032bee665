"""Newton's method, L-BFGS, and their line search.

Each yields the iterates after a given one, without end.

The memory of an iterate is ``(steps, gradient_changes)``: the last changes of the parameters and of the gradient, of
shape (d, t), in two tuples of at most `PAIRS`; Newton's method keeps only its last step.

Sources: Armijo (1966) and Lewis and Overton (2013) for the line search; Nocedal (1980) for L-BFGS.
"""

from collections.abc import Callable, Iterator
from math import inf

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.conjugate_gradients import Preconditioner
from groundup.core.optimize.objective import Iterate, Objective
from groundup.core.types import Array

PAIRS = 12  # L-BFGS keeps this many pairs of a step and a change of the gradient.
LINE_SEARCH_TRIALS = 80  # Far from the minimum, whole Newton steps can be 1e20 times too long, which takes 70 halvings.

Solve = Callable[[Array, Array], Array]  # (w, gradient) -> Hessian⁻¹ gradient


def initial(objective: Objective, w: Array) -> Iterate:
    """Return the first iterate, without memory."""
    value, gradient = objective(w)
    return Iterate(w, value, gradient, memory=((), ()), decrease=inf)


def newton(objective: Objective, iterate: Iterate, solve: Solve) -> Iterator[Iterate]:
    """Step to the minimum of the second-order Taylor expansion, or part of the way.

    eq. logistic_regression:newton
    """
    while True:
        direction = -solve(iterate.w, iterate.gradient)
        decrease = -float(np.vdot(iterate.gradient, direction)) / 2  # half of the squared Newton decrement
        step, w, value, gradient = line_search(objective, iterate, direction)
        memory = (w - iterate.w,), iterate.memory[1]
        iterate = Iterate(w, value, gradient, memory, decrease, step)
        yield iterate


def lbfgs(objective: Objective, iterate: Iterate, preconditioner: Preconditioner | None = None) -> Iterator[Iterate]:
    """Newton's step with an inverse Hessian estimated from the last steps.

    The estimate starts from the preconditioner.
    """
    while True:
        steps, changes = iterate.memory
        direction = -_two_loops(iterate, preconditioner)
        if not len(steps) and preconditioner is None:
            direction /= max(1.0, float(np.linalg.norm(iterate.gradient)))  # the scale is still unknown
        decrease = -float(np.vdot(iterate.gradient, direction)) / 2
        step, w, value, gradient = line_search(objective, iterate, direction)
        last_step, last_change = w - iterate.w, gradient - iterate.gradient
        if np.vdot(last_step, last_change) > EPS * np.vdot(last_change, last_change) > 0:  # else the pair is rounding
            steps = (*steps, last_step)[-PAIRS:]
            changes = (*changes, last_change)[-PAIRS:]
        iterate = Iterate(w, value, gradient, (steps, changes), decrease, step, iterate.rounding)
        yield iterate


def quasi_then_truncated(
    objective: Objective, iterate: Iterate, preconditioner: Preconditioner, solve: Solve
) -> Iterator[Iterate]:
    """Step by L-BFGS while its memory fills, and by Newton's method with `solve` after that.

    A well-conditioned problem ends in the first part, which needs only gradients. In the second one the condition
    matters to the products with the Hessian, which are cheaper than gradients.
    """
    while True:
        quasi = len(iterate.memory[1]) < PAIRS
        method = lbfgs(objective, iterate, preconditioner) if quasi else newton(objective, iterate, solve)
        iterate = next(method)
        yield iterate


def _two_loops(iterate: Iterate, preconditioner: Preconditioner | None) -> Array:
    """Product of the estimated inverse Hessian with the gradient.  eq. logistic_regression:lbfgs"""
    q = iterate.gradient.copy()
    pairs = [(step, change, np.vdot(step, change)) for step, change in zip(*iterate.memory, strict=True)]
    factors = []
    for step, change, power in reversed(pairs):
        a = np.vdot(step, q) / power
        q -= a * change
        factors.append(a)
    r = q if preconditioner is None else preconditioner(q)
    if pairs:  # the last pair tells the scale
        _, change, power = pairs[-1]
        image = change if preconditioner is None else preconditioner(change)
        r = r * (power / np.vdot(change, image))
    for (step, change, power), a in zip(pairs, reversed(factors), strict=True):
        r += (a - np.vdot(change, r) / power) * step
    return np.asarray(r)


def line_search(objective: Objective, iterate: Iterate, direction: Array) -> tuple[float, Array, Array, Array]:
    """Bisect for a step that lowers the objective enough and flattens its slope.

    eq. logistic_regression:line-search

    Returns
    -------
    step, w, value, gradient
        The multiple of `direction`, and the new point; 0 and the old point if no step lowers the objective.
    """
    slope = float(np.vdot(iterate.gradient, direction))
    if slope >= 0:
        return 0.0, iterate.w, iterate.value, iterate.gradient
    noise = 4 * iterate.rounding * abs(iterate.value)  # rounding error of the sum of the losses
    low, high, step = 0.0, np.inf, 1.0
    for _ in range(LINE_SEARCH_TRIALS):
        w = iterate.w + step * direction
        value, gradient = objective(w)
        if not value <= iterate.value + 1e-4 * step * slope + noise:
            high = step
        elif np.vdot(gradient, direction) < 0.9 * slope:
            low = step
        else:
            return step, w, value, gradient
        step = (low + high) / 2 if high < np.inf else 2 * low
    return 0.0, iterate.w, iterate.value, iterate.gradient
