"""Newton's method for ``½ tr WᵀGW − tr CᵀW + l1 Σ ‖W[j]‖ + l2/2 ‖W‖²``.

A pass over the rows finds out which of them are zero. At the others the penalty is smooth, and Newton's method ends in
a few steps, however ill-conditioned G is. A row that a step would carry past zero is set to zero.

Source: Qin, Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso, Math. Prog.
Comp. 5 (2013).
"""

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.conjugate_gradients import conjugate_gradients
from groundup.core.optimize.penalties import GroupPenalty, lengths
from groundup.core.types import Array

MOST_PASSES = 1000  # Largest number of passes over rows, each followed by Newton's method.
MOST_STEPS = 20  # Largest number of Newton steps after a pass.
MOST_PRODUCTS = 100  # Largest number of products for a Newton step.
PART_LEFT = 1e-2  # Part of the gradient that a Newton step may leave.
SHORTEST = 1e-3  # A step that has to be shorter than this part of the one that first turns a row round is not taken.
LEAST_DECREASE = 1e-4  # Part of the decrease that the gradient predicts, which a step must reach.
TINY = 1e-100  # Stands for the zero on the diagonal of G that a column of zeros has.


def minimize(G: Array, C: Array, penalty: GroupPenalty, W: Array, tolerance: float) -> Array:
    """Return the minimum, with exact zeros.

    Parameters
    ----------
    G : ndarray of shape (d, d)
        Symmetric and positive semi-definite; it may be singular.
    C : ndarray of shape (d, t)
        Linear term.
    penalty : GroupPenalty
        Its weights must be numbers.
    W : ndarray of shape (d, t)
        Starting point.
    tolerance : float
        Largest violation of the optimality conditions by a row, up to rounding.
    """
    size = np.sqrt(np.diag(G))[:, None]
    for number in range(MOST_PASSES):
        rounding = 4 * EPS * (size * (size * lengths(W)).sum() + lengths(C))
        violated = (penalty.violation(W, G @ W - C) > tolerance + rounding).ravel()
        if not violated.any():
            break
        visit = violated & ~W.any(axis=1)
        if number and not visit.any():
            visit = violated
        W = _pass(G, C, penalty, W, np.flatnonzero(visit))
        W = _newton(G, C, penalty, W, tolerance)
    return W


def _pass(G: Array, C: Array, penalty: GroupPenalty, W: Array, rows: Array) -> Array:
    """Minimise over each row in turn, with all others fixed."""
    W, slope, diagonal = W.copy(), C - G @ W, np.maximum(np.diag(G), TINY)
    for j in rows:
        new = penalty.prox(W[j : j + 1] + slope[j] / diagonal[j], 1 / diagonal[j])[0]
        if (new != W[j]).any():
            slope -= np.outer(G[j], new - W[j])
            W[j] = new
    return W


def _newton(G: Array, C: Array, penalty: GroupPenalty, W: Array, tolerance: float) -> Array:
    """Minimise over the rows that are not zero."""
    W = W.copy()
    for _ in range(MOST_STEPS):
        free = np.flatnonzero(W.any(axis=1))
        if not len(free):
            break
        start, H = W[free], G[np.ix_(free, free)]
        size = lengths(start)
        unit, curvature = start / size, penalty.l1 / size
        gradient = H @ start - C[free] + penalty.l2 * start + penalty.l1 * unit
        if lengths(gradient).max() <= tolerance:
            break
        step = -_solve(H, penalty.l2, unit, curvature, gradient)
        moved = _shortened(H, penalty, start, step, gradient)
        if moved is None:
            break
        W[free] = moved
    return W


def _solve(H: Array, l2: float, unit: Array, curvature: Array, gradient: Array) -> Array:
    """Solve with the Hessian ``D -> (H + l2) D + curvature (D − unit unit·D)``.

    Its last term acts only orthogonally to a row.
    Without its subtraction the Hessian would be the same for all targets: the preconditioner.
    """

    def product(D: Array) -> Array:
        return H @ D + l2 * D + curvature * (D - unit * (unit * D).sum(axis=1, keepdims=True))

    upper = H.copy()
    upper.flat[:: len(H) + 1] += l2 + curvature[:, 0] + max(EPS * float(np.trace(H)), TINY)
    inverse = np.linalg.inv(upper)
    return conjugate_gradients(product, gradient, inverse.__matmul__, PART_LEFT, MOST_PRODUCTS)


def _shortened(H: Array, penalty: GroupPenalty, start: Array, step: Array, gradient: Array) -> Array | None:
    """The point after the longest of some halved steps that decreases the objective enough; None if none does."""
    size = lengths(start)
    smooth = gradient - penalty.l1 * start / size
    along, square = (step * start).sum(axis=1), (start**2).sum(axis=1)
    first = float((square / np.where(along < 0, -along, 1))[along < 0].min(initial=1.0))  # a row is turned round
    length = 1.0
    while length >= SHORTEST * first:
        moved = start + length * step
        moved[square + length * along <= 0] = 0
        move = moved - start
        # The change of the lengths, written so that nothing cancels.
        longer = ((2 * start + move) * move).sum(axis=1, keepdims=True) / (size + lengths(moved))
        quadratic = np.vdot(move, H @ move + penalty.l2 * move) / 2
        change = float(np.vdot(smooth, move) + quadratic + penalty.l1 * longer.sum())
        if change <= LEAST_DECREASE * min(0.0, float(np.vdot(gradient, move))):
            return moved
        length = first if length / 2 < first < length else length / 2
    return None
