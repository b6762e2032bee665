"""What the options of a multi-layer perceptron mean: its layers and its objective."""

from typing import Any

import numpy as np

from groundup.core.nn.estimator import TrainingData
from groundup.core.nn.objective import NetworkObjective
from groundup.core.nn.parameters import in_matrices
from groundup.projects.multilayer_perceptron.solvers.network import perceptron


def sizes_of(model: Any, data: TrainingData) -> tuple[int, ...]:
    """Return the numbers of features, of units of each hidden layer, and of scores."""
    hidden = np.atleast_1d(np.asarray(model.hidden_layer_sizes, dtype=int)).tolist()
    return (int(data.samples.X.shape[1]), *hidden, data.samples.y.shape[1])


def objective_of(model: Any, data: TrainingData) -> NetworkObjective:
    """Return what is minimised: the loss of a network, and a penalty on its weights."""
    network = perceptron(sizes_of(model, data), model.activation, model.batch_norm, model.dropout)
    penalty = model.alpha * in_matrices(network.shapes)
    return NetworkObjective(network, data.loss, penalty.astype(data.samples.y.dtype))
