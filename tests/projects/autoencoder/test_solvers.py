"""Gradients of the objectives against differences, and the objectives against the textbook."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.nn.losses import SquaredError
from groundup.core.nn.parameters import in_matrices, views
from groundup.core.optimize.gradcheck import central_difference
from groundup.core.rows import Samples
from groundup.projects.autoencoder import textbook
from groundup.projects.autoencoder.solvers.network import Architecture, coder
from groundup.projects.autoencoder.solvers.objective import PenalizedCoding
from groundup.projects.autoencoder.solvers.scaling import Scaling, scaling_of
from groundup.projects.autoencoder.solvers.units import UNITS
from groundup.projects.autoencoder.solvers.variational import (
    SMALLEST_VARIANCE,
    NormalDensity,
    VariationalCoding,
    variational_coder,
)

RNG = np.random.default_rng(0)
X = RNG.normal(np.arange(4), size=(9, 4))
WEIGHT = RNG.uniform(0.5, 2, 9)
PLACE = (3, 1, 1)
AS_THEY_ARE = Scaling(np.zeros(4), 1.0)


def coding(sizes=(4, 3, 2), activation="tanh", code="logistic", tied=False, noise=0.0, sparse=0.0, contractive=0.0):
    """An objective of rows of four columns."""
    network = coder(Architecture(sizes, activation, code, tied), noise)
    units = tuple(UNITS[name] for name in [activation] * (len(sizes) - 2) + [code])
    return PenalizedCoding(
        network, SquaredError(), 0.3 * in_matrices(network.shapes), scaling=AS_THEY_ARE, units=units,
        sparse=sparse, activity=0.2, contractive=contractive,
    )  # fmt: skip


def value_and_gradient(objective, w, weight=WEIGHT, place=PLACE):
    """The objective on all rows as one batch."""
    gradient = np.full_like(w, np.nan)
    network, y = objective.network, np.zeros((len(X), 0))
    p, g = network.bound(w, np.zeros(0)), views(network.shapes, gradient)
    value = objective.summed(p, g, X, y, weight, place)
    total = len(X) if weight is None else weight.sum()
    return objective.penalized(value, gradient, w, total), gradient


def parameters(objective):
    """Parameters none of which is 0."""
    w = objective.network.initial((0,), np.float64)[0]
    return w + np.random.default_rng(1).normal(size=w.shape) / 4


CASES = {
    "plain": coding(),
    "tied": coding(tied=True),
    "noisy": coding(noise=0.4),
    "sparse": coding(sparse=0.8),
    "contractive": coding(contractive=0.9),
    "everything": coding((4, 5, 3, 2), tied=True, noise=0.4, sparse=0.8, contractive=0.9),
    "linear": coding((4, 2), code="identity", contractive=0.9),
    "no hidden layer": coding((4, 2), sparse=0.8, contractive=0.9),
    **{name: coding((4, 5, 3, 2), name, name, contractive=0.9) for name in UNITS},
    "variational": VariationalCoding(
        variational_coder(Architecture((4, 3, 2), "tanh")), NormalDensity(), 0.1, scaling=AS_THEY_ARE, beta=0.7
    ),
}


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["", "weights"])
@pytest.mark.parametrize("name", CASES)
def test_gradient(name, weight):
    # tied weights that count once, a penalty without its slope by weights or by outputs, noise that differs
    objective = CASES[name]
    w = parameters(objective)
    right = central_difference(lambda v: value_and_gradient(objective, v, weight)[0], w)
    found = value_and_gradient(objective, w, weight)[1]
    assert abs(found - right).max() < 1e-7 * abs(right).max()


@pytest.mark.parametrize("name", ["sparse", "contractive", "variational", "everything"])
def test_batch_of_one(name):
    # an axis that is lost
    objective = replace(CASES[name])
    w = parameters(objective)
    gradient = np.zeros_like(w)
    p, g = objective.network.bound(w, np.zeros(0)), views(objective.network.shapes, gradient)
    value = objective.summed(p, g, X[:1], np.zeros((1, 0)), None, PLACE)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_objective_is_the_textbooks():
    # a mean for a sum over the columns, a penalty of another strength, half of it
    objective = replace(coding((4, 2), sparse=0.8, contractive=0.9), l2=0.0)
    w = parameters(objective)
    p = objective.network.bound(w, np.zeros(0))
    order = (p["1"]["W"], p["1"]["b"], p["3"]["W"], p["3"]["b"])
    value, gradient = value_and_gradient(objective, w, None)
    assert_allclose(value, textbook.objective(X, X, *order, 0.2, 0.8, 0.9), rtol=1e-13)
    right = textbook.gradient(X, X, *order, 0.2, 0.8, 0.9)
    assert_allclose(gradient, np.concatenate([part.ravel() for part in right]), rtol=1e-12)


def test_noise_is_the_textbooks():
    # targets with the noise, a variance for a standard deviation
    objective = replace(coding((4, 2), noise=0.5), l2=0.0)
    w = parameters(objective)
    p = objective.network.bound(w, np.zeros(0))
    noisy = objective.network.layers[0].forward({}, X.T, (*PLACE, 0))[0].T
    order = (p["1"]["W"], p["1"]["b"], p["3"]["W"], p["3"]["b"])
    value = value_and_gradient(objective, w, None)[0]
    assert_allclose(value, textbook.objective(X, noisy, *order, 0.2, 0.0, 0.0), rtol=1e-13)
    draws = objective.network.layers[0].forward({}, np.zeros((100, 1000)), PLACE)[0]
    assert_allclose([draws.mean(), draws.std()], [0, 0.5], atol=0.005)


def test_bound_is_the_textbooks():
    # a divergence or a density that lacks a term
    network = variational_coder(Architecture((4, 2), "tanh"))
    objective = VariationalCoding(network, NormalDensity(), 0.0, scaling=AS_THEY_ARE, beta=1.0)
    w = parameters(objective)
    p = network.bound(w, np.zeros(0))
    E = np.random.default_rng((*PLACE, 2)).standard_normal((2, len(X))).T
    W, b = p["1"]["W"], p["1"]["b"]
    s2 = np.exp(p["5"]["v"][0]) + SMALLEST_VARIANCE
    order = (W[:, :2], b[:2], W[:, 2:], b[2:], p["3"]["W"], p["3"]["b"], s2)
    value, gradient = value_and_gradient(objective, w, None)
    assert_allclose(-value, textbook.bound(X, E, *order), rtol=1e-13)
    Wm, bm, Wv, bv, W2, b2 = textbook.bound_gradient(X, E, *order)
    right = np.concatenate([np.hstack([Wm, Wv]).ravel(), bm, bv, W2.ravel(), b2])
    assert_allclose(-gradient[:-1], right, rtol=1e-11)


def test_contraction_is_the_norm_of_the_jacobian():
    # layers that are taken in the wrong order, a code whose slopes are left out
    objective = CASES["everything"]
    with_penalty, without = (replace(objective, contractive=c, sparse=0.0) for c in (1.0, 0.0))
    w = parameters(objective)
    network, p = objective.network, objective.network.bound(w, np.zeros(0))
    right = sum(np.square(np.array([
        central_difference(lambda x, j=j: network.encode(p, x[:, None])[j, 0], row) for j in range(2)
    ])).sum() for row in X) / len(X) / 2  # fmt: skip
    found = [value_and_gradient(one, w, None, place=None)[0] for one in (with_penalty, without)]
    assert_allclose(found[0] - found[1], right, rtol=1e-7)


def test_scaling_far_from_zero():
    # a variance from differences of squares
    weight = np.arange(9.0)
    for origin, tolerance in ((0, 1e-12), (1e9, 1e-6)):
        scaling = scaling_of(Samples(X + origin, np.zeros((9, 0)), weight))
        mean = np.average(X, axis=0, weights=weight)
        assert_allclose(scaling.mean - origin, mean, atol=tolerance)
        right = np.sqrt(np.average(((X - mean) ** 2).mean(axis=1), weights=weight))
        assert_allclose(scaling.scale, right, rtol=max(tolerance, 1e-12))
    assert scaling_of(Samples(np.ones((3, 2)), np.zeros((3, 0)))).scale == 1


@pytest.mark.parametrize("factor", [2.0**900, 2.0**-900])
def test_scaling_of_huge_and_of_tiny_rows(factor):
    # squares that overflow or vanish: a unit of infinity or of 1, codes of nothing, and a certificate that holds
    one, other = (scaling_of(Samples(rows, np.zeros((9, 0)), WEIGHT)) for rows in (X, factor * X))
    assert_allclose(other.mean / factor, one.mean, rtol=1e-12)
    assert_allclose(other.scale / factor, one.scale, rtol=1e-12)
