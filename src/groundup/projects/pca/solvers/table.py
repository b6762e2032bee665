"""Centred rows, and what the solvers need of them: sums of squares, products, triangular factors.

A solver sees the rows as a matrix A whose row i is the square root of the weight of sample i times its difference from
the mean. ``AᵀA`` divided by the number of samples less one is the covariance matrix.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.checks.inputs import require_squares
from groundup.core.containers.csr import Csr
from groundup.core.linalg.sparse_gram import gram
from groundup.core.linalg.translation import far_stored_entries, near_features
from groundup.core.rows import Samples, sample_of_rows
from groundup.core.types import Array

FEWEST_ROWS = 256  # Rows of a block; with fewer, a product with thousands of columns reads its factor too often.


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
        samples = self.samples
        whole = samples.in_blocks_of(max(rows, samples.block_rows)) if rows > samples.block_rows else samples
        for X, _, weight in whole.blocks():
            yield centered(X, weight, center)

    def guess(self) -> Array:
        """Return the mean of about a thousand rows: near it, one pass over the rows keeps all digits.

        The guess for a constant column is its entry, from which all differences are exactly zero.
        """
        if not self.centered:
            return np.zeros(self.shape[1])
        chosen = sample_of_rows(self.shape[0], self.samples.weight)
        sample = np.asarray(self.samples.X[chosen], dtype=np.float64)
        return np.where(np.ptp(sample, axis=0) > 0, sample.mean(axis=0), sample[0])

    def moments(self) -> Moments:
        """Return mean and sums of squares, in one pass."""
        guess = self.guess()
        with np.errstate(over="ignore", invalid="ignore"):
            total, squares = self.samples.sum(_column_sums, guess)
        return self._about_mean(guess, total, squares)

    def scatter_matrix(self) -> tuple[Moments, Array]:
        """Return the moments, and AᵀA, (d, d), in one pass.  eq. pca:covariance"""
        guess = self.guess()
        with np.errstate(over="ignore", invalid="ignore"):
            total, products = self.samples.sum(_products, guess)
        moments = self._about_mean(guess, total, np.diag(products))
        shift = moments.center - guess
        products -= self.samples.total * np.outer(shift, shift) if self.centered else 0.0
        np.fill_diagonal(products, moments.squares)
        return moments, products

    def _about_mean(self, guess: Array, total: Array, squares: Array) -> Moments:
        self._require_range(squares)
        if not self.centered:
            return Moments(guess, squares)
        shift = total / self.samples.total
        return Moments(guess + shift, np.maximum(squares - self.samples.total * shift**2, 0.0))

    def _require_range(self, squares: Array) -> None:
        """Raise ValueError where squares overflow, or where they might have underflowed."""
        if not np.isfinite(squares).all() or (squares < 1e-280).any():
            for X, *_ in self.samples.blocks():
                require_squares(X, "X")

    def image(self, V: Array, center: Array) -> Array:
        """Return ``AᵀAV``, (d, k), in one pass."""
        image = np.zeros(V.shape)
        for A in self.blocks(center):
            image += A.T @ (A @ V)
        return image

    def product(self, V: Array, center: Array) -> tuple[Array, Array]:
        """Return ``AᵀAV``, (d, k), and the triangle R of ``AV = QR``, (k, k), in one pass."""
        image, triangle = np.zeros(V.shape), np.zeros((0, V.shape[1]))
        for A in self.blocks(center):
            projected = A @ V
            image += A.T @ projected
            triangle = triangle_of(np.vstack([triangle, projected]))
        return image, triangle

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
        return centered(self.samples.X[index], None if weight is None else weight[index], center)

    def single(self, center: Array, scale: float) -> Array:
        """Return A times a scale, (n, d), in single precision."""
        result = np.empty(self.shape, np.float32)
        start = 0
        for A in self.blocks(center):
            np.multiply(A, scale, out=result[start : start + len(A)], casting="same_kind")
            start += len(A)
        return result

    def single_product(self, V: Array, center: Array, scale: float) -> Array:
        """Return the product of V with AᵀA and the square of a scale, in single precision, without a copy of A."""
        image = np.zeros(V.shape, np.float32)
        for A in self.blocks(center):
            part = (A * scale).astype(np.float32)
            image += part.T @ (part @ V)
        return image


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

    def guess(self) -> Array:
        """Return zero: most entries are."""
        return np.zeros(self.shape[1])

    def moments(self) -> Moments:
        """Return mean and sums of squares, in one pass."""
        X, weight = self.rows, self.samples.weight
        with np.errstate(over="ignore", invalid="ignore"):
            squares = replace(X, data=X.data.astype(np.float64) ** 2).column_sums(weight)
        return self._about_mean(self.guess(), X.column_sums(weight), squares)

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


def centered(X: Array, weight: Array | None, center: Array) -> Array:
    """Return rows less the centre, times the roots of their weights, in double precision."""
    rows = np.subtract(X, center, dtype=np.float64)
    if weight is not None:
        rows *= np.sqrt(weight)[:, None]
    return rows


def triangle_of(A: Array) -> Array:
    """Return R of ``A = QR``."""
    R: Any = np.linalg.qr(A, mode="r")  # NumPy's annotations say that it returns Q, too
    triangle: Array = R
    return triangle


def _column_sums(X: Array, y: Array, weight: Array | None, center: Array) -> tuple[Array, Array]:
    """Return weighted sums of the columns and of their squares."""
    rows = np.subtract(X, center, dtype=np.float64)
    factor = np.ones(len(rows)) if weight is None else weight
    total = factor @ rows
    return total, factor @ np.square(rows, out=rows)


def _products(X: Array, y: Array, weight: Array | None, center: Array) -> tuple[Array, Array]:
    """Return weighted sums of the columns and of their products."""
    rows = centered(X, weight, center)
    factor = np.ones(len(rows)) if weight is None else np.sqrt(weight)
    return factor @ rows, rows.T @ rows
