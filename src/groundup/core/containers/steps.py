"""Sequences packed by time: all first steps, then all second steps, and so on, without padding.

Recurrent layers take one step of all sequences at a time. The longest sequence comes first, so that those that are
still running at some time are the first ones.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.types import Array


@dataclass(frozen=True, eq=False)
class Timeline:
    """Which steps of n sequences belong to which time.

    Parameters
    ----------
    order : ndarray of int of shape (n,)
        Numbers of the sequences, the longest first.
    counts : ndarray of int of shape (T,)
        How many of them are running at each time.

    Examples
    --------
    >>> time = Timeline.of(np.array([1, 3]))
    >>> time.order.tolist(), time.counts.tolist(), time.slices[1]
    ([1, 0], [2, 1, 1], slice(2, 3, None))
    """

    order: Array
    counts: Array

    @classmethod
    def of(cls, lengths: Array) -> "Timeline":
        """Return the timeline of sequences of these lengths, each at least 1."""
        order = np.argsort(-lengths, kind="stable")
        ended = np.cumsum(np.bincount(lengths))[:-1]  # how many are over before each time
        return cls(order, len(lengths) - ended)

    @cached_property
    def slices(self) -> list[slice]:
        """The columns of each time in the packed array."""
        ends = np.cumsum(self.counts).tolist()
        return [slice(end - count, end) for end, count in zip(ends, self.counts.tolist())]

    @cached_property
    def _places(self) -> tuple[Array, Array]:
        """Time and rank, the place in `order`, of each column."""
        times = np.repeat(np.arange(len(self.counts)), self.counts)
        starts = np.cumsum(self.counts) - self.counts
        return times, np.arange(len(times)) - starts[times]

    @cached_property
    def lengths(self) -> Array:
        """Length of each sequence in `order`, of shape (n,)."""
        return np.bincount(self._places[1])

    @cached_property
    def rows(self) -> Array:
        """The row of `Sequences.values` that each column is, of shape (total,)."""
        times, ranks = self._places
        length = np.empty_like(self.order)
        length[self.order] = self.lengths
        starts = np.cumsum(length) - length
        return starts[self.order][ranks] + times

    @cached_property
    def columns(self) -> Array:
        """The column of each row of `Sequences.values`: the inverse of `rows`."""
        return np.argsort(self.rows, kind="stable")

    @cached_property
    def reversal(self) -> Array:
        """The columns that each sequence has from its end to its beginning: twice is the order itself."""
        times, ranks = self._places
        starts = np.cumsum(self.counts) - self.counts
        return starts[self.lengths[ranks] - 1 - times] + ranks

    @cached_property
    def ranks(self) -> Array:
        """The place of each sequence in `order`, of shape (n,): also the column of its first step."""
        return np.argsort(self.order, kind="stable")

    @cached_property
    def last(self) -> Array:
        """The column of each sequence's last step, of shape (n,)."""
        starts = np.cumsum(self.counts) - self.counts
        return starts[self.lengths[self.ranks] - 1] + self.ranks


@dataclass(frozen=True, eq=False)
class Steps:
    """All steps of some sequences, packed by time.

    Parameters
    ----------
    values : ndarray of shape (d, total), or (total,) of numbers of words
        A column for each step.
    timeline : Timeline
        Which column is which step.

    Examples
    --------
    >>> Steps.of(np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([1, 3])).values
    array([[2., 1., 3., 4.]])
    """

    values: Array
    timeline: Timeline

    @classmethod
    def of(cls, values: Array, lengths: Array) -> "Steps":
        """Pack sequences of these lengths, of which `values` has a row for each step, as in `Sequences`."""
        timeline = Timeline.of(lengths)
        return cls(values.T[..., timeline.rows], timeline)

    def __len__(self) -> int:
        return len(self.timeline.order)

    @property
    def dtype(self) -> Any:
        """Type of the values."""
        return self.values.dtype

    def with_values(self, values: Array) -> "Steps":
        """Return other values of the same steps."""
        return Steps(values, self.timeline)

    def in_order(self) -> Array:
        """Return the values with a column for each row of `Sequences.values`."""
        return self.values[..., self.timeline.columns]
