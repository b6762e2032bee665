"""Columns of numbers that number the rows instead of measuring something."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.types import Array

if TYPE_CHECKING:
    from pandas import Series

FEWEST_ROWS = 10  # Rows from which numbers without a telling name may number them.
# Names of columns that identify rows; those of the second list do if their numbers rise by the same step.
IDENTIFIER = re.compile(r"(^|[\W_])(ids?|no|nr|uuid|guid)\W*$|\wnummer\W*$|[\W_]number\W*$|^#$", re.IGNORECASE)
CAMEL_IDENTIFIER = re.compile(r"[a-z](Id|ID|No|Nr)$")
COUNTER = re.compile(r"(^|[\W_])(num|number|index|idx|key|row|record|obs)\W*$", re.IGNORECASE)
YEARS = (1500, 2100)  # Whole numbers in between that rise by one may be years.


@dataclass(frozen=True)
class RowNumber:
    """That a column seems to number the rows.

    Parameters
    ----------
    read : str
        What it is taken for.
    why : str
        What makes it look so.
    used : bool
        Whether it is used all the same.
    certain : bool
        Whether its name and its numbers both say so, so that no note is needed.
    """

    read: str
    why: str
    used: bool = False
    certain: bool = False

    def note(self, name: str) -> tuple[str, ...]:
        """Return what the user is told on the terminal: nothing, or one sentence."""
        option = shlex.quote(name)
        if self.certain:
            return ()
        if self.used:
            return (f"{name}: {self.why}; used all the same; --drop {option} if it only numbers the rows",)
        return (f"{name}: {self.why}; left out; --keep {option} uses it",)


def step_of(column: "Series[Any]") -> float:
    """Return the step by which whole numbers rise, or fall, in each row; 0 where it is not the same.

    Gaps that rows left which were taken out count as the step, where they are few: a tenth of the steps at most.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if len(column) < 3 or not is_numeric_dtype(column.dtype) or is_bool_dtype(column.dtype):
        return 0.0
    values = column.to_numpy(np.float64, na_value=np.nan)
    values = values[~np.isnan(values)]
    steps = np.diff(values)
    if len(steps) < 2 or (values != np.round(values)).any():
        return 0.0
    step = float(np.median(steps))
    gaps = steps[steps != step]
    return step if 10 * len(gaps) <= len(steps) and (gaps * step > step**2).all() else 0.0


def identifies(name: str) -> bool:
    """Whether the name of a column says that it identifies the rows."""
    return bool(IDENTIFIER.search(name) or CAMEL_IDENTIFIER.search(name))


def row_number(
    name: str, values: Array, step: float, *, copies: int, unnamed: bool, related: Callable[[Array], bool | None]
) -> RowNumber | None:
    """Return what makes a column look as if it numbered the rows; None for one that does not.

    Parameters
    ----------
    name : str
        Of the column.
    values : ndarray of shape (n,)
        Its numbers, NaN where one is missing.
    step : float
        By how much it rises in each row of the table: see `step_of`.
    copies : int
        How many rows of the table are copies of others.
    unnamed : bool
        Whether it has no name in the file, as the index that pandas writes.
    related : callable
        ``related(values) -> bool or None``: whether numbers go with the target; None where there is no target.
    """
    identifier = unnamed or identifies(name)
    if step and (identifier or COUNTER.search(name)):
        return RowNumber("running number", "numbers the rows", certain=True)
    known = values[~np.isnan(values)]
    n = len(known)
    if n < FEWEST_ROWS:
        return None
    if step == 1:
        used = bool(related(values)) or not _may_begin(known[0], known[-1], n)
        return RowNumber("number" if used else "running number", "rises by one from row to row", used)
    if identifier and (known == np.round(known)).all() and len(np.unique(known)) + copies >= n:
        return RowNumber("identifier", "different in each row, and named like an identifier")
    return None


def _may_begin(first: float, last: float, n: int) -> bool:
    """Whether a number of n rows may run so: from 0 or 1, or from a number far above n, as 100,001; years do not."""
    return first in (0, 1) or (first >= 10 * n and not YEARS[0] <= first <= last <= YEARS[1])
