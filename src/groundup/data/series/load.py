"""A series of the user's, from a table: sorted by time, its gaps filled, as windows to learn from."""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.dataset import Dataset
from groundup.data.series.encoder import SeriesEncoder, learn
from groundup.data.series.times import Spacing, labels, spacing
from groundup.data.series.windows import forecasting
from groundup.data.tables.errors import TableError
from groundup.data.tables.options import AS_IT_IS, TableOptions
from groundup.data.tables.reading import read_table

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_FILLED = 0.3  # Share of the values that may be missing.
LISTED = 3  # Times that a note names.
OF_SERIES = ("missing", "skip_rows", "time", "horizon", "window", "standardize")  # Options that mean something here.
OTHERS = "left out: a forecast is made from the past of the target alone"


def load_series(path: Path, target: str | None, options: TableOptions = AS_IT_IS) -> Dataset:
    """Read a series from a table.

    Parameters
    ----------
    path : Path
        Of a table of any kind that `read_table` reads.
    target : str or None
        The column of values; None for the only column of numbers.
    options : TableOptions
        What the user says: the column of times, horizon and window, words that mean a missing value, lines to skip.

    Returns
    -------
    Dataset
        Windows of the series, its last part held out; its `notes` say what was done to the series.

    Raises
    ------
    NoSuchColumn, Ambiguous
        For a column that is not there, and where only the owner of the table knows what is meant.
    TableError
        For options without an effect, and for a table that holds no series: times twice or not readable, values that
        are no numbers, too many gaps, too few values.
    """
    refuse_others(options)
    raw = read_table(path, (), options.skip_rows)
    encoder = learn(raw.frame, target, options, raw.decimal)
    found = in_order(encoder, raw.frame)
    data = forecasting(
        str(path),
        f"{encoder.target} of the table {path.name}: {plural(len(found.values), 'value')} from "
        f"{labels(found.times[:1])[0]} to {labels(found.times[-1:])[0]}, one every {found.spacing.name}.",
        encoder.target,
        found.values,
        found.times,
        found.spacing,
        known=found.known,
        window=options.window,
        horizon=options.horizon,
        encoder=encoder,
    )
    return replace(
        data,
        columns=uses(raw.frame, encoder, found),
        notes=(*raw.notes, *ambiguous_dates(encoder), *found.notes, *chosen(data, options)),
    )


def refuse_others(options: TableOptions) -> None:
    """Refuse options that would have no effect on a series.

    Raises
    ------
    TableError
        Which names the first of them.
    """
    other = TableOptions.from_json({k: v for k, v in options.to_json().items() if k not in OF_SERIES})
    if other.words():
        raise TableError(
            f"{other.words()[0]} has no effect on a series: only the target and its times are read. What can be said "
            "is --target, --time, --horizon, --window, --missing and --skip-rows."
        )
    if options.standardize is False:
        raise TableError("--no-standardize has no effect on a series: a network always learns it in standard units.")


@dataclass(frozen=True)
class Ordered:
    """A series at equal distances, sorted, with its gaps filled by straight lines.

    Parameters
    ----------
    values : ndarray of shape (T,)
        In the user's units.
    known : ndarray of bool of shape (T,)
        Which values were not missing.
    times : ndarray of shape (T,)
        When each value was.
    spacing : Spacing
        How the times follow each other.
    notes : tuple of str
        What was done.
    """

    values: Array
    known: Array
    times: Array
    spacing: Spacing
    notes: tuple[str, ...]


def in_order(encoder: SeriesEncoder, frame: "DataFrame") -> Ordered:
    """Return the series of a table, sorted by time, with a value at each time between the first and the last known.

    Raises
    ------
    TableError
        For a time that occurs twice, fewer than two values, and more gaps than `MOST_FILLED`.
    """
    values, times = encoder.values(frame), encoder.times(frame)
    notes: list[str] = []
    if zone := encoder.away_from_utc(frame):
        notes.append(f"{encoder.time}: the times have a time zone, as {zone!r}; all times that are said are in UTC")
    order = np.argsort(times, kind="stable")
    if (order != np.arange(len(order))).any():
        backwards = (order == np.arange(len(order))[::-1]).all()
        found = "went from the newest to the oldest" if backwards else f"were not in the order of {encoder.time}"
        notes.append(f"the rows {found}, and were sorted")
    values, times = values[order], times[order]
    refuse_repeated(times, order, encoder)
    present = np.flatnonzero(~np.isnan(values))
    if len(present) < 2:
        raise TableError(f"{encoder.target} has {plural(len(present), 'value')}: a series needs more.")
    outside = len(values) - (present[-1] - present[0] + 1)
    if outside:
        notes.append(f"{plural(outside, 'row')} without a value at the beginning or the end of the series left out")
    values, times = values[present[0] : present[-1] + 1], times[present[0] : present[-1] + 1]
    if encoder.time is None:
        distance, places = Spacing("row", 1.0), np.arange(len(values))
    else:
        distance, places = spacing(times)
    if distance.unit == "number" and str(encoder.time).strip().casefold() in ("year", "years"):
        distance = replace(distance, called="year")
    if distance.unit == "irregular":
        notes.append(irregular(times, encoder))
    return filled(values, times, places, distance, encoder, notes)


