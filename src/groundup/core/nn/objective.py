"""The objective of a network: the mean of the losses of some rows, plus a penalty on squared parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from groundup.core.nn.layer import Place
from groundup.core.nn.losses import Loss
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import Views, views
from groundup.core.rows import Samples
from groundup.core.types import Array


@dataclass(frozen=True)
class NetworkObjective:
    """``(Σ weight · loss + Σ l2/2 · parameter²) / Σ weight``, summed over the rows that it is given.

    As in scikit-learn, the penalty has the weight of one row, whatever the size of a batch.

    Parameters
    ----------
    network : Network
        Computes the scores.
    loss : Loss
        Loss of a sample's scores.
    l2 : float or ndarray of shape (p,), default=0
        Strength of the penalty, for all parameters or for each; usually a multiple of `in_matrices`.
    """

    network: Network
    loss: Loss
    l2: Any = 0.0

    def summed(self, p: Views, g: Views, X: Any, y: Array, weight: Array | None, place: Place | None) -> float:
        """Return the weighted sum of the losses of some rows, and write its derivatives by the parameters.

        eq. multilayer_perceptron:backward

        Parameters
        ----------
        p : mapping
            Parameters and statistics, see `Network.bound`.
        g : mapping
            Views of the vector that the derivatives are written to.
        X : ndarray or Csr of shape (m, d)
            Rows.
        y : ndarray of shape (m, t)
            Targets of the loss.
        weight : ndarray of shape (m,) or None
            Weights of the rows; None means weight one for every row.
        place : tuple of int or None
            Place of the random numbers of a training step.
        """
        z, memories = self.network.forward(p, X.T, place)
        losses, memory = self.loss.forward(z, y.T)
        dz = self.loss.backward(memory)
        if weight is not None:
            losses, dz = losses * weight, dz * weight
        self.network.backward(p, memories, dz, g)
        return float(losses.sum(dtype=np.float64))

    def penalized(self, value: float, gradient: Array, w: Array, total: float) -> float:
        """Return the objective, given the sum of the losses; make their gradient that of the objective, in place.

        eq. multilayer_perceptron:objective, multilayer_perceptron:gradient
        """
        slope = self.l2 * w
        gradient += slope
        gradient /= total
        np.multiply(slope, w, out=slope)
        return (value + float(slope.sum(dtype=np.float64)) / 2) / total


@dataclass(frozen=True)
class OnAllRows:
    """The objective on all rows as a function of the parameters, for methods without batches.

    Layers act as in predictions: nothing is random, and normalisation takes the statistics that it is given. Rows are
    read in blocks, so that the memory for activations does not grow with their number.

    Parameters
    ----------
    objective : NetworkObjective
        Network, loss and penalty.
    samples : Samples
        All rows.
    s : ndarray, optional
        Statistics of the layers that have some.
    """

    objective: NetworkObjective
    samples: Samples
    s: Array = field(default_factory=lambda: np.zeros(0))

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Return value, of shape (), and gradient at `w`."""
        shapes, p = self.objective.network.shapes, self.objective.network.bound(w, self.s)
        value, gradient = self.samples.sum(_on_block, self.objective, shapes, p, w)
        value = self.objective.penalized(value, gradient, w, self.samples.total)
        return np.asarray(value), gradient


def _on_block(
    X: Any, y: Array, weight: Array | None, objective: NetworkObjective, shapes: Mapping[str, Any], p: Views, w: Array
) -> tuple[float, Array]:
    gradient = np.zeros_like(w)
    return objective.summed(p, views(shapes, gradient), X, y, weight, None), gradient
