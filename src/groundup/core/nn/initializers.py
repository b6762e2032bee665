"""Random initial weights that keep the scale of activations and of derivatives from layer to layer.

Each function draws a matrix of shape (inputs, outputs). A weighted sum of d inputs has d times the variance of a term:
so weights have a variance of 1/d to keep the scale forward, 1/h to keep it backward, and relu, which sets half
of the variance to zero, needs twice as much.

Sources: Glorot and Bengio (2010); He, Zhang, Ren and Sun (2015); Saxe, McClelland and Ganguli (2014) for orthogonal
weights.
"""

from collections.abc import Callable

import numpy as np

from groundup.core.types import Array

Initializer = Callable[[np.random.Generator, int, int], Array]


def glorot_uniform(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    """Draw weights uniformly, of variance ``2 / (inputs + outputs)``: for tanh and identity."""
    bound = np.sqrt(6 / (inputs + outputs))  # a uniform variable on (−a, a) has the variance a²/3
    return rng.uniform(-bound, bound, (inputs, outputs))


def glorot_normal(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    """Draw normal weights of variance ``2 / (inputs + outputs)``, for tanh.  eq. multilayer_perceptron:glorot"""
    return rng.normal(0, np.sqrt(2 / (inputs + outputs)), (inputs, outputs))


def he_uniform(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    """Draw weights uniformly, of variance ``2 / inputs``: for relu."""
    bound = np.sqrt(6 / inputs)
    return rng.uniform(-bound, bound, (inputs, outputs))


def he_normal(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    """Draw normal weights of variance ``2 / inputs``: for relu.  eq. multilayer_perceptron:initial"""
    return rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))


def orthogonal(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    """Draw a matrix with orthonormal columns, or rows if there are fewer of these: lengths are kept exactly."""
    tall = rng.normal(size=(max(inputs, outputs), min(inputs, outputs)))
    Q, R = np.linalg.qr(tall)
    Q = Q * np.where(np.diag(R) < 0, -1.0, 1.0)  # else LAPACK's choice of signs makes some matrices more likely
    return Q if inputs >= outputs else Q.T
