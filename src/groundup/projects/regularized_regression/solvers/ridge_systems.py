"""Three ways to solve ``(XᵀX + alpha I) w = Xᵀy``, for one alpha a target.

In the space of the features, in the space of the rows, or along the singular directions. Each also solves for any other
right-hand side g in the span of the rows, which measures and repairs what rounding did to the solution.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from groundup.core.linalg.cholesky import Factor, factor
from groundup.core.linalg.normal_equations import Centred, NormalEquations
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.spectrum import Spectrum


class System(Protocol):
    """The normal equations of ridge regression.

    Attributes
    ----------
    correctable : bool
        Whether `solve` can repair what rounding did to `coef`, rather than add rounding of its own.
    """

    correctable: ClassVar[bool]

    def coef(self) -> Array:
        """Their solution, of shape (d, t)."""
        ...

    def solve(self, g: Array) -> Array:
        """``(XᵀX + alpha I)⁻¹ g`` for g of shape (d, t) in the span of the rows."""
        ...


@dataclass(frozen=True)
class Shifted:
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

    def solve(self, b: Array) -> Array:
        """``(A + alpha I)⁻¹ b``, column by column of shape (d, t), each with its alpha."""
        x = np.empty_like(b)
        for k, F in enumerate(self.factors):
            x[:, self.which == k] = F.solve(b[:, self.which == k])
        return x


def shifted(A: Array, alpha: Array, most: float) -> Shifted:
    """Add each alpha to the diagonal, and factorise.

    Raises
    ------
    numpy.linalg.LinAlgError
        When the sum is not positive definite, or its pivots are inflated by more than `most`.
    """
    different, which = np.unique(alpha, return_inverse=True)
    factors = tuple(factor(B) for B in _with_diagonal(A, different))
    if max(F.inflation for F in factors) > most:
        raise np.linalg.LinAlgError("the matrix is nearly singular")
    return Shifted(factors, which)


def _with_diagonal(A: Array, values: Array) -> Iterable[Array]:
    for value in values:
        B = A.copy()
        B.flat[:: len(A) + 1] += value
        yield B


@dataclass(frozen=True)
class Primal:
    """d equations in the space of the features."""

    correctable: ClassVar[bool] = True  # cross-products lose digits that the rows still have

    product: Array
    matrix: Shifted

    def coef(self) -> Array:
        """Solution of ``(XᵀX + alpha I) w = Xᵀy``.  eq. regularized_regression:primal"""
        return self.matrix.solve(self.product)

    def solve(self, g: Array) -> Array:
        """As `System.solve`."""
        return self.matrix.solve(g)


@dataclass(frozen=True)
class Dual:
    """n equations in the space of the rows: ``w = Xᵀa`` is a combination of rows."""

    correctable: ClassVar[bool] = False  # the difference in `solve` cancels

    X: Array
    y: Array
    alpha: Array
    matrix: Shifted

    def coef(self) -> Array:
        """``Xᵀ (XXᵀ + alpha I)⁻¹ y``.  eq. regularized_regression:dual"""
        return np.asarray(self.X.T @ self.matrix.solve(self.y))

    def solve(self, g: Array) -> Array:
        """As `System.solve`, by Woodbury's identity."""
        return np.asarray((g - self.X.T @ self.matrix.solve(self.X @ g)) / self.alpha)


@dataclass(frozen=True)
class Spectral:
    """One equation for every singular direction."""

    correctable: ClassVar[bool] = False  # nothing was lost

    spectrum: Spectrum
    alpha: Array

    def coef(self) -> Array:
        """``V diag(s / (s² + alpha)) Uᵀ y``.  eq. regularized_regression:svd"""
        S = self.spectrum
        return np.asarray(S.V @ (S.inverse(self.alpha) * S.product))

    def solve(self, g: Array) -> Array:
        """As `System.solve`."""
        S = self.spectrum
        return np.asarray(S.V @ (S.inverse(self.alpha) * (S.V.T @ g)))


def primal(normal: NormalEquations, alpha: Array, most: float) -> Primal:
    """Factorise in the space of the features; raises as `shifted`, for dependent columns that alpha does not help."""
    return Primal(normal.product, shifted(normal.gram, alpha, most))


def dual(data: Centred, alpha: Array, most: float) -> Dual:
    """Factorise in the space of the rows; raises as `shifted`, and where some alpha is zero."""
    if not alpha.all():
        raise np.linalg.LinAlgError("without a penalty every solution that interpolates is as good")
    return Dual(data.X, data.y, alpha, shifted(data.X @ data.X.T, alpha, most))
