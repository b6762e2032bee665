"""The times of a series: at what distance they follow each other, and how they go on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array

UNITS = {1: "second", 60: "minute", 3600: "hour", 86400: "day", 604800: "week"}  # Names of numbers of seconds.
MONTHS = {1: "month", 3: "quarter", 12: "year"}
JITTER = 0.25  # Share of a step by which a time may be off its place.
SPARSEST = 0.5  # Share of the places that must have a time; with more gaps there is no regular distance.
DAY = 86400
FRIDAY = 4  # Days of the week are counted from 0, Monday.
WEEKDAYS = 10  # Days without a weekend among them from which a series is one of working days.


@dataclass(frozen=True)
class Spacing:
    """How the times of a series follow each other.

    Parameters
    ----------
    unit : {"month", "weekday", "second", "number", "irregular", "row"}
        What is counted from time to time: months, working days, seconds, or plain numbers; "irregular" for times
        at different distances, and "row" for a series without times.
    step : float
        How many of these from one time to the next; of irregular times the median.
    day : int
        For months the day of the month; 31 is the last day of each.
    called : str
        For plain numbers what 1 is called, as ``"year"``; "" where nobody said it.
    """

    unit: str
    step: float
    day: int = 1
    called: str = ""

    @property
    def name(self) -> str:
        """What a step of the series is called, as ``"month"``, ``"2 hours"`` or ``"row"``."""
        if self.unit == "month":
            return MONTHS.get(int(self.step), f"{self.step:g} months")
        if self.unit == "second":
            for seconds, name in sorted(UNITS.items(), reverse=True):
                if self.step % seconds == 0:
                    return name if self.step == seconds else f"{self.step / seconds:g} {name}s"
            return f"{self.step:g} seconds"
        if self.unit == "number":
            if self.called:
                return self.called if self.step == 1 else f"{self.step:g} {self.called}s"
            return "step" if self.step == 1 else f"step of {self.step:g}"
        return "working day" if self.unit == "weekday" else "row"

    def after(self, last: Any, count: int) -> Array:
        """Return the next `count` times after the last one."""
        k = np.arange(1, count + 1)
        if self.unit == "month":
            month = last.astype("datetime64[M]").astype(int) + (k * int(self.step))
            return _with_day(month, self.day) + (last - last.astype("datetime64[D]"))
        if self.unit == "weekday":
            day = last.astype("datetime64[D]")
            return np.busday_offset(day, k).astype("datetime64[s]") + (last - day)
        if isinstance(last, np.datetime64):
            return np.asarray(last + np.round(k * self.step).astype("timedelta64[s]"))
        return np.asarray(last + k * self.step)


def _with_day(month: Array, day: int) -> Array:
    """Return a day of months that are counted from January 1970; of a shorter month its last day."""
    first = month.astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int)
    return np.asarray((first.astype("datetime64[D]") + np.minimum(day, length) - 1).astype("datetime64[s]"))


def labels(times: Array) -> list[str]:
    """Return times as text: plain numbers, days as ``"2024-01-31"``, and with the hour where one is not midnight."""
    if times.dtype.kind != "M":
        return [f"{time:.15g}" for time in times]
    if (times == times.astype("datetime64[D]")).all():
        return [str(time) for time in times.astype("datetime64[D]")]
    minutes = times.astype("datetime64[m]")
    return [str(time) for time in (minutes if (times == minutes).all() else times.astype("datetime64[s]"))]


def spacing(times: Array) -> tuple[Spacing, Array]:
    """Find how sorted, distinct times follow each other.

    Parameters
    ----------
    times : ndarray of datetime64[s] or of float, of shape (n,)
        Two at least.

    Returns
    -------
    spacing : Spacing
    places : ndarray of int of shape (n,)
        Number of each time, counted in steps from the first; there is a gap where one is left out.
    """
    if times.dtype.kind != "M":
        found = _even(np.diff(times), times - times[0])
        return (Spacing("number", found[0]), found[1]) if found else _irregular(np.diff(times))
    return _monthly(times) or _working_days(times) or _in_seconds(times)


def _monthly(times: Array) -> tuple[Spacing, Array] | None:
    """Return the spacing of times on one day of each month, or on the last days of months."""
    month, days = times.astype("datetime64[M]"), times.astype("datetime64[D]")
    day = int((days - month.astype("datetime64[D]")).astype(int).max()) + 1
    if (_with_day(month.astype(int), day) != days).any() or len(np.unique(times - days)) > 1:
        return None
    number = month.astype(int)
    step = int(np.gcd.reduce(np.diff(number)))
    places = (number - number[0]) // step
    dense = len(times) >= SPARSEST * (places[-1] + 1)
    return (Spacing("month", step, 31 if _are_last(days) else day), places) if dense else None


def _are_last(days: Array) -> bool:
    """Whether days are the last ones of their months."""
    return bool(((days + 1).astype("datetime64[M]") != days.astype("datetime64[M]")).all())


def _working_days(times: Array) -> tuple[Spacing, Array] | None:
    """Return the spacing of days from Monday to Friday."""
    days = times.astype("datetime64[D]")
    weekday = (days.astype(int) + 3) % 7  # 1 January 1970 was a Thursday.
    gaps = np.diff(days).astype(int)
    if len(days) < WEEKDAYS or (weekday > FRIDAY).any() or len(np.unique(times - days)) > 1 or np.median(gaps) != 1:
        return None
    places = np.busday_count(days[0], days)
    return (Spacing("weekday", 1), places) if len(times) >= SPARSEST * (places[-1] + 1) else None


def _in_seconds(times: Array) -> tuple[Spacing, Array]:
    seconds = (times - times[0]).astype(np.float64)
    found = _even(np.diff(seconds), seconds)
    return (Spacing("second", found[0]), found[1]) if found else _irregular(np.diff(seconds))


def _even(gaps: Array, since: Array) -> tuple[float, Array] | None:
    """Return the most frequent distance of times, and their places in such steps, if all are near one of these."""
    values, sizes = np.unique(np.round(gaps, 9), return_counts=True)
    step = float(values[sizes.argmax()])
    places = np.round(since / step).astype(np.int64)
    near = np.abs(since / step - places).max() <= JITTER and (np.diff(places) > 0).all()
    return (step, places) if near and len(since) >= SPARSEST * (places[-1] + 1) else None


def _irregular(gaps: Array) -> tuple[Spacing, Array]:
    return Spacing("irregular", float(np.median(gaps))), np.arange(len(gaps) + 1)
