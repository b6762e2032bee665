"""Non-negative least squares by active sets: which coefficients are zero is found one exchange at a time.

Source: C. L. Lawson and R. J. Hanson, Solving Least Squares Problems (1974), chapter 23.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from groundup.core.constants import EPS
from groundup.core.types import Array


def active_set(R: Array, c: Array, w: Array) -> Iterator[tuple[Array, bool]]:
    """Minimise ``‖Rw − c‖`` over ``w ≥ 0`` from a feasible start.

    Parameters
    ----------
    R : ndarray of shape (k, d)
        Triangle of the data.
    c : ndarray of shape (k,)
        Target in its coordinates.
    w : ndarray of shape (d,)
        Where to begin: all zeros, or an earlier iterate.

    Yields
    ------
    (w, optimal)
        An iterate of lower residual than the one before, and whether the Karush-Kuhn-Tucker conditions hold.
    """
    free = w > 0
    tolerance = 10 * max(R.shape) * EPS * np.linalg.norm(R, axis=0) * np.linalg.norm(c)
    if free.any():
        w = _solve_free(R, c, w, free)
    refused = np.zeros(len(w), dtype=bool)  # Exchanges that lower the residual only before rounding, and would cycle.
    while True:
        slope = R.T @ (c - R @ w)  # minus the gradient
        climbing = ~free & ~refused & (slope > tolerance)  # eq. linear_regression:nnls
        yield w, not climbing.any()
        if not climbing.any():
            return
        j = np.argmax(np.where(climbing, slope / np.maximum(tolerance, 1e-300), -np.inf))
        wider = free.copy()
        wider[j] = True
        candidate = _solve_free(R, c, w, wider)
        if np.linalg.norm(c - R @ candidate) < np.linalg.norm(c - R @ w):
            w, free = candidate, wider
            refused[:] = False
        else:
            refused[j] = True


def non_negative(targets: Sequence[tuple[Array, Array]], coef: Array, known: bool) -> Iterator[tuple[Array, bool]]:
    """Active sets for one target after the other.

    Parameters
    ----------
    targets : sequence of (R, c)
        Triangle and right-hand side of each target.
    coef : ndarray of shape (d, t)
        Where to begin.
    known : bool
        Whether the caller has seen `coef`, because an earlier run stopped there.

    Yields
    ------
    (coef, optimal)
        An iterate, and whether it is the last.
    """
    for target, (R, c) in enumerate(targets):
        for w, optimal in active_set(R, c, coef[:, target]):
            if known and target == 0:
                known = False
                continue
            coef = coef.copy()
            coef[:, target] = w
            yield coef, optimal and target == len(targets) - 1


def _solve_free(R: Array, c: Array, w: Array, free: Array) -> Array:
    """Least squares over the free coefficients; those that would turn negative leave `free`, which is updated."""
    while True:
        target = np.zeros_like(w)
        target[free] = np.linalg.lstsq(R[:, free], c, rcond=None)[0]
        if (target[free] > 0).all():
            return target
        # Go towards the target until the first coefficient reaches zero; it becomes fixed there.
        falling = free & (target <= 0)
        step = (w[falling] / np.maximum(w[falling] - target[falling], 1e-300)).min()
        w = np.where(free, w + step * (target - w), 0.0)
        free &= ~(falling & (w <= EPS * np.abs(w).max(initial=0)))
        w = np.where(free, w, 0.0)


def violation(R: Array, c: Array, w: Array) -> float:
    """Largest violation of the optimality conditions, relative to the lengths of R's columns and of c.

    Free coefficients must have no slope, fixed ones none that points upwards.  eq. linear_regression:nnls
    """
    slope = R.T @ (c - R @ w)
    wrong = np.where(w > 0, np.abs(slope), np.maximum(slope, 0))
    scale = np.linalg.norm(R, axis=0) * np.linalg.norm(c)
    return float((wrong / np.where(scale > 0, scale, 1)).max())
