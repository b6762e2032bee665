"""Exact solution of a small dual problem from an approximate one: Newton's method on the free variables.

Where it is known which variables are at their bounds, the others solve a linear system. Each round solves it, goes as
far as the bounds allow, and counts a variable that reaches its bound to the others; at the solution, the pair that
violates the optimality conditions most is set free by a step along it. The answer then depends on the problem, and not
on the steps that led to it: a row of weight two and the row twice, or rows in another order, have the same decision
function to rounding.
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.constants import EPS
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.problem import Dual, DualState, Solver
from groundup.projects.support_vector_machine.solvers.smo import step

SMALL = 200  # Rows up to which a solution is made exact: this takes a millisecond or two.
MOST_ROUNDS = 100  # Of linear systems and steps along pairs.
RIDGE = 1e-12  # Added to the diagonal of the system, relative to its largest entry: rows may be equal.
ROUNDING = 64 * EPS  # Violation that rounding explains, relative to the terms of a score.


def exact_if_small(solver: Solver) -> Solver:
    """Return a solver whose last state is exact for problems of few rows."""

    def solve(problem: Dual, tol: float, max_iter: int, start: DualState | None = None) -> Iterator[DualState]:
        for state in solver(problem, tol, max_iter, start):
            yield refined(problem, state) if state.converged and len(problem.kernel) <= SMALL else state

    return solve


def refined(problem: Dual, state: DualState) -> DualState:
    """Return a state whose violation is as small as rounding allows, or the best found in some rounds.

    Parameters
    ----------
    problem : Dual
        A problem of few rows.
    state : DualState
        An approximate solution.
    """
    table, diagonal = problem.kernel.whole(), problem.kernel.diagonal
    row = np.arange(len(table)) if problem.row is None else problem.row
    sums = np.stack([problem.sign > 0, problem.sign < 0] if problem.separate else [problem.sign != 0]).astype(float)
    best = state
    for _ in range(MOST_ROUNDS):
        free = np.flatnonzero((state.alpha > 0) & (state.alpha < problem.upper))
        blocked = False
        if len(free):
            state, blocked = newton_step(problem, table[row[free]][:, row], sums[:, free], free, state)
        if state.violation < best.violation:
            best = state
        size = np.abs(problem.coefficients(state.alpha)).sum() * np.abs(diagonal).max() + np.abs(problem.linear).max()
        if best.violation <= ROUNDING * size:
            break
        if not blocked:
            state = step(problem, table, diagonal[row], state, 0.0)
    return best


def newton_step(problem: Dual, rows: Array, sums: Array, free: Array, state: DualState) -> tuple[DualState, bool]:
    """Return the state after a Newton step of the free variables, and whether one of them reached its bound.

    The step d of ``s α`` solves ``K d + λ = −s g`` with ``Σ d = 0``, with a λ for each sum.

    Parameters
    ----------
    problem : Dual
        The problem.
    rows : ndarray of shape (f, m)
        Kernel values of the rows of the free variables with those of all variables.
    sums : ndarray of shape (1 or 2, f)
        Which of them belong to which sum.
    free : ndarray of int of shape (f,)
        Numbers of the free variables.
    state : DualState
        Where the step begins.
    """
    f = len(free)
    present = sums[sums.any(axis=1)]
    system = np.zeros((f + len(present), f + len(present)))
    system[:f, :f] = rows[:, free]
    system[np.arange(f), np.arange(f)] += RIDGE * max(float(np.abs(system).max()), np.finfo(float).tiny)
    system[f:, :f], system[:f, f:] = present, present.T
    s = problem.sign[free]
    right = np.zeros(len(system))
    right[:f] = -s * state.gradient[free]
    direction = np.linalg.solve(system, right)[:f]
    if right[:f] @ direction <= 0:  # a kernel that is not positive semi-definite may have no minimum here
        return state, False
    change = s * direction
    alpha, upper = state.alpha[free], problem.upper[free]
    with np.errstate(divide="ignore", over="ignore"):
        room = np.where(change > 0, (upper - alpha) / change, np.where(change < 0, -alpha / change, np.inf))
    length = min(1.0, float(room.min()))
    moved = state.alpha.copy()
    moved[free] = np.clip(alpha + length * change, 0.0, upper)
    reached = room <= length
    moved[free[reached]] = np.where(change > 0, upper, 0.0)[reached]
    gradient = state.gradient + problem.sign * (length * direction @ rows)
    value, violation = problem.objective(moved, gradient), problem.violation(moved, gradient)
    return DualState(moved, gradient, value, violation, (), state.iteration, state.converged), bool(reached.any())
