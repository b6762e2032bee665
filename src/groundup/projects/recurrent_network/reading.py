"""A network reads a sequence: the sequence as it is drawn, and what its first cell does at each step."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.nn.recurrent import Recurrent
from groundup.core.nn.sequence_layers import Bidirectional
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.recurrent_network.solvers.network import recurrent_network

CHARACTERS = 36  # Of a text, that are read.
SPACES = str.maketrans({" ": "␣", "\n": "↵", "\t": "⇥"})  # What a reader could not see.


@dataclass(frozen=True)
class Read:
    """One sequence.

    Parameters
    ----------
    X : array-like
        As the model takes it: a single sequence, or a piece of a text.
    values : ndarray of shape (T, d)
        The features of each step; of a text, one column with the number of each character.
    words : tuple of str
        The characters of a text; () for numbers.
    row : int
        Its number in the data, counted from 0.
    """

    X: Any
    values: Array
    words: tuple[str, ...]
    row: int


def sequence(data: Dataset, row: int) -> Read:
    """Return a sequence of the data, of a text the piece of that number."""
    X = data.X
    if data.kind == "text":
        piece = X[row * CHARACTERS : (row + 1) * CHARACTERS] or X[:CHARACTERS]
        return Read(piece, np.zeros((len(piece), 1)), tuple(piece.translate(SPACES)), row)
    row = min(row, len(X) - 1)
    if isinstance(X, Sequences):
        return Read(X[row : row + 1], np.asarray(X[row : row + 1].values), (), row)
    one = np.asarray(X[row : row + 1])
    return Read(one, one[0].reshape(one.shape[1], -1), (), row)


def states(model: Any, read: Read) -> Array:
    """Return the states of the last recurrent layer, (units, T)."""
    found = model.hidden_states(read.X)
    return np.asarray(found.values if isinstance(found, Sequences) else found).T


def inside(model: Any, read: Read) -> dict[str, Array]:
    """Return gates, candidate, memory and states of the first recurrent layer by name, of shape (units, T) each.

    Of a layer that reads in both directions it is the half that reads forwards. A plain cell has states alone.
    """
    made_of = model._learned.made_of
    network = recurrent_network(made_of)
    p = network.bound(model._learned.w, np.zeros(0, model._learned.w.dtype))
    x: Any = numbered(model, read).T
    for k, layer in enumerate(network.layers):
        if isinstance(layer, Bidirectional):
            return steps_of(layer.ahead, *layer.ahead.run(p[str(k)]["ahead"], x)[:2])
        if isinstance(layer, Recurrent):
            found = steps_of(layer, *layer.run(p[str(k)], x)[:2])
            return {name: values[:, 1:] for name, values in found.items()} if read.words else found
        x = layer.forward(p[str(k)], x)[0]
    raise TypeError(f"{type(model).__name__} has no recurrent layer.")


def numbered(model: Any, read: Read) -> Sequences:
    """Return what the network reads: numbers in the type of its parameters, of a text a mark and its characters."""
    if read.words:
        values = model._reading(model._codes(read.X))
    else:
        values = read.values.astype(model._learned.w.dtype, copy=False)
    return Sequences(values, np.array([0, len(values)]))


def steps_of(layer: Recurrent, y: Any, memory: Any) -> dict[str, Array]:
    """Return what a cell remembers of the steps of a single sequence, by name."""
    kept, units = memory[1], layer.cell.units
    found: dict[str, Array] = {}
    if len(layer.cell.blocks) > 1:
        sums = np.hstack([step[{4: 2, 3: 1}[len(layer.cell.blocks)]] for step in kept])
        names = [name if name == "candidate" else f"{name} gate" for name in layer.cell.blocks]
        found = {name: sums[k * units : (k + 1) * units] for k, name in enumerate(names)}
    if layer.cell.blocks[-1] == "candidate":  # of a GRU: in the place of the candidate stand sums by the state
        found["candidate"] = np.hstack([step[2] for step in kept])
    if layer.cell.n_states == 2:
        before = np.hstack([step[1] for step in kept])
        found["memory"] = found["forget gate"] * before + found["input gate"] * found["candidate"]
    return found | {"state": np.asarray(y.values)}


def keeping(found: dict[str, Array]) -> Array | None:
    """Return the gate that says how much of the past is kept, (units, T); None of a plain cell."""
    return next((found[name] for name in ("forget gate", "update gate") if name in found), None)


def slowest_first(values: Array) -> Array:
    """Return the units in the order of how far they move from step to step."""
    return np.argsort(np.abs(np.diff(values, axis=1)).sum(axis=1), kind="stable")
