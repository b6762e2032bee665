"""Entries of the columns of a table: what they are called, which are missing, and their values."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.tables.dates import DateForm, parse_dates
from groundup.data.tables.errors import TableError
from groundup.data.tables.numerals import PLAIN, NumberForm

if TYPE_CHECKING:
    from pandas import Series


LISTED = 8  # Categories, in words.
SHOWN = 40  # Characters of an entry, in words.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # What a spreadsheet takes for the beginning of a formula.


def brief(entry: object) -> str:
    """Return an entry in quotation marks, cut short where it is long."""
    text = str(entry)
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def no_formula(entry: object) -> object:
    """Return an entry that no spreadsheet takes for a formula: where it would, it begins with an apostrophe instead."""
    return f"'{entry}" if str(entry).startswith(FORMULAS) and PLAIN.value(str(entry)) is None else entry


def one_line(text: str) -> str:
    """Return text without line breaks, cut short where it is long, for a name that has to fit into a table."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def strangers(counts: "Series[int]", known: Any, taken: str) -> Iterator[str]:
    """Yield what is said of entries that were never seen: how many rows, which, and what they are taken for.

    Parameters
    ----------
    counts : Series of int
        How many rows have each entry.
    known : array-like of bool
        Which of the entries were seen.
    taken : str
        What the others are taken for.
    """
    new = counts[~np.asarray(known, dtype=bool)]
    if len(new):
        more = ", …" if len(new) > LISTED else ""
        shown = ", ".join(map(brief, new.index[:LISTED]))
        yield f"{plural(int(new.sum()), 'row')} with a value never seen, {shown}{more} ({taken})"


def without(column: "Series[Any]", words: Iterable[str]) -> "Series[Any]":
    """Return a column whose entries that are blank, or one of the words, are missing; numbers compare as numbers."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_string_dtype

    listed = list(words)
    if is_string_dtype(column.dtype):
        return column.where(~labels(column).isin(["", *listed]))
    if not listed:
        return column
    if is_numeric_dtype(column.dtype) and not is_bool_dtype(column.dtype):
        values = [value for word in listed if (value := PLAIN.value(word)) is not None]
        return column.where(~column.isin(values)) if values else column
    return column.where(~labels(column).isin(listed))


def labels(column: "Series[Any]") -> "Series[Any]":
    """Return a column of text as strings without surrounding space; missing entries stay missing."""
    return column.astype("str").str.strip() if column.dtype != object else column.map(
        lambda entry: str(entry).strip(), na_action="ignore"
    )  # fmt: skip


def kind_of(column: "Series[Any]") -> str:
    """Return what the type of a column says: "number", "truth", "text", "date", or the name of something else."""
    from pandas.api import types

    if types.is_bool_dtype(column.dtype):
        return "truth"
    if types.is_complex_dtype(column.dtype):
        return "complex numbers"
    if types.is_numeric_dtype(column.dtype):
        return "number"
    if types.is_datetime64_any_dtype(column.dtype):
        return "date"
    inferred = types.infer_dtype(column, skipna=True)
    return "text" if inferred in ("string", "categorical", "mixed-integer", "empty") else inferred


def plain(column: "Series[Any]") -> "Series[Any]":
    """Return a column of Python objects, periods or durations as one of numbers, truths, dates or text."""
    import pandas
    from pandas.api import types

    if isinstance(column.dtype, pandas.PeriodDtype):
        return column.dt.to_timestamp()
    if types.is_timedelta64_dtype(column.dtype):
        return column.dt.total_seconds() / 3600
    if isinstance(column.dtype, pandas.CategoricalDtype):
        return plain(column.astype(column.cat.categories.dtype if column.notna().all() else object))
    if column.dtype != object:
        return column
    match types.infer_dtype(column, skipna=True):
        case "boolean":
            return column.astype("boolean")
        case "integer" | "floating" | "mixed-integer-float" | "decimal":
            return column.map(float, na_action="ignore").astype(np.float64)
        case "date" | "datetime" | "datetime64":
            return pandas.to_datetime(column, utc=True).dt.tz_localize(None)
        case "timedelta" | "timedelta64":
            return plain(pandas.to_timedelta(column))
        case "time" | "mixed-integer":
            return labels(column)
    return column


def different_entries(entries: "Series[Any]") -> "Series[str]":
    """Return the different entries of a column, as text."""
    import pandas

    different = np.asarray(entries.dropna().unique(), dtype=object)  # Arrow's arrays are slow to go through.
    return pandas.Series(list(map(str, different)), dtype=object)


def numbers(column: "Series[Any]", form: NumberForm = PLAIN) -> Array:
    """Return a column of numbers, truths or numerals as floats; missing entries are NaN, infinite ones refused.

    Raises
    ------
    TableError
        For an entry that is infinite or no number.
    """
    from pandas.api.types import is_numeric_dtype

    if is_numeric_dtype(column.dtype):
        values = column.to_numpy(np.float64, na_value=np.nan)
    elif column.isna().all():
        return np.full(len(column), np.nan)
    else:
        values = mapped(column, form.values, np.nan, form.words().replace("number", "numbers", 1))[:, 0]
    if np.isinf(values).any():
        raise TableError(f"column {column.name!r} has an infinite entry in row {int(np.isinf(values).argmax()) + 1}.")
    return values


def singly(value_of: Callable[[str], float | None]) -> Callable[["Series[str]"], Array]:
    """Return the function of many entries that calls `value_of` on each; NaN stands for None."""

    def values_of(entries: "Series[str]") -> Array:
        found = (value_of(entry) for entry in entries)
        return np.array([np.nan if value is None else value for value in found], dtype=np.float64)

    return values_of


def mapped(entries: "Series[Any]", values_of: Callable[["Series[str]"], Array], fill: float, kind: str) -> Array:
    """Return the value of each entry, found once for each different one, of shape (n, 1).

    Raises
    ------
    TableError
        For an entry without a value.
    """
    import pandas

    code, different = pandas.factorize(entries)
    values = values_of(pandas.Series(list(map(str, np.asarray(different, dtype=object))), dtype=object))
    if np.isnan(values).any():
        odd = int(np.isnan(values).argmax())
        raise TableError(f"column {entries.name!r} holds {kind}, but in row {int((code == odd).argmax()) + 1} "
                         f"{brief(different[odd])}.")  # fmt: skip
    return np.append(values, fill)[code][:, None]  # A missing entry has the code -1.


def as_dates(entries: "Series[Any]", form: DateForm) -> "Series[Any]":
    """Return dates without a time zone, from dates or from text; what is no date is NaT."""
    import pandas
    from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

    if is_datetime64_any_dtype(entries.dtype):
        return entries.dt.tz_convert("UTC").dt.tz_localize(None) if entries.dt.tz is not None else entries
    if is_numeric_dtype(entries.dtype):
        entries = entries.astype("Int64")  # 20240131 with a missing entry in its column is a float.
    code, different = pandas.factorize(entries)
    found = parse_dates(pandas.Series(list(map(str, np.asarray(different, dtype=object))), dtype=object), form)
    dates = pandas.concat([found, pandas.Series([pandas.NaT])], ignore_index=True).astype("datetime64[ns]")
    return dates.iloc[code].set_axis(entries.index)
