"""Elkan's bounds: for each row an upper bound, and a lower one per centre.

Source: C. Elkan, Using the triangle inequality to accelerate k-means, ICML 2003.
"""

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import (
    distance_error,
    distances_between,
    first_true,
    half_distances,
)
from groundup.projects.kmeans.solvers.bounds import with_bounds
from groundup.projects.kmeans.solvers.centered_rows import Problem
from groundup.projects.kmeans.solvers.rounding import squared_norms, tie_tolerance


class Elkan:
    """An upper bound for every row, a lower bound for every row and centre."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.upper = np.full(len(problem.X), np.inf)
        self.lower = np.zeros((problem.K, len(problem.X)))

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Return the rows whose bounds do not settle their label, and their labels."""
        index = np.flatnonzero(self.upper + distance_error(self.problem, centers) >= half_distances(centers)[label])
        new = label[index]
        for part in parts(len(index), self.problem.rows.block_rows):
            new[part] = self._measure(index[part], new[part], centers)
        return index, new

    def _measure(self, index: Array, label: Array, centers: Array) -> Array:
        """Return labels, computing only those distances that the bounds do not settle."""
        X, lower = self.problem.block(index), self.lower[:, index]
        own = np.sqrt(squared_norms(X - centers[label]))
        reach = own + distance_error(self.problem, centers)
        between = distances_between(centers)[label].T
        k, i = np.nonzero((lower <= reach) & (between <= 2 * reach))  # eq. kmeans:elkan
        distance = np.full(lower.shape, np.inf)
        distance[k, i] = np.sqrt(squared_norms(X[i] - centers[k]))
        distance[label, np.arange(len(X))] = own
        nearest = distance.min(axis=0)
        self.upper[index] = nearest
        self.lower[:, index] = np.where(np.isinf(distance), lower, distance)
        return first_true(distance**2 <= nearest**2 + tie_tolerance(nearest**2, centers))

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Loosen the bounds by the distances that the centres have moved."""
        travel = np.sqrt(squared_norms(moved - centers))
        self.upper += travel[label]
        self.lower -= travel[:, None]


elkan = with_bounds(Elkan)
