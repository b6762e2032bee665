"""Newton's step on the free variables of a small problem, which ends what pairs would take long for."""

import numpy as np

from groundup.core.linalg.cholesky import solve_lower, solve_upper
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.small import Small

FACE_RIDGE = 1e-6  # Of the diagonal: kernel tables of close rows are singular to the last digit.
ROUNDS = 20  # Systems of one step at most.
BEYOND = 2  # Variables that reach a bound within twice the length at which the first does are fixed there together.


def newton(small: Small) -> bool:
    """Move the free variables to the minimum over them, as far as bounds allow; return whether there was one."""
    beta, low, high = np.array(small.beta), np.array(small.low), np.array(small.high)
    slopes = np.where(np.isfinite(small.rise), small.rise, small.fall).astype(np.float64)
    free = np.flatnonzero((beta > low) & (beta < high))
    sums = np.zeros((len(beta), len(small.groups)))
    for line, group in zip(sums.T, small.groups, strict=True):
        line[group] = 1.0
    rows, sums = small.table[free], sums[free]
    table = rows[:, free].astype(np.float64)
    target = minimum(table, sums[:, sums.any(axis=0)], slopes[free], beta[free], low[free], high[free])
    if target is None:
        return False
    direction = target - beta[free]
    product = direction.astype(rows.dtype) @ rows
    slope, curvature = float(slopes[free] @ direction), float(direction @ product[free])
    if slope >= 0:
        return False
    length = min(1.0, -slope / curvature) if curvature > 0 else 1.0
    beta[free] = target if length == 1 else np.clip(beta[free] + length * direction, low[free], high[free])
    slopes += length * product
    small.beta = beta.tolist()
    small.rise[:] = np.where(beta < high, slopes, np.inf)
    small.fall[:] = np.where(beta > low, slopes, -np.inf)
    return True


def minimum(table: Array, sums: Array, slopes: Array, beta: Array, low: Array, high: Array) -> Array | None:
    """Return a minimum over variables of constant sums, some of which may be fixed at their bounds.

    With the sums and the fixed variables as constraints ``Bᵀd = c``, the step d solves ``K d + B ν = −slopes``; the
    factor of K serves for all of them. Those that the step would take through a bound are fixed, a few at a time, since
    fixing one may bring others back. None if there is no minimum within some rounds.

    Parameters
    ----------
    table : ndarray of shape (f, f)
        Kernel values.
    sums : ndarray of shape (f, k)
        Which variables belong to which sum.
    slopes, beta, low, high : ndarray of shape (f,)
        Derivatives, variables and their bounds.
    """
    f, k = sums.shape
    if f <= k:
        return None
    table[np.diag_indices(f)] *= 1 + FACE_RIDGE
    target, inside = np.zeros(k), np.ones(f, bool)
    B, new = np.empty((f, 0)), sums
    try:
        L = np.linalg.cholesky(table)
        half = solve_lower(L, -slopes[:, None])
        for _ in range(ROUNDS):
            B = np.hstack([B, solve_lower(L, new)])
            multiplier = np.linalg.solve(B.T @ B, B.T @ half - target[:, None])
            step = solve_upper(L.T, half - B @ multiplier)[:, 0]
            room = np.where(step > 0, high, low) - beta
            reach = np.divide(room, step, out=np.full(f, np.inf), where=inside & (step != 0))
            if reach.min() >= 1:
                movable = sums * inside[:, None]
                step -= movable @ (sums.T @ step / np.maximum(1, movable.sum(axis=0)))  # rounding
                return np.clip(beta + step, low, high)
            hit = np.flatnonzero(reach <= min(1.0, BEYOND * float(reach.min())))
            inside[hit], target = False, np.append(target, room[hit])
            new = np.zeros((f, len(hit)))
            new[hit, np.arange(len(hit))] = 1.0
    except np.linalg.LinAlgError:  # a kernel that is not positive definite, or as many constraints as variables
        return None
    return None
