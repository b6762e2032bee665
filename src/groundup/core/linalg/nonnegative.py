"""Non-negative least squares by an active-set method.

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
        Triangular factor of the data.
    c : ndarray of shape (k,)
        Target in the coordinates of the rows of R.
    w : ndarray of shape (d,)
        Starting point: all zeros, or an earlier iterate.

    Yields
    ------
    (w, optimal)
        An iterate of lower residual than the one before, and whether the Karush-Kuhn-Tucker conditions hold.
    """
    free = w > 0
    tolerance = 10 * max(R.shape) * EPS * np.linalg.norm(R, axis=0) * np.linalg.norm(c)
    if free.any():
        w = _solve_free(R, c, w, free)
    refused = np.zeros(
        len(w), dtype=bool
    )  # Coefficients whose release lowers the residual only before rounding: they would cycle.
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
    """Solve non-negative least squares for one target after the other.

    Parameters
    ----------
    targets : sequence of (R, c)
        Triangular factor and right-hand side of each target.
    coef : ndarray of shape (d, t)
        Starting point.
    known : bool
        Whether an earlier run stopped at `coef`, so that it is not yielded again.

    Yields
    ------
    (coef, optimal)
        An iterate, and whether it is the last.
    """
    for target, (R, c) in enumerate(targets):
        for step, (w, optimal) in enumerate(active_set(R, c, coef[:, target])):
            last = optimal and target == len(targets) - 1
            if step == 0 and (known or target > 0) and not last:
                continue  # A target starts at the coefficients of the iterate before.
            coef = coef.copy()
            coef[:, target] = w
            yield coef, last


def _solve_free(R: Array, c: Array, w: Array, free: Array) -> Array:
    """Solve least squares over the free coefficients, with none negative.

    Coefficients that reach zero are removed from `free`.
    """
    while True:
        target = np.zeros_like(w)
        target[free] = np.linalg.lstsq(R[:, free], c, rcond=None)[0]
        if (target[free] > 0).all():
            return target
        # Move towards the target until the first coefficient reaches zero, where it is fixed.
        falling = free & (target <= 0)
        step = (w[falling] / np.maximum(w[falling] - target[falling], 1e-300)).min()
        w = np.where(free, w + step * (target - w), 0.0)
        free &= ~(falling & (w <= EPS * np.abs(w).max(initial=0)))
        w = np.where(free, w, 0.0)


def violation(R: Array, c: Array, w: Array) -> float:
    """Return the largest relative violation of the optimality conditions.

    The scale is the length of a column of R times that of c.

    The gradient must be zero at positive coefficients, and not negative at zeros.  eq. linear_regression:nnls
    """
    slope = R.T @ (c - R @ w)
    wrong = np.where(w > 0, np.abs(slope), np.maximum(slope, 0))
    scale = np.linalg.norm(R, axis=0) * np.linalg.norm(c)
    return float((wrong / np.where(scale > 0, scale, 1)).max())
