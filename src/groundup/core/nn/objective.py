"""The objective of a network: the mean of the losses of some rows, plus a penalty on squared parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.nn.layer import Place
from groundup.core.nn.losses import Loss
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import Views, views
from groundup.core.rows import Samples
from groundup.core.types import Array


def targets_of(y: Any) -> Array:
    """Return targets with a column for each answer: of a row, or of each step of sequences, one after the other."""
    return (y.values if isinstance(y, Sequences) else y).T


def weights_of(y: Any, weight: Array | None) -> Array | None:
    """Return the weights of the answers, given those of rows or sequences; None stands for weight one."""
    return weight if weight is None or not isinstance(y, Sequences) else np.repeat(weight, y.lengths)


def total_of(y: Any, weight: Array | None) -> float:
    """Return the sum of the weights of the answers; their number if there are no weights."""
    each = weights_of(y, weight)
    return float(targets_of(y).shape[1] if each is None else each.sum())


@dataclass(frozen=True)
class NetworkObjective:
    """``(Σ weight · loss + Σ l2/2 · parameter²) / Σ weight``, summed over the rows that it is given.

    Where sequences have an answer at every step, each step counts as a row, with the weight of its sequence. As in
    scikit-learn, the penalty has the weight of one row, whatever the size of a batch.

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

    def summed(self, p: Views, g: Views, X: Any, y: Any, weight: Array | None, place: Place | None) -> float:
        """Return the weighted sum of the losses of some rows, and write its derivatives by the parameters.

        eq. multilayer_perceptron:backward

        Parameters
        ----------
        p : mapping
            Parameters and statistics, see `Network.bound`.
        g : mapping
            Views of the vector that the derivatives are written to.
        X : ndarray, Csr or Sequences, of shape (m, d) or (m, T, d)
            Rows, or sequences.
        y : ndarray of shape (m, t), or Sequences
            Targets of the loss.
        weight : ndarray of shape (m,) or None
            Weights of the rows; None means weight one for every row.
        place : tuple of int or None
            Place of the random numbers of a training step.
        """
        z, memories = self.network.forward(p, X.T, place)
        value, dz = self.losses(z, targets_of(y), weights_of(y, weight))
        self.network.backward(p, memories, dz, g)
        return value

    def losses(self, z: Array, y: Array, weight: Array | None) -> tuple[float, Array]:
        """Return the weighted sum of the losses of scores, (t, m), and its derivatives by them."""
        losses, memory = self.loss.forward(z, y)
        dz = self.loss.backward(memory)
        if weight is not None:
            losses, dz = losses * weight, dz * weight
        return float(losses.sum(dtype=np.float64)), dz

    def pieces(
        self, p: Views, g: Views, X: Any, y: Any, weight: Array | None, place: Place | None
    ) -> Iterator[tuple[float, float, float]]:
        """Yield what the steps of training on a batch need, after writing the derivatives: here of one step.

        An objective that cuts its batches yields once for each piece; the parameters may have changed in between.

        Yields
        ------
        value, total, share : float
            Weighted sum of the losses of the piece, the sum of its weights, and its share in the loss of an epoch.
        """
        total = total_of(y, weight)
        yield self.summed(p, g, X, y, weight, place), total, float(len(y))

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
        value = self.objective.penalized(value, gradient, w, total_of(self.samples.y, self.samples.weight))
        return np.asarray(value), gradient


def _on_block(
    X: Any, y: Any, weight: Array | None, objective: NetworkObjective, shapes: Mapping[str, Any], p: Views, w: Array
) -> tuple[float, Array]:
    gradient = np.zeros_like(w)
    return objective.summed(p, views(shapes, gradient), X, y, weight, None), gradient
