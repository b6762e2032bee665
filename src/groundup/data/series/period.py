"""The seasonal period of a series, by its autocorrelation."""

import numpy as np

from groundup.core.types import Array

LEAST = 0.3  # Autocorrelation from which a period is believed.
REPEATS = 3  # Least number of periods that a series must hold.


def autocorrelation(values: Array) -> Array:
    """Return the autocorrelation at lags 0, 1, …, n − 1 of a series less its straight line.

    The sum at each lag is divided by n, not by the number of its products: of several multiples of a period the
    smallest is then the largest peak.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Without gaps.
    """
    n = len(values)
    time = np.arange(n) - (n - 1) / 2
    rest = values - values.mean()
    if n > 1:
        rest = rest - time * (time @ rest) / (time @ time)
    size = np.fft.rfft(rest / (np.abs(rest).max() or 1.0), 2 * n)
    found = np.fft.irfft(size * size.conj(), 2 * n)[:n]
    return np.asarray(found / found[0] if found[0] > 0 else np.zeros(n))


def seasonal_period(values: Array) -> int:
    """Return the lag at which a series is most like itself; 0 where it is not enough so at any.

    Candidates are peaks of the autocorrelation behind its first negative value, with at least `REPEATS` periods in the
    series.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Without gaps.
    """
    found = autocorrelation(np.asarray(values, dtype=np.float64))
    lags = np.arange(1, len(found) // REPEATS + 1)
    below = np.flatnonzero(found < 0)
    if not len(below):
        return 0
    lags = lags[(lags > below[0]) & (lags + 1 < len(found))]
    peaks = lags[(found[lags] >= found[lags - 1]) & (found[lags] > found[lags + 1]) & (found[lags] >= LEAST)]
    return int(peaks[found[peaks].argmax()]) if len(peaks) else 0
