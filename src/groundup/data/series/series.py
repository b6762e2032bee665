"""A series of values in time, with what makes windows of it."""

from dataclasses import dataclass

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
        Of the values before it, which make the standard units.
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

    def standard(self, values: Array) -> Array:
        """Return values in standard units."""
        return np.asarray((values - self.mean) / self.std)

    def measured(self, values: Array) -> Array:
        """Return values in the user's units."""
        return np.asarray(values * self.std + self.mean)

    def in_parts(self) -> tuple[tuple[str, Array], tuple[str, Array]]:
        """Return the values that are learned from and those held out, with their names."""
        return (self.name, self.values[: self.split]), (f"{self.name}, held out", self.values[self.split :])

    def last(self) -> Array:
        """Return the last window in standard units, of shape (1, window): a forecast from it goes beyond the end."""
        return self.standard(self.values[-self.window :])[None]

    def future(self) -> Array:
        """Return the times of the next `horizon` values."""
        return self.spacing.after(self.times[-1], self.horizon)
