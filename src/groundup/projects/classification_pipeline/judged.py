"""The rows that judge a classifier of two classes: their classes, their probabilities, and what errors cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.metrics import roc_curve
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.projects.classification_pipeline import textbook
from groundup.projects.classification_pipeline.resampling import bootstrap

MISS, ALARM = 5.0, 1.0  # What is assumed of the costs: a missed row of class 1 as much as five false alarms.
ASKED = ALARM / (ALARM + MISS)  # Threshold of least expected cost.  eq. classification_pipeline:decision
DRAWS = 500  # Of the bootstrap.


@dataclass(frozen=True)
class Judged:
    """Rows that no step of the fit has seen.

    Parameters
    ----------
    y : ndarray of int of shape (n,)
        1 for the second class.
    p : ndarray of shape (n,)
        Its probabilities, as the model says.
    names : tuple of str
        Of the two classes.
    what : str
        The target's name.
    """

    y: Array
    p: Array
    names: tuple[str, str]
    what: str

    def counts(self, threshold: float) -> Array:
        """Return the confusion matrix at a threshold, truth in rows."""
        return np.asarray(textbook.confusion(self.y, (self.p >= threshold).astype(int)))

    def cost(self, threshold: float, miss: float = MISS) -> float:
        """Return what the errors at a threshold cost, in false alarms, of which a missed row is worth some."""
        table = self.counts(threshold)
        return float(miss * table[1, 0] + ALARM * table[0, 1])

    def interval(self, score: Callable[[Array, Array], float]) -> tuple[float, float]:
        """Return the ends of the bootstrap interval of a score of the rows."""
        return bootstrap(score, self.y, self.p, DRAWS, np.random.default_rng(0))

    def best(self) -> float:
        """Return the threshold with the least cost on these rows.  eq. classification_pipeline:threshold

        The rates of the ROC give the costs of all thresholds at once; of equal costs the lowest threshold is taken.
        """
        curve = roc_curve(self.y, self.p)
        ones = self.y.sum()
        cost = MISS * ones * (1 - curve.tpr) + ALARM * (len(self.y) - ones) * curve.fpr
        return float(curve.thresholds[np.flatnonzero(cost <= cost.min() + 1e-9)[-1]])

    def roc(self) -> tuple[Array, Array]:
        """Return false-alarm rates and hit rates at all thresholds, from the highest."""
        curve = roc_curve(self.y, self.p)
        return curve.fpr, curve.tpr


def rounded(value: float, digits: int = 4) -> float:
    """Return a value with as many significant digits as a reader compares."""
    return float(f"{value:.{digits}g}")


def judged(model: Any, data: Dataset) -> Judged:
    """Return the held-out rows as a model judges them.

    Raises
    ------
    NotApplicable
        For more than two classes, without held-out rows, and where these are of one class.
    """
    if len(model.classes_) != 2:
        raise NotApplicable("drawn for two classes")
    if data.held_out is None:
        raise NotApplicable("no rows are held out, and those of the fit flatter a model")
    y = (np.asarray(data.held_out.y) == model.classes_[1]).astype(int)
    if y.min() == y.max():
        raise NotApplicable("one class is so rare that the held-out rows have none of it")
    first, second = map(str, model.classes_)
    p = np.asarray(model.predict_proba(data.held_out.X))[:, 1]
    return Judged(y, p, (first, second), data.target_name or "class")
