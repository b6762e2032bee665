"""The fast algorithm for sparse rows: one bound for each row, as in `ExpiringBounds`, in double precision."""

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.bounds import with_bounds
from groundup.projects.kmeans.solvers.expiring_bounds import ExpiringBounds, margin
from groundup.projects.kmeans.solvers.rounding import square_error


class SparseExpiringBounds(ExpiringBounds):
    """Expiring bounds of sparse rows, whose distances are computed once, to all digits."""

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Return the rows whose label has expired, and their new labels."""
        index = np.flatnonzero(self.path_length[label] >= self.expiry)
        new, gap = np.empty(len(index), np.intp), np.empty(len(index))
        for part in parts(len(index), self.problem.rows.block_rows):
            rows = self.problem.block(index[part])
            new[part], nearest, second = rows.two_nearest(centers)
            gap[part] = margin(nearest, second, square_error(rows.square, centers + rows.offset)) / self.problem.scale
        self.expiry[index] = self.path_length[new] + gap
        return index, new


sparse_expiry = with_bounds(SparseExpiringBounds)
