"""Training: epochs of mini-batches as states, each of which determines the next.

The order of the rows and all other random numbers are functions of the seed, the epoch and the batch. So a training
that is resumed from a saved state goes on to the bit as if it had not been stopped.

Sources: Robbins and Monro (1951); Prechelt (1998) for early stopping.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from groundup.core.memory import keep_freed_memory
from groundup.core.nn.clipping import Clip
from groundup.core.nn.objective import NetworkObjective
from groundup.core.nn.optimizers import Optimizer
from groundup.core.nn.parameters import views
from groundup.core.nn.schedules import Schedule
from groundup.core.rows import Samples, batches, parts
from groundup.core.storage import record
from groundup.core.types import Array

SMALLEST_RATE = 1e-6  # A step size that has been divided down to this is not divided again: training ends.
DIVERGED = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
    " The parameters diverged in epoch {}: scale the features or lower the step size."
)


class DivergenceError(FloatingPointError, ValueError):
    """The parameters grow without bound; scikit-learn raises a ValueError."""


Validate = Callable[[Array, Array], float]  # (parameters, statistics) -> score on rows held out; larger is better


@record
class TrainingState:
    """All that the next epoch needs.

    Parameters
    ----------
    iteration : int
        Epochs so far.
    converged : bool
        Whether neither loss nor validation score improves any more.
    loss : float
        Mean objective of the batches of the last epoch, each before its step; NaN before the first.
    validation : float
        Score on the rows held out; NaN without such rows.
    steps : int
        Steps of the optimiser so far: one for each batch, or for each piece of one.
    seed : tuple of int
        Seed of all random numbers; the place in the shuffling follows from it and from `iteration`.
    w : ndarray of shape (p,)
        Parameters.
    s : ndarray
        Statistics of the layers, such as moving averages.
    moments : tuple of ndarray of shape (p,)
        Memory of the optimiser.
    best : float
        Largest validation score, or minus the smallest loss.
    idle : int
        Epochs in a row without an improvement of more than the tolerance.
    rate_factor : float
        What the step sizes of the schedule are multiplied by.
    best_w, best_s : ndarray or None
        Parameters and statistics of the best validation score.
    """

    iteration: int
    converged: bool
    loss: float
    validation: float
    steps: int
    seed: tuple[int, ...]
    w: Array
    s: Array
    moments: tuple[Array, ...]
    best: float = -inf
    idle: int = 0
    rate_factor: float = 1.0
    best_w: Array | None = None
    best_s: Array | None = None


@dataclass(frozen=True)
class Plan:
    """How a network is trained.

    Parameters
    ----------
    objective : NetworkObjective
        What is minimised.
    optimizer : Optimizer
        The steps.
    schedule : callable
        Step size at a time in epochs.
    batch_size : int
        Rows in a batch; the last one of an epoch may have fewer.
    shuffle : bool, default=True
        Whether each epoch takes the rows in an order of its own.
    clip : callable, optional
        Limits the gradient of each batch in place.
    tol : float, default=1e-4
        Smallest improvement that counts.
    patience : float, default=10
        Training ends after more than this number of epochs in a row without an improvement.
    divisor : float, optional
        Instead, the step size is divided by this number, until it is below `SMALLEST_RATE`.
    """

    objective: NetworkObjective
    optimizer: Optimizer
    schedule: Schedule
    batch_size: int
    shuffle: bool = True
    clip: Clip | None = None
    tol: float = 1e-4
    patience: float = 10
    divisor: float | None = None


def initial_state(plan: Plan, seed: tuple[int, ...], dtype: Any) -> TrainingState:
    """Return the state before the first epoch, with random weights."""
    return at_weights(plan, seed, *plan.objective.network.initial((*seed, 0), dtype))


def at_weights(plan: Plan, seed: tuple[int, ...], w: Array, s: Array) -> TrainingState:
    """Return the state before the first epoch, with given parameters and statistics."""
    return TrainingState(0, False, nan, nan, 0, seed, w, s, plan.optimizer.start(w))


def epoch(plan: Plan, samples: Samples, state: TrainingState) -> TrainingState:
    """Return the state after one more pass over the rows.  eq. multilayer_perceptron:gradient"""
    network, n, number = plan.objective.network, len(samples), state.iteration + 1
    w, s, moments = state.w.copy(), state.s.copy(), tuple(moment.copy() for moment in state.moments)
    gradient = np.zeros_like(w)
    p, g = network.bound(w, s), views(network.shapes, gradient)
    size, total, shares, steps = min(plan.batch_size, n), 0.0, 0.0, state.steps
    in_order: Iterator[Any] = batches(n, size, *state.seed, number) if plan.shuffle else parts(n, size)
    for k, rows in enumerate(in_order):
        X, y = samples.X[rows], samples.y[rows]
        weight = None if samples.weight is None else samples.weight[rows]
        rate = state.rate_factor * plan.schedule(state.iteration + k * size / n)
        for value, weights, share in plan.objective.pieces(p, g, X, y, weight, (*state.seed, number, k + 1)):
            total += share * plan.objective.penalized(value, gradient, w, weights)
            shares, steps = shares + share, steps + 1
            if plan.clip is not None:
                plan.clip(gradient)
            plan.optimizer.step(w, gradient, moments, steps, rate)
    return replace(state, iteration=number, loss=total / shares, steps=steps, w=w, s=s, moments=moments)


def judged(plan: Plan, state: TrainingState, validate: Validate | None) -> TrainingState:
    """Return a new state with what the stopping rule makes of it.

    An epoch counts as an improvement if its validation score, or without one its loss, is better than the best by the
    tolerance; the best one is kept in any case.
    """
    score = -state.loss if validate is None else validate(state.w, state.s)
    if validate is not None:
        state = replace(state, validation=score)
        if score > state.best:
            state = replace(state, best_w=state.w, best_s=state.s)
    idle = state.idle + 1 if score < state.best + plan.tol else 0
    state = replace(state, best=max(state.best, score), idle=idle)
    if idle <= plan.patience:
        return state
    if plan.divisor is None or state.rate_factor * plan.schedule(state.iteration) <= SMALLEST_RATE:
        return replace(state, converged=True)
    return replace(state, rate_factor=state.rate_factor / plan.divisor, idle=0)


def train(
    plan: Plan, samples: Samples, state: TrainingState, max_epochs: int, validate: Validate | None = None
) -> Iterator[TrainingState]:
    """Yield the states after a given one, an epoch each.

    Parameters
    ----------
    plan : Plan
        How the network is trained.
    samples : Samples
        Rows, targets of the loss of shape (n, t), and weights.
    state : TrainingState
        Where training begins, or goes on.
    max_epochs : int
        Largest number of epochs, those before `state` included.
    validate : callable, optional
        ``validate(w, s)`` returns the score of parameters and statistics on rows held out.

    Yields
    ------
    TrainingState

    Raises
    ------
    DivergenceError
        When the parameters grow without bound.
    """
    keep_freed_memory()
    while not state.converged and state.iteration < max_epochs:
        with np.errstate(over="ignore", invalid="ignore"):  # the error below says it in words
            state = epoch(plan, samples, state)
        if not isfinite(state.loss) or not np.isfinite(state.w).all():
            raise DivergenceError(DIVERGED.format(state.iteration))
        state = judged(plan, state, validate)
        yield state
