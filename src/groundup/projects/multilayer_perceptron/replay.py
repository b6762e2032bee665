"""A model's training, seen again: the network after some of its epochs, and the outputs of its hidden units."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.nn.epochs import EpochState
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_states
from groundup.projects.multilayer_perceptron.models.options import objective_of
from groundup.projects.multilayer_perceptron.solvers.network import ACTIVATIONS, perceptron


@dataclass(frozen=True)
class Snapshot:
    """The network after some epochs, or some steps of L-BFGS.

    Parameters
    ----------
    iteration : int
        Their number; 0 at the beginning.
    model : MLPClassifier or MLPRegressor
        Predicts with the weights of that time.
    """

    iteration: int
    model: Any


def snapshots(model: Any, data: Dataset, most: int) -> list[Snapshot]:
    """Return the network before training and after some epochs, of which the first are nearest to each other.

    Training is done once more from the model's seed; without a seed it is another one with the same options.

    Parameters
    ----------
    model : MLPClassifier or MLPRegressor
        Fitted.
    data : Dataset
        The rows of the fit.
    most : int
        Largest number of snapshots.
    """
    again = type(model)(**model.get_params() | {"warm_start": False, "verbose": False})
    if again.random_state is None:
        again.random_state = 0
    wanted = {k + 1 for k in some_states(model.n_iter_, most - 1)}
    seed: tuple[int, ...] = (0,)
    states: list[Any] = []
    for state in again.steps(data.X, data.y):
        seed = state.training.seed if isinstance(state, EpochState) else state.seed
        states += [state] if state.iteration in wanted else []
    return [
        Snapshot(0, with_weights(model, *before_training(again, data, seed))),
        *(Snapshot(state.iteration, at(model, state)) for state in states),
    ]


def before_training(model: Any, data: Dataset, seed: tuple[int, ...]) -> tuple[Array, Array]:
    """Return the parameters and statistics with which a model begins."""
    learned = model._split(model._prepare(data.X, data.y, None), seed)[0]
    return model._start(objective_of(model, learned).network, learned, seed, False)


def at(model: Any, state: Any) -> Any:
    """Return a model that predicts with the weights of a state."""
    if isinstance(state, EpochState):
        return with_weights(model, state.training.w, state.training.s)
    return with_weights(model, state.iterate.w, model._learned.s)


def with_weights(model: Any, w: Array, s: Array) -> Any:
    """Return a copy of a fitted model that predicts with other weights."""
    other = copy(model)
    other._learned = replace(model._learned, w=w, s=s)
    return other


def hidden_outputs(model: Any, X: Array) -> list[Array]:
    """Return what the units of each hidden layer make of rows, (n, h) each."""
    one = model._learned
    network = perceptron(one.sizes, one.activation, one.batch_norm)
    p, flow, found = network.bound(one.w, one.s), X.T, []
    for k, layer in enumerate(network.layers):
        flow = layer.forward(p[str(k)], flow)[0]
        if type(layer) is type(ACTIVATIONS[one.activation]):
            found.append(np.asarray(flow.T))
    return found


def output_weights(model: Any) -> Array:
    """Return the weights from the last hidden layer to the scores, (h, t)."""
    one = model._learned
    network = perceptron(one.sizes, one.activation, one.batch_norm)
    return np.asarray(network.bound(one.w, one.s)[str(len(network.layers) - 1)]["W"])


def step_name(model: Any) -> str:
    """Return what an iteration is."""
    return "step" if model.solver == "lbfgs" else "epoch"
