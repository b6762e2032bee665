"""By how much splits of a node lower the loss."""

from math import inf

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.nodes import Node
from groundup.projects.gradient_boosting.solvers.histogram.rules import LEAST_HESSIAN, HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.sums import Weights

ROUNDING = 1 - 1e-12  # Of products of whole numbers and of the penalty.


def gains(left: Array, node: Node, w: Weights, rules: HistogramRules) -> tuple[Array, float, float]:
    """Return by how much cuts lower the loss, times two: g, scale and shift of ``g scale - shift``.

    With ``a = H_left + λ``, ``A = H + 2 λ`` and gradients around their mean, ``c = G_left - a G / A``, the gain is
    ``c² A / (a (A - a))``, less ``G² / (H + λ) - G² / A``, which is the same for all cuts: one division each. And a
    product ``N_left (N - N_left)`` is at least ``m (N - m)`` where both counts are at least m; else g is 0.

    eq. gradient_boosting:newton-gain

    Parameters
    ----------
    left : ndarray of shape (2 or 3, c, B)
        Sums of gradients, counts and Hessians on the left of each cut.
    node : Node
        The node.
    w : Weights
        What these are sums of.
    rules : HistogramRules
        Which splits are allowed.
    """
    G, N, H = node.gradient, node.size, node.hessian
    l2, least = rules.l2 / w.hessian_unit, max(1, rules.min_samples_leaf)
    A = H + 2 * l2
    a = left[-1] + l2 if l2 else left[-1]
    g = a * (G / A)
    np.subtract(left[0], g, out=g)
    np.square(g, out=g)
    product = A - a
    product *= a
    if w.hessian is None:
        limit = _product(least, N, l2)
    else:
        limit = _product(LEAST_HESSIAN / w.hessian_unit, H, l2)
        np.putmask(product, left[1] * (N - left[1]) < _product(least, N, 0.0), inf)
    np.putmask(product, product < limit, inf)
    g /= product
    unit = w.gradient_unit**2 / w.hessian_unit
    return g, A * unit, (G**2 / (H + l2) - G**2 / A) * unit


def _product(least: float, total: float, l2: float) -> float:
    """Return the product of both sides, penalty included, where one is the least that is allowed."""
    return (least + l2) * (total + 2 * l2 - (least + l2)) * ROUNDING if total >= 2 * least else inf


def bounded_gains(left: Array, node: Node, w: Weights, rules: HistogramRules, signs: Array) -> Array:
    """Return by how much cuts lower the loss, times two, where values must rise or fall, within bounds; else 0.

    eq. gradient_boosting:monotonic

    Parameters
    ----------
    left, node, w, rules
        As in `gains`.
    signs : ndarray of shape (c,)
        1 where values must not fall, -1 where they must not rise, 0 where they may.
    """
    least = max(1, rules.min_samples_leaf)
    gradient, count, hessian = left[0] * w.gradient_unit, left[1], left[-1] * w.hessian_unit
    G, H = node.gradient * w.gradient_unit, node.hessian * w.hessian_unit
    allowed = (count >= least) & (node.size - count >= least)
    allowed &= (hessian >= LEAST_HESSIAN) & (H - hessian >= LEAST_HESSIAN)
    v_left = rules.values(gradient, hessian, node.low, node.high)
    v_right = rules.values(G - gradient, H - hessian, node.low, node.high)
    allowed &= signs[:, None] * (v_right - v_left) >= 0
    return np.where(allowed, G * node.value - gradient * v_left - (G - gradient) * v_right, 0.0)
