"""Columns of categories: which they are, and their entries as numbers from 0 on."""

from dataclasses import replace
from typing import Any, Self

import numpy as np

from groundup.core.checks.inputs import feature_names, is_sparse
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike

CATEGORICAL = ("category", "categorical", "enum")  # Types of columns of data frames, in small letters.


@record
class Categories:
    """The categories of the columns that hold them.

    Parameters
    ----------
    columns : ndarray of int
        Numbers of these columns.
    values : tuple of ndarray
        Categories of each, ascending; the place of an entry among them is its number.
    """

    columns: Array
    values: tuple[Array, ...]

    def mask(self, d: int) -> Array:
        """Return which of d columns hold categories."""
        return np.isin(np.arange(d), self.columns)

    def of_numbers(self) -> Self:
        """Return the same for a table that holds numbers in place of categories."""
        return replace(self, values=tuple(np.arange(len(values), dtype=np.float64) for values in self.values))

    def among(self, features: Array) -> "Categories":
        """Return the categories of a table that has only some of the columns, in another order."""
        known = dict(zip(self.columns.tolist(), self.values, strict=True))
        places = [place for place, j in enumerate(features.tolist()) if j in known]
        return Categories(np.array(places, np.intp), tuple(known[features[place]] for place in places))

    def numbered(self, X: Any) -> Any:
        """Return a table with numbers in place of categories, NaN for one that is missing or unknown.

        Parameters
        ----------
        X : array-like of shape (n, d)
            A data frame, or an array.
        """
        if not len(self.columns):
            return X
        table = _table(X)
        numbers = np.full(table.shape, np.nan)
        for j in range(table.shape[1]):
            if j not in self.columns:
                numbers[:, j] = _floats(table, j)
        for j, values in zip(self.columns.tolist(), self.values, strict=True):
            entries, there = _entries(table, j)
            entries = _same_kind(entries, values, _name(X, j))
            place = np.searchsorted(values, entries)
            known = (
                values[np.minimum(place, len(values) - 1)] == entries if len(values) else np.zeros(len(entries), bool)
            )
            numbers[np.flatnonzero(there)[known], j] = place[known]
        return numbers


def find_categories(X: ArrayLike, wanted: Any, most: int) -> Categories:
    """Return the categories of a table.

    Parameters
    ----------
    X : array-like of shape (n, d)
        A data frame, or an array.
    wanted : array-like of bool, int or str, "from_dtype" or None
        Which columns hold categories; "from_dtype": those that the data frame says.
    most : int
        Largest number of categories of a column.

    Raises
    ------
    ValueError
        For columns that are not there, and for too many categories.
    """
    nothing = Categories(np.zeros(0, np.intp), ())
    if wanted is None or is_sparse(X) or (isinstance(wanted, str) and not hasattr(X, "dtypes")):
        return nothing
    table = _table(X)
    if table.ndim != 2:
        return nothing  # which validation refuses
    columns = np.flatnonzero(_chosen(table, wanted))
    values = []
    for j in columns.tolist():
        entries, _ = _entries(table, j)
        found = np.unique(entries)
        if len(found) > most:
            raise ValueError(
                f"Categorical feature {_name(X, j)} is expected to have a cardinality <= {most} but actually has a "
                f"cardinality of {len(found)}."
            )
        values.append(found)
    return Categories(columns, tuple(values))


def _table(X: Any) -> Any:
    return X if hasattr(X, "dtypes") else np.asarray(X)


def _column(table: Any, j: int) -> Any:
    return table.iloc[:, j] if hasattr(table, "iloc") else table[:, j]


def _name(X: Any, j: int) -> str:
    names = feature_names(X)
    return f"at index {j}" if names is None else repr(str(names[j]))


def _chosen(table: Any, wanted: Any) -> Array:
    """Return the mask of the columns that hold categories."""
    d = table.shape[1]
    if isinstance(wanted, str):
        return np.array([str(_column(table, j).dtype).lower().startswith(CATEGORICAL) for j in range(d)])
    given = np.asarray(wanted)
    if not given.size:
        return np.zeros(d, bool)
    kinds = {type(item).__name__ for item in given.tolist()}
    if given.dtype.kind == "O" and len(kinds) == 1:
        given = np.array(given.tolist())
    if given.dtype.kind not in "biuU":
        got = ", ".join(sorted(kinds)) if given.dtype.kind == "O" else given.dtype.name
        raise ValueError(f"categorical_features must be an array-like of bool, int or str, got: {got}.")
    if given.dtype.kind == "b":
        if given.shape != (d,):
            raise ValueError(
                f"categorical_features set as a boolean mask must have shape (n_features,), got: {given.shape}."
            )
        return given
    if given.dtype.kind == "U":
        return np.isin(np.arange(d), _places(feature_names(table), given.tolist()))
    if given.min() < 0 or given.max() >= d:
        raise ValueError(
            "categorical_features set as integer indices must be in [0, n_features - 1], "
            f"got: {np.unique(given[(given < 0) | (given >= d)]).tolist()}."
        )
    return np.isin(np.arange(d), given)


def _places(names: Array | None, wanted: list[str]) -> list[int]:
    if names is None:
        raise ValueError(
            "categorical_features should be passed as an array of integers or as a boolean mask when the model is "
            "fitted on data without feature names."
        )
    known = list(names)
    if strange := [name for name in wanted if name not in known]:
        raise ValueError(
            f"categorical_features has an item value {strange[0]!r} which is not a valid feature name of the training "
            f"data. Observed feature names: {known}."
        )
    return [known.index(name) for name in wanted]


def _floats(table: Any, j: int) -> Array:
    """Return a column of numbers, NaN for what is missing."""
    column = _column(table, j)
    if hasattr(column, "to_numpy") and hasattr(column, "isna"):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(column).astype(np.float64)


def _entries(table: Any, j: int) -> tuple[Array, Array]:
    """Return the entries of a column that are there, as strings or numbers, and where they are.

    Negative numbers stand for missing entries, as in scikit-learn.
    """
    column = _column(table, j)
    if hasattr(column, "isna"):
        there = ~np.asarray(column.isna())
    elif hasattr(column, "is_null"):
        there = ~np.asarray(column.is_null())
    else:
        with np.errstate(invalid="ignore"):
            there = np.asarray((column == column) & (column != None))  # noqa: E711 (entry by entry)
    entries = np.asarray(column)[there]
    if entries.dtype.kind == "O":
        entries = (
            entries.astype(str) if any(isinstance(one, str) for one in entries[:1]) else entries.astype(np.float64)
        )
    elif entries.dtype.kind in "biu":
        entries = entries.astype(np.float64)
    if entries.dtype.kind == "f":
        positive = entries >= 0
        there[np.flatnonzero(there)[~positive]] = False
        entries = entries[positive]
    return entries, there


def _same_kind(entries: Array, values: Array, name: str) -> Array:
    """Return entries of the same kind as the categories."""
    if len(values) and len(entries) and (entries.dtype.kind == "f") != (values.dtype.kind == "f"):
        words = ("numbers", "text")
        told, got = words[values.dtype.kind != "f"], words[entries.dtype.kind != "f"]
        raise ValueError(f"Categorical feature {name} held {told} in the fit, and now holds {got}.")
    return entries
