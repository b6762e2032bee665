"""Least squares in rational arithmetic, without rounding: what a table of floats really says."""

from fractions import Fraction
from typing import Any

import numpy as np


def exact_slopes(X: Any, y: Any, alpha: float = 0.0, weight: Any = None) -> Any:
    """Return the slopes that minimise ``Σ weight (y − Xw − b)² + alpha ‖w‖²``, rounded once.

    X has linearly independent columns.
    """
    table = [[Fraction(float(value)) for value in row] for row in np.column_stack([X, y])]
    share = [Fraction(float(value)) for value in (np.ones(len(table)) if weight is None else weight)]
    means = [sum(s * row[j] for s, row in zip(share, table, strict=True)) / sum(share) for j in range(len(table[0]))]
    centered = [[value - mean for value, mean in zip(row, means, strict=True)] for row in table]
    d = len(means) - 1
    system = [
        [sum(s * row[i] * row[j] for s, row in zip(share, centered, strict=True)) for j in range(d + 1)]
        for i in range(d)
    ]
    for i in range(d):
        system[i][i] += Fraction(alpha)
    for i in range(d):  # Gauss-Jordan elimination; a positive definite matrix needs no pivoting
        for k in range(d):
            if k != i:
                factor = system[k][i] / system[i][i]
                system[k] = [a - factor * b for a, b in zip(system[k], system[i], strict=True)]
    return np.array([float(system[i][d] / system[i][i]) for i in range(d)])
