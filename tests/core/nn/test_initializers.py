"""Initial weights: variances and bounds, and what they are for."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.nn import initializers
from groundup.core.nn.activations import Relu, Tanh
from groundup.core.nn.dense import Dense
from groundup.core.nn.network import Network

VARIANCE = {"glorot_uniform": 2 / 500, "glorot_normal": 2 / 500, "he_uniform": 2 / 300, "he_normal": 2 / 300}


@pytest.mark.parametrize("name", VARIANCE)
def test_variance(name):
    # inputs and outputs exchanged, a standard deviation for a variance, the bound of another variance
    W = getattr(initializers, name)(np.random.default_rng(0), 300, 200)
    assert W.shape == (300, 200)
    assert abs(W.mean()) < 5e-4
    assert_allclose(W.var(), VARIANCE[name], rtol=0.02)  # 4 standard deviations of 60,000 draws
    if "uniform" in name:
        assert_allclose(abs(W).max(), np.sqrt(3 * VARIANCE[name]), rtol=1e-3)


def test_orthogonal():
    # a matrix whose long side is orthonormal, or signs that LAPACK chooses
    for shape in ((5, 3), (3, 5), (4, 4), (1, 1)):
        Q = initializers.orthogonal(np.random.default_rng(0), *shape)
        assert Q.shape == shape
        small = Q.T @ Q if shape[0] >= shape[1] else Q @ Q.T
        assert_allclose(small, np.eye(min(shape)), atol=1e-14)
    signs = [initializers.orthogonal(np.random.default_rng(seed), 1, 1).item() for seed in range(200)]
    assert 60 < signs.count(1.0) < 140
    entries = [initializers.orthogonal(np.random.default_rng(seed), 2, 2)[0, 0] for seed in range(400)]
    assert abs(np.mean(entries)) < 0.15  # 4 standard deviations


@pytest.mark.parametrize(
    ("activation", "initializer", "low", "high"),
    [(Relu(), "he_normal", 0.3, 2.0), (Tanh(), "glorot_normal", 0.05, 1.0), (Relu(), "glorot_normal", 0.0, 0.05)],
    ids=["relu, He", "tanh, Glorot", "relu, Glorot"],
)
def test_scale_through_ten_layers(activation, initializer, low, high):
    # a variance that is wrong by two: 2⁻¹⁰ after ten layers, as with Glorot's weights and relu
    layers = (Dense(100, 100, getattr(initializers, initializer)), activation) * 10
    network = Network(layers)
    w, s = network.initial((0,), np.float64)
    y = network.apply(network.bound(w, s), np.random.default_rng(1).normal(size=(100, 200)))
    assert low <= np.sqrt((y * y).mean()) < high
