"""Numerically stable logistic, softmax and entropy functions."""

import numpy as np

from groundup.core.types import Array


def log1pexp_and_sigmoid(z: Array) -> tuple[Array, Array]:
    """Return ``log(1 + exp(z))`` and its derivative ``1 / (1 + exp(−z))``.

    eq. logistic_regression:loss, logistic_regression:probability
    """
    tail = np.exp(-np.abs(z))  # never above 1, while exp(z) overflows at 710
    return np.maximum(z, 0) + np.log1p(tail), np.where(z >= 0, 1.0, tail) / (1.0 + tail)


def sigmoid(z: Array) -> Array:
    """Return the logistic function ``1 / (1 + exp(−z))``, without overflow."""
    return log1pexp_and_sigmoid(z)[1]


def log1pexp(z: Array) -> Array:
    """Return ``log(1 + exp(z))``, without overflow."""
    return log1pexp_and_sigmoid(z)[0]


def logsumexp_and_softmax(Z: Array, axis: int = -1) -> tuple[Array, Array]:
    """Return the log-sum-exp along an axis and its gradient, the softmax.

    eq. softmax_regression:logsumexp, softmax_regression:softmax
    """
    largest = Z.max(axis=axis, keepdims=True)
    P = np.exp(Z - largest)  # the largest is exp(0): no overflow, no division by zero
    total = P.sum(axis=axis, keepdims=True)
    P /= total
    return np.squeeze(largest + np.log(total), axis=axis), P


def softmax(Z: Array, axis: int = -1) -> Array:
    """Return the exponentials divided by their sum along an axis."""
    return logsumexp_and_softmax(Z, axis)[1]


def logsumexp(Z: Array, axis: int = -1) -> Array:
    """Return the logarithm of the sum of exponentials along an axis."""
    return logsumexp_and_softmax(Z, axis)[0]


def entropy(P: Array) -> Array:
    """Return ``−p log p`` of every entry, and 0 where p = 0."""
    return -P * np.log(np.where(P > 0, P, 1.0))
