"""Certificates of the axes: residuals of eigenvectors, and the variance that other axes might explain besides."""

from typing import Any

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.pca.solvers.table import Table

COMBINATIONS = 16  # Random combinations that stand for more axes.
MOST_MISSED = 0.05  # Share of the variance.
UNLUCKY = 3.4  # The mean of 20 squares of probes is this many times too small with a probability below 0.001.


def certify_by_sample(table: Table, center: Array, axes: Array, values: Array, tol: float, dtype: Any) -> Certificate:
    """Return the certificate that axes are eigenvectors of AᵀA, in one pass over the rows.

    The residuals of many axes are measured together: a random combination of them has on average the squared length of
    all of them. That saves half of the time of a fit that finds all axes.
    """
    k = len(axes)
    if k <= COMBINATIONS:
        return certify_axes(axes, table.image(axes.T, center).T, values, tol, dtype)
    mix = np.random.default_rng(k).standard_normal((COMBINATIONS, k))
    unit = float(values.max()) or 1.0
    residuals = table.image(axes.T @ mix.T, center).T / unit - (mix * (values / unit)) @ axes
    residual = float(np.sqrt(np.square(residuals).sum() / COMBINATIONS))
    return _eigenvectors(residual, axes, tol, dtype, "the covariance matrix")


def certify_axes(
    axes: Array, image: Array, values: Array, tol: float, dtype: Any, matrix: str = "the covariance matrix"
) -> Certificate:
    """Return the certificate that the axes are eigenvectors of a matrix such as AᵀA.  eq. pca:residual

    Eigenvectors of the same eigenvalue span a subspace, of which any orthonormal basis is right; so are their residuals
    zero for any of them.

    Parameters
    ----------
    axes : ndarray of shape (k, d)
        Rows, in the precision in which they are stored.
    image : ndarray of shape (k, d)
        The matrix times the axes.
    values : ndarray of shape (k,)
        Their eigenvalues.
    tol : float
        Residual that the solver was asked for.
    dtype : dtype
        Precision in which the axes are stored.
    matrix : str
        What the matrix is called.
    """
    unit = float(np.abs(values).max(initial=0.0)) or 1.0
    residual = np.linalg.norm(image / unit - (values / unit)[:, None] * axes, axis=1)
    return _eigenvectors(float(residual.max(initial=0.0)), axes, tol, dtype, matrix)


def _eigenvectors(residual: float, axes: Array, tol: float, dtype: Any, matrix: str) -> Certificate:
    rounding = 1e-12 if dtype == np.float64 else 16 * float(np.finfo(dtype).eps)
    return Certificate(
        claim=f"Every axis is an eigenvector of {matrix} (for equal eigenvalues only the subspace is determined), and "
        "the axes are orthonormal, up to the tolerance.",
        measure="largest residual, relative to the largest eigenvalue, or departure of a product of two axes",
        value=max(residual, skewness(axes)),
        tolerance=max(tol, rounding),
    )


def certify_variance(axes: Array, image: Array, rest: Array, scatter: float) -> Certificate:
    """Return the certificate that no other axes explain much more.  eq. pca:missed

    By Eckart and Young the best k axes leave the sum of all eigenvalues but the k largest.

    Parameters
    ----------
    axes, image : ndarray of shape (k, d)
        Axes, and AᵀA times them.
    rest : ndarray of shape (1,) or (PROBES,)
        As from `unseen`.
    scatter : float
        Trace of AᵀA.
    """
    return Certificate(
        claim=f"No axes of this number explain {100 * MOST_MISSED:g} % of the variance more (with probability "
        "0.999), and the axes are orthonormal.",
        measure="upper bound of the share of the variance missed, or departure of a product of two axes",
        value=float(max(most_missed(axes, image / (scatter or 1.0), rest), skewness(axes))),
        tolerance=MOST_MISSED,
    )


def certify_likelihood(change: float, tol: float) -> Certificate:
    """Return the certificate that the parameters of probabilistic PCA are stationary."""
    return Certificate(
        claim="One more step of expectation and maximisation does not change the parameters: the likelihood of the "
        "entries seen is stationary.",
        measure="relative change of the parameters",
        value=change,
        tolerance=max(10 * tol, 1e-7),
    )


def most_missed(axes: Array, image: Array, seen: Array) -> float:
    """Return an upper bound of what the k largest eigenvalues of a matrix of trace one exceed those of the axes by.

    In a basis of the axes and of the rest, the matrix has the blocks Θ, Rᵀ, R and B. By Ky Fan's inequality its k
    largest eigenvalues add up to at most the k largest of Θ and B together, plus the singular values of R; by Hölder's,
    the j largest of B add up to at most ``j^(5/6)`` times the sixth root of the sum of their sixth powers, which is
    estimated.

    Source: R. Horn, C. Johnson, Topics in Matrix Analysis (1991), corollary 3.4.3.
    """
    within = axes @ image.T
    values = np.linalg.eigvalsh((within + within.T) / 2)[::-1]
    if len(seen) == 1:
        return max(float(seen[0] - values.sum()), 0.0)
    outside = image - within.T @ axes
    coupling = float(np.sqrt(np.maximum(np.linalg.eigvalsh(outside @ outside.T), 0.0)).sum())
    rest = max(1.0 - float(values.sum()), 0.0)
    sixth = (UNLUCKY * float(seen.mean())) ** (1 / 6)
    j = np.arange(len(values) + 1)
    others = np.minimum(j ** (5 / 6) * sixth, rest)  # at most what the j largest of B add up to
    replaced = np.concatenate([[0.0], np.cumsum(values[::-1])])  # the j smallest of Θ
    return min(float((others - replaced).max()) + coupling, rest)


def skewness(axes: Array) -> float:
    """Return the largest departure of the products of two axes from those of orthonormal ones."""
    wide = axes.astype(np.float64)
    return float(np.abs(wide @ wide.T - np.eye(len(axes))).max(initial=0.0))
