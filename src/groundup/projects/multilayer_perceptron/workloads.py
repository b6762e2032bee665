"""The benchmark's task: epochs of Adam on batches of two hundred rows, from the same weights on both sides."""

from importlib import import_module
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.types import Array
from groundup.projects.common.declaration import Workload
from groundup.projects.common.initial_weights import start_at
from groundup.projects.multilayer_perceptron.models.mlp_classifier import MLPClassifier
from groundup.projects.multilayer_perceptron.solvers.network import perceptron

COLUMNS, CLASSES = 64, 10
EPOCHS = 20
OPTIONS: dict[str, Any] = {
    "hidden_layer_sizes": (128, 64),
    "batch_size": 200,
    "max_iter": EPOCHS,
    "n_iter_no_change": EPOCHS,  # no side stops earlier
    "random_state": 1,
}


def crossed_groups(n: int) -> tuple[Array, Array]:
    """Return normal rows in ten classes, each the nearest of as many directions after a bend."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, COLUMNS))
    hidden = np.tanh(X @ rng.normal(size=(COLUMNS, 32)) / 4)
    return X, (hidden @ rng.normal(size=(32, CLASSES)) + rng.gumbel(size=(n, CLASSES)) / 4).argmax(axis=1)


def ours(X: Array, y: Array | None) -> Any:
    """Return our classifier after the epochs."""
    return MLPClassifier(**OPTIONS).fit(X, y)


def theirs(X: Array, y: Array | None) -> Any:
    """Return scikit-learn's after as many epochs from the same initial weights; the orders of the rows differ."""
    model = import_module("sklearn.neural_network").MLPClassifier(**OPTIONS)
    network = perceptron((COLUMNS, *OPTIONS["hidden_layer_sizes"], CLASSES), "relu", False)
    return start_at(model, network, (X[:CLASSES], np.arange(CLASSES))).fit(X, y)


def training_log_loss(model: Any, X: Array, y: Array | None) -> float:
    """Return the log-loss of the rows of the fit."""
    return metrics.log_loss(y, model.predict_proba(X))


WORKLOADS = (
    Workload(
        name="MLP 20k × 64, (128, 64), batch 200",
        data=crossed_groups,
        objective=training_log_loss,
        n=20_000,
        tolerance=0.02,  # the orders of the rows differ
        target=1.5,
        fits=(ours, theirs),
    ),
)
