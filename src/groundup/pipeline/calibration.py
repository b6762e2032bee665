"""Probabilities that mean what they say: a map learned from rows that the model has not learned from.

eq. classification_pipeline:calibration
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from groundup.pipeline.evaluation.scores import log_losses

ISOTONIC_FROM = 1000  # Rows from which a map of many steps is worth a try.
LEAST_GAIN = 0.01  # Share of the log-loss that a map must win in folds: a smaller gain is no reason for one more step.
LEAST_LOSS = 0.001  # And so much of it.
SMALLEST = 1e-6  # Probability that 0 counts as.


class ProbabilityMap(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A map from probabilities to better ones.

    Parameters
    ----------
    method : {"logistic", "isotonic"}
        A logistic regression on the logarithms of the probabilities (Platt 1999, Kull et al. 2019), or monotone steps,
        each class against the rest (Zadrozny & Elkan 2002).
    """

    def __init__(self, method: str) -> None:
        self.method = method

    def fit(self, P: np.ndarray, y: np.ndarray) -> "ProbabilityMap":
        """Learn from probabilities, of shape (n, K), and the places of the true classes."""
        from sklearn.isotonic import IsotonicRegression
        from sklearn.linear_model import LogisticRegression

        if self.method == "logistic":
            self.maps_ = [LogisticRegression(C=100.0, max_iter=1000).fit(_logarithms(P), y)]
        else:
            steps = IsotonicRegression(y_min=SMALLEST, y_max=1 - SMALLEST, out_of_bounds="clip")
            self.maps_ = [
                IsotonicRegression(**steps.get_params()).fit(P[:, k], (y == k).astype(np.float64))
                for k in range(P.shape[1])
            ]
        return self

    def transform(self, P: np.ndarray) -> np.ndarray:
        """Return the better probabilities, of the same shape."""
        if self.method == "logistic":
            return np.asarray(self.maps_[0].predict_proba(_logarithms(P)))
        found = np.column_stack([one.predict(P[:, k]) for k, one in enumerate(self.maps_)])
        return found / found.sum(axis=1, keepdims=True)


class Calibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted model, and the map that its probabilities pass.

    Parameters
    ----------
    model : object
        Fitted pipeline of scikit-learn.
    map : ProbabilityMap
        Fitted for the classes in the model's order.
    """

    def __init__(self, model: Any, map: Any) -> None:
        self.model, self.map = model, map

    @property
    def classes_(self) -> np.ndarray:
        """The classes."""
        return np.asarray(self.model.classes_)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return calibrated probabilities, of shape (n, K)."""
        return np.asarray(self.map.transform(self.model.predict_proba(X)))

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each row."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def choose(y: np.ndarray, P: np.ndarray, folds: Sequence[np.ndarray]) -> tuple[str, dict[str, float]]:
    """Return the map with the least log-loss, each judged on folds that it has not learned from.

    Parameters
    ----------
    y : array of int, shape (n,)
        True classes.
    P : array of shape (n, K)
        Probabilities from models that had not learned from the rows.
    folds : sequence of arrays of int
        Places of the rows that were tested together.

    Returns
    -------
    method : str
        Empty where no map wins more than a little.
    losses : dict
        The log-loss without a map, under "none", and with each.
    """
    losses, K = {"none": float(log_losses(y, P).mean())}, P.shape[1]
    for method in ("logistic", *(["isotonic"] if len(y) >= ISOTONIC_FROM else [])):
        mapped = np.empty_like(P)
        for k, tested in enumerate(folds):
            others = np.concatenate([rows for j, rows in enumerate(folds) if j != k])
            if len(np.unique(y[others])) < K:
                return "", losses
            mapped[tested] = ProbabilityMap(method).fit(P[others], y[others]).transform(P[tested])
        losses[method] = float(log_losses(y, mapped).mean())
    best = min(losses, key=lambda name: losses[name])
    helps = losses["none"] - losses[best] > max(LEAST_LOSS, LEAST_GAIN * losses["none"])
    return (best if helps else ""), losses


def _logarithms(P: np.ndarray) -> np.ndarray:
    return np.log(np.clip(P, SMALLEST, None))
