"""From a table's columns to numbers: learned once, written down, and applied to any other table of the same columns.

Numbers stay as they are; true and false become 1 and 0; dates become days; text becomes one column for each category
(all of them: a model with an intercept then has one direction too many, which the minimum-norm solution and penalties
resolve, and no category is singled out). What is missing is set to the median, or to the most frequent entry.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from groundup.core.text import plural, suggest
from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.scale import Scale
from groundup.data.tables.dates import ISO, PARTS, DateForm, clock, days_since, duration, parse_dates
from groundup.data.tables.errors import TableError
from groundup.data.tables.numerals import PLAIN, NumberForm

if TYPE_CHECKING:
    from pandas import DataFrame, Series

BLOCK_ROWS = 1 << 16  # Rows of categories, encoded at a time.
LISTED = 8  # Categories, in words.
SHOWN = 40  # Characters of an entry, in words.


def brief(entry: object) -> str:
    """Return an entry in quotation marks, cut short where it is long."""
    text = str(entry)
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


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


@dataclass(frozen=True, kw_only=True)
class Column:
    """How one column of the table becomes one or several features.

    Parameters
    ----------
    name : str
        In the table.
    missing : tuple of str
        Words that mean a missing entry; an empty cell always does.
    """

    kind: ClassVar[str]
    name: str
    missing: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return (self.name,)

    @property
    def categories(self) -> tuple[str, ...] | None:
        """Categories with one feature each; None for other columns."""
        return None

    def words(self) -> tuple[str, str]:
        """Return what the entries are taken for, and what the features are."""
        raise NotImplementedError

    def encode(self, entries: "Series[Any]") -> Array:
        """Return the features of a column without missing words, of shape (n, number of features)."""
        raise NotImplementedError

    def filled(self) -> str:
        """Return what a missing entry is set to, in words; "" where it stays missing."""
        raise NotImplementedError

    def never_seen(self, entries: "Series[Any]") -> Iterator[str]:
        """Yield what is said of entries that the column did not have when it was learned."""
        yield from ()

    def to_json(self) -> dict[str, Any]:
        """Return the column as plain values."""
        return {"kind": self.kind} | asdict(self)


@dataclass(frozen=True, kw_only=True)
class Numbers(Column):
    """A column of numbers: one feature.

    Parameters
    ----------
    fill : float
        What a missing entry is set to.
    form : NumberForm
        How the numbers are written.
    """

    kind = "number"
    fill: float
    form: NumberForm = PLAIN

    def words(self) -> tuple[str, str]:
        """Return how the numbers are written."""
        return self.form.words(), "one feature"

    def encode(self, entries: "Series[Any]") -> Array:
        """Return the numbers, of shape (n, 1)."""
        values = numbers(entries, self.form)
        return np.where(np.isnan(values), self.fill, values)[:, None]

    def filled(self) -> str:
        """Return the median, in words."""
        return "" if self.fill != self.fill else f"the median {self.fill:.6g}"


@dataclass(frozen=True, kw_only=True)
class Truths(Column):
    """A column of two words that say yes and no: one feature, 1 and 0.

    Parameters
    ----------
    fill : bool
        What a missing entry is set to.
    true, false : str
        The two words, in small letters.
    """

    kind = "truth"
    fill: bool
    true: str = "true"
    false: str = "false"

    def words(self) -> tuple[str, str]:
        """Return the two words."""
        return f"{self.true} or {self.false}", "one feature, 1 or 0"

    def encode(self, entries: "Series[Any]") -> Array:
        """Return 1 for yes and 0 for no, of shape (n, 1)."""
        fill = float(self.fill)  # Also of a word that was never seen, which is told.
        return mapped(
            entries, singly(lambda text: self._known.get(text.strip().casefold(), fill)), fill, "truth values"
        )

    @property
    def _known(self) -> dict[str, float]:
        typed = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}
        return typed | {self.true: 1.0, self.false: 0.0}

    def never_seen(self, entries: "Series[Any]") -> Iterator[str]:
        """Yield what is said of entries that are neither of the two words."""
        counts = labels(entries).value_counts()
        yield from strangers(counts, [str(word).casefold() in self._known for word in counts.index],
                             f"taken for {self.true if self.fill else self.false}")  # fmt: skip

    def filled(self) -> str:
        """Return the more frequent word."""
        return f"the most frequent, {self.true if self.fill else self.false}"


@dataclass(frozen=True, kw_only=True)
class Categories(Column):
    """A column of categories: one feature each, 1 where the entry is that category.

    Parameters
    ----------
    fill : str
        What a missing entry is set to.
    values : tuple of str
        The categories; an entry that is none of them is 0 everywhere.
    read : str
        What the entries are, as ``"code, with leading zeros"``.
    """

    kind = "category"
    fill: str
    values: tuple[str, ...]
    read: str = "category"

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, as ``"colour=red"``."""
        return tuple(f"{self.name}={one_line(value)}" for value in self.values)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories."""
        return self.values

    def words(self) -> tuple[str, str]:
        """Return what the entries are, and the first categories."""
        shown = ", ".join(map(one_line, self.values[:LISTED])) + (", …" if len(self.values) > LISTED else "")
        return self.read, f"{len(self.values)} features, one a category: {shown}"

    def encode(self, entries: "Series[Any]") -> Array:
        """Return an indicator of each category, of shape (n, number of categories)."""
        import pandas

        index, out = pandas.Index(self.values), np.empty((len(entries), len(self.values)))
        for start in range(0, len(entries), BLOCK_ROWS):
            text = labels(entries.iloc[start : start + BLOCK_ROWS]).fillna(self.fill)
            code = index.get_indexer(pandas.Index(text.astype(object)))  # -1 for none of them.
            out[start : start + BLOCK_ROWS] = code[:, None] == np.arange(len(index))
        return out

    def filled(self) -> str:
        """Return the most frequent category."""
        return f"the most frequent, {self.fill}"

    def never_seen(self, entries: "Series[Any]") -> Iterator[str]:
        """Yield what is said of entries that are none of the categories."""
        counts = labels(entries).value_counts()
        yield from strangers(counts, np.isin(counts.index.astype(str), self.values), "none of the categories")


@dataclass(frozen=True, kw_only=True)
class Dates(Column):
    """A column of dates: the days since the first one, and its parts.

    Parameters
    ----------
    fill : str
        What a missing entry is set to, as ``"2024-01-31"``.
    first : str
        The date that days are counted from.
    form : DateForm
        How the dates are written.
    parts : tuple of str
        Further features, of `PARTS`.
    """

    kind = "date"
    fill: str
    first: str
    form: DateForm = ISO
    parts: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, as ``"joined (days)"``."""
        return (f"{self.name} (days)", *(f"{self.name} ({part})" for part in self.parts))

    def words(self) -> tuple[str, str]:
        """Return how the dates are written, and what is taken from them."""
        return self.form.words(), ", ".join([f"days since {self.first}", *self.parts])

    def encode(self, entries: "Series[Any]") -> Array:
        """Return the days since the first date, and the parts, of shape (n, 1 + number of parts)."""
        import pandas

        dates = as_dates(entries, self.form)
        strange = dates.isna() & entries.notna()
        if strange.any():
            raise TableError(f"column {self.name!r} holds dates, but in row {int(strange.to_numpy().argmax()) + 1} "
                             f"{brief(entries[strange].iloc[0])}.")  # fmt: skip
        dates = dates.fillna(pandas.Timestamp(self.fill))
        return np.column_stack([days_since(dates, self.first), *(PARTS[part](dates) for part in self.parts)])

    def filled(self) -> str:
        """Return the median date."""
        return f"the median {self.fill[:10]}"


