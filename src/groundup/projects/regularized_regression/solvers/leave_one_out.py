"""Leave-one-out errors of ridge regression from one factorisation.

The error of a row that is left out is its residual divided by one minus its leverage. One factorisation gives residuals
and leverages for all alphas, each by a product of matrices: in the space of the features, block by block of rows, or,
for fewer rows than columns, in the space of the rows.
"""

from dataclasses import dataclass

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.linalg.least_squares import centered_product
from groundup.core.linalg.normal_equations import centered, sparse_means
from groundup.core.linear.squared_error import Means
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.spectrum import Spectrum, degrees, products_suffice


@dataclass(frozen=True)
class Tall:
    """The model that gives the errors of a block of rows.

    Parameters
    ----------
    means : Means
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
        Replaces each row's own leverage in generalised cross-validation.
    """

    means: Means
    V: Array
    inverse: Array
    coef: Array
    intercept: bool
    mean_leverage: Array | None


def tall(spectrum: Spectrum, means: Means, alphas: Array, intercept: bool, generalized: bool, n: int) -> Tall:
    """Return the model of `n` rows of positive weight, with slopes for all alphas."""
    inverse = spectrum.inverse(alphas)
    mean = (degrees(spectrum.squares, alphas) + intercept) / n if generalized else None
    return Tall(means, spectrum.V, inverse, spectrum.coef(alphas), intercept, mean)


def errors(X: Array | Csr, y: Array, weight: Array | None, model: Tall) -> Array:
    """Return a block's leave-one-out errors, (m, a, t): target minus prediction."""
    m, (d, a, t) = X.shape[0], model.coef.shape
    fitted = centered_product(X, model.means.x_mean, model.coef.reshape(d, a * t)).reshape(m, a, t)
    residual = (y - model.means.y_mean)[:, None, :] - fitted
    share = np.ones(m) if weight is None else weight
    if model.mean_leverage is None:
        leverage = share[:, None] * (centered_product(X, model.means.x_mean, model.V) ** 2 @ model.inverse)
        if model.intercept:
            leverage += share[:, None] / model.means.weight
    else:
        leverage = np.broadcast_to(model.mean_leverage, (m, a))  # eq. regularized_regression:gcv
    return left_out(residual, 1 - leverage)


def left_out(residual: Array, free: Array) -> Array:
    """Return the errors of rows that are left out.

    They follow from residuals (m, a, t) and 1 − leverage (m, a).

    eq. regularized_regression:loo
    """
    return np.asarray(residual / np.where(free > 0, free, 1)[:, :, None])


def wide(rows: Samples, alphas: Array, intercept: bool, generalized: bool, mode: str | None) -> Array:
    """As `errors`, for all rows, in the space of the rows.

    Residual and 1 − leverage are both alpha times a number that does not vanish with alpha. The quotient of these
    numbers suffers no cancellation, even where every fit interpolates all rows.
    """
    root = np.ones(len(rows)) if rows.weight is None else np.sqrt(rows.weight)
    squares, U, y = row_space(rows, root, intercept, float(alphas.min()), mode)
    if intercept:  # centred rows are orthogonal to a constant, up to rounding, which is removed here
        constant = root / np.linalg.norm(root)
        U = U - np.outer(constant, constant @ U)
    n, t, a = len(U), y.shape[1], len(alphas)
    inverse = 1 / (squares[:, None] + alphas)
    residual = U @ (inverse[:, :, None] * (U.T @ y)[:, None, :]).reshape(-1, a * t)
    free = U**2 @ inverse
    if generalized:
        free = np.broadcast_to(free.mean(0), free.shape)
    return left_out(residual.reshape(n, a, t), free) / root[:, None, None]


def row_space(
    rows: Samples, root: Array, intercept: bool, smallest: float, mode: str | None
) -> tuple[Array, Array, Array]:
    """Return the eigenvalues of ``XXᵀ``, rising, its eigenvectors, and y.

    X and y are centred and multiplied by the `root` of the weights. The eigenvalues come from the SVD of a dense X
    where products are too coarse.

    `mode` is that of `RidgeCV`; by default the `smallest` alpha decides whether the SVD is needed.
    """
    if rows.sparse:
        kernel, y = _sparse_products(rows, root, intercept)
    else:
        data = centered(rows, intercept)
        kernel, y = data.X @ data.X.T, data.y
    if rows.sparse or mode != "svd":
        squares, U = np.linalg.eigh(kernel)
        # With an intercept the first eigenvalue is zero, that of a constant, and plays no part.
        if rows.sparse or mode == "eigen" or products_suffice(squares[int(intercept) :], smallest):
            return np.maximum(squares, 0), U, y
    U, s, _ = np.linalg.svd(data.X, full_matrices=False)
    return s[::-1] ** 2, U[:, ::-1], y


def _sparse_products(rows: Samples, root: Array, intercept: bool) -> tuple[Array, Array]:
    """``XXᵀ`` of centred, weighted sparse rows, and y likewise; the means are subtracted from the products."""
    means, kernel = sparse_means(rows, intercept), rows.X.transposed().gram()
    if intercept:
        along = rows.X @ means.x_mean
        kernel = kernel - along[:, None] - along + means.x_mean @ means.x_mean
    return kernel * np.outer(root, root), (rows.y - means.y_mean) * root[:, None]
