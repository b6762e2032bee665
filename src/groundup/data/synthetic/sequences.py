"""Made-up sequences: a series to forecast, sums over long distances, and curves of three shapes."""

from collections.abc import Callable

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.series.times import Spacing
from groundup.data.series.windows import forecasting

HOURS, PERIODS, HEIGHTS, NOISE = 720, (24, 8), (3.0, 1.5), 0.6  # Of the tide: hours, periods and metres.
ADDED, LONG = 800, 30  # Sequences of the adding problem, and their length.
CURVES, SHORTEST, LONGEST = 300, 20, 50  # Curves, and their fewest and most points.
ROUGH = 0.3  # Standard deviation of the errors of a curve, whose height is about one.


def sines(seed: int) -> Dataset:
    """A noisy sum of two sines, measured every hour for thirty days."""
    rng = np.random.default_rng(seed)
    hour = np.arange(HOURS)
    phase = rng.uniform(0, 2 * np.pi, len(PERIODS))
    exact = sum(
        height * np.sin(2 * np.pi * hour / period + shift)
        for height, period, shift in zip(HEIGHTS, PERIODS, phase, strict=True)
    )
    return forecasting(
        "sines",
        f"A simulated level of water, measured every hour for {HOURS // 24} days: waves of {PERIODS[0]} and of "
        f"{PERIODS[1]} hours, with errors of {NOISE} m.",
        "level (m)",
        exact + rng.normal(0, NOISE, HOURS),
        hour.astype(np.float64),
        Spacing("number", 1.0, called="hour"),
        horizon=12,
        window=24,
        truth={"exact": exact, "periods": PERIODS, "noise": NOISE},
    )


def adding(seed: int) -> Dataset:
    """Sequences of random numbers, two of them marked; the target is the sum of these two.

    Nothing but the marked steps matters, and the first of them is on average far from the end. Whoever answers 1
    always has a mean squared error of 1/6.
    """
    rng = np.random.default_rng(seed)
    value = rng.uniform(0, 1, (ADDED, LONG))
    marked = np.column_stack([rng.integers(0, LONG // 2, ADDED), rng.integers(LONG // 2, LONG, ADDED)])
    marker = np.zeros((ADDED, LONG))
    np.put_along_axis(marker, marked, 1.0, axis=1)
    return Dataset(
        "adding",
        f"The adding problem: {ADDED:,} sequences of {LONG} random numbers between 0 and 1, of which one in each "
        "half is marked; the target is the sum of the two (Hochreiter and Schmidhuber, 1997).",
        np.stack([value, marker], axis=2),
        np.take_along_axis(value, marked, axis=1).sum(axis=1),
        ("value", "marker"),
        "sum of the marked values",
        truth={"marked": marked, "guess": 1 / 6},
        kind="sequences",
    )


def shapes(seed: int) -> Dataset:
    """Noisy curves of three shapes and of different lengths; where a curve begins is random."""
    rng = np.random.default_rng(seed)
    kinds: dict[str, Callable[[Array], Array]] = {"sine": np.sin, "saw": _saw, "square": _square}
    names = np.array(list(kinds))[np.arange(CURVES) % len(kinds)]
    lengths = rng.integers(SHORTEST, LONGEST, CURVES, endpoint=True)
    curves = []
    for name, length in zip(names, lengths, strict=True):
        angle = 2 * np.pi * (np.arange(length) / rng.uniform(9, 15) + rng.uniform())
        curves.append(kinds[name](angle) + rng.normal(0, ROUGH, length))
    return Dataset(
        "shapes",
        f"{CURVES} noisy curves of {SHORTEST} to {LONGEST} points: sines, saws and squares with a height of 1 and "
        f"errors of {ROUGH}. Their periods are from 9 to 15 points, and they begin anywhere.",
        Sequences.of(curves),
        names,
        ("height",),
        "shape",
        truth={"noise": ROUGH},
        kind="sequences",
    )


def _saw(angle: Array) -> Array:
    """Return a line that rises from −1 to 1 in each period."""
    return np.asarray(angle / np.pi % 2 - 1)


def _square(angle: Array) -> Array:
    """Return 1 in the first half of each period, and −1 in the second."""
    return np.where(angle % (2 * np.pi) < np.pi, 1.0, -1.0)
