"""Singular values of the data: one factorisation for all ridge penalties.

Along the direction of a singular value s, ridge regression shrinks least squares by ``s² / (s² + alpha)``: little where
the data determine the slopes well, almost to zero where they do not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.checks import inputs
from groundup.core.constants import EPS
from groundup.core.linalg.normal_equations import NormalEquations
from groundup.core.linalg.triangular_factor import TriangularFactor, by_qr
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike

RESOLVED_CURVATURE = 1e-8  # Smallest curvature, relative to the largest, that cross-products hold to half precision.


@dataclass(frozen=True)
class Spectrum:
    """The part of the centred, weighted ``X = U S Vᵀ`` that ridge regression needs.

    Parameters
    ----------
    squares : ndarray of shape (k,)
        Squared singular values, largest first.
    V : ndarray of shape (d, k)
        Directions in the space of the features.
    product : ndarray of shape (k, t)
        ``Vᵀ Xᵀ y``.
    """

    squares: Array
    V: Array
    product: Array

    def inverse(self, alpha: Array) -> Array:
        """Return ``1 / (s² + alpha)`` for every s and alpha, of shape (k, len(alpha)).

        Without a penalty, 0 for directions outside the row space gives the shortest of all solutions.
        """
        curvature = self.squares[:, None] + alpha
        return np.where(curvature > 0, 1 / np.where(curvature > 0, curvature, 1), 0.0)

    def coef(self, alphas: Array) -> Array:
        """Return the slopes of all targets for each alpha, of shape (d, a, t)."""
        along = self.inverse(alphas)[:, :, None] * self.product[:, None, :]
        return np.asarray(self.V @ along.reshape(len(along), -1)).reshape(-1, *along.shape[1:])


def of_triangle(triangle: TriangularFactor, n: int) -> Spectrum:
    """Compute the spectrum from the triangle of n rows.

    It is accurate to rounding of the largest singular value.
    """
    U, s, Vt = np.linalg.svd(triangle.R, full_matrices=False)
    s = np.where(s > max(n, Vt.shape[1]) * EPS * s.max(initial=0), s, 0.0)  # smaller ones are rounding
    return Spectrum(s**2, Vt.T, s[:, None] * (U.T @ triangle.c))


def of_normal(normal: NormalEquations) -> Spectrum:
    """Compute the spectrum from cross-products.

    This is faster, but accurate to rounding of the largest *square* only.
    """
    squares, V = np.linalg.eigh(normal.gram)
    squares, V = np.maximum(squares[::-1], 0), V[:, ::-1]
    return Spectrum(squares, V, V.T @ normal.product)


def products_suffice(squares: Array, smallest: float) -> bool:
    """Return whether cross-products resolve penalties of at least `smallest`."""
    return bool(squares.min() + smallest >= RESOLVED_CURVATURE * squares.max())


def shrinkage(squares: Array, alpha: Any) -> Array:
    """Return the shrinkage factors ``s² / (s² + alpha)`` of all directions.

    They lie between 0 and 1.

    Parameters
    ----------
    squares : ndarray of shape (k,)
        Squared singular values.
    alpha : float or ndarray of shape (a,)
        Strengths of the penalty.

    Returns
    -------
    ndarray of shape (k,) or (k, a)
    """
    s = squares.reshape(-1, *[1] * np.ndim(alpha))
    return np.asarray(s / np.where(s + alpha > 0, s + alpha, 1))


def degrees(squares: Array, alpha: Any) -> Any:
    """Return the effective degrees of freedom of the slopes, for each alpha.  eq. regularized_regression:degrees"""
    return shrinkage(squares, alpha).sum(0)


def effective_degrees(
    X: ArrayLike, alpha: Any, *, fit_intercept: bool = True, sample_weight: ArrayLike = None
) -> tuple[Array, Any]:
    """Return singular values and effective degrees of freedom of ridge regression.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Samples are samples.
    alpha : float or array-like of shape (a,)
        Strengths of the penalty.
    fit_intercept : bool, default=True
        Whether the model has a constant term, which centres X and is not counted.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    singular : ndarray of shape (k,)
        Singular values of the centred X, largest first; k is d, or less where there are fewer rows.
    degrees : float or ndarray of shape (a,)
        Between 0 and the rank of X.

    Raises
    ------
    ValueError
        For data as in `Ridge.fit`.
    """
    matrix = inputs.as_matrix(X)
    weight = inputs.as_weight(sample_weight, len(matrix))
    triangle = by_qr(Samples(matrix, np.zeros((len(matrix), 1)), weight), fit_intercept)
    squares = of_triangle(triangle, len(matrix)).squares
    return np.sqrt(squares), degrees(squares, alpha if np.ndim(alpha) == 0 else np.asarray(alpha))
