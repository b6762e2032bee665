"""The fast algorithm: one bound for each row, mostly in single precision.

A row whose nearest centre is closer than any other by a margin keeps its label until the centres have travelled that
margin: then its label *expires*. A row with a valid label costs nothing. After it has expired, single precision finds
the two nearest centres, with a proven error bound; only if they are closer than that, double precision decides.
"""

import numpy as np

from groundup.core.linalg.products import outer_product
from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import float32_error, two_nearest, two_smallest
from groundup.projects.kmeans.solvers.bounds import with_bounds
from groundup.projects.kmeans.solvers.centered_rows import Problem, augmented_centers
from groundup.projects.kmeans.solvers.rounding import square_error, squared_norms


class ExpiringBounds:
    """The travelled distance of its cluster at which the label of each row expires."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.expiry = np.full(len(problem.X), -np.inf)
        self.path_length = np.zeros(problem.K)

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Return the rows whose label has expired, and their new labels.

        When these expire is stored.
        """
        index = np.flatnonzero(self.path_length[label] >= self.expiry)
        new, gap = np.empty(len(index), np.intp), np.empty(len(index))
        columns = augmented_centers(centers, self.problem.scale, np.float32)
        relative, largest = float32_error(self.problem), float(columns[:, -2].max())
        for part in parts(len(index), 2 * self.problem.rows.block_rows):
            X = self.problem.float32_rows(index[part])
            new[part], nearest, second = two_smallest(outer_product(columns, X), label[index[part]])
            error = relative * (X[:, -1] + largest) + 1e-37  # plus the underflow of small products
            gap[part] = margin(nearest, second, error)
        close = np.flatnonzero(gap <= 0)  # for single precision
        for part in parts(len(close), self.problem.rows.block_rows):
            rows = close[part]
            exact = self.problem.block(index[rows])
            new[rows], nearest, second = two_nearest(exact, centers)
            gap[rows] = margin(nearest, second, square_error(squared_norms(exact), centers)) / self.problem.scale
        self.expiry[index] = self.path_length[new] + gap
        return index, new

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Add each cluster's largest decrease of its rows' margins.

        A margin is the difference between a row's two smallest distances.
        """
        travel = np.sqrt(squared_norms(moved - centers)) / self.problem.scale
        farthest = travel.argmax()
        others = np.full(len(travel), travel[farthest])
        others[farthest] = np.delete(travel, farthest).max(initial=0)
        self.path_length += travel + others  # eq. kmeans:upper-bound, kmeans:lower-bound, kmeans:expiry


def margin(nearest: Array, second: Array, error: Array) -> Array:
    """Return a lower bound of the difference of two distances.

    Their squares are known up to `error`.
    """
    return np.sqrt(np.maximum(second - error, 0)) - np.sqrt(np.maximum(nearest, 0) + error)


expiry = with_bounds(ExpiringBounds)
