"""Normal equations of float32 rows, multiplied in float32 and added up in float64, at half the cost.

Within a block of some thousand rows the rounding errors of float32 hardly grow, and one more pass corrects
what they have done to the solution. So its slopes are right to the last digits of float32.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.linalg.normal_equations import (
    NormalEquations,
    centered_products,
    product_shifts,
    shifted_products,
)
from groundup.core.rows import Samples
from groundup.core.types import Array

NEAR_ORIGIN = 1.0  # Means within one standard deviation of zero cost float32 products no digit.
MAX_INFLATION = 30.0  # Up to this inflation of the pivots, the products hold five digits of the slopes.
SMALLEST = 1e-25  # Sums of squares from this one to its inverse have terms within the range of float32.


def single_equations(rows: Samples, intercept: bool) -> NormalEquations | None:
    """Return normal equations with the rounding errors of float32.

    They serve up to an inflation of the pivots of `MAX_INFLATION`.

    Parameters
    ----------
    rows : Samples
        X, y of shape (n, t) and weights.
    intercept : bool
        Whether there is one.

    Returns
    -------
    NormalEquations or None
        None for other rows than float32, and for squares near the limits of float32.
    """
    if rows.sparse or rows.X.dtype != np.float32:
        return None
    x_shift, y_shift = product_shifts(rows, intercept, NEAR_ORIGIN)
    x_shift = _rounded(x_shift)  # as it is subtracted
    with np.errstate(over="ignore", invalid="ignore"):
        products = shifted_products(rows, x_shift, y_shift, intercept, np.float32)
        normal = centered_products(products, x_shift, y_shift, rows.total, intercept)
        squares = np.append(np.diag(normal.gram), normal.total)
        present = squares[squares != 0]
        in_range = ((present > SMALLEST) & (present < 1 / SMALLEST)).all()
    return normal if in_range else None


def corrected(normal: NormalEquations, rows: Samples, intercept: bool, coef: Array) -> NormalEquations:
    """Return equations whose residuals at slopes of shape (d, t) are those of the rows.

    Solved again, they give a solution near `coef` to the last digits of float32.
    """
    w, shift = _rounded(coef), product_shifts(rows, intercept, NEAR_ORIGIN)[0]
    level = normal.y_mean - (normal.x_mean - _rounded(shift)) @ w
    slope, square, rest = rows.sum(_moments, w.astype(np.float32), shift.astype(np.float32), level)
    y_mean = normal.y_mean
    if intercept:
        slope = slope - np.outer(normal.x_mean - _rounded(shift), rest)
        y_mean, square = y_mean + rest / normal.weight, square - rest**2 / normal.weight
    slope[np.diag(normal.gram) == 0] = 0  # rounding of constant columns
    product = normal.gram @ w + slope
    return replace(normal, product=product, y_mean=y_mean, total=square + (w * (product + slope)).sum(0))


def _moments(X: Array, y: Array, weight: Array | None, w: Array, shift: Array, level: Array) -> tuple[Any, Any, Any]:
    """``(X − shift)ᵀ r``, ``‖r‖²`` and the sum of r for residuals r, rounded to float32 only for the first of them."""
    shifted = X - shift if shift.any() else X
    r = (y - level) - shifted @ w
    weighted = r if weight is None else r * weight[:, None]
    slope = (shifted.T @ weighted.astype(np.float32)).astype(np.float64)
    return slope, (weighted * r).sum(0), weighted.sum(0)


def _rounded(a: Array) -> Array:
    """Numbers that float32 holds, as float64."""
    return a.astype(np.float32).astype(np.float64)
