"""The grid of a search: its data, its state after each fit, and its best points."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.statistics.splits import Splits
from groundup.core.storage import record
from groundup.core.types import Array


@record
class GridState:
    """A fit of the grid search or, in the end, of the best penalty to all rows.

    Parameters
    ----------
    iteration : int
        Fits so far: folds × l1_ratios × Cs, and the final one.
    score : float
        Score of the last fit on its fold's test rows; in the end, the best mean score.
    scores : ndarray of shape (n_folds, n_l1_ratios, n_cs)
        Scores of all fits; NaN for later ones.
    paths : ndarray of shape (n_folds, n_l1_ratios, n_cs, t, p)
        Their coefficients, the intercept (where there is one) last.
    n_iter : ndarray of shape (n_folds, n_l1_ratios, n_cs)
        Their iterations.
    coef, intercept : ndarray or None
        Coefficients of the final model, as fitted attributes.
    certificate : Certificate or None
        Its certificate; None for a mean of models.
    converged : bool
        Whether the grid is searched and the final model is fitted.
    """

    iteration: int
    score: float
    scores: Array
    paths: Array
    n_iter: Array
    coef: Array | None = None
    intercept: Array | None = None
    certificate: Certificate | None = None
    converged: bool = False


@dataclass(frozen=True)
class GridData:
    """Rows, what the scorer gets of them, folds and the grid; `form` is the user's class of sparse rows."""

    X: Array
    y: Array
    weight: Array | None
    score: Mapping[str, Any]
    class_weight: Mapping[Any, float] | None
    classes: Array
    folds: Splits
    Cs: Array
    l1_ratios: Array
    form: Any = None


def best_place(scores: Array) -> tuple[tuple[int, int], float]:
    """Return the places of the best l1_ratio and C, and their mean score over the folds so far.

    Of equally good ones it is the first C given and then the first l1_ratio, as in scikit-learn.
    """
    known = ~np.isnan(scores)
    count = known.sum(axis=0)
    mean = np.where(count > 0, np.where(known, scores, 0).sum(axis=0) / np.maximum(count, 1), -np.inf)
    strength, share = np.unravel_index(int(mean.T.argmax()), mean.T.shape)
    return (int(share), int(strength)), float(mean[share, strength])


def best_places(scores: Array) -> list[tuple[int, int, int]]:
    """Return number, and places of the best l1_ratio and C, of each fold so far."""
    return [(fold, *best_place(of_fold[None])[0]) for fold, of_fold in enumerate(scores) if not np.isnan(of_fold).all()]
