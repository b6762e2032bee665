"""The state of a fit on disk: written every few seconds and when a fit is stopped, read to go on from it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.estimator.training import State, Training
from groundup.core.rows import Rows
from groundup.core.storage import FileFormatError
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.saving import load_state, read_about, save_state
from groundup.workbench.run.errors import RunError, message_of

EVERY = 5.0  # seconds between two checkpoints


@dataclass(frozen=True)
class Progressed:
    """Where an earlier fit stopped.

    Parameters
    ----------
    state : State
        Its last one.
    history : mapping of str to array
        What it recorded.
    seconds : float
        How long it took.
    """

    state: State
    history: Mapping[str, Array]
    seconds: float

    @property
    def iterations(self) -> int:
        """Number of states it yielded."""
        return max(map(len, self.history.values()), default=0)


class Checkpoint:
    """The checkpoint of one run.

    Parameters
    ----------
    path : Path
        The file.
    about : mapping of str to object
        The request that the run is made by.
    data : Dataset
        Its fingerprint is kept, since an iteration cannot go on with other data.
    seconds : float
        Time spent by earlier, resumed runs.
    """

    def __init__(self, path: Path, about: Mapping[str, Any], data: Dataset, seconds: float = 0.0) -> None:
        self.path, self.about, self.data, self.earlier = path, dict(about), data, seconds
        self.began = self.written = time.monotonic()

    def write_if_due(self, training: Training[Any]) -> None:
        """Write, if the last checkpoint is some seconds old."""
        if time.monotonic() - self.written >= EVERY:
            self.write(training)

    def write(self, training: Training[Any]) -> None:
        """Write the training's last state."""
        self.about.setdefault("fingerprint", fingerprint(self.data))
        seconds = self.earlier + time.monotonic() - self.began
        about = self.about | {"history": training.history(), "seconds": seconds}
        save_state(training.state, self.path, training.model, **about)
        self.written = time.monotonic()

    def remove(self) -> None:
        """Forget the checkpoint: the run is complete."""
        self.path.unlink(missing_ok=True)


def read_request(path: Path, project: str) -> dict[str, Any]:
    """The request that a checkpoint was made by, as plain values."""
    try:
        about = read_about(path)
    except (FileFormatError, OSError) as error:
        raise RunError(f"--resume: {message_of(error)}") from error
    if about.get("project") != project:
        raise RunError(f"--resume: {path} is a checkpoint of {about.get('project')}, not of {project}.")
    return about


def read_progress(path: Path, model: Estimator, data: Dataset) -> Progressed:
    """Where the fit of `model` to `data` stopped.

    Raises
    ------
    RunError
        When the data is not what it was, or the file cannot be read.
    """
    try:
        state, about = load_state(path, model)
    except (FileFormatError, OSError) as error:
        raise RunError(f"--resume: {message_of(error)}") from error
    if about["fingerprint"] != fingerprint(data):
        raise RunError(
            f"--resume: the data {data.name!r} has changed since the checkpoint; start anew without --resume."
        )
    return Progressed(state, about["history"], about["seconds"])


def fingerprint(data: Dataset) -> str:
    """A number that changes whenever an entry of the data does, in hexadecimal digits."""
    digest = blake2b(repr((data.X.shape, data.X.dtype)).encode(), digest_size=8)
    for block in Rows(data.X, data.y).blocks():
        for part in block:
            if part is not None:
                digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()
