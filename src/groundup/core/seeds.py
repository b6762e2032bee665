"""Random number generators from scikit-learn's ``random_state``."""

import numpy as np

from groundup.core.types import Seed


def as_generator(random_state: Seed) -> np.random.Generator:
    """Return a Generator for None, an integer, a Generator, or a RandomState (which makes one draw)."""
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1))
    return np.random.default_rng(random_state)
