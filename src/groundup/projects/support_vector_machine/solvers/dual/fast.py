"""Decomposition: a few thousand variables at a time, moved by pairs on a table of their kernel values.

The pairs of a small problem cost little: its table stays in the cache, and single precision halves every vector. Only
then the gradient of all variables follows, in double precision, from the kernel values of those that moved: a matrix
product a state, no kernel value is kept from one to the next.

Sources: T. Joachims, Making large-scale support vector machine learning practical, in Advances in Kernel Methods
(1999); R.-E. Fan, P.-H. Chen and C.-J. Lin, Working set selection using second order information for training support
vector machines, JMLR 6 (2005).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from groundup.projects.support_vector_machine.solvers.dual.face import newton
from groundup.projects.support_vector_machine.solvers.dual.interior import interior
from groundup.projects.support_vector_machine.solvers.dual.low_rank import low_rank
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState
from groundup.projects.support_vector_machine.solvers.dual.small import OFTEN, Small
from groundup.projects.support_vector_machine.solvers.dual.working_set import SIZE, working_set

SINGLE_EPS = float(np.finfo(np.float32).eps)
SHARE = 0.05  # Of the violation, which the small problem may leave.
SQUARE = 400  # f² / SQUARE pairs take about as long as Newton's step on f variables.
CLOSE = 1e-4  # Error of kernel values that a state corrects by the next.
BEFORE_LEAP = 1  # Pairs a variable, after which a table of low rank has the interior-point method.
LONG = 4  # Pairs of a small problem, a variable; then its rounding errors leave by the exact gradient.
MARGIN = 0.8  # Of the tolerance: the other variables may add to what a small problem leaves.


def fast(problem: Dual, tol: float, max_iter: int, start: DualState | None = None) -> Iterator[DualState]:
    """Yield a state for each small problem, until the violation of the optimality conditions is at most `tol`.

    `iteration` counts pairs. Where rounding leaves no descent, the last state yielded has not converged.

    Parameters
    ----------
    problem : Dual
        The problem.
    tol : float
        Largest violation of the optimality conditions of the answer.
    max_iter : int
        Largest number of pairs; −1 for no limit.
    start : DualState, optional
        A state yielded earlier, to go on from.
    """
    state = start or problem.first(tol)
    if start is None and (state.converged or max_iter == 0):
        yield state
    patience = BEFORE_LEAP * len(state.alpha)
    if start and tol < state.violation <= problem.rounding(state.alpha):
        return  # the scores are sums of terms so large that they cannot come closer
    while not state.converged and (max_iter < 0 or state.iteration < max_iter):
        begin, following = state.iteration, None
        if begin == 0 and problem.kernel.kernel.name == "linear":
            following = leap(problem, state, tol)
        following = following or step(problem, state, tol, max_iter - begin)
        if following is None:
            return
        if begin < patience <= following.iteration and not following.converged:
            following = leap(problem, following, tol) or following
        state = following
        yield state
        if tol < state.violation <= problem.rounding(state.alpha):
            return


def leap(problem: Dual, state: DualState, tol: float) -> DualState | None:
    """Return the state near the minimum that the interior-point method finds; None if the table has no low rank."""
    V = low_rank(problem.kernel)
    if V is None:
        return None
    alpha = interior(problem, V if problem.row is None else V[problem.row])
    gradient = problem.gradient(alpha)
    value, violation = problem.objective(alpha, gradient), problem.violation(alpha, gradient)
    if value >= state.objective:
        return None
    return DualState(alpha, gradient, value, violation, (), state.iteration + 1, violation <= tol)


def step(problem: Dual, state: DualState, tol: float, pairs: int) -> DualState | None:
    """Return the state after a small problem; None if rounding leaves no descent."""
    chosen = working_set(problem, state, tol)
    index = np.concatenate(chosen)
    whole = len(index) == len(state.alpha)
    goal = MARGIN * tol if whole else max(MARGIN * tol, SHARE * state.violation)
    rows = index if problem.row is None else problem.row[index]
    diagonal = problem.kernel.diagonal[rows]
    noise = SINGLE_EPS * float(np.linalg.norm(state.alpha[index] * diagonal) + np.abs(state.gradient[index]).max())
    iteration, change, slope = state.iteration, np.zeros_like(state.alpha), 0.0
    dtype: type[np.floating[Any]] = np.float64
    for dtype in (np.float32, np.float64) if noise < goal / 8 else (np.float64,):
        table = problem.kernel.block(rows, rows, dtype)
        if dtype == np.float32 and not np.allclose(np.diagonal(table), diagonal, CLOSE, 0.0):
            continue  # too large for single precision, or too far from one another
        small = Small.of(problem, state, chosen, table)
        iteration += solve(small, goal, pairs if pairs > 0 else LONG * max(len(index), SIZE))
        alpha = state.alpha.copy()
        alpha[index] = problem.sign[index] * np.array(small.beta)
        change = alpha - state.alpha
        slope = float(state.gradient @ change)
        if slope < 0:
            break
    if whole or SINGLE_EPS * np.linalg.norm(change[index] * diagonal) > tol / 32:
        dtype = np.float64
    product = problem.product(change, dtype)
    curvature = float(change @ product)
    if slope < 0 <= 2 * slope + curvature:  # too far in single precision: to the minimum along the change
        length = -slope / curvature
        alpha, product = state.alpha + length * change, length * product
    gradient = state.gradient + product
    violation = problem.violation(alpha, gradient)
    if violation <= tol and not (dtype == np.float64 and state.iteration == 0):
        gradient = problem.gradient(alpha)  # some terms were in single precision
        violation = problem.violation(alpha, gradient)
    if slope >= 0 and violation >= state.violation:
        return None
    value = problem.objective(alpha, gradient)
    return DualState(alpha, gradient, value, violation, (), iteration, violation <= tol)


def solve(small: Small, tol: float, most: int) -> int:
    """Solve a small problem by pairs and, where these take long, by Newton's steps; return the number of pairs.

    A Newton step is tried after as many pairs as take the time of its systems, so that it costs at most as much again
    where it does not help.
    """
    done, since, size = 0, 0, len(small.beta)
    spell = size
    while done < most:
        moved = small.descend(tol, min(spell, most - done))
        done, since = done + moved, since + moved
        if moved < spell:
            break
        if since >= small.free() ** 2 / SQUARE:
            spell, since = (max(OFTEN, size // 10) if newton(small) else 2 * spell), 0
    return done
