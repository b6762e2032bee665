"""Forecasts that need no model: the last value, and the value one period earlier."""

import numpy as np

from groundup.core.types import Array


def naive(values: Array, origins: Array, horizon: int) -> Array:
    """Return the last known value for every lead time, of shape (n, horizon).

    Parameters
    ----------
    values : ndarray of shape (T,)
        The series.
    origins : ndarray of int of shape (n,)
        Places of the first values that are forecast; those before are known.
    horizon : int
        Number of lead times.
    """
    return np.repeat(values[np.asarray(origins) - 1][:, None], horizon, axis=1)


def seasonal_naive(values: Array, origins: Array, horizon: int, period: int) -> Array:
    """Return the last known value of the same season for every lead time, of shape (n, horizon).

    Parameters
    ----------
    values, origins, horizon :
        As in `naive`.
    period : int
        Steps after which the series repeats; 0 for a series without seasons, whose last value is returned, as where
        less than a period is known.
    """
    if period == 0:
        return naive(values, origins, horizon)
    lead, first = np.arange(horizon), np.asarray(origins)[:, None]
    place = first + lead - period * (lead // period + 1)
    return np.asarray(values[np.where(place < 0, first - 1, place)])
