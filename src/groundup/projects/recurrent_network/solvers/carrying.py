"""Long sequences in pieces: the state at the end of one is the state at the beginning of the next.

So outputs need memory for a piece only, and equal those of the unbroken sequence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences, consecutive
from groundup.core.nn.layer import Place
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import Views
from groundup.core.nn.recurrent import Recurrent, State
from groundup.core.nn.sequence_layers import forward_carrying
from groundup.core.types import Array

WINDOW = 512  # Steps of a piece, where nothing is differentiated: its activations stay in the cache, or near it.
BLOCK_NUMBERS = 2**20  # Hidden units of all steps of a block of sequences, whose states are computed together.

States = dict[int, State]  # By the number of the layer, with a column for each sequence.


@dataclass(frozen=True)
class Piece:
    """A part of each of some sequences.

    Parameters
    ----------
    rows : ndarray of int of shape (m,)
        Numbers of these sequences.
    begins : ndarray of int of shape (m,)
        Rows of `Sequences.values` with which the parts begin.
    lengths : ndarray of int of shape (m,)
        Their numbers of steps, each at least 1.
    """

    rows: Array
    begins: Array
    lengths: Array

    def of(self, X: Sequences) -> Sequences:
        """Return the parts of these or other sequences of the same lengths."""
        return X.pieces(self.begins, self.lengths)

    @property
    def steps(self) -> Array:
        """The rows of `Sequences.values` that belong to them, part by part."""
        return consecutive(self.begins, self.lengths)


def windows(X: Sequences, length: int, ends: Array | None = None) -> Iterator[Piece]:
    """Yield consecutive pieces of all sequences, of at most `length` steps, while sequences last.

    Parameters
    ----------
    X : Sequences
        n sequences.
    length : int
        Steps of a piece.
    ends : ndarray of int of shape (n,), optional
        Numbers of steps that are taken of each sequence, 0 included; by default all.
    """
    ends = X.lengths if ends is None else ends
    for start in range(0, int(ends.max(initial=0)), length):
        rows = np.flatnonzero(ends > start)
        yield Piece(rows, X.starts[rows] + start, np.minimum(ends[rows] - start, length))


def zeros(network: Network, n: int, dtype: Any) -> States:
    """Return the states of n sequences before their first steps."""
    cells = {k: layer.cell for k, layer in enumerate(network.layers) if isinstance(layer, Recurrent)}
    return {k: tuple(np.zeros((cell.units, n), dtype) for _ in range(cell.n_states)) for k, cell in cells.items()}


def columns(states: States, rows: Array) -> States:
    """Return the states of some sequences."""
    return {k: tuple(part[:, rows] for part in state) for k, state in states.items()}


def put(states: States, rows: Array, new: States) -> None:
    """Write the states of some sequences, in place."""
    for k, state in states.items():
        for part, other in zip(state, new[k], strict=True):
            part[:, rows] = other


def carry(
    network: Network, p: Views, X: Sequences, states: States, pieces: Iterator[Piece], place: Place | None = None
) -> Iterator[tuple[Piece, Any]]:
    """Yield each piece with the network's output for it; the states are carried in place.

    Parameters
    ----------
    network : Network
        A chain of layers that go forwards.
    p : mapping
        Parameters, see `Network.bound`.
    X : Sequences
        n sequences.
    states : dict
        States before the first pieces, see `zeros`; changed.
    pieces : iterator of Piece
        From `windows`.
    place : tuple of int, optional
        Place of the random numbers of a training step; each piece has its own.
    """
    for j, piece in enumerate(pieces):
        here = None if place is None else (*place, j + 1)
        y, _, new = forward_carrying(network, p, piece.of(X).T, columns(states, piece.rows), here)
        put(states, piece.rows, new)
        yield piece, y


def outputs(network: Network, p: Views, X: Sequences, every_step: bool) -> Array:
    """Return what the network makes of sequences, a row for each step or for each sequence.

    Networks that read in both directions need each sequence at once.
    """
    directed = not any("ahead" in layer.shapes for layer in network.layers)
    if not directed or X.lengths.max() <= WINDOW:
        return network.apply(p, X.T).T
    found: Array | None = None
    for piece, y in carry(network, p, X, zeros(network, len(X), dtype_of(p)), windows(X, WINDOW)):
        if found is None:
            found = np.empty((len(X.values) if every_step else len(X), len(y)), y.dtype)
        found[piece.steps if every_step else piece.rows] = y.T  # of the last step, the last piece is what stays
    assert found is not None
    return found


def dtype_of(p: Views) -> Any:
    """Return the type of the parameters."""
    last = list(p.values())[-1]
    return last["b"].dtype
