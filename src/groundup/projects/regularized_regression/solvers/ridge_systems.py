"""Three factorisations of ``(XᵀX + alpha I) w = Xᵀy``.

Each target has its own alpha.

They work in the space of the features, in the space of the rows, or along the singular directions. Each also solves for
any other right-hand side g in the span of the rows, which measures and corrects the rounding error of the solution.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

import numpy as np

from groundup.core.linalg.cholesky import Factor, factor
from groundup.core.linalg.normal_equations import CenteredData, NormalEquations
from groundup.core.linalg.triangular_factor import TriangularFactor, inverse
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.spectrum import Spectrum, of_triangle


class System(Protocol):
    """The normal equations of ridge regression.

    Attributes
    ----------
    correctable : bool
        Whether `solve` can correct the rounding error of `coef`.
    """

    correctable: ClassVar[bool]

    def coef(self) -> Array:
        """Return their solution, of shape (d, t)."""
        ...

    def solve(self, g: Array) -> Array:
        """Return ``(XᵀX + alpha I)⁻¹ g`` for g of shape (d, t) in the span of the rows."""
        ...


@dataclass(frozen=True)
class ShiftedFactors:
    """``A + alpha I``, factorised for every different alpha.

    Parameters
    ----------
    factors : tuple of Factor
        One for every different alpha.
    which : ndarray of int of shape (t,)
        The factor of each target.
    """

    factors: tuple[Factor, ...]
    which: Array

    @property
    def inflation(self) -> float:
        """Largest inflation of a pivot."""
        return max(F.inflation for F in self.factors)

    def solve(self, b: Array) -> Array:
        """Return ``(A + alpha I)⁻¹ b`` for b of shape (d, t), each column with its alpha."""
        x = np.empty_like(b)
        for k, F in enumerate(self.factors):
            x[:, self.which == k] = F.solve(b[:, self.which == k])
        return x


def factor_shifted(A: Array, alpha: Array, max_inflation: float) -> ShiftedFactors:
    """Add each alpha to the diagonal, and factorise.

    Raises
    ------
    numpy.linalg.LinAlgError
        When the sum is not positive definite, or its pivots are inflated by more than `max_inflation`.
    """
    different, which = np.unique(alpha, return_inverse=True)
    shifted = ShiftedFactors(tuple(factor(B) for B in _with_diagonal(A, different)), which)
    if shifted.inflation > max_inflation:
        raise np.linalg.LinAlgError("the matrix is nearly singular")
    return shifted


def _with_diagonal(A: Array, values: Array) -> Iterable[Array]:
    for value in values:
        B = A.copy()
        B.flat[:: len(A) + 1] += value
        yield B


@dataclass(frozen=True)
class Primal:
    """d equations in the space of the features."""

    correctable: ClassVar[bool] = True  # cross-products have lost digits that the rows still have

    product: Array
    matrix: ShiftedFactors

    def coef(self) -> Array:
        """Return the solution of ``(XᵀX + alpha I) w = Xᵀy``.  eq. regularized_regression:primal"""
        return self.matrix.solve(self.product)

    def solve(self, g: Array) -> Array:
        """As `System.solve`."""
        return self.matrix.solve(g)


@dataclass(frozen=True)
class Dual:
    """n equations in the space of the rows: ``w = Xᵀa`` is a combination of rows."""

    correctable: ClassVar[bool] = False  # the difference in `solve` suffers from cancellation

    X: Array
    y: Array
    alpha: Array
    matrix: ShiftedFactors

    def coef(self) -> Array:
        """Return ``Xᵀ (XXᵀ + alpha I)⁻¹ y``.  eq. regularized_regression:dual"""
        return np.asarray(self.X.T @ self.matrix.solve(self.y))

    def solve(self, g: Array) -> Array:
        """As `System.solve`, by Woodbury's identity."""
        return np.asarray((g - self.X.T @ self.matrix.solve(self.X @ g)) / self.alpha)


@dataclass(frozen=True)
class Spectral:
    """One equation for each singular direction.

    Parameters
    ----------
    spectrum : Spectrum
        Singular values and directions.
    alpha : ndarray of shape (t,)
        Strengths of the penalty.
    inverses : tuple of (P, which)
        Pseudo-inverses P of the triangle with the penalty's rows below it, and the targets that they are for: singular
        values of columns in different units have lost the smaller ones, which a triangle has not. Empty for fewer rows
        than columns.
    """

    correctable: ClassVar[bool] = True

    spectrum: Spectrum
    alpha: Array
    inverses: tuple[tuple[Array, Array], ...]

    def coef(self) -> Array:
        """Return ``V diag(s / (s² + alpha)) Uᵀ y``.  eq. regularized_regression:svd"""
        S = self.spectrum
        return np.asarray(S.V @ (S.inverse(self.alpha) * S.product))

    def solve(self, g: Array) -> Array:
        """As `System.solve`."""
        S = self.spectrum
        if not self.inverses:
            return np.asarray(S.V @ (S.inverse(self.alpha) * (S.V.T @ g)))
        x = np.empty_like(g)
        for P, which in self.inverses:
            x[:, which] = P @ (P.T @ g[:, which])
        return x


@dataclass(frozen=True)
class StrongConvexity:
    """What the penalty alone says of the matrix.

    With none of its entries, ``alpha`` bounds it from below.

    Parameters
    ----------
    alpha : ndarray of shape (t,)
        Strengths of the penalty, all positive.
    """

    alpha: Array
    correctable: ClassVar[bool] = False

    def coef(self) -> Array:
        """Not known without the matrix."""
        raise NotImplementedError("a bound has no solution; descend instead.")

    def solve(self, b: Array) -> Array:
        """Return ``b / alpha``, which is at least as long as the solution."""
        return b / self.alpha


def primal(normal: NormalEquations, alpha: Array, max_inflation: float) -> Primal:
    """Factorise in the space of the features.

    It raises as `factor_shifted`, for dependent columns and a small alpha.
    """
    return Primal(normal.product, factor_shifted(normal.gram, alpha, max_inflation))


def spectral(triangle: TriangularFactor, n: int, alpha: Array) -> Spectral:
    """Return the singular directions of the triangle of n rows, and its inverses."""
    k, d = triangle.R.shape
    inverses = []
    for value in np.unique(alpha) if k >= d else ():
        R = triangle.R
        if value > 0:
            R = np.asarray(np.linalg.qr(np.vstack([R, np.sqrt(value) * np.eye(d)]), mode="r"))
        inverses.append((inverse(replace(triangle, R=R), n).P, alpha == value))
    return Spectral(of_triangle(triangle, n), alpha, tuple(inverses))


def dual(data: CenteredData, alpha: Array, max_inflation: float) -> Dual:
    """Factorise in the space of the rows.

    It raises as `factor_shifted`, and if some alpha is zero.
    """
    if not alpha.all():
        raise np.linalg.LinAlgError("without a penalty every solution that interpolates is as good")
    return Dual(data.X, data.y, alpha, factor_shifted(data.X @ data.X.T, alpha, max_inflation))
