"""All parameters of a network in one flat vector, and views of its parts by name.

An optimiser changes the vector in place, in a few operations on all parameters at once; the layers see the change
through their views. Gradients and moving averages are vectors of the same kind.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core.types import Array

Shapes = Mapping[str, Any]  # From names to shapes, or to such mappings: of the layers of a network.
Views = Mapping[str, Any]  # From the same names to arrays.


def size(shapes: Shapes) -> int:
    """Return the number of entries of all arrays together."""
    return sum(size(shape) if isinstance(shape, Mapping) else math.prod(shape) for shape in shapes.values())


def views(shapes: Shapes, flat: Array) -> dict[str, Any]:
    """Return consecutive parts of a flat vector, by name and in their shapes.

    Parameters
    ----------
    shapes : mapping of str to tuple of int, or to such mappings
        Shape of each part.
    flat : ndarray of shape (size(shapes),)
        What is written into it is seen in the views, and vice versa.

    Returns
    -------
    dict
        Nested like `shapes`.

    Examples
    --------
    >>> flat = np.zeros(6)
    >>> views({"W": (2, 2), "b": (2,)}, flat)["W"][0, 1] = 5.0
    >>> flat
    array([0., 5., 0., 0., 0., 0.])
    """
    found: dict[str, Any] = {}
    start = 0
    for name, shape in shapes.items():
        nested = isinstance(shape, Mapping)
        stop = start + (size(shape) if nested else math.prod(shape))
        found[name] = views(shape, flat[start:stop]) if nested else flat[start:stop].reshape(shape)
        start = stop
    return found


def merged(first: Views, second: Views) -> dict[str, Any]:
    """Return the arrays of two nested mappings in one."""
    both = first.keys() & second.keys()
    return {**first, **second, **{name: merged(first[name], second[name]) for name in both}}


def in_matrices(shapes: Shapes) -> Array:
    """Return 1 for each entry of a matrix and 0 for the others, which no penalty holds back.

    Biases, scales and shifts are vectors: shrinking them would move the output towards zero and not make it simpler.

    Examples
    --------
    >>> in_matrices({"W": (2, 1), "b": (1,)})
    array([1., 1., 0.])
    """
    parts = [
        in_matrices(shape) if isinstance(shape, Mapping) else np.full(math.prod(shape), float(len(shape) > 1))
        for shape in shapes.values()
    ]
    return np.concatenate(parts) if parts else np.zeros(0)
