"""Histogram boosting for numbers."""

from collections.abc import Mapping
from typing import Any, Literal

from groundup.core.checks.inputs import require_squares
from groundup.core.checks.parameters import Number, OneOf
from groundup.core.estimator.parameters import parameter
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.gradient_boosting.models.boosted_regressor import BoostedRegressor
from groundup.projects.gradient_boosting.models.decision_tree import NONE
from groundup.projects.gradient_boosting.models.hist_gradient_boosting import HistGradientBoosting
from groundup.projects.gradient_boosting.solvers.loss import Loss
from groundup.projects.gradient_boosting.solvers.losses import LOSSES


class HistGradientBoostingRegressor(BoostedRegressor, HistGradientBoosting):
    """Regression by a sum of trees, grown on histograms of binned columns.

    Missing entries and columns of categories are read as they are.

    Parameters
    ----------
    loss : {"squared_error", "absolute_error", "gamma", "poisson", "quantile"}, default="squared_error"
        What is minimised; gamma and poisson predict positive numbers, whose logarithms are the sums.
    quantile : float, default=None
        The quantile of the loss "quantile".
    learning_rate : float, default=0.1
        Part of each tree's steps that is taken.
    max_iter : int, default=100
        Number of iterations.
    max_leaf_nodes : int or None, default=31
        Largest number of leaves of a tree; the best leaf is split first.
    max_depth : int or None, default=None
        Largest depth of a leaf.
    min_samples_leaf : int, default=20
        Smallest number of rows of a leaf.
    l2_regularization : float, default=0.0
        Penalty on the squared values of leaves.
    max_features : float, default=1.0
        Part of the columns that each node looks at, at random.
    max_bins : int, default=255
        Largest number of bins of a column, and of its categories.
    categorical_features : array-like of bool, int or str, "from_dtype" or None, default="from_dtype"
        Columns of categories: a mask, numbers or names; "from_dtype": those that a data frame declares.
    monotonic_cst : array-like of int of shape (d,) or mapping of str to int, default=None
        1 for columns with which predictions must not fall, -1 where they must not rise, 0 for the others.
    interaction_cst : {"pairwise", "no_interactions"} or sequence of collections of int, default=None
        Groups of columns: those that split a branch are all in one group.
    warm_start : bool, default=False
        Whether a fit goes on from the trees of the last one.
    early_stopping : bool or "auto", default="auto"
        Whether iterations end when the score rises no more; "auto": for more than 10,000 rows, or rows to stop by.
    scoring : str, callable or None, default="loss"
        The score: "loss", a name, a scorer ``scoring(model, X, y)``, or None for R².
    validation_fraction : float, int or None, default=0.1
        Part or number of the rows that is held out and scored; None scores the rows to learn from.
    n_iter_no_change : int, default=10
        Number of iterations within which the score must rise.
    tol : float, default=1e-7
        By how much it must rise.
    verbose : int, default=0
        Whether every iteration is printed.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers; an integer makes the answer repeatable.

    Attributes
    ----------
    n_iter_, n_trees_per_iteration_ : int
        Number of iterations, and of trees of each.
    do_early_stopping_ : bool
        Whether iterations may have ended early.
    train_score_, validation_score_ : ndarray of shape (n_iter_ + 1,)
        Score before the first and after each iteration; empty without early stopping, or without rows held out.
    is_categorical_ : ndarray of bool of shape (d,) or None
        Which columns hold categories; None if none does.
    feature_importances_ : ndarray of shape (d,)
        Share of each column in what the splits gain.
    certificate_ : Certificate
        Whether predictions, steps and losses agree with the rows.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import HistGradientBoostingRegressor
    >>> X, y = [[1], [2], [3], [4], [5], [6]], [1, 1, 4, 9, 9, 12]
    >>> model = HistGradientBoostingRegressor(max_iter=2, max_leaf_nodes=2, learning_rate=0.5, min_samples_leaf=1)
    >>> model.fit(X, y).predict(X).tolist()
    [2.5, 2.5, 4.75, 8.75, 8.75, 8.75]
    """

    loss: Literal["squared_error", "absolute_error", "gamma", "poisson", "quantile"] = parameter(
        OneOf(("squared_error", "absolute_error", "gamma", "poisson", "quantile")),
        default="squared_error",
        kw_only=False,
    )
    quantile: float | None = parameter(NONE | Number(0, 1), default=None)

    def _learning(self, samples: Samples) -> tuple[Loss, Samples, Mapping[str, Any]]:
        if self.loss == "quantile" and self.quantile is None:
            raise ValueError("loss='quantile' needs the quantile, a number from 0 to 1: quantile=0.9, for example.")
        y = samples.y
        if self.loss == "squared_error":
            require_squares(y[:, None], "y")
        if self.loss == "gamma" and not (y > 0).all():
            raise ValueError("loss='gamma' requires strictly positive y.")
        if self.loss == "poisson" and not ((y >= 0).all() and y.sum() > 0):
            raise ValueError("loss='poisson' requires non-negative y and sum(y) > 0.")
        return LOSSES[self.loss](0.5 if self.quantile is None else self.quantile), samples, {}

    def _target(self, y: Array, known: Mapping[str, Any]) -> Array:
        return y
