"""Is a derived gradient the derivative? Central differences ask the function itself."""

from collections.abc import Callable

import numpy as np

from groundup.core.types import Array

STEP = float(np.finfo(np.float64).eps) ** (1 / 3)  # balances the formula's error with rounding


def central_difference(function: Callable[[Array], float], at: Array) -> Array:
    """Gradient of `function` by ``(f(x + h) − f(x − h)) / 2h`` in each coordinate.

    Parameters
    ----------
    function : callable
        Of one array, returning a number.
    at : ndarray
        Where; any shape.

    Returns
    -------
    ndarray
        Of the shape of `at`; right to about ten digits for smooth functions.
    """
    gradient = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[place] = STEP * max(1.0, abs(at[place]))
        gradient[place] = (function(at + step) - function(at - step)) / (2 * step[place])
    return gradient


def gradient_error(function: Callable[[Array], float], gradient: Callable[[Array], Array], at: Array) -> float:
    """Length of the difference between `gradient` and central differences, relative to their lengths."""
    numeric, derived = central_difference(function, at), gradient(at)
    scale = np.linalg.norm(numeric) + np.linalg.norm(derived)
    return float(np.linalg.norm(numeric - derived) / scale) if scale > 0 else 0.0
