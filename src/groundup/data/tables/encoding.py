"""From a table's columns to numbers: learned once, written down, and applied to any other table of the same columns.

Numbers stay as they are; true and false become 1 and 0; text becomes one column for each category (all of them: a
model with an intercept then has one direction too many, which the minimum-norm solution and penalties resolve, and no
category is singled out). What is missing is set to the median, or to the most frequent entry.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from groundup.core.text import plural, suggest
from groundup.core.types import Array
from groundup.data.tables.reading import TableError

if TYPE_CHECKING:
    from pandas import DataFrame, Series

MOST_CATEGORIES = 50  # text with more different entries is left out
SAMPLED = 1000  # entries looked at first
BLOCK_ROWS = 1 << 16  # of text, encoded at a time
LISTED = 8  # categories, in words
DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(:\d{2})?"
)
# pandas' names for what a column of objects holds
KINDS = {
    "boolean": "truth", "string": "text", "categorical": "text", "mixed-integer": "text", "empty": "empty",
    "integer": "number", "floating": "number", "mixed-integer-float": "number", "decimal": "number",
    "integer-na": "number", "date": "date", "datetime": "date", "datetime64": "date", "time": "date",
    "timedelta": "date", "timedelta64": "date", "period": "date", "interval": "interval",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """How one column of the table becomes one or several features.

    Parameters
    ----------
    name : str
        In the table.
    fill : float or str
        What a missing entry is set to.
    categories : tuple of str or None
        One feature each, 1 where the entry is that category (an entry that is none of them is 0 everywhere); None for
        numbers, which are one feature.
    """

    name: str
    fill: float | str
    categories: tuple[str, ...] | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return (self.name,) if self.categories is None else tuple(f"{self.name}={c}" for c in self.categories)


@dataclass(frozen=True)
class TableEncoder:
    """The learned encoding of a table: columns in the order of the features."""

    columns: tuple[Column, ...]

    @classmethod
    def fit(cls, frame: "DataFrame") -> tuple[Self, dict[str, str]]:
        """Learn the encoding of a table's columns.

        Parameters
        ----------
        frame : DataFrame
            Without the target.

        Returns
        -------
        encoder : TableEncoder
        treatment : dict of str to str
            What is done to each column, in words.

        Raises
        ------
        TableError
            For dates and other entries that are no numbers and no categories, and when no column is left.
        """
        learned = {str(name): _learn(column) for name, column in frame.items()}
        columns = tuple(column for column, _ in learned.values() if column is not None)
        treatment = {name: words for name, (_, words) in learned.items()}
        if not columns:
            reasons = "; ".join(f"{name}: {words}" for name, words in treatment.items()) or "there is none"
            raise TableError(f"no column is left to learn from ({reasons}).")
        return cls(columns), treatment

    @classmethod
    def of_numbers(cls, names: Iterable[str]) -> Self:
        """Return the encoding of columns of numbers, by name; missing entries stay missing."""
        return cls(tuple(Column(name, np.nan) for name in names))

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return tuple(feature for column in self.columns for feature in column.features)

    @property
    def text(self) -> tuple[str, ...]:
        """Columns that must be read as text."""
        return tuple(column.name for column in self.columns if column.categories is not None)

    def apply(self, frame: "DataFrame") -> Array:
        """Features of a table with these columns; others are ignored.

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
            _encode(frame[column.name], column, X[:, k : k + width])
            k += width
        return X

    def guesses(self, frame: "DataFrame") -> Iterator[str]:
        """What `apply` makes up for want of better: a sentence for each column with entries missing or never seen."""
        for column in self.columns:
            entries = frame[column.name]
            parts = [*_never_seen(entries, column), *_imputed(entries, column)]
            if parts:
                yield f"{column.name}: {', '.join(parts)}"

    def to_json(self) -> list[dict[str, Any]]:
        """The encoding as plain values."""
        return [
            {"name": c.name, "fill": c.fill, "categories": None if c.categories is None else list(c.categories)}
            for c in self.columns
        ]

    @classmethod
    def from_json(cls, columns: list[Mapping[str, Any]]) -> Self:
        """The encoding that `to_json` wrote."""
        return cls(
            tuple(
                Column(c["name"], c["fill"], None if c["categories"] is None else tuple(c["categories"]))
                for c in columns
            )
        )


def kind_of(column: "Series[Any]") -> str:
    """What a column holds: "number", "truth", "text", "date", "empty" or the name of something else."""
    from pandas.api import types

    if not column.notna().any():
        return "empty"
    if types.is_bool_dtype(column.dtype):
        return "truth"
    if types.is_complex_dtype(column.dtype):
        return "complex numbers"
    if types.is_numeric_dtype(column.dtype):
        return "number"
    inferred = types.infer_dtype(column, skipna=True)
    kind = KINDS.get(inferred, inferred)
    if kind == "text" and all(DATE.fullmatch(str(entry).strip()) for entry in column.dropna().head(20)):
        return "date"
    return kind


