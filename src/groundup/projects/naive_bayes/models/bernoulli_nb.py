"""Naive Bayes for features that are there or not."""

from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Number, OneOf
from groundup.core.containers.csr import Csr
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.types import Array
from groundup.projects.naive_bayes.models.discrete import Counts, LinearNB
from groundup.projects.naive_bayes.solvers.counting import remainder
from groundup.projects.naive_bayes.solvers.probabilities import Joint, LinearWeights, vanishing


class BernoulliNB(LinearNB):
    """Classifier by which features are there, and which are not.

    Each class throws a coin for each feature, independently. Unlike in `MultinomialNB`, a word that is absent counts,
    too, and one that occurs twice counts once.

    Parameters
    ----------
    alpha : float or array-like of shape (d,), default=1.0
        Smoothing: added to the number of rows with a feature, and of rows without it.
    force_alpha : bool, default=True
        Whether an alpha below 1e-10 is kept; else it is raised to 1e-10, with a warning.
    binarize : float or None, default=0.0
        A feature is there where its entry is above this. None: entries are 0 and 1, or degrees between them.
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
        Weight of the rows of each class that have each feature.
    feature_log_prob_ : ndarray of shape (K, d)
        Logarithms of the probabilities that a row of each class has each feature.
    certificate_ : Certificate
        Whether these maximise the penalised likelihood.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import BernoulliNB
    >>> model = BernoulliNB().fit([[2, 1, 0], [1, 2, 0], [0, 0, 2], [1, 0, 1]], ["spam", "spam", "other", "other"])
    >>> print(model.predict([[1, 1, 0], [0, 0, 1]]))
    ['spam' 'other']
    """

    accepts = Accepts(sparse=True)

    binarize: float | None = parameter(Number(0) | OneOf((None,)), default=0.0)

    _absent_log_prob: Array = fitted("K d", infinite=-np.inf)

    def _features(self, X: Any) -> Any:
        entries = X.data if isinstance(X, Csr) else X
        if self.binarize is not None:
            found = entries > self.binarize
        else:
            found = require_degrees(entries)
        return replace(X, data=found.astype(np.float64)) if isinstance(X, Csr) else found

    def _smoothed(self, class_count: Array, event_count: Array) -> Array:
        absent = remainder(class_count[:, None], event_count)
        return np.stack([event_count, absent], axis=1) + self._smoothing()

    def _attributes(self, state: Counts, smoothed: Array) -> dict[str, Any]:
        return {
            "feature_count_": state.event_count,
            "feature_log_prob_": state.log_prob[:, 0],
            "_absent_log_prob": state.log_prob[:, 1],
        }

    def _weights(self) -> LinearWeights:
        """Return the weights of ``Σ x log p + (1 − x) log q``.  eq. naive_bayes:bernoulli-joint"""
        (p, p_order), (q, q_order) = self._present_and_absent()
        constant = self.class_log_prior_ + q.sum(axis=1)
        if p_order is None or q_order is None:
            return LinearWeights(p - q, constant)
        return LinearWeights(p - q, constant, p_order - q_order, q_order.sum(axis=1))

    def _present_and_absent(self) -> tuple[tuple[Array, Array | None], tuple[Array, Array | None]]:
        """Return log p and log q without vanishing factors, each with the powers of these; None for both or neither."""
        p, p_order = vanishing(self.feature_log_prob_, self._remaining())
        q, q_order = vanishing(self._absent_log_prob, self._remaining())
        if p_order is None and q_order is None:
            return (p, None), (q, None)
        p_order = np.zeros_like(p) if p_order is None else p_order
        q_order = np.zeros_like(q) if q_order is None else q_order
        return (p, p_order), (q, q_order)

    def _contributions(self, X: Any) -> tuple[Array, Joint]:
        x = np.asarray(self._features(X)[0], dtype=np.float64)[:, None]
        (p, p_order), (q, q_order) = self._present_and_absent()
        order = None if p_order is None or q_order is None else x * p_order.T + (1 - x) * q_order.T
        return np.arange(len(x)), Joint(x * p.T + (1 - x) * q.T, order)

    def _log_prior(self) -> Array:
        return self.class_log_prior_


def require_degrees(entries: Array) -> Array:
    """Return entries from 0 to 1; raise ValueError for others."""
    if entries.size and (entries.min() < 0 or entries.max() > 1):
        raise ValueError(
            "X: with binarize=None entries must be 0 or 1, or between them, but they are from "
            f"{entries.min():g} to {entries.max():g}; set binarize to the value above which a feature is there."
        )
    return entries
