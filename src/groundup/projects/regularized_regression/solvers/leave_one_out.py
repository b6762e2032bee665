"""Leave-one-out errors of ridge regression for many penalties at once, without fitting anything again.

A row that is left out is predicted worse than one that was fitted, by a factor that its leverage gives. One
factorisation yields residuals and leverages for all alphas, each by a product of matrices: in the space of the
features, block by block of rows, or, where rows are fewer, in the space of the rows.
"""

from dataclasses import dataclass

import numpy as np

from groundup.core.linalg.normal_equations import Centred
from groundup.core.linear.squared_error import Centre
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.spectrum import Spectrum, degrees, products_suffice


@dataclass(frozen=True)
class Tall:
    """What the errors of a block of rows depend on.

    Parameters
    ----------
    centre : Centre
        Means of X and y, and the sum of the weights.
    V : ndarray of shape (d, k)
        Singular directions.
    inverse : ndarray of shape (k, a)
        ``1 / (s² + alpha)`` for every direction and every alpha.
    coef : ndarray of shape (d, a, t)
        Slopes for every alpha and target.
    intercept : bool
        Whether there is one.
    mean_leverage : ndarray of shape (a,), or None
        To be taken for each row's own: generalised cross-validation.
    """

    centre: Centre
    V: Array
    inverse: Array
    coef: Array
    intercept: bool
    mean_leverage: Array | None


def tall(spectrum: Spectrum, centre: Centre, alphas: Array, intercept: bool, generalised: bool, n: int) -> Tall:
    """Slopes for all alphas; `n` rows of positive weight."""
    inverse = spectrum.inverse(alphas)
    mean = (degrees(spectrum.squares, alphas) + intercept) / n if generalised else None
    return Tall(centre, spectrum.V, inverse, spectrum.coef(alphas), intercept, mean)


def squared_errors(X: Array, y: Array, weight: Array | None, model: Tall) -> Array:
    """Weighted squares of the leave-one-out errors of a block, of shape (m, a, t)."""
    m, (d, a, t) = len(X), model.coef.shape
    centred = X - model.centre.x_mean
    fitted = (centred @ model.coef.reshape(d, a * t)).reshape(m, a, t)
    residual = (y - model.centre.y_mean)[:, None, :] - fitted
    share = np.ones(m) if weight is None else weight
    if model.mean_leverage is None:
        leverage = share[:, None] * ((centred @ model.V) ** 2 @ model.inverse)
        if model.intercept:
            leverage += share[:, None] / model.centre.weight
    else:
        leverage = np.broadcast_to(model.mean_leverage, (m, a))  # eq. regularized_regression:gcv
    return np.asarray(share[:, None, None] * left_out(residual, 1 - leverage) ** 2)


def left_out(residual: Array, free: Array) -> Array:
    """Errors of rows that are left out, from residuals (m, a, t) and 1 − leverage (m, a).

    eq. regularized_regression:loo
    """
    return np.asarray(residual / np.where(free > 0, free, 1)[:, :, None])


def wide(data: Centred, alphas: Array, root: Array, intercept: bool, generalised: bool, mode: str | None) -> Array:
    """As `squared_errors`, of all rows at once, in the space of the rows; `root` is that of each row's weight.

    Residual and 1 − leverage are both alpha times something that does not vanish with alpha. Of the quotient of these
    nothing cancels, even where every fit goes through all the points.
    """
    squares, U = row_space(data, intercept, float(alphas.min()), mode)
    if intercept:  # centred rows do not reach the direction of a constant: what rounding put there is no error
        constant = root / np.linalg.norm(root)
        U = U - np.outer(constant, constant @ U)
    n, t, a = len(U), data.y.shape[1], len(alphas)
    inverse = 1 / (squares[:, None] + alphas)
    residual = U @ (inverse[:, :, None] * (U.T @ data.y)[:, None, :]).reshape(-1, a * t)
    free = U**2 @ inverse
    if generalised:
        free = np.broadcast_to(free.mean(0), free.shape)
    return left_out(residual.reshape(n, a, t), free) ** 2


def row_space(data: Centred, intercept: bool, smallest: float, mode: str | None) -> tuple[Array, Array]:
    """Eigenvalues of ``XXᵀ``, rising, and its eigenvectors; from the SVD of X where its condition must not be squared.

    `mode` is that of `RidgeCV`; left to choose, it looks at the `smallest` alpha.
    """
    if mode != "svd":
        squares, U = np.linalg.eigh(data.X @ data.X.T)
        # With an intercept the first eigenvalue is zero, that of a constant, and plays no part.
        if mode == "eigen" or products_suffice(squares[int(intercept) :], smallest):
            return np.maximum(squares, 0), U
    U, s, _ = np.linalg.svd(data.X, full_matrices=False)
    return s[::-1] ** 2, U[:, ::-1]


def sums(rows: Samples, model: Tall) -> Array:
    """Sums of `squared_errors` over all rows, of shape (a, t)."""
    total: Array = rows.sum(_summed, model)
    return total


def _summed(X: Array, y: Array, weight: Array | None, model: Tall) -> Array:
    return np.asarray(squared_errors(X, y, weight, model).sum(0))
