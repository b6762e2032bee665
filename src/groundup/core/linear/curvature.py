"""Truncated Newton steps of linear classifiers in single precision.

Such a step solves Newton's system to one digit, and single precision has seven: products with the Hessian take half the
time of double precision, functions of the probabilities a quarter, and the probabilities are computed once a step.
Value and gradient, which decide, stay in double precision.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from groundup.core.containers.view import is_mapped
from groundup.core.linalg.conjugate_gradients import Preconditioner, conjugate_gradients
from groundup.core.linear.objective import ScoreObjective
from groundup.core.optimize import newton
from groundup.core.types import Array

MAX_ENTRIES = 1 << 27  # Largest table that is copied: half a gigabyte.
BLOCK_ENTRIES = 1 << 17  # Products of columns are formed for blocks of this many entries, which stay in the cache.
SETUP_PRODUCTS = 5  # A metric that takes as many operations as this many products saves more of them.
SINGLE_NOISE = 1e-6  # Rounding of single precision, relative to the diagonal.
LEAST_SHARE = 1e-6  # Of the mean curvature of scores: a class that hardly occurs makes no step infinite.
TINY_COLUMN = 1e-100  # Largest entry of a column that counts as zero in single precision.
CG_TOLERANCE = 0.1  # Residual of an inexact Newton step, relative to the gradient.


def fits_in_memory(objective: ScoreObjective) -> bool:
    """Return whether the rows are dense and in memory, and a copy of them is small enough."""
    rows = objective.rows
    return not rows.sparse and not is_mapped(rows.X) and len(rows) * objective.n_features <= MAX_ENTRIES


def fits_single_precision(objective: ScoreObjective) -> bool:
    """Return whether the rows can be copied, and there is a penalty: without one, rounding hides small eigenvalues."""
    return objective.l2 > 0 and fits_in_memory(objective)


def truncated_newton(objective: ScoreObjective) -> newton.Solve:
    """Solve Newton's system approximately by conjugate gradients in single precision."""
    rows_once = cache(lambda: SingleRows.of(objective))

    def solve(theta: Array, gradient: Array) -> Array:
        rows = rows_once()
        scores = rows.scores(rows.unit * theta)
        curves = [objective.loss.curve_at(Z) for Z in scores]
        variance = np.concatenate([objective.loss.own_curvature(Z) for Z in scores], axis=1)
        step = conjugate_gradients(
            lambda v: rows.product(curves, v), gradient / rows.unit, rows.metric(variance), CG_TOLERANCE
        )
        return step / rows.unit

    return solve


@dataclass(frozen=True)
class SingleRows:
    """The rows of the design in single precision, in units in which all columns are of one size.

    Parameters
    ----------
    A : ndarray of float32 of shape (n, p)
        Centred columns in units of their largest entry, so that no square overflows, and a column of ones.
    slices : tuple of slice
        Blocks of rows.
    unit : ndarray of shape (p, 1)
        These units. Parameters here are multiples of ``1 / unit``.
    weight : ndarray of float32 of shape (n,)
        C times the weights of the rows.
    ridge : ndarray of shape (p, 1)
        Curvature of the penalty.
    """

    A: Array
    slices: tuple[slice, ...]
    unit: Array
    weight: Array
    ridge: Array

    @classmethod
    def of(cls, objective: ScoreObjective) -> "SingleRows":
        """Copy the rows of an objective."""
        d, center, weight = objective.n_features, objective.center, objective.rows.weight
        n, p = len(objective.rows), len(objective.zero())
        blocks = objective.rows.in_blocks_of(max(1, BLOCK_ENTRIES // p))
        unit = np.ones(p)
        unit[:d] = np.max(list(blocks.map(_largest, center)), axis=0)
        unit[unit < TINY_COLUMN] = 1  # a constant column, or one whose square underflows
        A = np.ones((n, p), np.float32)
        for part, (X, *_) in zip(blocks.slices(), blocks.blocks(), strict=True):
            A[part, :d] = (X if center is None else X - center) / unit[:d]
        scale = np.full(n, objective.C) if weight is None else objective.C * weight
        ridge = objective.l2_gradient(np.ones((p, 1))) / unit[:, None] / unit[:, None]
        return cls(A, tuple(objective.rows.slices()), unit[:, None], scale.astype(np.float32), ridge)

    def scores(self, v: Array) -> list[Array]:
        """Return the scores of each block, of shape (t, m)."""
        single = v.astype(np.float32)
        return [single.T @ self.A[part].T for part in self.slices]

    def product(self, curves: Sequence[Callable[[Array], Array]], v: Array) -> Array:
        """Return the Hessian times a direction.  eq. softmax_regression:hessian"""
        image = self.ridge * v
        for part, curve, Z in zip(self.slices, curves, self.scores(v), strict=True):
            image += ((curve(Z) * self.weight[part]) @ self.A[part]).T
        return np.asarray(image)

    def metric(self, variance: Array) -> Preconditioner:
        """Return an approximate inverse of the Hessian, as near as a few products pay for.

        It is that of the Hessian of each score alone; of a mean of them, which serves all scores; or of the diagonal.

        Parameters
        ----------
        variance : ndarray of shape (t, n)
            Curvature of each row by each score alone.
        """
        variance = variance * self.weight
        (n, p), t = self.A.shape, len(variance)
        setup = n * p**2 + 2 * p**3  # operations for one score: a matrix of cross-products, and its inverse
        allowed = SETUP_PRODUCTS * 4 * n * p * t
        if t * setup <= allowed:
            P = self._inverses(variance)
            return lambda gradient: np.matmul(P, gradient.T[:, :, None])[:, :, 0].T
        if setup <= allowed:
            mean = self._inverses(variance.mean(axis=0)[None])[0]
            size = variance.sum(axis=1, dtype=np.float64)
            share = np.maximum(size / size.mean(), LEAST_SHARE)  # of the curvature: small for a rare class
            return lambda gradient: mean @ (gradient / share)
        diagonal = (variance @ (self.A * self.A)).T + self.ridge
        return lambda gradient: gradient / diagonal

    def _inverses(self, variance: Array) -> Array:
        """Inverses of the weighted cross-products, of shape (k, p, p) for k rows of weights."""
        H = self._cross_products(variance)
        np.einsum("kii->ki", H)[:] += self.ridge[:, 0]
        scale = np.sqrt(np.einsum("kii->ki", H))
        scale[scale == 0] = 1  # a constant column, a class that no row can have
        H /= scale[:, :, None] * scale[:, None, :]
        H += SINGLE_NOISE * np.eye(H.shape[1])
        return np.asarray(np.linalg.inv(H) / (scale[:, :, None] * scale[:, None, :]))

    def _cross_products(self, variance: Array) -> Array:
        p = self.A.shape[1]
        if len(variance) == 1:
            block = self.A * np.sqrt(variance[0])[:, None]
            return (block.T @ block).astype(np.float64)[None]
        H = np.zeros((len(variance), p, p))  # all scores in one product with the products of pairs of columns
        first, second = np.triu_indices(p)
        rows = max(1, BLOCK_ENTRIES // len(first))
        for start in range(0, len(self.A), rows):
            block = self.A[start : start + rows]
            H[:, first, second] += variance[:, start : start + rows] @ (block[:, first] * block[:, second])
        H[:, second, first] = H[:, first, second]
        return H


def _largest(X: Array, y: Array, weight: Array | None, center: Array | None) -> Array:
    """Largest centred entry of each column."""
    return np.abs(X if center is None else X - center).max(axis=0)
