"""The benchmark's tasks: epochs of Adam on batches of 64 sequences, from the same weights on both sides.

The peer is PyTorch, which is no dependency of the package: without it there are no rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from groundup.core.nn.objective import OnAllRows
from groundup.core.nn.parameters import Views
from groundup.core.seeds import draw_entropy
from groundup.core.types import Array
from groundup.projects.common.declaration import Workload
from groundup.projects.recurrent_network.models.rnn_regressor import RNNRegressor
from groundup.projects.recurrent_network.replay import weights_of
from groundup.projects.recurrent_network.solvers.network import CellName

FEATURES, STEPS, UNITS, BATCH, EPOCHS, RATE = 8, 50, 64, 64, 5, 0.001
OPTIONS: dict[str, Any] = {
    "hidden_layer_sizes": (UNITS,),
    "batch_size": BATCH,
    "max_iter": EPOCHS,
    "learning_rate_init": RATE,
    "alpha": 0.0,
    "clip": None,
    "shuffle": False,  # Both sides take the batches in the same order.
    "n_iter_no_change": np.inf,
    "random_state": 1,
}


@dataclass(frozen=True)
class Trained:
    """A network of ours after training.

    Parameters
    ----------
    model : RNNRegressor
        With its options.
    w : ndarray of shape (p,)
        Parameters.
    """

    model: RNNRegressor
    w: Array

    def loss(self, X: Array, y: Array) -> float:
        """Return the mean loss of the sequences."""
        data = self.model._prepare(X, y, None)
        return float(OnAllRows(self.model._objective(data), data.samples)(self.w)[0])


@dataclass(frozen=True)
class Peer:
    """A network of PyTorch after training."""

    module: Any
    read_out: Any

    def loss(self, X: Array, y: Array) -> float:
        """Return the mean loss of the sequences."""
        torch = import_module("torch")
        with torch.no_grad():
            return float(squared(self, torch.from_numpy(X), torch.from_numpy(y)))


def sums_of_steps(n: int) -> tuple[Array, Array]:
    """Return normal sequences, and a weighted sum of their steps, the last of which count most."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, STEPS, FEATURES)).astype(np.float32)
    weight = 0.9 ** np.arange(STEPS)[::-1, None] * rng.normal(size=(STEPS, FEATURES))
    return X, np.tanh((X * weight).sum(axis=(1, 2))).astype(np.float32)


def ours(cell: CellName) -> Callable[[Array, Any], Trained]:
    """Return the training of our network with some cells."""

    def fit(X: Array, y: Array) -> Trained:
        model = RNNRegressor(cell=cell, **OPTIONS)
        *_, last = model.steps(X, y)
        return Trained(model, weights_of(last))

    return fit


def theirs(cell: CellName) -> Callable[[Array, Any], Peer]:
    """Return the training of PyTorch's network with the same cells, from the same weights."""

    def fit(X: Array, y: Array) -> Peer:
        torch = import_module("torch")
        torch.set_num_threads(threads())
        peer = peer_at(cell, X, y)
        inputs, targets = torch.from_numpy(X), torch.from_numpy(y)
        free = [p for part in (peer.module, peer.read_out) for p in part.parameters() if p.requires_grad]
        adam = torch.optim.Adam(free, lr=RATE)
        for _ in range(EPOCHS):
            for start in range(0, len(X), BATCH):
                adam.zero_grad()
                squared(peer, inputs[start : start + BATCH], targets[start : start + BATCH]).backward()
                adam.step()
        return peer

    return fit


def squared(peer: Peer, inputs: Any, targets: Any) -> Any:
    """Return half the mean squared error of PyTorch's network."""
    states, _ = peer.module(inputs)
    return ((peer.read_out(states[:, -1])[:, 0] - targets) ** 2).mean() / 2


def peer_at(cell: CellName, X: Array, y: Array) -> Peer:
    """Return PyTorch's network with our initial weights.

    PyTorch has a second bias in each sum. It is fixed at zero: with both, a step would change their sum twice as much.
    """
    torch = import_module("torch")
    p = initial(cell, X, y)
    module = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM}[cell](FEATURES, UNITS, batch_first=True)
    read_out = torch.nn.Linear(UNITS, 1)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.from_numpy(p["W"].T.copy()))
        module.weight_hh_l0.copy_(torch.from_numpy(p["U"].T.copy()))
        module.bias_ih_l0.copy_(torch.from_numpy(p["b"].copy()))
        module.bias_hh_l0.zero_()
        read_out.weight.copy_(torch.from_numpy(p["V"].T.copy()))
        read_out.bias.copy_(torch.from_numpy(p["v"].copy()))
    module.bias_hh_l0.requires_grad_(False)
    return Peer(module, read_out)


def initial(cell: CellName, X: Array, y: Array) -> Mapping[str, Array]:
    """Return the parameters of our cells, and ``V`` and ``v`` that read them, before training."""
    model = RNNRegressor(cell=cell, **OPTIONS)
    data = model._prepare(X, y, None)
    network = model._objective(data).network
    p = network.bound(*model._start(network, data, draw_entropy(OPTIONS["random_state"]), False))
    parts: list[Views] = [part for part in p.values() if "W" in part]
    return {**parts[0], "V": parts[-1]["W"], "v": parts[-1]["b"]}


def threads() -> int:
    """Return the number of threads that the benchmark allows."""
    from threadpoolctl import threadpool_info

    return min((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)


def training_loss(trained: Any, X: Array, y: Any) -> float:
    """Return the mean loss of the sequences of the fit."""
    return float(trained.loss(X, y))


def workload(cell: CellName, name: str, target: float) -> Workload:
    """Return a row of the benchmark."""
    return Workload(
        name=f"{name}, h = {UNITS}, T = {STEPS}, batch {BATCH}",
        data=sums_of_steps,
        objective=training_loss,
        n=1280,
        tolerance=0.01,  # Sums are taken in other orders.
        target=target,
        fits=(ours(cell), theirs(cell)),
    )


WORKLOADS = (workload("rnn", "plain cells", 2.0), workload("lstm", "LSTM", 1.0)) if find_spec("torch") else ()
