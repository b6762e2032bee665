"""Hyper-parameters for a data set: sizes of trees, and their number by cross-validation for a user's table."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.statistics.splits import k_folds, stratified_folds
from groundup.core.types import Array
from groundup.data.dataset import FEWEST_ROWS, Dataset
from groundup.projects.common import tuning

MOST_TREES = 300  # Trees among whose numbers one is chosen.
STEP = 10  # A number of trees is a multiple of this.
DEPTHS = (1, 2, 3, 4, 6, 8)  # Depths of a single tree among which one is chosen.
NAMED: Mapping[str, Mapping[str, Any]] = {
    "sine": {"max_depth": 2},
    "diabetes": {"max_depth": 2},
}
TREES: Mapping[str, int] = {"sine": 3, "friedman": 4, "diabetes": 2, "crossed": 4, "moons": 4, "iris": 2}


def unseen_loss(model: Any, X: Array, y: Array) -> Array:
    """Return the mean loss of rows not seen after each number of trees."""
    if hasattr(model, "classes_"):
        return np.array([metrics.log_loss(y, P, labels=model.classes_) for P in model.staged_predict_proba(X)])
    return np.array([metrics.mean_squared_error(y, predicted) for predicted in model.staged_predict(X)])


def count_of_trees(estimator: Any, name: str, data: Dataset, fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the number of trees with the least loss in a cross-validation of a user's table; nothing for other data.

    A fit of each fold gives all numbers of trees.

    Parameters
    ----------
    estimator : type
        A boosted model.
    name : str
        Its parameter of the number of trees.
    data : Dataset
        The rows of the fit.
    fixed : mapping
        Its other parameters.
    """
    if data.encoder is None or len(data.X) < FEWEST_ROWS:
        return {}
    X, y = tuning.shuffled(data)
    classes, count = estimator.kind == "classifier", tuning.folds_of(data)
    if classes and np.unique(y, return_counts=True)[1].min() < count:
        return {}
    curves = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Warnings of the folds repeat those of the full fit.
        for train, test in stratified_folds(y, count) if classes else k_folds(len(y), count):
            model = estimator(**{name: MOST_TREES}, **fixed).fit(X[train], y[train])
            curves.append(unseen_loss(model, X[test], y[test]))
    mean = np.mean(curves, axis=0)[STEP - 1 :: STEP]
    return {name: STEP * (int(mean.argmin()) + 1)}


def depth_of_tree(estimator: Any, data: Dataset) -> dict[str, Any]:
    """Return the depth of a single tree: known for named data, by cross-validation for a user's table."""
    if data.encoder is None:
        return {"max_depth": TREES.get(data.name, 3)}
    classes = estimator.kind == "classifier"
    fewest = np.unique(np.asarray(data.y), return_counts=True)[1].min() if classes else len(data.X)
    if fewest < tuning.folds_of(data):
        return {"max_depth": DEPTHS[1]}

    def loss(model: Any, X: Array, y: Array) -> float:
        if classes:
            return 1 - metrics.balanced_accuracy_score(y, model.predict(X))
        return metrics.mean_squared_error(y, model.predict(X))

    return {"max_depth": int(tuning.best(estimator, "max_depth", DEPTHS, data, loss, {}, classes=classes))}
