"""Least angle regression: the path of solutions for all alphas, which is piecewise linear, corner by corner.

Along a piece, all active columns have the same correlation with the residual, alpha. It falls at the same rate for all
of them, until another column's correlation is as large, which then joins; or until a coefficient reaches zero, which,
for the path to be the lasso's, then leaves.

Source: Efron, Hastie, Johnstone and Tibshirani, Least angle regression, Annals of Statistics 32 (2004) 407-499.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from groundup.core.optimize.penalties import Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.quadratic import Problem

DEPENDENT = 1e-10  # part of a column's square that must lie outside the span of the active ones for it to join
NONE = -1


@record
class LarsState:
    """A corner of the path.

    Parameters
    ----------
    iteration : int
        Corners before it.
    alpha : float
        Largest correlation of a column with the residual, divided by n.
    coef : ndarray of shape (d,)
        Slopes.
    active : ndarray of int
        Columns that move from here on, in the order in which they joined.
    excluded : ndarray of bool of shape (d,)
        Columns that depend on active ones and cannot join.
    dropped : int
        The column that has left here, or −1.
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
    """Corners from the largest alpha, at which all slopes are zero, down to `alpha_min`.

    Parameters
    ----------
    problem : Problem
        The squared error.
    target : int
        Which one.
    penalty : Penalty
        Tells whether slopes may be negative; its weights are not used.
    drops : bool
        Whether a slope that reaches zero leaves (the lasso's path), or goes on and changes its sign.
    alpha_min : float
        Where to stop.
    start : LarsState, optional
        An earlier corner.
    """
    state = start or _beginning(problem, target, penalty, alpha_min)
    if start is None:
        yield state
    while not state.converged:
        state = _next(problem, target, penalty, drops, alpha_min, state)
        yield state


def _beginning(problem: Problem, target: int, penalty: Penalty, alpha_min: float) -> LarsState:
    c = problem.c[:, target]
    strength = penalty.pull(c)
    alpha = float(strength.max())  # eq. regularized_regression:alpha-max
    nothing = alpha <= max(alpha_min, np.finfo(float).eps * float(np.sqrt(problem.square[target])))
    active = np.array([] if nothing else [strength.argmax()], dtype=int)
    return LarsState(0, alpha, np.zeros(len(c)), active, np.zeros(len(c), bool), NONE, converged=nothing)


def _next(
    problem: Problem, target: int, penalty: Penalty, drops: bool, alpha_min: float, state: LarsState
) -> LarsState:
    """Go along the common direction to the next corner; then one column joins or leaves."""
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
    corner = replace(
        state, iteration=state.iteration + 1, alpha=state.alpha - step, coef=coef, excluded=excluded, dropped=NONE
    )
    if found[0] < end:
        return replace(corner, active=np.append(state.active, found[1]))
    if drop < state.alpha - alpha_min:
        coef[leaver] = 0.0
        active = state.active[state.active != leaver]
        return replace(corner, active=active, dropped=leaver, converged=not len(active))
    return replace(corner, alpha=alpha_min, converged=True)


def equiangular(problem: Problem, target: int, active: Array, sign: Array) -> tuple[Array, Array]:
    """The direction along which all active correlations fall by one per unit, and how all correlations fall.

    eq. regularized_regression:equiangular
    """
    direction = np.zeros(len(problem.c))
    direction[active] = np.linalg.solve(problem.gram(active, keep=True), sign)
    change = problem.c[:, target] - problem.slope(direction[:, None], target)[0][:, 0]
    return direction, change


def first_to_join(
    penalty: Penalty, slope: Array, change: Array, state: LarsState, excluded: Array
) -> tuple[float, int]:
    """After which step the correlation of an inactive column is as large as the active ones', and which.

    eq. regularized_regression:lars-step
    """
    waiting = ~excluded
    waiting[state.active] = False
    best, newcomer = np.inf, NONE
    for sign in (1.0,) if penalty.positive else (1.0, -1.0):
        closing = 1 - sign * change
        able = waiting & (closing > 0)
        if state.dropped != NONE and sign * slope[state.dropped] > 0:
            able[state.dropped] = False  # it has just left this bound, and can only reach the other one
        steps = np.where(able, (state.alpha - sign * slope) / np.where(able, closing, 1), np.inf)
        j = int(steps.argmin())
        if steps[j] < best:
            best, newcomer = max(0.0, float(steps[j])), j
    return best, newcomer


def first_to_drop(state: LarsState, direction: Array) -> tuple[float, int]:
    """After which step an active slope is zero, and which."""
    falling = state.coef * direction < 0
    if not falling.any():
        return np.inf, NONE
    steps = np.where(falling, -state.coef / np.where(falling, direction, 1), np.inf)
    return float(steps.min()), int(steps.argmin())


def depends(problem: Problem, active: Array, column: int) -> bool:
    """Whether a column is, but for rounding, a combination of the active ones."""
    G = problem.gram(np.append(active, column), keep=True)
    inside = G[-1, :-1] @ np.linalg.solve(G[:-1, :-1], G[:-1, -1])
    return bool(G[-1, -1] - inside <= DEPENDENT * G[-1, -1])
