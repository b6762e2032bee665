"""Weighted sums: the layer that all others are put between."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.containers.csr import Transposed
from groundup.core.nn.initializers import Initializer, glorot_uniform
from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.parameters import Shapes, Views
from groundup.core.types import Array


@dataclass(frozen=True)
class Dense(Layer):
    """Weighted sums of the features, plus a bias.

    Parameters
    ----------
    inputs, outputs : int
        Numbers of features before and after the layer.
    initializer : callable, default=glorot_uniform
        ``initializer(rng, inputs, outputs)`` draws the weights; the biases are 0.
    first : bool, default=False
        Whether this is the first layer of a network. Its backward pass leaves out the derivatives by the input, a third
        of its work, and its input may be the transpose of sparse rows.
    """

    inputs: int
    outputs: int
    initializer: Initializer = glorot_uniform
    first: bool = False

    @property
    def shapes(self) -> Shapes:
        """Weights ``W`` and biases ``b``, which follow them directly: together one matrix with a row of biases."""
        return {"W": (self.inputs, self.outputs), "b": (self.outputs,)}

    def initialize(self, p: Views, place: Place) -> None:
        """Draw the weights."""
        p["W"][...] = self.initializer(np.random.default_rng(place), self.inputs, self.outputs)
        p["b"][...] = 0

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``Wᵀ x + b``.  eq. multilayer_perceptron:forward"""
        W, sparse = p["W"], isinstance(x, Transposed)
        z = (W.T @ x).astype(W.dtype, copy=False) if sparse else W.T @ x.reshape(self.inputs, -1)
        z += p["b"][:, None]
        return z if sparse else z.reshape(self.outputs, *x.shape[1:]), x

    def backward(self, p: Views, x: Any, dz: Array, g: Views) -> Array | None:
        """Return ``W dz``; the derivatives by W are ``x dzᵀ``.  eq. multilayer_perceptron:backward"""
        flat = dz.reshape(self.outputs, -1)
        flat.sum(axis=1, out=g["b"])
        if isinstance(x, Transposed):
            g["W"][...] = x @ flat.T
        else:
            np.matmul(x.reshape(self.inputs, -1), flat.T, out=g["W"])
        return None if self.first else (p["W"] @ flat).reshape(x.shape)
