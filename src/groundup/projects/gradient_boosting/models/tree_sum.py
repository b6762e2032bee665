"""What models that add up trees explain: Shapley values of predictions, and partial dependence along the paths."""

from typing import Any

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.solvers.dependence import dependence
from groundup.projects.gradient_boosting.solvers.forest import Forest
from groundup.projects.gradient_boosting.solvers.shap import Sum, added, shap_values
from groundup.projects.gradient_boosting.solvers.tree import in_memory


class TreeSum(Estimator):
    """Base of models whose scores are sums of trees; a model says which, and where the sum starts."""

    @property
    def averages_along_paths(self) -> bool:
        """Whether `partial_dependence` averages along the paths, where it may choose."""
        return True

    def _trees(self) -> Forest:
        """Return the trees, which predict all scores each, or one after the other those of an iteration."""
        raise NotImplementedError

    @property
    def _rate(self) -> float:
        """Part of the trees' values that is taken."""
        raise NotImplementedError

    def _constant_start(self) -> Array:
        """Return the scores without trees, of shape (K,).

        Raises
        ------
        ValueError
            Where the trees improve another model, whose scores are no constants.
        """
        raise NotImplementedError

    @property
    def _n_scores(self) -> int:
        """Number of scores K."""
        raise NotImplementedError

    def _explained(self) -> Sum:
        self._require_fitted()
        return added(self._trees(), self._rate, self._constant_start())

    def _by_output(self, scores: Array) -> Any:
        """Return an array with the K scores in its last dimension as the model's users know them."""
        return scores[..., 0] if scores.shape[-1] == 1 else scores

    def shap_values(self, X: ArrayLike) -> Any:
        """Return the Shapley values of the columns: how each moves a prediction away from `expected_value_`.

        A column that is not known is averaged along the paths of the trees, by the training rows that took each branch.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, d) or (n, d, K)
            In the unit of `decision_function` or, for models that have none, of `predict_proba` or `predict`; of
            several targets with classes a list. The values of a row and `expected_value_` add up to its prediction.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, for infinite entries, and for trees that improve another model.
        """
        rows = in_memory(self._new_rows(X))
        return self._by_output(shap_values(self._explained(), np.asarray(rows, np.float64)))

    @property
    def expected_value_(self) -> Any:
        """Prediction for a row of which nothing is known: the mean over the training rows, if they decided the leaves.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For trees that improve another model.
        """
        expected = self._by_output(self._explained().expected)
        return float(expected) if isinstance(expected, np.float64) else expected

    def dependence_along_paths(self, grid: Array, features: Array) -> Array:
        """Return the scores for entries of some columns, the others averaged along the paths, of shape (K, P).

        As scikit-learn has it, these are the scores of the trees alone, without the constant where their sum starts.

        Parameters
        ----------
        grid : ndarray of shape (P, f)
            Entries of the columns.
        features : ndarray of int of shape (f,)
            The columns.

        Returns
        -------
        ndarray of shape (K, P)

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        alone = added(self._trees(), self._rate, np.zeros(self._n_scores))
        return dependence(alone, np.asarray(grid, np.float64), features, self.n_features_in_)
