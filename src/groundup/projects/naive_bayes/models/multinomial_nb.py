"""Naive Bayes for counts of words."""

from typing import Any

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.estimator.parameters import fitted
from groundup.core.types import Array
from groundup.projects.naive_bayes.models.discrete import Counts, LinearNB
from groundup.projects.naive_bayes.solvers.probabilities import LinearWeights, vanishing


class MultinomialNB(LinearNB):
    """Classifier of documents by the probabilities of their words.

    Each class draws words, independently, with its own probabilities; a word's is its share of all words of the class,
    each counted `alpha` times more than it was seen. Counts may be fractions, such as tf-idf.

    Parameters
    ----------
    alpha : float or array-like of shape (d,), default=1.0
        Smoothing: added to each count. Without it, a document with a word that a class has never had is impossible in
        that class; one that is impossible in every class belongs to the class in which the fewest of its words are,
        as in the limit of a vanishing alpha.
    force_alpha : bool, default=True
        Whether an alpha below 1e-10 is kept; else it is raised to 1e-10, with a warning.
    fit_prior : bool, default=True
        Whether the classes' probabilities are their shares of the rows; else they are equal.
    class_prior : array-like of shape (K,), default=None
        The classes' probabilities, if they are known.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    class_count_ : ndarray of shape (K,)
        Weight of the rows of each class.
    class_log_prior_ : ndarray of shape (K,)
        Logarithms of the classes' probabilities.
    feature_count_ : ndarray of shape (K, d)
        How often each class has each word.
    feature_log_prob_ : ndarray of shape (K, d)
        Logarithms of the words' probabilities in each class.
    certificate_ : Certificate
        Whether these maximise the penalised likelihood.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import MultinomialNB
    >>> X = [[2, 1, 0], [1, 2, 0], [0, 0, 2], [1, 0, 1]]
    >>> model = MultinomialNB().fit(X, ["spam", "spam", "other", "other"])
    >>> print(model.explain([1, 1, 1], names=["free", "money", "lunch"]))
    predicted: other (probability 0.5152), here against spam
    feature                 value     log-odds
    lunch                       1      +1.6376
    money                       1      -1.1350
    free                        1      -0.4418
    before any feature                 +0.0000
    sum                                +0.0608
    """

    accepts = Accepts(sparse=True, non_negative=True)

    _log_total: Array = fitted("K")

    def _smoothed(self, class_count: Array, event_count: Array) -> Array:
        return event_count + self._smoothing()

    def _attributes(self, state: Counts, smoothed: Array) -> dict[str, Any]:
        return {
            "feature_count_": state.event_count,
            "feature_log_prob_": state.log_prob,
            "_log_total": log_totals(smoothed),
        }

    def _remaining(self) -> Array:
        return -self._log_total[:, None]

    def _weights(self) -> LinearWeights:
        value, order = vanishing(self.feature_log_prob_, self._remaining())
        return LinearWeights(value, self.class_log_prior_, order)


def log_totals(counts: Array) -> Array:
    """Return the logarithms of the sums of counts in each class; zero where there are none."""
    total = counts.sum(axis=1)
    return np.log(np.where(total > 0, total, 1.0))
