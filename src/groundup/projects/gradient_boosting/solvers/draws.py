"""Random numbers that are a function of the seed and the node, so that it does not matter when a node is searched."""

import numpy as np

from groundup.core.types import Array


def uniforms(seed: tuple[int, ...], nodes: Array, d: int) -> Array:
    """Return uniform random numbers in [0, 1), one for each node and column, of shape (k, d).

    Source: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
    """
    start = np.random.default_rng(seed).integers(2**63, dtype=np.uint64)
    place = nodes.astype(np.uint64)[:, None] * np.uint64(d) + np.arange(1, d + 1, dtype=np.uint64)
    z: Array = start + place * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53
