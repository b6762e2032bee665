"""Rounding errors of squared distances, and what counts as a tie."""

import numpy as np

from groundup.core.types import Array

FEW_COLUMNS = 16  # Up to this many columns, loops over single rows cost more than the arithmetic.


def squared_norms(X: Array) -> Array:
    """Return the squared length of every row."""
    if X.shape[1] <= FEW_COLUMNS:  # einsum spends 7 ns a row on its inner loop
        with np.errstate(over="ignore"):  # as einsum
            return np.asarray(np.square(X) @ np.ones(X.shape[1], X.dtype))
    return np.einsum("ij,ij->i", X, X)


def relative_error(centers: Array) -> float:
    """Return a generous bound of the relative rounding error of a sum of d products."""
    return float((centers.shape[1] + 8) * np.finfo(np.float64).eps)


def square_error(square: Array, centers: Array) -> Array:
    """Return the rounding error of squared distances, (m,)."""
    return relative_error(centers) * (square + squared_norms(centers).max())


def tie_tolerance(nearest: Array, centers: Array) -> Array:
    """Return the rounding error of a squared distance; centres closer than this tie."""
    return relative_error(centers) * (nearest + np.sqrt(nearest * squared_norms(centers).max()))
