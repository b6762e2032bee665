"""Losses of scores: a forward pass that gives the loss of each sample, and its backward pass.

Scores and targets have shape (t, ..., n), with the outputs along the first axis, over which a loss is a sum. Losses of
classes take scores and not probabilities, so that no logarithm of zero is taken.

Sources: Huber (1964); Kullback and Leibler (1951).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.functions import entropy, log1pexp, logsumexp_and_softmax, sigmoid
from groundup.core.types import Array


class Loss:
    """Base class of losses."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return the loss of each sample, of shape (..., n), and what the backward pass needs.

        Parameters
        ----------
        z : ndarray of shape (t, ..., n)
            Scores.
        y : ndarray of shape (t, ..., n)
            Targets.

        Returns
        -------
        loss : ndarray of shape (..., n)
        memory : object
        """
        raise NotImplementedError

    def backward(self, memory: Any) -> Array:
        """Return the derivatives of each sample's loss by its scores, of shape (t, ..., n)."""
        raise NotImplementedError


@dataclass(frozen=True)
class SquaredError(Loss):
    """Half of the squared distance."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``½ Σ (z − y)²``.  eq. multilayer_perceptron:squared-error"""
        r = z - y
        return (r * r).sum(axis=0) / 2, r

    def backward(self, r: Any) -> Array:
        """Return ``z − y``.  eq. multilayer_perceptron:output-slope"""
        return r


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """Sum of the absolute differences."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``Σ |z − y|``."""
        r = z - y
        return np.abs(r).sum(axis=0), r

    def backward(self, r: Any) -> Array:
        """Return the sign of ``z − y``, 0 where they are equal."""
        return np.sign(r)


@dataclass(frozen=True)
class Huber(Loss):
    """Half of the square of small differences, and the absolute value of large ones, joined smoothly.

    Parameters
    ----------
    delta : float, default=1
        Largest difference that is small.
    """

    delta: float = 1.0

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``Σ s (|z − y| − s / 2)`` with ``s = min(|z − y|, delta)``."""
        r = z - y
        distance = np.abs(r)
        small = np.minimum(distance, self.delta)
        return (small * (distance - small / 2)).sum(axis=0), r

    def backward(self, r: Any) -> Array:
        """Return ``z − y``, within ±delta."""
        return np.clip(r, -self.delta, self.delta)


@dataclass(frozen=True)
class Poisson(Loss):
    """Half of the Poisson deviance of numbers of events; a score is the logarithm of the expected number."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``Σ exp(z) − y z + y log y − y``, where ``0 log 0 = 0``."""
        expected = np.exp(z)
        return (expected - y * z - entropy(y) - y).sum(axis=0), (expected, y)

    def backward(self, memory: Any) -> Array:
        """Return ``exp(z) − y``.  eq. multilayer_perceptron:output-slope"""
        expected, y = memory
        return expected - y


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Cross-entropy of the softmax of the scores with target probabilities."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``Σ y (log Σ exp(z) − z)``.  eq. softmax_regression:loss"""
        total, probability = logsumexp_and_softmax(z, axis=0)
        return (y * (total - z)).sum(axis=0), (probability, y)

    def backward(self, memory: Any) -> Array:
        """Return ``softmax(z) Σ y − y``; the targets of a class add up to 1.

        eq. multilayer_perceptron:output-slope
        """
        probability, y = memory
        return probability * y.sum(axis=0) - y


@dataclass(frozen=True)
class CrossEntropyOfCodes(Loss):
    """Cross-entropy of the softmax of the scores with one class a sample, which is given by its number."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``log Σ exp(z) − z[y]``, with whole numbers ``y`` of shape (1, n).  eq. softmax_regression:loss"""
        total, probability = logsumexp_and_softmax(z, axis=0)
        place = y[0], np.arange(z.shape[1])
        return total - z[place], (probability, place)

    def backward(self, memory: Any) -> Array:
        """Return ``softmax(z)``, less 1 for the class.  eq. multilayer_perceptron:output-slope"""
        probability, place = memory
        slope: Array = probability.copy()
        slope[place] -= 1
        return slope


@dataclass(frozen=True)
class KullbackLeibler(CrossEntropy):
    """Divergence of the softmax of the scores from target probabilities.

    It is the cross-entropy less the entropy of the targets, which the scores do not change: 0 where both are equal.
    """

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``Σ y (log y − log softmax(z))``, where ``0 log 0 = 0``."""
        loss, memory = super().forward(z, y)
        return loss - entropy(y).sum(axis=0), memory


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """Cross-entropy of yes or no for each output; a score is the log-odds of yes."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``Σ y log(1 + exp(−z)) + (1 − y) log(1 + exp(z))``.  eq. logistic_regression:loss"""
        wrong = np.where(z > 0, 1 - y, -y) * z  # no term is negative, so that no digits cancel
        return (wrong + log1pexp(-np.abs(z))).sum(axis=0), (z, y)

    def backward(self, memory: Any) -> Array:
        """Return ``1 / (1 + exp(−z)) − y``.  eq. multilayer_perceptron:output-slope"""
        z, y = memory
        return sigmoid(z) - y
