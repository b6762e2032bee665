"""All axes at once: from the singular values of the rows, or from the eigenvalues of their covariance matrix."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.pca.solvers.table import SparseTable, Table

WELL_SCALED = 1e-6  # Smallest square of a column of length one outside the span of others: six digits of it are lost.


def axes_of_rows(table: Table, center: Array) -> tuple[Array, Array]:
    """Return all singular values and right singular vectors of the centred rows.  eq. pca:svd

    AᵀA is never formed, in which small singular values would drown. A triangular factor has the singular values of the
    rows, and is found block by block.

    Source: T. F. Chan, An improved algorithm for computing the singular value decomposition, ACM TOMS 8 (1982).

    Returns
    -------
    singular : ndarray of shape (min(n, d),)
        Largest first.
    axes : ndarray of shape (min(n, d), d)
    """
    n, d = table.shape
    if n >= d:
        triangle = table.triangle(center)
        _, singular, axes = np.linalg.svd(triangle, full_matrices=False)
        return singular, axes
    Q, R = np.linalg.qr(table.matrix(center).T)
    U, singular, _ = np.linalg.svd(R, full_matrices=False)
    return singular, (Q @ U).T


def axes_of_scatter(products: Array) -> tuple[Array, Array]:
    """Return singular values and axes from AᵀA.  eq. pca:eigen

    An eigenvalue that rounding has made negative is zero.
    """
    eigenvalues, vectors = np.linalg.eigh(products)
    return np.sqrt(np.maximum(eigenvalues[::-1], 0.0)), vectors[:, ::-1].T


def axes_of_scaled_scatter(products: Array, singular: Array, axes: Array) -> tuple[Array, Array]:
    """Return singular values and axes from AᵀA again, where some are zero because columns differ in scale.

    If AᵀA = DCD with the lengths D of the columns and a matrix C of good condition, the triangle of C times D has the
    small singular values of A to many digits, which the eigenvalues of AᵀA lose. Where C is nearly singular, they are
    lost in AᵀA already, and what was given is returned.

    Source: J. Demmel, K. Veselić, Jacobi's method is more accurate than QR, SIAM J. Matrix Anal. 13 (1992).

    Parameters
    ----------
    products : ndarray of shape (d, d)
        AᵀA.
    singular : ndarray of shape (d,)
        Singular values from its eigenvalues; those that are rounding are zero.
    axes : ndarray of shape (d, d)
    """
    lengths = np.sqrt(np.diag(products))
    place = np.flatnonzero(lengths)
    if np.count_nonzero(singular) == len(place):  # only constant columns have no variance
        return singular, axes
    lengths = lengths[place]
    try:
        factor = np.linalg.cholesky(products[np.ix_(place, place)] / lengths / lengths[:, None])
    except np.linalg.LinAlgError:
        return singular, axes
    if np.diag(factor).min() ** 2 < WELL_SCALED:
        return singular, axes
    found, columns = np.linalg.svd(factor.T * lengths)[1:]
    singular, axes = np.zeros(len(products)), np.zeros(products.shape)
    singular[: len(place)] = found
    axes[: len(place), place] = columns
    axes[np.arange(len(place), len(axes)), np.flatnonzero(np.diag(products) == 0)] = 1.0
    return singular, axes


def row_space(table: Table, center: Array) -> Array:
    """Return an orthonormal basis of the rows, (d, min(n, d)), where one of the sides is short."""
    n, d = table.shape
    if d <= n:
        return np.eye(d)
    if isinstance(table, SparseTable):
        return np.linalg.qr(table.transposed_product(np.eye(n), center))[0]
    return np.linalg.qr(table.matrix(center).T)[0]


def ritz(basis: Array, image: Array, triangle: Array) -> tuple[Array, Array, Array]:
    """Return the best axes within a subspace.  eq. pca:rayleigh-ritz

    Parameters
    ----------
    basis : ndarray of shape (d, m)
        Orthonormal columns.
    image : ndarray of shape (d, m)
        AᵀA times the basis.
    triangle : ndarray of shape (m, m)
        R of A times the basis, whose singular values keep the digits that AᵀA loses.

    Returns
    -------
    singular : ndarray of shape (m,)
    axes : ndarray of shape (m, d)
    image : ndarray of shape (d, m)
        AᵀA times the axes.
    """
    _, singular, turn = np.linalg.svd(triangle, full_matrices=False)
    return singular, (basis @ turn.T).T, image @ turn.T
