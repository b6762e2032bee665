"""Approximate and exact inverses of the Hessian, for L-BFGS and Newton."""

from itertools import islice

import numpy as np

from groundup.core.linalg.conjugate_gradients import Preconditioner, conjugate_gradients
from groundup.core.linear.curvature import CG_TOLERANCE, fits_in_memory, fits_single_precision, truncated_newton
from groundup.core.linear.objective import ScoreObjective
from groundup.core.optimize import newton
from groundup.core.types import Array

SUBSAMPLE_DIVISOR = 16  # Rows per row of the subsample.
ROWS_PER_PARAMETER = 4  # Subsample rows per parameter; with fewer, its optimum says little about the full data.
SMALLEST_DIVISOR = 4  # A subsample of more than n / 4 rows is not worth its time.
SUBSAMPLE_STEPS = 10  # Largest number of iterations on the subsample.
SUBSAMPLE_TOLERANCE = 1e-2  # Relative predicted decrease at which the subsample fit stops.
SIZE_ROWS = 1024  # Rows that tell the sizes of the columns.
SCALE_ROWS = 256  # Rows that tell the scale of a first step.
SETUP_PASSES = 4  # A metric that takes as many operations as this many gradients saves more of them.
VECTOR_SCORES = 4  # A product of the rows with one vector takes as long as one with this many.
RESOLVED_L2 = 1e-13  # Smallest l2, relative to ‖X‖², that double precision still resolves.
SINGULAR = 1e-12  # Eigenvalues of a scaled Hessian below this part of the largest count as zero.
MAX_DENSE_PARAMETERS = 1000  # With more parameters, a matrix of their pairs is not worth its factorisation.


def inverse(H: Array) -> Array:
    """Return the (pseudo-)inverse of a symmetric, positive semi-definite matrix.

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


# --- for L-BFGS -----------------------------------------------------------------------------------------------------


def first_metric(objective: ScoreObjective) -> Preconditioner:
    """Return the metric in which L-BFGS begins: a bound of the Hessian, or its diagonal where that is cheaper."""
    n, (p, t) = len(objective.rows), objective.zero().shape
    affordable = n * p**2 + 2 * p**3 <= SETUP_PASSES * 4 * n * p * max(t, VECTOR_SCORES)
    return curvature_bound(objective) if affordable else diagonal(objective)


def diagonal(objective: ScoreObjective) -> Preconditioner:
    """Scale gradients by the inverse of the diagonal of a bound of the Hessian.

    A factor makes the first step end where the objective is least along it, to second order.
    """
    size = _evenly(objective, SIZE_ROWS).curvature_bound_diagonal()[:, None]
    if (size <= objective.l2).any():  # a column that the sample shows to be constant
        size = objective.curvature_bound_diagonal()[:, None]
    size[size == 0] = 1  # a constant column
    sample = _evenly(objective, SCALE_ROWS)
    origin = objective.zero()
    gradient = sample(origin)[1]
    step = gradient / size
    curvature = float(np.vdot(step, sample.hessian_times(origin, step)))
    factor = float(np.vdot(step, gradient)) / curvature if curvature > 0 else 1.0
    return lambda gradient: factor * gradient / size


def _evenly(objective: ScoreObjective, count: int) -> ScoreObjective:
    """Return the objective estimated from about `count` rows, evenly spaced."""
    n = len(objective.rows)
    return objective.subsample(np.arange(0, n, -(-n // count)))


def curvature_bound(objective: ScoreObjective) -> Preconditioner:
    """Apply the inverse of a bound of the Hessian.

    The bound is the same for all scores and all parameters.

    Adding one number to all scores of a row changes no softmax; along that direction there is only the penalty.

    eq. softmax_regression:bohning
    """
    P = inverse(objective.curvature_bound())
    if objective.outputs == 1:
        return lambda gradient: np.asarray(P @ gradient)

    def apply(gradient: Array) -> Array:
        common = gradient.mean(axis=1, keepdims=True)
        return np.asarray(P @ (gradient - common) + (common / objective.l2 if objective.l2 else 0.0))

    return apply


def per_class_hessian(objective: ScoreObjective, theta: Array) -> Preconditioner:
    """Apply the inverse Hessian of each score alone.

    The mixed derivatives of several scores are neglected.
    """
    P = np.stack([inverse(H) for H in objective.per_class_hessians(theta)])
    if objective.outputs == 1:
        return lambda gradient: np.asarray(P[0] @ gradient)

    def apply(gradient: Array) -> Array:
        step = np.einsum("kij,jk->ik", P, gradient - gradient.mean(axis=1, keepdims=True))
        return np.asarray(step - step.mean(axis=1, keepdims=True))

    return apply


def gradients_of_hessian(objective: ScoreObjective) -> float:
    """Return how many gradients take as long as `hessian_of_subsample`."""
    n, p = len(objective.rows), len(objective.zero())
    return (_hessian_rows(objective) * p**2 + 8 * p**3) / (4 * n * p)


def hessian_of_subsample(objective: ScoreObjective, theta: Array) -> Preconditioner:
    """Return the inverse Hessian of each score alone at `theta`, estimated from a subsample."""
    n = len(objective.rows)
    rows = np.random.default_rng(0).choice(n, _hessian_rows(objective), replace=False, shuffle=False)
    return per_class_hessian(objective.subsample(rows), theta)


def _hessian_rows(objective: ScoreObjective) -> int:
    p, t = objective.zero().shape
    return min(len(objective.rows), ROWS_PER_PARAMETER * p * max(t, 2))


def from_subsample(objective: ScoreObjective) -> tuple[Array, Preconditioner]:
    """Return the minimum on a subsample, and the inverse Hessian there.

    eq. logistic_regression:preconditioner

    If ``(1 − ε) H ≤ H_S ≤ (1 + ε) H``, the problem has the condition number ``(1 + ε) / (1 − ε)`` in this metric. For m
    rows drawn independently at the same point, ``E ε² ≤ n / m · Σ h²`` with the leverages ``h = C v xᵀ H⁻¹ x``, which
    add up to at most p: the variance of a mean of m matrices, in the Frobenius norm. Where no row stands out, that is
    p² / m, however the columns are scaled.
    """
    n = len(objective.rows)
    subsample = objective.subsample(np.random.default_rng(0).integers(n, size=subsample_size(objective)))
    metric = first_metric(subsample)
    iterates = newton.lbfgs(subsample, newton.initial(subsample, subsample.zero()), metric)
    for iterate in islice(iterates, SUBSAMPLE_STEPS):
        if iterate.decrease <= SUBSAMPLE_TOLERANCE * iterate.value:
            break
    n, m, p = len(objective.rows), len(subsample.rows), len(iterate.w)
    affordable = m * p**2 + 2 * p**3 <= SETUP_PASSES * 4 * n * p
    return iterate.w, per_class_hessian(subsample, iterate.w) if affordable else metric


def subsample_size(objective: ScoreObjective) -> int:
    """Return the subsample size, or 0 if it would exceed a quarter of the rows."""
    n, (p, t) = len(objective.rows), objective.zero().shape
    size = max(n // SUBSAMPLE_DIVISOR, ROWS_PER_PARAMETER * p * max(t, VECTOR_SCORES))
    return size if size <= n // SMALLEST_DIVISOR else 0


# --- for Newton's method --------------------------------------------------------------------------------------------


def newton_direct(objective: ScoreObjective) -> newton.Solve:
    """Solve Newton's system with the full Hessian."""
    return lambda theta, gradient: (inverse(objective.hessian(theta)) @ gradient.ravel()).reshape(gradient.shape)


