"""Some rows of a table, less an origin, read as they are needed.

A fold of a memory map, the rows of positive weight, and columns measured from an entry of their own are views: a block
of them is copied when it is read, the table never.
"""

import mmap
from typing import Any

import numpy as np

from groundup.core.types import Array


class View:
    """A table of the rows ``X[index] − origin``.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        The table, in memory or mapped from a file.
    index : ndarray of int of shape (m,), optional
        Numbers of the rows; by default all of them.
    origin : ndarray of shape (d,), optional
        Subtracted in double precision. Nothing is lost where it is near the entries: the difference of two floats
        within a factor of two of each other is a float.

    Examples
    --------
    >>> import numpy as np
    >>> view = View(np.arange(8.0).reshape(4, 2), np.array([3, 0, 1]), np.array([1.0, 0.0]))
    >>> view[:2]
    array([[ 5.,  7.],
           [-1.,  1.]])
    """

    ndim = 2

    def __init__(self, X: Array, index: Array | None = None, origin: Array | None = None) -> None:
        self.X, self.index, self.origin = X, index, origin
        self.shape = (len(X) if index is None else len(index), X.shape[1])
        self.dtype = X.dtype  # of the user's numbers, in which results are stored

    @property
    def row_bytes(self) -> int:
        """Number of bytes of a row of a block: a copy, and what is computed from it in double precision."""
        return self.shape[1] * (self.dtype.itemsize + 8)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Array:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if self.index is None:
            part = self.X[rows][..., columns]
        elif np.ndim(rows := self.index[rows]) and np.ndim(columns):
            part = self.X[np.ix_(rows, columns)]
        else:
            part = self.X[rows, columns]
        if self.origin is None:
            return part
        return np.subtract(part, self.origin[columns], dtype=np.float64)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[:], dtype)

    def rows(self, index: Array) -> "View":
        """Return some of these rows."""
        return View(self.X, np.asarray(index) if self.index is None else self.index[index], self.origin)


def rows_of(X: Any, index: Array) -> Any:
    """Return some rows of a table: a view of a memory map, of a view, or for consecutive rows; otherwise a copy.

    Parameters
    ----------
    X : ndarray, View or Csr of shape (n, d)
        The table.
    index : ndarray of int of shape (m,)
        Numbers of the rows.
    """
    if isinstance(X, View):
        return X.rows(index)
    if is_mapped(X):
        return View(X, index)
    consecutive = len(index) and (np.diff(index) == 1).all()
    return X[index[0] : index[-1] + 1] if consecutive else X[index]


def given_rows(X: Any, weight: Array | None) -> Any:
    """Return the rows of positive weight in the form that a user gave; those of a memory map as a view.

    Parameters
    ----------
    X : array-like, sparse matrix or data frame of shape (n, d)
        What the user gave.
    weight : ndarray of shape (n,) or None
        Weights of the rows.
    """
    if weight is None or weight.all():
        return X
    index = np.flatnonzero(weight)
    if hasattr(X, "iloc"):
        return X.iloc[index]
    return X.tocsr()[index] if hasattr(X, "tocsr") else rows_of(np.asanyarray(X), index)


def is_mapped(array: Any) -> bool:
    """Return whether the numbers are in a file, which may be larger than memory."""
    if isinstance(array, View):
        array = array.X
    while isinstance(array, np.ndarray):
        if isinstance(array, np.memmap):
            return True
        array = array.base
    return isinstance(array, mmap.mmap)
