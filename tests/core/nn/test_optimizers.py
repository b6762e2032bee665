"""Optimisers against the formulas of their papers, against scikit-learn's, and by numbers on a quadratic."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from groundup.core.nn.optimizers import SGD, Adam, AdamW, Momentum, RMSProp, follow
from groundup.core.nn.schedules import Constant, InverseScaling
from groundup.core.optimize import descent
from groundup.core.optimize.objective import QuadraticForm, initial
from groundup.projects.multilayer_perceptron import textbook

G, C = np.diag([1.0, 10.0]), np.array([1.0, -2.0])
QUADRATIC = QuadraticForm(G, C)
START = np.array([3.0, -1.0])
OPTIMIZERS = (SGD(), Momentum(nesterov=False), Momentum(), RMSProp(), Adam(), AdamW())


def path(optimizer, schedule, steps):
    """Parameters after each step on the quadratic."""
    return [it.w for it in islice(follow(optimizer, QUADRATIC, initial(QUADRATIC, START), schedule), steps)]


def slope(w):
    return G @ w - C


def test_gradient_descent():
    # a factor two, a sign; the gradient at the start is (2, −8)
    assert_allclose(path(SGD(), Constant(0.1), 2), [[2.8, -0.2], [2.62, -0.2]], rtol=1e-14)


def test_momentum_is_polyaks():
    # the step size inside or outside of the displacement
    theirs = descent.momentum(QUADRATIC, initial(QUADRATIC, START), 0.02, 0.8)
    right = [iterate.w for iterate in islice(theirs, 8)]
    assert_allclose(path(Momentum(0.8, nesterov=False), Constant(0.02), 8), right, rtol=1e-13)


def test_nesterov_follows_the_point_ahead():
    # the plain momentum, or a displacement that is added twice
    theirs = list(islice(descent.nesterov(QUADRATIC, initial(QUADRATIC, START), 0.02, 0.8), 8))
    ahead = [iterate.w + 0.8 * iterate.memory for iterate in theirs]
    assert_allclose(path(Momentum(0.8), Constant(0.02), 8), ahead, rtol=1e-13)


def test_rmsprop():
    # squares that are not averaged, the root forgotten; the first step is the rate times √10 in each coordinate
    found = path(RMSProp(0.9, 1e-8), Constant(0.01), 5)
    assert_allclose(found[0], START - 0.01 * np.sqrt(10) * np.array([1, -1]), rtol=1e-8)
    w, v = START, 0.0
    for step in found:
        g = slope(w)
        v = 0.9 * v + 0.1 * g**2
        w = w - 0.01 * g / (np.sqrt(v) + 1e-8)
        assert_allclose(step, w, rtol=1e-13)


@pytest.mark.parametrize("epsilon", [1e-8, 0.1])
def test_adam(epsilon):
    # a missing correction, with which the first step would be 3.2 times too long; exchanged betas
    found = path(Adam(0.9, 0.999, epsilon), Constant(0.01), 6)
    w, m, v = START, 0.0, 0.0
    for t, step in enumerate(found, start=1):
        g = slope(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        w = w - 0.01 * m_hat / (np.sqrt(v_hat) + epsilon / np.sqrt(1 - 0.999**t))
        assert_allclose(step, w, rtol=1e-12)
    if epsilon < 1e-3:
        assert_allclose(found[0], START - 0.01 * np.array([1, -1]), rtol=1e-7)


def test_adam_is_the_textbooks():
    # a library that has left its specification
    w, m, v = START, np.zeros(2), np.zeros(2)
    for t, step in enumerate(path(Adam(), Constant(0.05), 6), start=1):
        m, v = textbook.adam_moments(slope(w), m, v, 0.9, 0.999)
        w = textbook.adam_step(w, m, v, t, 0.05, 0.9, 0.999, 1e-8)
        assert_allclose(step, w, rtol=1e-13)


def test_adamw_decays_the_weights_and_not_the_gradient():
    # a penalty's gradient among the moments, which makes the decay the same for all sizes of gradient
    decay = np.array([0.3, 0.0])
    w, m, v = START, np.zeros(2), np.zeros(2)
    for t, step in enumerate(path(AdamW(decay=decay), Constant(0.05), 5), start=1):
        m, v = textbook.adam_moments(slope(w), m, v, 0.9, 0.999)
        w = (
            textbook.adam_step(w, m, v, t, 0.05, 0.9, 0.999, 1e-8) - 0.05 * decay * w
        )  # decoupled: of the parameters before the step
        assert_allclose(step, w, rtol=1e-13)


GRADIENTS = np.random.default_rng(0).normal(size=(20, 4)) * [1.0, 1e-6, 1e3, 0.0]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Adam(), lambda w: AdamOptimizer(w, 0.01)),
        (Adam(0.5, 0.9, 1e-3), lambda w: AdamOptimizer(w, 0.01, 0.5, 0.9, 1e-3)),
        (Adam(0.0, 0.0), lambda w: AdamOptimizer(w, 0.01, 0.0, 0.0)),
        (Momentum(0.9), lambda w: SGDOptimizer(w, 0.01)),
        (Momentum(0.3, nesterov=False), lambda w: SGDOptimizer(w, 0.01, momentum=0.3, nesterov=False)),
        (SGD(), lambda w: SGDOptimizer(w, 0.01, momentum=0.0)),
    ],
)
def test_steps_are_scikit_learns(ours, theirs):
    # epsilon in the wrong place, a step count that begins at 0
    w, reference = np.ones(4), [np.ones(4)]
    moments, optimizer = ours.start(w), theirs(reference)
    for t, g in enumerate(GRADIENTS, start=1):
        optimizer.update_params(reference, [g.copy()])
        ours.step(w, g.copy(), moments, t, 0.01)
        assert_allclose(w, reference[0], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_an_iterate_determines_the_next(optimizer):
    # moments or the step count outside of the state, states that a later step changes, the schedule begun again
    schedule = InverseScaling(0.05)
    every = list(islice(follow(optimizer, QUADRATIC, initial(QUADRATIC, START), schedule), 6))
    again = list(islice(follow(optimizer, QUADRATIC, every[2], schedule), 3))
    assert_array_equal([it.w for it in again], [it.w for it in every[3:]])
    assert_array_equal(START, [3.0, -1.0])
    assert [it.memory[0] for it in every] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_single_precision(optimizer):
    # moments in double precision, or squares that cancel in single
    w, wide = np.ones(4, np.float32), np.ones(4)
    moments, precise = optimizer.start(w), optimizer.start(wide)
    assert all(moment.dtype == np.float32 for moment in moments)
    for t, g in enumerate(GRADIENTS, start=1):
        optimizer.step(w, g.astype(np.float32), moments, t, 0.01)
        optimizer.step(wide, g.copy(), precise, t, 0.01)
    assert w.dtype == np.float32
    assert_allclose(w, wide, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("optimizer", OPTIMIZERS[:-1], ids=repr)
def test_the_minimum_is_reached(optimizer):
    # a step that does not descend; with a falling step size all end at G⁻¹c
    w = path(optimizer, InverseScaling(0.1, 1.0, unit=100), 3000)[-1]
    assert_allclose(w, np.linalg.solve(G, C), atol=5e-3)
