"""Check a derived gradient against central differences, or against a step in the imaginary direction.

Source: Squire and Trapp (1998) for the complex step.
"""

from collections.abc import Callable

import numpy as np

from groundup.core.constants import EPS
from groundup.core.types import Array

COMPLEX_STEP = 1e-30  # Nothing is subtracted, so that the step may be as small as its square is negligible.
DIFFERENCE_STEP = EPS ** (1 / 3)  # The relative step that balances truncation and rounding error.


def central_difference(function: Callable[[Array], float], at: Array) -> Array:
    """Return the gradient of `function` by central differences.

    Each coordinate is ``(f(x + h) − f(x − h)) / 2h``.

    Parameters
    ----------
    function : callable
        Takes one array and returns a number.
    at : ndarray
        The point, of any shape.

    Returns
    -------
    ndarray
        The shape of `at`; about ten digits are right for smooth functions.
    """
    gradient = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[place] = DIFFERENCE_STEP * max(1.0, abs(at[place]))
        gradient[place] = (function(at + step) - function(at - step)) / (2 * step[place])
    return gradient


def complex_step(function: Callable[[Array], complex], at: Array) -> Array:
    """Return the gradient of `function` by steps in the imaginary direction.

    Each coordinate is ``Im f(x + ih) / h``, exact to rounding; the function must be analytic, and written for complex
    numbers.

    Parameters
    ----------
    function : callable
        Takes one array and returns a number.
    at : ndarray
        The point, of any shape.

    Returns
    -------
    ndarray
        The shape of `at`.
    """
    gradient = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[place] += 1j * COMPLEX_STEP
        gradient[place] = np.imag(function(moved)) / COMPLEX_STEP
    return gradient


def gradient_error(function: Callable[[Array], float], gradient: Callable[[Array], Array], at: Array) -> float:
    """Return the relative distance of `gradient` from central differences."""
    numeric, derived = central_difference(function, at), gradient(at)
    scale = np.linalg.norm(numeric) + np.linalg.norm(derived)
    return float(np.linalg.norm(numeric - derived) / scale) if scale > 0 else 0.0
