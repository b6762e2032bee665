"""Symmetric positive definite systems by Cholesky's factorisation, with a word on how close to singular they are."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array

TILE = 64  # rows for which the LU factorisation of a triangle, which NumPy offers, costs less than a loop would


@dataclass(frozen=True)
class Factor:
    """``A = S L Lᵀ S`` with a diagonal S, so that ``L Lᵀ`` has ones on its diagonal: units do not matter.

    Parameters
    ----------
    L : ndarray of shape (d, d)
        Lower triangle.
    scale : ndarray of shape (d,)
        Diagonal of S.
    """

    L: Array
    scale: Array

    def half(self, b: Array) -> Array:
        """``L⁻¹ S⁻¹ b`` for b of shape (d, t); the squares of a column add up to ``bᵀ A⁻¹ b``."""
        return solve_lower(self.L, b / self.scale[:, None])

    def solve(self, b: Array) -> Array:
        """``A⁻¹ b`` for b of shape (d, t)."""
        return np.asarray(solve_upper(self.L.T, self.half(b)) / self.scale[:, None])

    @property
    def inflation(self) -> float:
        """Largest inverse of a squared pivot: no more than the condition number of ``L Lᵀ``, and of its size.

        A pivot's square is the part of a column that the columns before it do not explain.
        """
        return float(1 / np.diag(self.L).min() ** 2)


def factor(A: Array) -> Factor:
    """Factorise a symmetric positive definite matrix.

    Raises
    ------
    numpy.linalg.LinAlgError
        When it is not positive definite to half the working precision.
    """
    diagonal = np.diag(A)
    if not (diagonal > 0).all():
        raise np.linalg.LinAlgError("the diagonal is not positive")
    scale = np.sqrt(diagonal)
    return Factor(np.linalg.cholesky(A / np.outer(scale, scale)), scale)


def solve_lower(L: Array, b: Array) -> Array:
    """Solve ``L x = b`` for a lower triangle, a tile of rows at a time; b of shape (d, t)."""
    x = np.array(b, dtype=np.float64)
    for k in range(0, len(L), TILE):
        rows, below = slice(k, k + TILE), slice(k + TILE, None)
        # Reversed, a lower triangle is an upper one, for which LU is back substitution.
        x[rows] = np.linalg.solve(L[rows, rows][::-1, ::-1], x[rows][::-1])[::-1]
        x[below] -= L[below, rows] @ x[rows]
    return x


def solve_upper(U: Array, b: Array) -> Array:
    """Solve ``U x = b`` for an upper triangle: a lower one, read from the end."""
    return solve_lower(U[::-1, ::-1], b[::-1])[::-1]
