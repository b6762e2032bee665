"""Newton's step on the free variables of a small problem, which ends what pairs would take long for."""

import numpy as np

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

    Those that the way to the minimum would take through a bound are fixed, and the others solve a smaller system; a few
    at a time, since fixing one may bring others back. None if there is no minimum within some systems.

    Parameters
    ----------
    table : ndarray of shape (f, f)
        Kernel values.
    slopes, beta, low, high : ndarray of shape (f,)
        Derivatives, variables and their bounds.
    """
    table[np.diag_indices(len(beta))] *= 1 + RIDGE
    point, residual, inside = beta.copy(), slopes.copy(), np.arange(len(beta))
    for _ in range(ROUNDS):
        if len(inside) < 2:
            return None
        system = table if len(inside) == len(beta) else table[inside[:, None], inside]
        sides = np.stack([-residual[inside], np.ones(len(inside))], axis=1)
        plain, shift = np.linalg.solve(system, sides).T
        step = plain - (point.sum() - beta.sum() + plain.sum()) / shift.sum() * shift  # the sum as it was
        room = np.where(step > 0, high[inside], low[inside]) - point[inside]
        reach = np.divide(room, step, out=np.full(len(step), np.inf), where=step != 0)
        if reach.min() >= 1:
            point[inside] += step
            return point
        hit = reach <= min(1.0, BEYOND * float(reach.min()))
        fixed = inside[hit]
        point[fixed] += room[hit]
        residual += table[:, fixed] @ room[hit]
        inside = inside[~hit]
    return None
