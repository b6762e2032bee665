"""Least angle regression: the piecewise linear path, knot by knot.

Between two knots, all active columns have the same correlation with the residual, alpha. It falls at the same rate for
all of them, until another column has the same correlation and joins them; or until a coefficient reaches zero, whose
column leaves if the path is to be the lasso's.

Source: Efron, Hastie, Johnstone and Tibshirani, Least angle regression, Annals of Statistics 32 (2004) 407-499.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from groundup.core.optimize.penalties import Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.quadratic import Problem

INDEPENDENT_SHARE = 1e-10  # A column joins only if this part of its square lies outside the span of the active ones.
NONE = -1  # Stands for no column.


@record
class LarsState:
    """A knot of the path.

    Parameters
    ----------
    iteration : int
        Number of knots before it.
    alpha : float
        Largest correlation of a column with the residual, divided by n.
    coef : ndarray of shape (d,)
        Slopes.
    active : ndarray of int
        Columns with changing slopes from here on, in the order in which they joined.
    excluded : ndarray of bool of shape (d,)
        Columns that depend on active ones and cannot join.
    dropped : int
        The column that leaves at this knot, or −1.
    converged : bool
        Whether the path ends here.
    """

    iteration: int
    alpha: float
    coef: Array
    active: Array
    excluded: Array
    dropped: int
    converged: bool


def lars(
    problem: Problem, target: int, penalty: Penalty, drops: bool, alpha_min: float, start: LarsState | None = None
) -> Iterator[LarsState]:
    """Yield the knots from the largest alpha down to `alpha_min`.

    At the largest alpha all slopes are zero.

    Parameters
    ----------
    problem : Problem
        The squared error.
    target : int
        Index of the target.
    penalty : Penalty
        Only whether slopes may be negative is used of it.
    drops : bool
        Whether a slope that reaches zero leaves (the lasso's path), or changes its sign.
    alpha_min : float
        Alpha at which the path ends.
    start : LarsState, optional
        An earlier knot to resume from.
    """
    state = start or _first(problem, target, penalty, alpha_min)
    if start is None:
        yield state
    while not state.converged:
        state = _next(problem, target, penalty, drops, alpha_min, state)
        yield state


def _first(problem: Problem, target: int, penalty: Penalty, alpha_min: float) -> LarsState:
    c = problem.c[:, target]
    size = penalty.slope_size(c)
    alpha = float(size.max())  # eq. regularized_regression:alpha-max
    empty = alpha <= max(alpha_min, np.finfo(float).eps * float(np.sqrt(problem.square[target])))
    active = np.array([] if empty else [size.argmax()], dtype=int)
    return LarsState(0, alpha, np.zeros(len(c)), active, np.zeros(len(c), bool), NONE, converged=empty)


def _next(
    problem: Problem, target: int, penalty: Penalty, drops: bool, alpha_min: float, state: LarsState
) -> LarsState:
    """Step to the next knot, where one column joins or leaves."""
    slope = problem.slope(state.coef[:, None], target)[0][:, 0]
    direction, change = equiangular(problem, target, state.active, np.sign(slope[state.active]))
    drop, leaver = first_to_drop(state, direction) if drops else (np.inf, NONE)
    end = min(drop, state.alpha - alpha_min)
    excluded = state.excluded.copy()
    while (found := first_to_join(penalty, slope, change, state, excluded))[0] < end:
        if not depends(problem, state.active, found[1]):
            break
        excluded[found[1]] = True
    step = min(found[0], end)
    coef = state.coef + step * direction
    knot = replace(
        state, iteration=state.iteration + 1, alpha=state.alpha - step, coef=coef, excluded=excluded, dropped=NONE
    )
    if found[0] < end:
        return replace(knot, active=np.append(state.active, found[1]))
    if drop < state.alpha - alpha_min:
        coef[leaver] = 0.0
        active = state.active[state.active != leaver]
        return replace(knot, active=active, dropped=leaver, converged=not len(active))
    return replace(knot, alpha=alpha_min, converged=True)


def equiangular(problem: Problem, target: int, active: Array, sign: Array) -> tuple[Array, Array]:
    """Return the equiangular direction, and the fall of all correlations.

    Along it, the active correlations fall at unit rate.

    eq. regularized_regression:equiangular
    """
    direction = np.zeros(len(problem.c))
    direction[active] = np.linalg.solve(problem.gram(active, keep=True), sign)
    change = problem.c[:, target] - problem.slope(direction[:, None], target)[0][:, 0]
    return direction, change


def first_to_join(
    penalty: Penalty, slope: Array, change: Array, state: LarsState, excluded: Array
) -> tuple[float, int]:
    """Return the step after which an inactive column joins, and that column.

    Its correlation then equals that of the active columns.

    eq. regularized_regression:lars-step
    """
    inactive = ~excluded
    inactive[state.active] = False
    best, joiner = np.inf, NONE
    for sign in (1.0,) if penalty.positive else (1.0, -1.0):
        closing = 1 - sign * change
        able = inactive & (closing > 0)
        if state.dropped != NONE and sign * slope[state.dropped] > 0:
            able[state.dropped] = False  # it has just left this bound and can only reach the other one
        steps = np.where(able, (state.alpha - sign * slope) / np.where(able, closing, 1), np.inf)
        j = int(steps.argmin())
        if steps[j] < best:
            best, joiner = max(0.0, float(steps[j])), j
    return best, joiner


def first_to_drop(state: LarsState, direction: Array) -> tuple[float, int]:
    """Return the step after which an active slope is zero, and its column."""
    falling = state.coef * direction < 0
    if not falling.any():
        return np.inf, NONE
    steps = np.where(falling, -state.coef / np.where(falling, direction, 1), np.inf)
    return float(steps.min()), int(steps.argmin())


def depends(problem: Problem, active: Array, column: int) -> bool:
    """Return whether a column is a linear combination of the active ones."""
    G = problem.gram(np.append(active, column), keep=True)
    inside = G[-1, :-1] @ np.linalg.solve(G[:-1, :-1], G[:-1, -1])
    return bool(G[-1, -1] - inside <= INDEPENDENT_SHARE * G[-1, -1])