@dataclass(frozen=True, kw_only=True)
class Times(Column):
    """A column of times of the day: the hours since midnight.

    Parameters
    ----------
    fill : float
        What a missing entry is set to.
    """

    kind = "time"
    fill: float

    @property
    def features(self) -> tuple[str, ...]:
        """Name of the feature, as ``"start (hours)"``."""
        return (f"{self.name} (hours)",)

    def words(self) -> tuple[str, str]:
        """Return that these are times, in hours."""
        return "time of the day", "hours since midnight"

    def encode(self, entries: "Series[Any]") -> Array:
        """Return the hours since midnight, of shape (n, 1)."""
        return mapped(entries, singly(clock), self.fill, "times of the day")

    def filled(self) -> str:
        """Return the median time."""
        return f"the median {self.fill:.4g} hours"


@dataclass(frozen=True, kw_only=True)
class Durations(Times):
    """A column of durations, as ``"120:30"``: the hours."""

    kind = "duration"

    def words(self) -> tuple[str, str]:
        """Return that these are durations, in hours."""
        return "duration (hours:minutes)", "hours"

    def encode(self, entries: "Series[Any]") -> Array:
        """Return the hours, of shape (n, 1)."""
        return mapped(entries, singly(duration), self.fill, "durations")


COLUMNS: dict[str, type[Column]] = {kind.kind: kind for kind in (Numbers, Truths, Categories, Dates, Times, Durations)}
FORMS = {"number": NumberForm, "date": DateForm}


