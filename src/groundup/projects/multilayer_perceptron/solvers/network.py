"""The network of a multi-layer perceptron: dense layers with an activation, and what may stand between them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from groundup.core.nn.activations import Elu, Gelu, Identity, LeakyRelu, Relu, Sigmoid, Softplus, Tanh
from groundup.core.nn.dense import Dense
from groundup.core.nn.dropout import Dropout
from groundup.core.nn.layer import Layer
from groundup.core.nn.network import Network
from groundup.core.nn.normalization import BatchNorm
from groundup.core.storage import record
from groundup.core.types import Array

Activation = Literal["identity", "logistic", "tanh", "relu", "leaky_relu", "elu", "gelu", "softplus"]
ACTIVATIONS: dict[str, Layer] = {
    "identity": Identity(),
    "logistic": Sigmoid(),
    "tanh": Tanh(inplace=True),
    "relu": Relu(inplace=True),
    "leaky_relu": LeakyRelu(),
    "elu": Elu(),
    "gelu": Gelu(),
    "softplus": Softplus(),
}


@record
class Learned:
    """A trained network, all that predictions need.

    Parameters
    ----------
    sizes : tuple of int
        Numbers of features, of units of each hidden layer, and of scores.
    activation : str
        Activation of the hidden layers.
    batch_norm : bool
        Whether the sums of the hidden units are normalised.
    w : ndarray of shape (p,)
        Parameters.
    s : ndarray
        Statistics for the normalisation.
    """

    sizes: tuple[int, ...]
    activation: str
    batch_norm: bool
    w: Array
    s: Array


def perceptron(sizes: Sequence[int], activation: str, batch_norm: bool, dropout: float = 0.0) -> Network:
    """Return a network of dense layers, the last of which gives the scores.  eq. multilayer_perceptron:forward

    Parameters
    ----------
    sizes : sequence of int
        Numbers of features, of units of each hidden layer, and of scores.
    activation : str
        Activation of the hidden layers.
    batch_norm : bool
        Whether the sums of the hidden units are normalised over the batch.
    dropout : float, default=0
        Probability that the output of a hidden unit is set to zero in training.
    """
    layers: list[Layer] = []
    for k, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers.append(Dense(inputs, outputs, first=k == 0))
        if k < len(sizes) - 2:
            layers += [BatchNorm(outputs)] if batch_norm else []
            layers += [ACTIVATIONS[activation]]
            layers += [Dropout(dropout)] if dropout else []
    return Network(tuple(layers))
