"""Hamerly's bounds: two numbers a row, above the distance to its centre and below that to every other centre.

Source: G. Hamerly, Making k-means even faster, SIAM International Conference on Data Mining 2010.
"""

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.assignment import half_way, slack, two_nearest
from groundup.projects.kmeans.bounded import bounded
from groundup.projects.kmeans.problem import Problem, squared_norms


class Hamerly:
    """Upper and lower bound of every row's distances."""

    def __init__(self, problem: Problem, K: int) -> None:
        self.problem = problem
        self.upper = np.full(len(problem.X), np.inf)
        self.lower = np.zeros(len(problem.X))

    def assign(self, rows: slice, label: Array, centers: Array) -> Array:
        """Labels of a block, looking only at rows whose bounds cross."""
        X, upper, lower = self.problem.block(rows), self.upper[rows], self.lower[rows]
        limit = np.maximum(lower, half_way(centers)[label])
        limit -= np.sqrt(slack(X, centers))  # nearer than that, two centres may be equally near to rounding
        suspect = np.flatnonzero(upper >= limit)
        upper[suspect] = np.sqrt(squared_norms(X[suspect] - centers[label[suspect]]))  # tighten, then ask again
        suspect = suspect[upper[suspect] >= limit[suspect]]
        if suspect.size:
            label[suspect], nearest, second = two_nearest(X[suspect], centers)
            upper[suspect], lower[suspect] = np.sqrt(nearest), np.sqrt(second)
        return label

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Let the bounds give way by as much as the centres have moved."""
        travel = np.sqrt(squared_norms(moved - centers))
        self.upper += travel[label]  # eq. kmeans:upper-bound
        self.lower -= travel.max()  # eq. kmeans:lower-bound


hamerly = bounded(Hamerly)
