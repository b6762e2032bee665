"""From a table's columns to numbers: learned once, written down, and applied to any other table of the same columns.

Numbers stay as they are; true and false become 1 and 0; dates become days; text becomes one column for each category
(all of them: a model with an intercept then has one direction too many, which the minimum-norm solution and penalties
resolve, and no category is singled out). What is missing is set to the median, or to the most frequent entry.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from groundup.core.text import suggest
from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.scale import Scale
from groundup.data.tables.dates import DateForm
from groundup.data.tables.entries import brief, without
from groundup.data.tables.errors import TableError
from groundup.data.tables.features import Categories, Column, Dates, Durations, Numbers, Times, Truths
from groundup.data.tables.numerals import NumberForm

if TYPE_CHECKING:
    from pandas import DataFrame, Series


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
    filled = f"set to {column.filled()}" if column.filled() else "and left so"
    parts = [f"{absent:,} missing {filled}"] if absent else []
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
        elif declared[name] is bool and not isinstance(value, bool):
            raise TypeError(f"{brief(value)} is not true or false")
    return COLUMNS[kind](**values)


def _check_words(values: Iterable[Any]) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{brief(value)} is no text")
