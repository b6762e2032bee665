"""A series of values in time, with what makes windows of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.series.times import Spacing


@dataclass(frozen=True)
class Series:
    """A series, and how windows of it are made.

    Parameters
    ----------
    name : str
        Of the values, with their unit where there is one.
    values : ndarray of shape (T,)
        In the user's units; a missing one is filled.
    known : ndarray of bool of shape (T,)
        Which values were not missing.
    times : ndarray of datetime64[s] or of float, of shape (T,)
        When each value was.
    spacing : Spacing
        How the times follow each other.
    window, horizon : int
        Past values that a forecast is made from, and values that it is of.
    period : int
        Steps after which the part that is learned from repeats; 0 where it does not.
    split : int
        Place of the first value that no fit sees.
    mean, std : float
        Level and spread of the values before it, which make the standard units.
    centred : bool
        Whether the level of a window is its own mean, because the series has a trend: what is learned at one level then
        holds at others.
    """

    name: str
    values: Array
    known: Array
    times: Array
    spacing: Spacing
    window: int
    horizon: int
    period: int
    split: int
    mean: float
    std: float
    centred: bool = False

    def levels(self, origins: Array) -> Array:
        """Return the value that is 0 in the standard units of the windows before some places, of shape (n, 1)."""
        places = np.asarray(origins)[:, None]
        if not self.centred:
            return np.full(places.shape, self.mean)
        return self.values[places + np.arange(-self.window, 0)].mean(axis=1, keepdims=True)

    def standard(self, values: Array, origins: Array) -> Array:
        """Return values, a row for each of some places, in the standard units of the windows there."""
        return np.asarray((values - self.levels(origins)) / self.std)

    def measured(self, values: Array, origins: Array) -> Array:
        """Return values in the user's units: the inverse of `standard`."""
        return np.asarray(values * self.std + self.levels(origins))

    def to_json(self) -> dict[str, Any]:
        """Return what makes windows of another part of the series, as plain values."""
        names = ("window", "horizon", "period", "mean", "std", "centred")
        return {name: getattr(self, name) for name in names}

    @property
    def end(self) -> Array:
        """The place behind the last value, of shape (1,)."""
        return np.array([len(self.values)])

    def in_parts(self) -> tuple[tuple[str, Array], tuple[str, Array]]:
        """Return the values that are learned from and those held out, with their names."""
        return (self.name, self.values[: self.split]), (f"{self.name}, held out", self.values[self.split :])

    def last(self) -> Array:
        """Return the last window in standard units, of shape (1, window): a forecast from it goes beyond the end."""
        return self.standard(self.values[None, -self.window :], self.end)

    def future(self) -> Array:
        """Return the times of the next `horizon` values."""
        return self.spacing.after(self.times[-1], self.horizon)
