"""Losses: values to the digit, derivatives against differences, extreme scores."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.nn.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    KullbackLeibler,
    Poisson,
    SquaredError,
)
from groundup.core.optimize.gradcheck import central_difference, complex_step
from support.derivatives import error

RNG = np.random.default_rng(0)
SCORES = {
    "a batch": RNG.normal(size=(3, 5)),
    "a batch of one": RNG.normal(size=(3, 1)),
    "an axis of time": RNG.normal(size=(3, 2, 4)),
    "large": 30 * RNG.normal(size=(3, 4)),
    "equal": np.full((3, 4), 0.7),
    "one output": RNG.normal(size=(1, 4)),
}
ANALYTIC = (SquaredError(), Poisson(), CrossEntropy(), KullbackLeibler())
LOSSES = (*ANALYTIC, AbsoluteError(), Huber(0.8), BinaryCrossEntropy())


def targets(loss, z):
    """Probabilities that add up to 1, or numbers that lie away from the bends of absolute error and Huber's loss."""
    rng = np.random.default_rng(1)
    if isinstance(loss, (CrossEntropy, BinaryCrossEntropy)):
        y = rng.dirichlet(np.ones(len(z)), size=z.shape[1:])
        return np.moveaxis(y, -1, 0) if isinstance(loss, CrossEntropy) else rng.random(z.shape)
    if isinstance(loss, Poisson):
        return rng.poisson(2.0, z.shape).astype(float)
    return z - rng.choice([-1.7, -0.4, 0.3, 1.1], z.shape)


@pytest.mark.parametrize("points", SCORES)
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_derivatives(loss, points):
    # a factor of two, a sign, a mean over outputs in one of the two, samples that are mixed up
    z = SCORES[points]
    y = targets(loss, z)
    losses, memory = loss.forward(z, y)
    assert losses.shape == z.shape[1:]
    weight = np.random.default_rng(2).uniform(0.5, 2, size=losses.shape)
    numeric = complex_step if loss in ANALYTIC else central_difference
    right = numeric(lambda v: (weight * loss.forward(v, y)[0]).sum(), z)
    assert error(weight * loss.backward(memory), right) < 1e-7


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_single_precision(loss):
    # a constant in double precision
    z = SCORES["a batch"]
    y = targets(loss, z)
    value, memory = loss.forward(z.astype(np.float32), y.astype(np.float32))
    slope = loss.backward(memory)
    assert value.dtype == slope.dtype == np.float32
    right, memory = loss.forward(z, y)
    assert_allclose(value, right, rtol=1e-5, atol=1e-6)
    assert_allclose(slope, loss.backward(memory), rtol=1e-5, atol=1e-6)


def test_values():
    # a definition that is wrong in the same manner as its derivative
    z, y = np.array([[3.0], [-0.5]]), np.array([[1.0], [0.0]])
    assert_allclose(SquaredError().forward(z, y)[0], [(4 + 0.25) / 2])
    assert_allclose(AbsoluteError().forward(z, y)[0], [2.5])
    assert_allclose(Huber(1.0).forward(z, y)[0], [2 - 0.5 + 0.125])
    assert_allclose(CrossEntropy().forward(z, y)[0], [math.log1p(math.exp(-3.5))], rtol=1e-14)
    assert_allclose(KullbackLeibler().forward(z, y)[0], [math.log1p(math.exp(-3.5))], rtol=1e-14)
    binary = math.log1p(math.exp(-3)) + math.log1p(math.exp(-0.5))
    assert_allclose(BinaryCrossEntropy().forward(z, y)[0], [binary], rtol=1e-14)
    assert_allclose(Poisson().forward(np.log([[2.0], [3.0]]), np.array([[4.0], [0.0]]))[0], [4 * math.log(2) + 1])
    even = np.full((2, 1), 0.5)
    assert_allclose(KullbackLeibler().forward(np.zeros((2, 1)), even)[0], [0.0], atol=1e-16)
    assert_allclose(CrossEntropy().forward(np.zeros((2, 1)), even)[0], [math.log(2)])


def test_divergence_of_each_sample():
    # an entropy of all samples together; targets that do not add up to 1, as with a weight for each
    z, y = RNG.normal(size=(3, 2)), np.array([[0.2, 0.9], [0.3, 0.1], [0.5, 0.0]])
    losses, memory = KullbackLeibler().forward(z, y)
    for k in range(2):
        assert_allclose(KullbackLeibler().forward(z[:, [k]], y[:, [k]])[0], losses[[k]], rtol=1e-14)
    _, memory = CrossEntropy().forward(z, 3 * y)
    right = complex_step(lambda v: CrossEntropy().forward(v, 3 * y)[0].sum(), z)
    assert error(CrossEntropy().backward(memory), right) < 1e-7


def test_extreme_scores():
    # log(0), exp(1000), and a small loss that is lost in the difference of two large numbers
    z, y = np.array([[1e3, -1e3, 40.0]]), np.array([[0.0, 0.0, 1.0]])
    loss, memory = BinaryCrossEntropy().forward(z, y)
    assert_allclose(loss, [1e3, 0.0, math.exp(-40)], rtol=1e-12, atol=1e-300)
    assert_allclose(BinaryCrossEntropy().backward(memory), [[1, 0, 0]], atol=1e-15)
    z, y = np.array([[1e3, -1e3], [-1e3, -1e3]]), np.array([[0.0, 0.5], [1.0, 0.5]])
    loss, memory = CrossEntropy().forward(z, y)
    assert_allclose(loss, [2e3, math.log(2)])
    assert_array_equal(CrossEntropy().backward(memory), [[1, 0], [-1, 0]])
