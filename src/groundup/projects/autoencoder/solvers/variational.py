"""The variational bound: random codes, their divergence from standard normal ones, and the density of the rows.

Sources: Kingma and Welling (2014); Rezende, Mohamed and Wierstra (2014).
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from groundup.core.nn.dense import Dense
from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.losses import Loss
from groundup.core.nn.parameters import Shapes, Views
from groundup.core.types import Array
from groundup.projects.autoencoder.solvers.network import Architecture, Coder, Noise
from groundup.projects.autoencoder.solvers.objective import Added, CodingObjective
from groundup.projects.autoencoder.solvers.units import UNITS

SMALLEST_VARIANCE = 1e-6  # Of the noise around a reconstruction; without a floor the likelihood has no maximum.


@dataclass(frozen=True)
class Reparametrize(Layer):
    """Draw codes, given their means and the logarithms of their variances, through which derivatives flow back."""

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``M + exp(V / 2) E`` in a training step, and the means ``M`` otherwise.

        eq. autoencoder:reparametrization
        """
        M, V = np.split(x, 2)
        if place is None:
            return M, (M, V, np.zeros_like(M))
        deviation = np.exp(V / 2) * np.random.default_rng(place).standard_normal(M.shape).astype(M.dtype)
        return M + deviation, (M, V, deviation)

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Array:
        """Return ``dy`` for the means, and ``dy · exp(V / 2) E / 2``.  eq. autoencoder:bound-gradient"""
        return np.concatenate([dy, dy * memory[2] / 2])


@dataclass(frozen=True)
class WithVariance(Layer):
    """Append a row: the logarithm of the variance around the reconstruction, one learned number for all columns."""

    @property
    def shapes(self) -> Shapes:
        """The number ``v``."""
        return {"v": (1,)}

    def initialize(self, p: Views, place: Place) -> None:
        """Begin with the variance of a column."""
        p["v"][...] = 0

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``x`` and a row of ``log(exp(v) + floor)``."""
        row = np.log(np.exp(p["v"]) + SMALLEST_VARIANCE)
        return np.concatenate([x, np.broadcast_to(row[:, None], (1, x.shape[1]))]), None

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Array:
        """Return the derivatives by x."""
        g["v"][...] = dy[-1].sum() * (1 / (1 + SMALLEST_VARIANCE * np.exp(-p["v"])))
        return dy[:-1]


@dataclass(frozen=True)
class NormalDensity(Loss):
    """Minus the logarithm of a normal density; the last score is the logarithm of the variance."""

    def forward(self, z: Array, y: Array) -> tuple[Array, Any]:
        """Return ``½ Σ ((z − y)² / s² + log(2π s²))``.  eq. autoencoder:likelihood"""
        r, v = z[:-1] - y, z[-1]
        squares = (r * r).sum(axis=0) * np.exp(-v)
        return (squares + len(r) * (v + math.log(2 * math.pi))) / 2, (r, v, squares)

    def backward(self, memory: Any) -> Array:
        """Return ``(z − y) / s²``, and ``½ (d − Σ (z − y)² / s²)`` by the logarithm."""
        r, v, squares = memory
        return np.concatenate([r * np.exp(-v), (len(r) - squares)[None] / 2])


def divergence(M: Array, V: Array) -> Array:
    """Return the divergence of each column's code from a standard normal one.  eq. autoencoder:divergence"""
    return (M * M + np.expm1(V) - V).sum(axis=0) / 2


@dataclass(frozen=True)
class VariationalCoding(CodingObjective):
    """Minus the variational bound.  eq. autoencoder:bound

    Parameters
    ----------
    network, loss, l2, scaling
        As for `CodingObjective`.
    beta : float
        Weight of the divergence; with 1 the objective is a bound.
    """

    beta: float = field(kw_only=True)

    def added(self, p: Views, memories: Any, weight: Array | None) -> Added:
        """Return the divergences of the codes."""
        M, V, _ = memories[self.network.end - 1]
        w = self.beta if weight is None else self.beta * weight
        slope = np.concatenate([M * w, np.expm1(V) * w / 2])
        return float((divergence(M, V) * w).sum(dtype=np.float64)), {self.network.end - 2: slope}, {}


def variational_coder(made_of: Architecture) -> Coder:
    """Return the network of a variational autoencoder: the encoder gives two numbers for each entry of a code."""
    sizes, activation = made_of.sizes, made_of.activation
    layers: list[Layer] = [Noise(0.0)]
    depth = len(sizes) - 1
    for k, (inputs, outputs) in enumerate(pairwise(sizes)):
        last = k == depth - 1
        layers += [Dense(inputs, outputs * (1 + last), first=k == 0)]
        layers += [Reparametrize() if last else UNITS[activation].layer]
    for k, (inputs, outputs) in enumerate(pairwise(sizes[::-1])):
        layers += [Dense(inputs, outputs), UNITS["identity" if k == depth - 1 else activation].layer]
    return Coder((*layers, WithVariance()), depth)
