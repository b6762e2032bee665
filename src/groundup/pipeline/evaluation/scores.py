"""Scores of probabilities and decisions; several classes are averaged one against the rest.

The values are scikit-learn's, without its checks of the arguments: intervals need each of them for hundreds of
resamples. y holds the true classes as numbers, 0 to K - 1; P the probabilities of the classes, of shape (n, K). With
two classes the second one is what is looked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

BINS = 10  # Of the calibration.


@dataclass(frozen=True)
class Score:
    """What is computed, and how it is read.

    Parameters
    ----------
    words : str
        Its name for a person.
    of : callable
        ``of(y, P, decisions, costs)``.
    good : str
        What a good value is.
    larger : bool
        Whether larger is better.
    """

    words: str
    of: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], float]
    good: str
    larger: bool


def _against_rest(of: Callable[[np.ndarray, np.ndarray], float], y: np.ndarray, P: np.ndarray) -> float:
    """Return a score of two classes, or the mean over the classes of which there are rows and others."""
    classes = [1] if P.shape[1] == 2 else range(P.shape[1])
    found = [of(y == k, P[:, k]) for k in classes if 0 < (y == k).sum() < len(y)]
    return float(np.mean(found)) if found else float("nan")


def _passed(hit: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many rows of the class, and how many in all, have at least each different probability."""
    order = np.argsort(-p, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)  # rows with equal probabilities pass together
    return np.cumsum(hit[order])[ends], ends + 1


def _area(hit: np.ndarray, p: np.ndarray) -> float:
    true, passed = _passed(hit, p)
    false = passed - true
    heights = np.append(0, true[:-1]) + true
    return float((np.diff(false, prepend=0) * heights).sum() / (2 * true[-1] * false[-1]))


def _precision(hit: np.ndarray, p: np.ndarray) -> float:
    true, passed = _passed(hit, p)
    return float((np.diff(true, prepend=0) * true / passed).sum() / true[-1])


def roc_auc(y: np.ndarray, P: np.ndarray) -> float:
    """Return the area under the ROC curve.  eq. classification_pipeline:area"""
    return _against_rest(_area, y, P)


def average_precision(y: np.ndarray, P: np.ndarray) -> float:
    """Return the mean precision over the steps of recall.  eq. classification_pipeline:average-precision"""
    return _against_rest(_precision, y, P)


def log_losses(y: np.ndarray, P: np.ndarray) -> np.ndarray:
    """Return minus the logarithm of the true class's probability, of each row."""
    smallest = np.finfo(np.float64).eps
    return -np.log(np.clip(P[np.arange(len(y)), y], smallest, 1 - smallest))


def log_loss(y: np.ndarray, P: np.ndarray) -> float:
    """Return the mean of the log-losses of the rows."""
    return float(log_losses(y, P).mean())


def brier(y: np.ndarray, P: np.ndarray) -> float:
    """Return the mean squared distance of probabilities from what happened, summed over more than two classes.

    eq. classification_pipeline:brier
    """
    distances = ((P - np.eye(P.shape[1])[y]) ** 2).sum(axis=1)
    return float(distances.mean() / (2 if P.shape[1] == 2 else 1))


def calibration_error(y: np.ndarray, P: np.ndarray) -> float:
    """Return the mean distance of probabilities from shares, over ten bins with about equal numbers of rows.

    eq. classification_pipeline:calibration
    """
    p, hit = calibrated(y, P)
    return float(sum(abs(p[rows].sum() - hit[rows].sum()) for rows in bins(p, BINS)) / len(y))


def bins(p: np.ndarray, number: int) -> list[np.ndarray]:
    """Return the places of the rows in bins of about equal size; equal probabilities are in the same bin."""
    order = np.argsort(p, kind="stable")
    ends = p[order][[len(p) * k // number for k in range(1, number)]]
    cuts = np.unique(np.searchsorted(p[order], ends))
    return [rows for rows in np.split(order, cuts) if len(rows)]


def calibrated(y: np.ndarray, P: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a probability of each row and whether what it is about happened.

    With two classes it is that of class 1, with more that of the most probable class.
    """
    if P.shape[1] == 2:
        return P[:, 1], (y == 1).astype(np.float64)
    return P.max(axis=1), (P.argmax(axis=1) == y).astype(np.float64)


def balanced_accuracy(y: np.ndarray, decisions: np.ndarray) -> float:
    """Return the mean over the classes of the share of their rows that is decided right."""
    return float(np.mean([(decisions[y == k] == k).mean() for k in np.unique(y)]))


def decide(P: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Return the class of least expected cost of each row.  eq. classification_pipeline:decision"""
    return (P @ costs).argmin(axis=1)


SCORES = {
    "roc_auc": Score("area under the ROC curve", lambda y, P, d, c: roc_auc(y, P), "0.5 is chance, 1 is perfect", True),
    "average_precision": Score("average precision", lambda y, P, d, c: average_precision(y, P),
                               "the share of the class is chance, 1 is perfect", True),
    "log_loss": Score("log-loss", lambda y, P, d, c: log_loss(y, P), "0 is perfect; below the baseline's", False),
    "brier": Score("Brier score", lambda y, P, d, c: brier(y, P), "0 is perfect; below the baseline's", False),
    "accuracy": Score("accuracy", lambda y, P, d, c: float((y == d).mean()), "above the baseline's, up to 1", True),
    "balanced_accuracy": Score("balanced accuracy", lambda y, P, d, c: balanced_accuracy(y, d),
                               "one over the number of classes is chance, 1 is perfect", True),
    "cost": Score("cost of a row", lambda y, P, d, c: float(c[y, d].mean()), "below the baseline's", False),
    "calibration_error": Score("calibration error", lambda y, P, d, c: calibration_error(y, P),
                               "0 is perfect", False),
}  # fmt: skip


SMOOTH = tuple(name for name in SCORES if name != "calibration_error")  # Scores whose resamples vary around the value.


def objective(metric: str, y: np.ndarray, P: np.ndarray) -> float:
    """Return what a search makes as large as possible.

    Parameters
    ----------
    metric : str
        As `selection.metric` names it.
    """
    decisions = P.argmax(axis=1)
    return {
        "neg_log_loss": lambda: -log_loss(y, P),
        "roc_auc": lambda: roc_auc(y, P),
        "average_precision": lambda: average_precision(y, P),
        "accuracy": lambda: float((decisions == y).mean()),
        "balanced_accuracy": lambda: balanced_accuracy(y, decisions),
        "neg_brier_score": lambda: -brier(y, P),
    }[metric]()
