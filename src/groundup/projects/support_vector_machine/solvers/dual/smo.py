"""Sequential minimal optimisation: one pair of variables a step, chosen by what it gains.

Sources: J. C. Platt, Fast training of support vector machines, in Advances in Kernel Methods (1999); R.-E. Fan,
P.-H. Chen and C.-J. Lin, Working set selection using second order information for training support vector machines,
JMLR 6 (2005).
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.kernel_rows import RowCache
from groundup.projects.support_vector_machine.solvers.dual.problem import FLAT, Dual, DualState


def smo(problem: Dual, tol: float, max_iter: int, start: DualState | None = None) -> Iterator[DualState]:
    """Yield a state for each pair, until the violation of the optimality conditions is at most `tol`.

    A step needs two rows of the kernel table, which are computed when they are needed; those used last are kept as far
    as the memory for kernel values goes. LIBSVM also shrinks its problem: it leaves out variables that have been at the
    same bound for long, and computes their gradients again at the end. This saves it most of a step's time; here a
    step is a few operations on whole vectors, and all of them take part.

    Parameters
    ----------
    problem : Dual
        The problem.
    tol : float
        Largest violation of the optimality conditions of the answer.
    max_iter : int
        Largest number of steps; −1 for no limit.
    start : DualState, optional
        A state yielded earlier, to go on from.
    """
    state = start or problem.first(tol)
    if start is None and (state.converged or max_iter == 0):
        yield state
    rows, diagonal = RowCache(problem.kernel), problem.kernel.diagonal
    if problem.row is not None:
        diagonal = diagonal[problem.row]
    while not state.converged and (max_iter < 0 or state.iteration < max_iter):
        state = step(problem, rows, diagonal, state, tol)
        yield state


def step(problem: Dual, rows: RowCache | Array, diagonal: Array, state: DualState, tol: float) -> DualState:
    """Return the state after the best step along the pair that gains most."""
    i, j, difference, curvature = choose_pair(problem, rows, diagonal, state)
    s, alpha = problem.sign, state.alpha.copy()
    room_i = problem.upper[i] - alpha[i] if s[i] > 0 else alpha[i]
    room_j = alpha[j] if s[j] > 0 else problem.upper[j] - alpha[j]
    t = min(difference / max(curvature, FLAT), room_i, room_j)  # eq. support_vector_machine:two-variables
    # Exactly at its bound, where rounding would leave a variable that is neither free nor at the bound.
    alpha[i] = (problem.upper[i] if s[i] > 0 else 0.0) if t == room_i else alpha[i] + s[i] * t
    alpha[j] = (0.0 if s[j] > 0 else problem.upper[j]) if t == room_j else alpha[j] - s[j] * t
    change = kernel_row(problem, rows, i) - kernel_row(problem, rows, j)
    gradient = state.gradient + t * s * change  # eq. support_vector_machine:score-update
    objective = state.objective + float(t * (t * curvature / 2 - difference))
    violation = problem.violation(alpha, gradient)
    return DualState(alpha, gradient, objective, violation, (i, j), state.iteration + 1, violation <= tol)


def choose_pair(
    problem: Dual, rows: RowCache | Array, diagonal: Array, state: DualState
) -> tuple[int, int, float, float]:
    """Return the variable that violates most and the partner that gains most, slope and curvature along the pair.

    Where the signs have sums of their own, the pair is the better of the two.  eq. support_vector_machine:working-set
    """
    up, down = problem.scores(state.alpha, state.gradient)
    best, found = -np.inf, (0, 0, 0.0, 0.0)
    for group in (1.0, -1.0) if problem.separate else (0.0,):
        first = np.where(problem.sign == group, up, -np.inf) if group else up
        i = int(first.argmax())
        if not np.isfinite(first[i]):
            continue
        difference = up[i] - down
        curvature = diagonal[i] + diagonal - 2 * kernel_row(problem, rows, i)
        gain = difference**2 / np.maximum(curvature, FLAT)
        allowed = difference > 0
        if group:
            allowed &= problem.sign == group
        gain[~allowed] = -np.inf
        j = int(gain.argmax())
        if gain[j] > best:
            best, found = gain[j], (i, j, float(difference[j]), float(curvature[j]))
    return found


def kernel_row(problem: Dual, rows: RowCache | Array, i: int) -> Array:
    """Return the kernel values between the row of variable i and the rows of all variables."""
    row = rows[problem.row_of(i)]
    return row if problem.row is None else row[problem.row]