@dataclass(frozen=True)
class TableEncoder:
    """The learned encoding of a table: columns in the order of the features.

    Parameters
    ----------
    columns : tuple of Column
        One for each column of the table that is used.
    scale : Scale, optional
        The standard units that the features are put into; None for the units of the table.
    """

    columns: tuple[Column, ...]
    scale: Scale | None = None

    @classmethod
    def of_numbers(cls, names: Iterable[str]) -> Self:
        """Return the encoding of columns of numbers, by name; missing entries stay missing."""
        return cls(tuple(Numbers(name=name, fill=np.nan) for name in names))

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return tuple(feature for column in self.columns for feature in column.features)

    @property
    def text(self) -> tuple[str, ...]:
        """Columns that must be read as text."""
        return tuple(column.name for column in self.columns if not isinstance(column, Numbers))

    def apply(self, frame: "DataFrame") -> Array:
        """Return the features of a table with these columns; others are ignored.

        Returns
        -------
        ndarray of shape (n, d)

        Raises
        ------
        TableError
            For a column that is missing or holds something else than the one that was learned.
        """
        missing = [column.name for column in self.columns if column.name not in frame.columns]
        if missing:
            raise TableError(f"the table has no column {missing[0]!r}. {suggest(missing[0], map(str, frame.columns))}")
        X, k = np.empty((len(frame), len(self.features))), 0
        for column in self.columns:
            width = len(column.features)
            X[:, k : k + width] = column.encode(without(frame[column.name], column.missing))
            k += width
        return X if self.scale is None else self.scale.apply(X)

    def guesses(self, frame: "DataFrame") -> Iterator[str]:
        """Return what `apply` makes up: a sentence for each column with entries missing or never seen."""
        for column in self.columns:
            entries = without(frame[column.name], column.missing)
            parts = [*column.never_seen(entries)]
            absent = int(entries.isna().sum())
            if absent and column.filled():  # Columns that were numbers from the beginning have no value to set.
                parts.append(f"{absent:,} missing set to {column.filled()}")
            if parts:
                yield f"{column.name}: {', '.join(parts)}"

    def uses(self, frame: "DataFrame") -> tuple[ColumnUse, ...]:
        """Return what becomes of each column of a table that `apply` is given."""
        known = {column.name: column for column in self.columns}
        return tuple(
            column_use(known[name], frame[name])
            if name in known
            else ColumnUse(name, "not read", "left out: not of the fit")
            for name in map(str, frame.columns)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the encoding as plain values."""
        scale = None if self.scale is None else {"mean": self.scale.mean.tolist(), "std": self.scale.std.tolist()}
        return {"columns": [column.to_json() for column in self.columns], "scale": scale}

    @classmethod
    def from_json(cls, encoding: Mapping[str, Any]) -> Self:
        """Return the encoding that `to_json` wrote.

        Raises
        ------
        ValueError
            For anything else.
        """
        try:
            columns = tuple(map(_column, encoding["columns"]))
            given = encoding["scale"]
            scale = given and Scale(*(np.asarray(given[key], dtype=np.float64) for key in ("mean", "std")))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"the encoding of the columns is damaged ({error})") from error
        encoder = cls(columns, scale)
        if scale and not (scale.mean.shape == scale.std.shape == (len(encoder.features),) and (scale.std > 0).all()):
            raise ValueError("the encoding of the columns is damaged (its units do not fit)")
        return encoder


def column_use(column: Column, entries: "Series[Any]") -> ColumnUse:
    """Return what becomes of a column with these entries, in words."""
    read, used = column.words()
    entries = without(entries, column.missing)
    absent = int(entries.isna().sum())
    parts = [f"{absent:,} missing set to {column.filled()}"] if absent and column.filled() else []
    return ColumnUse(column.name, read, used, "; ".join([*parts, *column.never_seen(entries)]))


def _column(written: Mapping[str, Any]) -> Column:
    """Return the column that `Column.to_json` wrote; KeyError or TypeError for anything else."""
    values = dict(written)
    kind = values.pop("kind")
    declared = {field.name: field.type for field in fields(COLUMNS[kind])}
    if "form" in values:
        values["form"] = FORMS[kind](**values["form"])
        _check_words(vars(values["form"]).values())
    for name, value in values.items():
        if isinstance(value, (list, tuple)):
            _check_words(value)
            values[name] = tuple(value)
        elif declared[name] is str:
            _check_words((value,))
        elif declared[name] is float:
            values[name] = float(value)
    return COLUMNS[kind](**values)


def _check_words(values: Iterable[Any]) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{brief(value)} is no text")


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
