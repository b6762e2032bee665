"""By how much splits lower the loss."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.rules import LEAST_HESSIAN, HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights

ROUNDING = 1 - 1e-12  # Of products of whole numbers and of the penalty.


def gains(left: Array, nodes: Array, w: Weights, rules: HistogramRules) -> tuple[Array, Array, Array]:
    """Return by how much cuts lower the loss, times two: g, scale and shift of ``g scale - shift``.

    With ``a = H_left + λ``, ``A = H + 2 λ`` and gradients around their mean, ``c = G_left - a G / A``, the gain is
    ``c² A / (a (A - a))``, less ``G² / (H + λ) - G² / A``, which is the same for all cuts: one division each. And a
    product ``N_left (N - N_left)`` is at least ``m (N - m)`` where both counts are at least m; else g is 0.

    eq. gradient_boosting:newton-gain

    Parameters
    ----------
    left : ndarray of shape (2 or 3, k, c, B)
        Sums of gradients, counts and Hessians on the left of each cut.
    nodes : structured ndarray of shape (k,)
        The nodes.
    w : Weights
        What these are sums of.
    rules : HistogramRules
        Which splits are allowed.
    """
    G, N, H = (nodes[name].astype(np.float64)[:, None, None] for name in ("gradient", "size", "hessian"))
    l2, least = rules.l2 / w.hessian_unit, float(max(1, rules.min_samples_leaf))
    A = H + 2 * l2
    a = left[-1] + l2 if l2 else left[-1]
    c = a * (G / A)
    np.subtract(left[0], c, out=c)
    product = A - a
    product *= a
    if w.hessian is None:
        limit = _product(least, N, l2)
    else:
        limit = _product(LEAST_HESSIAN / w.hessian_unit, H, l2)
        np.putmask(product, left[1] * (N - left[1]) < _product(least, N, 0.0), np.inf)
    np.putmask(product, product < limit, np.inf)
    np.square(c, out=c)
    c /= product
    unit = w.gradient_unit**2 / w.hessian_unit
    G, H, A = G.ravel(), H.ravel(), A.ravel()
    return c, A * unit, (G**2 / (H + l2) - G**2 / A) * unit


def _product(least: float, total: Array, l2: float) -> Array:
    """Return the product of both sides, penalty included, where one is the least that is allowed."""
    limit = (least + l2) * (total + 2 * l2 - (least + l2)) * ROUNDING
    return np.where(total >= 2 * least, limit, np.inf)


def bounded_gains(left: Array, nodes: Array, w: Weights, rules: HistogramRules, signs: Array) -> Array:
    """Return by how much cuts lower the loss, times two, or 0, where the values of the sides must lie within bounds, and rise or fall as they must.

    eq. gradient_boosting:monotonic

    Parameters
    ----------
    left, nodes, w, rules
        As in `gains`.
    signs : ndarray of shape (c,)
        1 where values must not fall, -1 where they must not rise, 0 where they may.
    """
    names = ("gradient", "size", "hessian", "value", "low", "high")
    G, N, H, value, low, high = (nodes[name][:, None, None] for name in names)
    least = max(1, rules.min_samples_leaf)
    gradient, count, hessian = left[0] * w.gradient_unit, left[1], left[-1] * w.hessian_unit
    G, H = G * w.gradient_unit, H * w.hessian_unit
    allowed = (count >= least) & (N - count >= least)
    allowed &= (hessian >= LEAST_HESSIAN) & (H - hessian >= LEAST_HESSIAN)
    v_left, v_right = rules.values(gradient, hessian, low, high), rules.values(G - gradient, H - hessian, low, high)
    allowed &= signs[:, None] * (v_right - v_left) >= 0
    return np.where(allowed, G * value - gradient * v_left - (G - gradient) * v_right, 0.0)
