"""Least squares by descent: the objective ``½ Σ weight · (y − ŷ)² / Σ weight`` on centred data, and its step sizes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core.least_squares import Triangle, moments
from groundup.core.optimize import (
    Descent,
    conjugate_gradients,
    gradient_descent,
    momentum,
    nesterov,
    steepest_descent,
    stochastic,
)
from groundup.core.rows import Rows
from groundup.core.types import Array


@dataclass(frozen=True)
class MeanSquaredError:
    """Half the weighted mean of squared residuals, as a function of the slopes; the intercept is at its best.

    Parameters
    ----------
    rows : Rows
        Of X, y (two-dimensional) and weights.
    triangle : Triangle
        Its means centre the data, which decouples the intercept and lowers the condition number.
    """

    rows: Rows
    triangle: Triangle

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Value and gradient in one pass.  eq. linear_regression:objective, linear_regression:gradient"""
        t = self.triangle
        product, residual = self.rows.sum(moments, w, t.x_mean, t.y_mean)
        return residual / (2 * t.weight), -product / t.weight

    def hessian_times(self, direction: Array) -> Array:
        """Centred ``XᵀWX direction / Σ weight``."""
        product: Array = self.rows.sum(_hessian_block, direction, self.triangle.x_mean)
        return product / self.triangle.weight


def _hessian_block(X: Array, y: Array, weight: Array | None, direction: Array, x_mean: Array) -> Array:
    centred = X - x_mean
    along = centred @ direction
    return np.asarray(centred.T @ (along if weight is None else along * weight[:, None]))


@dataclass(frozen=True)
class Schedule:
    """How the descent steps.

    Parameters
    ----------
    solver : {"gd", "momentum", "nesterov", "cg", "sgd"}
        Method.
    learning_rate : float, "auto" or "line-search"
        Multiple of the gradient; "auto" takes what theory recommends.
    momentum : float or "auto"
        Part of the last displacement that is kept.
    decay : float
        Of the stochastic step: ``learning_rate / (1 + decay · epoch)``.
    batch_size : int
        Rows of a stochastic step.
    seed : int
        Of the shuffling.
    """

    solver: str
    learning_rate: float | str
    momentum: float | str
    decay: float
    batch_size: int
    seed: int


def curvature(triangle: Triangle) -> tuple[float, float]:
    """Largest and smallest positive eigenvalue of the Hessian: L and μ of the theory."""
    squares = np.linalg.svd(triangle.R, compute_uv=False) ** 2 / triangle.weight
    positive = squares[squares > squares[0] * len(triangle.R) * np.finfo(float).eps] if len(squares) else squares
    return (float(positive[0]), float(positive[-1])) if len(positive) else (1.0, 1.0)


def descend(objective: MeanSquaredError, start: Descent, epoch: int, schedule: Schedule) -> Iterator[Descent]:
    """States of the chosen method from `start` on, without end."""
    L, mu = curvature(objective.triangle)
    if schedule.solver == "cg":
        return conjugate_gradients(objective, start)
    if schedule.learning_rate == "line-search":
        return steepest_descent(objective, start)
    rate, root = schedule.learning_rate, np.sqrt(mu / L)
    if schedule.solver == "sgd":
        return _stochastic(objective, start, epoch, schedule, L)
    if schedule.solver == "gd":
        return gradient_descent(objective, start, 1 / L if rate == "auto" else float(rate))
    if schedule.solver == "momentum":  # Polyak's optimal pair for a quadratic
        decay = ((1 - root) / (1 + root)) ** 2 if schedule.momentum == "auto" else float(schedule.momentum)
        return momentum(objective, start, (1 + np.sqrt(decay)) ** 2 / L if rate == "auto" else float(rate), decay)
    decay = (1 - root) / (1 + root) if schedule.momentum == "auto" else float(schedule.momentum)
    return nesterov(objective, start, 1 / L if rate == "auto" else float(rate), decay)


def _stochastic(
    objective: MeanSquaredError, start: Descent, epoch: int, schedule: Schedule, L: float
) -> Iterator[Descent]:
    X, y, weight = objective.rows.arrays
    assert X is not None
    assert y is not None
    t, n, size = objective.triangle, len(X), min(schedule.batch_size, len(X))
    # A batch's own curvature may exceed L: half of 1 / E‖x‖² is safe for a single row, 1 / L for all rows.
    trace = float((t.R**2).sum()) / t.weight
    rate = 1 / (L + 2 * trace / size) if schedule.learning_rate == "auto" else float(schedule.learning_rate)

    def pass_over_batches(w: Array, epoch: int) -> Array:
        order = np.random.default_rng([schedule.seed, epoch]).permutation(n)  # a function of the epoch: resumable
        for batch in np.split(order, range(size, n, size)):
            part = None if weight is None else weight[batch]
            product, _ = moments(X[batch], y[batch], part, w, t.x_mean, t.y_mean)
            total = len(batch) if part is None else t.weight * len(batch) / n
            w = w + rate / (1 + schedule.decay * epoch) * product / total  # eq. linear_regression:sgd
        return w

    return stochastic(objective, start, epoch, pass_over_batches)
