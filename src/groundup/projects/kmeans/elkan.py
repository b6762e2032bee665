"""Elkan's bounds: an upper bound of every row's distance to its centre, a lower bound of its distance to each centre.

Source: C. Elkan, Using the triangle inequality to accelerate k-means, ICML 2003.
"""

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.assignment import distances_between, first, half_way, slack, tie
from groundup.projects.kmeans.bounded import bounded
from groundup.projects.kmeans.problem import Problem, squared_norms


class Elkan:
    """Upper bound of every row, lower bound of every row and centre."""

    def __init__(self, problem: Problem, K: int) -> None:
        self.problem = problem
        self.upper = np.full(len(problem.X), np.inf)
        self.lower = np.zeros((K, len(problem.X)))

    def assign(self, rows: slice, label: Array, centers: Array) -> Array:
        """Labels of a block, measuring only distances that the bounds leave open."""
        X, upper, lower = self.problem.block(rows), self.upper[rows], self.lower[:, rows]
        margin = np.sqrt(slack(X, centers))  # nearer than that, two centres may be equally near to rounding
        suspect = np.flatnonzero(upper + margin >= half_way(centers)[label])
        if not suspect.size:
            return label
        own = np.sqrt(squared_norms(X[suspect] - centers[label[suspect]]))
        reach = own + margin[suspect]
        between = distances_between(centers)[label[suspect]].T
        k, i = np.nonzero((lower[:, suspect] <= reach) & (between <= 2 * reach))  # eq. kmeans:elkan
        distance = np.full(between.shape, np.inf)
        distance[k, i] = np.sqrt(squared_norms(X[suspect[i]] - centers[k]))
        distance[label[suspect], np.arange(suspect.size)] = own
        nearest = distance.min(axis=0)
        label[suspect] = first(distance**2 <= nearest**2 + tie(nearest**2, centers))
        upper[suspect] = nearest
        lower[:, suspect] = np.where(np.isinf(distance), lower[:, suspect], distance)
        return label

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Let the bounds give way by as much as the centres have moved."""
        travel = np.sqrt(squared_norms(moved - centers))
        self.upper += travel[label]
        self.lower -= travel[:, None]


elkan = bounded(Elkan)
