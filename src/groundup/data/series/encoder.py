"""How a table holds a series: learned from one table, written into the model's file, applied to the next."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from groundup.core.text import suggest
from groundup.core.types import Array
from groundup.data.tables.dates import DateForm, read_dates
from groundup.data.tables.entries import as_dates, brief, different_entries, kind_of, numbers, plain, without
from groundup.data.tables.errors import Ambiguous, TableError
from groundup.data.tables.numerals import PLAIN, NumberForm, read_numerals
from groundup.data.tables.options import NoSuchColumn, TableOptions

if TYPE_CHECKING:
    from pandas import DataFrame
    from pandas import Series as Column

MOST_NAMES = 20  # Columns that a question lists.
EIGHT_DIGITS = (19000101, 21001231)  # Whole numbers between these may be dates, as 20240131.
AWAY = re.compile(r":\d\d(\.\d+)?\s*[+-](?!00:?00$)\d\d(:?\d\d)?$")  # A time with a time zone other than UTC.


@dataclass(frozen=True)
class SeriesEncoder:
    """Which columns are the values and their times, and how these are written.

    Parameters
    ----------
    target : str
        The column of the values.
    form : NumberForm
        How it writes its numbers.
    missing : tuple of str
        Words that mean a missing value there.
    time : str or None
        The column of the times; None where the rows are in the order of time.
    dates : DateForm or None
        How it writes its dates; None where the times are numbers.
    """

    target: str
    form: NumberForm = PLAIN
    missing: tuple[str, ...] = ()
    time: str | None = None
    dates: DateForm | None = None

    columns = ()  # No feature is made of a single column: the rows are windows.

    @property
    def text(self) -> tuple[str, ...]:
        """Columns that are read as text even where they hold plain numbers."""
        return ()

    def values(self, frame: "DataFrame") -> Array:
        """Return the values of a table's rows, NaN for a missing one.

        Raises
        ------
        TableError
            For a table without the column, and for entries that are no numbers.
        """
        return numbers(plain(without(_column(frame, self.target, "--target"), self.missing)), self.form)

    def times(self, frame: "DataFrame") -> Array:
        """Return the time of each row: datetime64[s], or numbers.

        Raises
        ------
        TableError
            For a table without the column, and for a row whose time is missing or cannot be read.
        """
        if self.time is None:
            return np.arange(1.0, len(frame) + 1)
        entries = plain(without(_column(frame, self.time, "--time"), ()))
        found = numbers(entries) if self.dates is None else as_dates(entries, self.dates).to_numpy("datetime64[s]")
        unknown = np.flatnonzero(np.isnat(found) if found.dtype.kind == "M" else np.isnan(found))
        if len(unknown):
            row = int(unknown[0])
            entry = entries.iloc[row]
            what = "is empty" if entries.isna().iloc[row] else f"holds {brief(entry)}, which is no date,"
            raise TableError(f"the time {self.time!r} {what} in row {row + 1}: every value needs its time.")
        return np.asarray(found)

    def away_from_utc(self, frame: "DataFrame") -> str:
        """Return an entry with a time zone other than UTC; empty if there is none. `times` are in UTC."""
        if self.time is None or self.dates is None:
            return ""
        entries = map(str, _column(frame, self.time, "--time").dropna())
        return next((entry for entry in entries if AWAY.search(entry.strip())), "")

    def read_as(self) -> str:
        """Return what the times are read as, in words."""
        return "number" if self.dates is None else self.dates.words()

    def to_json(self) -> dict[str, Any]:
        """Return the encoder as plain values."""
        return {"series": asdict(self)}

    @classmethod
    def from_json(cls, encoding: Mapping[str, Any]) -> Self:
        """Return the encoder that `to_json` wrote."""
        plain_values: dict[str, Any] = dict(encoding["series"])
        form = NumberForm(**plain_values["form"])
        dates = DateForm(**plain_values["dates"]) if plain_values["dates"] else None
        missing = tuple(plain_values["missing"])
        return cls(plain_values["target"], form, missing, plain_values["time"], dates)


def learn(frame: "DataFrame", target: str | None, options: TableOptions, decimal: str) -> SeriesEncoder:
    """Find the columns of values and of times in a table, and how they are written.

    Without a `target` it is the only column of numbers that holds no times; without ``options.time`` the times are in
    the only column of dates, or in one of whole years that is called so.

    Raises
    ------
    NoSuchColumn
        For a column that was named and is not in the table.
    Ambiguous
        Where several columns may be meant, or a column holds numbers and a few other words.
    TableError
        For columns that hold no numbers, or no times.
    """
    names = [str(name) for name in frame.columns]
    for option, name in (("--time", options.time), ("--target", target)):
        if name is not None:
            _column(frame, name, option)
    if target is not None and target == options.time:
        raise Ambiguous(f"--time: {target!r} is what is to be forecast; name the column that says when.")
    time = options.time or _dated(frame, target)
    target = target or _measured(frame, time, options, decimal)
    words = options.missing_in(target, names)
    values = plain(without(frame[target], words))
    dates = None if time is None else _date_form(frame[time], time)
    return SeriesEncoder(target, _number_form(values, target, decimal), words, time, dates)


def _column(frame: "DataFrame", name: str, option: str) -> "Column[Any]":
    names = [str(column) for column in frame.columns]
    if name not in names:
        parts = [part.strip() for part in name.split(",")]
        if len(parts) > 1 and all(part in names for part in parts):
            raise Ambiguous(f"{option}: one series is forecast at a time; name one of {', '.join(parts)}.")
        raise NoSuchColumn(f"{option}: there is no column {name!r}. {suggest(name, names)}")
    return frame[name]


def _date_form(column: "Column[Any]", name: str) -> DateForm | None:
    """Return how times are written as dates; None for plain numbers."""
    entries = plain(without(column, ()))
    kind = kind_of(entries)
    if kind == "date":
        return DateForm("ISO8601")
    if kind == "number":
        known = numbers(entries)
        known = known[~np.isnan(known)]
        eight = len(known) and (known == np.round(known)).all() and EIGHT_DIGITS[0] <= known.min()
        if eight and known.max() <= EIGHT_DIGITS[1] and as_dates(entries.dropna(), DateForm("%Y%m%d")).notna().all():
            return DateForm("%Y%m%d")
        return None
    if kind == "text":
        form, odd = read_dates(different_entries(entries))
        if form is not None and not odd:
            return form
        if entries.isna().all():
            raise TableError(f"--time: the column {name!r} has no entries.")
        shown = odd[0] if form is not None else str(entries.dropna().iloc[0])
        raise TableError(
            f"--time: the column {name!r} cannot be read as times: it holds {brief(shown)}. Dates are read as "
            "2024-01-31, 31.01.2024, 1/31/2024, Jan 2024 or 2024-Q1, with the hour behind them where it matters, and "
            "plain numbers such as years."
        )
    raise TableError(f"--time: the column {name!r} holds {kind}s, which are no times.")


def _number_form(values: "Column[Any]", name: str, decimal: str) -> NumberForm:
    """Return how values are written.

    Raises
    ------
    Ambiguous
        For numbers with other words between them.
    TableError
        For values that are no numbers.
    """
    if values.isna().all():
        raise TableError(f"the target {name!r} has no entries.")
    kind = kind_of(values)
    if kind == "number":
        return PLAIN
    if kind != "text":
        raise TableError(f"the target {name!r} holds {kind}s, but a series is of numbers.")
    different = different_entries(values)
    found = read_numerals(different, decimal)
    if not found.odd:
        return found.form
    shown = ", ".join(map(brief, found.odd[:3]))
    if 2 * len(found.odd) >= len(different):
        raise TableError(f"the target {name!r} holds text, as {shown}, but a series is of numbers.")
    raise Ambiguous(f"the target {name!r} holds numbers, and also {shown}: say --missing {name}={found.odd[0]} if "
                    "nothing is known there.")  # fmt: skip


def _dated(frame: "DataFrame", target: str | None) -> str | None:
    """Return the only column of dates besides the target, or the one called year; None where there is none."""
    others = [str(name) for name in frame.columns if str(name) != target]
    found = [name for name in others if _is_dated(frame[name])]
    if len(found) > 1:
        raise Ambiguous(f"{' and '.join(found)} hold dates; say which is the time of the values with --time COLUMN.")
    years = [name for name in others if name.strip().casefold() in ("year", "years", "time", "t")]
    return found[0] if found else next((name for name in years if kind_of(plain(frame[name])) == "number"), None)


def _is_dated(column: "Column[Any]") -> bool:
    entries = plain(without(column, ()))
    if entries.isna().all() or kind_of(entries) not in ("date", "text", "number"):
        return False
    try:
        return _date_form(column, str(column.name)) is not None
    except TableError:
        return False


def _measured(frame: "DataFrame", time: str | None, options: TableOptions, decimal: str) -> str:
    """Return the only column of numbers besides the times."""
    found, names = [], list(map(str, frame.columns))
    for name in names:
        if name != time:
            try:
                _number_form(plain(without(frame[name], options.missing_in(name, names))), name, decimal)
            except Ambiguous:  # Numbers with a few other words: to be asked when it is the only one.
                pass
            except TableError:
                continue
            found.append(name)
    if len(found) == 1:
        return found[0]
    what = "none of them holds numbers" if not found else f"{len(found)} of them hold numbers"
    raise Ambiguous(
        f"say what to forecast with --target COLUMN. The columns are {', '.join(names[:MOST_NAMES])}; {what}."
    )
