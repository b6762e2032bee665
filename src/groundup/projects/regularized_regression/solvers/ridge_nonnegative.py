"""Ridge regression with non-negative coefficients, by active sets.

Additional rows ``√alpha I`` with targets zero turn the penalty ``alpha ‖w‖²`` into a part of the sum of squares.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core.linalg.cholesky import Factor
from groundup.core.linalg.nonnegative import non_negative, violation
from groundup.core.linalg.normal_equations import NormalEquations, normal_equations
from groundup.core.linalg.triangular_factor import by_qr
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.ridge import MAX_PIVOT_INFLATION, RidgeState
from groundup.projects.regularized_regression.solvers.ridge_systems import factor_shifted


@dataclass(frozen=True)
class PositiveProblem:
    """Least squares over the data and the penalty's rows.

    Each target has a triangle and a right-hand side.

    Parameters
    ----------
    targets : list of (R, c)
        ``‖c − Rw‖²`` is the objective but for a constant.
    normal : NormalEquations
        Of the data.
    """

    targets: list[tuple[Array, Array]]
    normal: NormalEquations

    def violation(self, coef: Array) -> float:
        """Return the largest relative violation of the optimality conditions."""
        return max(violation(R, c, w) for (R, c), w in zip(self.targets, coef.T, strict=True))

    def objective(self, coef: Array) -> float:
        """Return the penalised sum of squares, over all targets."""
        left = [((c - R @ w) ** 2).sum() - (c**2).sum() for (R, c), w in zip(self.targets, coef.T, strict=True)]
        return float(self.normal.total.sum() + np.sum(left))


def factorize(rows: Samples, intercept: bool, alpha: Array) -> PositiveProblem:
    """Compute triangles from the normal equations.

    They come from QR where columns are nearly dependent.
    """
    normal = normal_equations(rows, intercept)
    try:
        matrix = factor_shifted(normal.gram, alpha, MAX_PIVOT_INFLATION)
    except np.linalg.LinAlgError:
        triangle = by_qr(rows, intercept)
        targets = [_with_penalty(triangle.R, c, a) for c, a in zip(triangle.c.T, alpha, strict=True)]
    else:
        targets = [_from_factor(matrix.factors[k], c) for k, c in zip(matrix.which, normal.product.T, strict=True)]
    return PositiveProblem(targets, normal)


def _from_factor(F: Factor, product: Array) -> tuple[Array, Array]:
    return F.L.T * F.scale, F.half(product[:, None])[:, 0]


def _with_penalty(R: Array, c: Array, alpha: float) -> tuple[Array, Array]:
    d = R.shape[1]
    return np.vstack([R, np.sqrt(alpha) * np.eye(d)]), np.append(c, np.zeros(d))


def solve(problem: PositiveProblem, start: RidgeState | None) -> Iterator[RidgeState]:
    """Yield the iterates of the active-set method, one target after the other."""
    normal = problem.normal
    coef_start, iteration = np.zeros_like(normal.product), -1
    if start is not None:
        coef_start, iteration = start.coef, start.iteration
    for coef, optimal in non_negative(problem.targets, coef_start, start is not None):
        yield RidgeState(
            iteration := iteration + 1,
            coef,
            normal.y_mean - normal.x_mean @ coef,
            problem.objective(coef),
            problem.violation(coef),
            converged=optimal,
        )
