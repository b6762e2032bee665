"""Exact solution of small dual problems: Newton's method on the free variables, and steps along pairs in between.

Where it is known which variables are at their bounds, the others solve a linear system. A Newton step solves it, and
goes as far as the bounds allow, which takes one more variable to its bound; steps along pairs set variables free. The
answer is exact to rounding, so that it depends on the problem and not on the steps that led to it: a row of weight two
and the row twice, or rows in another order, have the same decision function. Steps along pairs alone take thousands of
steps where C is large, and for linear kernels.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState
from groundup.projects.support_vector_machine.solvers.dual.smo import step

SMALL = 200  # Rows up to which this is the fastest solver.
BURST = 5  # Every fifth step solves for the free variables; the others are steps along pairs.
RIDGE = 1e-12  # Added to the diagonal of the system, relative to its largest entry: rows may be equal.
PATIENCE = 20  # Steps for each variable after which `tol` suffices: rounding may be larger than it was taken for.


def free_set(problem: Dual, tol: float, max_iter: int, start: DualState | None = None) -> Iterator[DualState]:
    """Yield a state for each step, until the violation is as small as rounding allows.

    Parameters
    ----------
    problem : Dual
        A problem of few rows.
    tol : float
        Largest violation of the optimality conditions of the answer, if rounding does not allow a smaller one.
    max_iter : int
        Largest number of steps; −1 for no limit.
    start : DualState, optional
        A state yielded earlier, to go on from.
    """
    state = start or problem.first(0.0)
    if start is None and (state.converged or max_iter == 0):
        yield state
    table, diagonal = problem.kernel.whole(), problem.kernel.diagonal
    row = np.arange(len(table)) if problem.row is None else problem.row
    sums = np.stack([problem.sign > 0, problem.sign < 0] if problem.separate else [problem.sign != 0]).astype(float)
    patience = PATIENCE * len(row)
    while not state.converged and (max_iter < 0 or state.iteration < max_iter):
        number = state.iteration + 1
        if number % BURST:
            state = step(problem, table, diagonal[row], state, 0.0)
        else:
            state = solved_for_free(problem, table, row, sums, state)
        limit = problem.rounding(state.alpha) if number < patience else tol
        state = replace(state, iteration=number, converged=bool(state.violation <= limit))
        yield state


def solved_for_free(problem: Dual, table: Array, row: Array, sums: Array, state: DualState) -> DualState:
    """Return the state after Newton steps, each of which frees one variable less, until no bound is in the way.

    A single Newton step, which a bound makes short, may take ten times as many states.
    """
    for _ in range(len(row)):
        following = newton_step(problem, table, row, sums, state)
        fewer = free_variables(problem, following) < free_variables(problem, state)
        state = following
        if not fewer:
            break
    return state


def free_variables(problem: Dual, state: DualState) -> int:
    """Return the number of variables strictly between their bounds."""
    return int(np.count_nonzero((state.alpha > 0) & (state.alpha < problem.upper)))


def newton_step(problem: Dual, table: Array, row: Array, sums: Array, state: DualState) -> DualState:
    """Return the state after a Newton step of the free variables.

    The step d of ``s α`` solves ``K d + λ = −s g`` with ``Σ d = 0``, with a λ for each sum.
    eq. support_vector_machine:newton

    Parameters
    ----------
    problem : Dual
        The problem.
    table : ndarray of shape (n, n)
        The kernel values.
    row : ndarray of int of shape (m,)
        Row of each variable.
    sums : ndarray of shape (1 or 2, m)
        Which variables belong to which sum.
    state : DualState
        Where the step begins.
    """
    free = np.flatnonzero((state.alpha > 0) & (state.alpha < problem.upper))
    f, present = len(free), sums[:, free][sums[:, free].any(axis=1)]
    if not f:
        return state
    system = np.zeros((f + len(present), f + len(present)))
    system[:f, :f] = table[np.ix_(row[free], row[free])]
    system[np.arange(f), np.arange(f)] += RIDGE * max(float(np.abs(system).max()), np.finfo(float).tiny)
    system[f:, :f], system[:f, f:] = present, present.T
    s = problem.sign[free]
    right = np.zeros(len(system))
    right[:f] = -s * state.gradient[free]
    direction = np.linalg.solve(system, right)[:f]
    if right[:f] @ direction <= 0:  # a kernel that is not positive semi-definite may have no minimum here
        return state
    change, alpha, upper = s * direction, state.alpha[free], problem.upper[free]
    bound = np.where(change > 0, upper, 0.0)
    room = np.divide(bound - alpha, change, out=np.full(f, np.inf), where=np.abs(change) > np.finfo(float).tiny)
    length = min(1.0, float(room.min()))
    moved = state.alpha.copy()
    moved[free] = np.where(room <= length, bound, np.clip(alpha + length * change, 0.0, upper))
    gradient = state.gradient + problem.sign * (length * direction @ table[row[free]])[row]
    value, violation = problem.objective(moved, gradient), problem.violation(moved, gradient)
    return replace(state, alpha=moved, gradient=gradient, objective=value, violation=violation, pair=())
