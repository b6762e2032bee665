"""The benchmark's task: some epochs of Adam on batches of two hundred rows, as many on both sides."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.types import Array
from groundup.projects.common.declaration import Workload

COLUMNS, CLASSES = 64, 10
EPOCHS = 10


def crossed_groups(n: int) -> tuple[Array, Array]:
    """Return normal rows in ten classes, each the nearest of as many directions after a bend."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, COLUMNS))
    hidden = np.tanh(X @ rng.normal(size=(COLUMNS, 32)) / 4)
    return X, (hidden @ rng.normal(size=(32, CLASSES)) + rng.gumbel(size=(n, CLASSES)) / 4).argmax(axis=1)


def some_epochs(X: Array, y: Array | None) -> Mapping[str, Any]:
    """Return a fixed number of epochs, none of which counts as converged: both sides do the same work."""
    return {
        "hidden_layer_sizes": (128, 64),
        "batch_size": 200,
        "max_iter": EPOCHS,
        "n_iter_no_change": EPOCHS,
        "random_state": 1,
    }


def training_log_loss(model: Any, X: Array, y: Array | None) -> float:
    """Return the log-loss of the rows of the fit."""
    return metrics.log_loss(y, model.predict_proba(X))


WORKLOADS = (
    Workload(
        name="MLP 20k × 64, (128, 64), batch 200",
        model="MLPClassifier",
        data=crossed_groups,
        objective=training_log_loss,
        n=20_000,
        tolerance=0.05,  # the sides draw other weights and orders
        target=1.5,
        parameters=some_epochs,
    ),
)
