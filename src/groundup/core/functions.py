"""Functions that overflow, or lose digits, when written as they are defined; here they do neither."""

import numpy as np

from groundup.core.types import Array


def log1pexp_and_sigmoid(z: Array) -> tuple[Array, Array]:
    """``log(1 + exp(z))`` and its derivative ``1 / (1 + exp(−z))``.

    eq. logistic_regression:loss, logistic_regression:probability
    """
    tail = np.exp(-np.abs(z))  # never above 1, while exp(z) overflows at 710
    return np.maximum(z, 0) + np.log1p(tail), np.where(z >= 0, 1.0, tail) / (1.0 + tail)


def sigmoid(z: Array) -> Array:
    """``1 / (1 + exp(−z))``, for scores of any size."""
    return log1pexp_and_sigmoid(z)[1]


def log1pexp(z: Array) -> Array:
    """``log(1 + exp(z))``: z for large z, exp(z) for very negative ones."""
    return log1pexp_and_sigmoid(z)[0]


def logsumexp_and_softmax(Z: Array, axis: int = -1) -> tuple[Array, Array]:
    """Logarithm of the sum of exponentials along an axis, and its derivative: their shares of that sum.

    eq. softmax_regression:logsumexp, softmax_regression:softmax
    """
    largest = Z.max(axis=axis, keepdims=True)
    P = np.exp(Z - largest)  # the largest is exp(0): no overflow, no division by zero
    total = P.sum(axis=axis, keepdims=True)
    P /= total
    return np.squeeze(largest + np.log(total), axis=axis), P


def softmax(Z: Array, axis: int = -1) -> Array:
    """Exponentials, divided by their sum along an axis."""
    return logsumexp_and_softmax(Z, axis)[1]


def logsumexp(Z: Array, axis: int = -1) -> Array:
    """Logarithm of the sum of exponentials along an axis."""
    return logsumexp_and_softmax(Z, axis)[0]


def entropy(P: Array) -> Array:
    """``−p log p`` of every entry, 0 at p = 0."""
    return np.asarray(-P * np.log(np.where(P > 0, P, 1.0)))
