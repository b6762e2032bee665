"""Kernel values between the training rows: whole tables, blocks of rows, products; never n × n by surprise."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.kernels import Kernel
from groundup.core.rows import parts
from groundup.core.types import Array


@dataclass(frozen=True, eq=False)
class KernelRows:
    """Training rows and their kernel; values are computed when asked for.

    Parameters
    ----------
    X : ndarray or Csr of shape (n, d)
        Rows in double precision; of a precomputed kernel its values, (n, n).
    kernel : Kernel
        The kernel.
    cache_bytes : float
        Memory for kernel values. A table of n × n numbers is held as a whole only if it is not larger.
    """

    X: Any
    kernel: Kernel
    cache_bytes: float

    def __len__(self) -> int:
        return int(self.X.shape[0])

    def fits(self, itemsize: int = 8) -> bool:
        """Whether the whole table may be held, with numbers of `itemsize` bytes."""
        return len(self) ** 2 * itemsize <= self.cache_bytes

    @cached_property
    def _sides(self) -> tuple[Array, Array]:
        """Two arrays of dense rows whose products the kernel is a function of.

        For "rbf" ``[2γx, −γ‖x‖², 1] · [y, 1, −γ‖y‖²] = −γ‖x − y‖²``, measured from the mean: far from zero, distances
        keep their digits.
        """
        name, gamma = self.kernel.name, self.kernel.gamma
        if name != "rbf":
            return (self.X if name == "linear" else gamma * self.X), self.X
        rows = self.X - self.X.mean(axis=0)
        squares, ones = -gamma * np.einsum("ij,ij->i", rows, rows)[:, None], np.ones((len(rows), 1))
        return np.hstack([2 * gamma * rows, squares, ones]), np.hstack([rows, ones, squares])

    @cached_property
    def _single_sides(self) -> tuple[Array, Array]:
        left, right = self._sides
        return left.astype(np.float32), right.astype(np.float32)

    def block(self, rows: Any, columns: Any = slice(None), dtype: Any = np.float64) -> Array:
        """Return kernel values between some rows and some others.

        Parameters
        ----------
        rows, columns : slice or ndarray of int
            Numbers of rows; all columns by default.
        dtype : dtype, default=float64
            Double or single precision.
        """
        if self.kernel.name == "precomputed":
            chosen = self.X[rows] if isinstance(columns, slice) else self.X[rows][:, columns]
            return np.asarray(chosen, dtype)
        if isinstance(self.X, Csr):
            return self.kernel.table(self.X[rows], self.X[columns]).astype(dtype, copy=False)
        left, right = self._sides if dtype == np.float64 else self._single_sides
        left, right = left[rows], right[columns]
        table = np.empty((len(left), len(right)), dtype)
        for part in parts(len(left), max(1, BLOCK_BYTES // (table.itemsize * max(1, len(right))))):
            self._finish(np.matmul(left[part], right.T, out=table[part]))
        return table

    def _finish(self, values: Array) -> None:
        """Make kernel values of products, in their place."""
        if self.kernel.name == "rbf":
            np.minimum(values, 0.0, out=values)  # rounding may leave 1e-16
            np.exp(values, out=values)
        elif self.kernel.name != "linear":
            values += self.kernel.coef0
            if self.kernel.name == "sigmoid":
                np.tanh(values, out=values)
            else:
                np.power(values, self.kernel.degree, out=values)

    def whole(self, dtype: Any = np.float64) -> Array:
        """Return the table of all kernel values, (n, n), filled block by block."""
        table = np.empty((len(self), len(self)), dtype)
        for rows in self.slices():
            table[rows] = self.block(rows)
        return table

    def slices(self) -> Any:
        """Yield slices of rows whose kernel values take about one MiB."""
        return parts(len(self), max(1, BLOCK_BYTES // (8 * len(self))))

    @cached_property
    def diagonal(self) -> Array:
        """Kernel values of each row with itself, (n,)."""
        if self.kernel.name == "rbf":
            return np.ones(len(self))
        if self.kernel.name == "precomputed":
            return np.array(np.diagonal(self.X), np.float64)
        if isinstance(self.X, Csr):
            squares = np.bincount(self.X.row_of_entry, np.square(self.X.data), len(self))
        else:
            squares = np.einsum("ij,ij->i", self.X, self.X)
        if self.kernel.name == "linear":
            return squares
        scaled = self.kernel.gamma * squares + self.kernel.coef0
        return np.asarray(np.tanh(scaled) if self.kernel.name == "sigmoid" else scaled**self.kernel.degree)

    def products(self, coef: Array, dtype: Any = np.float64) -> Array:
        """Return the sums of all kernel values of a row, each times a coefficient, (n,).

        Parameters
        ----------
        coef : ndarray of shape (n,)
            Coefficients.
        dtype : dtype, default=float64
            Precision of the kernel values.
        """
        if self.kernel.name == "linear" and not isinstance(self.X, Csr):
            return np.asarray(self.X @ (coef @ self.X))
        used = np.flatnonzero(coef)
        result, coef = np.zeros(len(self)), coef.astype(dtype)
        for chosen in parts(len(used), max(1, BLOCK_BYTES // (coef.itemsize * len(self)))):
            index = used[chosen]
            result += coef[index] @ self.block(index, dtype=dtype)
        return result

    def subset(self, rows: Array) -> "KernelRows":
        """Return some of the training rows."""
        X = self.X[rows][:, rows] if self.kernel.name == "precomputed" else self.X[rows]
        return KernelRows(X, self.kernel, self.cache_bytes)


class RowCache:
    """Rows of the kernel table, of which the most recently used are kept.

    Each is computed by itself, so that its last bits do not depend on what else is kept.

    Parameters
    ----------
    kernel : KernelRows
        The kernel, and the memory for the rows.
    """

    def __init__(self, kernel: KernelRows) -> None:
        self.kernel = kernel
        self.most = max(2, int(kernel.cache_bytes / (8 * len(kernel))))
        self._rows: OrderedDict[int, Array] = OrderedDict()

    def __getitem__(self, i: int) -> Array:
        """Return the kernel values of row i, (n,)."""
        row = self._rows.get(i)
        if row is None:
            row = self.kernel.block(np.array([i]))[0]
            self._rows[i] = row
            if len(self._rows) > self.most:
                self._rows.popitem(last=False)
        else:
            self._rows.move_to_end(i)
        return row
