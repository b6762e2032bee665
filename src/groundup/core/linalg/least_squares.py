"""Least squares by a triangular factor R of the data, and its pseudo-inverse.

For centred, weighted data, ``‖y − Xw‖² = ‖c − Rw‖² + constant`` with a triangular d × d matrix R. It comes from a
Cholesky factorisation of the cross-products (one pass, fast) or from a QR factorisation (slower, but the condition
number is not squared). A pseudo-inverse P of R gives the solution ``w = P c``, the covariance ``P Pᵀ`` and, with the
gradient over the original data, a correction of the rounding errors of R.

Source: Å. Björck, Numerical Methods for Least Squares Problems (SIAM, 1996).
"""

from dataclasses import dataclass

import numpy as np

from groundup.core.constants import EPS
from groundup.core.containers.csr import Csr
from groundup.core.linalg.double_double import Doubled, exponents, slice_bits, sliced_product, slices
from groundup.core.linalg.triangular_factor import Inverse, TriangularFactor
from groundup.core.rows import Samples
from groundup.core.types import Array

DOUBLED_STEPS = 10  # Largest number of refinement steps; each gains at least one digit, usually six or more.


@dataclass(frozen=True)
class Solution:
    """Coefficients and their suboptimality.

    Parameters
    ----------
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        Zero without an intercept.
    residual : ndarray of shape (t,)
        Weighted sum of squared residuals.
    excess : float
        Possible decrease of the sum of squares, relative to the total sum of squares.
    """

    coef: Array
    intercept: Array
    residual: Array
    excess: float


def moments(X: Array, y: Array, weight: Array | None, coef: Array, x_mean: Array, y_mean: Array) -> tuple[Array, Array]:
    """Return the centred ``Xᵀ r`` and ``‖r‖²`` of a block, for ``r = y − Xw``."""
    sparse = isinstance(X, Csr)
    centered = X - x_mean if x_mean.any() and not sparse else X
    r = (y - y_mean) - centered @ coef
    if sparse:
        r += x_mean @ coef  # algebraically: subtracting the means from X would make it dense
    weighted = r if weight is None else r * weight[:, None]
    gradient = centered.T @ weighted
    if sparse:
        gradient -= np.outer(x_mean, weighted.sum(0))
    return gradient, (weighted * r).sum(0)


def centered_product(X: Array | Csr, x_mean: Array, W: Array) -> Array:
    """Return ``(X − x_mean) W``, without filling a sparse X."""
    return X @ W - x_mean @ W if isinstance(X, Csr) else (X - x_mean) @ W


def evaluate(rows: Samples, triangle: TriangularFactor, P: Array, coef: Array, correct: bool = False) -> Solution:
    """Compute the suboptimality of `coef`; `correct` steps to the minimum.

    The excess of the sum of squares is ``gᵀ (XᵀX)⁻¹ g``.  eq. linear_regression:gap
    """
    g, residual = rows.sum(moments, coef, triangle.x_mean, triangle.y_mean)
    z = P.T @ g
    excess = relative(z, triangle)
    if correct:
        coef = coef + P @ z
        residual = np.maximum(residual - (z**2).sum(0), 0)  # Pythagoras: the step is orthogonal to what remains
    intercept = triangle.y_mean - triangle.x_mean @ coef  # eq. linear_regression:intercept
    return Solution(coef, intercept, residual, excess)


def refine(rows: Samples, triangle: TriangularFactor, inverse: Inverse, coef: Array, intercept: bool) -> Solution:
    """Refine the solution with residuals in double-double precision.

    Residuals in working precision lose as many digits as the condition number has. With double-double residuals, every
    step gains as many digits as R has, up to full precision of the coefficients.  eq. linear_regression:refinement
    """
    if rows.sparse:
        return _refine_sparse(rows, triangle, inverse, coef)
    w, b = Doubled.exact(coef), Doubled.exact(triangle.y_mean - triangle.x_mean @ coef)
    P, last = inverse.P, np.inf
    for _ in range(DOUBLED_STEPS):
        gradient, total, residual = rows.sum(_doubled_moments, w, b)
        if not intercept:
            total = Doubled.exact(np.zeros_like(total.value))
        # The gradient for centred columns is Xᵀr − x̄ Σr; the difference is rounded only once.
        centered = gradient - total.times(triangle.x_mean[:, None])
        z = P.T @ centered.rounded()
        excess = relative(z, triangle)
        if not excess < last / 4:
            break  # the last step was rounding
        last, step = excess, P @ z
        w = w + Doubled.exact(step)
        b = b + Doubled.exact(total.rounded() / triangle.weight - triangle.x_mean @ step)
        if excess * inverse.condition**2 < EPS**2:
            break  # the step was below the last digit of every coefficient
    return Solution(w.rounded(), b.rounded() if intercept else np.zeros(len(b.value)), residual, excess)


def _refine_sparse(rows: Samples, triangle: TriangularFactor, inverse: Inverse, coef: Array) -> Solution:
    """Refine the solution in working precision: slices of sparse X are dense."""
    solution = evaluate(rows, triangle, inverse.P, coef, correct=True)
    for _ in range(DOUBLED_STEPS):
        again = evaluate(rows, triangle, inverse.P, solution.coef, correct=True)
        if not again.excess < solution.excess / 4:
            break
        solution = again
    return solution


def _doubled_moments(
    X: Array, y: Array, weight: Array | None, w: Doubled, b: Doubled
) -> tuple[Doubled, Doubled, Array]:
    """Return ``Xᵀr``, ``Σr`` and ``‖r‖²`` of a block for ``r = y − b − Xw``.

    Double-double sums are rounded only once.
    """
    bits = slice_bits(max(X.shape))
    units = exponents(X, axis=0)  # one for each column, so that units do not matter
    size = exponents(np.ldexp(w.value, units[:, None]), axis=None)
    parts = slices(X, units, bits)
    fitted = sliced_product(parts, slices(w.value, size - units[:, None], bits)) + Doubled.exact(X @ w.error)
    r = (Doubled.exact(y) - b) - fitted
    weighted = r if weight is None else r.times(weight[:, None])
    across = slices(weighted.value, exponents(weighted.value, axis=None), bits)
    gradient = sliced_product([part.T for part in parts], across) + Doubled.exact(X.T @ weighted.error)
    return gradient, weighted.sum(), (weighted.rounded() * r.rounded()).sum(0)


def relative(z: Array, triangle: TriangularFactor) -> float:
    """Return the largest ‖z‖² of a target, relative to its total sum of squares."""
    return float(((z**2).sum(0) / np.where(triangle.total > 0, triangle.total, 1)).max())
