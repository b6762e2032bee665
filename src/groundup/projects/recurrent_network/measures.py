"""How good a recurrent network is: losses and scores in the user's units, next to answers that need no network."""

from collections import Counter
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.recurrent_network.forecasts import compared, root_mean_square


def training_loss(model: Any, data: Dataset) -> float:
    """Return half the mean squared error of numbers, or the log-loss of classes, without the penalty."""
    if hasattr(model, "classes_"):
        return metrics.log_loss(data.y, model.predict_proba(data.X), labels=model.classes_)
    return float(np.nanmean((np.asarray(model.predict(data.X)) - np.asarray(data.y)) ** 2)) / 2


MOST = 20_000  # Characters of a text on which a network is judged; they are read one by one.

# --- numbers --------------------------------------------------------------------------------------------------------


def errors(model: Any, rows: Dataset) -> Array:
    """Return what came less what was predicted, in the user's units; NaN where it is not known."""
    if rows.series is not None:
        return compared(model, rows).errors("network")
    return np.asarray(rows.y) - np.asarray(model.predict(rows.X))


def baseline_errors(learned: Dataset, rows: Dataset) -> Array:
    """Return the errors of an answer that needs no network: of a series the last value of the same season.

    Of a series without a period it is the last value, of other targets the mean of those learned from.
    """
    if rows.series is not None:
        return compared(NoModel(rows), rows).errors("seasonal")
    y = np.asarray(rows.y)
    return np.asarray(y - np.asarray(learned.y).mean(axis=0))


class NoModel:
    """Predicts nothing, where only the forecasts without a model are wanted.

    Parameters
    ----------
    rows : Dataset
        Windows of a series.
    """

    def __init__(self, rows: Dataset) -> None:
        self.shape = np.asarray(rows.y).shape

    def predict(self, X: Any) -> Array:
        """Return zeros."""
        return np.zeros(self.shape)


def root_mean_squared_error(model: Any, rows: Dataset) -> float:
    """Return the typical error, in the user's units."""
    return float(root_mean_square(errors(model, rows)))


def baseline_root_mean_squared_error(learned: Dataset, rows: Dataset) -> float:
    """Return that of the answer without a network."""
    return float(root_mean_square(baseline_errors(learned, rows)))


def mean_absolute_error(model: Any, rows: Dataset) -> float:
    """Return the mean size of the errors, in the user's units."""
    return float(np.nanmean(np.abs(errors(model, rows))))


def baseline_mean_absolute_error(learned: Dataset, rows: Dataset) -> float:
    """Return that of the answer without a network."""
    return float(np.nanmean(np.abs(baseline_errors(learned, rows))))


# --- characters -----------------------------------------------------------------------------------------------------


def minus_log_likelihood(model: Any, rows: Dataset) -> float:
    """Return minus the mean log-likelihood of a character, in nats; of a long text that of its beginning."""
    return -float(model.score(rows.X[:MOST]))


def perplexity(model: Any, rows: Dataset) -> float:
    """Return the exponential of it: how many equally probable characters would be as hard to guess."""
    return float(np.exp(minus_log_likelihood(model, rows)))


def perplexity_of_shares(learned: Dataset, rows: Dataset) -> float:
    """Return the perplexity of guessing by the shares of the characters alone, whatever came before.

    Each share is that in the text learned from, with one occurrence more of every character, so that those which never
    occurred there have a share too.
    """
    counts, total = Counter(learned.X), len(learned.X)
    kinds = len(set(learned.X) | set(rows.X))
    shares = np.array([(counts[sign] + 1) / (total + kinds) for sign in rows.X[:MOST]])
    return float(np.exp(-np.log(shares).mean()))
