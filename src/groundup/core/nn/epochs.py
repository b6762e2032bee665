"""Epochs of mini-batches, with the curves that scikit-learn reports."""

from collections.abc import Iterator

import numpy as np

from groundup.core.nn.training import Plan, TrainingState, Validate, train
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array


@record
class EpochState:
    """Training after some epochs.

    Parameters
    ----------
    iteration : int
        Epochs of this fit so far.
    converged : bool
        Whether neither loss nor validation score improves any more.
    loss : float
        Mean objective of the batches of the last epoch.
    validation : float
        Score on the rows held out; NaN without such rows.
    curve : ndarray
        The losses of all epochs, those before a warm start included.
    scores : ndarray
        The validation scores of the same epochs; empty without rows held out.
    seen : int
        Rows seen so far, each as often as it was seen.
    training : TrainingState
        All that the next epoch needs.
    """

    iteration: int
    converged: bool
    loss: float
    validation: float
    curve: Array
    scores: Array
    seen: int
    training: TrainingState


def beginning(training: TrainingState, previous: EpochState | None = None) -> EpochState:
    """Return the state before the first epoch; the curves go on where those of an earlier fit end."""
    empty = np.zeros(0)
    curve, scores, seen = (previous.curve, previous.scores, previous.seen) if previous else (empty, empty, 0)
    return EpochState(0, False, training.loss, training.validation, curve, scores, seen, training)


def after(state: EpochState, training: TrainingState, rows: int) -> EpochState:
    """Return the state after an epoch over some rows."""
    scores = state.scores if np.isnan(training.validation) else np.append(state.scores, training.validation)
    return EpochState(
        training.iteration, training.converged, training.loss, training.validation,
        np.append(state.curve, training.loss), scores, state.seen + rows, training,
    )  # fmt: skip


def epochs(
    plan: Plan, samples: Samples, state: EpochState, max_epochs: int, validate: Validate | None
) -> Iterator[EpochState]:
    """Yield the states after a given one, an epoch each; see `groundup.core.nn.training.train`."""
    for training in train(plan, samples, state.training, max_epochs, validate):
        state = after(state, training, len(samples))
        yield state
