"""Layers one after the other: forward in order, backward in the opposite order."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.parameters import Shapes, Views, merged, size, views
from groundup.core.types import Array


@dataclass(frozen=True)
class Network(Layer):
    """A chain of layers, which is a layer itself.

    Parameters
    ----------
    layers : tuple of Layer
        Each takes the output of the one before.

    Examples
    --------
    >>> from groundup.core.nn.activations import Tanh
    >>> from groundup.core.nn.dense import Dense
    >>> network = Network((Dense(2, 3), Tanh(), Dense(3, 1)))
    >>> w, s = network.initial((0,), np.float64)
    >>> w.shape
    (13,)
    >>> network.apply(network.bound(w, s), np.ones((2, 5))).shape
    (1, 5)
    """

    layers: tuple[Layer, ...]

    @property
    def shapes(self) -> Shapes:
        """Those of the layers, by their numbers."""
        return {str(k): layer.shapes for k, layer in enumerate(self.layers)}

    @property
    def statistics(self) -> Shapes:
        """Those of the layers, by their numbers."""
        return {str(k): layer.statistics for k, layer in enumerate(self.layers)}

    def initialize(self, p: Views, place: Place) -> None:
        """Initialise each layer, with random numbers of its own."""
        for k, layer in enumerate(self.layers):
            layer.initialize(p[str(k)], (*place, k))

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return the output of the last layer.  eq. multilayer_perceptron:forward"""
        memories = []
        for k, layer in enumerate(self.layers):
            x, memory = layer.forward(p[str(k)], x, None if place is None else (*place, k))
            memories.append(memory)
        return x, memories

    def backward(self, p: Views, memories: Any, dy: Array, g: Views) -> Any:
        """Return the derivatives by the input, by the chain rule.  eq. multilayer_perceptron:backward"""
        for k in reversed(range(len(self.layers))):
            dy = self.layers[k].backward(p[str(k)], memories[k], dy, g[str(k)])
        return dy

    def apply(self, p: Views, x: Any) -> Array:
        """Return the output of the trained network, and remember nothing."""
        for k, layer in enumerate(self.layers):
            x = layer.forward(p[str(k)], x)[0]
        return x

    def bound(self, w: Array, s: Array) -> dict[str, Any]:
        """Return views of parameters and statistics by layer and name.

        Parameters
        ----------
        w : ndarray of shape (number of parameters,)
            All parameters that are learned.
        s : ndarray of shape (number of statistics,)
            All statistics.

        Returns
        -------
        dict
        """
        return merged(views(self.shapes, w), views(self.statistics, s))

    def initial(self, place: Place, dtype: Any) -> tuple[Array, Array]:
        """Return initial parameters and statistics, which are functions of the place."""
        w, s = np.zeros(size(self.shapes), dtype), np.zeros(size(self.statistics), dtype)
        self.initialize(self.bound(w, s), place)
        return w, s
