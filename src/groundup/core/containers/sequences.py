"""Sequences of different lengths, concatenated in one array."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.containers.steps import Steps
from groundup.core.types import Array


@dataclass(frozen=True, eq=False)
class Sequences:
    """n sequences of d-dimensional vectors.

    Parameters
    ----------
    values : ndarray of shape (steps, d)
        The vectors of all sequences, concatenated.
    starts : ndarray of int of shape (n + 1,)
        Sequence i holds the vectors from ``starts[i]`` to ``starts[i + 1]``.

    Examples
    --------
    >>> import numpy as np
    >>> X = Sequences.of([np.ones((2, 3)), np.zeros((4, 3))])
    >>> len(X), X.lengths.tolist(), X[1:].values.shape
    (2, [2, 4], (4, 3))
    """

    values: Array
    starts: Array
    ndim = 3

    @classmethod
    def of(cls, X: Any, owner: str = "the estimator", name: str = "X") -> "Sequences":
        """Convert a list of arrays (T, d) or (T,), or one array, to sequences.

        Raises
        ------
        TypeError, ValueError
            For other shapes, sequences of different widths, empty ones, and entries that are not finite numbers.
        """
        if isinstance(X, Sequences):
            return X._checked(name)
        if isinstance(X, np.ndarray) and X.ndim == 3 and X.dtype.kind in "fiub" and 0 not in X.shape:
            values = X.reshape(-1, X.shape[2])
            values = values if values.dtype == np.float32 else values.astype(np.float64, copy=False)
            return cls(values, np.arange(len(X) + 1) * X.shape[1])._checked(name)
        parts = [np.asarray(sequence) for sequence in X]
        if not parts:
            raise ValueError(f"{name} has 0 sequences; {owner} needs at least one.")
        shaped = []
        for i, part in enumerate(parts):
            if part.dtype.kind not in "fiub":
                raise TypeError(f"{name} must hold numbers only, but sequence {i} has dtype {part.dtype}.")
            if part.ndim not in (1, 2) or len(part) == 0:
                raise ValueError(
                    f"{name} must hold sequences of shape (steps, features) or (steps,) with at least one step, but "
                    f"sequence {i} has shape {part.shape}."
                )
            shaped.append(part.reshape(len(part), -1))
        widths = {part.shape[1] for part in shaped}
        if len(widths) > 1:
            raise ValueError(f"{name}: all sequences must have as many features, got {sorted(widths)}.")
        values = np.concatenate(shaped)
        values = values if values.dtype == np.float32 else values.astype(np.float64)
        return cls(values, np.cumsum([0, *map(len, shaped)]))._checked(name)

    def _checked(self, name: str) -> "Sequences":
        """Return these sequences, after looking at every entry."""
        if self.values.shape[1] == 0:
            raise ValueError(f"{name} must have at least one feature at each step, got sequences without any.")
        if not np.isfinite(self.values).all():
            step = int(np.flatnonzero(~np.isfinite(self.values).all(axis=1))[0])
            i = int(np.searchsorted(self.starts, step, side="right")) - 1
            place = f"in sequence {i} at step {step - self.starts[i]}"
            raise ValueError(
                f"Input {name} contains NaN or infinity {place} (counted from 0): only finite numbers are allowed."
            )
        return self

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of sequences, length of the longest one, and number of features."""
        return len(self), int(self.lengths.max(initial=0)), self.values.shape[1]

    @property
    def dtype(self) -> Any:
        """Type of the values."""
        return self.values.dtype

    @property
    def lengths(self) -> Array:
        """Length of each sequence, of shape (n,)."""
        return np.diff(self.starts)

    @property
    def T(self) -> Steps:
        """The same steps packed by time, features first, as layers take them."""
        return Steps.of(self.values, self.lengths)

    @property
    def row_bytes(self) -> int:
        """Average number of bytes of a sequence, which decides the block size."""
        return self.values.nbytes // max(1, len(self)) + 1

    def __getitem__(self, rows: Any) -> "Sequences":
        """Return sequences by a slice, indices or a mask."""
        chosen = np.arange(len(self))[rows]
        return self.pieces(self.starts[chosen], self.lengths[chosen])

    def pieces(self, begins: Array, lengths: Array) -> "Sequences":
        """Return parts of sequences.

        Parameters
        ----------
        begins : ndarray of int of shape (m,)
            Rows of `values` with which they begin.
        lengths : ndarray of int of shape (m,)
            Numbers of steps.
        """
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return Sequences(self.values[consecutive(begins, lengths)], starts)


def consecutive(begins: Array, lengths: Array) -> Array:
    """Return runs of consecutive numbers, one run after the other.

    Examples
    --------
    >>> import numpy as np
    >>> consecutive(np.array([5, 0]), np.array([2, 3]))
    array([5, 6, 0, 1, 2])
    """
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)
