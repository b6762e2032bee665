"""Intervals: of shares in closed form, of all else by the bootstrap.

All are percentiles of resamples but those of sums of absolute values.

eq. classification_pipeline:bootstrap, classification_pipeline:wilson
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Interval = dict[str, Any]  # value, low, high


@dataclass(frozen=True)
class Resamples:
    """Rows drawn again with replacement.

    Parameters
    ----------
    y : array of int, shape (n,)
        True classes: each keeps its number of rows, so that every resample has all of them.
    groups : array of shape (n,), optional
        Rows that belong together are drawn together; the classes' numbers vary then.
    number : int
        How many resamples.
    seed : int
        Of the random numbers.
    """

    y: np.ndarray
    groups: np.ndarray | None
    number: int
    seed: int

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield the places of the rows of each resample."""
        rng = np.random.default_rng(self.seed)
        if self.groups is None:
            members = [np.flatnonzero(self.y == k) for k in np.unique(self.y)]
            for _ in range(self.number):
                yield np.concatenate([rng.choice(rows, len(rows)) for rows in members])
        else:
            _, inverse = np.unique(self.groups.astype(str), return_inverse=True)
            order = np.argsort(inverse, kind="stable")
            starts = np.concatenate([[0], np.cumsum(np.bincount(inverse))])
            members = [order[a:b] for a, b in pairwise(starts)]
            for _ in range(self.number):
                yield np.concatenate([members[k] for k in rng.integers(0, len(members), len(members))])


def bootstrap(
    of: Callable[[np.ndarray], Mapping[str, float]], resamples: Resamples, level: float
) -> dict[str, Interval]:
    """Return values with intervals.

    Parameters
    ----------
    of : callable
        ``of(rows)`` returns values by name, for the rows at some places.
    resamples : Resamples
        What the intervals follow from.
    level : float
        Confidence.
    """
    found = of(np.arange(len(resamples.y)))
    drawn: dict[str, list[float]] = {name: [] for name in found}
    for rows in resamples:
        for name, value in of(rows).items():
            drawn[name].append(value)
    return {name: interval(value, np.array(drawn[name]), level) for name, value in found.items()}


def interval(value: float, drawn: np.ndarray, level: float) -> Interval:
    """Return a value with the percentiles of its resamples; None where it is not defined."""
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]) if len(drawn) else (np.nan, np.nan)
    return {"value": _number(value), "low": _number(low), "high": _number(high)}


def mean(values: np.ndarray, resamples: Resamples, level: float) -> Interval:
    """Return the mean of a number of each row."""
    return interval(float(values.mean()), np.array([values[rows].mean() for rows in resamples]), level)


def distance(values: np.ndarray, bins: Sequence[np.ndarray], resamples: Resamples, level: float) -> Interval:
    r"""Return the sum over bins of the absolute mean, weighted by the bins' rows, with an interval.

    The percentiles of the resamples would be wrong here: an absolute value is never negative, so noise alone makes the
    sum larger in the rows than it truly is, and larger again in each resample. Let :math:`m_b` be the mean of a bin in
    the rows and :math:`\mu_b` the true one, with weights :math:`w_b`. By the triangle inequality

    .. math::
        \Bigl|\sum_b w_b|m_b| - \sum_b w_b|\mu_b|\Bigr| \le \sum_b w_b|m_b-\mu_b| .

    The right side is at most the quantile `level` of :math:`\sum_b w_b|m^*_b-m_b|` over the resamples, with about
    that probability. So the interval holds the truth at least about as often as it says, and it holds the value; it is
    cut off at 0.

    Parameters
    ----------
    values : array of shape (n,)
        A number of each row.
    bins : sequence of arrays of int
        Places of the rows of each bin; each row is in one.
    resamples : Resamples
        Rows keep their bin in them.
    level : float
        Confidence.
    """
    place = np.empty(len(values), dtype=np.intp)
    for k, rows in enumerate(bins):
        place[rows] = k

    def sums(rows: np.ndarray) -> np.ndarray:
        return np.bincount(place[rows], values[rows], len(bins)) / len(rows)

    found = sums(np.arange(len(values)))
    value = float(np.abs(found).sum())
    radius = float(np.quantile([np.abs(sums(rows) - found).sum() for rows in resamples], level))
    return {"value": value, "low": max(0.0, value - radius), "high": value + radius}


def share(successes: int, number: int, level: float) -> Interval:
    """Return a share with Wilson's interval."""
    from scipy.stats import binomtest

    if not number:
        return {"value": None, "low": None, "high": None}
    ends = binomtest(int(successes), int(number)).proportion_ci(level, method="wilson")
    return {"value": successes / number, "low": float(ends.low), "high": float(ends.high)}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