def products_are_cheap(objective: ScoreObjective) -> bool:
    """Return whether `newton_cg` is for these data: in memory, not sparse, and with a metric that is affordable."""
    dense = fits_in_memory(objective) and len(objective.zero()) <= MAX_DENSE_PARAMETERS
    return dense or fits_single_precision(objective)


def newton_cg(objective: ScoreObjective) -> newton.Solve:
    """Solve Newton's system approximately by conjugate gradients.

    The p²t² entries of the Hessian are not stored.
    """
    if fits_single_precision(objective):
        return truncated_newton(objective)

    def solve(theta: Array, gradient: Array) -> Array:
        def product(v: Array) -> Array:
            return objective.hessian_times(theta, v)

        many = objective.rows.sparse and len(theta) > MAX_DENSE_PARAMETERS
        metric = diagonal(objective) if many else per_class_hessian(objective, theta)
        return conjugate_gradients(product, gradient, metric, CG_TOLERANCE)

    return solve


def kernel_form_is_accurate(objective: ScoreObjective) -> bool:
    """Return whether l2 is large enough not to be rounded away in the n × n system."""
    X = objective.rows.X
    if objective.rows.sparse:
        return False
    size = float(np.einsum("ij,ij->", X, X, dtype=np.float64))
    return objective.l2 > RESOLVED_L2 * objective.C * size


def newton_kernel(objective: ScoreObjective) -> newton.Solve:
    """Solve Newton's system of a single score in the space of the rows.

    This is cheaper for more columns than rows.

    eq. logistic_regression:wide
    """
    X = objective.rows.X
    A = X if objective.center is None else X - objective.center
    K, l2, d = A @ A.T, objective.l2, X.shape[1]

    def solve(theta: Array, gradient: Array) -> Array:
        root = np.sqrt(objective.C * objective.curvature(theta))  # (n,)
        mean = root / np.linalg.norm(root) if objective.center is not None else np.zeros_like(root)
        g, rest = gradient[:d, 0], 0.0

        def project(v: Array) -> Array:  # onto the complement of the intercept's direction
            return np.asarray(v - mean * (mean @ v))

        if objective.center is not None:
            power = float(root @ root)
            rest = gradient[d, 0] / power
            g = g - A.T @ (root**2 * rest)
        M = root[:, None] * K * root
        M -= np.outer(mean, mean @ M)
        M -= np.outer(M @ mean, mean)
        M.flat[:: len(M) + 1] += l2
        inner = np.linalg.solve(M, project(root * (A @ g)))
        step = (g - A.T @ (root * project(inner))) / l2
        if objective.center is None:
            return np.asarray(step[:, None])
        intercept = rest - (root**2 @ (A @ step)) / power
        return np.append(step, intercept)[:, None]

    return solve
