"""Dates and times as people and their programs write them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.types import Array

if TYPE_CHECKING:
    from pandas import Series

# A rough look, which saves trying every format on text that is none.
RESEMBLES = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d).*|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|(19|20)\d{6}"
    r"|\d{1,2}[. -]+[A-Za-z]{3,9}[., -]+\d{2,4}\b.*"
    r"|([A-Za-z]{3,9},? )?[A-Za-z]{3,9}\.? \d{1,2},? \d{4}\b.*|[A-Za-z]{3,9}[ -]\d{4}"
)
CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?\s*([AaPp][Mm])?")
DAY_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y")
NAMED = ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d. %b %Y", "%d. %B %Y", "%b %d, %Y", "%B %d, %Y",
         "%b %d %Y", "%B %d %Y", "%b %Y", "%B %Y", "%b-%Y")  # fmt: skip
NUMBERED = ("%Y/%m/%d", "%Y.%m.%d", "%Y-%m", "%Y/%m", "%m/%Y", "%m.%Y", "%Y%m%d")
TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", "T%H:%M")
TRIED = 30  # Entries that tell which formats are worth trying on all.
WORDS = {"%Y": "year", "%y": "year", "%m": "month", "%d": "day", "%b": "month", "%B": "month"}


@dataclass(frozen=True)
class DateForm:
    """How a column writes its dates.

    Parameters
    ----------
    format : str
        As `datetime.strptime` takes it, or ``"ISO8601"``.
    other : str
        Another format in which all entries can be read, with other days and months; "" if there is none.
    """

    format: str
    other: str = ""

    def words(self) -> str:
        """Return the form in words, as ``"date (day.month.year)"``."""
        if self.format == "ISO8601":
            return "date (year-month-day)"
        shown = self.format.split(" %H")[0].split(" %I")[0].split(", %H")[0].split("T%H")[0]
        for code, word in WORDS.items():
            shown = shown.replace(code, word)
        return f"date ({shown})"


ISO = DateForm("ISO8601")


def parse_dates(entries: "Series[Any]", form: DateForm) -> "Series[Any]":
    """Return text as dates without a time zone (those of several zones in UTC); what is no date is NaT."""
    import pandas

    text = entries.astype(object).where(entries.notna(), None)
    dates = pandas.to_datetime(text.map(str.strip, na_action="ignore"), format=form.format, errors="coerce", utc=True)
    return dates.dt.tz_localize(None)


def read_dates(entries: "Series[Any]") -> tuple[DateForm | None, tuple[str, ...]]:
    """Find the form in which the most of the entries are dates.

    Parameters
    ----------
    entries : Series of str
        The different entries of a column.

    Returns
    -------
    form : DateForm or None
        None where fewer than half of them are dates.
    odd : tuple of str
        Those that are none.
    """
    alike = [bool(RESEMBLES.fullmatch(entry.strip())) for entry in entries]
    if 2 * sum(alike) <= len(entries):
        return None, ()
    likely = entries[np.array(alike)]
    worth = [
        form for form in _forms() if 2 * parse_dates(likely.head(TRIED), form).notna().sum() > len(likely.head(TRIED))
    ]
    counts = {form: int(parse_dates(likely, form).notna().sum()) for form in worth}
    if not counts:
        return None, ()
    most = max(counts.values())
    best = [form for form, count in counts.items() if count == most]
    chosen = best[0]
    other = next((form for form in best[1:] if not parse_dates(likely, form).equals(parse_dates(likely, chosen))), None)
    if (
        other
        and not parse_dates(likely, chosen).is_monotonic_increasing
        and parse_dates(likely, other).is_monotonic_increasing
    ):
        chosen, other = other, chosen  # Most tables with dates are in their order.
    odd = tuple(entries[parse_dates(entries, chosen).isna().to_numpy()])
    return DateForm(chosen.format, other.format if other else ""), odd


def _forms() -> list[DateForm]:
    numbered = (*DAY_FIRST[:1], *MONTH_FIRST[:1], *DAY_FIRST[1:], *MONTH_FIRST[1:], *NUMBERED, *NAMED)
    return [ISO, *(DateForm(date + time) for date in numbered for time in TIMES)]


def clock(text: str) -> float | None:
    """Return the hours since midnight that a text such as ``"13:45"`` says; None for one that says none."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
    return hours + int(minute) / 60 + float(second or 0) / 3600


# What a date says besides its day: the part's name, and how it is found.
PARTS: dict[str, Callable[[Any], Any]] = {
    "year": lambda dates: dates.dt.year,
    "month": lambda dates: dates.dt.month,
    "weekday": lambda dates: dates.dt.day_of_week + 1,
    "hour": lambda dates: dates.dt.hour + dates.dt.minute / 60,
}


def days_since(dates: "Series[Any]", first: str) -> Array:
    """Return the days, with fractions, since a first date; NaN for a date that is missing."""
    import pandas

    return ((dates - pandas.Timestamp(first)) / pandas.Timedelta(days=1)).to_numpy(np.float64)
