"""Mean squared error of linear models with the best intercept.

It is ``½ Σ weight · (y − ŷ)² / Σ weight``.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.linalg.least_squares import moments
from groundup.core.rows import Samples
from groundup.core.types import Array


class Means(Protocol):
    """Means of the data and the sum of their weights."""

    @property
    def x_mean(self) -> Array:
        """Weighted mean of X, of shape (d,); zeros without an intercept."""
        ...

    @property
    def y_mean(self) -> Array:
        """Weighted mean of y, of shape (t,)."""
        ...

    @property
    def weight(self) -> float:
        """Sum of the weights."""
        ...


@dataclass(frozen=True)
class MeanSquaredError:
    """Half the weighted mean of squared residuals, for slopes of shape (d, t).

    Parameters
    ----------
    rows : Samples
        X, y (two-dimensional) and weights.
    means : Means
        Means of X and y: to centre the data decouples the intercept and lowers the condition number.
    """

    rows: Samples
    means: Means

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Return value and gradient in one pass.  eq. linear_regression:objective, linear_regression:gradient"""
        c = self.means
        product, residual = self.rows.sum(moments, w, c.x_mean, c.y_mean)
        return residual / (2 * c.weight), -product / c.weight

    def hessian_times(self, direction: Array) -> Array:
        """Return the centred ``XᵀWX direction / Σ weight``."""
        product: Array = self.rows.sum(_hessian_block, direction, self.means.x_mean)
        return product / self.means.weight


def _hessian_block(X: Array, y: Array, weight: Array | None, direction: Array, x_mean: Array) -> Array:
    if isinstance(X, Csr):
        along = X @ direction - x_mean @ direction
        along = along if weight is None else along * weight[:, None]
        return X.T @ along - np.outer(x_mean, along.sum(0))
    centered = X - x_mean
    along = centered @ direction
    return centered.T @ (along if weight is None else along * weight[:, None])
