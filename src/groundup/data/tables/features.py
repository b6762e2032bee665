"""Kinds of columns: how each becomes one or several features, in this table and in the next."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from groundup.core.types import Array
from groundup.data.tables.dates import ISO, PARTS, DateForm, clock, days_since, duration
from groundup.data.tables.errors import TableError
from groundup.data.tables.numerals import PLAIN, NumberForm

if TYPE_CHECKING:
    from pandas import Series
from groundup.data.tables.entries import LISTED, as_dates, brief, labels, mapped, numbers, one_line, singly, strangers

BLOCK_ROWS = 1 << 16  # Rows of categories, encoded at a time.


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
    """A column of categories: one feature each, 1 where the entry is that category, or their numbers as one feature.

    Parameters
    ----------
    fill : str
        What a missing entry is set to.
    values : tuple of str
        The categories; an entry that is none of them is 0 everywhere.
    read : str
        What the entries are, as ``"code, with leading zeros"``.
    numbered : bool
        Whether there is one feature, the number of the category, missing for an entry that is none of them; for models
        that know what to do with these.
    """

    kind = "category"
    fill: str
    values: tuple[str, ...]
    read: str = "category"
    numbered: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, as ``"colour=red"``."""
        if self.numbered:
            return (self.name,)
        return tuple(f"{self.name}={one_line(value)}" for value in self.values)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories."""
        return self.values

    def words(self) -> tuple[str, str]:
        """Return what the entries are, and the first categories."""
        shown = ", ".join(map(one_line, self.values[:LISTED])) + (", …" if len(self.values) > LISTED else "")
        if self.numbered:
            return self.read, f"one feature of {len(self.values)} categories: {shown}"
        return self.read, f"{len(self.values)} features, one a category: {shown}"

    def encode(self, entries: "Series[Any]") -> Array:
        """Return an indicator of each category, of shape (n, number of categories), or their numbers."""
        import pandas

        index, out = pandas.Index(self.values), np.empty((len(entries), len(self.features)))
        for start in range(0, len(entries), BLOCK_ROWS):
            text = labels(entries.iloc[start : start + BLOCK_ROWS])
            text = text if self.numbered else text.fillna(self.fill)
            code = index.get_indexer(pandas.Index(text.astype(object)))[:, None]  # -1 for none of them.
            indicators = code == np.arange(len(index))
            out[start : start + BLOCK_ROWS] = np.where(code < 0, np.nan, code) if self.numbered else indicators
        return out

    def filled(self) -> str:
        """Return the most frequent category; "" where missing entries stay so."""
        return "" if self.numbered else f"the most frequent, {self.fill}"

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
