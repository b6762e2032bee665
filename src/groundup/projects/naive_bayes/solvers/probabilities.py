"""Probabilities from counts, and joint log-probabilities, of which some may be of zero."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.functions import logsumexp
from groundup.core.rows import Rows
from groundup.core.types import Array

ROUNDING = 1e-12  # Relative difference of equal sums of many fractions.


def group_sums(table: Array, sizes: Array | None) -> Array:
    """Return the sums of groups of events along axis 1, in the shape of the table or one that broadcasts to it.

    Parameters
    ----------
    table : ndarray of shape (K, E) or (K, E, d)
        Numbers of events.
    sizes : ndarray of int or None
        Numbers of events in each group, where several groups stand side by side; None where all are one group.
    """
    if sizes is None:
        return np.asarray(table.sum(axis=1, keepdims=True))
    return np.repeat(np.add.reduceat(table, np.cumsum(sizes) - sizes, axis=1), sizes, axis=1)


def log_shares(counts: Array, sizes: Array | None = None) -> Array:
    """Return the logarithms of the shares that counts have in their sum.  eq. naive_bayes:smoothing

    The share of a count of zero has the logarithm −∞. Counts that are all zero have equal shares: that is the limit for
    vanishing smoothing.

    Parameters
    ----------
    counts, sizes : ndarray
        As of `group_sums`; smoothed.
    """
    total = group_sums(counts, sizes)
    if not total.all():
        counts = np.where(total > 0, counts, 1.0)
        total = group_sums(counts, sizes)
    with np.errstate(divide="ignore"):
        shares = np.log(counts)
    shares -= np.log(total)
    return np.asarray(shares)


def log_likelihood(counts: Array, log_prob: Array) -> float:
    """Return the sum of counts times log-probabilities, where zero times −∞ is zero."""
    return float(np.vdot(counts, log_prob if counts.all() else np.where(counts > 0, log_prob, 0.0)))


def log_odds(left: Array, right: Array) -> Array:
    """Return differences of log-probabilities, and zero where both are infinite: there is nothing to tell."""
    with np.errstate(invalid="ignore"):
        return np.where(left == right, 0.0, left - right)


@dataclass(frozen=True)
class Joint:
    """Joint log-probabilities ``value + order · log ε`` of rows and classes, for a vanishing ε.

    Without smoothing an event that a class has never had has probability zero, and a row with such an event is
    impossible in that class. Smoothed by a vanishing ε, the event has probability ε divided by a number. The value
    holds the logarithm of that number, and `order` says how often such events occur in the row.

    Parameters
    ----------
    value : ndarray of shape (n, K)
        Without the vanishing factors.
    order : ndarray of shape (n, K) or None
        Power of ε; None means zero everywhere. It is negative for weights that grow without bound.
    """

    value: Array
    order: Array | None = None

    def logarithms(self) -> Array:
        """Return the joint log-probabilities, with −∞ for those of zero.  eq. naive_bayes:joint"""
        if self.order is None:
            return self.value
        return np.where(self.order > 0, -np.inf, np.where(self.order < 0, np.inf, self.value))

    def leading(self) -> Array:
        """Return the values of the classes that dominate for a vanishing ε, and −∞ for the others.

        A row that is impossible in every class belongs to those in which the fewest of its events are.
        """
        if self.order is None:
            return self.value
        order = self._candidates(self.order)
        return np.where(tied(order, order.min(axis=1, keepdims=True)), self.value, -np.inf)

    def log_posterior(self) -> Array:
        """Return the logarithms of the classes' probabilities.  eq. naive_bayes:posterior"""
        leading = self.leading()
        return np.asarray(leading - logsumexp(leading)[:, None])

    def log_odds(self, one: int, other: int) -> Array:
        """Return the log-odds of one class against another in the limit for a vanishing ε, (n,).

        They are infinite where the powers of ε differ. Where these are equal they cancel, and the values decide.
        """
        odds = log_odds(self.value[:, one], self.value[:, other])
        if self.order is None:
            return odds
        order = self._candidates(self.order)
        left, right = order[:, one], order[:, other]
        return np.where(tied(left, right), odds, np.where(left < right, np.inf, -np.inf))

    def linear(self, function: Callable[[Array], Array]) -> "Joint":
        """Return a linear function of the rows, such as their sum, or some of them."""
        return Joint(function(self.value), None if self.order is None else function(self.order))

    def _candidates(self, order: Array) -> Array:
        """Return the powers of ε, infinite for a class that cannot be, such as one without rows."""
        return np.where(np.isneginf(self.value), np.inf, order)


@dataclass(frozen=True)
class LinearWeights:
    """Weights and constants of joint log-probabilities that are linear in the numbers of events.

    Parameters
    ----------
    value : ndarray of shape (K, d)
        Log-probabilities of the events, without vanishing factors.
    constant : ndarray of shape (K,)
        What every row has.
    order : ndarray of shape (K, d) or None
        Powers of the vanishing factor, see `Joint`; None means zero everywhere.
    order_constant : ndarray of shape (K,) or float
        What every row has of these.
    """

    value: Array
    constant: Array
    order: Array | None = None
    order_constant: Array | float = 0.0

    def joint(self, X: Any, features: Callable[[Any], Any]) -> Joint:
        """Return the joint log-probabilities of rows, of which `features` are counted.  eq. naive_bayes:joint"""
        value = products(X, self.value, features) + self.constant
        if self.order is None:
            return Joint(value)
        return Joint(value, products(X, self.order, features) + self.order_constant)


def tied(left: Array, right: Array) -> Array:
    """Whether powers of ε are equal up to rounding, as sums of fractions of events are: 0.1 + 0.2 and 0.3."""
    with np.errstate(invalid="ignore"):
        close = np.abs(left - right) <= ROUNDING * np.minimum(np.abs(left), np.abs(right))
    return np.asarray((left == right) | close)


def vanishing(log_prob: Array, remaining: Array) -> tuple[Array, Array | None]:
    """Return log-probabilities of which the infinite ones are split into a finite part and a power of ε, see `Joint`.

    Parameters
    ----------
    log_prob : ndarray of shape (K, d)
        −∞ for a vanishing probability, ∞ for a weight that is minus its logarithm.
    remaining : ndarray of shape (K, 1)
        The finite part in each class.
    """
    infinite = np.isinf(log_prob)
    if not infinite.any():
        return log_prob, None
    return np.where(infinite, remaining, log_prob), np.where(infinite, -np.sign(log_prob), 0.0)


def products(X: Any, W: Array, features: Callable[[Any], Any]) -> Array:
    """Return ``features(X) Wᵀ``, (n, K), in double precision; dense rows are read block by block."""
    if isinstance(X, Csr):
        return np.asarray(features(X) @ W.T)
    return Rows(X).concatenate(_product, W, features)


def _product(X: Array, W: Array, features: Callable[[Any], Any]) -> Array:
    return np.asarray(features(X) @ W.T)


def sums_over_columns(X: Any, table: Array, first: Array) -> Array:
    """Return ``Σ_j table[first[j] + X[i, j]]``, (n, K), for whole numbers X and a table with a line for each category.

    Rows are read block by block.
    """
    in_cache = max(1, BLOCK_BYTES // (8 * X.shape[1] * table.shape[1]))
    return Rows(X, block_rows=in_cache).concatenate(partial(_sums, table=table, first=first))


def _sums(X: Array, table: Array, first: Array) -> Array:
    return np.asarray(table[X.astype(np.intp) + first].sum(axis=1))
