"""The fast algorithm: one number a row, and single precision for all that need not be exact.

A row whose nearest centre is closer than any other by a margin keeps its label until the centres have travelled that
margin: its label *expires*. So nothing about a row is touched while it is valid. When it has expired, single precision
finds the two nearest centres, with a proven error bound; only where they are closer than that, double precision does.
"""

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.assignment import slack, two_nearest, two_smallest
from groundup.projects.kmeans.bounded import bounded, pieces
from groundup.projects.kmeans.problem import Problem, pick, squared_norms

SINGLE_BYTES = 1 << 27  # rows are kept in single precision up to this size, and converted again and again beyond


class Expiry:
    """When the label of every row expires, on its cluster's clock of distance travelled."""

    def __init__(self, problem: Problem) -> None:
        n, d = problem.X.shape
        self.problem = problem
        self.expiry = np.full(n, -np.inf)
        self.clock = np.zeros(problem.K)
        self.scale = problem.extent or 1.0  # lengths below 1 cannot overflow in single precision
        # of d + 2 rounded products and their sum, and of a root: relative to ‖x‖² + the largest ‖c‖²
        self.error = (2 * d + 24) * 2.0**-24
        self.single = None
        if 4 * n * (d + 2) <= SINGLE_BYTES:
            self.single = np.empty((n, d + 2), np.float32)
            for rows in problem.blocks():
                self.single[rows] = self._convert(problem.block(rows))

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Rows whose label has expired, and their new ones, with the time when these expire."""
        index = np.flatnonzero(self.clock[label] >= self.expiry)
        new, gap = np.empty(len(index), np.intp), np.empty(len(index))
        C = centers / self.scale
        square = squared_norms(C)
        # ‖c‖² and ‖x‖² ride along as two more columns, so that one product gives squared distances
        columns = np.column_stack([-2 * C, square, np.ones(len(C))]).astype(np.float32)
        for part in pieces(np.arange(len(index)), self.problem.rows.block_rows):
            X = self._single(index[part])
            new[part], nearest, second = two_smallest(columns @ X.T)
            error = self.error * (X[:, -1] + float(square.max())) + 1e-37  # smaller products lose digits by underflow
            gap[part] = margin(nearest, second, error)
        for part in pieces(np.flatnonzero(gap <= 0), self.problem.rows.block_rows):  # too close for single precision
            exact = self.problem.block(index[part])
            new[part], nearest, second = two_nearest(exact, centers)
            gap[part] = margin(nearest, second, slack(squared_norms(exact), centers)) / self.scale
        self.expiry[index] = self.clock[new] + gap
        return index, new

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Let every cluster's clock go on by how far its rows' two nearest centres can have come together."""
        travel = np.sqrt(squared_norms(moved - centers)) / self.scale
        farthest = travel.argmax()
        others = np.full(len(travel), travel[farthest])
        others[farthest] = np.delete(travel, farthest).max(initial=0)
        self.clock += travel + others  # eq. kmeans:upper-bound and kmeans:lower-bound, in one number

    def _single(self, index: Array) -> Array:
        """Rows in single precision, with a one and their squared length."""
        return self._convert(self.problem.block(index)) if self.single is None else pick(self.single, index)

    def _convert(self, rows: Array) -> Array:
        single = np.ones((len(rows), rows.shape[1] + 2), np.float32)
        np.multiply(rows, 1 / self.scale, out=single[:, :-2], casting="same_kind")
        single[:, -1] = squared_norms(rows) / self.scale**2
        return single


def margin(nearest: Array, second: Array, error: Array) -> Array:
    """Lower bound of the difference of two distances whose squares are known up to `error`."""
    gap: Array = np.sqrt(np.maximum(second - error, 0)) - np.sqrt(np.maximum(nearest, 0) + error)
    return gap


expiry = bounded(Expiry)
