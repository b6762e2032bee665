"""Is the world still the same: the distance of two samples, and p-values corrected for their number."""

import numpy as np

from groundup.core.types import Array


def distance(old: Array, new: Array) -> float:
    """Return the largest difference of the distribution functions of two samples.

    The statistic of Kolmogorov and Smirnov, between 0 and 1.  eq. classification_pipeline:drift
    """
    places = np.concatenate([old, new])
    F = np.sort(old).searchsorted(places, side="right") / len(old)  # share that is not above each place
    G = np.sort(new).searchsorted(places, side="right") / len(new)
    return float(np.abs(F - G).max())


def holm(p: Array) -> Array:
    """Return p-values corrected for their number, in the order given.

    A test rejects where its corrected value is at most the level.  eq. classification_pipeline:holm
    """
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected
