"""What to predict, out of the user's table.

Three ways to write a target are understood:

- *one column*, ``price`` or ``species``: numbers, or the name of each row's class;
- *wide*, ``setosa,versicolor,virginica``: several columns, which are several numbers to predict, or (for classes) one
  indicator column for each class, 1 where the row belongs to it;
- *long*, ``quantity:value``: one column names what the other one measures, and rows that agree in all other columns
  are one sample, measured several times.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.text import plural, suggest
from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.tables.entries import brief, different_entries, kind_of, labels, numbers, plain, without
from groundup.data.tables.errors import Ambiguous, TableError
from groundup.data.tables.kinds import NOTHING
from groundup.data.tables.numerals import PLAIN, NumberForm, read_numerals
from groundup.data.tables.options import AS_IT_IS, NoSuchColumn, TableOptions

if TYPE_CHECKING:
    from pandas import DataFrame, Series

MOST_NUMBERED = 20  # Classes that are numbers; more of them are taken for a quantity.
FEWEST_ROWS = 10  # Rows from which a target of two values is taken for classes.


@dataclass(frozen=True)
class Target:
    """The target, and the table without it.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, n_targets)
        Numbers, or classes.
    name : str
        Names of the columns, separated by commas.
    rest : DataFrame
        The other columns of the rows whose target is known.
    row_numbers : ndarray of int of shape (n,)
        Of these rows in the table, counted from 1.
    columns : tuple of ColumnUse
        What became of the target's columns.
    notes : tuple of str
        What is doubtful about it, a sentence each.
    """

    y: Array
    name: str
    rest: "DataFrame"
    row_numbers: Array
    columns: tuple[ColumnUse, ...]
    notes: tuple[str, ...] = ()


def target_columns(names: list[str], target: str) -> list[str]:
    """Return the columns that a target names, in a table with these columns; () for none of them."""
    key, _, value = target.partition(":")
    if target not in names and key in names and value in names:
        return [key, value]
    return [target] if target in names else [part.strip() for part in target.split(",")]


def split_target(
    frame: "DataFrame", target: str, *, classes: bool, options: TableOptions = AS_IT_IS, decimal: str = "."
) -> Target:
    """Take the target out of a table; rows without it are left out.

    Parameters
    ----------
    frame : DataFrame
        The whole table.
    target : str
        As given by the user: see the module's text.
    classes : bool
        Whether classes are wanted rather than numbers.
    options : TableOptions
        What the user says about the table.
    decimal : str
        The decimal mark of the file.

    Raises
    ------
    NoSuchColumn
        When a column is not in the table.
    Ambiguous
        When the columns hold something else than is wanted, but might be meant.
    TableError
        When the columns hold no target of the wanted kind.
    """
    names = [str(name) for name in frame.columns]
    columns = target_columns(names, target)
    for column in columns:
        if column not in names:
            raise NoSuchColumn(f"--target: there is no column {column!r} to predict. {suggest(column, names)}")
    told, read_as = columns, "target"
    frame = frame.assign(**{name: plain(without(frame[name], options.missing_in(name, names))) for name in columns})
    if target not in names and ":" in target and len(columns) == 2 and "," not in target:
        frame, columns = _widen(frame, *columns)
        read_as = f"target in long form: {', '.join(columns)}"
    known = frame[columns].notna().all(axis=1)
    if not known.any():
        raise TableError(f"the target {target!r} has no entries.")
    absent = int((~known).sum())
    if absent:
        frame = frame[known].reset_index(drop=True)
    wanted = [frame[column] for column in columns]
    y, read = _classes(wanted, options) if classes else _numbers(wanted, options, decimal)
    lost = f"{plural(absent, 'row')} without it left out" if absent else ""
    uses = tuple(ColumnUse(name, read, read_as, lost) for name in told)
    return Target(
        y,
        ",".join(columns),
        frame.drop(columns=columns),
        np.flatnonzero(known) + 1,
        uses,
        _doubts(y, columns) if classes else (),
    )


def _doubts(y: Array, columns: list[str]) -> tuple[str, ...]:
    """Return what is said of classes whose names may mean that nothing is known."""
    if y.dtype.kind != "U" or len(columns) > 1:
        return ()
    found, counts = np.unique(y, return_counts=True)
    return tuple(
        f"{columns[0]}: {brief(word)} ({plural(int(count), 'row')}) is taken for a class like the others; --missing "
        f"{columns[0]}={word} if nothing is known there"
        for word, count in zip(found, counts, strict=True)
        if word.casefold() in NOTHING
    )


def _widen(frame: "DataFrame", key: str, value: str) -> "tuple[DataFrame, list[str]]":
    """Return one row a sample and one column for each entry of `key`, from one row a measurement."""
    others = [name for name in frame.columns if name not in (key, value)]
    if not others:
        raise TableError(f"the table has no columns besides {key!r} and {value!r}.")
    measured = frame[frame[key].notna()]
    sample = measured.groupby(others, dropna=False, sort=False).ngroup()
    quantity = labels(measured[key])
    twice = measured.assign(sample=sample, quantity=quantity).duplicated(["sample", "quantity"])
    if twice.any():
        place = int(twice.to_numpy().argmax())
        raise TableError(
            f"{quantity.iloc[place]!r} is given twice for the same sample, the second time in row "
            f"{np.flatnonzero(frame[key].notna())[place] + 1}; add a column that tells the samples apart."
        )
    wide = measured.drop_duplicates(others)[others].reset_index(drop=True)
    columns = sorted(map(str, quantity.unique()))
    for column in columns:
        if column in wide.columns:
            raise TableError(f"{key!r} holds {column!r}, which is also the name of a column.")
        of_column = quantity == column
        wide[column] = measured.loc[of_column, value].set_axis(sample[of_column])
    return wide, columns


def _numbers(columns: "list[Series[Any]]", options: TableOptions, decimal: str) -> tuple[Array, str]:
    """Return the targets as numbers, and what they were read as."""
    forms = [_form(column, decimal) for column in columns]
    y = np.column_stack([numbers(column, form) for column, form in zip(columns, forms, strict=True)])
    for column, values in zip(columns, y.T, strict=True):
        found = np.unique(values)
        if len(found) == 2 and len(values) >= FEWEST_ROWS and options.kinds.get(str(column.name)) != "number":
            raise Ambiguous(
                f"{column.name} has two different values ({found[0]:g}, {found[1]:g}) in {len(values):,} rows: those "
                f"are classes, not a quantity. Use logistic_regression, or --as {column.name}=number to insist."
            )
    return (y[:, 0] if len(columns) == 1 else y), forms[0].words()


def _form(column: "Series[Any]", decimal: str) -> NumberForm:
    """Return how a target writes its numbers."""
    kind = kind_of(column)
    if kind in ("number", "truth"):
        return PLAIN
    if kind != "text":
        raise TableError(f"the target {column.name!r} holds {kind}s, but numbers are wanted here.")
    different = different_entries(column)
    found = read_numerals(different, decimal)
    if not found.odd:
        return found.form
    if 2 * len(found.odd) >= len(different):
        raise Ambiguous(
            f"the target {column.name!r} holds text, but numbers are wanted here: its {len(different):,} different "
            f"entries are classes. Use {'logistic_regression' if len(different) == 2 else 'softmax_regression'}."
        )
    shown = ", ".join(map(brief, found.odd[:3]))
    raise Ambiguous(f"the target {column.name!r} holds numbers, and also {shown}: say --missing "
                    f"{column.name}={found.odd[0]} to leave those rows out.")  # fmt: skip


def _classes(columns: "list[Series[Any]]", options: TableOptions) -> tuple[Array, str]:
    """Return the class of each row, and what the target was read as."""
    if len(columns) == 1:
        y = _labels(columns[0])
        found, sizes = np.unique(y, return_counts=True)
        if not options.classes:
            _ask_for_classes(str(columns[0].name), found, sizes)
        return y, f"{len(found):,} classes"
    indicator = np.column_stack([_indicator(column) for column in columns])
    if not (np.isin(indicator, (0, 1)).all() and (indicator.sum(1) == 1).all()):
        raise TableError(
            f"{', '.join(str(c.name) for c in columns)} must be indicators of a class: one 1 in every row, else 0. "
            "Several quantities are predicted by a regressor, which --model chooses."
        )
    names: Array = np.array([str(column.name) for column in columns])
    return np.asarray(names[indicator.argmax(1)]), "indicators of classes"


def _indicator(column: "Series[Any]") -> Array:
    if kind_of(column) in ("number", "truth"):
        return numbers(column)
    return labels(column).map({"0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0}).to_numpy(np.float64, na_value=np.nan)


def _ask_for_classes(name: str, found: Array, sizes: Array) -> None:
    """Raise Ambiguous where the entries of a target are hardly classes."""
    import pandas

    n, k = int(sizes.sum()), len(found)
    numbered = found.dtype.kind in "iuf" or not read_numerals(pandas.Series(found.astype(str))).odd
    insist = "or --classes to insist."
    if numbered and k > MOST_NUMBERED:
        raise Ambiguous(f"{name} has {k:,} different numbers in {n:,} rows: that is a quantity, not classes. "
                        f"Use linear_regression, {insist}")  # fmt: skip
    if k > 2 and 2 * int((sizes <= 2).sum()) > k:
        raise Ambiguous(f"most of the {k:,} classes of {name} have one or two rows: nothing can be learned about them. "
                        f"Use another column, {insist}")  # fmt: skip


def _labels(column: "Series[Any]") -> Array:
    """Return the labels of the rows; text keeps its spelling, and becomes whole numbers where that changes nothing."""
    kind = kind_of(column)
    if kind == "truth":
        return column.to_numpy(bool)
    if kind == "number":
        values = numbers(column)
        if (values == np.round(values)).all() and np.abs(values).max() < 2.0**53:
            return values.astype(np.int64)
        return values.astype(str)
    if kind not in ("text", "date"):
        raise TableError(f"the target {column.name!r} holds {kind}s, but classes are wanted here.")
    text: Array = np.array(labels(column).tolist())
    return _whole(text)


def _whole(text: Array) -> Array:
    """Return text as whole numbers if each is spelled as the number is printed, and fits."""
    try:
        values: Array = np.array([int(entry) for entry in np.unique(text)], dtype=np.int64)
    except (ValueError, OverflowError):
        return text
    return text.astype(np.int64) if set(values.astype(str)) == set(np.unique(text)) else text
