"""What a linear classifier minimises: the losses of its scores over the rows, and a penalty on its slopes.

Parameters are one array of shape (p, t): a column for each score; its first d rows are slopes and the last one, where
there is an intercept, is the score at the centre of the data. Measured from the centre, intercept and slopes hardly
depend on each other, which is worth many iterations where features lie far from the origin.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from groundup.core.optimize.losses import Loss
from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Samples
from groundup.core.types import Array

SAMPLE = 256  # rows that tell well enough where the centre is
LARGE = 32  # usual blocks in one
FLOOR = 1e-4  # of the objective of the model that knows nothing, ``C Σ weight log K``


@dataclass(frozen=True)
class ScoreObjective:
    """``C Σ weight · loss + l2/2 ‖w‖²``, to which `corner`, the penalty ``l1 ‖w‖₁``, comes.

    Parameters
    ----------
    rows : Samples
        Of X, classes as integers, and weights (or None).
    loss : Loss
        Of a row's scores.
    outputs : int
        Number t of scores of a row.
    C : float
        What the sum of losses is multiplied with.
    l1, l2 : float
        Of the penalty on the slopes; the intercept has none.
    centre : ndarray of shape (d,), or None
        Where the intercept is measured; None without an intercept.
    """

    rows: Samples
    loss: Loss
    outputs: int
    C: float
    l1: float
    l2: float
    centre: Array | None

    @property
    def n_features(self) -> int:
        """Number d of columns of X."""
        X = self.rows.X
        return int(X.shape[1])

    @cached_property
    def total(self) -> float:
        """Sum of the weights."""
        weight = self.rows.weight
        return float(len(self.rows)) if weight is None else float(weight.sum())

    def yardstick(self, value: float) -> float:
        """What a fall of the objective is judged by: its value or, where that is tiny, a part of that at zero."""
        return max(value, FLOOR * self.C * self.total * float(np.log(max(2, self.outputs))))

    @property
    def corner(self) -> Penalty:
        """The part of the penalty that is not smooth."""
        return Penalty(self.l1 * self._slopes[:, None])

    @property
    def _slopes(self) -> Array:
        """One for each slope and, where there is an intercept, zero for it."""
        d = self.n_features
        return np.ones(d) if self.centre is None else np.append(np.ones(d), 0.0)

    def zero(self) -> Array:
        """Parameters of the model that knows nothing."""
        return np.zeros((len(self._slopes), self.outputs))

    def __call__(self, theta: Array) -> tuple[Array, Array]:
        """Value, of shape (), and gradient of the losses and the square penalty, in one pass.

        eq. logistic_regression:objective, logistic_regression:gradient
        eq. softmax_regression:objective, softmax_regression:gradient
        """
        w, b = self.split(theta)
        value, slope_x, slope = self.rows.sum(_losses, w, b, self.loss)
        gradient = self.gather(slope_x, slope) + self.gradient_of_squares(theta)
        return np.asarray(self.C * value + self.l2 / 2 * np.vdot(w, w)), gradient

    def hessian_times(self, theta: Array, direction: Array) -> Array:
        """Second derivative at `theta` times a direction.  eq. softmax_regression:hessian"""
        curve_x, curve = self.rows.sum(_curvature, *self.split(theta), *self.split(direction), self.loss)
        return self.gather(curve_x, curve) + self.gradient_of_squares(direction)

    def hessian(self, theta: Array, places: Array | None = None) -> Array:
        """Second derivative at `theta`, of shape (p t, p t).  eq. logistic_regression:hessian

        Parameters
        ----------
        theta : ndarray of shape (p, t)
            Where.
        places : ndarray of int, optional
            Only by these parameters of each score; the intercept, if there is one, must be the last of them.
        """
        H = self.C * self.rows.sum(_hessian, *self.split(theta), self.loss, self.centre, self._columns(places))
        bent = self.l2 * (self._slopes if places is None else self._slopes[places])
        return np.asarray(H + np.diag(np.repeat(bent, self.outputs)))

    def _columns(self, places: Array | None) -> Array | None:
        """Columns of X at some places of the parameters."""
        return None if places is None else places[places < self.n_features]

    def own_hessians(self, theta: Array, places: Array | None = None) -> Array:
        """Second derivative by the parameters of each score alone, of shape (t, p, p).

        Parameters
        ----------
        theta : ndarray of shape (p, t)
            Where.
        places : ndarray of int, optional
            As in `hessian`.
        """
        H = self.C * self.rows.sum(_own_hessians, *self.split(theta), self.loss, self.centre, self._columns(places))
        return np.asarray(H + np.diag(self.l2 * (self._slopes if places is None else self._slopes[places])))

    def curvature(self, theta: Array) -> Array:
        """Weighted second derivative of each row's loss by its single score, of shape (n,)."""
        curve, weight = self.loss.own_curvature(self.scores(theta))[0], self.rows.weight
        return np.asarray(curve if weight is None else curve * weight)

    def bound(self) -> Array:
        """What the largest curvature makes of the rows: no second derivative is above it.

        eq. softmax_regression:bohning
        """
        steepest = float(np.linalg.norm(self.loss.largest_curvature(self.outputs), 2))
        gram = self.rows.sum(_gram, self.centre)
        return np.asarray(self.C * steepest * gram + np.diag(self.l2 * self._slopes))

    def split(self, theta: Array) -> tuple[Array, Array]:
        """Slopes (d, t), and intercepts (t,) where all features are zero."""
        w = theta[: self.n_features]
        return w, np.zeros(self.outputs) if self.centre is None else theta[-1] - self.centre @ w

    def coefficients(self, theta: Array) -> tuple[Array, Array]:
        """The same; of the equivalent ones that several scores have, those that sum to zero.

        eq. softmax_regression:sum-zero
        """
        w, b = self.split(theta)
        if self.outputs == 1:
            return w, b
        return w if self.l1 else w - w.mean(axis=1, keepdims=True), b - b.mean()

    def join(self, w: Array, b: Array) -> Array:
        """Parameters of given slopes and intercepts: undoes `split`."""
        return w if self.centre is None else np.vstack([w, b + self.centre @ w])

    def gather(self, by_x: Array, by_one: Array) -> Array:
        """Derivative of the losses by the parameters, from sums over the rows of that by the scores, times x and 1."""
        if self.centre is None:
            return self.C * by_x.T
        return self.C * np.vstack([by_x.T - np.outer(self.centre, by_one), by_one])

    def gradient_of_squares(self, theta: Array) -> Array:
        """Derivative of the square penalty."""
        return np.asarray(self.l2 * self._slopes[:, None] * theta)

    def scores(self, theta: Array) -> Array:
        """Scores of all rows, of shape (t, n)."""
        return self.rows.concatenate(_scores_by_rows, *self.split(theta)).T

    def scaled(self, factor: float) -> "ScoreObjective":
        """What the objective would be with so many times the rows, of the same kind."""
        return replace(self, C=self.C * factor)

    def sample(self, rows: Array) -> "ScoreObjective":
        """What the objective would be if all rows were like some of them."""
        X, y, weight = self.rows.X, self.rows.y, self.rows.weight
        chosen = Samples(X[rows], y[rows], None if weight is None else weight[rows])
        return replace(self, rows=chosen).scaled(len(self.rows) / len(rows))


