"""Regression trees."""

from typing import Any, Literal

import numpy as np

from groundup.core.checks.inputs import as_target
from groundup.core.checks.parameters import OneOf
from groundup.core.estimator.parameters import parameter
from groundup.core.estimator.regressor import Regressor
from groundup.core.exceptions import warn
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree, Learning
from groundup.projects.gradient_boosting.solvers.absolute_error import AbsoluteError
from groundup.projects.gradient_boosting.solvers.criteria import Criterion, Poisson, SquaredError

CRITERIA: dict[str, type[Criterion]] = {
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "poisson": Poisson,
}


class DecisionTreeRegressor(Regressor, DecisionTree):
    """Regression tree: each leaf predicts a constant.

    Parameters
    ----------
    criterion : {"squared_error", "absolute_error", "poisson"}, default="squared_error"
        What splits lower: the squared deviation from the mean of a node, the absolute one from its median, or the
        Poisson deviance.
    splitter : {"best", "random"}, default="best"
        Whether each column is split where that is best, or at a random threshold.
    max_depth : int, default=None
        Largest depth of a leaf; None lets the tree grow until its leaves cannot be split.
    min_samples_split : int or float, default=2
        Number of rows, or share of all rows, below which a node is not split.
    min_samples_leaf : int or float, default=1
        Smallest number of rows, or share of all rows, of a leaf.
    min_weight_fraction_leaf : float, default=0.0
        Smallest share of the weight of all rows in a leaf.
    max_features : int, float, "sqrt" or "log2", default=None
        Number or share of the columns that each node looks at, at random; None looks at all.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers; an integer makes the answer repeatable.
    max_leaf_nodes : int, default=None
        Largest number of leaves; the leaf that gains most is split first.
    min_impurity_decrease : float, default=0.0
        A split must lower the impurity of all rows by this.
    ccp_alpha : float, default=0.0
        Cost of a leaf, by which the tree is pruned in the end.
    monotonic_cst : array-like of shape (d,), default=None
        1 for columns with which predictions must not fall, -1 where they must not rise, 0 for the others.

    Attributes
    ----------
    tree_ : Tree
        The nodes, as arrays.
    feature_importances_ : ndarray of shape (d,)
        Share of each column in what the splits take from the impurity.
    max_features_, n_outputs_ : int
        Number of columns that a node looks at; number of targets.
    certificate_ : Certificate
        Whether each leaf predicts the best constant, and the gains add up.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Of equally good splits the tree takes the first column, and its smallest threshold; scikit-learn takes a random
    column. Targets must be smaller than 1e140 and, but for zeros, larger than 1e-140, so that their squares can be
    added up. A missing entry (NaN) goes to the side where it helps. Sparse rows are written out: the tree needs the
    order of every column.

    Examples
    --------
    >>> from groundup import DecisionTreeRegressor
    >>> model = DecisionTreeRegressor(max_depth=1).fit([[1], [2], [3], [4]], [1.0, 1.0, 5.0, 7.0])
    >>> model.predict([[0], [9]]).tolist()
    [1.0, 6.0]
    """

    criterion: Literal["squared_error", "friedman_mse", "absolute_error", "poisson"] = parameter(
        OneOf(tuple(CRITERIA)), default="squared_error", aliases={"friedman_mse": "squared_error"}
    )

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags: several targets are accepted."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _targets(self, y: ArrayLike, n: int) -> Array:
        return as_target(y, n, owner=type(self).__name__)

    def _learning(self, samples: Samples) -> Learning:
        if self.criterion == "friedman_mse":
            message = (
                "'friedman_mse' makes the same splits as 'squared_error', and will be removed in 1.11 of scikit-learn."
            )
            warn(message, FutureWarning)
        columns = samples.y.reshape(len(samples), -1).T
        if self.monotonic_cst is not None and len(columns) > 1:
            raise ValueError("Monotonicity constraints are not supported with multiple outputs.")
        if self.criterion == "poisson" and (columns < 0).any():
            raise ValueError("Some value(s) of y are negative which is not allowed for Poisson regression.")
        if self.criterion == "poisson" and not columns.any():
            raise ValueError("Sum of y is not positive which is necessary for Poisson regression.")
        outputs = np.arange(len(columns))[:, None]
        criterion = CRITERIA[self.canonical("criterion")](np.ascontiguousarray(columns), outputs, samples.weight)
        known: dict[str, Any] = {"n_outputs_": len(columns)}
        return Learning(samples.X, criterion, known)

    def predict(self, X: ArrayLike) -> Array:
        """Return the constant of each row's leaf.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN for a missing entry.

        Returns
        -------
        ndarray of shape (n,) or (n, n_targets)

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for infinite entries.
        """
        values = self._values(X)[:, :, 0]
        return values if self.n_outputs_ > 1 else values[:, 0]
