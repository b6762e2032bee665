"""Tables of which single columns are replaced: arrays, and data frames with the types of their columns."""

from typing import Any

import numpy as np

from groundup.core.checks.inputs import as_csr, is_sparse
from groundup.core.types import Array


def is_frame(X: Any) -> bool:
    """Whether a table is a data frame, whose columns have types of their own."""
    return hasattr(X, "iloc")


def as_table(X: Any) -> Any:
    """Return a data frame as it is, other tables as arrays, of floats if they hold numbers."""
    if is_frame(X):
        return X
    if is_sparse(X):
        return as_csr(X).dense()
    array = X if isinstance(X, np.ndarray) else np.asarray(X, dtype=object)
    if array.ndim != 2:
        raise ValueError(f"Expected 2D array, got {array.ndim}D array instead: X must be a table of rows and columns.")
    if array.dtype.kind in "biu" or (array.dtype.kind == "O" and _numeric(array)):
        return array.astype(np.float64)
    return array


def _numeric(array: Array) -> bool:
    return all(isinstance(entry, (bool, int, float, np.number, np.bool_)) for entry in array.ravel())


def column(X: Any, j: int) -> Array:
    """Return the entries of a column."""
    return X.iloc[:, j].to_numpy() if is_frame(X) else X[:, j]


def set_column(X: Any, j: int, value: Any) -> None:
    """Write a value into all entries of a column."""
    if not is_frame(X):
        X[:, j] = value
    elif X.dtypes.iloc[j].kind in "biuf":
        X.isetitem(j, np.full(len(X), value))
    else:
        entries = X.iloc[:, j].copy()
        entries[:] = value
        X.isetitem(j, entries)


def permute_column(X: Any, j: int, order: Array) -> None:
    """Put the entries of a column in another order."""
    if is_frame(X):
        X.isetitem(j, X.iloc[order, j].array)
    else:
        X[:, j] = X[order, j]


def taken(X: Any, rows: Array) -> Any:
    """Return some rows, as a copy."""
    return X.iloc[rows].copy() if is_frame(X) else X[rows]
