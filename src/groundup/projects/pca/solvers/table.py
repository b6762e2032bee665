"""Centred rows, and what the solvers need of them: sums of squares, products, triangular factors.

A solver sees the rows as a matrix A whose row i is the square root of the weight of sample i times its difference from
the mean. ``AᵀA`` divided by the number of samples less one is the covariance matrix.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.checks.inputs import require_squares
from groundup.core.containers.csr import Csr
from groundup.core.linalg.sparse_gram import gram
from groundup.core.linalg.translation import far_stored_entries, near_features
from groundup.core.rows import Samples, parts, sample_of_rows
from groundup.core.types import Array

FEWEST_ROWS = 256  # Rows of a block; with fewer, a product with thousands of columns reads its factor too often.
NEAR = 10  # A mean of at most ten times the range of its column costs three of the sixteen digits of a square.


@dataclass(frozen=True)
class Moments:
    """Mean and sums of squares of the columns.

    Parameters
    ----------
    center : ndarray of shape (d,)
        Mean of the rows, relative to the table's origin; zero where rows are not centred.
    squares : ndarray of shape (d,)
        Sum of the weighted squares of the centred columns: the diagonal of AᵀA.
    """

    center: Array
    squares: Array


@dataclass(frozen=True)
class Table:
    """Rows of positive weight, dense or in a memory map.

    Parameters
    ----------
    samples : Samples
        The rows and their weights.
    origin : ndarray of shape (d,)
        Columns that are far from zero are measured from an entry of their own; 0 for the others.
    centered : bool
        Whether the mean of the rows is subtracted.
    """

    samples: Samples
    origin: Array
    centered: bool = True

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows of positive weight, and of columns."""
        n, d = self.samples.X.shape
        return int(n), int(d)

    @property
    def dtype(self) -> Any:
        """Type of the user's numbers."""
        return self.samples.X.dtype

    @property
    def degrees(self) -> float:
        """Number of samples less one, by which variances are divided; of rows that are not centred their number."""
        return self.samples.total - self.centered

    def blocks(self, center: Array, rows: int = FEWEST_ROWS) -> Iterator[Array]:
        """Yield A in blocks of at least some rows, in double precision."""
        for X, root in self._weighted_blocks(rows):
            yield centered(X, root, center)

    def _weighted_blocks(self, rows: int) -> Iterator[tuple[Array, Array | None]]:
        """Yield rows and the roots of their weights."""
        for X, _, weight in self.samples.in_blocks_of(max(rows, self.samples.block_rows)).blocks():
            yield X, roots(weight)

    @cached_property
    def start(self) -> Array:
        """A point near the mean, (d,), from which the entries are measured in sums and products.

        It is the mean of about a thousand rows, or zero where that is near enough for all columns: then no block is
        copied to subtract it, which saves up to a fifteenth of the time of AᵀA. For a constant column it is the entry,
        from which all differences are exactly zero.
        """
        if not self.centered:
            return np.zeros(self.shape[1])
        chosen = sample_of_rows(self.shape[0], self.samples.weight)
        sample = np.asarray(self.samples.X[chosen], dtype=np.float64)
        mean, spread = sample.mean(axis=0), np.ptp(sample, axis=0)
        mean = np.where(spread > 0, mean, sample[0])
        return np.zeros(self.shape[1]) if (np.abs(mean) <= NEAR * spread).all() else mean

    def moments(self) -> Moments:
        """Return mean and sums of squares, in one pass."""
        with np.errstate(over="ignore", invalid="ignore"):
            total, squares = self.samples.sum(_column_sums, self.start)
        return self._about_mean(total, squares)

    def scatter_matrix(self) -> tuple[Moments, Array]:
        """Return the moments, and AᵀA, (d, d), in one pass.  eq. pca:covariance"""
        with np.errstate(over="ignore", invalid="ignore"):
            total, products = self.samples.sum(_products, self.start)
        moments = self._about_mean(total, np.diag(products))
        shift = moments.center - self.start
        products -= self.samples.total * np.outer(shift, shift) if self.centered else 0.0
        np.fill_diagonal(products, moments.squares)
        return moments, products

    def _about_mean(self, total: Array, squares: Array) -> Moments:
        self._require_range(squares)
        if not self.centered:
            return Moments(self.start, squares)
        shift = total / self.samples.total
        return Moments(self.start + shift, np.maximum(squares - self.samples.total * shift**2, 0.0))

    def _require_range(self, squares: Array) -> None:
        """Raise ValueError where squares overflow, or where they might have underflowed."""
        if not np.isfinite(squares).all() or (squares < 1e-280).any():
            for X, *_ in self.samples.blocks():
                require_squares(X, "X")

    def image(self, V: Array, center: Array) -> Array:
        """Return ``AᵀAV``, (d, k), in one pass."""
        image = np.zeros(V.shape)
        for part, _ in self._image_parts(V, center):
            image += part
        return image

    def product(self, V: Array, center: Array) -> tuple[Array, Array]:
        """Return ``AᵀAV``, (d, k), and the triangle R of ``AV = QR``, (k, k), in one pass."""
        image, triangle = np.zeros(V.shape), np.zeros((0, V.shape[1]))
        for part, projected in self._image_parts(V, center):
            image += part
            triangle = triangle_of(np.vstack([triangle, projected]))
        return image, triangle

    def _image_parts(self, V: Array, center: Array) -> Iterator[tuple[Array, Array]]:
        """Yield the part of ``AᵀAV`` and the rows of ``AV`` that come from each block.

        What lies between the start and the centre is subtracted from the products, which are small, not from the rows.
        """
        rest = center - self.start
        offset = rest @ V
        for X, root in self._weighted_blocks(FEWEST_ROWS):
            rows = centered(X, root, self.start)
            projected = rows @ V - (offset if root is None else np.outer(root, offset))
            total = projected.sum(axis=0) if root is None else root @ projected
            part = (projected.T @ rows).T  # three quarters of the time of rows.T @ projected
            yield part - np.outer(rest, total), projected

    def triangle(self, center: Array) -> Array:
        """Return R of ``A = QR`` for n ≥ d, block by block: its singular values and right vectors are those of A."""
        d = self.shape[1]
        triangle = np.zeros((0, d))
        for A in self.blocks(center, 16 * d):  # so that the triangle is a small part of what is factorised
            triangle = triangle_of(np.vstack([triangle, A]))
        return triangle

    def matrix(self, center: Array, index: Any = slice(None)) -> Array:
        """Return some rows of A."""
        weight = self.samples.weight
        return centered(self.samples.X[index], roots(None if weight is None else weight[index]), center)

    def single_blocks(self, center: Array, scale: float) -> Iterator[Array]:
        """Yield A times a scale in blocks, in single precision."""
        for X, root in self._weighted_blocks(FEWEST_ROWS):
            block = np.empty(X.shape, np.float32)
            for part in parts(len(X), self.samples.block_rows):  # so few rows that the differences stay in cache
                A = centered(X[part], None if root is None else root[part], center)
                np.multiply(A, scale, out=block[part], casting="same_kind")
            yield block


