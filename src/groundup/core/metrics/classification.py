"""Metrics of predicted classes."""

from typing import Any, Literal, get_args

import numpy as np

from groundup.core.checks.inputs import as_weight
from groundup.core.checks.labels import as_labels
from groundup.core.types import Array, ArrayLike

Average = Literal["binary", "macro", "micro", "weighted"]


def accuracy_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return the weighted fraction of rows whose class is predicted correctly.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        Classes.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes, and for different lengths.
    """
    true, predicted, weight = _pair(y_true, y_pred, sample_weight)
    return float(np.average(true == predicted, weights=weight))


def balanced_accuracy_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return the mean over the true classes of the fraction of their rows that is predicted correctly.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        Classes.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        Between 0 and 1; always the same answer gives one over the number of classes, however unequal they are.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes, and for different lengths.
    """
    counts = confusion_matrix(y_true, y_pred, sample_weight=sample_weight)
    size = counts.sum(axis=1)
    return float((np.diag(counts)[size > 0] / size[size > 0]).mean())


def precision_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = 1,
    average: Average = "binary",
    sample_weight: ArrayLike = None,
) -> float:
    """Return the fraction of the rows predicted as a class that are of this class.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        Classes.
    pos_label : object, default=1
        The class, of a binary average.
    average : {"binary", "macro", "micro", "weighted"}, default="binary"
        "binary" scores `pos_label`; "macro" is the mean over the classes that occur, "weighted" the mean weighted by
        their true rows; "micro" counts all rows together.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        Between 0 and 1; 0 for a class as which no row is predicted.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes, and for different lengths.
    """
    right, called, own = _found(y_true, y_pred, pos_label, average, sample_weight)
    return _averaged(right, called, own, average)


def recall_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = 1,
    average: Average = "binary",
    sample_weight: ArrayLike = None,
) -> float:
    """Return the fraction of the rows of a class that are predicted as this class.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        Classes.
    pos_label, average : object, str
        As of `precision_score`.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        Between 0 and 1; 0 for a class that has no row.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes, and for different lengths.
    """
    right, _, own = _found(y_true, y_pred, pos_label, average, sample_weight)
    return _averaged(right, own, own, average)


def f1_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = 1,
    average: Average = "binary",
    sample_weight: ArrayLike = None,
) -> float:
    """Return the harmonic mean of the precision and the recall of a class.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        Classes.
    pos_label, average : object, str
        As of `precision_score`.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        Between 0 and 1; 0 for a class of which no row is predicted correctly.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes, and for different lengths.
    """
    right, called, own = _found(y_true, y_pred, pos_label, average, sample_weight)
    return _averaged(2 * right, called + own, own, average)


def confusion_matrix(
    y_true: ArrayLike, y_pred: ArrayLike, *, labels: ArrayLike = None, sample_weight: ArrayLike = None
) -> Array:
    """Return the confusion matrix: true classes by rows, predicted ones by columns.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        Classes.
    labels : array-like of shape (K,), optional
        Order of the classes; by default all classes that occur, sorted. Rows of other classes are not counted.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    ndarray of shape (K, K)
        Counts as integers; sums of weights if there are weights.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes, and for different lengths.
    """
    true, predicted, weight = _pair(y_true, y_pred, sample_weight)
    classes = np.unique(np.concatenate([true, predicted])) if labels is None else np.asarray(labels)
    rows, columns = true[:, None] == classes, predicted[:, None] == classes  # (n, K)
    counted: Array = rows.astype(np.float64).T @ (columns if weight is None else columns * weight[:, None])
    return counted.astype(np.int64) if weight is None else counted


def _pair(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike) -> tuple[Array, Array, Array | None]:
    if y_pred is None:
        raise ValueError("the score requires y_pred to be passed, but it is None")
    predicted = as_labels(y_pred, len(np.asarray(y_pred)), owner="the score")
    true = as_labels(y_true, len(predicted), owner="the score")
    return true, predicted, as_weight(sample_weight, len(true))


def _found(
    y_true: ArrayLike, y_pred: ArrayLike, label: Any, average: Average, sample_weight: ArrayLike
) -> tuple[Array, Array, Array]:
    """Return the weight of the rows of each class predicted as it, of all predicted as it, and of all its own."""
    if average not in get_args(Average):
        raise ValueError(f"average={average!r} is not allowed; it must be one of {get_args(Average)}.")
    true, predicted, weight = _pair(y_true, y_pred, sample_weight)
    mass = np.ones(len(true)) if weight is None else weight
    classes = [label] if average == "binary" else np.unique(np.concatenate([true, predicted])).tolist()
    own, called = (np.array([found == label for label in classes]) for found in (true, predicted))
    return (own & called) @ mass, called @ mass, own @ mass


def _averaged(part: Array, whole: Array, own: Array, average: Average) -> float:
    """Return the ratio of one class or of all rows, or its mean over the classes; 0 where there is no row."""
    if average in ("binary", "micro"):
        part, whole = part.sum(keepdims=True), whole.sum(keepdims=True)
    ratio = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return float(np.average(ratio, weights=own if average == "weighted" else None))
