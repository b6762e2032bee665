"""Random numbers as functions of a seed and a place, never of a generator's position."""

import numpy as np

from groundup.core.types import Seed


def as_generator(random_state: Seed) -> np.random.Generator:
    """NumPy Generator from None, an integer, a Generator or a RandomState (which is advanced by one draw)."""
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1))
    return np.random.default_rng(random_state)