def refuse_repeated(times: Array, order: Array, encoder: SeriesEncoder) -> None:
    """Refuse a time that two rows have.

    Raises
    ------
    TableError
        Which names the first one and its rows.
    """
    again = np.flatnonzero(times[1:] == times[:-1])
    if len(again):
        k = int(again[0])
        rows = sorted((int(order[k]) + 1, int(order[k + 1]) + 1))
        more = f" ({plural(len(again), 'time')} in all)" if len(again) > 1 else ""
        raise TableError(
            f"{encoder.time}: {labels(times[k : k + 1])[0]} is the time of row {rows[0]} and of row {rows[1]}{more}. A "
            "series has one value at a time: keep one of them, or the rows of one series."
        )


def irregular(times: Array, encoder: SeriesEncoder) -> str:
    """Return the note about times at different distances."""
    gaps = np.diff(times).astype(np.float64)
    unit, size = ("days", 86400.0) if times.dtype.kind == "M" else ("", 1.0)
    low, high = (f"{gap / size:.3g}" for gap in (gaps.min(), gaps.max()))
    return (
        f"{encoder.time}: the times are at different distances, from {low} to {high} {unit}".rstrip()
        + "; the values are taken in their order, and the future goes on by the median distance"
    )


def filled(
    values: Array, times: Array, places: Array, distance: Spacing, encoder: SeriesEncoder, notes: list[str]
) -> Ordered:
    """Return the series with straight lines between the neighbours of missing values."""
    n = int(places[-1]) + 1
    every = np.full(n, np.nan)
    every[places] = values
    known = ~np.isnan(every)
    whole = times if len(times) == n else whole_times(times, places, distance)
    lost = np.flatnonzero(~known)
    if len(lost) > MOST_FILLED * n:
        raise TableError(
            f"{encoder.target}: {len(lost):,} of {n:,} values, one every {distance.name}, are missing: too many to "
            f"fill. At most {100 * MOST_FILLED:g} % may be."
        )
    if len(lost):
        longest = int(np.diff(np.flatnonzero(known)).max()) - 1
        shown = ", ".join(labels(whole[lost[:LISTED]])) + (", …" if len(lost) > LISTED else "")
        gap = f", the longest gap has {longest:,}" if longest > 1 else ""
        notes.append(f"{len(lost):,} of {n:,} values are missing ({shown}{gap}), and were filled by straight lines; "
                     "forecasts are not compared with these")  # fmt: skip
        place = np.arange(n)
        every = np.interp(place, place[known], every[known])
    return Ordered(every, known, whole, distance, tuple(notes))


def whole_times(times: Array, places: Array, distance: Spacing) -> Array:
    """Return the times with those that are left out: each counted on from the last one before."""
    n = int(places[-1]) + 1
    every = np.empty(n, times.dtype)
    every[places] = times
    for before, after in pairwise(places):
        if after > before + 1:
            every[before + 1 : after] = distance.after(every[before], int(after - before - 1))
    return every


def ambiguous_dates(encoder: SeriesEncoder) -> tuple[str, ...]:
    """Return the note about dates that can be read in two senses."""
    if encoder.dates is None or not encoder.dates.other:
        return ()
    other = replace(encoder.dates, format=encoder.dates.other).words()
    return (f"{encoder.time}: read as {encoder.dates.words()}; every entry could be a {other} too",)


def uses(frame: "DataFrame", encoder: SeriesEncoder, found: Ordered) -> tuple[ColumnUse, ...]:
    """Return what became of the columns of the table."""
    lost = int((~found.known).sum())
    told = {
        encoder.target: ColumnUse(
            encoder.target, encoder.form.words(), "target: its past is what is learned from",
            f"{plural(lost, 'value')}, by straight lines" if lost else "",
        ),
    }  # fmt: skip
    if encoder.time is not None:
        told[encoder.time] = ColumnUse(encoder.time, encoder.read_as(), f"time, one value every {found.spacing.name}")
    return tuple(told.get(str(name), ColumnUse(str(name), "not read", OTHERS)) for name in frame.columns)


def chosen(data: Dataset, options: TableOptions) -> tuple[str, ...]:
    """Return the notes on horizon and window, where the user left them open."""
    series = data.series
    assert series is not None
    found = f"the period found is {series.period}; " if series.period else "no period was found; "
    notes = []
    if series.centred:
        notes.append("the series has a trend: each window is given to the network less its mean")
    if options.horizon is None:
        notes.append(f"{found}a forecast is of {plural(series.horizon, 'value')}; --horizon decides otherwise")
    if options.window is None:
        why = "" if options.horizon is None else found
        past = plural(series.window, "value")
        notes.append(f"{why}a forecast is made from the {past} before it; --window decides otherwise")
    return tuple(notes)
