"""Random number generators from scikit-learn's ``random_state``."""

import numpy as np

from groundup.core.types import Seed


def as_generator(random_state: Seed) -> np.random.Generator:
    """Return a Generator for any kind of ``random_state``.

    A RandomState makes one draw, which seeds the Generator.
    """
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1))
    return np.random.default_rng(random_state)


def draw_entropy(random_state: Seed) -> tuple[int, ...]:
    """Draw the seed of all random numbers of a fit."""
    return (int(as_generator(random_state).integers(2**63)),)