def in_large_blocks(rows: Samples) -> Samples:
    """The same rows in blocks so large that the products with them are worth a second thread."""
    return rows.in_blocks_of(LARGE * rows.block_rows)


def centre_of(rows: Samples) -> Array:
    """Roughly the weighted mean of the rows of X, from some of them; exact for a column that is constant."""
    X, weight = rows.X, rows.weight
    step = -(-len(X) // SAMPLE)
    first = X[0].astype(np.float64)
    offsets = X[::step] - first
    return np.asarray(first + np.average(offsets, axis=0, weights=None if weight is None else weight[::step]))


def scores(X: Array, w: Array, b: Array) -> Array:
    """Scores of rows, of shape (t, m)."""
    return np.asarray(w.T @ X.T + b[:, None])


def _scores_by_rows(X: Array, y: Array, weight: Array | None, w: Array, b: Array) -> Array:
    return scores(X, w, b).T


def _losses(X: Array, y: Array, weight: Array | None, w: Array, b: Array, loss: Loss) -> tuple[float, Array, Array]:
    value, slope = loss.value_and_slope(scores(X, w, b), y)
    if weight is not None:
        value, slope = value * weight, slope * weight
    return value.sum(), slope @ X, slope.sum(axis=1)


def _curvature(
    X: Array, y: Array, weight: Array | None, w: Array, b: Array, v: Array, c: Array, loss: Loss
) -> tuple[Array, Array]:
    curve = loss.curve(scores(X, w, b), scores(X, v, c))
    if weight is not None:
        curve = curve * weight
    return curve @ X, curve.sum(axis=1)


def _hessian(
    X: Array,
    y: Array,
    weight: Array | None,
    w: Array,
    b: Array,
    loss: Loss,
    centre: Array | None,
    columns: Array | None,
) -> Array:
    Z = scores(X, w, b)
    X, centre = _at(X, centre, columns)
    p, t = X.shape[1] + (centre is not None), len(b)
    H = np.empty((p, t, p, t))
    for k, unit in enumerate(np.eye(t)):
        curves = loss.curve(Z, unit[:, None])
        for j in range(k + 1):  # curves beside the diagonal are negative, so that each has one sign
            curve = np.abs(curves[j]) if weight is None else np.abs(curves[j]) * weight
            H[:, j, :, k] = H[:, k, :, j] = (1 if j == k else -1) * _gram(X, y, curve, centre)
    return H.reshape(p * t, p * t)


def _at(X: Array, centre: Array | None, columns: Array | None) -> tuple[Array, Array | None]:
    """Some columns of X and of the centre; all, where none are named."""
    if columns is None:
        return X, centre
    return X[:, columns], None if centre is None else centre[columns]


def _own_hessians(
    X: Array,
    y: Array,
    weight: Array | None,
    w: Array,
    b: Array,
    loss: Loss,
    centre: Array | None,
    columns: Array | None,
) -> Array:
    curves = loss.own_curvature(scores(X, w, b))
    if weight is not None:
        curves = curves * weight
    X, centre = _at(X, centre, columns)
    return np.stack([_gram(X, y, curve, centre) for curve in curves])


def _gram(X: Array, y: Array, weight: Array | None, centre: Array | None) -> Array:
    """Weighted cross-products of the columns of the design."""
    block = design(X, centre)
    if weight is not None:
        block *= np.sqrt(weight)[:, None]
    return np.asarray(block.T @ block)


def design(X: Array, centre: Array | None) -> Array:
    """A copy of the rows in double precision, measured from the centre and with a column of ones where there is one."""
    if centre is None:
        return X.astype(np.float64)
    block = np.empty((len(X), X.shape[1] + 1))
    np.subtract(X, centre, out=block[:, :-1])
    block[:, -1] = 1
    return block
