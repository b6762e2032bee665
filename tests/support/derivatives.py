"""Derivatives of layers and losses against differences: complex steps where a function is analytic."""

import numpy as np

from groundup.core.nn.network import Network
from groundup.core.nn.parameters import views
from groundup.core.optimize.gradcheck import central_difference, complex_step

PLACE = (7, 1, 1)  # of the random numbers of a training step


def random_parameters(layer, seed=0):
    """A network of the layer, and vectors of parameters and of statistics, none of them 0 or 1."""
    network = Network((layer,))
    w, s = network.initial((seed,), np.float64)
    rng = np.random.default_rng(seed)
    return network, w + rng.normal(size=w.shape), s + rng.uniform(0.1, 0.9, size=s.shape)


def errors(layer, x, place=PLACE, analytic=True):
    """Relative errors of a layer's derivatives by its input and by each parameter, of a random sum of its outputs."""
    network, w, s = random_parameters(layer)
    y, memory = network.forward(network.bound(w, s.copy()), x, place)
    dy = np.random.default_rng(1).normal(size=y.shape)

    def value(w, x):
        p = network.bound(w, s.astype(np.result_type(w, x)))
        return (dy * network.forward(p, x, place)[0]).sum()

    numeric = complex_step if analytic else central_difference
    gradient = np.full_like(w, np.nan)  # all of it must be written
    g = views(network.shapes, gradient)
    dx = network.backward(network.bound(w, s.copy()), memory, dy, g)
    right = views(network.shapes, numeric(lambda v: value(v, x), w))
    found = {name: error(g["0"][name], right["0"][name]) for name in g["0"]}
    if dx is not None:
        found["x"] = error(dx, numeric(lambda v: value(w, v), x))
    return found


def error(derived, numeric):
    """Largest difference, relative to the largest derivative; NaN counts as wrong."""
    assert derived.shape == numeric.shape
    difference = np.abs(derived - numeric).max()
    return float(difference / max(np.abs(numeric).max(), 1e-8)) if np.isfinite(difference) else np.inf
