"""Activations: functions of each entry, and softmax, which is a function of each column.

Most derivatives are functions of the output, which is all that these activations remember.

Sources: Nair and Hinton (2010) for relu; Maas, Hannun and Ng (2013) for leaky relu; Clevert, Unterthiner and Hochreiter
(2016) for elu; Hendrycks and Gimpel (2016) for gelu; Dugas et al. (2001) for softplus.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.functions import log1pexp_and_sigmoid, sigmoid, softmax
from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.parameters import Views
from groundup.core.types import Array

GELU_SCALE, GELU_CUBIC = math.sqrt(2 / math.pi), 0.044715  # Of Hendrycks and Gimpel's approximation by tanh.


@dataclass(frozen=True)
class Identity(Layer):
    """The input itself."""

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``x``."""
        return x, None

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Array:
        """Return ``dy``."""
        return dy


@dataclass(frozen=True)
class Relu(Layer):
    """The positive part.

    Parameters
    ----------
    inplace : bool, default=False
        Whether the output is written over the input, and likewise the derivatives: for an activation whose input
        nobody else needs, as after a dense layer. An epoch of small batches takes a sixth less time.
    """

    inplace: bool = False

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``max(x, 0)``.  eq. multilayer_perceptron:relu"""
        y = np.maximum(x, 0, out=x if self.inplace else None)
        return y, y

    def backward(self, p: Views, y: Any, dy: Array, g: Views) -> Array:
        """Return ``dy`` where x > 0, and 0 elsewhere.  eq. multilayer_perceptron:relu-slope"""
        return np.multiply(dy, y > 0, out=dy if self.inplace else None)


@dataclass(frozen=True)
class LeakyRelu(Layer):
    """The input if it is positive, otherwise a small multiple of it, so that no unit is lost for good.

    Parameters
    ----------
    slope : float, default=0.01
        The multiple, at least 0.
    """

    slope: float = 0.01

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``x`` or ``slope · x``."""
        active = x > 0
        return np.where(active, x, self.slope * x), active

    def backward(self, p: Views, active: Any, dy: Array, g: Views) -> Array:
        """Return ``dy`` or ``slope · dy``."""
        return np.where(active, dy, self.slope * dy)


@dataclass(frozen=True)
class Elu(Layer):
    """The input if it is positive, otherwise an exponential that levels off at −alpha.

    Parameters
    ----------
    alpha : float, default=1
        Above 0; with 1 the derivative has no jump.
    """

    alpha: float = 1.0

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``x`` or ``alpha (exp(x) − 1)``."""
        y = np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))  # exp would overflow where it is not used
        return y, y

    def backward(self, p: Views, y: Any, dy: Array, g: Views) -> Array:
        """Return ``dy`` or ``alpha exp(x) dy``, which is ``(y + alpha) dy``."""
        return np.where(y > 0, dy, (y + self.alpha) * dy)


@dataclass(frozen=True)
class Gelu(Layer):
    """The input times the probability that a standard normal number is below it, which a tanh approximates."""

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``x (1 + t) / 2`` with ``t = tanh(√(2/π) (x + 0.044715 x³))``."""
        t = np.tanh(GELU_SCALE * (x + GELU_CUBIC * x * x * x))
        return x * (1 + t) / 2, (x, t)

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Array:
        """Return ``dy`` times ``(1 + t) / 2 + x (1 − t²) / 2 · √(2/π) (1 + 3 · 0.044715 x²)``."""
        x, t = memory
        inner = GELU_SCALE * (1 + 3 * GELU_CUBIC * x * x)
        return dy * ((1 + t) + x * (1 - t * t) * inner) / 2


@dataclass(frozen=True)
class Tanh(Layer):
    """The hyperbolic tangent.

    Parameters
    ----------
    inplace : bool, default=False
        As in `Relu`.
    """

    inplace: bool = False

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``tanh(x)``."""
        y = np.tanh(x, out=x if self.inplace else None)
        return y, y

    def backward(self, p: Views, y: Any, dy: Array, g: Views) -> Array:
        """Return ``(1 − y²) dy``."""
        slope = y * y
        np.subtract(1, slope, out=slope)
        return np.multiply(dy, slope, out=dy if self.inplace else None)


@dataclass(frozen=True)
class Sigmoid(Layer):
    """The logistic function."""

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``1 / (1 + exp(−x))``."""
        y = sigmoid(x)
        return y, y

    def backward(self, p: Views, y: Any, dy: Array, g: Views) -> Array:
        """Return ``y (1 − y) dy``."""
        return dy * (y * (1 - y))


@dataclass(frozen=True)
class Softplus(Layer):
    """A smooth positive part."""

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``log(1 + exp(x))``."""
        return log1pexp_and_sigmoid(x)

    def backward(self, p: Views, slope: Any, dy: Array, g: Views) -> Array:
        """Return ``dy / (1 + exp(−x))``."""
        return dy * slope


@dataclass(frozen=True)
class Softmax(Layer):
    """Probabilities of the classes, which are the first axis.

    The loss `CrossEntropy` takes scores, and needs no such layer before it.
    """

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``exp(x)`` divided by its sum over the first axis.  eq. softmax_regression:softmax"""
        y = softmax(x, axis=0)
        return y, y

    def backward(self, p: Views, y: Any, dy: Array, g: Views) -> Array:
        """Return ``(diag(y) − y yᵀ) dy``.  eq. softmax_regression:jacobian"""
        return y * (dy - (y * dy).sum(axis=0))
