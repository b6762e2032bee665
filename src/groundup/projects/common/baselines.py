"""Models that look at no column: what a score is compared with, to see whether anything was learned."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset

Score = Callable[[Any, Dataset], float]
Baseline = Callable[[Dataset, Dataset], float]


class MeanOfTarget:
    """Predicts the mean of the targets that it was given.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, n_targets)
        Targets.
    """

    def __init__(self, y: Array) -> None:
        self.mean = np.asarray(y, dtype=np.float64).mean(axis=0)

    def predict(self, X: Array) -> Array:
        """Return the mean for every row."""
        return np.broadcast_to(self.mean, (len(X), *self.mean.shape))


class BaseRate:
    """Predicts the most frequent class, and for each class its share of the rows.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Classes.
    """

    def __init__(self, y: Array) -> None:
        self.classes_, sizes = np.unique(y, return_counts=True)
        self.share: Array = sizes / sizes.sum()

    def predict(self, X: Array) -> Array:
        """Return the most frequent class for every row."""
        return np.full(len(X), self.classes_[self.share.argmax()])

    def predict_proba(self, X: Array) -> Array:
        """Return the shares of the classes for every row."""
        return np.broadcast_to(self.share, (len(X), len(self.share)))

    def decision_function(self, X: Array) -> Array:
        """Return the same score for every row."""
        return np.zeros(len(X))


def by_mean(score: Score) -> Baseline:
    """Return the score of predicting the mean of the learned targets, as a function of learned and of scored rows."""
    return lambda learned, rows: score(MeanOfTarget(np.asarray(learned.y)), rows)


def by_base_rate(score: Score) -> Baseline:
    """Return the score of the most frequent class and of the classes' shares, as `by_mean`."""
    return lambda learned, rows: score(BaseRate(np.asarray(learned.y)), rows)
