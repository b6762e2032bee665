"""Truncated back-propagation through time: derivatives go back a limited number of steps.

Sources: Williams and Peng (1990); Sutskever (2013).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.nn.layer import Place
from groundup.core.nn.objective import NetworkObjective, targets_of, total_of, weights_of
from groundup.core.nn.parameters import Views
from groundup.core.nn.sequence_layers import forward_carrying
from groundup.core.types import Array
from groundup.projects.recurrent_network.solvers.carrying import Piece, carry, columns, dtype_of, put, windows, zeros


@dataclass(frozen=True)
class SequenceObjective(NetworkObjective):
    """The objective of a recurrent network on some sequences.

    With an answer at every step, sequences are taken in pieces of `truncation` steps. The state is carried from one
    piece to the next, derivatives are not, and training makes a step for each piece. With an answer after the last
    step, only the last `truncation` steps are differentiated.

    Parameters
    ----------
    network, loss, l2
        As for `NetworkObjective`.
    truncation : int, optional
        Number of steps; by default derivatives go back to the beginning.
    """

    truncation: int | None = None

    def pieces(
        self, p: Views, g: Views, X: Any, y: Any, weight: Array | None, place: Place | None
    ) -> Iterator[tuple[float, float, float]]:
        """Yield value, weight and share of each piece, after writing its derivatives.

        eq. recurrent_network:truncation
        """
        k = self.truncation
        if k is None or k >= X.lengths.max():
            yield from super().pieces(p, g, X, y, weight, place)
        elif isinstance(y, Sequences):
            yield from self._windows(p, g, X, y, weight, place, k)
        else:
            total = total_of(y, weight)
            yield self._last_steps(p, g, X, y, weight, place, k), total, float(len(y))

    def summed(self, p: Views, g: Views, X: Any, y: Any, weight: Array | None, place: Place | None) -> float:
        """Return the sum of the losses, and write the sum of the derivatives of all pieces."""
        if self.truncation is None or self.truncation >= X.lengths.max():
            return super().summed(p, g, X, y, weight, place)
        value, before = 0.0, None
        for part, _, _ in self.pieces(p, g, X, y, weight, place):
            value += part
            if before is not None:
                _add(g, before)
            before = _copied(g)
        return value

    def _windows(
        self, p: Views, g: Views, X: Sequences, y: Sequences, weight: Array | None, place: Place | None, k: int
    ) -> Iterator[tuple[float, float, float]]:
        states = zeros(self.network, len(X), dtype_of(p))
        for j, piece in enumerate(windows(X, k)):
            value, new = self._differentiated(p, g, piece, X, piece.of(y), weight, columns(states, piece.rows),
                                              _at(place, j))  # fmt: skip
            put(states, piece.rows, new)
            total = total_of(piece.of(y), None if weight is None else weight[piece.rows])
            yield value, total, total

    def _last_steps(
        self, p: Views, g: Views, X: Sequences, y: Array, weight: Array | None, place: Place | None, k: int
    ) -> float:
        before = np.maximum(X.lengths - k, 0)
        states = zeros(self.network, len(X), dtype_of(p))
        for _ in carry(self.network, p, X, states, windows(X, k, before), place):
            pass
        last = Piece(np.arange(len(X)), X.starts[:-1] + before, X.lengths - before)
        return self._differentiated(p, g, last, X, y, weight, states, place)[0]

    def _differentiated(
        self,
        p: Views,
        g: Views,
        piece: Piece,
        X: Sequences,
        y: Any,
        weight: Array | None,
        states: Any,
        place: Place | None,
    ) -> tuple[float, Any]:
        """Return the losses of a piece that begins with given states, and the states after it."""
        z, memories, new = forward_carrying(self.network, p, piece.of(X).T, states, place)
        each = None if weight is None else weights_of(y, weight[piece.rows])
        value, dz = self.losses(z, targets_of(y), each)
        self.network.backward(p, memories, dz, g)
        return value, new


def _at(place: Place | None, j: int) -> Place | None:
    """Return the place of the random numbers of a piece; the first one has those of the whole."""
    return place if place is None or j == 0 else (*place, j)


def _copied(g: Views) -> dict[str, Any]:
    return {name: part.copy() if isinstance(part, np.ndarray) else _copied(part) for name, part in g.items()}


def _add(g: Views, more: Views) -> None:
    for name, part in g.items():
        if isinstance(part, np.ndarray):
            part += more[name]
        else:
            _add(part, more[name])
