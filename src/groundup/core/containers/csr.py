"""Sparse matrices by rows: only non-zero entries are stored and used.

The three arrays are SciPy's compressed-row format; SciPy itself is not needed. A product costs one multiplication for
each entry; no function forms an array of n × d numbers.
"""

import sys
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.types import Array


@dataclass(frozen=True, eq=False)
class Csr:
    """A sparse matrix of shape (n, d) by rows.

    Parameters
    ----------
    data : ndarray of shape (entries,)
        Stored values.
    indices : ndarray of int of shape (entries,)
        Column of each value.
    indptr : ndarray of int of shape (n + 1,)
        Row i holds the entries from ``indptr[i]`` to ``indptr[i + 1]``.
    shape : tuple of int
        Rows and columns.

    Examples
    --------
    >>> import numpy as np
    >>> X = Csr(np.array([1.0, 2.0, 3.0]), np.array([0, 2, 1]), np.array([0, 2, 2, 3]), (3, 3))
    >>> X @ np.array([1.0, 10.0, 100.0])
    array([201.,   0.,  30.])
    >>> X.T @ np.array([1.0, 10.0, 100.0])
    array([  1., 300.,   2.])
    """

    data: Array
    indices: Array
    indptr: Array
    shape: tuple[int, int]
    ndim = 2
    __array_ufunc__ = None  # so that ``array @ X`` is computed here

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def dtype(self) -> Any:
        """Type of the values."""
        return self.data.dtype

    @property
    def row_bytes(self) -> int:
        """Average number of bytes of a row, which decides the number of rows in a block."""
        return len(self.data) * (self.data.itemsize + self.indices.itemsize) // max(1, len(self)) + 1

    @cached_property
    def row_of_entry(self) -> Array:
        """Row of each stored value, of shape (entries,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    @cached_property
    def filled_rows(self) -> Array:
        """Numbers of the rows that have an entry, in ascending order."""
        return np.flatnonzero(np.diff(self.indptr))

    @property
    def T(self) -> "Transposed":
        """The transpose, for products."""
        return Transposed(self)

    def __getitem__(self, rows: Any) -> Any:
        """Return rows by slice, indices or mask, or a single row of shape (d,)."""
        if isinstance(rows, (int, np.integer)):
            return self[np.array([rows])].column_sums()
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            if step == 1:
                stop = max(start, stop)
                first, last = self.indptr[start], self.indptr[stop]
                pointers = self.indptr[start : stop + 1] - first
                return Csr(self.data[first:last], self.indices[first:last], pointers, (stop - start, self.shape[1]))
            rows = np.arange(start, stop, step)
        chosen = np.asarray(rows)
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        size = np.diff(self.indptr)[chosen]
        pointers = np.concatenate([[0], np.cumsum(size)])
        place = np.arange(pointers[-1]) + np.repeat(self.indptr[chosen] - pointers[:-1], size)
        return Csr(self.data[place], self.indices[place], pointers, (len(chosen), self.shape[1]))

    def __matmul__(self, W: Array) -> Array:
        """Return ``X W`` for W of shape (d,) or (d, t)."""
        if W.ndim == 1:
            return self.products(W[None])[0]
        return np.ascontiguousarray(self.products(W.T).T)

    def products(self, W: Array) -> Array:
        """Return ``W Xᵀ``, (t, n), in double precision, for W of shape (t, d)."""
        result = np.zeros((len(W), len(self)))
        term, filled = np.empty(len(self.data)), self.filled_rows
        first = self.indptr[filled]
        for w, line in zip(np.ascontiguousarray(W, np.float64), result, strict=True):
            w.take(self.indices, out=term, mode="clip")  # unlike "raise", it writes to `term` without a copy
            term *= self.data
            line[filled] = np.add.reduceat(term, first)  # half the time of a sum by `bincount`
        return result

    def __rmatmul__(self, V: Array) -> Array:
        """Return ``V X`` for V of shape (n,) or (t, n)."""
        return (self.T @ V.T).T

    def canonical(self) -> "Csr":
        """Return the same matrix with the columns of each row in ascending order, none of them twice.

        Entries with the same row and column stand for their sum.
        """
        rises = self.indices[1:] > self.indices[:-1]
        start = self.indptr[1:-1]
        rises[start[(start > 0) & (start <= len(rises))] - 1] = True  # the last entry of a row, the first of the next
        if rises.all():
            return self
        d = self.shape[1]
        key = self.row_of_entry * d + self.indices
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
        row, index = np.divmod(key[first], d)
        pointers = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(self)))])
        return Csr(np.add.reduceat(self.data[order], first), index, pointers, self.shape)

    def columns(self, chosen: Array) -> "Csr":
        """Return some columns, in the given order; each at most once."""
        place = np.full(self.shape[1], -1)
        place[chosen] = np.arange(len(chosen))
        kept = place[self.indices] >= 0
        before = np.concatenate([[0], np.cumsum(kept)])
        return Csr(self.data[kept], place[self.indices[kept]], before[self.indptr], (len(self), len(chosen)))

    def dense(self) -> Array:
        """Return the rows as an array with their zeros."""
        table = np.zeros(self.shape, self.dtype)
        table[self.row_of_entry, self.indices] = self.data
        return table

    def gram(self, weight: Array | None = None) -> Array:
        """Return ``Xᵀ diag(weight) X``, (d, d), from pairs of entries of each row."""
        d = self.shape[1]
        size = np.diff(self.indptr)
        partners = size[self.row_of_entry]  # each entry is multiplied by all entries of its row
        first = np.repeat(np.arange(len(self.data)), partners)
        start = np.repeat(self.indptr[:-1][self.row_of_entry] - np.cumsum(partners) + partners, partners)
        second = np.arange(len(first)) + start
        left = self.data.astype(np.float64) if weight is None else self.data * weight[self.row_of_entry]
        products = left[first] * self.data[second]
        return np.bincount(self.indices[first] * d + self.indices[second], products, d * d).reshape(d, d)

    def transposed(self) -> "Csr":
        """Return the transpose by its own rows, for what `T`, which has products only, cannot do."""
        order = np.argsort(self.indices, kind="stable")
        pointers = np.concatenate([[0], np.cumsum(np.bincount(self.indices, minlength=self.shape[1]))])
        return Csr(self.data[order], self.row_of_entry[order], pointers, self.shape[::-1])

    def column_sums(self, weight: Array | None = None) -> Array:
        """Return the weighted sum of each column, of shape (d,)."""
        return np.bincount(
            self.indices, self.data if weight is None else self.data * weight[self.row_of_entry], self.shape[1]
        )


@dataclass(frozen=True, eq=False)
class Transposed:
    """The transpose of sparse rows, for products only."""

    rows: Csr
    __array_ufunc__ = None

    def __matmul__(self, V: Array) -> Array:
        """Return ``Xᵀ V`` for V of shape (n,) or (n, t)."""
        X = self.rows
        if V.ndim == 1:
            return np.bincount(X.indices, X.data * V[X.row_of_entry], X.shape[1])
        return np.stack([self @ v for v in V.T], axis=1) if V.shape[1] else np.zeros((X.shape[1], 0))

    def __rmatmul__(self, W: Array) -> Array:
        """Return ``W Xᵀ`` for W of shape (d,) or (t, d)."""
        return self.rows @ W if W.ndim == 1 else self.rows.products(W)


def stacked(first: Csr, second: Csr) -> Csr:
    """Return the rows of two matrices with the same columns, one below the other."""
    return Csr(
        np.concatenate([first.data, second.data]),
        np.concatenate([first.indices, second.indices]),
        np.concatenate([first.indptr, first.indptr[-1] + second.indptr[1:]]),
        (len(first) + len(second), first.shape[1]),
    )


def form_of(X: Any) -> Any:
    """Return the class of a user's sparse rows, after its conversion to rows; None for anything else."""
    by_rows = getattr(X, "tocsr", None)
    return None if by_rows is None else type(by_rows())


