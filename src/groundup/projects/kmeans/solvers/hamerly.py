"""Hamerly's bounds: two numbers a row, above the distance to its centre and below that to every other centre.

Source: G. Hamerly, Making k-means even faster, SIAM International Conference on Data Mining 2010.
"""

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import blur, half_way, two_nearest
from groundup.projects.kmeans.solvers.bounds import bounded, pieces
from groundup.projects.kmeans.solvers.centred_rows import Problem, squared_norms


class Hamerly:
    """Upper and lower bound of every row's distances."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.upper = np.full(len(problem.X), np.inf)
        self.lower = np.zeros(len(problem.X))

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Rows whose bounds cross, and their labels."""
        limit = np.maximum(self.lower, half_way(centers)[label])
        index = np.flatnonzero(self.upper + blur(self.problem, centers) >= limit)
        new = label[index]
        for part in pieces(np.arange(len(index)), self.problem.rows.block_rows):
            new[part] = self._measure(index[part], new[part], centers)
        return index, new

    def _measure(self, index: Array, label: Array, centers: Array) -> Array:
        """Labels, measuring only the distance to the row's own centre where that settles it."""
        X = self.problem.block(index)
        upper, lower = np.sqrt(squared_norms(X - centers[label])), self.lower[index]
        limit = np.maximum(lower, half_way(centers)[label])
        open_ = np.flatnonzero(upper + blur(self.problem, centers) >= limit)
        label[open_], nearest, second = two_nearest(X[open_], centers)
        upper[open_], lower[open_] = np.sqrt(nearest), np.sqrt(second)
        self.upper[index], self.lower[index] = upper, lower
        return label

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Let the bounds give way by as much as the centres have moved."""
        travel = np.sqrt(squared_norms(moved - centers))
        self.upper += travel[label]  # eq. kmeans:upper-bound
        self.lower -= travel.max()  # eq. kmeans:lower-bound


hamerly = bounded(Hamerly)
