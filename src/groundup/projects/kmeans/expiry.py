"""The fast algorithm: one number a row, and single precision for all that need not be exact.

A row whose nearest centre is closer than any other by a margin keeps its label until the centres have travelled that
margin: its label *expires*. So nothing about a row is touched while it is valid. When it has expired, single precision
decides whether another centre may be nearer, to a proven error bound; only then double precision does.
"""

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.assignment import slack, two_nearest
from groundup.projects.kmeans.bounded import bounded
from groundup.projects.kmeans.problem import Problem, squared_norms

SINGLE_BYTES = 1 << 27  # rows are kept in single precision up to this size, and converted block by block beyond


class Expiry:
    """When the label of every row expires, on its cluster's clock of distance travelled."""

    def __init__(self, problem: Problem, K: int) -> None:
        n, d = problem.X.shape
        self.problem = problem
        self.expiry = np.full(n, -np.inf)
        self.clock = np.zeros(K)
        self.scale = problem.extent or 1.0  # lengths below 1 cannot overflow in single precision
        # of d + 2 rounded products and their sum, and of a root: relative to ‖x‖² + the largest ‖c‖²
        self.error = (2 * d + 24) * 2.0**-24
        self.single = None
        if 4 * n * (d + 2) <= SINGLE_BYTES:
            self.single = np.empty((n, d + 2), np.float32)
            for rows in problem.blocks():
                self.single[rows] = self._convert(problem.block(rows))

    def assign(self, rows: slice, label: Array, centers: Array) -> Array:
        """Labels of a block, looking only at rows whose label has expired."""
        expired = np.flatnonzero(self.clock[label] >= self.expiry[rows])
        if not expired.size:
            return label
        own, other, error = self._compare(rows, expired, label[expired], centers)
        gap = margin(own, other, error)
        doubtful = np.flatnonzero(gap <= 0)
        if doubtful.size:
            where = expired[doubtful]
            X = self.problem.block(rows.start + where)
            label[where], nearest, second = two_nearest(X, centers)
            gap[doubtful] = margin(nearest, second, slack(X, centers)) / self.scale
        self.expiry[rows][expired] = self.clock[label[expired]] + gap
        return label

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Let every cluster's clock go on by how far its rows' two nearest centres can have come together."""
        travel = np.sqrt(squared_norms(moved - centers)) / self.scale
        first = travel.argmax()
        others = np.full(len(travel), travel[first])
        others[first] = np.delete(travel, first).max(initial=0)
        self.clock += travel + others  # eq. kmeans:upper-bound and kmeans:lower-bound, in one number

    def _compare(self, rows: slice, index: Array, label: Array, centers: Array) -> tuple[Array, Array, Array]:
        """Squared distance to the row's own and to the nearest other centre, and the error of both."""
        if self.single is None:
            X = self._convert(self.problem.block(rows.start + index))
        else:
            X = self.single[rows].take(index, axis=0)
        C = centers / self.scale
        square = squared_norms(C)
        # ‖c‖² and ‖x‖² ride along as two more columns: one product gives squared distances, (K, m)
        distance = np.column_stack([-2 * C, square, np.ones(len(C))]).astype(np.float32) @ X.T
        flat = distance.ravel()
        place = label * len(X) + np.arange(len(X))
        own = flat[place]
        flat[place] = np.inf
        error = self.error * (X[:, -1] + float(square.max())) + 1e-37  # smaller products lose digits by underflow
        return own, distance.min(axis=0), error

    def _convert(self, rows: Array) -> Array:
        """Rows in single precision, with a one and their squared length."""
        rows = rows / self.scale
        single = np.ones((len(rows), rows.shape[1] + 2), np.float32)
        single[:, :-2] = rows
        single[:, -1] = squared_norms(rows)
        return single


def margin(nearest: Array, second: Array, error: Array) -> Array:
    """Lower bound of the difference of two distances whose squares are known up to `error`."""
    gap: Array = np.sqrt(np.maximum(second - error, 0)) - np.sqrt(np.maximum(nearest, 0) + error)
    return gap


expiry = bounded(Expiry)
