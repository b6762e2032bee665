"""Quadratic plus penalty, ``½ wᵀGw − cᵀw + penalty(w)``: coordinate descent, sped up by solving for the support.

Coordinate descent finds out which coefficients are zero and which sign the others have. Once that is known, the problem
is a linear system, which one factorisation solves; so passes over the coordinates alternate with such solutions.

Sources: Fu (1998), Friedman, Hastie and Tibshirani (2010) for coordinate descent; Lee, Battle, Raina and Ng (2006) for
solving at fixed signs.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from groundup.core.constants import EPS
from groundup.core.optimize.newton import conjugate_gradients
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array

LARGE, COARSE = 200, 1e-2  # unknowns from which, and precision to which, a system is better solved by iteration
STOPS = 8  # places along a bent way that are compared
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
    changes signs, coefficients that reach zero stay there. The end of this bent way is taken if it is low, else the
    lowest of a few places along it, of which the first, where one coefficient is zero, is lower than the start. And
    then again, with fewer coefficients.
    """
    l1, l2, tolerance = (np.broadcast_to(value, w.shape) for value in (penalty.l1, penalty.l2, tolerance))
    signed = (l1 > 0) | penalty.positive
    w = w.copy()
    while (free := np.flatnonzero((w != 0) | ~signed)).size:
        start = w[free]
        slope = (c - G @ w)[free] - penalty.at(free).gradient(start) - l1[free] * np.sign(start)
        if (np.abs(slope) <= tolerance[free]).all():
            break
        step, product = _newton(G, free, l2[free], slope, float(tolerance[free].min()))
        crossing = signed[free] & (start * (start + step) < 0)
        if not crossing.any():
            w[free] += step
            break
        move = np.where(crossing, -start, step)
        if move @ product(move) / 2 - slope @ move > -slope @ step / 4:  # not half of what all the way would bring
            ratio = np.where(crossing, -start / np.where(crossing, step, 1), np.inf)
            stops = np.sort(ratio[crossing])[np.linspace(0, crossing.sum() - 1, STOPS).astype(int)]
            moves = np.where(ratio[:, None] <= stops, -start[:, None], stops * step[:, None])
            move = moves[:, (moves * (product(moves) / 2 - slope[:, None])).sum(0).argmin()]
        w[free] += move
    return w


def _newton(G: Array, free: Array, l2: Array, slope: Array, tolerance: float) -> tuple[Array, Callable[..., Array]]:
    """Newton's step ``H⁻¹ slope``, and the product with H, the support's part of G with the penalty's curvature.

    To all digits, or, for large systems of which few digits are asked, by conjugate gradients.
    """
    diagonal = G.flat[:: len(G) + 1][free] + l2
    extra = max(EPS * float(diagonal.sum()), TINY)  # so that dependent columns can be solved
    few = len(free) > LARGE and tolerance > COARSE * np.abs(slope).max()

    if few and 2 * len(free) > len(G):  # taking H out of G costs as much as many products with G

        def product(x: Array) -> Array:
            padded = np.zeros((len(G), *x.shape[1:]))
            padded[free] = x
            return np.asarray((G @ padded)[free] + ((l2 + extra) * x.T).T)

    else:
        H = G[np.ix_(free, free)]
        H.flat[:: len(free) + 1] += l2 + extra
        product = H.__matmul__

    if not few:
        return np.linalg.solve(H, slope), product
    root = np.sqrt(len(free)) / 6  # of a random vector, the length is about this many times twice the largest entry
    goal = tolerance * root / float(np.linalg.norm(slope))
    return conjugate_gradients(product, slope, lambda r: r / diagonal, goal, len(free)), product
