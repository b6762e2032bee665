"""Normalisation: each feature over the batch, or each sample over its features, then a learned scale and shift.

Both normalise the same numbers along different axes, so that they share the formulas.

Sources: Ioffe and Szegedy (2015) for batch, Ba, Kiros and Hinton (2016) for layer normalisation.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.parameters import Shapes, Views
from groundup.core.types import Array

Axes = int | tuple[int, ...]


def standardize(x: Array, axes: Axes, epsilon: float) -> tuple[Array, Array, Array, Array]:
    """Return ``(x − mean) / scale`` along some axes, with mean, variance and scale ``√(variance + epsilon)``.

    eq. multilayer_perceptron:batch-norm
    """
    mean = x.mean(axis=axes, keepdims=True)
    distance = x - mean
    variance = (distance * distance).mean(axis=axes, keepdims=True)
    scale = np.sqrt(variance + epsilon)
    return distance / scale, mean, variance, scale


def standardize_backward(u: Array, scale: Array, du: Array, axes: Axes) -> Array:
    """Return the derivatives by x, given those by ``u = (x − mean) / scale``.

    What moves all entries, or stretches them all, does not change u: these two parts of du are taken out.

    eq. multilayer_perceptron:batch-norm-slope
    """
    along = (u * du).mean(axis=axes, keepdims=True)
    return (du - du.mean(axis=axes, keepdims=True) - u * along) / scale


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Standardise each sample over its features; the same in training and after it.

    Parameters
    ----------
    features : int
        Number of features.
    epsilon : float, default=1e-5
        Added to the variance, in squared units of the features; above 0.
    """

    features: int
    epsilon: float = 1e-5

    @property
    def shapes(self) -> Shapes:
        """A scale ``gamma`` and a shift ``beta`` for each feature."""
        return {"gamma": (self.features,), "beta": (self.features,)}

    def initialize(self, p: Views, place: Place) -> None:
        """Begin with the standardised features."""
        p["gamma"][...], p["beta"][...] = 1, 0

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``gamma (x − mean) / √(variance + epsilon) + beta``."""
        u, _, _, scale = standardize(x, 0, self.epsilon)
        return _scaled(p, u), (u, scale)

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Array:
        """Return the derivatives by x; scale and shift are those of a weighted sum."""
        u, scale = memory
        return standardize_backward(u, scale, _scaled_backward(p, u, dy, g), 0)


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Standardise each feature over the batch, and after training by averages over the batches.

    A batch of one sample has no spread: its output is the shift.

    Parameters
    ----------
    features : int
        Number of features.
    decay : float, default=0.9
        Weight of the former batches in the moving averages, from 0 to 1.
    epsilon : float, default=1e-5
        Added to the variance, in squared units of the feature; above 0.
    """

    features: int
    decay: float = 0.9
    epsilon: float = 1e-5

    @property
    def shapes(self) -> Shapes:
        """A scale ``gamma`` and a shift ``beta`` for each feature."""
        return {"gamma": (self.features,), "beta": (self.features,)}

    @property
    def statistics(self) -> Shapes:
        """Moving averages of mean and variance."""
        return {"mean": (self.features,), "variance": (self.features,)}

    def initialize(self, p: Views, place: Place) -> None:
        """Begin with the standardised features."""
        p["gamma"][...], p["beta"][...] = 1, 0
        p["mean"][...], p["variance"][...] = 0, 1

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``gamma (x − mean) / √(variance + epsilon) + beta``."""
        if place is None:
            scale = np.sqrt(_column(p["variance"], x) + self.epsilon)
            u = (x - _column(p["mean"], x)) / scale
            return _scaled(p, u), (u, scale, False)
        u, mean, variance, scale = standardize(x, tuple(range(1, x.ndim)), self.epsilon)
        m = x.size // self.features
        p["mean"][...] += (1 - self.decay) * (mean.reshape(-1) - p["mean"])
        if m > 1:  # the variance of a batch is (m − 1)/m of that of the data, on average
            p["variance"][...] += (1 - self.decay) * (m / (m - 1) * variance.reshape(-1) - p["variance"])
        return _scaled(p, u), (u, scale, True)

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Array:
        """Return the derivatives by x: also through mean and variance, where these are those of the batch."""
        u, scale, of_batch = memory
        du = _scaled_backward(p, u, dy, g)
        return standardize_backward(u, scale, du, tuple(range(1, u.ndim))) if of_batch else du / scale


def _scaled(p: Views, u: Array) -> Array:
    """Scale and shift each feature."""
    return _column(p["gamma"], u) * u + _column(p["beta"], u)


def _scaled_backward(p: Views, u: Array, dy: Array, g: Views) -> Array:
    """Return the derivatives by u; write those by scale and shift, of which each sample uses the same."""
    samples = tuple(range(1, u.ndim))
    (u * dy).sum(axis=samples, out=g["gamma"])
    dy.sum(axis=samples, out=g["beta"])
    return _column(p["gamma"], u) * dy


def _column(vector: Array, like: Array) -> Array:
    """Return a vector of features in a shape that is broadcast against (features, ..., n)."""
    return vector.reshape(-1, *[1] * (like.ndim - 1))
