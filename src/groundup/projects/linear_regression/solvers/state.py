"""The problem that the solvers share, and the state that each of them yields."""

from dataclasses import dataclass

import numpy as np

from groundup.core.linalg.least_squares import Solution
from groundup.core.linalg.triangular_factor import Inverse, TriangularFactor
from groundup.core.optimize.objective import Iterate
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array


@dataclass(frozen=True)
class Problem:
    """Samples with two-dimensional y, their triangle and its pseudo-inverse."""

    rows: Samples
    triangle: TriangularFactor
    inverse: Inverse
    intercept: bool


@record
class LinearState:
    """An iteration of any solver; a direct solver has just one.

    Parameters
    ----------
    iteration : int
        Steps so far, epochs for stochastic steps.
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        The best intercept for these slopes.
    loss : float
        Half the weighted mean of squared residuals, summed over targets.
    excess : float
        Largest possible decrease of the sum of squares, relative to the total sum of squares, for the worst target.
    residual : ndarray of shape (t,)
        Weighted sum of squared residuals.
    converged : bool
        Whether the stopping rule is met.
    iterate : Iterate or None
        What a descent resumes from.
    """

    iteration: int
    coef: Array
    intercept: Array
    loss: float
    excess: float
    residual: Array
    converged: bool
    iterate: Iterate | None = None

    @property
    def gradient_norm(self) -> float:
        """Length of the loss's gradient, for a descent."""
        return 0.0 if self.iterate is None else float(np.linalg.norm(self.iterate.gradient))


def state_of(iteration: int, solution: Solution, triangle: TriangularFactor, converged: bool) -> LinearState:
    """Return the state of a solution."""
    return LinearState(
        iteration,
        solution.coef,
        solution.intercept,
        loss=float(solution.residual.sum()) / (2 * triangle.weight),
        excess=solution.excess,
        residual=solution.residual,
        converged=converged,
    )
