"""Non-negative least squares by active sets."""

from collections.abc import Iterator

import numpy as np

from groundup.core.linalg.least_squares import Solution
from groundup.core.linalg.nonnegative import non_negative
from groundup.projects.linear_regression.solvers.state import LinearState, Problem, state_of


def solve(problem: Problem, start: LinearState | None) -> Iterator[LinearState]:
    """Yield the iterates of the active-set method, one target after the other."""
    triangle = problem.triangle
    d, t = len(triangle.x_mean), triangle.c.shape[1]
    iteration = -1 if start is None else start.iteration
    outside = np.maximum(triangle.total - (triangle.c**2).sum(0), 0)  # the part of y outside the span of X
    targets = [(triangle.R, c) for c in triangle.c.T]
    for coef, optimal in non_negative(targets, np.zeros((d, t)) if start is None else start.coef, start is not None):
        residual = ((triangle.c - triangle.R @ coef) ** 2).sum(0) + outside
        solution = Solution(coef, triangle.y_mean - triangle.x_mean @ coef, residual, 0.0)
        yield state_of(iteration := iteration + 1, solution, triangle, converged=optimal)
