"""Weighted rows relative to their mean, and sums over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.containers.view import View
from groundup.core.linalg.products import inner_product
from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.rounding import FEW_COLUMNS, squared_norms
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows
from groundup.projects.kmeans.solvers.sparse_spectrum import sparse_scatter_matrix, wide_sparse_scatter_matrix

SPECTRUM_LIMIT = 1024  # With more columns (or rows), eigenvalues of the scatter cost more than the clustering.
SPECTRUM_ITERATIONS = 16  # Eigenvalues may cost as many multiplications as this many plain iterations, or …
SPECTRUM_COST = 1 << 26  # … this many multiplications, which take some milliseconds.
ENTRY_COST = 400  # Of sparse rows, eigenvalues of a d × d matrix cost d³ steps, an entry this many for each centre.
FLOAT32_CACHE_BYTES = 1 << 27  # Rows are kept in single precision up to this size; larger data are converted each time.
ROWS_AT_ONCE = 64  # Rows from which the origin is subtracted in one inner loop, where there are few columns.
DISTANCES_PER_BLOCK = 100_000  # A block's table of distances has this many entries, so that it stays in the cache.


Table: TypeAlias = Array | View | SparseRows


@dataclass(frozen=True)
class Problem:
    """Rows, weights, and the origin of coordinates.

    X itself is neither copied nor changed.

    Parameters
    ----------
    X : ndarray, View or SparseRows of shape (n, d)
        Rows of positive weight, in memory or mapped from a file.
    weight : ndarray of shape (n,) or None
        Their weights; None counts every row once.
    origin : ndarray of shape (d,)
        Mean of the rows. Distances do not depend on it, but rounding errors grow with the distance from it.
    total_weight : float
        Sum of the weights.
    scatter : float
        Sum of the weighted squared distances to the origin.
    extent : float
        Upper bound of the distance of any row from the origin.
    K : int
        Number of clusters.
    table : ndarray or Csr of shape (m, d) or None
        All rows, where some have weight zero: these are labelled in the end.
    present : ndarray of int of shape (n,) or None
        Numbers of the rows of X in that table.
    form : type or None
        SciPy's class of the user's sparse rows, which a function of the user expects.
    """

    X: Table
    weight: Array | None
    origin: Array
    total_weight: float
    scatter: float
    extent: float
    K: int
    table: Array | Csr | None = None
    present: Array | None = None
    form: Any = None

    @cached_property
    def rows(self) -> Rows:
        """The rows and their weights, block by block."""
        return in_blocks(self.K, self.X, self.weight)

    @property
    def variance(self) -> float:
        """Variance of a column, averaged over the columns."""
        return self.scatter / (self.total_weight * len(self.origin))

    def block(self, rows: Any) -> Any:
        """Return some rows in double precision, relative to the origin: an array, or `SparseRows`."""
        return centered(pick(self.X, rows), self.origin)

    def weights(self, rows: Any) -> Array | None:
        """Return the weights of some rows; None if every row counts once."""
        return None if self.weight is None else self.weight[rows]

    def points(self, rows: Any) -> Array:
        """Return a few rows as an array, relative to the origin."""
        block = self.block(rows)
        return block.dense() if isinstance(block, SparseRows) else np.asarray(block)

    def blocks(self) -> Iterator[slice]:
        """Yield the slices of the blocks of rows."""
        return self.rows.slices()

    @property
    def scale(self) -> float:
        """Unit of lengths in single precision: below 1, they cannot overflow."""
        return self.extent or 1.0

    @property
    def keeps_float32_rows(self) -> bool:
        """Whether all rows are kept in single precision."""
        n, d = self.X.shape
        return 4 * n * (d + 2) <= FLOAT32_CACHE_BYTES

    @cached_property
    def _float32_rows(self) -> Array | None:
        if not self.keeps_float32_rows:
            return None
        n, d = self.X.shape
        kept = np.empty((n, d + 2), np.float32)
        for rows in self.blocks():
            kept[rows] = augmented_rows(self.block(rows), self.scale, np.float32)
        return kept

    def float32_rows(self, rows: Any) -> Array:
        """Return rows as `augmented_rows` in single precision, (m, d + 2)."""
        if self._float32_rows is None:
            return augmented_rows(self.block(rows), self.scale, np.float32)
        return pick(self._float32_rows, rows)

    def spectrum(self) -> Array:
        """Return the eigenvalues of the scatter matrix, largest first.

        The array is empty where they would cost too much.
        """
        n, d = self.X.shape
        if isinstance(self.X, SparseRows):
            if min(n, d) > SPECTRUM_LIMIT or min(n, d) ** 3 > ENTRY_COST * len(self.X.entries.data) * self.K:
                return np.empty(0)
            matrix = (sparse_scatter_matrix if d <= n else wide_sparse_scatter_matrix)(self.X, self.weight)
        elif min(n, d) > min(SPECTRUM_LIMIT, max(SPECTRUM_COST / (n * d), SPECTRUM_ITERATIONS * self.K)):
            return np.empty(0)
        elif d <= n:
            matrix = self.rows.sum(scatter_matrix, self.origin)
        else:  # the same eigenvalues, except zeros
            half = self.block(slice(None)) * (1 if self.weight is None else np.sqrt(self.weight)[:, None])
            matrix = half @ half.T
        return np.linalg.eigvalsh(matrix)[::-1]


def in_blocks(K: int, X: Any, *others: Array | None) -> Rows:
    """Return rows in blocks that fit the cache with their distances."""
    size = min(Rows(X).block_rows, max(64, DISTANCES_PER_BLOCK // K))
    return Rows(X, *others, block_rows=max(size, X.fewest_rows) if isinstance(X, SparseRows) else size)


def readable(X: Any) -> Any:
    """Return `Csr` as `SparseRows`, and other rows as they are."""
    return SparseRows.of(X) if isinstance(X, Csr) else X


def pick(array: Table, rows: Any) -> Any:
    """Return rows by a slice or by indices; a view if they are consecutive."""
    if isinstance(rows, slice) or not np.ndim(rows) or not len(rows) or isinstance(array, View):
        return array[rows]
    if rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():  # the ends alone do not suffice
        return array[rows[0] : rows[-1] + 1]
    if isinstance(array, SparseRows):
        return array[rows]
    return array.take(rows, axis=0)  # half the time of array[rows]


def prepare_rows(X: Table | Csr, weight: Array | None, K: int) -> Problem:
    """Compute the mean, the scatter and the extent of the rows.

    Raises
    ------
    ValueError
        When squared distances exceed the largest number.
    """
    table: Any = readable(X)
    rows = in_blocks(K, table, weight)
    total_weight, total = rows.sum(first_moment)
    origin = total / total_weight
    with np.errstate(over="ignore"):
        scatter, square = rows.sum(second_moment, origin)
    if not np.isfinite(square):
        raise ValueError("X: squared distances overflow double precision; scale the features down.")
    if isinstance(table, SparseRows):
        table = table.about(origin)
    return Problem(table, weight, origin, float(total_weight), float(scatter), float(np.sqrt(square)), K)


def centered(X: Any, origin: Array) -> Any:
    """Return rows relative to the origin, in double precision."""
    if isinstance(X, SparseRows):
        return X.about(origin)
    if X.shape[1] > FEW_COLUMNS or not X.flags.c_contiguous:
        return np.subtract(X, origin, dtype=np.float64)
    rows = np.array(X, np.float64)
    whole = len(X) // ROWS_AT_ONCE * ROWS_AT_ONCE  # in long inner loops: two columns take a seventh of the time
    rows[:whole].reshape(-1, ROWS_AT_ONCE * X.shape[1])[:] -= np.tile(origin, ROWS_AT_ONCE)
    rows[whole:] -= origin
    return rows


def augmented_rows(rows: Array, scale: float, dtype: Any) -> Array:
    """Return scaled rows with two more columns: a one and the squared length.

    Their product with `augmented_centers` is the table of squared distances, without a further pass over the table.
    """
    wide = np.ones((len(rows), rows.shape[1] + 2), dtype)
    np.multiply(rows, 1 / scale, out=wide[:, :-2], casting="same_kind")
    wide[:, -1] = squared_norms(rows) / scale**2
    return wide


def augmented_centers(centers: Array, scale: float, dtype: Any, error: float = 0.0) -> Array:
    """Return (−2c, ‖c‖², 1), the factors of `augmented_rows`, minus `error`."""
    C = centers / scale
    square = squared_norms(C)
    columns = np.column_stack([-2 * C, square - error * square.max(), np.full(len(C), 1 - error)])
    return columns.astype(dtype)


def first_moment(X: Array | SparseRows, weight: Array | None) -> tuple[float, Array]:
    """Return the total weight, and the weighted sum of the rows."""
    if isinstance(X, SparseRows):
        return float(len(X)) if weight is None else float(weight.sum()), X.moment(weight)
    if weight is None:
        total = np.ones(len(X)) @ X if X.dtype == np.float64 else X.sum(axis=0, dtype=np.float64)  # a third of the time
        return float(len(X)), total
    return float(weight.sum()), weight @ X


def second_moment(X: Array | SparseRows, weight: Array | None, origin: Array) -> tuple[float, float]:
    """Return the sum of the squared distances to the origin, weighted and unweighted."""
    if isinstance(X, SparseRows):
        rows, one, zero = X.about(origin), np.zeros(len(X), np.intp), np.zeros((1, X.shape[1]))
        return rows.inertia(weight, one, zero), rows.inertia(None, one, zero)
    square = squared_norms(centered(X, origin))
    return float(square.sum() if weight is None else weight @ square), float(square.sum())


def scatter_matrix(X: Array, weight: Array | None, origin: Array) -> Array:
    """Return the sum of the weighted outer products of the centred rows, (d, d)."""
    rows = centered(X, origin)
    if weight is not None:
        rows *= np.sqrt(weight)[:, None]
    return inner_product(rows.T, rows)
