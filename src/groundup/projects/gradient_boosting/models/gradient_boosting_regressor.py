"""Boosted regression trees."""

from collections.abc import Mapping
from typing import Any, Literal

from groundup.core.checks.parameters import OneOf, Share
from groundup.core.estimator.parameters import parameter
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.boosted_regressor import BoostedRegressor
from groundup.projects.gradient_boosting.models.decision_tree import require_range
from groundup.projects.gradient_boosting.models.gradient_boosting import GradientBoosting
from groundup.projects.gradient_boosting.solvers.loss import Loss
from groundup.projects.gradient_boosting.solvers.losses import LOSSES


class GradientBoostingRegressor(BoostedRegressor, GradientBoosting):
    """Regression by a sum of trees, each grown on the negative gradient of the loss.

    Parameters
    ----------
    loss : {"squared_error", "absolute_error", "huber", "quantile"}, default="squared_error"
        What is minimised.
    learning_rate : float, default=0.1
        Part of each tree's steps that is taken.
    n_estimators : int, default=100
        Number of iterations.
    subsample : float, default=1.0
        Part of the rows, drawn at random, that each iteration learns from.
    min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_leaf_nodes, min_impurity_decrease, ccp_alpha
        As of `DecisionTreeRegressor`.
    max_depth : int, default=3
        Largest depth of a leaf.
    init : {"zero"}, estimator or None, default=None
        Model whose predictions the trees improve; None is the best constant.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers; an integer makes the answer repeatable.
    max_features : int, float, "sqrt" or "log2", default=None
        Number or share of the columns that each node looks at, at random; None looks at all.
    alpha : float, default=0.9
        The quantile of the losses "huber" and "quantile".
    verbose : int, default=0
        Whether every iteration is printed.
    warm_start : bool, default=False
        Whether a fit goes on from the trees of the last one; columns and classes must be the same. The new rate is
        that of all trees.
    validation_fraction : float, default=0.1
        Part of the rows that is held out, where `n_iter_no_change` is given.
    n_iter_no_change : int, default=None
        Stop when the loss of the held-out rows has not fallen within this many iterations.
    tol : float, default=1e-4
        By how much it must fall.

    Attributes
    ----------
    estimators_ : ndarray of DecisionTreeRegressor of shape (n_estimators_, 1)
        The trees.
    n_estimators_, n_trees_per_iteration_, max_features_ : int
        Number of iterations, of trees of each, and of columns that a node looks at.
    init_ : object
        Where boosting starts.
    train_score_ : ndarray of shape (n_estimators_,)
        Loss of the rows that each iteration has learned from, after it.
    oob_scores_, oob_improvement_ : ndarray of shape (n_estimators_,)
        Loss of the rows that each iteration has left out, and by how much it fell, if `subsample` is below 1.
    oob_score_ : float
        The last of `oob_scores_`.
    feature_importances_ : ndarray of shape (d,)
        Share of each column in what the splits take from the squared error of the gradients.
    certificate_ : Certificate
        Whether the trees have the loss that was recorded, and the gains account for it.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Targets must be smaller than 1e140 and, but for zeros, larger than 1e-140, so that their squares can be added up.
    The quantile loss starts in the middle of all best constants; without weights scikit-learn's start is interpolated
    between two targets, which ``init=DummyRegressor(strategy="quantile", quantile=alpha)`` gives here.

    Examples
    --------
    >>> from groundup import GradientBoostingRegressor
    >>> X, y = [[1], [2], [3], [4], [5], [6]], [1, 1, 4, 9, 9, 12]
    >>> model = GradientBoostingRegressor(n_estimators=2, max_depth=1, learning_rate=0.5).fit(X, y)
    >>> model.predict(X).tolist()
    [2.5, 2.5, 4.75, 8.75, 8.75, 8.75]
    """

    loss: Literal["squared_error", "absolute_error", "huber", "quantile"] = parameter(
        OneOf(("squared_error", "absolute_error", "huber", "quantile")), default="squared_error"
    )
    alpha: float = parameter(Share(below=True), default=0.9)

    def _learning(self, samples: Samples) -> tuple[Loss, Array, Mapping[str, Any]]:
        require_range(samples.y, samples.weight)
        return LOSSES[self.loss](self.alpha), samples.y, {}

    def apply(self, X: ArrayLike) -> Array:
        """Return the leaf of each row in each tree.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As of `predict`.

        Returns
        -------
        ndarray of int of shape (n, n_estimators_)

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.
        """
        return self._leaves(X)[:, :, 0]
