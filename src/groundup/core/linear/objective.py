"""The objective of linear classifiers: losses and a penalty on the slopes.

Parameters are one array of shape (p, t): a column for each score; its first d rows are slopes and the last one, where
there is an intercept, is the score at the centre of the data. Measured from the centre, intercept and slopes hardly
depend on each other, which saves many iterations where features lie far from the origin.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.linear.products import scores, times_rows
from groundup.core.optimize.losses import Likelihood
from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Samples
from groundup.core.types import Array

SCALE_FLOOR = 1e-4  # Smallest scale of the objective, relative to its value at zero coefficients.


@dataclass(frozen=True)
class ScoreObjective:
    """The smooth part of the objective, ``C Σ weight · loss + l2/2 ‖w‖²``.

    The L1 penalty is `nonsmooth`.

    Parameters
    ----------
    rows : Samples
        X, classes as integers, and weights (or None).
    loss : Likelihood
        Loss of a row's scores.
    outputs : int
        Number t of scores of a row.
    C : float
        Factor of the sum of losses.
    l1, l2 : float
        Strengths of the penalty on the slopes; the intercept has none.
    center : ndarray of shape (d,), or None
        Point at which the intercept is measured; None without an intercept.
    single : bool
        Whether scores and losses are computed in single precision, the sums over the blocks still in double.
    """

    rows: Samples
    loss: Likelihood
    outputs: int
    C: float
    l1: float
    l2: float
    center: Array | None
    single: bool = False

    @property
    def n_features(self) -> int:
        """Number d of columns of X."""
        X = self.rows.X
        return int(X.shape[1])

    @cached_property
    def total(self) -> float:
        """Sum of the weights."""
        return self.rows.total

    def scale(self, value: float) -> float:
        """Return the unit of a relative decrease.

        It is the value or, where that is tiny, a part of the value at zero.
        """
        return max(value, SCALE_FLOOR * self.C * self.total * float(np.log(max(2, self.outputs))))

    @property
    def nonsmooth(self) -> Penalty:
        """The non-smooth part of the penalty."""
        return Penalty(self.l1 * self._slopes[:, None])

    @property
    def _slopes(self) -> Array:
        """Ones for the slopes and, where there is an intercept, a zero for it."""
        d = self.n_features
        return np.ones(d) if self.center is None else np.append(np.ones(d), 0.0)

    def zero(self) -> Array:
        """Return parameters that are all zero."""
        return np.zeros((len(self._slopes), self.outputs))

    def __call__(self, theta: Array) -> tuple[Array, Array]:
        """Return the value, of shape (), and the gradient, in one pass.

        eq. logistic_regression:objective, logistic_regression:gradient
        eq. softmax_regression:objective, softmax_regression:gradient
        """
        w, b = self.split(theta)
        value, slope_x, slope = self.rows.sum(_losses, w, b, self.loss)
        w = theta[: self.n_features]
        gradient = self.gather(slope_x, slope) + self.l2_gradient(theta)
        return np.asarray(self.C * value + self.l2 / 2 * np.vdot(w, w)), gradient

    def hessian_times(self, theta: Array, direction: Array) -> Array:
        """Return the Hessian at `theta` times a direction.  eq. softmax_regression:hessian"""
        curve_x, curve = self.rows.sum(_curvature, *self.split(theta), *self.split(direction), self.loss)
        return self.gather(curve_x, curve) + self.l2_gradient(direction)

    def hessian(self, theta: Array, places: Array | None = None) -> Array:
        """Return the Hessian at `theta`, of shape (p t, p t).  eq. logistic_regression:hessian

        Parameters
        ----------
        theta : ndarray of shape (p, t)
            Parameters.
        places : ndarray of int, optional
            Restrict it to these parameters of each score; the intercept, if there is one, must be the last of them.
        """
        H = self.C * self.rows.sum(_hessian, *self.split(theta), self.loss, self.center, self._columns(places))
        curvature = self.l2 * (self._slopes if places is None else self._slopes[places])
        return np.asarray(H + np.diag(np.repeat(curvature, self.outputs)))

    def _columns(self, places: Array | None) -> Array | None:
        """Columns of X at some places of the parameters."""
        return None if places is None else places[places < self.n_features]

    def per_class_hessians(self, theta: Array, places: Array | None = None) -> Array:
        """Return the Hessian by the parameters of each score alone, of shape (t, p, p).

        Parameters
        ----------
        theta : ndarray of shape (p, t)
            Parameters.
        places : ndarray of int, optional
            As in `hessian`.
        """
        H = self.C * self.rows.sum(
            _per_class_hessians, *self.split(theta), self.loss, self.center, self._columns(places)
        )
        return np.asarray(H + np.diag(self.l2 * (self._slopes if places is None else self._slopes[places])))

    def curvature(self, theta: Array) -> Array:
        """Return each row's weighted curvature by its single score, of shape (n,)."""
        curve, weight = self.loss.own_curvature(self.scores(theta))[0], self.rows.weight
        return np.asarray(curve if weight is None else curve * weight)

    def curvature_bound(self) -> Array:
        """Return a matrix that no Hessian exceeds.

        It follows from the largest curvature of the loss.

        eq. softmax_regression:bohning
        """
        steepest = float(np.linalg.norm(self.loss.curvature_bound(self.outputs), 2))
        gram = self.rows.sum(_gram, self.center)
        return np.asarray(self.C * steepest * gram + np.diag(self.l2 * self._slopes))

    def curvature_bound_diagonal(self) -> Array:
        """Return the diagonal of `curvature_bound`, of shape (p,), in one pass over the data."""
        steepest = float(np.linalg.norm(self.loss.curvature_bound(self.outputs), 2))
        rows = self.rows.in_blocks_of(max(1, BLOCK_BYTES // (8 * self.n_features)))
        return np.asarray(self.C * steepest * rows.sum(_squares, self.center) + self.l2 * self._slopes)

    def split(self, theta: Array) -> tuple[Array, Array]:
        """Return slopes (d, t), and intercepts (t,) where all features are zero."""
        w = theta[: self.n_features]
        b = np.zeros(self.outputs) if self.center is None else theta[-1] - self.center @ w
        return (w.astype(np.float32), b.astype(np.float32)) if self.single else (w, b)

    def coefficients(self, theta: Array) -> tuple[Array, Array]:
        """Return slopes and intercepts as `split`, but unique.

        Of all equivalent parameters of several scores, they sum to zero.

        eq. softmax_regression:sum-zero
        """
        w, b = self.split(theta)
        if self.outputs == 1:
            return w, b
        return w if self.l1 else w - w.mean(axis=1, keepdims=True), b - b.mean()

    def join(self, w: Array, b: Array) -> Array:
        """Return the parameters of given slopes and intercepts: the inverse of `split`."""
        return w if self.center is None else np.vstack([w, b + self.center @ w])

    def gather(self, by_x: Array, by_one: Array) -> Array:
        """Return the gradient by the parameters from sums over the rows.

        The sums are of the derivatives by the scores, times x and times 1.
        """
        if self.center is None:
            return self.C * by_x.T
        return self.C * np.vstack([by_x.T - np.outer(self.center, by_one), by_one])

    def l2_gradient(self, theta: Array) -> Array:
        """Return the gradient of the L2 penalty."""
        return np.asarray(self.l2 * self._slopes[:, None] * theta)

    def scores(self, theta: Array) -> Array:
        """Return the scores of all rows, of shape (t, n)."""
        parts = list(self.rows.map(_scores_of_block, *self.split(theta)))
        return np.asarray(parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1))

    def scaled(self, factor: float) -> "ScoreObjective":
        """Return the objective of `factor` times as many rows of the same kind."""
        return replace(self, C=self.C * factor)

    def subsample(self, rows: Array) -> "ScoreObjective":
        """Return the objective estimated from a subsample of the rows."""
        return replace(self, rows=self.rows.take(rows)).scaled(len(self.rows) / len(rows))


def _scores_of_block(X: Array, y: Array, weight: Array | None, w: Array, b: Array) -> Array:
    return scores(X, w, b)


def _losses(
    X: Array, y: Array, weight: Array | None, w: Array, b: Array, loss: Likelihood
) -> tuple[float, Array, Array]:
    value, slope = loss.value_and_slope(scores(X, w, b), y)
    if weight is not None:
        value, slope = value * weight, slope * weight
    return value.sum(dtype=np.float64), times_rows(slope, X), slope.sum(axis=1, dtype=np.float64)


def _curvature(
    X: Array, y: Array, weight: Array | None, w: Array, b: Array, v: Array, c: Array, loss: Likelihood
) -> tuple[Array, Array]:
    curve = loss.curve(scores(X, w, b), scores(X, v, c))
    if weight is not None:
        curve = curve * weight
    return times_rows(curve, X), curve.sum(axis=1, dtype=np.float64)


def _hessian(
    X: Array,
    y: Array,
    weight: Array | None,
    w: Array,
    b: Array,
    loss: Likelihood,
    center: Array | None,
    columns: Array | None,
) -> Array:
    Z = scores(X, w, b)
    X, center = _at(X, center, columns)
    p, t = X.shape[1] + (center is not None), len(b)
    H = np.empty((p, t, p, t))
    for k, unit in enumerate(np.eye(t)):
        curves = loss.curve(Z, unit[:, None])
        for j in range(k + 1):  # off-diagonal curvatures are negative: each block of H has one sign
            curve = np.abs(curves[j]) if weight is None else np.abs(curves[j]) * weight
            H[:, j, :, k] = H[:, k, :, j] = (1 if j == k else -1) * _gram(X, y, curve, center)
    return H.reshape(p * t, p * t)


def _at(X: Array, center: Array | None, columns: Array | None) -> tuple[Array, Array | None]:
    """Some columns of X and of the centre; all if `columns` is None."""
    if columns is None:
        return X, center
    part = X.columns(columns) if isinstance(X, Csr) else X[:, columns]
    return part, None if center is None else center[columns]


def _per_class_hessians(
    X: Array,
    y: Array,
    weight: Array | None,
    w: Array,
    b: Array,
    loss: Likelihood,
    center: Array | None,
    columns: Array | None,
) -> Array:
    curves = loss.own_curvature(scores(X, w, b))
    if weight is not None:
        curves = curves * weight
    X, center = _at(X, center, columns)
    return np.stack([_gram(X, y, curve, center) for curve in curves])


def _gram(X: Array, y: Array, weight: Array | None, center: Array | None) -> Array:
    """Weighted cross-products of the columns of the design."""
    if isinstance(X, Csr):
        return _sparse_gram(X, weight, center)
    block = design(X, center)
    if weight is not None:
        block *= np.sqrt(weight)[:, None]
    return np.asarray(block.T @ block)


def _squares(X: Array, y: Array, weight: Array | None, center: Array | None) -> Array:
    """Weighted sums of the squares of the columns of the design."""
    share = np.ones(len(X)) if weight is None else weight
    if isinstance(X, Csr):
        squares = np.bincount(X.indices, X.data**2 * share[X.row_of_entry], X.shape[1])
        if center is None:
            return squares
        return np.append(squares + center * (share.sum() * center - 2 * X.column_sums(share)), share.sum())
    block = X.astype(np.float64) if center is None else X - center
    block *= block
    squares = share @ block
    return squares if center is None else np.append(squares, share.sum())


def _sparse_gram(X: Csr, weight: Array | None, center: Array | None) -> Array:
    """Weighted cross-products of sparse rows.

    The centre is subtracted from the products, where it leaves no zero of X to fill.
    """
    gram = X.gram(weight)
    if center is None:
        return gram
    total = float(len(X)) if weight is None else float(weight.sum())
    sums = X.column_sums(weight)
    shifted = sums - total * center
    corner = np.outer(center, sums)
    centered = gram - corner - corner.T + total * np.outer(center, center)
    return np.block([[centered, shifted[:, None]], [shifted[None, :], np.full((1, 1), total)]])


def squared_lengths(X: Array | Csr, center: Array | None, M: Array) -> Array:
    """``a M aᵀ`` for each row a of the design, of shape (m,)."""
    if not isinstance(X, Csr):
        A = design(X, center)
        return np.einsum("ij,ij->i", A @ M, A)
    d = X.shape[1]
    linear, constant = np.zeros(d), 0.0
    if center is not None:  # [x − c, 1] = [x, 1] L: the same form in x, with a linear and a constant term
        shift = np.append(-center, 1.0)
        linear, constant = (M[:d] + M[:, :d].T) @ shift, float(shift @ M @ shift)
    quadratic = X.data * (X @ M[:d, :d])[X.row_of_entry, X.indices]
    return np.bincount(X.row_of_entry, quadratic, len(X)) + X @ linear + constant


def design(X: Array, center: Array | None) -> Array:
    """Return the centred rows in double precision, with a column of ones.

    Without a centre they are neither centred nor extended.
    """
    if center is None:
        return X.astype(np.float64)
    block = np.empty((len(X), X.shape[1] + 1))
    np.subtract(X, center, out=block[:, :-1])
    block[:, -1] = 1
    return block
