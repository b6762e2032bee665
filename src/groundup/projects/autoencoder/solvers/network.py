"""The network of an autoencoder: an encoder, and a decoder of the same sizes in the opposite order."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from groundup.core.nn.dense import Dense
from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import Shapes, Views
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.autoencoder.solvers.units import UNITS


@record
class Architecture:
    """What the network of an autoencoder is made of.

    Parameters
    ----------
    sizes : tuple of int
        Numbers of columns, of units of each hidden layer of the encoder, and of entries of a code.
    activation, code_activation : str
        Activations of hidden layers and of the code; the reconstruction has none.
    tied : bool
        Whether the decoder has the transposed weights of the encoder.
    """

    sizes: tuple[int, ...]
    activation: str
    code_activation: str = "identity"
    tied: bool = False

    @property
    def units(self) -> list[str]:
        """Activations of the encoder's layers."""
        return [self.activation] * (len(self.sizes) - 2) + [self.code_activation]


@dataclass(frozen=True)
class Noise(Layer):
    """Normal noise that is added in training, and that the autoencoder has to take away.

    Parameters
    ----------
    spread : float
        Standard deviation.
    """

    spread: float

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return ``x`` plus noise in a training step, and ``x`` otherwise.  eq. autoencoder:denoising"""
        if place is None or not self.spread:
            return x, None
        draws = np.random.default_rng(place).standard_normal(x.shape, dtype=np.float32)
        return x + x.dtype.type(self.spread) * draws, None

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Array:
        """Return ``dy``."""
        return dy


@dataclass(frozen=True)
class TiedDense(Dense):
    """Weighted sums with the transposed weights of another layer, which the network puts in."""

    @property
    def shapes(self) -> Shapes:
        """Biases ``b`` alone."""
        return {"b": (self.outputs,)}

    def initialize(self, p: Views, place: Place) -> None:
        """Set the biases to 0."""
        p["b"][...] = 0


@dataclass(frozen=True)
class Coder(Network):
    """A chain of layers of which the first ones encode and the others decode.

    Parameters
    ----------
    layers : tuple of Layer
        Noise, then weighted sums and activations in turn.
    depth : int
        Number of weighted sums in the encoder, and in the decoder.
    """

    depth: int = 1

    @property
    def end(self) -> int:
        """Number of layers that make the code."""
        return 1 + 2 * self.depth

    def encoder_sums(self) -> list[int]:
        """Return the numbers of the weighted sums of the encoder."""
        return list(range(1, self.end, 2))

    def tied(self) -> dict[int, int]:
        """Return the numbers of layers with transposed weights, and those of the layers whose weights they are."""
        places = [k for k, layer in enumerate(self.layers) if isinstance(layer, TiedDense)]
        return {k: 4 * self.depth - k for k in places}

    def bound(self, w: Array, s: Array) -> dict[str, Any]:
        """Return views of the parameters, transposed where weights are tied."""
        p = super().bound(w, s)
        for k, other in self.tied().items():
            p[str(k)]["W"] = p[str(other)]["W"].T
        return p

    def backward(self, p: Views, memories: Any, dy: Array, g: Views, besides: Mapping[int, Array] | None = None) -> Any:
        """Return the derivatives by the input, by the chain rule.  eq. autoencoder:gradient

        Parameters
        ----------
        p, memories, dy, g
            As for `Network`.
        besides : mapping of int to ndarray, optional
            Derivatives of what is added to the loss, by the outputs of some layers.
        """
        tied = self.tied()
        decoder = {str(k): {"W": np.empty_like(p[str(k)]["W"]), "b": g[str(k)]["b"]} for k in tied}
        g = {**g, **decoder}
        for k in reversed(range(len(self.layers))):
            if besides and k in besides:
                dy = dy + besides[k]
            dy = self.layers[k].backward(p[str(k)], memories[k], dy, g[str(k)])
        for k, other in tied.items():  # eq. autoencoder:linear-gradient
            g[str(other)]["W"][...] += decoder[str(k)]["W"].T
        return dy

    def encode(self, p: Views, x: Any) -> Array:
        """Return the codes, (k, n), of samples in columns.  eq. autoencoder:code"""
        return self._through(p, x, 0, self.end)

    def posterior(self, p: Views, x: Any) -> Array:
        """Return means and logarithms of variances, (2k, n), of random codes.  eq. autoencoder:posterior"""
        return self._through(p, x, 0, self.end - 1)

    def decode(self, p: Views, z: Any) -> Array:
        """Return what the decoder makes of codes.  eq. autoencoder:reconstruction"""
        return self._through(p, z, self.end, len(self.layers))

    def _through(self, p: Views, x: Any, start: int, stop: int) -> Array:
        for k in range(start, stop):
            x = self.layers[k].forward(p[str(k)], x)[0]
        return x


def coder(made_of: Architecture, noise: float = 0.0) -> Coder:
    """Return the network of an autoencoder, with normal noise of a standard deviation in training."""
    sizes, outward = made_of.sizes, [made_of.activation] * (len(made_of.sizes) - 2) + ["identity"]
    layers: list[Layer] = [Noise(noise)]
    for k, ((inputs, outputs), name) in enumerate(zip(pairwise(sizes), made_of.units, strict=True)):
        layers += [Dense(inputs, outputs, first=k == 0), UNITS[name].layer]
    for (inputs, outputs), name in zip(pairwise(sizes[::-1]), outward, strict=True):
        layers += [(TiedDense if made_of.tied else Dense)(inputs, outputs), UNITS[name].layer]
    return Coder(tuple(layers), len(sizes) - 1)
