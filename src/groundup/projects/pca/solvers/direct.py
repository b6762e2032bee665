"""All axes at once: from the singular values of the rows, or from the eigenvalues of their covariance matrix."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.pca.solvers.table import SparseTable, Table


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
