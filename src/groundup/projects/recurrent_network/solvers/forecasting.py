"""Forecasts: a network that predicts the next value is given its own answers."""

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import Views
from groundup.core.types import Array
from groundup.projects.recurrent_network.solvers.carrying import WINDOW, carry, windows, zeros


def forecast(network: Network, p: Views, X: Sequences, steps: int, every_step: bool) -> Array:
    """Return the values after the end of sequences, of shape (n, steps, d).  eq. recurrent_network:forecast

    Parameters
    ----------
    network : Network
        A chain of layers that go forwards, with as many scores as features.
    p : mapping
        Parameters, see `Network.bound`.
    X : Sequences
        n sequences of d features.
    steps : int
        How far.
    every_step : bool
        Whether the network gives scores at every step, or after the last one.
    """
    n, d = len(X), X.shape[2]
    found, states = np.empty((n, steps, d), X.dtype), zeros(network, n, X.dtype)
    for piece, y in carry(network, p, X, states, windows(X, WINDOW)):
        ends = np.cumsum(piece.lengths) - 1
        found[piece.rows, 0] = (y[:, ends] if every_step else y).T
    for k in range(1, steps):
        last = Sequences(found[:, k - 1], np.arange(n + 1))
        for _, y in carry(network, p, last, states, windows(last, 1)):
            found[:, k] = y.T
    return found
