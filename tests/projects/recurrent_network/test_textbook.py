"""The textbook of recurrent networks: gradients through time against complex steps, and the worked example."""

import runpy

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.optimize.gradcheck import central_difference, complex_step
from groundup.projects.recurrent_network import textbook

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 2))
START = RNG.normal(size=4)
PARAMETERS = tuple(RNG.normal(size=shape) for shape in ((3, 4), (4, 4), (4,), (4, 2), (2,)))
NAMES = ["W", "U", "b", "V", "v"]


def test_scalar_states_and_gradient():
    # tanh' at the activation, a derivative of one step only, a state of the wrong time
    x, theta, d = RNG.normal(size=7), np.array([0.8, -1.3, 0.2]), RNG.normal(size=7)
    h = textbook.scalar_forward(x, *theta)
    assert h.shape == (8,)
    assert h[0] == 0
    assert_allclose(h[2], np.tanh(0.8 * x[1] - 1.3 * np.tanh(0.8 * x[0] + 0.2) + 0.2), rtol=1e-15)
    right = complex_step(lambda theta: (textbook.scalar_forward(x, *theta)[1:] * d).sum(), theta)
    assert_allclose(textbook.scalar_backward(x, h, theta[1], d), right, rtol=1e-12)


@pytest.mark.parametrize("answers", [6, 1, 4], ids=["every", "last", "some"])
@pytest.mark.parametrize("k", range(5), ids=NAMES)
def test_gradient_through_time(k, answers):
    # U for its transpose, the bend at the wrong place, derivatives of answers that are not asked for
    def value(part):
        return textbook.loss(X, Y[-answers:], START, *PARAMETERS[:k], part, *PARAMETERS[k + 1 :])

    found = textbook.gradient(X, Y[-answers:], START, *PARAMETERS)[k]
    assert_allclose(found, complex_step(value, PARAMETERS[k]), rtol=1e-11, atol=1e-14)


def test_one_unit_is_the_scalar_network():
    # two derivations that differ
    x, (w, u, b), d = RNG.normal(size=5), RNG.normal(size=3), RNG.normal(size=5)
    h = textbook.scalar_forward(x, w, u, b)
    H = textbook.forward(x[:, None], np.zeros(1), np.array([[w]]), np.array([[u]]), np.array([b]))
    assert_allclose(H[:, 0], h, rtol=1e-15)
    slopes = textbook.backward(x[:, None], H, np.array([[u]]), d[:, None])
    assert_allclose(
        np.concatenate([slope.ravel() for slope in slopes]), textbook.scalar_backward(x, h, u, d), rtol=1e-13
    )


def test_carried_state_is_the_unbroken_sequence():
    # a window that starts at zero, or that repeats the state it was given
    W, U, b = PARAMETERS[:3]
    H = textbook.forward(X, START, W, U, b)
    assert_array_equal(H[0], START)
    first = textbook.forward(X[:2], START, W, U, b)
    assert_array_equal(np.concatenate([first, textbook.forward(X[2:], first[-1], W, U, b)[1:]]), H)


def test_loss_is_a_mean_over_answers():
    # a sum over steps, or a mean over outputs
    F = textbook.scores(textbook.forward(X, START, *PARAMETERS[:3])[1:], *PARAMETERS[3:])
    assert_allclose(textbook.loss(X, Y, START, *PARAMETERS), ((F - Y) ** 2).sum() / 12, rtol=1e-14)
    last = ((F[-1] - Y[-1]) ** 2).sum() / 2
    assert_allclose(textbook.loss(X, Y[-1:], START, *PARAMETERS), last, rtol=1e-14)


def test_clipping_keeps_the_direction():
    # clipping entry by entry; a short gradient that is made longer; 0 / 0
    assert_allclose(textbook.clip(np.array([3.0, 4.0]), 1.0), [0.6, 0.8], rtol=1e-15)
    assert_array_equal(textbook.clip(np.array([0.3, 0.4]), 1.0), [0.3, 0.4])
    assert_array_equal(textbook.clip(np.zeros(2), 1.0), 0)


def test_sigmoid_does_not_overflow():
    # exp(800), and a sign
    assert_allclose(textbook.sigmoid(np.array([-800.0, 0.0, np.log(3), 800.0])), [0, 0.5, 0.75, 1], rtol=1e-15)


def test_lstm_step_by_hand():
    # gates in another order; a memory that leaves without its gate
    z = np.array([0.0, np.log(3), 0.5, -np.log(3)])  # gates 1/2, 3/4, tanh 1/2, 1/4
    h, c, gates = textbook.lstm_step(np.zeros(1), np.zeros(1), np.array([2.0]), np.zeros((1, 4)), np.zeros((1, 4)), z)
    assert_allclose(np.concatenate(gates), [0.5, 0.75, np.tanh(0.5), 0.25], rtol=1e-15)
    assert_allclose(c, 1.5 + np.tanh(0.5) / 2, rtol=1e-15)
    assert_allclose(h, np.tanh(c) / 4, rtol=1e-15)


@pytest.mark.parametrize("k", range(5), ids=["W", "U", "b", "h", "c"])
def test_lstm_backward(k):
    # the forget gate missing on the way back, one of the two ways to the memory missing, a slope of a gate
    d, n = 3, 4
    x, h, c = RNG.normal(size=d), RNG.normal(size=n), RNG.normal(size=n)
    W, U, b = RNG.normal(size=(d, 4 * n)), RNG.normal(size=(n, 4 * n)), RNG.normal(size=4 * n)
    dh, dc = RNG.normal(size=n), RNG.normal(size=n)
    places = [W, U, b, h, c]

    def value(part):
        W, U, b, h, c = (part if j == k else one for j, one in enumerate(places))
        h_new, c_new, _ = textbook.lstm_step(x, h, c, W, U, b)
        return (h_new * dh).sum() + (c_new * dc).sum()

    _, c_new, gates = textbook.lstm_step(x, h, c, W, U, b)
    found = textbook.lstm_backward(x, h, c, U, c_new, gates, dh, dc)[k]
    assert_allclose(found, complex_step(value, places[k]), rtol=1e-11, atol=1e-14)
    assert_allclose(found, central_difference(value, places[k]), rtol=1e-7, atol=1e-8)


def test_worked_example(capsys):
    # numbers of the example that the code no longer gives
    runpy.run_path(textbook.__file__, run_name="__main__")
    printed = capsys.readouterr().out
    assert "states [0.     0.4621 0.227  0.8053], errors [-0.0379 -0.173  -0.1947]" in printed
    assert "derivatives by w, u, b: [-0.08131 -0.03545 -0.124  ]" in printed
    assert "loss 0.011543" in printed
    assert "0.953 of the memory is left" in printed
