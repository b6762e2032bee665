"""Newton's step on the free variables of a small problem, which ends what pairs would take long for."""

import numpy as np

from groundup.core.linalg.cholesky import solve_lower, solve_upper
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.small import Small

RIDGE = 1e-6  # Of the diagonal: kernel tables of close rows are singular to the last digit.
ROUNDS = 20  # Systems of one step at most.
BEYOND = 2  # Variables that reach a bound within twice the length at which the first does are fixed there together.


def newton(small: Small) -> bool:
    """Move the free variables to the minimum over them, as far as bounds allow; return whether that brought far."""
    beta, low, high = np.array(small.beta), np.array(small.low), np.array(small.high)
    slopes = np.where(np.isfinite(small.rise), small.rise, small.fall).astype(np.float64)
    moved = False
    for group in small.groups:
        free = group.start + np.flatnonzero((beta[group] > low[group]) & (beta[group] < high[group]))
        rows = small.table[free]
        target = minimum(rows[:, free].astype(np.float64), slopes[free], beta[free], low[free], high[free])
        if target is None:
            continue
        direction = target - beta[free]
        product = direction.astype(rows.dtype) @ rows
        slope, curvature = float(slopes[free] @ direction), float(direction @ product[free])
        if slope >= 0:
            continue
        length = min(1.0, -slope / curvature) if curvature > 0 else 1.0
        beta[free] = target if length == 1 else np.clip(beta[free] + length * direction, low[free], high[free])
        slopes += length * product
        moved = True
    small.beta = beta.tolist()
    small.rise[:] = np.where(beta < high, slopes, np.inf)
    small.fall[:] = np.where(beta > low, slopes, -np.inf)
    return moved


def minimum(table: Array, slopes: Array, beta: Array, low: Array, high: Array) -> Array | None:
    """Return a minimum over variables of constant sum, some of which may be fixed at their bounds.

    With the sum and the fixed variables as constraints ``Bᵀd = c``, the step d solves ``K d + B ν = −slopes``; the
    factor of K serves for all of them. Those that the step would take through a bound are fixed, a few at a time, since
    fixing one may bring others back. None if there is no minimum within some rounds.

    Parameters
    ----------
    table : ndarray of shape (f, f)
        Kernel values.
    slopes, beta, low, high : ndarray of shape (f,)
        Derivatives, variables and their bounds.
    """
    f = len(beta)
    table[np.diag_indices(f)] *= 1 + RIDGE
    try:
        L = np.linalg.cholesky(table)
    except np.linalg.LinAlgError:  # a kernel that is not positive definite
        return None
    half, target, inside = solve_lower(L, -slopes[:, None]), np.zeros(1), np.ones(f, bool)
    B, new = np.empty((f, 0)), np.ones((f, 1))
    for _ in range(ROUNDS):
        B = np.hstack([B, solve_lower(L, new)])
        multiplier = np.linalg.solve(B.T @ B, B.T @ half - target[:, None])
        step = solve_upper(L.T, half - B @ multiplier)[:, 0]
        room = np.where(step > 0, high, low) - beta
        reach = np.divide(room, step, out=np.full(f, np.inf), where=inside & (step != 0))
        if reach.min() >= 1:
            return np.clip(beta + step, low, high)
        hit = np.flatnonzero(reach <= min(1.0, BEYOND * float(reach.min())))
        inside[hit], target = False, np.append(target, room[hit])
        if B.shape[1] + len(hit) >= f:
            return None
        new = np.zeros((f, len(hit)))
        new[hit, np.arange(len(hit))] = 1.0
    return None
