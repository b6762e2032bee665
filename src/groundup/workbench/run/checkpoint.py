"""The state of a fit on disk: written every few seconds and when a fit is stopped, read to resume it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.training import State, Training
from groundup.core.exceptions import warn
from groundup.core.files import locked
from groundup.core.rows import Rows
from groundup.core.storage import FileFormatError, brief, conforms, hints
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.tables.options import TableOptions
from groundup.saving import load_state, read_about, save_state
from groundup.workbench.run.errors import RunError, message_of

EVERY = 5.0  # Seconds between two checkpoints.


@dataclass(frozen=True)
class SavedProgress:
    """The progress of an earlier fit that was stopped.

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
        """Number of states that it yielded."""
        return max(map(len, self.history.values()), default=0)


class Checkpoint:
    """The checkpoint of one run.

    Parameters
    ----------
    path : Path
        The file.
    request : mapping of str to object
        The settled request, as plain values.
    data : Dataset
        Its fingerprint is kept, since a fit cannot be resumed on other data.
    seconds : float
        Time spent by earlier, resumed runs.
    """

    def __init__(self, path: Path, request: Mapping[str, Any], data: Dataset, seconds: float = 0.0) -> None:
        self.path, self.request, self.data, self.earlier = path, dict(request), data, seconds
        self._fingerprint = ""
        self.began = self.written = time.monotonic()

    def write_if_due(self, training: Training[Any]) -> None:
        """Write, if the last checkpoint is some seconds old."""
        if time.monotonic() - self.written >= EVERY:
            self.write(training)

    def write_last(self, training: Training[Any], stopped: bool) -> None:
        """Write the state in which a fit ended, unless it is quickly reached again."""
        if training.state is None:
            return
        if stopped or self.earlier or time.monotonic() - self.began >= EVERY:
            self.write(training)

    def write(self, training: Training[Any]) -> None:
        """Write the training's last state; a fit whose checkpoint cannot be written goes on without it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.path.parent.parent):  # Another run of the same table may be taking the folder's place.
                self.write_to(self.path, training)
        except OSError as error:
            warn(f"no checkpoint was written: {message_of(error)}.", UserWarning)
        self.written = time.monotonic()

    def write_to(self, path: Path, training: Training[Any]) -> None:
        """Write the training's last state to a file."""
        self._fingerprint = self._fingerprint or fingerprint(self.data)
        save_state(
            training.state,
            path,
            training.model,
            request=self.request,
            fingerprint=self._fingerprint,
            history=training.history(),
            seconds=self.earlier + time.monotonic() - self.began,
        )


def read_request(path: Path, project: str) -> dict[str, Any]:
    """Return the request that a checkpoint was made by, as plain values."""
    try:
        about = read_about(path)
    except (FileFormatError, OSError) as error:
        raise RunError(f"--resume: {message_of(error)}") from error
    request: Any = about.get("request")
    match request:
        case {
            "project": str(owner),
            "model": str(),
            "data": str(),
            "target": str() | None,
            "seed": int(),
            "parameters": dict(),
        } if _are_options(request.get("table", {})):
            if owner != project:
                raise RunError(f"--resume: {path} is a checkpoint of {brief(owner)}, not of {project}.")
            return dict(request)
    raise RunError(f"--resume: {path} does not say what was run.")


def _are_options(table: Any) -> bool:
    """Whether something that was read says how to read a table."""
    if not isinstance(table, dict):
        return False
    known = hints(TableOptions)
    listed = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    return all(name in known and conforms(value, known[name]) for name, value in listed.items())


def read_progress(path: Path, model: Estimator, data: Dataset) -> SavedProgress:
    """Return the progress of the stopped fit of `model` to `data`.

    Raises
    ------
    RunError
        When the data is not what it was, or the file cannot be read.
    """
    try:
        state, about = load_state(path, model)
    except (FileFormatError, OSError) as error:
        raise RunError(f"--resume: {message_of(error)}") from error
    if about.get("fingerprint") != fingerprint(data):
        raise RunError(
            f"--resume: the data {data.name!r} has changed since the checkpoint; start again without --resume."
        )
    history: Any = about.get("history")
    seconds: Any = about.get("seconds")
    if not (conforms(history, dict[str, Array]) and conforms(seconds, float)):
        raise RunError(f"--resume: {path} does not say how the fit went.")
    return SavedProgress(state, {name: np.atleast_1d(column) for name, column in history.items()}, seconds)


def fingerprint(data: Dataset) -> str:
    """Return hexadecimal digits that change whenever an entry of the data does."""
    if isinstance(data.X, str):
        return blake2b(data.X.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    digest = blake2b(repr((data.X.shape, data.X.dtype)).encode(), digest_size=8)
    for block in Rows(data.X, data.y).blocks():
        for part in block:
            for array in (part.values, part.starts) if isinstance(part, Sequences) else (part,):
                if array is not None:
                    digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