@dataclass(frozen=True)
class SparseTable(Table):
    """Sparse rows, which are centred in the products only and never made dense."""

    @property
    def rows(self) -> Csr:
        """The rows."""
        X: Csr = self.samples.X
        return X

    @property
    def root(self) -> Array:
        """Square roots of the weights, (n,)."""
        weight = self.samples.weight
        return np.ones(self.shape[0]) if weight is None else np.sqrt(weight)

    @cached_property
    def start(self) -> Array:
        """Zero: most entries are."""
        return np.zeros(self.shape[1])

    def moments(self) -> Moments:
        """Return mean and sums of squares, in one pass."""
        X, weight = self.rows, self.samples.weight
        with np.errstate(over="ignore", invalid="ignore"):
            squares = replace(X, data=X.data.astype(np.float64) ** 2).column_sums(weight)
        return self._about_mean(X.column_sums(weight), squares)

    def scatter_matrix(self) -> tuple[Moments, Array]:
        """Return the moments, and AᵀA, (d, d)."""
        moments = self.moments()
        products = gram(self.rows, self.samples.weight)
        products -= self.samples.total * np.outer(moments.center, moments.center)
        np.fill_diagonal(products, moments.squares)
        return moments, products

    def image(self, V: Array, center: Array) -> Array:
        """Return ``AᵀAV``, (d, k)."""
        return self.product(V, center)[0]

    def product(self, V: Array, center: Array) -> tuple[Array, Array]:
        """Return ``AᵀAV``, (d, k), and the triangle R of ``AV = QR``, (k, k)."""
        projected = self.root[:, None] * (self.rows @ V - center @ V)
        weighted = self.root[:, None] * projected
        image = self.rows.T @ weighted - np.outer(center, weighted.sum(axis=0))
        return image, triangle_of(projected)

    def transposed_product(self, U: Array, center: Array) -> Array:
        """Return ``AᵀU``, (d, k)."""
        weighted = self.root[:, None] * U
        product: Array = self.rows.T @ weighted - np.outer(center, weighted.sum(axis=0))
        return product


