"""What axes may have missed: norms of the part of AᵀA that is orthogonal to them, seen by random columns."""

from collections.abc import Callable

import numpy as np

from groundup.core.types import Array

PROBES = 20  # Random columns that the solver does not use otherwise.
POWER = 3  # Products with the part; large eigenvalues stand out more with each.
Multiply = Callable[[Array], Array]


def tail_norms(multiply: Multiply, axes: Array, probes: Array) -> Array:
    """Return the squared lengths of ``B³ω`` for random columns ω, where B is AᵀA outside the axes.  eq. pca:tail

    The mean of the squares is an estimate of the sum of the sixth powers of the eigenvalues of B.

    Parameters
    ----------
    multiply : callable
        Multiplies columns by AᵀA, divided by its trace.
    axes : ndarray of shape (k, d)
        Orthonormal rows.
    probes : ndarray of shape (d, PROBES)
        Normal random numbers.

    Returns
    -------
    ndarray of shape (PROBES,)
    """
    V, columns = axes.astype(probes.dtype), probes
    for _ in range(POWER):
        columns = multiply(columns - V.T @ (V @ columns))
        columns = columns - V.T @ (V @ columns)
    squares: Array = np.square(columns, dtype=np.float64).sum(axis=0)
    return squares
