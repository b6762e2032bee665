"""An interior-point method for kernel tables of low rank: its cost grows with n r², however many pairs would be needed.

Pairs move along two variables at a time, and for a linear kernel of a few columns they take hundreds of steps a row.
With ``K = V Vᵀ`` a Newton step on all variables needs a system of r equations only.

Sources: S. Mehrotra, On the implementation of a primal-dual interior point method, SIAM J. Optim. 2
(1992); S. Fine and K. Scheinberg, Efficient SVM training using low-rank kernel representations, JMLR 2 (2001).
"""

from dataclasses import dataclass

import numpy as np

from groundup.core.linalg.cholesky import solve_lower, solve_upper
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual

START = 1e3  # Distance of the first point from a bound at most, in steps of the steepest slope.
NEWTON_STEPS = 60  # At most.
NEAR = 1e-11  # Complementarity at the end, relative to the objective, and stationarity, relative to the slopes at zero.
SPOILED = 1e3  # Where the error has grown so much, rounding has spoiled the systems.
SHORT = 0.995  # Of the distance to the nearest bound.


@dataclass(eq=False)
class Point:
    """A point inside of the bounds, and multipliers of the sums and of the bounds.

    Parameters
    ----------
    beta : ndarray of shape (m,)
        ``s α``.
    below, above : ndarray of shape (m,)
        Distances from both bounds; of their own, since they are smaller than what rounding leaves of a difference.
    level : ndarray of shape (k,)
        Multipliers of the sums.
    lower, upper : ndarray of shape (m,)
        Multipliers of the bounds.
    """

    beta: Array
    below: Array
    above: Array
    level: Array
    lower: Array
    upper: Array


def interior(problem: Dual, V: Array) -> Array:
    """Return variables near the minimum, those at bounds exactly there, and with the sums of the problem.

    Parameters
    ----------
    problem : Dual
        The problem.
    V : ndarray of shape (m, r)
        Factor of the kernel values of the variables' rows, ``K = V Vᵀ``.
    """
    sign = problem.sign
    bound, q = sign * problem.upper, sign * problem.linear
    low, high = np.minimum(bound, 0.0), np.maximum(bound, 0.0)
    A = np.zeros((len(problem.groups), len(q)))
    for line, group in zip(A, problem.groups, strict=True):
        line[group] = 1.0
    total = A @ (sign * problem.start)
    size = float(np.einsum("ij,ij->", V, V)) / len(V) or 1.0
    slope = float(np.abs(q).max()) or size
    away = np.minimum((high - low) / 2, START * slope / size)
    beta = np.clip(0.0, low + away, high - away)
    ones = np.full(len(q), slope)
    point = Point(beta, beta - low, high - beta, np.zeros(len(A)), ones, ones.copy())
    best, least = point, np.inf
    for _ in range(NEWTON_STEPS):
        product = V @ (point.beta @ V)
        value = float(point.beta @ (product / 2 + q))
        gap = float(point.below @ point.lower + point.above @ point.upper)
        residual = product + q - point.level @ A - point.lower + point.upper
        error = max(gap / (abs(value) + slope * slope / size), float(np.abs(residual).max()) / slope)
        if error < least:
            best, least = point, error
        if not NEAR < error < SPOILED * least:
            break
        try:
            point = newton_step(point, V, A, residual, A @ point.beta - total, gap / (2 * len(q)))
        except np.linalg.LinAlgError:  # as near as rounding allows
            break
    return rounded(best, low, high, A, total, size) * sign


def newton_step(point: Point, V: Array, A: Array, residual: Array, surplus: Array, mean: float) -> Point:
    """Return the next point by Mehrotra's predictor and corrector.

    Parameters
    ----------
    point : Point
        The point.
    V, A : ndarray of shape (m, r) and (k, m)
        Factor of the kernel values, and the variables of each sum.
    residual, surplus : ndarray of shape (m,) and (k,)
        Of stationarity and of the sums.
    mean : float
        Mean product of a distance from a bound and its multiplier.
    """
    x, u, z, w = point.below, point.above, point.lower, point.upper
    D = z / x + w / u
    scaled = V / D[:, None]
    L = np.linalg.cholesky(np.eye(V.shape[1]) + V.T @ scaled)

    def solve(b: Array) -> Array:
        """Return ``(V Vᵀ + D)⁻¹ b`` by Woodbury's identity."""
        return b / D[:, None] - scaled @ solve_upper(L.T, solve_lower(L, scaled.T @ b))

    E = solve(A.T)
    system = A @ E

    def direction(c: Array, e: Array) -> tuple[Array, Array, Array, Array]:
        """Return the changes of variables and multipliers for two right sides of complementarity."""
        step = solve((c / x - e / u - residual)[:, None])[:, 0]
        level = np.linalg.solve(system, -surplus - A @ step)
        step += E @ level
        return step, level, (c - z * step) / x, (e + w * step) / u

    step, _, dz, dw = direction(-x * z, -u * w)
    length = longest((x, step), (u, -step), (z, dz), (w, dw))
    after = (x + length * step) @ (z + length * dz) + (u - length * step) @ (w + length * dw)
    target = (after / (2 * len(x)) / mean) ** 3 * mean
    step, level, dz, dw = direction(target - x * z - step * dz, target - u * w + step * dw)
    length = SHORT * longest((x, step), (u, -step), (z, dz), (w, dw))
    return Point(
        point.beta + length * step,
        x + length * step,
        u - length * step,
        point.level + length * level,
        z + length * dz,
        w + length * dw,
    )


def longest(*pairs: tuple[Array, Array]) -> float:
    """Return the largest step of at most one that leaves positive numbers positive."""
    return min(1 / SHORT, *(1 / max(float((-change / value).max()), SHORT) for value, change in pairs))


def rounded(point: Point, low: Array, high: Array, A: Array, total: Array, size: float) -> Array:
    """Return variables with those at bounds exactly there, and with the sums as they must be."""
    beta = np.where(size * point.below < point.lower, low, np.where(size * point.above < point.upper, high, point.beta))
    for line, wanted in zip(A > 0, total, strict=True):
        for _ in range(NEWTON_STEPS):
            rest = wanted - beta[line].sum()
            free = line & (beta > low) & (beta < high)
            if not free.any():
                free = line & ((beta < high) if rest > 0 else (beta > low))
            moved = np.clip(beta[free] + rest / max(1, int(free.sum())), low[free], high[free])
            if (moved == beta[free]).all():
                break
            beta[free] = moved
    return beta
