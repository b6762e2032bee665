"""Which rows a picture shows when there are more than it can."""

import numpy as np

from groundup.core.types import Array


def some_rows(n: int, most: int) -> Array:
    """Indices, in order, of at most `most` of n rows: chosen at random, but always the same."""
    return np.sort(np.random.default_rng(0).permutation(n)[:most])