def in_form(rows: Csr, form: Any) -> Any:
    """Return rows as the sparse class that a user gave, for functions of the user's own.

    Parameters
    ----------
    rows : Csr
        The rows.
    form : type or None
        A class of SciPy's sparse matrices or arrays by rows; None leaves the rows as they are.
    """
    return rows if form is None else form((rows.data, rows.indices, rows.indptr), shape=rows.shape)


def sparse_rows(X: Array) -> Csr:
    """Return an array of shape (n, d) as sparse rows without its zeros."""
    row, column = np.nonzero(X)
    pointers = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(X)))])
    return Csr(X[row, column], column, pointers, (X.shape[0], X.shape[1]))


def narrow(rows: Csr) -> Csr:
    """Return the same rows with indices of 32 bits, where these suffice: half the memory."""
    width = np.int32 if max(len(rows.data), *rows.shape) <= np.iinfo(np.int32).max else np.int64
    return replace(rows, indices=rows.indices.astype(width, copy=False), indptr=rows.indptr.astype(width, copy=False))


def in_users_form(rows: Csr) -> Any:
    """Return rows as SciPy's sparse matrix, or array where scikit-learn is set so; without SciPy as they are."""
    try:
        from scipy import sparse  # only the container that users expect; nothing is computed
    except ImportError:
        return rows
    sklearn = sys.modules.get("sklearn")
    interface = sklearn.get_config().get("sparse_interface") if sklearn else None
    return in_form(rows, sparse.csr_array if interface == "sparray" else sparse.csr_matrix)
