"""Normal equations: products of all pairs of columns, in one pass.

Sums of products cancel if the data are far from the origin. Therefore an approximate mean is subtracted before the
products, and the exact one after them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.checks.inputs import require_squares
from groundup.core.constants import EPS
from groundup.core.containers.csr import Csr
from groundup.core.rows import Columns, Samples, sample_of_rows
from groundup.core.types import Array

MOST_SPARSE_COLUMNS = 5000  # Largest number of columns of a sparse X, whose matrix of products is dense.
NEAR_ORIGIN = 3.0  # Means within 3 standard deviations of zero cost products a digit, less than a copy costs time.
CONSTANT_TOLERANCE = 16 * EPS  # A column whose spread is below this part of its mean is constant up to rounding.


@dataclass(frozen=True)
class NormalEquations:
    """``(XᵀX) w = Xᵀy`` of centred, weighted data with d features and t targets.

    Parameters
    ----------
    gram : ndarray of shape (d, d)
        ``XᵀX``; constant columns of X have rows and columns of zeros.
    product : ndarray of shape (d, t)
        ``Xᵀy``.
    x_mean, y_mean : ndarray of shape (d,), (t,)
        Weighted means, or zeros without an intercept.
    total : ndarray of shape (t,)
        Total sum of squares of each centred, weighted target.
    weight : float
        Sum of the weights; n without weights.
    """

    gram: Array
    product: Array
    x_mean: Array
    y_mean: Array
    total: Array
    weight: float


def normal_equations(rows: Samples, intercept: bool) -> NormalEquations:
    """Return the normal equations, centred if there is an intercept.

    Raises
    ------
    ValueError
        As `approximate_means`.
    """
    if rows.sparse:
        return _sparse_normal_equations(rows, intercept)
    shift = product_shifts(rows, intercept)
    return centered_products(shifted_products(rows, *shift, intercept), *shift, rows.total, intercept)


def shifted_products(rows: Samples, x_shift: Array, y_shift: Array, intercept: bool, dtype: Any = np.float64) -> Array:
    """Return the products of all pairs of columns of ``[1, X − x_shift, y − y_shift]``.

    It has a column of ones only with an intercept. The products of rows together are the sum of those of their parts.
    Those of a block are computed in `dtype`.
    """
    # Blocks stay in the cache for the products with the ones and with y. But a block with fewer rows than columns is
    # smaller than the matrix that it is added to; if it need not be copied, it may be several times larger than that.
    least = len(x_shift) * (1 if _is_copied(rows.X, rows.weight, x_shift, dtype) else 8)
    blocks = rows.in_blocks_of(max(2 * rows.block_rows, least))
    return np.asarray(blocks.sum(cross_products, x_shift, y_shift, intercept, dtype))


def _is_copied(X: Columns, weight: Array | None, x_shift: Array, dtype: Any) -> bool:
    """Whether products need a copy of X in another precision, weighted or shifted."""
    return X.dtype != dtype or weight is not None or bool(x_shift.any())


def centered_products(G: Array, x_shift: Array, y_shift: Array, weight: float, intercept: bool) -> NormalEquations:
    """Return the normal equations from the products that `shifted_products` returns."""
    d = len(x_shift)
    if intercept:
        means, G = G[0, 1:] / weight, G[1:, 1:] - np.outer(G[0, 1:], G[0, 1:]) / weight
    else:
        means, G = np.zeros(len(G)), G.copy()
    x_mean, squares = x_shift + means[:d], np.diag(G).copy()
    constant = np.flatnonzero(constant_columns(squares[:d], x_mean, weight))
    G[constant] = G[:, constant] = 0  # centring leaves only rounding errors in a constant column
    return NormalEquations(G[:d, :d], G[:d, d:], x_mean, y_shift + means[d:], squares[d:], weight)


def _sparse_normal_equations(rows: Samples, intercept: bool) -> NormalEquations:
    """Return the normal equations of sparse rows, which stay sparse.

    The means are subtracted from the products.
    """
    d = rows.X.shape[1]
    if d > MOST_SPARSE_COLUMNS:
        raise ValueError(
            f"X is sparse with {d} columns; this solver forms the products of all pairs of "
            f"columns, for at most "
            f"{MOST_SPARSE_COLUMNS}. Use Ridge(solver='cg'), or choose columns."
        )
    require_squares(rows.X, "X")
    require_squares(rows.y, "y")
    y_shift = _mean(rows.y, rows.weight) if intercept else np.zeros(rows.y.shape[1])
    gram, product, sums, y_sums, total = rows.sum(_sparse_cross_products, y_shift)
    weight = rows.total
    x_mean = sums / weight if intercept else np.zeros(d)
    squares = np.diag(gram) - weight * x_mean**2
    gram = gram - weight * np.outer(x_mean, x_mean)
    constant = np.flatnonzero(constant_columns(squares, x_mean, weight))
    gram[constant] = gram[:, constant] = 0
    product = product - np.outer(x_mean, y_sums)
    product[constant] = 0
    y_mean = y_sums / weight if intercept else np.zeros(len(y_sums))
    return NormalEquations(gram, product, x_mean, y_shift + y_mean, total - weight * y_mean**2, weight)


@dataclass(frozen=True)
class SparseMeans:
    """Means, total sums of squares and weight of sparse data.

    Parameters
    ----------
    x_mean, y_mean, total, weight
        As in `NormalEquations`.
    """

    x_mean: Array
    y_mean: Array
    total: Array
    weight: float


def sparse_means(rows: Samples, intercept: bool) -> SparseMeans:
    """Return the means of sparse data, or zeros without an intercept."""
    weight, y = rows.total, rows.y
    share = np.full(len(y), 1 / weight) if rows.weight is None else rows.weight / weight
    y_mean = share @ y if intercept else np.zeros(y.shape[1])
    x_mean = rows.X.column_sums(share) if intercept else np.zeros(rows.X.shape[1])
    return SparseMeans(x_mean, y_mean, weight * (share @ (y - y_mean) ** 2), weight)


def _sparse_cross_products(
    X: Csr, y: Array, weight: Array | None, y_shift: Array
) -> tuple[Array, Array, Array, Array, Array]:
    shifted = y - y_shift
    weighted = shifted if weight is None else shifted * weight[:, None]
    return X.gram(weight), X.T @ weighted, X.column_sums(weight), weighted.sum(0), (weighted * shifted).sum(0)


@dataclass(frozen=True)
class CenteredData:
    """Centred data times the square roots of the weights, as a copy in float64.

    Parameters
    ----------
    X, y : ndarray of shape (n, d), (n, t)
        ``√weight (X − x_mean)`` and ``√weight (y − y_mean)``; constant columns of X are zero.
    x_mean, y_mean, total, weight
        As in `NormalEquations`.
    """

    X: Array
    y: Array
    x_mean: Array
    y_mean: Array
    total: Array
    weight: float


def centered(rows: Samples, intercept: bool) -> CenteredData:
    """Centre all rows at once, for data with more columns than rows.

    Raises
    ------
    ValueError
        As `approximate_means`.
    """
    x_shift, y_shift = approximate_means(rows, intercept)
    X, y, weight = rows.X, rows.y, rows.weight
    d, total = len(x_shift), rows.total
    block = augmented(X, y, weight, x_shift, y_shift, intercept=False)
    means = np.zeros(block.shape[1])
    if intercept:
        root = np.ones(len(X)) if weight is None else np.sqrt(weight)
        means = root @ block / total
        block -= np.outer(root, means)
    x_mean = x_shift + means[:d]
    block[:, :d][:, constant_columns((block[:, :d] ** 2).sum(0), x_mean, total)] = 0
    return CenteredData(block[:, :d], block[:, d:], x_mean, y_shift + means[d:], (block[:, d:] ** 2).sum(0), total)


def augmented(
    X: Array,
    y: Array,
    weight: Array | None,
    x_shift: Array,
    y_shift: Array,
    intercept: bool,
    dtype: Any = np.float64,
) -> Array:
    """Return the block ``√weight · [1, X − x_shift, y − y_shift]``.

    It has a column of ones only with an intercept.
    """
    ones = int(intercept)
    block = np.empty((len(X), ones + X.shape[1] + y.shape[1]), dtype)
    block[:, :ones] = 1
    np.subtract(X, x_shift.astype(dtype), out=block[:, ones : ones + X.shape[1]])
    np.subtract(y, y_shift, out=block[:, ones + X.shape[1] :])
    if weight is not None:
        block *= np.sqrt(weight)[:, None]
    return block


def cross_products(
    X: Array, y: Array, weight: Array | None, x_shift: Array, y_shift: Array, intercept: bool, dtype: Any
) -> Array:
    """Return the products of all pairs of columns of the augmented block, computed in `dtype`."""
    if _is_copied(X, weight, x_shift, dtype):
        block = augmented(X, y, weight, x_shift, y_shift, intercept, dtype)  # (m, 1 + d + t)
        return (block.T @ block).astype(np.float64, copy=False)
    return _products_in_place(X, (y - y_shift).astype(dtype, copy=False), intercept)


def _products_in_place(X: Array, y: Array, intercept: bool) -> Array:
    """Products of ``[1, X, y]`` without a copy of X, which would cost half as much as the products themselves."""
    ones, d = int(intercept), X.shape[1]
    others = np.r_[:ones, ones + d : ones + d + y.shape[1]]
    G = np.empty((others.size + d, others.size + d), X.dtype)
    V = np.concatenate([np.ones((ones, len(y)), X.dtype), y.T])
    features = slice(ones, ones + d)
    np.matmul(X.T, X, out=G[features, features])
    G[others, features] = across = V @ X
    G[features, others] = across.T
    G[np.ix_(others, others)] = V @ V.T
    return G.astype(np.float64, copy=False)


def product_shifts(rows: Samples, intercept: bool, near: float = NEAR_ORIGIN) -> tuple[Array, Array]:
    """Return what is subtracted from X and y before products: approximate means, or zeros for X near the origin.

    There its means are within `near` standard deviations of zero.

    Raises
    ------
    ValueError
        As `approximate_means`.
    """
    x_shift, y_shift = approximate_means(rows, intercept)
    if intercept and rows.weight is None:
        sample = rows.X[sample_of_rows(len(rows), None)]
        if (np.abs(x_shift) <= near * sample.std(0, dtype=np.float64)).all():
            return np.zeros_like(x_shift), y_shift
    return x_shift, y_shift


def approximate_means(rows: Samples, intercept: bool) -> tuple[Array, Array]:
    """Return the means of X and y over a sample of rows (0 without intercept).

    Raises
    ------
    ValueError
        If the squares of some column would overflow or underflow.
    """
    X, y, weight = rows.X, rows.y, rows.weight
    sample = sample_of_rows(len(X), weight)
    weight = None if weight is None else weight[sample]
    for name, array in (("X", X), ("y", y)):
        require_squares(array[sample], name)
    if not intercept:
        return np.zeros(X.shape[1]), np.zeros(y.shape[1])
    return _mean(X[sample], weight), _mean(y[sample], weight)


def _mean(array: Array, weight: Array | None) -> Array:
    """Weighted mean of the rows of an array, in float64."""
    return array.mean(0, dtype=np.float64) if weight is None else np.average(array, axis=0, weights=weight)


def constant_columns(squares: Array, x_mean: Array, weight: float) -> Array:
    """Return which centred columns are zero up to rounding."""
    return squares <= weight * (CONSTANT_TOLERANCE * x_mean) ** 2
