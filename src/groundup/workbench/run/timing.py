"""Times of the two fits: ours and the reference's, measured again in turn where they are short."""

import time
import warnings
from collections.abc import Callable
from statistics import median
from typing import Any

from groundup.data.dataset import Dataset

SHORT = 0.1  # Seconds: the time of a shorter fit is mostly chance, and is measured again.
LONG = 5.0  # Seconds: no fit that takes longer is repeated.
ENOUGH = 0.5  # Seconds of repeated fits after which no more are made.
TURNS = 5  # Most pairs of fits whose median time is reported.


def timed(
    model: Any, reference: Any, data: Dataset, *, supervised: bool, first: tuple[float, float]
) -> tuple[float, float]:
    """Return the seconds of our fit and of the reference's.

    Parameters
    ----------
    model, reference : estimator
        Both fitted; they are not changed.
    data : Dataset
        The rows that they were fitted to.
    supervised : bool
        Whether they learn from y.
    first : pair of float
        Seconds of their first fits, in which libraries are still being loaded. If either is short and none is long,
        the medians of a few more fits are returned, one of each side in turn.
    """
    if min(first) >= SHORT or max(first) >= LONG:
        return first
    y = (data.y,) if supervised else ()
    ours, theirs = (type(side)(**side.get_params()) for side in (model, reference))
    turns: list[tuple[float, float]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The first fits have given these warnings.
        while len(turns) < TURNS and sum(map(sum, turns)) < ENOUGH:
            turns.append((seconds(lambda: ours.fit(data.X, *y)), seconds(lambda: theirs.fit(data.X, *y))))
    return median(pair[0] for pair in turns), median(pair[1] for pair in turns)


def seconds(call: Callable[[], Any]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
