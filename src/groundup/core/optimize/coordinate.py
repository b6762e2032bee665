"""Coordinate descent on ``½ wᵀGw − cᵀw + penalty(w)``.

Coordinate descent finds out which coefficients are zero and which sign the others have. Once that is known, the problem
is a linear system, which one factorisation solves; so passes over the coordinates alternate with such solutions.

Sources: Fu (1998), Friedman, Hastie and Tibshirani (2010) for coordinate descent; Lee, Battle, Raina and Ng (2006) for
solving at fixed signs.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.conjugate_gradients import conjugate_gradients
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array

CG_FROM = 200  # A system with more unknowns than these is solved by conjugate gradients, if few digits suffice:
CG_TOLERANCE = 1e-2  # if its tolerance is at least this part of the largest slope.
CANDIDATES = 8  # Candidate step lengths along the piecewise-linear path that are compared.
TINY_CURVATURE = 1e-100  # Replaces the zero on the diagonal of G that a column of zeros has.


def minimize(G: Array, c: Array, penalty: Penalty, w: Array, tolerance: float, max_passes: int = 1000) -> Array:
    """Return the minimiser of ``½ wᵀGw − cᵀw + penalty(w)``, with exact zeros.

    Parameters
    ----------
    G : ndarray of shape (d, d)
        Symmetric and positive semi-definite; it may be singular.
    c : ndarray of shape (d,)
        Linear term.
    penalty : Penalty
        Its arrays, if it has any, of shape (d,).
    w : ndarray of shape (d,)
        Starting point; the penalty there must be finite.
    tolerance : float
        Largest violation of the optimality conditions in the result, in the unit of `c`, besides the rounding error of
        the gradient.
    max_passes : int, default=1000
        Largest number of passes over the coordinates; if they do not suffice, the violation exceeds `tolerance`.

    Returns
    -------
    ndarray of shape (d,)
        Its objective is at most that of the starting point.
    """
    size = np.sqrt(np.diag(G))  # |G[j, k]| ≤ size[j] size[k], which bounds the rounding of G w
    for number in range(max_passes):
        rounding = 4 * EPS * (size * (size @ np.abs(w)) + np.abs(c))
        violated = penalty.violation(w, G @ w - c) > tolerance + rounding
        if not violated.any():
            break
        visit = violated & (w == 0)  # the Newton step on the support takes care of the others
        if number and not visit.any():  # unless dependent columns have made that step inexact
            visit = violated
        w = coordinate_pass(G, c, penalty, w, np.flatnonzero(visit))
        w = newton_on_support(G, c, penalty, w, tolerance + rounding)
    return w


def coordinate_pass(G: Array, c: Array, penalty: Penalty, w: Array, order: Iterable[int]) -> Array:
    """Minimise over each coordinate in `order` in turn, with all others fixed.

    eq. regularized_regression:coordinate
    """
    w, slope, diagonal = w.copy(), c - G @ w, np.maximum(np.diag(G), TINY_CURVATURE)
    for j in order:
        new = penalty.restricted_to(j).prox(w[j] + slope[j] / diagonal[j], 1 / diagonal[j])
        if new != w[j]:
            slope -= G[j] * (new - w[j])
            w[j] = new
    return w


def newton_on_support(G: Array, c: Array, penalty: Penalty, w: Array, tolerance: Any = 0.0) -> Array:
    """Minimise over the non-zero (or unpenalised) coefficients, at fixed signs.

    Between two changes of sign the objective is a quadratic, whose minimum a linear system gives. Coefficients that
    would change sign stop at zero. If the end of this path is not low enough, the best of eight points on it is taken;
    at the first of them, one coefficient has reached zero and the objective has fallen. This repeats with the
    coefficients that are left.
    """
    l1, l2, tolerance = (np.broadcast_to(value, w.shape) for value in (penalty.l1, penalty.l2, tolerance))
    signed = (l1 > 0) | penalty.positive
    w = w.copy()
    while (free := np.flatnonzero((w != 0) | ~signed)).size:
        start = w[free]
        slope = (c - G @ w)[free] - penalty.restricted_to(free).gradient(start) - l1[free] * np.sign(start)
        if (np.abs(slope) <= tolerance[free]).all():
            break
        step, product = _newton(G, free, l2[free], slope, float(tolerance[free].min()))
        crossing = signed[free] & (start * (start + step) < 0)
        if not crossing.any():
            w[free] += step
            break
        move = np.where(crossing, -start, step)
        if (
            move @ product(move) / 2 - slope @ move > -slope @ step / 4
        ):  # less than half of what the whole step would gain
            ratio = np.where(crossing, -start / np.where(crossing, step, 1), np.inf)
            stops = np.sort(ratio[crossing])[np.linspace(0, crossing.sum() - 1, CANDIDATES).astype(int)]
            moves = np.where(ratio[:, None] <= stops, -start[:, None], stops * step[:, None])
            move = moves[:, (moves * (product(moves) / 2 - slope[:, None])).sum(0).argmin()]
        w[free] += move
    return w


def _newton(G: Array, free: Array, l2: Array, slope: Array, tolerance: float) -> tuple[Array, Callable[..., Array]]:
    """Newton's step ``H⁻¹ slope``, and the product with H.

    H is the support's part of G plus the penalty's curvature.

    The step is exact or, for a large system and a coarse tolerance, found by conjugate gradients.

    Of dependent columns, H has a zero eigenvalue, which rounding makes negative: such a step would lead uphill. So its
    diagonal is raised until the step leads downhill.
    """
    diagonal = G.flat[:: len(G) + 1][free] + l2
    raised = max(EPS * float(diagonal.sum()), TINY_CURVATURE)
    few = len(free) > CG_FROM and tolerance > CG_TOLERANCE * np.abs(slope).max()

    if few and 2 * len(free) > len(G):  # copying H out of G costs as much as many products with G

        def product(x: Array) -> Array:
            padded = np.zeros((len(G), *x.shape[1:]))
            padded[free] = x
            return np.asarray((G @ padded)[free] + ((l2 + raised) * x.T).T)

    else:
        H = G[np.ix_(free, free)]
        H.flat[:: len(free) + 1] += l2 + raised
        product = H.__matmul__

    if few:
        root = np.sqrt(len(free)) / 6  # of a random vector, the length is about this many times twice the largest entry
        goal = tolerance * root / float(np.linalg.norm(slope))
        return conjugate_gradients(product, slope, lambda r: r / diagonal, goal, len(free)), product
    while True:
        try:
            step = np.linalg.solve(H, slope)
            uphill = bool(slope @ step < 0)
        except np.linalg.LinAlgError:  # equal columns whose products differ by as much as was added
            uphill = True
        if not uphill:
            return step, product
        H.flat[:: len(free) + 1] += 9 * raised
        raised *= 10
