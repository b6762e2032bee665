"""Dropout: random zeros during training, so that no unit relies on a single other one.

Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.parameters import Views
from groundup.core.types import Array


@dataclass(frozen=True)
class Dropout(Layer):
    """Set entries to zero at random, and divide the others by the fraction that is kept: the mean does not change.

    Parameters
    ----------
    rate : float
        Probability of a zero, at least 0 and below 1.
    """

    rate: float

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``x`` times 0 or ``1 / (1 − rate)`` in a training step, and ``x`` otherwise.

        eq. multilayer_perceptron:dropout
        """
        if place is None:
            return x, None
        kept = np.random.default_rng(place).random(x.shape, dtype=np.float32) >= self.rate
        factor = kept * x.dtype.type(1 / (1 - self.rate))
        return x * factor, factor

    def backward(self, p: Views, factor: Any, dy: Array, g: Views) -> Array:
        """Return ``dy`` times the same factors."""
        return dy if factor is None else dy * factor