def as_table(X: Any, weight: Array | None, centered: bool = True, fewest: float = 1.0) -> Table:
    """Return validated rows as a table, without those of weight zero.

    Weights must add up to more than `fewest`.

    Raises
    ------
    ValueError
        If the weights, which count rows, add up to one row or less.
    """
    samples = Samples(X, np.empty(X.shape[0]), weight).present()
    if centered and samples.total <= fewest:
        raise ValueError(
            f"sample_weight adds up to {samples.total:g}: weights count rows here, and a variance needs more than one "
            "row. Multiply the weights by a constant."
        )
    origin = np.zeros(X.shape[1])
    if isinstance(X, Csr):
        if centered:  # columns without a zero; from twice their spread on, differences are exact
            origin = far_stored_entries(samples.X, times=2.0)
            data = samples.X.data - origin[samples.X.indices] if origin.any() else samples.X.data
            samples = Samples(replace(samples.X, data=data), samples.y, samples.weight)
        return SparseTable(samples, origin, centered)
    if centered:
        near, origin = near_features(samples)
        samples = Samples(near, samples.y, samples.weight)
    return Table(samples, origin, centered)


def roots(weight: Array | None) -> Array | None:
    """Return the square roots of weights."""
    return None if weight is None else np.sqrt(weight)


def centered(X: Array, root: Array | None, center: Array) -> Array:
    """Return rows less the centre, times the roots of their weights, in double precision; X itself where it is that."""
    if not center.any() and root is None:
        return np.asarray(X, np.float64)
    rows = np.subtract(X, center, dtype=np.float64)
    if root is not None:
        rows *= root[:, None]
    return rows


def triangle_of(A: Array) -> Array:
    """Return R of ``A = QR``."""
    R: Any = np.linalg.qr(A, mode="r")  # NumPy's annotations say that it returns Q, too
    triangle: Array = R
    return triangle


def _column_sums(X: Array, y: Array, weight: Array | None, center: Array) -> tuple[Array, Array]:
    """Return weighted sums of the columns and of their squares."""
    rows = centered(X, None, center)
    factor = np.ones(len(rows)) if weight is None else weight
    return factor @ rows, factor @ np.square(rows)


def _products(X: Array, y: Array, weight: Array | None, center: Array) -> tuple[Array, Array]:
    """Return weighted sums of the columns and of their products."""
    root = roots(weight)
    rows = centered(X, root, center)
    total = rows.sum(axis=0) if root is None else root @ rows  # the former, and first: 5 % less time than ones @ rows
    return total, rows.T @ rows
