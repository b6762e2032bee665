"""Duality gap of linear classifiers or, without a penalty, Newton decrement."""

import numpy as np

from groundup.core.functions import entropy
from groundup.core.linalg.conjugate_gradients import conjugate_gradients
from groundup.core.linear.objective import ScoreObjective, squared_lengths
from groundup.core.linear.preconditioners import MAX_DENSE_PARAMETERS, curvature_bound, diagonal, inverse
from groundup.core.types import Array

CENTERED_GRADIENT = 1e-13  # The intercept is optimal when its gradient is below this part of the total weight.


def gap(objective: ScoreObjective, theta: Array) -> tuple[Array, float]:
    """Return a bound of the objective minus its minimum.

    It holds at `theta` with the best intercept for its slopes.

    Parameters
    ----------
    objective : ScoreObjective
        The objective.
    theta : ndarray of shape (p, t)
        Parameters.

    Returns
    -------
    theta : ndarray of shape (p, t)
        The same slopes, and the best intercept.
    gap : float
        With a penalty the duality gap; without one a bound from the Newton decrement. Infinite if the decrement is too
        large for the bound to hold. For more than 1,000 parameters it is an estimate, not a bound.
    """
    if objective.l1 == objective.l2 == 0:
        return theta, decrement(objective, theta)
    Z, slope = _with_best_intercept(objective, objective.scores(theta))
    if objective.center is not None:
        theta = theta.copy()
        theta[-1] = _mean_score(objective, theta, Z)
    y, weight = objective.rows.y, objective.rows.weight
    slope = objective.C * (slope if weight is None else slope * weight)
    by_slopes = _transpose_product(objective, slope)  # (d, t)
    w = theta[: objective.n_features]
    l1, l2 = objective.l1, objective.l2
    if l2 > 0:  # the penalty's conjugate is finite everywhere  eq. logistic_regression:gap
        over = np.maximum(np.abs(by_slopes) - l1, 0)
        parts = l1 * np.abs(w) + l2 / 2 * w**2 + over**2 / (2 * l2) + w * by_slopes
        return theta, float(np.maximum(parts, 0).sum())
    share = min(1.0, l1 / float(np.abs(by_slopes).max(initial=l1)))  # scaled until it is feasible for the dual
    target = objective.loss.target(y, max(2, objective.outputs))
    mixed = entropy((1 - share) * target + share * objective.loss.proba(Z)).sum(axis=0)
    loss = objective.loss.value_and_slope(Z, y)[0]
    fall = loss - mixed if weight is None else weight * (loss - mixed)
    return theta, max(0.0, float(objective.C * fall.sum() + l1 * np.abs(w).sum()))


def decrement(objective: ScoreObjective, theta: Array) -> float:
    """Return a bound of the excess from the decrement ``gᵀ H⁻¹ g``.

    It involves the length of the longest row.

    A row's scores change by at most its length times that of the step, both in the norm of H, and its curvature by at
    most the exponential of that; this bounds the error of the second-order Taylor expansion.

    eq. logistic_regression:decrement
    """
    gradient = objective(theta)[1]
    if theta.size > MAX_DENSE_PARAMETERS:
        many = objective.rows.sparse and len(theta) > MAX_DENSE_PARAMETERS
        metric = diagonal(objective) if many else curvature_bound(objective)
        step = conjugate_gradients(lambda v: objective.hessian_times(theta, v), gradient, metric, tolerance=1e-3)
        return float(np.vdot(gradient, step)) / 2
    P = inverse(objective.hessian(theta))
    squared = float(gradient.ravel() @ P @ gradient.ravel())
    reach = np.sqrt(max(squared, 0.0) * max(objective.rows.map(_longest, P, objective.center)))
    return squared / 2 * (1 + reach) if reach < 1 else np.inf


def _longest(X: Array, y: Array, weight: Array | None, P: Array, center: Array | None) -> float:
    """Largest squared length of a row in the norm of H⁻¹.

    With several scores it is that of a difference of two scores.
    """
    p = X.shape[1] + (center is not None)
    if len(P) == p:
        return float(squared_lengths(X, center, P).max())
    t = len(P) // p
    blocks = P.reshape(p, t, p, t)
    longest = 0.0
    for k in range(t):
        for j in range(k):
            M = blocks[:, k, :, k] - blocks[:, k, :, j] - blocks[:, j, :, k] + blocks[:, j, :, j]
            longest = max(longest, float(squared_lengths(X, center, M).max()))
    return longest


def _with_best_intercept(objective: ScoreObjective, Z: Array) -> tuple[Array, Array]:
    """Scores with the intercepts for which the slopes sum to zero, and these slopes."""
    y, weight = objective.rows.y, objective.rows.weight
    slope = _slopes(objective, Z)
    if objective.center is None:
        return Z, slope
    share = np.full(len(y), 1 / len(y)) if weight is None else weight / objective.total
    mean = slope @ share
    for _ in range(20):
        if np.abs(mean).max() <= CENTERED_GRADIENT:
            break
        moved = Z - np.linalg.lstsq(objective.loss.mean_curvature(Z, share), mean, rcond=1e-10)[0][:, None]
        moved_slope = _slopes(objective, moved)
        if not np.abs(moved_slope @ share).max() < np.abs(mean).max():
            break
        Z, slope, mean = moved, moved_slope, moved_slope @ share
    return Z, slope


def _slopes(objective: ScoreObjective, Z: Array) -> Array:
    """Derivatives of the losses by the scores, by blocks that stay in the cache."""
    slope, y = np.empty_like(Z), objective.rows.y
    for part in objective.rows.slices():
        slope[:, part] = objective.loss.value_and_slope(Z[:, part], y[part])[1]
    return slope


def _mean_score(objective: ScoreObjective, theta: Array, Z: Array) -> Array:
    """Intercept at the centre, from the score of the first row."""
    X = objective.rows.X
    assert objective.center is not None
    return np.asarray(Z[:, 0] - (X[0] - objective.center) @ theta[:-1])


def _transpose_product(objective: ScoreObjective, slope: Array) -> Array:
    """Product ``Xᵀ slope`` of the centred X.

    The slopes sum to zero up to rounding, which a large mean amplifies.
    """
    X = objective.rows.X
    total = np.zeros((X.shape[1], len(slope)))
    for rows in objective.rows.slices():
        total += (slope[:, rows] @ X[rows]).T
    if objective.center is not None:
        total -= np.outer(objective.center, slope.sum(axis=1))
    return total
