"""Layers between sequences and arrays: of every step, of both directions, of the last step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import Shapes, Views
from groundup.core.nn.recurrent import Recurrent, State
from groundup.core.types import Array


@dataclass(frozen=True)
class EachStep(Layer):
    """A layer that is applied to every step alone.

    Parameters
    ----------
    layer : Layer
        Takes the steps as if each were a sample.
    """

    layer: Layer

    @property
    def shapes(self) -> Shapes:
        """Those of the layer."""
        return self.layer.shapes

    @property
    def statistics(self) -> Shapes:
        """Those of the layer."""
        return self.layer.statistics

    def initialize(self, p: Views, place: Place) -> None:
        """Initialise the layer."""
        self.layer.initialize(p, place)

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Any, Any]:
        """Return its outputs, as `Steps`."""
        y, memory = self.layer.forward(p, x.values, place)
        return x.with_values(y), memory

    def backward(self, p: Views, memory: Any, dy: Any, g: Views) -> Any:
        """Return its derivatives, as `Steps`."""
        dx = self.layer.backward(p, memory, dy.values, g)
        return None if dx is None else dy.with_values(dx)


@dataclass(frozen=True)
class Bidirectional(Layer):
    """Two recurrent layers, one for each direction, whose states are put one below the other.

    Source: Schuster and Paliwal (1997).

    Parameters
    ----------
    ahead, back : Recurrent
        From the beginning to the end, and from the end to the beginning.
    """

    ahead: Recurrent
    back: Recurrent

    @property
    def shapes(self) -> Shapes:
        """Those of the two layers."""
        return {"ahead": self.ahead.shapes, "back": self.back.shapes}

    def initialize(self, p: Views, place: Place) -> None:
        """Initialise both, with random numbers of their own."""
        self.ahead.initialize(p["ahead"], (*place, 0))
        self.back.initialize(p["back"], (*place, 1))

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Any, Any]:
        """Return the states of both directions at each step.  eq. recurrent_network:bidirectional"""
        (y, memory), (z, other) = self.ahead.forward(p["ahead"], x, place), self.back.forward(p["back"], x, place)
        return x.with_values(np.concatenate([y.values, z.values])), (memory, other)

    def backward(self, p: Views, memory: Any, dy: Any, g: Views) -> Any:
        """Add what both directions give."""
        units = self.ahead.cell.units
        dx = self.ahead.backward(p["ahead"], memory[0], dy.with_values(dy.values[:units]), g["ahead"])
        dz = self.back.backward(p["back"], memory[1], dy.with_values(dy.values[units:]), g["back"])
        return None if dx is None else dy.with_values(dx.values + dz.values)


@dataclass(frozen=True)
class LastState(Layer):
    """What a recurrent layer holds after the last step of each sequence, as an array (h, n).

    Parameters
    ----------
    back : int, default=0
        How many of the last features belong to a layer that goes backwards; its last step is the first in time.
    """

    back: int = 0

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return a column for each sequence, in their own order."""
        ahead = len(x.values) - self.back
        parts = [x.values[:ahead, x.timeline.last], x.values[ahead:, x.timeline.ranks]]
        return np.concatenate(parts), x

    def backward(self, p: Views, x: Any, dy: Array, g: Views) -> Any:
        """Return derivatives that are zero at all other steps."""
        ahead = len(x.values) - self.back
        dx = np.zeros(x.values.shape, dy.dtype)
        dx[:ahead, x.timeline.last] = dy[:ahead]
        dx[ahead:, x.timeline.ranks] = dy[ahead:]
        return x.with_values(dx)


@dataclass(frozen=True)
class AllSteps(Layer):
    """Every step of all sequences, as an array (h, total) with a column for each row of `Sequences.values`."""

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return the columns sequence by sequence."""
        return x.in_order(), x

    def backward(self, p: Views, x: Any, dy: Array, g: Views) -> Any:
        """Return the derivatives packed by time."""
        return x.with_values(dy[:, x.timeline.rows])


def forward_carrying(
    network: Network, p: Views, x: Any, states: Mapping[int, State], place: Place | None = None
) -> tuple[Any, Any, dict[int, State]]:
    """Return the output of a network whose recurrent layers begin with given states, and the states at the end.

    So a long sequence can be taken in pieces. The backward pass of the network goes back to the beginning of the piece:
    truncated back-propagation through time.  eq. recurrent_network:truncation

    Parameters
    ----------
    network : Network
        A chain of layers without `Bidirectional`, which would have to see the end first.
    p : mapping
        Parameters, see `Network.bound`.
    x : Steps
        A piece of each sequence.
    states : mapping of int to tuple of ndarray of shape (units, n)
        By the number of the layer, in the order of the sequences; layers that are left out begin with zeros.
    place : tuple of int, optional
        As in `Layer.forward`.

    Returns
    -------
    y : Steps or ndarray
        Output of the last layer.
    memories : list
        What `Network.backward` takes.
    states : dict
        The states after the piece.
    """
    memories, final = [], {}
    for k, layer in enumerate(network.layers):
        if isinstance(layer, Recurrent):
            x, memory, final[k] = layer.run(p[str(k)], x, states.get(k))
        else:
            x, memory = layer.forward(p[str(k)], x, None if place is None else (*place, k))
        memories.append(memory)
    return x, memories, final
