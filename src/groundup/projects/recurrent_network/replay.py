"""A model's training, seen again: the network after some of its epochs."""

import warnings
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.nn.epochs import EpochState
from groundup.core.nn.training import TrainingState
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_states

MOST = 24  # Snapshots of one training.
_KEPT: list[tuple[Any, Any, list["Snapshot"]]] = []  # The last training, which several figures look at.


@dataclass(frozen=True)
class Snapshot:
    """The network after some epochs.

    Parameters
    ----------
    iteration : int
        Their number.
    loss : float
        Mean objective of the batches of the last of them.
    model : RNNClassifier, RNNRegressor or CharRNN
        Predicts with the weights of that time.
    """

    iteration: int
    loss: float
    model: Any


def snapshots(model: Any, data: Dataset) -> list[Snapshot]:
    """Return the network after some epochs, of which the first are nearest to each other, and the last.

    Training is done once more from the model's seed; without a seed it is another one with the same options. It is
    kept until another model is asked for.

    Parameters
    ----------
    model : RNNClassifier, RNNRegressor or CharRNN
        Fitted.
    data : Dataset
        What it was fitted to.
    """
    for known, rows, found in _KEPT:
        if known is model and rows is data.X:
            return found
    found = trained_again(model, data)
    _KEPT[:] = [(model, data.X, found)]
    return found


def trained_again(model: Any, data: Dataset) -> list[Snapshot]:
    """Return the snapshots of another training with the model's options and seed."""
    again = type(model)(**model.get_params() | {"warm_start": False, "verbose": False})
    if again.random_state is None:
        again.random_state = 0
    wanted = {k + 1 for k in some_states(model.n_iter_, MOST)}
    target = () if data.y is None else (data.y,)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The first training has warned.
        states = [state for state in again.steps(data.X, *target) if state.iteration in wanted]
    return [Snapshot(state.iteration, float(state.loss), with_weights(model, weights_of(state))) for state in states]


def weights_of(state: Any) -> Array:
    """Return the parameters of a state of either solver."""
    match state:
        case EpochState():
            return state.training.w
        case TrainingState():
            return state.w
    return np.asarray(state.iterate.w)


def with_weights(model: Any, w: Array) -> Any:
    """Return a copy of a fitted model that predicts with other weights."""
    other = copy(model)
    other._learned = replace(model._learned, w=w)
    return other


def step_name(model: Any) -> str:
    """Return what an iteration is."""
    return "step" if getattr(model, "solver", "adam") == "lbfgs" else "epoch"
