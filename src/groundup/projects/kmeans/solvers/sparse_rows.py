"""Sparse rows relative to an origin: distances, sums and inertia from the entries, without a dense table.

A row x is stored as y = x − zero, whose entries are those of x: `zero` has components in those columns only that have
an entry in every row and are far from zero. Centres are relative to the origin, which is dense: they are moved to the
coordinates of y, a = c + offset, and ‖x − c‖² = ‖y‖² − 2 y·a + ‖a‖². Where cancellation takes the digits of that, the
few rows concerned are measured by differences.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.linalg.translation import far_stored_entries
from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.rounding import square_error, squared_norms, tie_tolerance

FULL_COLUMN_RATIO = 4.0  # A full column is measured from one of its entries if these are this many times their spread.
CANCELED = 2.0**-5  # Ties of squared distances below this part of the squared norms are decided by differences.


@dataclass(frozen=True, eq=False)
class SparseRows:
    """Rows of which only the non-zero entries are stored, relative to an origin.

    Parameters
    ----------
    entries : Csr of shape (n, d)
        The rows y in double precision, each column at most once in a row.
    square : ndarray of shape (n,)
        Their squared norms.
    zero : ndarray of shape (d,)
        The user's coordinates of y = 0.
    offset : ndarray of shape (d,)
        The origin in the coordinates of y.
    dtype : dtype
        Type of the user's numbers, in which results are stored.
    """

    entries: Csr
    square: Array
    zero: Array
    offset: Array
    dtype: Any
    ndim = 2

    @classmethod
    def of(cls, X: Csr) -> "SparseRows":
        """Return the rows of a sparse matrix in canonical order, in the user's coordinates."""
        zero = far_stored_entries(X, times=FULL_COLUMN_RATIO)
        data = X.data.astype(np.float64, copy=False)
        entries = replace(X, data=data - zero[X.indices] if zero.any() else data)
        square = replace(entries, data=entries.data**2) @ np.ones(X.shape[1])
        return cls(entries, square, zero, -zero, X.dtype)

    def about(self, origin: Array) -> Self:
        """Return the same rows relative to another origin."""
        return replace(self, offset=origin - self.zero)

    # --- a table --------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.entries.shape

    @property
    def row_bytes(self) -> int:
        """Average number of bytes of a row, which decides the number of rows in a block."""
        return self.entries.row_bytes

    @property
    def fewest_rows(self) -> int:
        """Rows of a block with four entries a column, so that moving the centres costs little next to products."""
        n, d = self.shape
        return -(-4 * n * d // max(1, len(self.entries.data)))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> Self:
        """Return rows by slice, indices or mask."""
        return replace(self, entries=self.entries[rows], square=self.square[rows])

    def values(self) -> Csr:
        """Return the user's numbers, in double precision."""
        return replace(self.entries, data=self.entries.data + self.zero[self.entries.indices])

    def dense(self) -> Array:
        """Return the rows as an array, for a few rows only."""
        X = self.entries
        result = np.tile(-self.offset, (len(X), 1))
        result[X.row_of_entry, X.indices] += X.data
        return result

    # --- moments ----------------------------------------------------------------------------------------------------

    def moment(self, weight: Array | None) -> Array:
        """Return the weighted sum of the rows, in the user's coordinates."""
        total = float(len(self)) if weight is None else float(weight.sum())
        return self.entries.column_sums(weight) + total * self.zero

    def sums(self, weight: Array | None, label: Array, K: int) -> tuple[Array, Array]:
        """Return the weight (K,) and the weighted sum (K, d) of the rows with each label."""
        size = np.bincount(label, weight, K).astype(np.float64)
        return size, self._by_cluster(label, self._weighted(weight, self.entries.data), K) - size[:, None] * self.offset

    def inertia(self, weight: Array | None, label: Array, centers: Array) -> float:
        """Return the sum of the weighted squared distances to the rows' own centres.

        All terms are positive: (y − a)² of the entries, and a² times the weight of the rows without one, which is
        exactly 0 where every row has an entry, for both sums then add the same weights in the same order.
        """
        (K, d), A = centers.shape, centers + self.offset
        gap = self.entries.data - A.ravel()[self._places(label, d)]
        value = self._weighted(weight, gap**2).sum()
        size = np.bincount(label, weight, K)[:, None]
        absent = size - self._by_cluster(label, self._weighted(weight, np.ones(len(gap))), K)
        return float(value + np.vdot(absent, A**2))

    def _places(self, label: Array, d: int) -> Array:
        """Return for each entry its place in a table of clusters and columns."""
        return label.astype(np.intp)[self.entries.row_of_entry] * d + self.entries.indices

    def _by_cluster(self, label: Array, values: Array, K: int) -> Array:
        """Return the sums of a number for each entry, by cluster and column, (K, d)."""
        d = self.shape[1]
        return np.bincount(self._places(label, d), values, K * d).reshape(K, d)

    def _weighted(self, weight: Array | None, values: Array) -> Array:
        """Return numbers of the entries, times the weights of their rows."""
        return values if weight is None else values * weight[self.entries.row_of_entry]

    # --- distances ----------------------------------------------------------------------------------------------------

    def squared_distances(self, centers: Array) -> Array:
        """Return ‖x − c‖² for every centre and row, (K, m)."""
        A = centers + self.offset
        table = self.entries.products(-2 * A)
        table += squared_norms(A)[:, None]
        table += self.square
        return np.maximum(table, 0, out=table)  # rounding may leave −1e-16

    def lower_distances(self, centers: Array, error: float) -> Array:
        """Return ‖x − c‖² less its rounding error and `error` (‖x‖² + the largest ‖c‖²), (K, m)."""
        norm = self.squared_distances(np.zeros((1, len(self.offset))))[0]
        rounding = square_error(self.square, centers + self.offset)
        return self.squared_distances(centers) - error * (norm + squared_norms(centers).max()) - rounding

    def accurate_distances(self, centers: Array) -> Array:
        """Return the distances of every centre and row, (K, m), accurate even for rows very close to a centre."""
        square = self.squared_distances(centers)
        # where cancellation has taken more than half of the digits, measure by differences
        k, i = np.nonzero(square <= 2**20 * square_error(self.square, centers + self.offset))
        square[k, i] = self.measured(k, i, centers)
        return np.sqrt(square)

    def two_nearest(self, centers: Array) -> tuple[Array, Array, Array]:
        """Return the index of the nearest centre of every row, and the two smallest squared distances.

        Of centres at the same distance up to rounding, it is the first; the second distance is infinite for K = 1.
        """
        table, A, every = self.squared_distances(centers), centers + self.offset, np.arange(len(self))
        label = table.argmin(axis=0)
        nearest = table[label, every]
        table[label, every] = np.inf
        second = table.min(axis=0)
        table[label, every] = nearest
        close = np.flatnonzero(second <= nearest + 2 * square_error(self.square, A))
        if close.size:
            label[close], nearest[close], second[close] = self[close]._two_nearest_of_ties(table[:, close], centers)
        return label, nearest, second

    def _two_nearest_of_ties(self, table: Array, centers: Array) -> tuple[Array, Array, Array]:
        """Return as `two_nearest`, for rows that have several centres at about the same distance."""
        norm = self.square + squared_norms(centers + self.offset).max()
        k, i = np.nonzero(table <= CANCELED * norm)
        table[k, i] = self.measured(k, i, centers)
        nearest = table.min(axis=0)
        rounding = np.where(nearest > CANCELED * norm, 16 * np.finfo(np.float64).eps * norm, 0)
        label = (table <= nearest + tie_tolerance(nearest, centers) + rounding).argmax(axis=0)
        chosen = label, np.arange(len(self))
        nearest = table[chosen]
        table[chosen] = np.inf
        return label, nearest, table.min(axis=0)

    def measured(self, k: Array, i: Array, centers: Array) -> Array:
        """Return the squared distances of rows i to centres k, by differences: exact up to rounding, but slow."""
        square = np.empty(len(i))
        for part in parts(len(i), max(1, BLOCK_BYTES // (8 * self.shape[1]))):
            square[part] = squared_norms(self[i[part]].dense() - centers[k[part]])
        return square
