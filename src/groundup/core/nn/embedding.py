"""A learned vector for each number of a word."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.parameters import Shapes, Views
from groundup.core.types import Array


@dataclass(frozen=True)
class Embedding(Layer):
    """A vector for each of some words, which are given by number.

    It is a weighted sum of features of which one is 1 and the others are 0, computed without these.

    Parameters
    ----------
    words : int
        Number of words.
    outputs : int
        Length of a vector.
    """

    words: int
    outputs: int

    @property
    def shapes(self) -> Shapes:
        """A table ``E`` with a row for each word."""
        return {"E": (self.words, self.outputs)}

    def initialize(self, p: Views, place: Place) -> None:
        """Draw normal vectors of variance one for each entry."""
        p["E"][...] = np.random.default_rng(place).normal(size=(self.words, self.outputs))

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return the vectors, (outputs, ...), of words ``x``, an array of integers of shape (...)."""
        return np.moveaxis(p["E"][x], -1, 0), x

    def backward(self, p: Views, x: Any, dy: Array, g: Views) -> None:
        """Add up the derivatives of each word; a word that occurs twice gets both."""
        g["E"][...] = 0
        np.add.at(g["E"], x, np.moveaxis(dy, 0, -1))
