"""Cholesky factorisation, with an estimate of the condition number."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array

TILE = 64  # Rows of a triangular system that NumPy's LU factorisation solves at a time, faster than a loop.


@dataclass(frozen=True)
class Factor:
    """Factorisation ``A = S L Lᵀ S`` such that ``L Lᵀ`` has a unit diagonal.

    Parameters
    ----------
    L : ndarray of shape (d, d)
        Lower triangular matrix.
    scale : ndarray of shape (d,)
        Diagonal of S, which removes the units of the columns.
    """

    L: Array
    scale: Array

    def half(self, b: Array) -> Array:
        """Return ``L⁻¹ S⁻¹ b`` for b of shape (d, t).

        The squares of a column of the result sum to ``bᵀ A⁻¹ b``.
        """
        return solve_lower(self.L, b / self.scale[:, None])

    def solve(self, b: Array) -> Array:
        """Return ``A⁻¹ b`` for b of shape (d, t)."""
        return solve_upper(self.L.T, self.half(b)) / self.scale[:, None]

    @property
    def inflation(self) -> float:
        """Lower bound of the condition number of ``L Lᵀ``: the largest 1/pivot².

        The square of a pivot is the fraction of a column that the preceding columns do not explain.
        """
        return float(1 / np.diag(self.L).min() ** 2)


def factor(A: Array) -> Factor:
    """Factorise a symmetric positive definite matrix.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the matrix is not positive definite to half the working precision.
    """
    diagonal = np.diag(A)
    if not (diagonal > 0).all():
        raise np.linalg.LinAlgError("the diagonal is not positive")
    scale = np.sqrt(diagonal)
    return Factor(np.linalg.cholesky(A / np.outer(scale, scale)), scale)


def solve_lower(L: Array, b: Array) -> Array:
    """Solve ``L x = b`` for a lower triangular L and b of shape (d, t)."""
    x = np.array(b, dtype=np.float64)
    for k in range(0, len(L), TILE):
        rows, below = slice(k, k + TILE), slice(k + TILE, None)
        # Reversed, L is upper triangular, and its LU factorisation is back substitution.
        x[rows] = np.linalg.solve(L[rows, rows][::-1, ::-1], x[rows][::-1])[::-1]
        x[below] -= L[below, rows] @ x[rows]
    return x


def solve_upper(U: Array, b: Array) -> Array:
    """Solve ``U x = b`` for an upper triangular U and b of shape (d, t)."""
    return solve_lower(U[::-1, ::-1], b[::-1])[::-1]


def invert_upper(U: Array) -> Array:
    """Return the inverse of an upper triangular matrix, by halves.

    It needs a sixth of the operations of solving for the unit matrix, nearly all of them in matrix products:
    ``[[A, B], [0, C]]⁻¹ = [[A⁻¹, −A⁻¹ B C⁻¹], [0, C⁻¹]]``.
    """
    half = len(U) // 2
    if len(U) <= TILE:
        return np.asarray(np.linalg.solve(U, np.eye(len(U))))
    inverse = np.zeros_like(U)
    inverse[:half, :half], inverse[half:, half:] = invert_upper(U[:half, :half]), invert_upper(U[half:, half:])
    inverse[:half, half:] = -inverse[:half, :half] @ (U[:half, half:] @ inverse[half:, half:])
    return inverse
