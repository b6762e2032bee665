"""What the options of a recurrent network mean: its layers, its objective."""

from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.nn.estimator import TrainingData
from groundup.core.nn.objective import targets_of
from groundup.core.nn.parameters import in_matrices
from groundup.projects.recurrent_network.solvers.network import Architecture, recurrent_network
from groundup.projects.recurrent_network.solvers.truncation import SequenceObjective


def architecture_of(model: Any, data: TrainingData) -> Architecture:
    """Return what the network is made of, for some data."""
    hidden = np.atleast_1d(np.asarray(model.hidden_layer_sizes, dtype=int)).tolist()
    y = data.samples.y
    return Architecture(
        inputs=int(data.samples.X.shape[2]),
        hidden=tuple(hidden),
        outputs=len(targets_of(y)),
        cell=model.cell,
        activation=model.activation,
        bidirectional=model.bidirectional,
        every_step=isinstance(y, Sequences),
    )


def objective_of(model: Any, data: TrainingData) -> SequenceObjective:
    """Return what is minimised: the mean loss of all answers, and a penalty on the weights."""
    network = recurrent_network(architecture_of(model, data), model.dropout)
    penalty = model.alpha * in_matrices(network.shapes)
    return SequenceObjective(network, data.loss, penalty.astype(data.samples.y.dtype), model.truncation)
