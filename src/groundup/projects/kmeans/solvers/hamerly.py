"""Hamerly's bounds: for each row an upper and a lower one.

Source: G. Hamerly, Making k-means even faster, SIAM International Conference on Data Mining 2010.
"""

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import distance_error, half_distances, two_nearest
from groundup.projects.kmeans.solvers.bounds import with_bounds
from groundup.projects.kmeans.solvers.centered_rows import Problem
from groundup.projects.kmeans.solvers.rounding import squared_norms


class Hamerly:
    """An upper and a lower bound of every row's distances."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.upper = np.full(len(problem.X), np.inf)
        self.lower = np.zeros(len(problem.X))

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Return the rows whose bounds cross, and their labels."""
        limit = np.maximum(self.lower, half_distances(centers)[label])
        index = np.flatnonzero(self.upper + distance_error(self.problem, centers) >= limit)
        new = label[index]
        for part in parts(len(index), self.problem.rows.block_rows):
            new[part] = self._measure(index[part], new[part], centers)
        return index, new

    def _measure(self, index: Array, label: Array, centers: Array) -> Array:
        """Return labels; the distance to the own centre settles most of them."""
        X = self.problem.block(index)
        upper, lower = np.sqrt(squared_norms(X - centers[label])), self.lower[index]
        limit = np.maximum(lower, half_distances(centers)[label])
        open_ = np.flatnonzero(upper + distance_error(self.problem, centers) >= limit)
        label[open_], nearest, second = two_nearest(X[open_], centers)
        upper[open_], lower[open_] = np.sqrt(nearest), np.sqrt(second)
        self.upper[index], self.lower[index] = upper, lower
        return label

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Loosen the bounds by the distances that the centres have moved."""
        travel = np.sqrt(squared_norms(moved - centers))
        self.upper += travel[label]  # eq. kmeans:upper-bound
        self.lower -= travel.max()  # eq. kmeans:lower-bound


hamerly = with_bounds(Hamerly)
