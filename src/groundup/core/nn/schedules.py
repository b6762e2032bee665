"""Schedules: the step size as a function of time.

The time is in the unit that the caller counts: training counts epochs, with fractions for the batches within one.

Sources: Robbins and Monro (1951) for inverse scaling; Loshchilov and Hutter (2017) for the cosine; Smith and Topin
(2018) for one cycle.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

Schedule = Callable[[float], float]


@dataclass(frozen=True)
class Constant:
    """The same step size at all times."""

    rate: float

    def __call__(self, t: float) -> float:
        """Return the step size at time t."""
        return self.rate


@dataclass(frozen=True)
class InverseScaling:
    """A step size that falls with a power of time.

    Parameters
    ----------
    rate : float
        Step size at the beginning.
    power : float, default=0.5
        The exponent.
    unit : float, default=1
        Time after which the step size is ``rate / 2 ** power``.
    """

    rate: float
    power: float = 0.5
    unit: float = 1.0

    def __call__(self, t: float) -> float:
        """Return ``rate / (1 + t / unit) ** power``."""
        return self.rate / (1 + t / self.unit) ** self.power


@dataclass(frozen=True)
class Step:
    """A step size that is multiplied by a factor at regular times.

    Parameters
    ----------
    rate : float
        Step size at the beginning.
    period : float
        Time from one change to the next.
    factor : float, default=0.1
        The factor.
    """

    rate: float
    period: float
    factor: float = 0.1

    def __call__(self, t: float) -> float:
        """Return ``rate · factor ** ⌊t / period⌋``."""
        return self.rate * self.factor ** math.floor(t / self.period)


@dataclass(frozen=True)
class Cosine:
    """A step size that falls along half a period of a cosine, and then stays.

    Parameters
    ----------
    rate : float
        Step size at the beginning.
    duration : float
        Time at which the lowest step size is reached.
    lowest : float, default=0
        The step size from then on.
    """

    rate: float
    duration: float
    lowest: float = 0.0

    def __call__(self, t: float) -> float:
        """Return ``lowest + (rate − lowest) (1 + cos(π t / duration)) / 2``."""
        return between(self.rate, self.lowest, t / self.duration)


@dataclass(frozen=True)
class OneCycle:
    """A step size that first rises to its largest value and then falls far below the one it began with.

    Both parts are halves of a cosine.

    Parameters
    ----------
    rate : float
        Largest step size.
    duration : float
        Time of the whole cycle.
    rise : float, default=0.3
        Fraction of the time in which the step size rises.
    first, last : float, default=1/25, 1e-5
        Step size at the beginning and at the end, as fractions of the largest.
    """

    rate: float
    duration: float
    rise: float = 0.3
    first: float = 1 / 25
    last: float = 1e-5

    def __call__(self, t: float) -> float:
        """Return the step size at time t."""
        top = self.rise * self.duration
        if t < top:
            return between(self.first * self.rate, self.rate, t / top)
        return between(self.rate, self.last * self.rate, (t - top) / (self.duration - top))


def between(first: float, last: float, progress: float) -> float:
    """Return the value on a half-cosine from `first`, at progress 0, to `last`, at progress 1 and after it."""
    return last + (first - last) * (1 + math.cos(math.pi * min(progress, 1.0))) / 2