def numbers(column: "Series[Any]") -> Array:
    """A column of numbers or truths as floats; missing entries are NaN, infinite ones refused."""
    values = column.astype("Float64" if column.dtype == object else column.dtype).to_numpy(np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise TableError(f"column {column.name!r} has an infinite entry in row {int(np.isinf(values).argmax()) + 1}.")
    return values


def labels(column: "Series[Any]") -> "Series[Any]":
    """A column of text as strings without surrounding space; missing entries stay missing."""
    return column.astype("str").str.strip()


def refuse(column: "Series[Any]", kind: str) -> None:
    """Raise TableError for a column that is neither numbers nor categories."""
    if kind == "date":
        raise TableError(
            f"column {column.name!r} holds dates or times such as {str(column.dropna().iloc[0])!r}, and how they "
            "should count is yours to say: turn them into numbers (a year, days since the first) or leave them out."
        )
    raise TableError(f"column {column.name!r} holds entries that are neither numbers nor text ({kind}).")


def _learn(column: "Series[Any]") -> tuple[Column | None, str]:
    """How a column is encoded (None: left out), and in words what is done to it."""
    name, kind, absent = str(column.name), kind_of(column), int(column.isna().sum())
    if kind == "empty":
        return None, "left out: no entries"
    if kind in ("number", "truth"):
        return _learn_numbers(name, numbers(column), absent, kind == "truth")
    if kind == "text":
        return _learn_text(name, column, absent)
    refuse(column, kind)
    raise AssertionError("refuse always raises")


def _learn_numbers(name: str, values: Array, absent: int, truth: bool) -> tuple[Column | None, str]:
    low, high = np.nanmin(values), np.nanmax(values)
    if low == high:
        return None, f"left out: constant ({low:g})"
    n = len(values)
    if name.startswith("Unnamed: ") and not absent and np.array_equal(values - low, np.arange(n)):
        return None, "left out: row numbers"
    fill = float(np.nanmedian(values))
    if not truth:
        return Column(name, fill), "number" + _filled(absent, f"the median {fill:.6g}")
    fill = float(np.nanmean(values) > 0.5)
    return Column(name, fill), "true or false, as 1 or 0" + _filled(absent, f"the most frequent, {bool(fill)}")


def _learn_text(name: str, column: "Series[Any]", absent: int) -> tuple[Column | None, str]:
    entries = labels(column.dropna())
    if entries.head(SAMPLED).nunique() > MOST_CATEGORIES:  # saves counting millions of names
        return _leave_out(name, entries, f"more than {MOST_CATEGORIES}")
    counts = entries.value_counts()
    n, k = len(entries), len(counts)
    if k == 1:
        return None, f"left out: constant ({counts.index[0]})"
    if k > MOST_CATEGORIES or k == n > 2:
        return _leave_out(name, entries, str(k))
    categories = tuple(sorted(map(str, counts.index)))
    fill = min(counts.index[counts == counts.iloc[0]])  # the first in order, of equally frequent ones
    shown = ", ".join(categories[:LISTED]) + (", …" if k > LISTED else "")
    return Column(name, fill, categories), f"{k} categories, one column each: {shown}" + _filled(
        absent, f"the most frequent, {fill}"
    )


def _leave_out(name: str, entries: "Series[Any]", different: str) -> tuple[None, str]:
    """Leave text out that is no categories; what is mostly numbers is refused, so that no measurement gets lost."""
    import pandas

    if pandas.to_numeric(entries.head(SAMPLED), errors="coerce").notna().mean() > 0.5:
        odd = [repr(str(entry)) for entry in entries[pandas.to_numeric(entries, errors="coerce").isna()].unique()]
        others = f", and also {', '.join(odd[:3])}{', …' if len(odd) > 3 else ''}" if odd else ""
        raise TableError(
            f"column {name!r} holds numbers written as text{others}; correct the entries that are none, "
            "or leave them empty to have them imputed."
        )
    return None, f"left out: text with {different} different entries in {len(entries)} rows looks like names"


def _filled(absent: int, value: str) -> str:
    return f"; {absent} missing set to {value}" if absent else ""


def _never_seen(entries: "Series[Any]", column: Column) -> Iterator[str]:
    """What is said of categories that the encoding does not know."""
    if column.categories is None:
        return
    counts = entries.value_counts()
    names = labels(counts.index.to_series()).to_numpy()
    new = ~np.isin(names, column.categories)
    if new.any():
        shown = [repr(str(name)) for name in names[new]]
        more = ", …" if len(shown) > LISTED else ""
        yield f"{plural(int(counts[new].sum()), 'row')} with a value never seen, {', '.join(shown[:LISTED])}{more}"


def _imputed(entries: "Series[Any]", column: Column) -> Iterator[str]:
    """What is said of missing entries."""
    absent = int(entries.isna().sum())
    if absent and column.fill == column.fill:  # Columns that were numbers from the beginning have no value to set.
        yield f"{absent:,} missing set to {column.fill if column.categories else format(column.fill, '.6g')}"


def _encode(entries: "Series[Any]", column: Column, out: Array) -> None:
    """Write the features of one column into `out`, of shape (n, features)."""
    import pandas

    if column.categories is None:
        kind = kind_of(entries)
        if kind not in ("number", "truth", "empty"):
            raise TableError(f"column {column.name!r} held numbers when the model was fitted; now it holds {kind}.")
        values = numbers(entries) if kind != "empty" else np.full(len(entries), np.nan)
        out[:, 0] = np.where(np.isnan(values), column.fill, values)
    else:
        categories = pandas.Index(column.categories)
        for start in range(0, len(entries), BLOCK_ROWS):
            text = labels(entries.iloc[start : start + BLOCK_ROWS]).fillna(column.fill)
            code = categories.get_indexer(pandas.Index(text))  # -1 for none of them
            out[start : start + BLOCK_ROWS] = code[:, None] == np.arange(len(categories))
