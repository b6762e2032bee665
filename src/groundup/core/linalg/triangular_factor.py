"""Triangular factors of data, sufficient for least squares, and their pseudo-inverses."""

from dataclasses import dataclass, replace

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.cholesky import factor, invert_upper, solve_lower
from groundup.core.linalg.double_double import two_sum
from groundup.core.linalg.normal_equations import approximate_means, augmented, constant_columns, normal_equations
from groundup.core.linalg.translation import Origin
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array

FEW_COLUMNS = 128  # Up to this number of columns, all singular values cost less than an estimate of two of them.
SURELY_REGULAR = 1e6  # Up to this estimate of the condition number, R is surely of full rank.
POWER_STEPS, POWER_VECTORS = 3, 4  # With these, an extreme singular value is found to about a tenth.


@record
class TriangularFactor:
    """Triangular factor of n × d data, with t targets: sufficient for least squares.

    Parameters
    ----------
    R : ndarray of shape (k, d)
        ``RᵀR`` is the cross-product of the centred, weighted X; k = d, or less if the data have fewer rows.
    c : ndarray of shape (k, t)
        Targets in the coordinates of R's rows.
    x_mean, y_mean : ndarray of shape (d,), (t,)
        Weighted means, or zeros without an intercept.
    total : ndarray of shape (t,)
        Total sum of squares of each centred, weighted target.
    weight : float
        Sum of the weights; n without weights.
    rest : ndarray of shape (d + t,) or None
        What rounding took from the means, which counts far from zero; None: nothing that counts.
    """

    R: Array
    c: Array
    x_mean: Array
    y_mean: Array
    total: Array
    weight: float
    rest: Array | None = None


@dataclass(frozen=True)
class Inverse:
    """Pseudo-inverse of a triangular factor, with its rank and condition.

    Parameters
    ----------
    P : ndarray of shape (d, k)
        ``P c`` is the shortest of the vectors w that minimise ``‖Rw − c‖``.
    rank : int
        Numerical rank of R, its columns scaled to length one.
    condition : float
        Ratio of the largest to the smallest singular value that counts as positive, the columns scaled to length one;
        of many well-conditioned columns an estimate, at most this and rarely less than four fifths of it.
    """

    P: Array
    rank: int
    condition: float


def by_cholesky(rows: Samples, intercept: bool) -> TriangularFactor:
    """Return the triangular factor from the normal equations.  eq. linear_regression:normal

    Raises
    ------
    numpy.linalg.LinAlgError
        If the columns are dependent to half the working precision.
    """
    normal = normal_equations(rows, intercept)
    F = factor(normal.gram)
    return TriangularFactor(
        F.L.T * F.scale, F.half(normal.product), normal.x_mean, normal.y_mean, normal.total, normal.weight
    )


def by_eigenvalues(rows: Samples, intercept: bool) -> TriangularFactor:
    """Return the triangular factor of sparse rows from eigenvalues.

    It serves nearly dependent columns, for which Cholesky factorisation fails.

    It has half the digits of a QR factorisation, for which the rows would become dense; corrections restore them.
    """
    normal = normal_equations(rows, intercept)
    scale = lengths(np.diag(normal.gram))
    values, vectors = np.linalg.eigh(normal.gram / np.outer(scale, scale))
    kept = values > len(values) * EPS * values[-1]
    root, basis = np.sqrt(values[kept]), vectors[:, kept]
    c = (basis / root).T @ (normal.product / scale[:, None])
    R = (basis * root).T * scale
    R[:, np.diag(normal.gram) == 0] = 0  # a constant column, up to rounding
    return TriangularFactor(R, c, normal.x_mean, normal.y_mean, normal.total, normal.weight)


def by_qr(rows: Samples, intercept: bool) -> TriangularFactor:
    """Return the triangular factor from a QR factorisation, block by block.  eq. linear_regression:qr"""
    if rows.sparse:
        return by_eigenvalues(rows, intercept)
    x_shift, y_shift = approximate_means(rows, intercept)
    empty = np.zeros((0, int(intercept) + len(x_shift) + len(y_shift)))
    return unpack(updated_factor(rows, x_shift, y_shift, intercept, empty), x_shift, y_shift, intercept, rows.total)


def updated_factor(rows: Samples, x_shift: Array, y_shift: Array, intercept: bool, T: Array) -> Array:
    """Append rows to a triangular factor: ``[T; block] = QR``, block by block."""
    tall = rows.in_blocks_of(max(rows.block_rows, 4 * T.shape[1]))  # else R would be larger than the block
    for X, y, weight in tall.blocks():
        block = augmented(X, y, weight, x_shift, y_shift, intercept)
        T = np.asarray(np.linalg.qr(np.vstack([T, block]), mode="r"))  # NumPy's stubs expect a pair
    return T


def pack(triangle: TriangularFactor, intercept: bool) -> Array:
    """Return the inverse of `unpack`: a factor of ``[1, X − x_mean, y − y_mean]``."""
    d, t = triangle.R.shape[1], triangle.c.shape[1]
    outside = np.sqrt(np.maximum(triangle.total - (triangle.c**2).sum(0), 0))  # part of y outside the rows of R
    T = np.block([[triangle.R, triangle.c], [np.zeros((t, d)), np.diag(outside)]])
    if not intercept:
        return T
    ones = np.zeros((1, 1 + d + t))
    ones[0, 0] = 1.0
    if triangle.rest is not None:
        ones[0, 1:] = triangle.rest
    ones *= np.sqrt(triangle.weight)
    return np.vstack([ones, np.hstack([np.zeros((len(T), 1)), T])])


