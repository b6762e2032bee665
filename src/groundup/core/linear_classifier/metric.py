"""Rough inverses of the Hessian: what a quasi-Newton method knows before it begins."""

from itertools import islice

import numpy as np

from groundup.core import quasi_newton
from groundup.core.linear_classifier.objective import ScoreObjective
from groundup.core.quasi_newton import Metric, conjugate_gradients
from groundup.core.types import Array

SAMPLE = 8  # one row in so many shows the way
STEPS = 8  # of Newton's method on the sample, at most
NEAR = 1e-5  # of the objective: where the sample's minimum is known better than it matters
RIDGE = 1e-10  # relative to the diagonal, so that dependent columns have an inverse


def inverse(H: Array) -> Array:
    """Inverse of a symmetric, positive semi-definite matrix, its columns scaled first and made barely independent."""
    scale = np.sqrt(np.maximum(np.diag(H), np.finfo(float).tiny))
    scaled = H / np.outer(scale, scale)
    scaled.flat[:: len(H) + 1] += RIDGE
    return np.asarray(np.linalg.inv(scaled) / np.outer(scale, scale))


def bounded(objective: ScoreObjective) -> Metric:
    """The inverse of a bound of the Hessian: the same for all scores, and for all parameters.

    Adding one number to all scores of a row changes no softmax; along that direction there is only the penalty.

    eq. softmax_regression:bohning
    """
    P = inverse(objective.bound())
    if objective.outputs == 1:
        return lambda gradient: np.asarray(P @ gradient)

    def metric(gradient: Array) -> Array:
        common = gradient.mean(axis=1, keepdims=True)
        return np.asarray(P @ (gradient - common) + (common / objective.l2 if objective.l2 else 0.0))

    return metric


def sampled(objective: ScoreObjective) -> tuple[Array, Metric]:
    """The minimum that a sample of the rows has, and the inverse of its Hessian there.

    eq. logistic_regression:preconditioner
    """
    n = len(objective.rows)
    sample = objective.sample(np.random.default_rng(0).integers(n, size=n // SAMPLE))
    point = quasi_newton.begin(sample, sample.zero())
    for point in islice(quasi_newton.newton(sample, point, dense(sample)), STEPS):  # noqa: B020  # the first is only where it begins
        if point.promise <= NEAR * point.value:
            break
    P = inverse(sample.hessian(point.w))
    return point.w, lambda gradient: np.asarray(P @ gradient)


def dense(objective: ScoreObjective) -> quasi_newton.Solve:
    """Newton's direction by the Hessian itself; the shortest one where columns are dependent."""

    def solve(theta: Array, gradient: Array) -> Array:
        return np.linalg.lstsq(objective.hessian(theta), gradient.ravel(), rcond=None)[0].reshape(gradient.shape)

    return solve


def by_products(objective: ScoreObjective) -> quasi_newton.Solve:
    """Newton's direction for several scores, by the Hessian's products with directions: p²t² numbers are not stored."""
    rough = bounded(objective)

    def solve(theta: Array, gradient: Array) -> Array:
        return conjugate_gradients(lambda v: objective.hessian_times(theta, v), gradient, rough, tolerance=1e-2)

    return solve


def wide(objective: ScoreObjective) -> quasi_newton.Solve:
    """Newton's direction for a single score by an n × n system, where there are more columns than rows.

    eq. logistic_regression:wide
    """
    X = objective.rows.arrays[0]
    assert X is not None
    A = X if objective.centre is None else X - objective.centre
    K, l2, d = A @ A.T, objective.l2, X.shape[1]

    def solve(theta: Array, gradient: Array) -> Array:
        root = np.sqrt(objective.C * objective.curvature(theta))  # (n,)
        mean = root / np.linalg.norm(root) if objective.centre is not None else np.zeros_like(root)
        g, rest = gradient[:d, 0], 0.0

        def project(v: Array) -> Array:  # onto what the intercept cannot do
            return np.asarray(v - mean * (mean @ v))

        if objective.centre is not None:
            power = float(root @ root)
            rest = gradient[d, 0] / power
            g = g - A.T @ (root**2 * rest)
        M = root[:, None] * K * root
        M -= np.outer(mean, mean @ M)
        M -= np.outer(M @ mean, mean)
        M.flat[:: len(M) + 1] += l2
        inner = np.linalg.solve(M, project(root * (A @ g)))
        step = (g - A.T @ (root * project(inner))) / l2
        if objective.centre is None:
            return np.asarray(step[:, None])
        intercept = rest - (root**2 @ (A @ step)) / power
        return np.append(step, intercept)[:, None]

    return solve


def scaled(objective: ScoreObjective) -> Metric:
    """The one number that a quadratic needs to step along its gradient, from the curvature along the first one."""
    origin = objective.zero()
    gradient = objective(origin)[1]
    bend = float(np.vdot(gradient, objective.hessian_times(origin, gradient)))
    factor = float(np.vdot(gradient, gradient)) / bend if bend > 0 else 1.0
    return lambda gradient: factor * gradient
