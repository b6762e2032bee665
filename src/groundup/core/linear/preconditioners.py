"""Rough inverses of the Hessian: what a quasi-Newton method knows before it begins."""

from itertools import islice

import numpy as np

from groundup.core.linear.objective import ScoreObjective
from groundup.core.optimize import newton
from groundup.core.optimize.newton import Metric, conjugate_gradients
from groundup.core.types import Array

SAMPLE = 16  # one row in so many shows the way,
ENOUGH = 4  # but so many rows for each parameter: with fewer the sample's minimum is its own, or does not exist
LARGEST = 4  # part of the rows, beyond which a sample is not worth its time
STEPS = 10  # on the sample, at most
NEAR = 1e-2  # of the objective: a step that promises so little ends where the sample knows no better
INEXACT = 0.1  # of the gradient: what a Newton step by products may leave
LOST = 1e-13  # of the sum of squares: what is added to it has a few digits yet
SINGULAR = 1e-12  # of the largest: eigenvalues that count as zero, the columns scaled alike
DENSE = 1000  # most parameters for which a matrix of their pairs is worth its factorisation


def inverse(H: Array) -> Array:
    """Inverse of a symmetric, positive semi-definite matrix or, where it is singular, of its action on its range.

    The Hessian of several scores is singular: one number added to all scores of a row changes no softmax.
    """
    scale = np.sqrt(np.diag(H))
    scale[scale == 0] = 1  # a constant column
    scaled = H / np.outer(scale, scale)  # so that columns of different sizes do not make it singular
    try:
        independent = np.diag(np.linalg.cholesky(scaled)).min() > np.sqrt(SINGULAR)
    except np.linalg.LinAlgError:
        independent = False
    P = np.linalg.inv(scaled) if independent else np.linalg.pinv(scaled, rcond=SINGULAR, hermitian=True)
    return np.asarray(P / np.outer(scale, scale))


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


def own(objective: ScoreObjective, theta: Array) -> Metric:
    """The inverses of each score's own Hessian at `theta`: the scores' effects on each other are left out."""
    P = np.stack([inverse(H) for H in objective.own_hessians(theta)])
    if objective.outputs == 1:
        return lambda gradient: np.asarray(P[0] @ gradient)

    def metric(gradient: Array) -> Array:
        step = np.einsum("kij,jk->ik", P, gradient - gradient.mean(axis=1, keepdims=True))
        return np.asarray(step - step.mean(axis=1, keepdims=True))

    return metric


def sampled(objective: ScoreObjective) -> tuple[Array, Metric]:
    """The minimum that a sample of the rows has, roughly, and the inverse of the sample's Hessian there.

    eq. logistic_regression:preconditioner
    """
    n = len(objective.rows)
    sample = objective.sample(np.random.default_rng(0).integers(n, size=sample_size(objective)))
    begin = newton.begin(sample, sample.zero())
    if objective.outputs == 1:
        points = newton.newton(sample, begin, dense(sample))
    else:
        points = newton.lbfgs(sample, begin, bounded(sample))
    point = begin
    for step in islice(points, STEPS):
        point = step
        if point.promise <= NEAR * point.value:
            break
    return point.w, own(sample, point.w)


def sample_size(objective: ScoreObjective) -> int:
    """A part of the rows that has enough of them for every parameter; 0 where that would be too large a part."""
    n = len(objective.rows)
    size = max(n // SAMPLE, ENOUGH * objective.zero().size)
    return size if size <= n // LARGEST else 0


def dense(objective: ScoreObjective) -> newton.Solve:
    """Newton's direction by the Hessian itself."""
    return lambda theta, gradient: (inverse(objective.hessian(theta)) @ gradient.ravel()).reshape(gradient.shape)


def by_products(objective: ScoreObjective) -> newton.Solve:
    """Newton's direction, nearly, by the Hessian's products with directions: p²t² numbers are not stored."""

    def solve(theta: Array, gradient: Array) -> Array:
        def product(v: Array) -> Array:
            return objective.hessian_times(theta, v)

        return conjugate_gradients(product, gradient, own(objective, theta), INEXACT)

    return solve


def wide_suits(objective: ScoreObjective) -> bool:
    """Whether the penalty is not lost beside the products of the rows, which the n × n system adds it to."""
    X = objective.rows.X
    size = float(np.einsum("ij,ij->", X, X, dtype=np.float64))
    return objective.l2 > LOST * objective.C * size


def wide(objective: ScoreObjective) -> newton.Solve:
    """Newton's direction for a single score by an n × n system, where there are more columns than rows.

    eq. logistic_regression:wide
    """
    X = objective.rows.X
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
