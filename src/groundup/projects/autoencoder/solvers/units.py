"""Activations of an autoencoder, with slopes as functions of the output.

The contractive penalty needs the slopes in its forward pass, and their derivatives in its backward pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from groundup.core.nn.activations import Elu, Identity, Relu, Sigmoid, Softplus, Tanh
from groundup.core.nn.layer import Layer
from groundup.core.types import Array

Activation = Literal["identity", "logistic", "tanh", "relu", "elu", "softplus"]


@dataclass(frozen=True)
class Unit:
    """An activation.

    Parameters
    ----------
    layer : Layer
        The activation itself.
    slope : callable
        Its derivative by the input, as a function of the output y.
    bend : callable
        The derivative of the slope by the output.
    """

    layer: Layer
    slope: Callable[[Array], Array]
    bend: Callable[[Array], Array]


UNITS: dict[str, Unit] = {
    "identity": Unit(Identity(), np.ones_like, np.zeros_like),
    "logistic": Unit(Sigmoid(), lambda y: y * (1 - y), lambda y: 1 - 2 * y),
    "tanh": Unit(Tanh(inplace=True), lambda y: 1 - y * y, lambda y: -2 * y),
    "relu": Unit(Relu(inplace=True), lambda y: (y > 0).astype(y.dtype), np.zeros_like),
    "elu": Unit(Elu(), lambda y: np.minimum(y, 0) + 1, lambda y: (y < 0).astype(y.dtype)),
    "softplus": Unit(Softplus(), lambda y: -np.expm1(-y), lambda y: np.exp(-y)),
}
