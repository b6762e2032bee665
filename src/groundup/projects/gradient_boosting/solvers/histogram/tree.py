"""A tree whose nodes may be split by categories."""

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import Tree


@record
class HistogramTree(Tree):
    """Nodes of a tree, some of which are split by categories.

    Parameters
    ----------
    by_category : ndarray of bool of shape (m,)
        Whether a node is split by categories.
    categories_left : ndarray of bool of shape (m, C)
        Which categories go to the left; C is 0 where no column holds categories. An unknown one goes where missing
        entries go.
    """

    by_category: Array
    categories_left: Array

    @property
    def by_threshold(self) -> bool:
        """Whether entries that are not missing are compared with thresholds at all nodes."""
        return not self.by_category.any()

    @property
    def cover(self) -> Array:
        """Number of each node's rows, since its weight is a sum of second derivatives."""
        return self.n_node_samples

    def goes_left(self, entries: Array, node: Array) -> Array:
        """Whether rows with these entries in the columns of their nodes go to the left."""
        left = Tree.goes_left(self, entries, node)
        C = self.categories_left.shape[1]
        if not C:
            return left
        known = (entries >= 0) & (entries < C)
        listed = self.categories_left[node, np.where(known, entries, 0).astype(np.intp)]
        return np.where(self.by_category[node], np.where(known, listed, self.missing_go_to_left[node]), left)
