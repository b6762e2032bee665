"""Scorers by scikit-learn's names: by what a search compares models; higher is better.

A scorer is called as ``scorer(model, X, y, sample_weight=None)``.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np

from groundup.core.metrics.classification import (
    Average,
    accuracy_score,
    balanced_accuracy_score,
    f1_score,
    precision_score,
    recall_score,
)
from groundup.core.metrics.probabilities import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    roc_auc_score,
    top_k_accuracy_score,
)
from groundup.core.metrics.regression import (
    explained_variance_score,
    mean_absolute_error,
    mean_squared_error,
    r2_score,
    root_mean_squared_error,
)
from groundup.core.types import ArrayLike

Scorer = Callable[..., float]
NumberScore = Literal[
    "r2", "explained_variance", "neg_mean_squared_error", "neg_root_mean_squared_error", "neg_mean_absolute_error"
]
ClassScore = Literal[
    "accuracy", "balanced_accuracy", "f1", "f1_macro", "f1_micro", "f1_weighted", "precision", "precision_macro",
    "precision_micro", "precision_weighted", "recall", "recall_macro", "recall_micro", "recall_weighted",
    "roc_auc", "average_precision",
]  # fmt: skip
ProbabilityScore = Literal["neg_log_loss", "neg_brier_score", "top_k_accuracy"]


def _of_predictions(
    metric: Callable[..., float], sign: int, model: Any, X: Any, y: Any, sample_weight: ArrayLike = None
) -> float:
    return sign * metric(y, model.predict(X), sample_weight=sample_weight)


def _of_one_class(
    metric: Callable[..., float], average: Average, model: Any, X: Any, y: Any, sample_weight: ArrayLike = None
) -> float:
    """Score of the class 1, or the average over classes."""
    classes = model.classes_.tolist()
    if average == "binary" and len(classes) > 2:
        raise ValueError(
            f"Target is multiclass but average='binary': there are {len(classes)} classes. Please choose another "
            "average setting: the name of the score with _macro, _micro or _weighted."
        )
    if average == "binary" and 1 not in classes:
        raise ValueError(f"pos_label=1 is not a valid label: it must be one of {classes}. Name the classes 0 and 1.")
    return metric(y, model.predict(X), average=average, sample_weight=sample_weight)


def _of_scores(metric: Callable[..., float], model: Any, X: Any, y: Any, sample_weight: ArrayLike = None) -> float:
    return metric(y, model.decision_function(X), sample_weight=sample_weight)


def _of_probabilities(
    metric: Callable[..., float], sign: int, model: Any, X: Any, y: Any, sample_weight: ArrayLike = None
) -> float:
    """Score of probabilities; rows that are left out may lack some of the classes."""
    return sign * metric(y, model.predict_proba(X), labels=np.asarray(model.classes_), sample_weight=sample_weight)


_AVERAGES: Mapping[str, Average] = {"": "binary", "_macro": "macro", "_micro": "micro", "_weighted": "weighted"}
SCORERS: Mapping[str, Scorer] = {
    "r2": partial(_of_predictions, r2_score, 1),
    "explained_variance": partial(_of_predictions, explained_variance_score, 1),
    "neg_mean_squared_error": partial(_of_predictions, mean_squared_error, -1),
    "neg_root_mean_squared_error": partial(_of_predictions, root_mean_squared_error, -1),
    "neg_mean_absolute_error": partial(_of_predictions, mean_absolute_error, -1),
    "accuracy": partial(_of_predictions, accuracy_score, 1),
    "balanced_accuracy": partial(_of_predictions, balanced_accuracy_score, 1),
    **{
        name + ending: partial(_of_one_class, metric, average)
        for name, metric in (("f1", f1_score), ("precision", precision_score), ("recall", recall_score))
        for ending, average in _AVERAGES.items()
    },
    "roc_auc": partial(_of_scores, roc_auc_score),
    "average_precision": partial(_of_scores, average_precision_score),
    "neg_log_loss": partial(_of_probabilities, log_loss, -1),
    "neg_brier_score": partial(_of_probabilities, brier_score_loss, -1),
    "top_k_accuracy": partial(_of_probabilities, top_k_accuracy_score, 1),
}
