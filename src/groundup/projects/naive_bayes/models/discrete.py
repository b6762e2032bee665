"""Base of the models of counted events: smoothing, priors, probabilities as shares of counts."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks.parameters import Boolean, Each, Number, OneOf
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import warn
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.naive_bayes.certificate import certify_shares, stationarity
from groundup.projects.naive_bayes.models.naive_bayes import LabeledRows, NaiveBayes
from groundup.projects.naive_bayes.solvers.counting import class_sums
from groundup.projects.naive_bayes.solvers.probabilities import (
    Joint,
    LinearWeights,
    log_likelihood,
    log_shares,
)

Smoothing = Number(0, 1e100)  # With more, sums over many columns would overflow.
SMALLEST_ALPHA = 1e-10  # What scikit-learn takes instead of a smaller alpha, where it is not forced to keep it.


@record
class Counts:
    """Numbers of events in the rows so far, and what follows from them.

    Parameters
    ----------
    class_count : ndarray of shape (K,)
        Weight of the rows of each class.
    event_count : ndarray of shape (K, E)
        How often each event has happened in each class.
    log_prob : ndarray of shape (K, E) or (K, 2, E)
        Logarithms of the probabilities of the events.
    sizes : ndarray of int or None
        Numbers of events in groups whose probabilities sum to one; None where they all are one group.
    loss : float
        Minus the penalised log-likelihood of the events, a row.
    iteration : int
        Number of parts of the rows.
    converged : bool
        Whether these are all rows.
    """

    class_count: Array
    event_count: Array
    log_prob: Array
    sizes: Array | None
    loss: float
    iteration: int
    converged: bool


class DiscreteNB(NaiveBayes):
    """Base of the models whose probabilities are shares of smoothed counts.

    A model implements `_smoothed` and, where it does not count the entries of the rows themselves, `_features`.
    """

    _poor_score: ClassVar[bool] = True

    alpha: float | Sequence[float] | Array = parameter(Smoothing | Each(Smoothing), default=1.0)
    force_alpha: bool = parameter(Boolean(), default=True)
    fit_prior: bool = parameter(Boolean(), default=True)
    class_prior: Sequence[float] | Array | None = parameter(OneOf((None,)) | Each(Number(0)), default=None)

    class_log_prior_: Array = fitted("K", infinite=-np.inf)

    # --- the hooks of a model -----------------------------------------------------------------------------------------

    def _features(self, X: Any) -> Any:
        """Return what is counted in a block of rows, by default its entries."""
        return X

    def _smoothed(self, class_count: Array, event_count: Array) -> Array:
        """Return the smoothed counts whose shares along axis 1 are the probabilities."""
        raise NotImplementedError

    def _attributes(self, state: Counts, smoothed: Array) -> dict[str, Any]:
        """Return the fitted attributes that this model has besides those of all."""
        raise NotImplementedError

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _check(self, data: LabeledRows) -> None:
        d = data.rows.X.shape[1]
        if np.ndim(self.alpha) and np.shape(self.alpha) != (d,):
            raise ValueError(
                "When alpha is an array, it should contains `n_features`. "
                f"Got {np.size(self.alpha)} elements instead of {d}."
            )
        if not self.force_alpha and np.min(self.alpha) < SMALLEST_ALPHA:
            warn(
                f"alpha too small will result in numeric errors, setting alpha = {SMALLEST_ALPHA:.1e}. Use "
                "`force_alpha=True` to keep alpha unchanged.",
                UserWarning,
            )
        if self.class_prior is not None:
            check_priors(np.asarray(self.class_prior, float), data.K)

    def _smoothing(self) -> Array:
        return used_alpha(self.alpha, self.force_alpha)

    def _remaining(self) -> Array:
        """Return the logarithm of what is left of α / (count + α) without the vanishing α, in each class, (K, 1)."""
        return -np.log(np.where(self.class_count_ > 0, self.class_count_, 1.0))[:, None]

    def _absorb(self, data: LabeledRows, state: Counts | None) -> Counts:
        size, count = class_sums(data.rows, data.K, self._features)
        if state is not None:
            size, count = state.class_count + size, state.event_count + count
        return self._state_of(size, count, 1 if state is None else state.iteration + 1)

    def _state_of(self, class_count: Array, event_count: Array, iteration: int, sizes: Array | None = None) -> Counts:
        smoothed = self._smoothed(class_count, event_count)
        log_prob = log_shares(smoothed, sizes)
        loss = -log_likelihood(smoothed, log_prob) / float(class_count.sum())
        return Counts(class_count, event_count, log_prob, sizes, loss, iteration, True)

    def _finish(self, data: LabeledRows, state: Counts) -> dict[str, Any]:
        smoothed = self._smoothed(state.class_count, state.event_count)
        return {
            "classes_": data.classes,
            "class_count_": state.class_count,
            "class_log_prior_": self._priors(state.class_count),
            **self._attributes(state, smoothed),
            "certificate_": self._certify(state, smoothed),
        }

    def _finish_batch(self, data: LabeledRows, state: Counts) -> dict[str, Any]:
        return self._finish(data, state)

    def _priors(self, class_count: Array) -> Array:
        """Return the logarithms of the classes' probabilities.  eq. naive_bayes:prior"""
        K = len(class_count)
        with np.errstate(divide="ignore"):  # a class that was declared, and has no rows so far
            if self.class_prior is not None:
                return np.log(np.asarray(self.class_prior, dtype=np.float64))
            return np.log(class_count) - np.log(class_count.sum()) if self.fit_prior else np.full(K, -np.log(K))

    def _certify(self, state: Counts, smoothed: Array) -> Certificate:
        violations = [stationarity(smoothed, state.log_prob, state.sizes)]
        if self.class_prior is None and self.fit_prior:
            violations.append(stationarity(state.class_count[None], self._priors(state.class_count)[None]))
        return certify_shares(violations, bool(self._smoothing().any()))


class LinearNB(DiscreteNB):
    """Base of the models whose joint log-probabilities are linear in what is counted.

    Rows may be sparse. A model implements `_weights` for predictions.
    """

    feature_count_: Array = fitted("K d")
    feature_log_prob_: Array = fitted("K d", infinite=-np.inf)

    def _weights(self) -> LinearWeights:
        raise NotImplementedError

    def _memory(self) -> Counts | None:
        """Return the counts of the fitted model: all that more rows add to."""
        if not hasattr(self, "feature_count_"):
            return None
        return Counts(self.class_count_, self.feature_count_, np.empty(0), None, 0.0, 0, True)

    def _joint(self, X: Any) -> Joint:
        return self._weights().joint(X, self._features)

    def _contributions(self, X: Any) -> tuple[Array, Joint]:
        row, weights = np.asarray(X[0], dtype=np.float64), self._weights()
        columns = np.flatnonzero(row)
        return columns, Joint(weights.value, weights.order).linear(
            lambda table: row[columns, None] * table[:, columns].T
        )

    def _log_prior(self) -> Array:
        return self._weights().constant


def used_alpha(alpha: float | Sequence[float] | Array, force_alpha: bool) -> Array:
    """Return what is added to the counts."""
    return np.asarray(alpha) if force_alpha else np.maximum(alpha, SMALLEST_ALPHA)


def check_priors(priors: Array, K: int) -> None:
    """Raise ValueError for priors of another number of classes than K, and for none that is positive."""
    if len(priors) != K:
        raise ValueError(f"Number of priors must match number of classes: there are {K}, got {len(priors)} priors.")
    if not priors.any():
        raise ValueError("Priors must not all be zero.")
