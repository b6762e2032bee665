"""Dates and times as people and their programs write them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.types import Array

if TYPE_CHECKING:
    from pandas import Series

# A rough look, which saves trying every format on text that is none.
RESEMBLES = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d).*|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|(19|20)\d{6}"
    r"|\d{1,2}[. -]+[A-Za-z]{3,9}[., -]+\d{2,4}\b.*|\d{1,2}[A-Za-z]{3}\d{4}"
    r"|([A-Za-z]{3,9},? )?[A-Za-z]{3,9}\.? \d{1,2},? \d{4}\b.*|[A-Za-z]{3,9}[ -]\d{4}"
)
CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?\s*([AaPp][Mm])?")
DURATION = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")
# What people write around a date: the day of the week, "at" before the hour, 3rd for 3.
WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[.,]?\s+", re.IGNORECASE)
AROUND = re.compile(r"(?<=\d)\s+at(?=\s+\d)|(?<=\d)(?:st|nd|rd|th)\b")
WEEK = re.compile(r"(\d{4})-?W(\d\d)")
QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])|Q([1-4])[-/ ](\d{4})")
DAY_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y")
NAMED = ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d. %b %Y", "%d. %B %Y", "%b %d, %Y", "%B %d, %Y",
         "%b %d %Y", "%B %d %Y", "%b %Y", "%B %Y", "%b-%Y", "%d%b%Y")  # fmt: skip
NUMBERED = ("%Y/%m/%d", "%Y.%m.%d", "%Y-%m", "%Y/%m", "%m/%Y", "%m.%Y", "%Y%m%d")
TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", "T%H:%M")
TRIED, SAMPLED = 30, 1000  # Entries that tell which formats are tried on more, and on all.
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
    dates = pandas.to_datetime(text.map(_bare, na_action="ignore"), format=form.format, errors="coerce", utc=True)
    return dates.dt.tz_localize(None)


def _bare(entry: str) -> str:
    """Return a date without what people write around it; a week or a quarter as its first day."""
    text = entry.strip()
    if found := WEEK.fullmatch(text):
        try:
            return str(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:  # A year has no week 60.
            return text
    if found := QUARTER.fullmatch(text):
        return f"{found[1] or found[4]}-{3 * int(found[2] or found[3]) - 2:02}-01"
    return AROUND.sub("", WEEKDAY.sub("", text, count=1))


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
    sample = _spread(entries, SAMPLED)
    alike = sample[[bool(RESEMBLES.fullmatch(_bare(entry))) for entry in sample]]
    if 2 * len(alike) <= len(sample):
        return None, ()
    forms = _best(_spread(alike, TRIED), _forms())
    forms = _best(entries, _best(alike, forms))
    if not forms:
        return None, ()
    dates = {form: parse_dates(entries, form) for form in forms}
    chosen, *others = forms
    other = next((form for form in others if not dates[form].equals(dates[chosen])), None)
    if other and dates[other].is_monotonic_increasing and not dates[chosen].is_monotonic_increasing:
        chosen, other = other, chosen  # Most tables with dates are in their order.
    return DateForm(chosen.format, other.format if other else ""), tuple(entries[dates[chosen].isna().to_numpy()])


def _spread(entries: "Series[Any]", most: int) -> "Series[Any]":
    """Return entries from all parts of a column, `most` of them at the most."""
    return entries.iloc[:: max(1, -(-len(entries) // most))]


def _best(entries: "Series[Any]", forms: list[DateForm]) -> list[DateForm]:
    """Return the forms in which the most of the entries are dates, at least half of them."""
    if len(forms) < 2:
        return forms
    counts = [int(parse_dates(entries, form).notna().sum()) for form in forms]
    return [
        form for form, count in zip(forms, counts, strict=True) if count == max(counts) and 2 * count > len(entries)
    ]


def _forms() -> list[DateForm]:
    numbered = (*DAY_FIRST[:1], *MONTH_FIRST[:1], *DAY_FIRST[1:], *MONTH_FIRST[1:], *NUMBERED, *NAMED)
    return [ISO, *(DateForm(day + time) for day in numbered for time in TIMES)]


def clock(text: str) -> float | None:
    """Return the hours since midnight that a text such as ``"13:45"`` says; None for one that says none."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
    return hours + int(minute) / 60 + float(second or 0) / 3600


def duration(text: str) -> float | None:
    """Return the hours that a text such as ``"120:30:00"`` says; None for one that says none."""
    found = DURATION.fullmatch(text.strip())
    return int(found[1]) + int(found[2]) / 60 + float(found[3] or 0) / 3600 if found else None


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
