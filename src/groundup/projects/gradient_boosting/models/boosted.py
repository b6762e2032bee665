"""What all boosted models answer: the sum of their trees, after each iteration, and which columns matter."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from groundup.core.estimator.parameters import fitted
from groundup.core.rows import Rows
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.tree_sum import TreeSum
from groundup.projects.gradient_boosting.solvers.forest import Forest
from groundup.projects.gradient_boosting.solvers.losses import LOSSES
from groundup.projects.gradient_boosting.solvers.tree import in_memory


class BoostedTrees(TreeSum):
    """Base of boosted models, whose `_ensemble` holds a forest, the name of its loss, alpha and K."""

    n_trees_per_iteration_: int = fitted()
    _ensemble: Any = fitted()

    def _read(self, y: ArrayLike, n: int) -> Array:
        """Return the validated targets as the user gave them."""
        raise NotImplementedError

    def _start(self, X: Array) -> Array:
        """Return the scores of rows from which boosting starts, of shape (K, n)."""
        raise NotImplementedError

    def _trees(self) -> Forest:
        return self._ensemble.forest

    @property
    def _n_scores(self) -> int:
        return int(self._ensemble.K)

    @property
    def feature_importances_(self) -> Array:
        """Mean over the trees of what the splits by each column take from the squared error, as shares."""
        self._require_fitted()
        d = self.n_features_in_
        found = np.sum([tree.importances(d) for tree in self._ensemble.forest.trees()], axis=0)
        return np.asarray(found / (found.sum() or 1.0))

    @property
    def _loss(self) -> Any:
        one = self._ensemble
        return LOSSES[one.loss](one.alpha, one.K)

    def _scores(self, X: ArrayLike) -> Array:
        """Return the scores of rows, of shape (K, n)."""
        rows = self._new_rows(X)
        blocks = Rows(rows).in_blocks_of(self._ensemble.forest.block_rows)
        return np.asarray(blocks.concatenate(self._scores_of_block).T)

    def _scores_of_block(self, block: Any) -> Array:
        X, one = in_memory(block), self._ensemble
        F = self._start(X)
        for number, steps in enumerate(one.forest.values(X)):  # one after the other, however many rows there are
            F[number % one.K] += self._rate * steps
        return F.T

    def _staged_scores(self, X: ArrayLike) -> Iterator[Array]:
        """Yield the scores of rows after each iteration, of shape (K, n)."""
        table, one = in_memory(self._new_rows(X)), self._ensemble
        F = self._start(table)
        for number, tree in enumerate(one.forest.trees()):
            F[number % one.K] += self._rate * tree.value[tree.apply(table), 0, 0]
            if number % one.K == one.K - 1:
                yield F.copy()

    def _leaves(self, X: ArrayLike) -> Array:
        """Return the leaf of each row in each tree, of shape (n, number of iterations, K)."""
        rows = self._new_rows(X)
        found = Rows(rows).concatenate(lambda block: self._ensemble.forest.leaves(in_memory(block)))
        return np.asarray(found.reshape(len(found), -1, self._ensemble.K))
