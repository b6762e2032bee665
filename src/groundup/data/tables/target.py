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

from groundup.core.text import suggest
from groundup.core.types import Array
from groundup.data.tables.encoding import kind_of, labels, numbers, refuse
from groundup.data.tables.reading import TableError

if TYPE_CHECKING:
    from pandas import DataFrame, Series


class NoSuchColumn(TableError):
    """The target is not among the table's columns."""


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
    treatment : dict of str to str
        What was done to the target's columns, in words.
    """

    y: Array
    name: str
    rest: "DataFrame"
    treatment: dict[str, str]


def split_target(frame: "DataFrame", target: str, *, classes: bool) -> Target:
    """Take the target out of a table; rows without it are left out.

    Parameters
    ----------
    frame : DataFrame
        The whole table.
    target : str
        As given by the user: see the module's text.
    classes : bool
        Whether classes are wanted rather than numbers.

    Raises
    ------
    NoSuchColumn
        When a column is not in the table.
    TableError
        When the columns hold no target of the wanted kind.
    """
    names = [str(name) for name in frame.columns]
    key, _, value = target.partition(":")
    if target not in names and key in names and value in names:
        frame, columns = _widen(frame, key, value)
        treatment = dict.fromkeys((key, value), f"target in long form: {', '.join(columns)}")
    else:
        columns = [target] if target in names else [part.strip() for part in target.split(",")]
        treatment = dict.fromkeys(columns, "target")
    for column in columns:
        if column not in frame.columns:
            raise NoSuchColumn(f"there is no column {column!r} to predict. {suggest(column, names)}")
    known = frame[columns].notna().all(axis=1)
    if not known.any():
        raise TableError(f"the target {target!r} has no entries.")
    absent = int((~known).sum())
    if absent:
        frame = frame[known].reset_index(drop=True)
        treatment = {
            name: f"{words}; {absent} row{'s' * (absent > 1)} without it left out" for name, words in treatment.items()
        }
    wanted = [frame[column] for column in columns]
    y = _classes(wanted) if classes else _numbers(wanted)
    return Target(y, ",".join(columns), frame.drop(columns=columns), treatment)


def _widen(frame: "DataFrame", key: str, value: str) -> "tuple[DataFrame, list[str]]":
    """One row a sample and one column for each entry of `key`, from one row a measurement."""
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


def _numbers(columns: "list[Series[Any]]") -> Array:
    for column in columns:
        kind = kind_of(column)
        if kind == "text":
            raise TableError(f"the target {column.name!r} holds text, but numbers are wanted here.")
        if kind not in ("number", "truth"):
            refuse(column, kind)
    y = np.column_stack([numbers(column) for column in columns])
    return y[:, 0] if len(columns) == 1 else y


def _classes(columns: "list[Series[Any]]") -> Array:
    if len(columns) == 1:
        return _labels(columns[0])
    indicator = np.column_stack(
        [numbers(column) if kind_of(column) in ("number", "truth") else np.nan for column in columns]
    )
    if not (np.isin(indicator, (0, 1)).all() and (indicator.sum(1) == 1).all()):
        raise TableError(
            f"{', '.join(str(c.name) for c in columns)} must be indicators of a class: one 1 in every row, else 0."
        )
    names: Array = np.array([str(column.name) for column in columns])
    return np.asarray(names[indicator.argmax(1)])


def _labels(column: "Series[Any]") -> Array:
    kind = kind_of(column)
    if kind == "text":
        return np.array(labels(column).tolist())
    if kind not in ("number", "truth"):
        refuse(column, kind)
    values = numbers(column)
    if (values != np.round(values)).any():
        raise TableError(f"the target {column.name!r} holds fractions, but classes are wanted here.")
    whole: Array = values.astype(np.int64)
    return whole
