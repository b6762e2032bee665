"""The benchmark's task: epochs on batches of two hundred rows, next to a perceptron that is fitted to its input.

Both sides start at the same weights and take the same number of steps of Adam; the orders of the rows differ.
"""

from importlib import import_module
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.autoencoder.models.autoencoder import Autoencoder
from groundup.projects.autoencoder.solvers.network import Architecture, coder
from groundup.projects.common.declaration import Workload
from groundup.projects.common.initial_weights import start_at

COLUMNS, CODES, HIDDEN = 64, 8, 128
EPOCHS = 20
STEPS: dict[str, Any] = {
    "activation": "tanh", "batch_size": 200, "max_iter": EPOCHS, "n_iter_no_change": EPOCHS,
    "random_state": 1,
}  # fmt: skip


def bent_rows(n: int) -> tuple[Array, None]:
    """Return rows near a bent surface of eight dimensions, with mean zero and variance one: both sides see the same."""
    rng = np.random.default_rng(0)
    hidden = np.tanh(rng.normal(size=(n, CODES)) @ rng.normal(size=(CODES, 32)))
    X = hidden @ rng.normal(size=(32, COLUMNS)) + 0.3 * rng.normal(size=(n, COLUMNS))
    X -= X.mean(axis=0)
    return X / np.sqrt((X**2).mean()), None


def ours(X: Array, y: Array | None) -> Any:
    """Return an autoencoder with layers of 128, 8 and 128 units after the epochs."""
    return Autoencoder(CODES, (HIDDEN,), code_activation="tanh", **STEPS).fit(X)


def theirs(X: Array, y: Array | None) -> Any:
    """Return scikit-learn's perceptron with the same layers and initial weights, fitted to its own input."""
    model = import_module("sklearn.neural_network").MLPRegressor(
        hidden_layer_sizes=(HIDDEN, CODES, HIDDEN), alpha=0, **STEPS
    )
    network = coder(Architecture((COLUMNS, HIDDEN, CODES), "tanh", "tanh"))
    return start_at(model, network, (X[:10], X[:10])).fit(X, X)


def training_error(model: Any, X: Array, y: Array | None) -> float:
    """Return the mean squared distance of the rows to what either side makes of them."""
    rebuilt = model.predict(X) if hasattr(model, "predict") else model.inverse_transform(model.transform(X))
    return float(np.square(rebuilt - X).sum(axis=1).mean())


WORKLOADS = (
    Workload(
        name="autoencoder 20k × 64, (128, 8, 128), batch 200",
        data=bent_rows,
        objective=training_error,
        n=20_000,
        tolerance=0.02,  # the orders of the rows differ
        target=1.0,
        fits=(ours, theirs),
    ),
)
