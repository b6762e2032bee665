"""The fast algorithm: one number a row, and single precision for all that need not be exact.

A row whose nearest centre is closer than any other by a margin keeps its label until the centres have travelled that
margin: its label *expires*. So nothing about a row is touched while it is valid. When it has expired, single precision
finds the two nearest centres, with a proven error bound; only where they are closer than that, double precision does.
"""

import numpy as np

from groundup.core.linalg.products import outer_product
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import single_error, slack, two_nearest, two_smallest
from groundup.projects.kmeans.solvers.bounds import bounded, pieces
from groundup.projects.kmeans.solvers.centred_rows import Problem, for_norms, squared_norms


class Expiry:
    """When the label of every row expires, on its cluster's clock of distance travelled."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.expiry = np.full(len(problem.X), -np.inf)
        self.clock = np.zeros(problem.K)

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Rows whose label has expired, and their new ones, with the time when these expire."""
        index = np.flatnonzero(self.clock[label] >= self.expiry)
        new, gap = np.empty(len(index), np.intp), np.empty(len(index))
        columns = for_norms(centers, self.problem.scale, np.float32)
        relative, largest = single_error(self.problem), float(columns[:, -2].max())
        for part in pieces(np.arange(len(index)), self.problem.rows.block_rows):
            X = self.problem.single(index[part])
            new[part], nearest, second = two_smallest(outer_product(columns, X))
            error = relative * (X[:, -1] + largest) + 1e-37  # smaller products lose digits by underflow
            gap[part] = margin(nearest, second, error)
        for part in pieces(np.flatnonzero(gap <= 0), self.problem.rows.block_rows):  # too close for single precision
            exact = self.problem.block(index[part])
            new[part], nearest, second = two_nearest(exact, centers)
            gap[part] = margin(nearest, second, slack(squared_norms(exact), centers)) / self.problem.scale
        self.expiry[index] = self.clock[new] + gap
        return index, new

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Let every cluster's clock go on by how far its rows' two nearest centres can have come together."""
        travel = np.sqrt(squared_norms(moved - centers)) / self.problem.scale
        farthest = travel.argmax()
        others = np.full(len(travel), travel[farthest])
        others[farthest] = np.delete(travel, farthest).max(initial=0)
        self.clock += travel + others  # eq. kmeans:upper-bound, kmeans:lower-bound, kmeans:expiry


def margin(nearest: Array, second: Array, error: Array) -> Array:
    """Lower bound of the difference of two distances whose squares are known up to `error`."""
    gap: Array = np.sqrt(np.maximum(second - error, 0)) - np.sqrt(np.maximum(nearest, 0) + error)
    return gap


expiry = bounded(Expiry)
