"""Certificates of networks, on linear ones whose minimum and best step are known."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup.core.containers.csr import sparse_rows
from groundup.core.exceptions import ConvergenceWarning
from groundup.core.nn.losses import CrossEntropy, SquaredError
from groundup.core.nn.objective import NetworkObjective, OnAllRows
from groundup.core.nn.parameters import in_matrices
from groundup.core.rows import Samples
from groundup.projects.multilayer_perceptron.certificate import certify_record, certify_stationary
from groundup.projects.multilayer_perceptron.solvers.network import perceptron

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3)) * [1.0, 2.0, 3.0]
Y = X @ [[1.0], [-1.0], [0.5]] + 4 + RNG.normal(size=(50, 1))
REPEATS = RNG.integers(1, 4, 50)


def linear(l2=0.0, X=X, Y=Y, weight=None):
    network = perceptron((3, 1), "relu", False)
    return OnAllRows(NetworkObjective(network, SquaredError(), l2 * in_matrices(network.shapes)), Samples(X, Y, weight))


def best_step(objective, w):
    """Decrease of a quadratic objective by the best step along its gradient for features in standard units."""
    g = objective(w)[1]
    back = np.eye(4)  # from weights of standardised features, and their bias, to those of X
    back[:3, :3] = np.diag(1 / X.std(0))
    back[3, :3] = -X.mean(0) / X.std(0)
    q = back @ back.T @ g
    curvature = (objective(w + q)[1] - g) @ q
    return (g @ q) ** 2 / (2 * curvature)


@pytest.mark.parametrize("l2", [0.0, 500.0])
@pytest.mark.parametrize("w", [[0, 0, 0, 0.0], [5, -3, 1, 2.0], [0.8, -1.1, 0.5, 4.2], [1e6, 0, 0, 0.0]], ids=str)
def test_the_decrease_is_that_of_a_good_step(w, l2):
    # a search that ends at its first step, steps that grow, a penalty or a unit left out
    objective, w = linear(l2), np.array(w)
    found = certify_stationary(objective, w, Y.mean(0))
    exact = best_step(objective, w) / (Y.var() / 2)
    assert 0.6 * exact <= found.value <= exact * (1 + 1e-9)  # a step that is wrong by a factor of two gains 3/4, or 0
    assert found.holds == (found.value <= 0.01)


def test_nothing_is_gained_at_the_minimum():
    # a certificate that never holds
    A = np.column_stack([X, np.ones(50)])
    w = np.linalg.solve(A.T @ A, A.T @ Y[:, 0])
    assert certify_stationary(linear(), w, Y.mean(0)).value < 1e-12
    assert certify_stationary(linear(), w + 0.05, Y.mean(0)).value > 1e-6
    zero = certify_stationary(linear(Y=0 * Y), np.zeros(4), np.zeros(1))
    assert zero.value == 0.0
    assert zero.holds


@pytest.mark.parametrize("table", [np.asarray, sparse_rows], ids=["dense", "sparse"])
def test_units_of_the_features_do_not_matter(table):
    # a wrong answer that is certified because a column far from zero, or in small units, allows tiny steps only
    spread, shift = np.array([1e-3, 1.0, 1e4]), np.array([20.0, -1e4, 1e6])
    w = np.array([0.5, -1.0, 0.2, 1.0])
    moved = np.append(w[:3] / spread, w[3] - (w[:3] / spread) @ shift)
    right = certify_stationary(linear(), w, Y.mean(0)).value
    found = certify_stationary(linear(X=table(X * spread + shift)), moved, Y.mean(0))
    assert right > 0.1
    assert_allclose(found.value, right, rtol=1e-4)  # sparse rows lose the digits of the mean's square in a variance


def test_constant_scores_are_the_unit_of_worse_ones():
    # an objective of any size as its own unit: parameters far worse than constant scores that are nearly stationary
    small = 1e-6 * Y
    found = certify_stationary(linear(500.0, Y=small), np.full(4, 1e-3), small.mean(0))
    assert found.value > 1
    level = np.full_like(Y, 4.7)  # the loss of constant scores is rounding
    for bias, holds in ((4.7, True), (4.7 + 1e-6, True), (4.0, False)):
        assert certify_stationary(linear(Y=level), np.array([0, 0, 0, bias]), level.mean(0)).holds == holds


def test_weights_are_repeated_rows():
    # weights in one of gradient, objective and unit
    w = np.array([0.5, -1.0, 0.2, 1.0])
    mean = np.average(Y, axis=0, weights=REPEATS)
    weighted = certify_stationary(linear(2.0, weight=REPEATS.astype(float)), w, mean)
    repeated = certify_stationary(linear(2.0, X.repeat(REPEATS, 0), Y.repeat(REPEATS, 0)), w, mean)
    assert_allclose(weighted.value, repeated.value, rtol=1e-10)


def test_many_rows_are_sampled():
    # decreases measured on all of a million rows, or on the first ones only, which are another distribution
    n = 9000
    rows, y = np.repeat(X, n // 50, axis=0), np.repeat(Y, n // 50, axis=0)  # sorted: each row 180 times
    w = np.array([0.5, -1.0, 0.2, 1.0])
    assert_allclose(
        certify_stationary(linear(0.0, rows, y), w, Y.mean(0)).value,
        certify_stationary(linear(), w, Y.mean(0)).value,
        rtol=1e-6,
    )


def test_a_sample_of_rows_has_its_share_of_the_penalty():
    # a penalty that counts once for a thousand rows as for nine thousand: a minimum that seems to be none
    n = 9000
    rows, y = np.repeat(X, n // 50, axis=0), np.repeat(Y, n // 50, axis=0)
    w = np.array([0.5, -1.0, 0.2, 1.0])
    assert_allclose(
        certify_stationary(linear(2.0 * n / 50, rows, y), w, Y.mean(0)).value,
        certify_stationary(linear(2.0), w, Y.mean(0)).value,
        rtol=1e-6,
    )


def test_steps_that_overflow_are_no_minima():
    # NaN or infinity taken for a lower objective (a RuntimeWarning is an error here)
    network = perceptron((3, 2), "relu", False)
    target = np.eye(2)[(Y[:, 0] > 4).astype(int)]
    objective = OnAllRows(NetworkObjective(network, CrossEntropy()), Samples(1e150 * X, target))
    found = certify_stationary(objective, np.zeros(8), np.zeros(2))
    assert np.isfinite(found.value)
    assert 0 <= found.value <= 1


def test_record():
    # a better score that is not the recorded one
    assert certify_record(0.9, 0.9).holds
    assert not certify_record(0.91, 0.9).holds
    assert not certify_record(0.89, 0.9).holds
    assert not certify_record(float("nan"), 0.9).holds


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_saturated_units_are_not_certified(activation):
    # columns at 1e9, of which every unit gives out a constant: no derivative, so that all seemed to be well
    rows, y = np.repeat(X, 4, axis=0) + RNG.normal(size=(200, 3)), np.repeat(Y[:, 0], 4)
    fit = {"random_state": 0, "learning_rate_init": 0.03, "max_iter": 1000, "tol": 1e-3}
    model = groundup.MLPRegressor("squared_error", (8,), activation, **fit)
    assert model.fit(rows, y).certificate_.holds
    with pytest.warns(ConvergenceWarning, match="the units are saturated, scale the features"):
        model.fit(rows + 1e9, y)
    assert not model.certificate_.holds
    level = model.fit(rows + 1e9, 0 * y + 4)
    assert level.certificate_.holds  # there is nothing to learn


def test_units_that_are_off_are_not_certified():
    # rectifiers none of which any row reaches
    network = perceptron((3, 4, 1), "relu", False)
    w = network.initial((0,), np.float64)[0]
    p = network.bound(w, np.zeros(0))
    p["2"]["b"][...] = Y.mean()
    objective = OnAllRows(NetworkObjective(network, SquaredError()), Samples(X, Y))
    assert not certify_stationary(objective, w, Y.mean(0)).holds
    p["0"]["b"][...] = -1e3
    found = certify_stationary(objective, w, Y.mean(0))
    assert found.value == np.inf


def test_units_of_the_targets_do_not_matter():
    # an output layer that is far too small for its targets: steps that the other layers take first gain nothing
    network = perceptron((3, 4, 1), "tanh", False)
    w = network.initial((0,), np.float64)[0]
    found = []
    for unit in (1e-3, 1.0, 1e5):
        scaled = w.copy()
        last = network.bound(scaled, np.zeros(0))["2"]
        last["W"] *= unit
        last["b"] *= unit
        objective = OnAllRows(NetworkObjective(network, SquaredError()), Samples(X, unit * Y))
        found.append(certify_stationary(objective, scaled, unit * Y.mean(0)).value)
    assert found[0] > 0.1
    assert_allclose(found, found[1], rtol=1e-6)
