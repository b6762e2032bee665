"""How far a network is from a point where no small step along the gradient helps."""

from collections.abc import Callable

import numpy as np

from groundup.core.types import Array

LARGEST_DECREASE = 0.01  # Part of the objective of constant scores; a larger decrease is worth more training.
TRIALS = 14  # Step lengths that are tried, each a quarter of the one before.


def decrease_along_gradient(
    value: Callable[[Array], float], w: Array, gradient: Array, unit: float, ascent: Array | None = None
) -> float:
    """Return by how much a line search along the steepest descent lowers an objective.

    Parameters
    ----------
    value : callable
        Objective as a function of the parameters.
    w, gradient : ndarray of shape (p,)
        Parameters and gradient.
    unit : float
        Size of the objective, which the longest step would take away if the objective were linear.
    ascent : ndarray of shape (p,), optional
        Direction of steepest ascent where lengths are measured in other units; by default the gradient.

    Returns
    -------
    float
        At least 0.
    """
    direction = gradient.astype(np.float64) if ascent is None else ascent
    direction = direction / (np.abs(direction).max(initial=0) or 1.0)  # so that squares of huge slopes do not overflow
    here = lowest = value(w)
    slope = float(gradient @ direction)
    if not slope:
        return 0.0
    step = unit / slope
    for _ in range(TRIALS):
        found = value((w - step * direction).astype(w.dtype))
        if found > lowest and lowest < here:
            break
        lowest, step = min(found, lowest), step / 4
    return here - lowest
