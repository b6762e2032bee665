"""How far a linear classifier is from optimal: a duality gap or, without a penalty, the Newton decrement."""

import numpy as np

from groundup.core.functions import entropy
from groundup.core.linear.objective import ScoreObjective, design
from groundup.core.linear.preconditioners import DENSE, bounded, inverse
from groundup.core.optimize.newton import conjugate_gradients
from groundup.core.types import Array

CENTRED = 1e-13  # of the weights: how well the intercept's gradient can be made to vanish


def gap(objective: ScoreObjective, theta: Array) -> tuple[Array, float]:
    """By how much the objective may be above its minimum, at `theta` with the intercept that is best for its slopes.

    Parameters
    ----------
    objective : ScoreObjective
        What is minimised.
    theta : ndarray of shape (p, t)
        Parameters.

    Returns
    -------
    theta : ndarray of shape (p, t)
        The same slopes, and the best intercept.
    gap : float
        With a penalty the duality gap; without one a bound from the Newton decrement, infinite where that is too large
        for a bound, or no bound but half of its square for so many parameters that their Hessian is not formed.
    """
    if objective.l1 == objective.l2 == 0:
        return theta, decrement(objective, theta)
    Z, slope = _centred(objective, objective.scores(theta))
    if objective.centre is not None:
        theta = theta.copy()
        theta[-1] = _mean_score(objective, theta, Z)
    y, weight = objective.rows.y, objective.rows.weight
    slope = objective.C * (slope if weight is None else slope * weight)
    by_slopes = _against_rows(objective, slope)  # (d, t)
    w = theta[: objective.n_features]
    l1, l2 = objective.l1, objective.l2
    if l2 > 0:  # the penalty's conjugate is finite everywhere  eq. logistic_regression:gap
        over = np.maximum(np.abs(by_slopes) - l1, 0)
        parts = l1 * np.abs(w) + l2 / 2 * w**2 + over**2 / (2 * l2) + w * by_slopes
        return theta, float(np.maximum(parts, 0).sum())
    share = min(1.0, l1 / float(np.abs(by_slopes).max(initial=l1)))  # shrunk until it is a point of the dual
    target = objective.loss.target(y, max(2, objective.outputs))
    mixed = entropy((1 - share) * target + share * objective.loss.proba(Z)).sum(axis=0)
    loss = objective.loss.value_and_slope(Z, y)[0]
    fall = loss - mixed if weight is None else weight * (loss - mixed)
    return theta, max(0.0, float(objective.C * fall.sum() + l1 * np.abs(w).sum()))


def decrement(objective: ScoreObjective, theta: Array) -> float:
    """Bound of the distance to the minimum by the squared decrement ``gᵀ H⁻¹ g`` and the length of the longest row.

    A row's scores change by at most its length times that of a step, both measured by H, and its curvature by the
    exponential of that: so the quadratic that touches the objective can be trusted so far.

    eq. logistic_regression:decrement
    """
    gradient = objective(theta)[1]
    if theta.size > DENSE:
        step = conjugate_gradients(
            lambda v: objective.hessian_times(theta, v), gradient, bounded(objective), tolerance=1e-3
        )
        return float(np.vdot(gradient, step)) / 2
    P = inverse(objective.hessian(theta))
    squared = float(gradient.ravel() @ P @ gradient.ravel())
    reach = np.sqrt(max(squared, 0.0) * max(objective.rows.map(_longest, P, objective.centre)))
    return squared / 2 * (1 + reach) if reach < 1 else np.inf


def _longest(X: Array, y: Array, weight: Array | None, P: Array, centre: Array | None) -> float:
    """The largest squared length of a row in the metric of H; of several scores, of a difference of two."""
    A = design(X, centre)
    p = A.shape[1]
    if len(P) == p:
        return float(np.einsum("ij,ij->i", A @ P, A).max())
    t = len(P) // p
    blocks = P.reshape(p, t, p, t)
    longest = 0.0
    for k in range(t):
        for j in range(k):
            M = blocks[:, k, :, k] - blocks[:, k, :, j] - blocks[:, j, :, k] + blocks[:, j, :, j]
            longest = max(longest, float(np.einsum("ij,ij->i", A @ M, A).max()))
    return longest


def _centred(objective: ScoreObjective, Z: Array) -> tuple[Array, Array]:
    """Scores, moved by the intercepts that make their slopes sum to zero, and these slopes."""
    y, weight = objective.rows.y, objective.rows.weight
    _, slope = objective.loss.value_and_slope(Z, y)
    if objective.centre is None:
        return Z, slope
    share = np.full(len(y), 1 / len(y)) if weight is None else weight / objective.total
    pull = slope @ share
    for _ in range(20):
        if np.abs(pull).max() <= CENTRED:
            break
        moved = Z - np.linalg.lstsq(objective.loss.mean_curvature(Z, share), pull, rcond=1e-10)[0][:, None]
        _, moved_slope = objective.loss.value_and_slope(moved, y)
        if not np.abs(moved_slope @ share).max() < np.abs(pull).max():
            break
        Z, slope, pull = moved, moved_slope, moved_slope @ share
    return Z, slope


def _mean_score(objective: ScoreObjective, theta: Array, Z: Array) -> Array:
    """The intercept at the centre, where the rows have these scores: one row tells it."""
    X = objective.rows.X
    assert objective.centre is not None
    return np.asarray(Z[:, 0] - (X[0] - objective.centre) @ theta[:-1])


def _against_rows(objective: ScoreObjective, slope: Array) -> Array:
    """``Xᵀ slope`` about the centre: the slopes sum to zero up to rounding, which columns far away would multiply."""
    X = objective.rows.X
    total = np.zeros((X.shape[1], len(slope)))
    for rows in objective.rows.slices():
        total += (slope[:, rows] @ X[rows]).T
    if objective.centre is not None:
        total -= np.outer(objective.centre, slope.sum(axis=1))
    return total
