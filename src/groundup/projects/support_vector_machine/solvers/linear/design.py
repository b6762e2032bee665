"""The table of a linear machine: rows x, and a constant column for the intercept, which is penalised like a slope."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.kernels import Kernel
from groundup.core.rows import Rows, parts
from groundup.core.types import Array

GRAM_BLOCK = 1 << 17  # Entries of a block of rows whose cross-products are computed: it stays in the cache.


@dataclass(frozen=True, eq=False)
class Design:
    """Rows ``[x, s]``, which are never formed.

    Parameters
    ----------
    X : ndarray, View or Csr of shape (n, d)
        Rows.
    constant : float
        The entry s of the additional column; 0 for no such column.
    """

    X: Any
    constant: float

    def __len__(self) -> int:
        return len(self.X)

    @property
    def width(self) -> int:
        """Number p of parameters."""
        return int(self.X.shape[1]) + (self.constant != 0)

    @property
    def slopes(self) -> slice:
        """Places of the slopes among the parameters."""
        return slice(0, int(self.X.shape[1]))

    def take(self, index: Array) -> "Design":
        """Return some of the rows, in memory."""
        return Design(self._rows(index), self.constant)

    def columns(self, places: Array) -> "Design":
        """Return the rows with some of the parameters only; places ascend, so that the constant column stays last."""
        own = places[places < self.X.shape[1]]
        X = self.X.columns(own) if isinstance(self.X, Csr) else self.X[:, own]
        return Design(X, self.constant if len(own) < len(places) else 0.0)

    def _rows(self, index: Array) -> Any:
        """Some rows; `take` needs two thirds of the time of an index."""
        return self.X.take(index, axis=0) if isinstance(self.X, np.ndarray) else self.X[index]

    def scores(self, W: Array) -> Array:
        """Return the scores of all rows, (t, n), for parameters of shape (t, p)."""
        Z = np.empty((len(W), len(self)))
        slopes = np.ascontiguousarray(W[:, self.slopes])
        for place, (X,) in self._blocks():
            Z[:, place] = (X @ slopes[0])[None] if len(W) == 1 and not isinstance(X, Csr) else slopes @ X.T
        if self.constant:
            Z += self.constant * W[:, -1:]
        return Z

    def gather(self, V: Array) -> Array:
        """Return sums of the rows, (t, p), weighted by V of shape (t, n)."""
        result = np.zeros((len(V), self.width))
        for place, (X,) in self._blocks():
            result[:, self.slopes] += V[:, place] @ X
        if self.constant:
            result[:, -1] = self.constant * V.sum(axis=1)
        return result

    def gram(self, weight: Array, columns: Array | None = None) -> Array:
        """Return the weighted cross-products of the columns, or of some of them, (p, p).

        Rows of weight zero cost little.
        """
        d = self.X.shape[1]
        own = np.arange(d) if columns is None else columns[columns < d]
        constant = bool(self.constant) and (columns is None or len(own) < len(columns))
        inner, border, size = np.zeros((len(own), len(own))), np.zeros(len(own)), float(weight.sum())
        if isinstance(self.X, Csr):
            index = np.flatnonzero(weight)
            X = self.X[index] if len(own) == d else self.X[index].columns(own)
            inner, border = X.gram(weight[index]), X.column_sums(weight[index])
        else:
            for place in parts(len(self), max(1, GRAM_BLOCK // max(1, len(own)))):
                index = place.start + np.flatnonzero(weight[place])
                rows = self._rows(index) if len(own) == d else self.X[np.ix_(index, own)]
                root = np.sqrt(weight[index])
                rows = np.multiply(rows, root[:, None], out=rows if rows.dtype == np.float64 else None)
                inner += rows.T @ rows
                border += root @ rows
        if not constant:
            return inner
        border = self.constant * border[:, None]
        return np.block([[inner, border], [border.T, np.full((1, 1), self.constant**2 * size)]])

    @cached_property
    def kernel(self) -> Array:
        """Inner products of all pairs of rows, (n, n)."""
        if isinstance(self.X, Csr):
            return np.asarray(Kernel("linear").table(self.X, self.X) + self.constant**2)
        X = np.asarray(self.X[:], dtype=np.float64)
        return np.asarray(X @ X.T + self.constant**2)  # of one array twice: BLAS computes one half

    @property
    def has_kernel(self) -> bool:
        """Whether `kernel` was computed."""
        return "kernel" in vars(self)

    @cached_property
    def entries(self) -> Array:
        """Number of stored numbers of each row, (n,)."""
        return np.diff(self.X.indptr) if isinstance(self.X, Csr) else np.full(len(self), self.X.shape[1])

    @cached_property
    def lengths(self) -> Array:
        """Squared length of each row, (n,)."""
        squares = np.full(len(self), self.constant**2)
        for place, (X,) in self._blocks():
            if isinstance(X, Csr):
                squares[place] += np.bincount(X.row_of_entry, np.square(X.data), len(X))
            else:
                squares[place] += np.einsum("ij,ij->i", X, X)
        return squares

    def squares(self, weight: Array) -> Array:
        """Return the weighted sums of the squares of the columns, (p,)."""
        if isinstance(self.X, Csr):
            sums = np.bincount(self.X.indices, weight[self.X.row_of_entry] * self.X.data**2, self.X.shape[1])
        else:
            sums = weight @ np.square(self.X, dtype=np.float64)
        return np.append(sums, self.constant**2 * weight.sum()) if self.constant else sums

    def _blocks(self) -> Any:
        """All rows at once if they are in memory in double precision, which BLAS takes as they are; else in blocks."""
        if isinstance(self.X, Csr) or (isinstance(self.X, np.ndarray) and self.X.dtype == np.float64):
            return [(slice(0, len(self)), (self.X,))]
        rows = Rows(self.X)
        return zip(rows.slices(), rows.blocks(), strict=True)
