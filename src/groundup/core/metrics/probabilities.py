"""Metrics of classifiers that say more than a class: scores, probabilities and their curves."""

from typing import NamedTuple

import numpy as np

from groundup.core.checks.inputs import as_target, as_weight
from groundup.core.checks.labels import as_labels
from groundup.core.types import Array, ArrayLike


class RocCurve(NamedTuple):
    """False and true positive rates as the threshold decreases.

    Parameters
    ----------
    fpr, tpr : ndarray of shape (m,)
        Fraction of the negative, and of the positive, rows with a score of at least the threshold.
    thresholds : ndarray of shape (m,)
        Decreasing; the first one is infinite, so that no row is predicted positive.
    """

    fpr: Array
    tpr: Array
    thresholds: Array


class PrecisionRecallCurve(NamedTuple):
    """Precision and recall as the threshold increases, as in scikit-learn.

    Parameters
    ----------
    precision, recall : ndarray of shape (m + 1,)
        Fraction of positive rows among those predicted positive, and fraction of the positive rows that are predicted
        positive; the last pair is (1, 0): no row is predicted positive.
    thresholds : ndarray of shape (m,)
        Increasing.
    """

    precision: Array
    recall: Array
    thresholds: Array


class CalibrationCurve(NamedTuple):
    """Observed and predicted frequencies, in scikit-learn's order.

    Parameters
    ----------
    prob_true, prob_pred : ndarray of shape (bins with rows,)
        Fraction of positive rows, and mean predicted probability, in each bin.
    """

    prob_true: Array
    prob_pred: Array


def log_loss(
    y_true: ArrayLike, y_proba: ArrayLike, *, labels: ArrayLike = None, sample_weight: ArrayLike = None
) -> float:
    """Return the mean cross-entropy of the predicted probabilities.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Classes.
    y_proba : array-like of shape (n, K) or (n,)
        Probabilities of the sorted classes; a single column is the probability of the second of two classes.
    labels : array-like of shape (K,), optional
        All classes, sorted, if some do not occur in `y_true`.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        In nats; 0 is perfect. Probabilities below the machine epsilon are replaced by it, as in scikit-learn.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes or probabilities, and for inconsistent shapes.
    """
    proba, own, weight = _probabilities(y_true, y_proba, labels, sample_weight)
    own_proba = proba[np.arange(len(own)), own] / proba.sum(axis=1)
    return float(np.average(-np.log(np.maximum(own_proba, np.finfo(np.float64).eps)), weights=weight))


def brier_score_loss(
    y_true: ArrayLike, y_proba: ArrayLike, *, labels: ArrayLike = None, sample_weight: ArrayLike = None
) -> float:
    """Return the mean squared difference of the predicted probabilities and what happened.

    Parameters
    ----------
    y_true, y_proba, labels, sample_weight : array-like
        As of `log_loss`.

    Returns
    -------
    float
        0 is perfect; summed over the classes, of two classes halved, as in scikit-learn.

    Raises
    ------
    TypeError, ValueError
        As `log_loss`.
    """
    proba, own, weight = _probabilities(y_true, y_proba, labels, sample_weight)
    squares = ((proba - (own[:, None] == np.arange(proba.shape[1]))) ** 2).sum(axis=1)
    return float(np.average(squares, weights=weight)) / (2 if proba.shape[1] == 2 else 1)


def top_k_accuracy_score(
    y_true: ArrayLike, y_score: ArrayLike, *, k: int = 2, labels: ArrayLike = None, sample_weight: ArrayLike = None
) -> float:
    """Return how often the class is among the k highest scores.  eq. softmax_regression:top-k

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Classes.
    y_score : array-like of shape (n, K)
        Score or probability of each of the sorted classes.
    k : int, default=2
        Number of classes that count as predicted.
    labels : array-like of shape (K,), optional
        All classes, sorted, if some do not occur in `y_true`.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        Weighted fraction of rows, between 0 and 1. Of equal scores, later classes come first, as in scikit-learn.

    Raises
    ------
    TypeError, ValueError
        For data that are not classes, inconsistent shapes, and a `k` below 1.
    """
    score = as_target(y_score, None, name="y_score", owner="the score")
    true = as_labels(y_true, len(score), owner="the score")
    classes = np.unique(true if labels is None else np.asarray(labels))
    if score.ndim != 2 or score.shape[1] != len(classes):
        raise ValueError(f"y_score must have shape (n, {len(classes)}), a column for each class; got {score.shape}.")
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}.")
    best = np.argsort(score, axis=1, kind="stable")[:, ::-1][:, :k]  # (n, k)
    hit = (classes[best] == true[:, None]).any(axis=1)
    return float(np.average(hit, weights=as_weight(sample_weight, len(true))))


def roc_curve(y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike = None) -> RocCurve:
    """Return the false and the true positive rate for every threshold, decreasing.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Two classes; the larger one is the positive class.
    y_score : array-like of shape (n,)
        Score, larger for rows that are more likely positive.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    RocCurve
        ``fpr``, ``tpr`` and ``thresholds``.

    Raises
    ------
    TypeError, ValueError
        For another number of classes than two, scores that are not numbers, and different lengths.
    """
    scores, positives, negatives = _cumulative(y_true, y_score, sample_weight)
    return RocCurve(
        np.append(0.0, negatives / negatives[-1]), np.append(0.0, positives / positives[-1]), np.append(np.inf, scores)
    )