def unpack(T: Array, x_shift: Array, y_shift: Array, intercept: bool, weight: float) -> TriangularFactor:
    """Split the factor of ``[1, X − x_shift, y − y_shift]``, and centre it."""
    d, x_mean, y_mean, rest = len(x_shift), x_shift, y_shift, None
    if intercept:
        if len(T) == 1:  # a single row is zero after centring
            T = np.vstack([T, np.zeros_like(T)])
        means, T = T[0, 1:] / T[0, 0], T[1:, 1:]
        (x_mean, x_rest), (y_mean, y_rest) = two_sum(x_shift, means[:d]), two_sum(y_shift, means[d:])
        rest = np.concatenate([x_rest, y_rest])
        # Centring leaves only rounding errors in a constant column, which scaling would amplify.
        squares = (T[:, :d] ** 2).sum(0)
        rounding = constant_columns(squares, x_mean, weight) & (squares <= weight * EPS * means[:d] ** 2)
        T[:, :d][:, rounding] = 0
    return TriangularFactor(T[:, :d], T[:, d:], x_mean, y_mean, (T[:, d:] ** 2).sum(0), weight, rest)


def about_zero(triangle: TriangularFactor, origin: Origin | None) -> TriangularFactor:
    """Return the factor of data measured from an origin, with means about zero."""
    if origin is None:
        return triangle
    (x_mean, x_rest), (y_mean, y_rest) = origin.means(triangle.x_mean, triangle.y_mean)
    rest = np.concatenate([x_rest, y_rest]) + (0.0 if triangle.rest is None else triangle.rest)
    return replace(triangle, x_mean=x_mean, y_mean=y_mean, rest=rest)


def inverse(triangle: TriangularFactor, n: int, full: bool = True) -> Inverse:
    """Return the pseudo-inverse of R, by back substitution or the SVD.

    Back substitution needs independent columns, or rows if there are fewer of these.

    Parameters
    ----------
    triangle : TriangularFactor
        Factor of the data.
    n : int
        Number of samples. Singular values below ``max(n, d) · eps`` times the largest count as zero.
    full : bool
        Whether to try back substitution first; False always uses the SVD.
    """
    R = triangle.R
    cutoff = max(n, R.shape[1]) * EPS
    scale = lengths((R**2).sum(0))
    scaled = R / scale
    k, d = R.shape
    if full and k >= d:
        if found := _inverted(scaled[:d], cutoff):
            P, condition = found
            return Inverse(np.hstack([P / scale[:, None], np.zeros((d, k - d))]), d, condition)
    elif full and k > 0:  # fewer rows than columns: independent rows solve every c, with the shortest w in their span
        row_space, T = np.linalg.qr(R.T)
        if found := _inverted(T, cutoff):
            P, condition = found
            return Inverse(row_space @ P.T, k, condition)
    # Rank-revealing, with scaled columns, so that the rank does not depend on units. eq. linear_regression:min-norm
    U, s, Vt = np.linalg.svd(scaled, full_matrices=False)
    rank = int((s > cutoff * s.max(initial=0)).sum())
    condition = float(s[0] / s[rank - 1]) if rank else 1.0
    row_space, T = np.linalg.qr((Vt[:rank] * scale).T)  # R = U s (V·scale)ᵀ: both factors of full rank
    return Inverse(row_space @ solve_lower(T.T, (U[:, :rank] / s[:rank]).T), rank, condition)


def _inverted(T: Array, cutoff: float) -> tuple[Array, float] | None:
    """The inverse of an upper triangular matrix and its condition number; None if it is singular up to `cutoff`."""
    if len(T) > FEW_COLUMNS and np.diag(T).all():
        with np.errstate(all="ignore"):  # the inverse of a nearly singular matrix may overflow
            P = invert_upper(T)
            condition = _largest_singular_value(T) * _largest_singular_value(P)
        if condition <= SURELY_REGULAR:
            return P, condition
    singular = np.linalg.svd(T, compute_uv=False)
    if singular[-1] <= cutoff * singular[0]:
        return None
    return invert_upper(T), float(singular[0] / singular[-1])


def _largest_singular_value(A: Array) -> float:
    """The largest singular value from below, by power iterations with a few vectors.

    For a thousand columns it takes a hundredth of the time of all singular values.
    """
    size = float(np.abs(A).max(initial=0.0))
    if not 0 < size < np.inf:  # NaN included
        return np.inf if size else 0.0
    A = A / size  # fourth powers of what is left stay in range
    V = np.random.default_rng(0).normal(size=(A.shape[1], POWER_VECTORS))
    for _ in range(POWER_STEPS):
        V = A.T @ (A @ np.linalg.qr(V)[0])
    return size * float(np.sqrt(np.sqrt(np.linalg.eigvalsh(V.T @ V)[-1])))


def lengths(squares: Array) -> Array:
    """Return the lengths of columns from their squares, 1 for zero columns."""
    return np.sqrt(np.where(squares > 0, squares, 1.0))
