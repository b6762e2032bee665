"""Duality gap: a feasible dual point bounds the minimum from below.

Source: Fenchel (1949) and Rockafellar (1970) for the theory; Kim et al. (2007) for the lasso's dual point.
"""

import numpy as np

from groundup.core.constants import EPS
from groundup.core.optimize.penalties import GroupPenalty, Penalty
from groundup.core.types import Array


def gap(penalty: Penalty | GroupPenalty, w: Array, slope: Array, square: float, decrease: float = np.inf) -> float:
    """Return the duality gap of ``square/2 + penalty(w)``.

    It bounds the excess over the minimum.

    Parameters
    ----------
    penalty : Penalty or GroupPenalty
        Its strengths must be numbers.
    w, slope : ndarray of shape (d,), or (d, t) for a group penalty
        Coefficients, and ``Xᵀr / n`` for their residual ``r = y − Xw``.
    square : float
        ``‖r‖² / n``.
    decrease : float, optional
        Largest possible decrease of the squared error alone, if known.

    Returns
    -------
    float
        The best bound from multiples of the residual as dual points, plus its rounding error.
    """
    value, along = float(penalty.value(w)), float(np.vdot(w, slope))
    bounds = [square / 2 + value]  # the dual point 0
    if penalty.l1 == penalty.l2 == 0:
        bounds.append(decrease)
    if penalty.l2 > 0:
        bounds.append(value - along + _conjugate(penalty, slope))  # the residual itself
    if penalty.l1 > 0:
        largest = float(penalty.slope_size(slope - penalty.gradient(w)).max(initial=0))
        scale = min(1.0, penalty.l1 / largest) if largest > 0 else 1.0  # makes the residual feasible for the dual
        # Written as a sum of terms that are not negative, so that nothing cancels. eq. regularized_regression:gap
        bounds.append((1 - scale) ** 2 * square / 2 + value - scale * along + _conjugate(penalty, scale * slope))
    return max(0.0, min(bounds)) + EPS * bounds[0]


def _conjugate(penalty: Penalty | GroupPenalty, slope: Array) -> float:
    """Convex conjugate of the penalty, which the dual objective subtracts.

    eq. regularized_regression:dual-objective
    """
    if penalty.l2 == 0:
        return 0.0  # or infinite, which the scaling of the dual point excludes
    return float((np.maximum(penalty.slope_size(slope) - penalty.l1, 0) ** 2).sum() / (2 * penalty.l2))
