"""From which size on one way to a result is faster than another: times measured in turn, and where they are equal."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array

Way = Callable[[], Any]


def side_by_side(sizes: Sequence[float], ways: Callable[[Any], tuple[Way, Way]], rounds: int) -> Array:
    """Return the seconds that two ways take at each size, shape ``(len(sizes), 2)``: medians of rounds in turn.

    Parameters
    ----------
    sizes : sequence of float
        Whatever grows: rows, columns, classes.
    ways : callable
        ``ways(size)`` prepares the data, which is not timed, and returns the two as functions without arguments.
    rounds : int
        How often each is timed.
    """
    medians = []
    for size in sizes:
        pair, seconds = ways(size), np.empty((rounds, 2))
        for turn in seconds:
            for side, way in enumerate(pair):
                begin = time.perf_counter()
                way()
                turn[side] = time.perf_counter() - begin
        medians.append(np.median(seconds, axis=0))
    return np.array(medians)


def lines_meet(x: Array, y: Array) -> float:
    """Return the place at which two straight lines meet that are fitted to the columns of `y`, shape ``(n, 2)``."""
    slope, height = np.polyfit(x, y, 1)
    return float((height[1] - height[0]) / (slope[0] - slope[1]))


def powers_meet(sizes: Sequence[float], seconds: Array) -> float:
    """Return the size at which two times are equal that grow like powers of it: lines in logarithms."""
    return float(np.exp(lines_meet(np.log(sizes), np.log(seconds))))


def ratio_turns(sizes: Sequence[float], seconds: Array) -> float:
    """Return the size from which the first of two times is the longer one, between measured sizes, in logarithms.

    For times that are no powers. Their ratio is taken to grow; where noise says otherwise it stays.
    """
    ratio = np.log(seconds[:, 0] / seconds[:, 1])
    return float(np.exp(np.interp(0.0, np.maximum.accumulate(ratio), np.log(sizes))))
