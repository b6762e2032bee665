"""What the options of a multi-layer perceptron mean: its objective, its step sizes and how it is trained."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.exceptions import warn
from groundup.core.nn.losses import Loss
from groundup.core.nn.objective import NetworkObjective
from groundup.core.nn.optimizers import Adam, Momentum, Optimizer
from groundup.core.nn.parameters import in_matrices
from groundup.core.nn.schedules import Constant, Cosine, InverseScaling, OneCycle, Schedule, Step
from groundup.core.nn.training import Plan
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.multilayer_perceptron.solvers.network import perceptron

LARGEST_AUTO_BATCH = 200  # Rows; scikit-learn's value.
PLATEAUS = 3  # Step sizes of "step", each a tenth of the one before.
ADAPTIVE_DIVISOR = 5.0  # The step size is divided by this where the loss does not fall; scikit-learn's value.


@dataclass(frozen=True)
class PerceptronData:
    """Rows with targets of the loss, (n, t), classes to hold out equal shares of, and what is known before a fit."""

    samples: Samples
    strata: Array | None
    known: Mapping[str, Any]
    loss: Loss


def sizes_of(model: Any, data: PerceptronData) -> tuple[int, ...]:
    """Return the numbers of features, of units of each hidden layer, and of scores."""
    hidden = np.atleast_1d(np.asarray(model.hidden_layer_sizes, dtype=int)).tolist()
    return (int(data.samples.X.shape[1]), *hidden, data.samples.y.shape[1])


def objective_of(model: Any, data: PerceptronData) -> NetworkObjective:
    """Return what is minimised: the loss of a network, and a penalty on its weights."""
    network = perceptron(sizes_of(model, data), model.activation, model.batch_norm, model.dropout)
    penalty = model.alpha * in_matrices(network.shapes)
    return NetworkObjective(network, data.loss, penalty.astype(data.samples.y.dtype))


def schedule_of(model: Any, n: int) -> Schedule:
    """Return the step size over epochs of n rows; "invscaling" is only for gradient descent, as in scikit-learn."""
    rate = model.learning_rate_init
    if model.learning_rate == "step":
        return Step(rate, model.max_iter / PLATEAUS)
    if model.learning_rate == "cosine":
        return Cosine(rate, model.max_iter)
    if model.learning_rate == "one-cycle":
        return OneCycle(rate, model.max_iter)
    if model.learning_rate == "invscaling" and model.solver == "sgd":
        scaling = InverseScaling(rate, model.power_t)
        return lambda t: scaling(n * math.floor(t))
    return Constant(rate)


def plan_of(model: Any, data: PerceptronData, schedule: Schedule) -> Plan:
    """Return how the network is trained on mini-batches."""
    n, adam = len(data.samples), model.solver == "adam"
    if model.batch_size != "auto" and model.batch_size > n:
        warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", UserWarning)
    optimizer: Optimizer = (
        Adam(model.beta_1, model.beta_2, model.epsilon) if adam else Momentum(model.momentum, model.nesterovs_momentum)
    )
    return Plan(
        objective_of(model, data),
        optimizer,
        schedule,
        batch_size=LARGEST_AUTO_BATCH if model.batch_size == "auto" else model.batch_size,
        shuffle=model.shuffle,
        tol=model.tol,
        patience=model.n_iter_no_change,
        divisor=ADAPTIVE_DIVISOR if model.learning_rate == "adaptive" and not adam else None,
    )
