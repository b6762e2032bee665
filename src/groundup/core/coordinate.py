"""Quadratic plus penalty, ``½ wᵀGw − cᵀw + penalty(w)``: coordinate descent, sped up by solving for the support.

Coordinate descent finds out which coefficients are zero and which sign the others have. Once that is known, the problem
is a linear system, which one factorisation solves; so passes over the coordinates alternate with such solutions.

Sources: Fu (1998), Friedman, Hastie and Tibshirani (2010) for coordinate descent; Lee, Battle, Raina and Ng (2006) for
solving at fixed signs.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from groundup.core.penalties import Penalty
from groundup.core.quasi_newton import conjugate_gradients
from groundup.core.types import Array

EPS = float(np.finfo(np.float64).eps)
LARGE, COARSE = 200, 1e-2  # unknowns from which, and precision to which, a system is better solved by iteration
STOPS = 8  # places along a bent way that are compared, besides its end
TINY = 1e-100  # instead of the zero that a column of zeros has on the diagonal


def minimise(G: Array, c: Array, penalty: Penalty, w: Array, tolerance: float, max_passes: int = 1000) -> Array:
    """Minimum of ``½ wᵀGw − cᵀw + penalty(w)``, with exact zeros.

    Parameters
    ----------
    G : ndarray of shape (d, d)
        Symmetric and positive semi-definite; it may be singular.
    c : ndarray of shape (d,)
        Linear term.
    penalty : Penalty
        Its arrays, if it has any, of shape (d,).
    w : ndarray of shape (d,)
        Where to begin; it must be allowed by the penalty.
    tolerance : float
        Largest violation of the optimality conditions in the result, in the unit of `c`; what rounding does to the
        gradient is allowed on top.
    max_passes : int, default=1000
        Most passes over the coordinates; where they do not suffice, the violation is larger than asked for.

    Returns
    -------
    ndarray of shape (d,)
        The objective there is at most that at the beginning.
    """
    size = np.sqrt(np.diag(G))  # |G[j, k]| ≤ size[j] size[k], which bounds the rounding of G w
    for number in range(max_passes):
        rounding = 4 * EPS * (size * (size @ np.abs(w)) + np.abs(c))
        wrong = penalty.violation(w, G @ w - c) > tolerance + rounding
        if not wrong.any():
            break
        visit = wrong & (w == 0)  # the others are better served by the solution for all of them
        if number and not visit.any():  # unless dependent columns have kept it from being one
            visit = wrong
        w = descend(G, c, penalty, w, np.flatnonzero(visit))
        w = solve_support(G, c, penalty, w, tolerance + rounding)
    return w


def descend(G: Array, c: Array, penalty: Penalty, w: Array, order: Iterable[int]) -> Array:
    """One pass: the coordinates in `order` go to their minimum in turn, all others held where they are.

    eq. regularized_regression:coordinate
    """
    w, slope, diagonal = w.copy(), c - G @ w, np.maximum(np.diag(G), TINY)
    for j in order:
        new = penalty.at(j).prox(w[j] + slope[j] / diagonal[j], 1 / diagonal[j])
        if new != w[j]:
            slope -= G[j] * (new - w[j])
            w[j] = new
    return w


def solve_support(G: Array, c: Array, penalty: Penalty, w: Array, tolerance: Any = 0.0) -> Array:
    """Minimum over the coefficients that are not zero (or not penalised), as far as their signs allow.

    Between two changes of sign the objective is a quadratic, whose minimum a linear system gives. Where the way there
    changes signs, coefficients that reach zero stay there; of a few places along this bent way the lowest is taken,
    and then again, with fewer coefficients. The first place, where one coefficient is zero, is lower than the start.
    """
    l1, l2, tolerance = (np.broadcast_to(value, w.shape) for value in (penalty.l1, penalty.l2, tolerance))
    signed = (l1 > 0) | penalty.positive
    w = w.copy()
    while (free := np.flatnonzero((w != 0) | ~signed)).size:
        start = w[free]
        slope = (c - G @ w)[free] - penalty.at(free).gradient(start) - l1[free] * np.sign(start)
        if (np.abs(slope) <= tolerance[free]).all():
            break
        H = G[np.ix_(free, free)]
        H.flat[:: len(free) + 1] += l2[free] + max(EPS * np.trace(H), TINY)  # so that dependent columns can be solved
        step = _solve(H, slope, tolerance[free].min())
        crossing = signed[free] & (start * (start + step) < 0)
        if not crossing.any():
            w[free] += step
            break
        ratio = np.where(crossing, -start / np.where(crossing, step, 1), np.inf)
        stops = np.sort(ratio[crossing])
        tried = np.append(stops[np.linspace(0, len(stops) - 1, STOPS).astype(int)], 1.0)
        moves = np.where(ratio[:, None] <= tried, -start[:, None], tried * step[:, None])
        change = (moves * (H @ moves / 2 - slope[:, None])).sum(0)
        w[free] += moves[:, change.argmin()]
    return w


def _solve(H: Array, b: Array, tolerance: float) -> Array:
    """Solution of ``H x = b``: to all digits, or by conjugate gradients to few of them, where few are asked for."""
    if len(b) <= LARGE or tolerance < COARSE * np.abs(b).max():
        return np.linalg.solve(H, b)
    root = np.sqrt(len(b)) / 6  # of a random vector, the length is about this many times twice the largest entry
    diagonal = np.diag(H)
    return conjugate_gradients(
        H.__matmul__, b, lambda r: r / diagonal, tolerance * root / float(np.linalg.norm(b)), len(b)
    )
