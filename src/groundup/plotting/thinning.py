"""Thinning: which rows a picture shows and which states an animation shows, where there are too many."""

import numpy as np

from groundup.core.types import Array


def some_rows(n: int, most: int) -> Array:
    """Indices, in order, of at most `most` of n rows: chosen at random, and always the same."""
    return np.sort(np.random.default_rng(0).permutation(n)[:most])


def some_points(count: int, most: int = 1000) -> Array:
    """Indices of all points of a curve, or of at most `most`, evenly spaced and with both ends."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def some_states(count: int, most: int) -> list[int]:
    """Indices of all states, or of at most `most`, sparser towards the end, because the first ones change most."""
    if count <= most:
        return list(range(count))
    return sorted({int(t) for t in np.round(np.geomspace(1, count, most)) - 1})