def roc_auc_score(y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return the area under the ROC curve.

    It is the probability that a positive row has a higher score than a negative one; ties count one half.
    eq. logistic_regression:roc

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Two classes; the larger one is the positive class.
    y_score : array-like of shape (n,)
        Score, larger for rows that are more likely positive.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        1 is a perfect ranking, ½ a random one.

    Raises
    ------
    TypeError, ValueError
        As `roc_curve`.
    """
    curve = roc_curve(y_true, y_score, sample_weight)
    return float(np.trapezoid(curve.tpr, curve.fpr))


def precision_recall_curve(
    y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike = None
) -> PrecisionRecallCurve:
    """Return precision and recall for every threshold, increasing.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Two classes; the larger one is the positive class.
    y_score : array-like of shape (n,)
        Score, larger for rows that are more likely positive.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    PrecisionRecallCurve
        ``precision``, ``recall`` and ``thresholds``.

    Raises
    ------
    TypeError, ValueError
        As `roc_curve`.
    """
    scores, positives, negatives = _cumulative(y_true, y_score, sample_weight)
    called = positives + negatives  # 0 as long as all rows so far have no weight
    precision = np.divide(positives, called, out=np.zeros_like(positives), where=called > 0)
    recall = positives / positives[-1]
    return PrecisionRecallCurve(np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), scores[::-1])


def average_precision_score(y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return the precision averaged over the rows of the positive class, each at its own threshold.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Two classes; the larger one is the positive class.
    y_score : array-like of shape (n,)
        Score, larger for rows that are more likely positive.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        1 is a perfect ranking; a random one has the fraction of positive rows.

    Raises
    ------
    TypeError, ValueError
        As `roc_curve`.
    """
    curve = precision_recall_curve(y_true, y_score, sample_weight)
    return float(-(np.diff(curve.recall) * curve.precision[:-1]).sum())


def calibration_curve(y_true: ArrayLike, y_prob: ArrayLike, *, n_bins: int = 5) -> CalibrationCurve:
    """Return observed frequencies and mean probabilities in equal bins.

    eq. logistic_regression:calibration

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Two classes; the larger one is the positive class.
    y_prob : array-like of shape (n,)
        Predicted probability of the positive class.
    n_bins : int, default=5
        Number of bins between 0 and 1; bins without rows are left out.

    Returns
    -------
    CalibrationCurve
        ``prob_true`` and ``prob_pred``.

    Raises
    ------
    TypeError, ValueError
        For another number of classes than two, and for data that are not probabilities.
    """
    true, prob = _two_classes(y_true, y_prob)
    if prob.min() < 0 or prob.max() > 1:
        raise ValueError(f"y_prob must lie between 0 and 1, got {prob.min():g} to {prob.max():g}.")
    bins = np.searchsorted(np.linspace(0, 1, n_bins + 1)[1:-1], prob)
    size = np.bincount(bins, minlength=n_bins)
    full = size > 0
    sums = (np.bincount(bins, weights=values, minlength=n_bins)[full] / size[full] for values in (true, prob))
    return CalibrationCurve(*sums)


def _probabilities(
    y_true: ArrayLike, y_proba: ArrayLike, labels: ArrayLike, sample_weight: ArrayLike
) -> tuple[Array, Array, Array | None]:
    """Return the probabilities of all classes, the number of each row's class, and the weights."""
    proba = as_target(y_proba, None, name="y_proba", owner="the score")
    true = as_labels(y_true, len(proba), owner="the score")
    weight = as_weight(sample_weight, len(true))
    if proba.ndim == 1:
        proba = np.column_stack([1 - proba, proba])
    if ((proba < 0) | (proba > 1)).any():
        raise ValueError(f"y_proba must lie between 0 and 1, got {proba.min():g} to {proba.max():g}.")
    classes = np.unique(true if labels is None else np.asarray(labels))
    if len(classes) != proba.shape[1]:
        raise ValueError(
            f"y_proba has {proba.shape[1]} columns, but there are {len(classes)} classes; give all of them as labels."
        )
    if not np.isin(true, classes).all():
        raise ValueError("y_true has classes that are not among the labels.")
    return proba, np.searchsorted(classes, true), weight


def _two_classes(y_true: ArrayLike, y_score: ArrayLike) -> tuple[Array, Array]:
    """Return whether each row is positive, and its score."""
    score = as_target(y_score, None, name="y_score", owner="the score")
    true = as_labels(y_true, len(score), owner="the score")
    classes = np.unique(true)
    if score.ndim != 1 or len(classes) != 2:
        raise ValueError(f"two classes and one score a row are needed, got {len(classes)} and shape {score.shape}.")
    return true == classes[1], score


def _cumulative(y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike) -> tuple[Array, Array, Array]:
    """Return the decreasing distinct scores with positive and negative weights.

    The weights are those of the positive and the negative rows with at least each score.
    """
    positive, score = _two_classes(y_true, y_score)
    weight = as_weight(sample_weight, len(score))
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    mass = (np.ones(len(score)) if weight is None else weight)[order]
    return score[order][last], np.cumsum(mass * positive[order])[last], np.cumsum(mass * ~positive[order])[last]
