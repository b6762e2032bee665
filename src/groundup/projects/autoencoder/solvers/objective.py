"""The objective of an autoencoder: reconstruction error, sparsity and contraction."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from groundup.core.nn.layer import Place
from groundup.core.nn.objective import NetworkObjective
from groundup.core.nn.parameters import Views
from groundup.core.types import Array
from groundup.projects.autoencoder.solvers.network import Coder
from groundup.projects.autoencoder.solvers.penalties import contraction, sparsity
from groundup.projects.autoencoder.solvers.scaling import Scaling
from groundup.projects.autoencoder.solvers.units import Unit

Added = tuple[float, dict[int, Array], dict[int, Array]]  # Value, and derivatives by outputs and by weights of layers.


@dataclass(frozen=True)
class CodingObjective(NetworkObjective):
    """The objective of a network that reproduces its input, which is centred and scaled as it is read.

    Parameters
    ----------
    network, loss, l2
        As for `NetworkObjective`.
    scaling : Scaling
        Origin and unit of the rows.
    """

    network: Coder
    scaling: Scaling = field(kw_only=True)

    @property
    def numbers_of_a_row(self) -> int:
        """Most numbers that a layer keeps for a row."""
        return max(max(part["b"]) for part in self.network.shapes.values() if "b" in part)

    def summed(self, p: Views, g: Views, X: Any, y: Array, weight: Array | None, place: Place | None) -> float:
        """Return the weighted sum of the losses of some rows, and write its derivatives.  eq. autoencoder:objective

        The targets are the rows themselves; `y` is not used.
        """
        value, memory, memories, (_, by_outputs, by_weights) = self._forward(p, X, y, weight, place)
        slope = self.loss.backward(memory)
        self.network.backward(p, memories, slope if weight is None else slope * weight, g, by_outputs)
        for k, dW in by_weights.items():
            g[str(k)]["W"][...] += dW
        return value

    def value(self, p: Views, X: Any, y: Array, weight: Array | None, place: Place | None) -> float:
        """Return the weighted sum of the losses of some rows alone, in a third of the time."""
        return self._forward(p, X, y, weight, place)[0]

    def _forward(
        self, p: Views, X: Any, y: Array, weight: Array | None, place: Place | None
    ) -> tuple[float, Any, Any, Added]:
        """Return the value, what the loss and the network remember, and what is added."""
        x = self.scaling.columns(X, y.dtype)  # (d, m)
        output, memories = self.network.forward(p, x, place)
        losses, memory = self.loss.forward(output, x)
        added = self.added(p, memories, weight)
        value = (losses if weight is None else losses * weight).sum(dtype=np.float64)
        return float(value) + added[0], memory, memories, added

    def added(self, p: Views, memories: Any, weight: Array | None) -> Added:
        """Return what is added to the losses, summed over the rows."""
        return 0.0, {}, {}


@dataclass(frozen=True)
class PenalizedCoding(CodingObjective):
    """Reconstruction error with penalties on the code.

    Parameters
    ----------
    network, loss, l2, scaling
        As for `CodingObjective`.
    units : tuple of Unit
        Activations of the encoder.
    sparse : float
        Strength of the divergence of mean activities from `activity`.
    activity : float
        Mean activity that costs nothing.
    contractive : float
        Strength of the norm of the Jacobian.
    """

    units: tuple[Unit, ...] = field(kw_only=True)
    sparse: float = field(kw_only=True)
    activity: float = field(kw_only=True)
    contractive: float = field(kw_only=True)

    @property
    def numbers_of_a_row(self) -> int:
        """Most numbers that a layer keeps for a row: with a contraction, derivatives of each entry of the code."""
        codes = self.network.shapes[str(self.network.encoder_sums()[-1])]["b"][0]
        return super().numbers_of_a_row * (codes if self.contractive else 1)

    def added(self, p: Views, memories: Any, weight: Array | None) -> Added:
        """Return the penalties."""
        end = self.network.end
        value, by_outputs, by_weights = 0.0, {}, {}
        if self.contractive:
            places = self.network.encoder_sums()
            outputs = [memories[k + 2] for k in places]  # a weighted sum remembers its input
            found, dW, dy = contraction([p[str(k)]["W"] for k in places], outputs, self.units, weight)
            value += self.contractive * found
            by_weights = {k: self.contractive * d for k, d in zip(places, dW, strict=True)}
            by_outputs = {k + 1: self.contractive * d for k, d in zip(places, dy, strict=True)}
        if self.sparse:
            found, slope = sparsity(memories[end], self.activity, weight)
            value += self.sparse * found
            by_outputs[end - 1] = by_outputs.get(end - 1, 0) + self.sparse * slope
        return value, by_outputs, by_weights
