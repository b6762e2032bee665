"""The squared error as a quadratic, ``½ wᵀGw − cᵀw + ½ square``.

The intercept is always the best one.

There are three representations of G = XᵀX/n of the centred, weighted data. With many rows and few columns it is
computed once, and the data are not needed again. With many columns, only those that some iterate uses are copied and
multiplied. Of sparse rows nothing is copied, and the means are subtracted from the products.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from groundup.core.constants import EPS
from groundup.core.containers.csr import Csr
from groundup.core.linalg.least_squares import centered_product
from groundup.core.linalg.normal_equations import constant_columns, sparse_means
from groundup.core.linalg.triangular_factor import TriangularFactor, inverse
from groundup.core.optimize.objective import Iterate
from groundup.core.rows import Rows, Samples
from groundup.core.types import Array

RESOLVED = 1e-8  # Smallest eigenvalue, relative to the largest, of which cross-products hold half of the digits.
COPIED_ROWS = 1000  # Columns are transposed by blocks of rows that stay in the cache.
COLUMNS_AT_A_TIME = 200  # Where all columns are needed, this many are copied at a time.


class Problem(Protocol):
    """What solvers need of the data, for t targets.

    Attributes
    ----------
    c : ndarray of shape (d, t)
        ``Xᵀy / n``: minus the gradient at zero.
    square : ndarray of shape (t,)
        ``‖y‖² / n``: twice the squared error at zero.
    x_mean, y_mean : ndarray of shape (d,), (t,)
        Weighted means; zeros without an intercept.
    """

    c: Array
    square: Array
    x_mean: Array
    y_mean: Array

    def slope(self, W: Array, target: int | slice) -> tuple[Array, Array]:
        """Return ``c − G w``, (d, m), and ``‖y − Xw‖² / n``, (m,), of columns of `W`.

        With a number, all columns of `W` are for the same target; with ``slice(None)``, each for its own.
        """
        ...

    def gram(self, index: Array, keep: bool = False) -> Array:
        """Return ``G[index, index]``; `keep` it if it will be needed again."""
        ...

    def curvature(self) -> float:
        """Return the largest eigenvalue of G."""
        ...

    def possible_decrease(self, slope: Array) -> float:
        """Return the largest possible decrease of the squared error, from its slope.

        It is infinite if unknown.
        """
        ...


@dataclass
class GramQuadratic:
    """A problem that stores all of G.

    `triangle` computes a triangle of the data, which tells nearly dependent columns from dependent ones; G cannot.
    """

    G: Array
    c: Array
    square: Array
    x_mean: Array
    y_mean: Array
    triangle: Callable[[], TriangularFactor] | None = None

    def slope(self, W: Array, target: int | slice) -> tuple[Array, Array]:
        """As `Problem.slope`."""
        c = self.c[:, target].reshape(len(self.c), -1)
        slope = c - self.G @ W
        return slope, np.maximum(self.square[target] - (W * (c + slope)).sum(0), 0)

    def gram(self, index: Array, keep: bool = False) -> Array:
        """As `Problem.gram`."""
        return np.asarray(self.G[np.ix_(index, index)])

    def curvature(self) -> float:
        """As `Problem.curvature`."""
        return float(np.linalg.eigvalsh(self.G)[-1])

    def possible_decrease(self, slope: Array) -> float:
        """As `Problem.possible_decrease`: ``½ slopeᵀ G⁺ slope = ½ ‖Rᵀ⁺ slope‖²``."""
        return float(((self._root_inverse.T @ slope) ** 2).sum()) / 2

    @cached_property
    def _root_inverse(self) -> Array:
        """A matrix P such that ``P Pᵀ = G⁺``, from G or, where that is nearly singular, from the data."""
        size = np.sqrt(np.where(np.diag(self.G) > 0, np.diag(self.G), 1))
        values, vectors = np.linalg.eigh(self.G / np.outer(size, size))
        if values[0] < RESOLVED * values[-1] and self.triangle is not None:
            triangle = self.triangle()
            return np.asarray(np.sqrt(triangle.weight) * inverse(triangle, len(size)).P)
        kept = values > len(size) * EPS * values[-1]
        return np.asarray(vectors[:, kept] / np.sqrt(values[kept]) / size[:, None])


class ColumnQuadratic:
    """A problem that copies columns as they are needed.

    It keeps the copies and their products.

    Parameters
    ----------
    rows : Samples
        X, y of shape (n, t) and weights; a memory map is read block by block.
    intercept : bool
        Whether X and y are to be centred.
    """

    def __init__(self, rows: Samples, intercept: bool) -> None:
        X, y, weight = rows.X, rows.y, rows.weight
        n, d = X.shape
        self.X, self.block_rows = X, rows.block_rows
        self.share = np.full(n, 1 / n) if weight is None else weight / weight.sum()
        self.y_mean = self.share @ y if intercept else np.zeros(y.shape[1])
        self.y = (y - self.y_mean) * np.sqrt(self.share)[:, None]
        sums = self._sums(np.column_stack([self.share, self.y * np.sqrt(self.share)[:, None]]))
        self.x_mean = sums[0] if intercept else np.zeros(d)
        self.c = np.ascontiguousarray(sums[1:].T)  # as y is centred, X need not be
        self.constant = np.zeros(d, bool)  # known for columns that were copied
        self.square = _squares(self.y, "y")
        self.place = np.full(d, -1)  # of a column among the copies
        self.count = 0
        self.Z = np.empty((n, 0), order="F")
        self.G = np.empty((0, 0))

    def slope(self, W: Array, target: int | slice) -> tuple[Array, Array]:
        """As `Problem.slope`."""
        support = np.flatnonzero(W.any(axis=1))
        if not len(support):
            m = W.shape[1]
            slope, square = self.c[:, target].reshape(len(W), -1), np.atleast_1d(self.square[target])
            return slope.repeat(m // slope.shape[1], axis=1), square.repeat(m // len(square))
        places = self._copied(support)
        w = np.zeros((self.count, W.shape[1]))
        w[places] = W[support]
        residual = self.y[:, target].reshape(len(self.y), -1) - self.Z[:, : self.count] @ w
        return self._products(residual), (residual**2).sum(0)

    def gram(self, index: Array, keep: bool = False) -> Array:
        """As `Problem.gram`."""
        places, known = self._copied(index), len(self.G)
        if not keep:
            Z = self.Z[:, places]
            return np.asarray(Z.T @ Z)
        if places.max(initial=-1) >= known:
            new = self.Z[:, known : self.count].T @ self.Z[:, : self.count]
            G = np.empty((self.count, self.count))
            G[:known, :known], G[known:], G[:known, known:] = self.G, new, new[:, :known].T
            self.G = G
        if len(places) == len(self.G) and (places == np.arange(len(places))).all():
            return self.G
        return np.asarray(self.G[np.ix_(places, places)])

    def curvature(self) -> float:
        """As `Problem.curvature`, from XXᵀ, which has the same positive eigenvalues."""
        d = len(self.x_mean)
        chunks = (
            self._columns(np.arange(start, min(start + COLUMNS_AT_A_TIME, d)))
            for start in range(0, d, COLUMNS_AT_A_TIME)
        )
        return float(np.linalg.eigvalsh(sum(Z @ Z.T for Z in chunks))[-1])

    def possible_decrease(self, slope: Array) -> float:
        """As `Problem.possible_decrease`: unknown without G."""
        return np.inf

    def column(self, index: int) -> Array:
        """Return a column of G."""
        return self._products(self._columns(np.array([index])))[:, 0]

    def _products(self, residual: Array) -> Array:
        """``Xᵀ residual`` of the centred X, of shape (d, m).

        Both are in weighted units, as `y` is.
        """
        product = self._sums(residual * np.sqrt(self.share)[:, None])  # as y is centred, X need not be
        product[:, self.constant] = 0  # centring leaves rounding of these columns
        return np.asarray(product.T)

    def _sums(self, V: Array) -> Array:
        """``Vᵀ X``, of shape (m, d), in one pass."""
        total: Array = Rows(self.X, V, block_rows=self.block_rows).sum(_sums)
        return total

    def _columns(self, index: Array) -> Array:
        """ColumnQuadratic of X, centred and weighted; zeros for those that are constant."""
        Z, root, mean = np.empty((len(self.X), len(index)), order="F"), np.sqrt(self.share)[:, None], self.x_mean[index]
        for start in range(0, len(Z), COPIED_ROWS):
            rows = slice(start, start + COPIED_ROWS)
            Z[rows] = (self.X[rows, index] - mean) * root[rows]
        constant = constant_columns(_squares(Z, "X"), self.x_mean[index], 1.0)
        Z[:, constant] = 0
        self.constant[index[constant]] = True
        self.c[index[constant]] = 0  # it was rounding
        return Z

    def _copied(self, index: Array) -> Array:
        """Places of the columns among the copies; missing ones are copied now."""
        new = index[self.place[index] < 0]
        if len(new):
            end = self.count + len(new)
            if end > self.Z.shape[1]:
                room = np.empty((len(self.Z), min(2 * end, len(self.place))), order="F")
                room[:, : self.count] = self.Z[:, : self.count]
                self.Z = room
            self.Z[:, self.count : end] = self._columns(new)
            self.place[new] = np.arange(self.count, end)
            self.count = end
        places: Array = self.place[index]
        return places


class SparseQuadratic:
    """A problem of sparse rows, which stay as they are.

    Parameters
    ----------
    rows : Samples
        X as `Csr`, y of shape (n, t) and weights.
    intercept : bool
        Whether X and y are to be centred.
    """

    def __init__(self, rows: Samples, intercept: bool) -> None:
        n = len(rows)
        means = sparse_means(rows, intercept)
        self.X: Csr = rows.X
        self.share = np.full(n, 1 / n) if rows.weight is None else rows.weight / means.weight
        self.x_mean, self.y_mean = means.x_mean, means.y_mean
        self.y = rows.y - means.y_mean
        self.square = _squares(self.y * np.sqrt(self.share)[:, None], "y")
        squares = replace(self.X, data=self.X.data.astype(np.float64) ** 2).column_sums(self.share) - self.x_mean**2
        self.constant = constant_columns(squares, self.x_mean, 1.0)
        self.c = self._products(self.y)
        self.known: tuple[Array, Array] = (np.empty(0, int), np.empty((0, 0)))  # columns, and their products

    def slope(self, W: Array, target: int | slice) -> tuple[Array, Array]:
        """As `Problem.slope`."""
        residual = self.y[:, target].reshape(len(self.y), -1) - centered_product(self.X, self.x_mean, W)
        return self._products(residual), self.share @ residual**2

    def gram(self, index: Array, keep: bool = False) -> Array:
        """As `Problem.gram`."""
        if np.array_equal(index, self.known[0]):
            return self.known[1]
        means = self.x_mean[index]
        G = self.X.columns(index).gram(self.share) - np.outer(means, means)
        constant = self.constant[index]
        G[constant] = G[:, constant] = 0  # it was rounding
        if keep:
            self.known = (index, G)
        return G

    def curvature(self) -> float:
        """As `Problem.curvature`: the trace of G, a bound that needs no products of all pairs of columns."""
        squares = replace(self.X, data=self.X.data.astype(np.float64) ** 2).column_sums(self.share)
        return float((squares - self.x_mean**2).sum())

    def possible_decrease(self, slope: Array) -> float:
        """As `Problem.possible_decrease`: unknown without G."""
        return np.inf

    def column(self, index: int) -> Array:
        """Return a column of G."""
        unit = np.zeros((len(self.x_mean), 1))
        unit[index] = 1
        return self._products(centered_product(self.X, self.x_mean, unit))[:, 0]

    def _products(self, residual: Array) -> Array:
        """``Xᵀ residual``, of shape (d, m), of the centred, weighted X."""
        shared = residual * self.share[:, None]
        product = self.X.T @ shared - np.outer(self.x_mean, shared.sum(0))
        product[self.constant] = 0
        return np.asarray(product)


def iterate_at(problem: Problem, w: Array, target: int, memory: Any = None) -> Iterate:
    """Return the iterate `w`: half the squared error of a target, its gradient."""
    slope, square = problem.slope(w[:, None], target)
    return Iterate(w, square[0] / 2, -slope[:, 0], memory)


def _squares(Z: Array, name: str) -> Array:
    """Squared lengths of columns.

    Raises
    ------
    ValueError
        When one of them is beyond the range of double precision.
    """
    with np.errstate(over="ignore"):
        squares: Array = np.einsum("ij,ij->j", Z, Z)
    if not np.isfinite(squares).all():
        raise ValueError(f"{name} has entries whose squares leave the range of double precision; scale it.")
    return squares


def _sums(X: Array, V: Array) -> Array:
    return V.T @ np.asarray(X, dtype=np.float64)  # float32 data lose nothing by being added up in float64
