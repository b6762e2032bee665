"""Scores by which boosting decides when to stop, other than the loss."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.metrics.scorers import Scorer
from groundup.core.rows import Samples
from groundup.core.statistics.splits import holdout
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.boosting import Stage
from groundup.projects.gradient_boosting.solvers.histogram.boosting import Judge
from groundup.projects.gradient_boosting.solvers.tree import LEAF, UNDEFINED, Tree

MOST = 10_000  # Rows to learn from that are scored.
NOTHING = Tree(
    children_left=np.array([LEAF]),
    children_right=np.array([LEAF]),
    feature=np.array([UNDEFINED]),
    threshold=np.array([float(UNDEFINED)]),
    missing_go_to_left=np.zeros(1, bool),
    impurity=np.zeros(1),
    n_node_samples=np.zeros(1, np.intp),
    weighted_n_node_samples=np.zeros(1),
    value=np.zeros((1, 1, 1)),
)  # A tree that takes no step: the model before its first iteration.


class Known:
    """A model whose scores of some rows are known, as a scorer by name needs it.

    Parameters
    ----------
    loss : Loss
        The loss.
    classes : ndarray or None
        The classes of a classifier.
    F : ndarray of shape (K, n)
        The scores.
    """

    def __init__(self, loss: Any, classes: Array | None, F: Array) -> None:
        self._loss, self.classes_, self._F = loss, classes, F

    def predict(self, X: Any) -> Array:
        """Return predictions."""
        if self.classes_ is None:
            return np.asarray(self._loss.prediction(self._F))
        return self.classes_[self._F.argmax(axis=0) if len(self._F) > 1 else (self._F[0] > 0).astype(np.intp)]

    def decision_function(self, X: Any) -> Array:
        """Return the scores of classes."""
        return self._F.T if len(self._F) > 1 else self._F[0]

    def predict_proba(self, X: Any) -> Array:
        """Return probabilities."""
        return np.asarray(self._loss.probabilities(self._F))


def scored_rows(y: Array, classes: Array | None, seed: int) -> Array:
    """Return the rows to learn from that are scored: all, or a sample with the same share of every class."""
    n = len(y)
    return np.arange(n) if n <= MOST else holdout(n, MOST / n, seed, None if classes is None else y)[1]


def judge_by_scores(
    scorer: Scorer, loss: Any, classes: Array | None, train: Samples, held: Samples | None, seed: int
) -> Judge:
    """Return a judge for a scorer that asks for the predictions of the rows only: their scores are known.

    Parameters
    ----------
    scorer : callable
        One of `SCORERS`.
    loss : Loss
        The loss.
    classes : ndarray or None
        The classes of a classifier.
    train, held : Samples
        Rows to learn from and rows held out.
    seed : int
        Seed of the draw of rows.
    """
    some = scored_rows(train.y, classes, seed)
    sides = (train.take(some), held)

    def judge(stages: tuple[Stage, ...], F: Array, out: Array | None) -> tuple[float, float | None]:
        one, other = (
            None if rows is None or of is None else _score(scorer, Known(loss, classes, of), rows, classes)
            for rows, of in zip(sides, (F[:, some], out), strict=True)
        )
        assert one is not None
        return one, other

    return judge


def judge_by_models(
    scorer: Scorer,
    fitted: Callable[[tuple[Stage, ...]], Any],
    classes: Array | None,
    train: Samples,
    held: Samples | None,
    seed: int,
) -> Judge:
    """Return a judge for a scorer of the user's, which may ask a fitted model for anything.

    Parameters
    ----------
    scorer : callable
        ``scorer(model, X, y)``, and ``sample_weight`` if there are weights.
    fitted : callable
        ``fitted(stages)`` returns the model after some iterations.
    classes, train, held, seed
        As of `judge_by_scores`.
    """
    sides = (train.take(scored_rows(train.y, classes, seed)), held)

    def judge(stages: tuple[Stage, ...], F: Array, out: Array | None) -> tuple[float, float | None]:
        model = fitted(stages or ((NOTHING,) * len(F),))
        one, other = (None if rows is None else _score(scorer, model, rows, classes) for rows in sides)
        assert one is not None
        return one, other

    return judge


def _score(scorer: Scorer, model: Any, rows: Samples, classes: Array | None) -> float:
    y = rows.y if classes is None else classes[rows.y.astype(np.intp)]
    weights = {} if rows.weight is None else {"sample_weight": rows.weight}
    return float(scorer(model, rows.X, y, **weights))
