"""The smooth objective of linear models: ``½ Σ weight · (y − ŷ)² / Σ weight``, the intercept always at its best."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from groundup.core.linalg.least_squares import moments
from groundup.core.rows import Samples
from groundup.core.types import Array


class Centre(Protocol):
    """Means of the data and the sum of their weights: triangles and normal equations know them."""

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
    """Half the weighted mean of squared residuals, as a function of the slopes of shape (d, t).

    Parameters
    ----------
    rows : Samples
        Of X, y (two-dimensional) and weights.
    centre : Centre
        Its means centre the data, which decouples the intercept and lowers the condition number.
    """

    rows: Samples
    centre: Centre

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Value and gradient in one pass.  eq. linear_regression:objective, linear_regression:gradient"""
        c = self.centre
        product, residual = self.rows.sum(moments, w, c.x_mean, c.y_mean)
        return residual / (2 * c.weight), -product / c.weight

    def hessian_times(self, direction: Array) -> Array:
        """Centred ``XᵀWX direction / Σ weight``."""
        product: Array = self.rows.sum(_hessian_block, direction, self.centre.x_mean)
        return product / self.centre.weight


def _hessian_block(X: Array, y: Array, weight: Array | None, direction: Array, x_mean: Array) -> Array:
    centred = X - x_mean
    along = centred @ direction
    return np.asarray(centred.T @ (along if weight is None else along * weight[:, None]))
