"""Answers: after the last step of each sequence, or at every step, in the form in which a user gives them."""

from typing import Any, Literal

import numpy as np

from groundup.core.checks.accepts import are_sequences
from groundup.core.checks.inputs import as_target, warn_of_column
from groundup.core.checks.labels import as_labels
from groundup.core.containers.sequences import Sequences
from groundup.core.storage import record
from groundup.core.types import Array


@record
class Form:
    """The form of answers.

    Parameters
    ----------
    every_step : bool
        Whether there is an answer at every step.
    kind : {"array", "list", "sequences"}
        What holds the answers of several sequences at every step.
    flat : bool
        Whether an answer is a number, and not an array of them.
    """

    every_step: bool
    kind: Literal["array", "list", "sequences"]
    flat: bool

    def shaped(self, answers: Array, X: Sequences) -> Any:
        """Return answers, a row for each sequence or step, in this form.

        Sequences of different lengths make a list where an array was given in the fit.
        """
        answers = answers[:, 0] if self.flat and answers.ndim > 1 else answers
        if not self.every_step:
            return answers
        if self.kind == "sequences":
            return Sequences(answers.reshape(len(answers), -1), X.starts)
        if self.kind == "array" and len(set(X.lengths.tolist())) == 1:
            return answers.reshape(len(X), -1, *answers.shape[1:])
        return np.split(answers, X.starts[1:-1])

    def without_columns(self) -> "Form":
        """Return the form of answers that have a column for each class."""
        return Form(self.every_step, self.kind, False)


def numbers(y: Any, X: Sequences, owner: str) -> tuple[Any, Form]:
    """Return numeric targets, an array (n, t) or `Sequences`, and their form.

    Raises
    ------
    TypeError, ValueError
        For what is not finite numbers, one for each sequence or for each step.
    """
    dtype = X.dtype
    if not are_sequences(y):
        if getattr(y, "ndim", 2) == 0 or getattr(y, "ndim", 2) > 3:
            raise ValueError(_wrong_shape(np.shape(y), ""))
        target = as_target(y, len(X), owner=owner, dtype=dtype)
        if target.ndim == 2 and target.shape[1] == 1:
            warn_of_column()
        return target.reshape(len(X), -1), Form(False, "array", target.ndim == 1 or target.shape[1] == 1)
    flat = not isinstance(y, Sequences) and np.ndim(y[0]) == 1
    given = Sequences.of(y, owner, "y")
    _require_steps(given.lengths, X, y)
    return Sequences(given.values.astype(dtype, copy=False), given.starts), Form(True, _kind(y), flat)


def labels(y: Any, X: Sequences, owner: str) -> tuple[Any, Form]:
    """Return classes, an array (n,) or `Sequences` of one column, and their form.

    Raises
    ------
    TypeError, ValueError
        For what is not a class for each sequence or for each step.
    """
    parts = _parts(y, X)
    if parts is None:
        return as_labels(y, len(X), owner=owner), Form(False, "array", True)
    _require_steps(np.array([len(part) for part in parts]), X, y)
    flat = as_labels(np.concatenate(parts), len(X.values), owner=owner)
    return Sequences(flat[:, None], X.starts), Form(True, _kind(y), True)


def _parts(y: Any, X: Sequences) -> list[Array] | None:
    """Return the classes of each sequence's steps; None for one class for each sequence."""
    if isinstance(y, Sequences):
        return np.split(y.values.ravel(), y.starts[1:-1])
    if isinstance(y, np.ndarray) and y.ndim == 2:
        return list(y) if y.shape[1] > 1 and (X.lengths == y.shape[1]).all() else None
    lists = isinstance(y, (list, tuple)) or (isinstance(y, np.ndarray) and y.dtype == object and y.ndim == 1)
    if not lists or not len(y) or not all(isinstance(part, (list, tuple)) or getattr(part, "ndim", 0) for part in y):
        return None
    return [np.asarray(part).reshape(len(part), -1)[:, 0] for part in y]


def _kind(y: Any) -> Literal["array", "list", "sequences"]:
    if isinstance(y, Sequences):
        return "sequences"
    return "array" if isinstance(y, np.ndarray) and y.dtype != object else "list"


def _require_steps(lengths: Array, X: Sequences, y: Any) -> None:
    """Raise ValueError unless there is an answer for each step."""
    if len(lengths) != len(X):
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{len(X)}, {len(lengths)}]. X and y must "
            "have as many sequences as each other."
        )
    wrong = lengths != X.lengths
    if wrong.any():
        i = int(wrong.argmax())
        place = f"sequence {i} has {X.lengths[i]} steps in X and {lengths[i]} in y"
        raise ValueError(_wrong_shape(y.shape if isinstance(y, np.ndarray) else f"a list of {len(y)}", place))


def _wrong_shape(shape: Any, place: str) -> str:
    return (
        "y must have shape (n,) or (n, n_targets) for an answer after the last step of each sequence, or one answer "
        f"for each step of X, got {shape}" + (f": {place}." if place else ".")
    )
