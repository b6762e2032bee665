"""Variables to start from, where their sum is given."""

import numpy as np

from groundup.core.types import Array


def filled(upper: Array, total: float) -> Array:
    """Return variables with some sum, each at its upper bound as long as the sum lasts.

    Parameters
    ----------
    upper : ndarray of shape (m,)
        Upper bounds.
    total : float
        The sum, at most that of the bounds.
    """
    before = np.cumsum(upper) - upper
    return np.clip(total - before, 0.0, upper)
