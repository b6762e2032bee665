"""A fit that is watched, checkpointed, and stopped after a state: by a time limit or by Ctrl-C."""

import signal
import threading
import time
import warnings
from dataclasses import dataclass
from types import FrameType
from typing import Any, Self

from groundup.core.estimator.base import Estimator
from groundup.core.estimator.training import Training
from groundup.core.exceptions import ConvergenceWarning
from groundup.data.dataset import Dataset
from groundup.workbench.run.checkpoint import Checkpoint, SavedProgress
from groundup.workbench.run.errors import RunError
from groundup.workbench.run.progress import Progress


@dataclass(frozen=True)
class Fit:
    """How a fit ended.

    Parameters
    ----------
    seconds : float
        How long it took, with the runs that it resumed.
    stopped : str or None
        Why it ended early: "time limit", "interrupted", or None.
    training : Training
        In its last state.
    """

    seconds: float
    stopped: str | None
    training: Training[Any]


class Interrupts:
    """Inside this context a first Ctrl-C is only noted; a second one raises KeyboardInterrupt.

    It does so whatever the process inherited: a shell starts jobs in the background with interrupts ignored.
    """

    def __init__(self) -> None:
        self.noted = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # others never receive signals
            self._usual: Any = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_usual"):
            signal.signal(signal.SIGINT, self._usual)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.noted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def fit(
    model: Estimator,
    data: Dataset,
    supervised: bool,
    progress: Progress,
    checkpoint: Checkpoint | None = None,
    saved: SavedProgress | None = None,
    max_seconds: float | None = None,
) -> Fit:
    """Fit a model and return how the fit ended; stopped early, the model adopts the last state.

    Parameters
    ----------
    model : Estimator
        Unfitted; its parameters are valid.
    data : Dataset
        What to learn from.
    supervised : bool
        Whether the model learns from y.
    progress : Progress
        Shows every state.
    checkpoint : Checkpoint, optional
        Written while the fit runs and, unless it was short, at its end: the model may still fail to be saved.
    saved : SavedProgress, optional
        Where to resume.
    max_seconds : float, optional
        Stop at the first state after this time.

    Raises
    ------
    RunError
        When the model cannot be fitted to the data.
    KeyboardInterrupt
        For a second Ctrl-C; the state is then in the checkpoint.
    """
    began, before, stopped = time.perf_counter(), saved.seconds if saved else 0.0, None
    start, history = (saved.state, saved.history) if saved else (None, None)
    try:
        with Interrupts() as interrupts:
            training = Training(model, data.X, data.y if supervised else None, start=start, history=history)
            for state in training:
                progress(state)
                if interrupts.noted:
                    stopped = "interrupted"
                elif max_seconds is not None and time.perf_counter() - began >= max_seconds and not state.converged:
                    stopped = "time limit"
                if stopped:
                    break
                if checkpoint:
                    checkpoint.write_if_due(training)
            _keep(checkpoint, training, progress, stopped)
            with warnings.catch_warnings():
                if stopped:  # a fit that was stopped has not converged, as the user knows
                    warnings.simplefilter("ignore", ConvergenceWarning)
                training.finish()
    except (ValueError, ArithmeticError, MemoryError) as error:
        raise RunError(str(error) or "there is not enough memory for this data.") from error
    except (TypeError, LookupError, AttributeError) as error:
        if saved is None:
            raise
        raise RunError("--resume: the state in the checkpoint does not fit the model; start again.") from error
    finally:
        progress.close()
    seconds = before + time.perf_counter() - began
    if interrupts.noted and not stopped:  # after the last state
        stopped = "interrupted"
        _keep(checkpoint, training, progress, stopped)
    return Fit(seconds, stopped, training)


def _keep(checkpoint: Checkpoint | None, training: Training[Any], progress: Progress, stopped: str | None) -> None:
    """Say that a fit was stopped, and write its last state; to leave what comes then must not cost the state."""
    if checkpoint is None:
        return
    if stopped:
        progress.stopped(stopped)
    with Interrupts() as interrupts:
        checkpoint.write_last(training, bool(stopped))
    if interrupts.noted:
        raise KeyboardInterrupt
