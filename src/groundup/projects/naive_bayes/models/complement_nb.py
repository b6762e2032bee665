"""Naive Bayes by the words of all other classes."""

from typing import Any

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.types import Array
from groundup.projects.naive_bayes.models.discrete import Counts, LinearNB
from groundup.projects.naive_bayes.models.multinomial_nb import log_totals
from groundup.projects.naive_bayes.solvers.counting import remainder
from groundup.projects.naive_bayes.solvers.probabilities import LinearWeights, vanishing


class ComplementNB(LinearNB):
    """Classifier of documents by how little their words are those of all other classes.

    A class with few rows has poor estimates of its own words, but good ones of the words of all others. The scores are
    no logarithms of probabilities, and the classes' own probabilities play no part.  eq. naive_bayes:complement

    Parameters
    ----------
    alpha : float or array-like of shape (d,), default=1.0
        Smoothing: added to each count. Without it, a word that only one class has decides for that class; where words
        decide for several, the class with most of them is predicted, as in the limit of a vanishing alpha.
    force_alpha : bool, default=True
        Whether an alpha below 1e-10 is kept; else it is raised to 1e-10, with a warning.
    fit_prior : bool, default=True
        Whether `class_log_prior_` are the classes' shares of the rows; else they are equal.
    class_prior : array-like of shape (K,), default=None
        The classes' probabilities, if they are known.
    norm : bool, default=False
        Whether the weights of each class are divided by the sum of their sizes.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    class_count_ : ndarray of shape (K,)
        Weight of the rows of each class.
    class_log_prior_ : ndarray of shape (K,)
        Logarithms of the classes' probabilities; used for a single class only.
    feature_count_ : ndarray of shape (K, d)
        How often each class has each word.
    feature_all_ : ndarray of shape (d,)
        How often each word occurs.
    feature_log_prob_ : ndarray of shape (K, d)
        Weights of the words: minus the logarithms of their probabilities in the other classes.
    certificate_ : Certificate
        Whether these probabilities maximise the penalised likelihood.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    References
    ----------
    J. D. Rennie et al., Tackling the poor assumptions of naive Bayes text classifiers, ICML 2003.

    Examples
    --------
    >>> from groundup import ComplementNB
    >>> model = ComplementNB().fit([[2, 1, 0], [1, 2, 0], [0, 0, 2], [1, 0, 1]], ["spam", "spam", "other", "other"])
    >>> print(model.predict([[1, 1, 0]]))
    ['spam']
    """

    accepts = Accepts(sparse=True, non_negative=True)

    norm: bool = parameter(Boolean(), default=False)

    feature_all_: Array = fitted("d")
    feature_log_prob_: Array = fitted("K d", infinite=np.inf)
    _log_total: Array = fitted("K")

    def _smoothed(self, class_count: Array, event_count: Array) -> Array:
        return remainder(event_count.sum(axis=0), event_count) + self._smoothing()

    def _attributes(self, state: Counts, smoothed: Array) -> dict[str, Any]:
        return {
            "feature_count_": state.event_count,
            "feature_all_": state.event_count.sum(axis=0),
            "feature_log_prob_": normalized(-state.log_prob) if self.norm else -state.log_prob,
            "_log_total": log_totals(smoothed),
        }

    def _remaining(self) -> Array:
        return self._log_total[:, None]  # weights are minus log-probabilities

    def _weights(self) -> LinearWeights:
        one = len(self.classes_) == 1  # scikit-learn adds the prior in this case only
        value, order = vanishing(self.feature_log_prob_, self._remaining())
        return LinearWeights(value, self.class_log_prior_ if one else np.zeros(len(value)), order)


def normalized(weights: Array) -> Array:
    """Return the weights of each class divided by their sum; infinite ones, if there are any, share it equally."""
    infinite = np.isinf(weights)
    weights = np.where(infinite.any(axis=1, keepdims=True), infinite, weights)
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(weights / np.where(total > 0, total, 1.0))
