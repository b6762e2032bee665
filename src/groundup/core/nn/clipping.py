"""Limits of gradients, in place.

Source: Pascanu, Mikolov and Bengio (2013).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array

Clip = Callable[[Array], None]


@dataclass(frozen=True)
class ByNorm:
    """Shorten a gradient that is longer than a limit; its direction stays."""

    limit: float

    def __call__(self, g: Array) -> None:
        """Change ``g`` in place."""
        length = float(np.linalg.norm(g))
        if length > self.limit:
            g *= self.limit / length


@dataclass(frozen=True)
class ByValue:
    """Limit each entry of a gradient; the direction changes."""

    limit: float

    def __call__(self, g: Array) -> None:
        """Change ``g`` in place."""
        np.clip(g, -self.limit, self.limit, out=g)
