"""The network: layers of cells, one above the other, and a dense layer that reads them."""

from typing import Literal

from groundup.core.nn.dense import Dense
from groundup.core.nn.dropout import Dropout
from groundup.core.nn.embedding import Embedding
from groundup.core.nn.layer import Layer
from groundup.core.nn.network import Network
from groundup.core.nn.recurrent import Cell, GRUCell, LSTMCell, Recurrent, RNNCell
from groundup.core.nn.sequence_layers import AllSteps, Bidirectional, EachStep, LastState
from groundup.core.storage import record
from groundup.core.types import Array

CellName = Literal["rnn", "lstm", "gru"]
Activation = Literal["tanh", "relu", "identity"]


@record
class Architecture:
    """What a recurrent network is made of.

    Parameters
    ----------
    inputs : int
        Number of features of a step, or of words if there is an embedding.
    hidden : tuple of int
        Numbers of units of the recurrent layers, of each direction.
    outputs : int
        Number of scores.
    cell : {"rnn", "lstm", "gru"}
        Kind of cells.
    activation : {"tanh", "relu", "identity"}
        Of the cells "rnn".
    bidirectional : bool
        Whether there is a layer for each direction.
    every_step : bool
        Whether there are scores at every step, or after the last one.
    embedding : int
        Length of the vectors that stand for words; 0 if the input is features.
    """

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    cell: CellName
    activation: Activation
    bidirectional: bool
    every_step: bool
    embedding: int = 0


@record
class Learned:
    """A trained network, all that predictions need.

    Parameters
    ----------
    made_of : Architecture
        Its layers.
    w : ndarray of shape (p,)
        Parameters.
    """

    made_of: Architecture
    w: Array


def recurrent_network(made_of: Architecture, dropout: float = 0.0) -> Network:
    """Return the network.  eq. recurrent_network:forward

    Parameters
    ----------
    made_of : Architecture
        Its layers.
    dropout : float, default=0
        Probability that the output of a hidden unit, at a step, is set to zero in training.

    Returns
    -------
    Network
        From `Steps` to scores, with a column for each sequence, or for each step, sequence by sequence.
    """
    layers: list[Layer] = []
    inputs = made_of.inputs
    if made_of.embedding:
        layers.append(EachStep(Embedding(inputs, made_of.embedding)))
        inputs = made_of.embedding
    for units in made_of.hidden:
        layers.append(_recurrent(made_of, inputs, units, first=not layers))
        layers += [EachStep(Dropout(dropout))] if dropout else []
        inputs = 2 * units if made_of.bidirectional else units
    back = inputs // 2 if made_of.bidirectional else 0
    layers.append(AllSteps() if made_of.every_step else LastState(back))
    layers.append(Dense(inputs, made_of.outputs))
    return Network(tuple(layers))


def cell_of(made_of: Architecture, inputs: int, units: int) -> Cell:
    """Return a cell of the network's kind."""
    if made_of.cell == "rnn":
        return RNNCell(inputs, units, made_of.activation)
    return LSTMCell(inputs, units) if made_of.cell == "lstm" else GRUCell(inputs, units)


def _recurrent(made_of: Architecture, inputs: int, units: int, first: bool) -> Layer:
    cell = cell_of(made_of, inputs, units)
    if not made_of.bidirectional:
        return Recurrent(cell, first=first)
    return Bidirectional(Recurrent(cell, first=first), Recurrent(cell, reverse=True, first=first))
