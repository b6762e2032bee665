"""The objective of a network: gradients with penalty and weights, blocks, and the textbook's numbers."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup.core.containers.csr import sparse_rows
from groundup.core.nn.activations import Relu, Tanh
from groundup.core.nn.dense import Dense
from groundup.core.nn.full_batch import by_lbfgs
from groundup.core.nn.losses import CrossEntropy, SquaredError
from groundup.core.nn.network import Network
from groundup.core.nn.objective import NetworkObjective, OnAllRows
from groundup.core.nn.parameters import in_matrices
from groundup.core.optimize.gradcheck import central_difference, complex_step
from groundup.core.optimize.objective import Iterate, drive
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.projects.multilayer_perceptron import textbook
from support.derivatives import error

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(30, 4)), RNG.integers(0, 3, 30)
Y = np.eye(3)[LABELS]
WEIGHT = RNG.uniform(0.5, 2, 30)


def chain(*sizes, activation=None):
    """Dense layers with an activation between them."""
    layers = [layer for a, b in pairwise(sizes) for layer in (Dense(a, b), activation or Tanh())]
    return Network(tuple(layers[:-1]))


def objective(network, l2=0.0, loss=None):
    return NetworkObjective(network, loss or CrossEntropy(), l2 * in_matrices(network.shapes))


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (4, 6, 5, 3)])
def test_gradient_with_penalty(sizes, weight):
    # the gradient shrunk instead of the weights, biases penalised, the penalty's factor of two, weights in one of both
    network = chain(*sizes)
    whole = OnAllRows(objective(network, 5.0), Samples(X, Y, weight))
    w = network.initial((1,), np.float64)[0] + RNG.normal(size=whole.objective.l2.shape)

    def value(v):
        scores = network.apply(network.bound(v, np.zeros(0)), X.T)
        losses = (Y.T * (np.log(np.exp(scores).sum(0)) - scores)).sum(0)
        share = np.ones(30) if weight is None else weight
        return (losses @ share + 5.0 / 2 * (in_matrices(network.shapes) * v) @ v) / share.sum()

    assert_allclose(whole(w)[0], value(w), rtol=1e-14)
    assert error(whole(w)[1], complex_step(value, w)) < 1e-12
    assert error(whole(w)[1], central_difference(lambda v: float(whole(v)[0]), w)) < 1e-7


def test_gradient_is_the_textbooks():
    # a library that has left its specification
    parameters = textbook.initialize(4, 5, 3, np.random.default_rng(2))
    parameters = [w + 0.1 * RNG.normal(size=w.shape) for w in parameters]
    whole = OnAllRows(objective(chain(4, 5, 3, activation=Relu()), 0.3 * 30), Samples(X, Y))
    value, gradient = whole(np.concatenate([w.ravel() for w in parameters]))
    assert_allclose(value, textbook.objective(X, Y, *parameters, 0.3), rtol=1e-14)
    right = textbook.gradient(X, Y, *parameters, 0.3)
    assert_allclose(gradient, np.concatenate([g.ravel() for g in right]), rtol=1e-12, atol=1e-15)


def test_a_weight_is_a_repeated_row():
    # a mean over rows of weighted losses
    network, repeats = chain(4, 5, 3), RNG.integers(0, 4, 30)
    w = network.initial((3,), np.float64)[0]
    weighted = OnAllRows(objective(network, 2.0), Samples(X, Y, repeats.astype(float)))(w)
    repeated = OnAllRows(objective(network, 2.0), Samples(X.repeat(repeats, 0), Y.repeat(repeats, 0)))(w)
    assert_allclose(weighted[0], repeated[0], rtol=1e-14)
    assert_allclose(weighted[1], repeated[1], rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("table", [X, sparse_rows(X)], ids=["dense", "sparse"])
def test_blocks_add_up(table):
    # a penalty or a division by the number of rows in every block
    layers = (Dense(4, 5, first=True), Relu(), Dense(5, 3))
    w = Network(layers).initial((3,), np.float64)[0]
    whole = OnAllRows(objective(Network(layers), 2.0), Samples(X, Y, WEIGHT))(w)
    blocks = OnAllRows(objective(Network(layers), 2.0), Samples(table, Y, WEIGHT, block_rows=7))(w)
    assert_allclose(blocks[0], whole[0], rtol=1e-14)
    assert_allclose(blocks[1], whole[1], rtol=1e-12, atol=1e-15)


@record
class Fit:
    iteration: int
    iterate: Iterate
    converged: bool = False


def minimized(whole, w, steps=300):
    """The last iterate of L-BFGS."""
    *_, last = drive(by_lbfgs(whole, w), Fit, steps)
    return last.iterate


def test_lbfgs_without_hidden_layers_is_softmax_regression():
    # a penalty of another strength, or on biases
    whole = OnAllRows(objective(chain(4, 3), 1.0), Samples(X, Y))
    end = minimized(whole, np.zeros(15))
    right = groundup.SoftmaxRegression(C=1.0, tol=1e-8).fit(X, LABELS)
    assert_allclose(end.w[:12].reshape(4, 3), right.coef_.T, atol=1e-6)
    shift = end.w[12:] - right.intercept_
    assert_allclose(shift, np.full(3, shift.mean()), atol=1e-6)  # equal biases change nothing


def test_lbfgs_in_single_precision():
    # a line search that waits for digits which single precision does not have
    network = chain(4, 1)
    y = X @ [[1.0], [2.0], [0.0], [-1.0]] + 0.5
    single = Samples(X.astype(np.float32), y.astype(np.float32))
    end = minimized(OnAllRows(NetworkObjective(network, SquaredError()), single), np.zeros(5, np.float32), 100)
    assert end.w.dtype == np.float32
    assert_allclose(end.w, [1, 2, 0, -1, 0.5], atol=2e-5)
