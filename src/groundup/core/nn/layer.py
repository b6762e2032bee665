"""Base class of layers: parameters, a forward pass, and its backward pass.

Sources: Rumelhart, Hinton and Williams (1986) for backpropagation; Griewank and Walther (2008) for its cost.
"""

from typing import Any

from groundup.core.nn.parameters import Shapes, Views
from groundup.core.types import Array

Place = tuple[int, ...]  # Of random numbers: seed, epoch, batch, layer. They are a function of it.


class Layer:
    """Base class of layers.

    Layers hold sizes and options and no numbers that are learned. A layer may be any function of arrays of which the
    first axis counts features, with whatever axes it needs after it: recurrent layers loop over an axis of time.
    """

    @property
    def shapes(self) -> Shapes:
        """Shapes of the parameters that are learned, by name."""
        return {}

    @property
    def statistics(self) -> Shapes:
        """Shapes of averages over the training data; the forward pass of a training step updates them in place."""
        return {}

    def initialize(self, p: Views, place: Place) -> None:
        """Write the initial parameters and statistics."""

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Array, Any]:
        """Return the output, and what the backward pass needs.

        Parameters
        ----------
        p : mapping of str to ndarray
            Parameters and statistics by name.
        x : ndarray of shape (d, ..., n)
            Input, which is not changed.
        place : tuple of int, optional
            Place of the random numbers of a training step; None when a trained network is applied, without randomness
            and with the statistics of the training data.

        Returns
        -------
        y : ndarray of shape (h, ..., n)
        memory : object
        """
        raise NotImplementedError

    def backward(self, p: Views, memory: Any, dy: Array, g: Views) -> Any:
        """Return the derivatives of a number by the input, given those by the output.

        Parameters
        ----------
        p : mapping of str to ndarray
            As in the forward pass.
        memory : object
            From the forward pass.
        dy : ndarray of the shape of the output
            Derivatives by the output.
        g : mapping of str to ndarray
            The derivatives by the parameters are written here; they are not added to what it holds.

        Returns
        -------
        ndarray of the shape of the input, or None
            None from a layer whose input has no derivatives.
        """
        raise NotImplementedError
