"""The strength of a penalty, chosen by cross-validation where the data are the user's."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from groundup.core.statistics.splits import k_folds, stratified_folds
from groundup.core.types import Array
from groundup.data.dataset import Dataset

FOLDS = 5
MOST_ROWS = 5000  # Rows that a choice is made on; more of them hardly change it.


def folds_of(data: Dataset) -> int:
    """Return the number of folds: five, or one for each row where there are fewer rows."""
    return min(FOLDS, len(data.X))


def shuffled(data: Dataset) -> tuple[Array, Array]:
    """Return the rows and their targets in an order of chance, which the folds of a sorted table need; not too many."""
    rows = np.random.default_rng(0).permutation(len(data.X))[:MOST_ROWS]
    return data.X[rows], np.asarray(data.y)[rows]


def best(
    estimator: Callable[..., Any],
    name: str,
    candidates: Sequence[float],
    data: Dataset,
    loss: Callable[[Any, Array, Array], float],
    fixed: Mapping[str, Any],
    *,
    classes: bool,
) -> float:
    """Return the candidate with the least mean loss on the rows left out of each fold; the first of equals.

    Parameters
    ----------
    estimator : callable
        The class.
    name : str
        The hyper-parameter.
    candidates : sequence of float
        Its values, the strongest penalty first.
    data : Dataset
        The rows of the fit.
    loss : callable
        ``loss(model, X, y) -> float``.
    fixed : mapping of str to object
        The other hyper-parameters.
    classes : bool
        Whether each fold is to have the same share of each class.
    """
    X, y = shuffled(data)
    count = folds_of(data)
    folds = stratified_folds(y, count) if classes else k_folds(len(y), count)
    means = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Warnings of the folds repeat those of the full fit.
        for value in candidates:
            losses = []
            for train, test in folds:
                model = estimator(**{name: value}, **fixed).fit(X[train], y[train])
                losses.append(loss(model, X[test], y[test]))
            means.append(float(np.mean(losses)))
    return float(candidates[int(np.nanargmin(means))])
