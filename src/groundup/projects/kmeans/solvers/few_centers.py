"""Few centres: all rows are assigned in every iteration, in single precision.

With a handful of centres that costs less than to look up bounds and to gather the rows whose bounds have expired.
Double precision decides where the two smallest distances differ by less than the rounding error.
"""

import numpy as np

from groundup.core.linalg.products import outer_product
from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import assign, float32_error
from groundup.projects.kmeans.solvers.bounds import with_bounds
from groundup.projects.kmeans.solvers.centered_rows import Problem, augmented_centers

FEW_CENTERS = 3  # Up to this many, bounds are slower: 1.3 to 1.5 times for uniform rows.


class NoBounds:
    """Differences of the squared distances to the first centre, for all rows."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.square = np.ascontiguousarray(problem.float32_rows(slice(None))[:, -1])

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Return the rows whose label changes, and their new labels."""
        columns = augmented_centers(centers, self.problem.scale, np.float64)
        differences, largest = (columns[1:] - columns[0]).astype(np.float32), np.float32(columns[:, -2].max())
        relative = np.float32(2 * float32_error(self.problem))  # of two distances
        index, new = [], []
        for rows in parts(len(self.square), 2 * self.problem.rows.block_rows):
            place, gap = nearest_of_few(outer_product(differences, self.problem.float32_rows(rows)))
            error = relative * (self.square[rows] + largest) + np.float32(1e-37)  # plus underflow of small products
            close = np.flatnonzero(gap <= error)
            if close.size:
                place[close] = assign(self.problem.block(rows.start + close), centers)[0]
            changed = np.flatnonzero(place != label[rows])
            index.append(rows.start + changed)
            new.append(place[changed])
        return np.concatenate(index), np.concatenate(new).astype(np.intp)

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Do nothing: there are no bounds."""


def nearest_of_few(differences: Array) -> tuple[Array, Array]:
    """Return the index of the nearest centre of every row, and how much farther the second nearest is.

    Parameters
    ----------
    differences : ndarray of shape (K - 1, m)
        Squared distances minus those to the first centre.
    """
    m = differences.shape[1]
    place, nearest, second = np.zeros(m, np.uint8), np.zeros(m, np.float32), np.full(m, np.inf, np.float32)
    for k, line in enumerate(differences, 1):
        np.maximum(place, (line < nearest) * np.uint8(k), out=place)  # the last smaller one is the smallest
        np.minimum(second, np.maximum(nearest, line), out=second)
        np.minimum(nearest, line, out=nearest)
    return place, second - nearest


few_centers = with_bounds(NoBounds)
