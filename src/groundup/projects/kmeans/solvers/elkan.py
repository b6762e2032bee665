"""Elkan's bounds: an upper bound of every row's distance to its centre, a lower bound of its distance to each centre.

Source: C. Elkan, Using the triangle inequality to accelerate k-means, ICML 2003.
"""

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import blur, distances_between, first, half_way, tie
from groundup.projects.kmeans.solvers.bounds import bounded, pieces
from groundup.projects.kmeans.solvers.centred_rows import Problem, squared_norms


class Elkan:
    """Upper bound of every row, lower bound of every row and centre."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.upper = np.full(len(problem.X), np.inf)
        self.lower = np.zeros((problem.K, len(problem.X)))

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Rows that are not surely nearer to their centre than half way to the next, and their labels."""
        index = np.flatnonzero(self.upper + blur(self.problem, centers) >= half_way(centers)[label])
        new = label[index]
        for part in pieces(np.arange(len(index)), self.problem.rows.block_rows):
            new[part] = self._measure(index[part], new[part], centers)
        return index, new

    def _measure(self, index: Array, label: Array, centers: Array) -> Array:
        """Labels, measuring only distances that the bounds leave open."""
        X, lower = self.problem.block(index), self.lower[:, index]
        own = np.sqrt(squared_norms(X - centers[label]))
        reach = own + blur(self.problem, centers)
        between = distances_between(centers)[label].T
        k, i = np.nonzero((lower <= reach) & (between <= 2 * reach))  # eq. kmeans:elkan
        distance = np.full(lower.shape, np.inf)
        distance[k, i] = np.sqrt(squared_norms(X[i] - centers[k]))
        distance[label, np.arange(len(X))] = own
        nearest = distance.min(axis=0)
        self.upper[index] = nearest
        self.lower[:, index] = np.where(np.isinf(distance), lower, distance)
        return first(distance**2 <= nearest**2 + tie(nearest**2, centers))

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Let the bounds give way by as much as the centres have moved."""
        travel = np.sqrt(squared_norms(moved - centers))
        self.upper += travel[label]
        self.lower -= travel[:, None]


elkan = bounded(Elkan)
