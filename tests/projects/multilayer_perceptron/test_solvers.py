"""The solvers' rules of stopping, what options mean, and the layers of a network."""

import warnings

import numpy as np
import pytest

import groundup
from groundup.core.nn.full_batch import minimize
from groundup.core.nn.losses import SquaredError
from groundup.core.nn.objective import NetworkObjective, OnAllRows
from groundup.core.rows import Samples
from groundup.projects.multilayer_perceptron.solvers.network import perceptron

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)) * [1.0, 10.0, 0.1]


def states(scale, tol, max_iter=200):
    y = scale * (X @ [[1.0], [0.3], [5.0]] + RNG.normal(size=(60, 1)))
    objective = OnAllRows(NetworkObjective(perceptron((3, 1), "relu", False), SquaredError()), Samples(X, y))
    return list(minimize(objective, np.zeros(4), (0,), tol, max_iter, None))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_steps_end_where_they_gain_little(scale):
    # a rule that is absolute where objectives are large, relative where they are tiny, or looks at the gradient only
    found = states(scale, tol=0.0)
    limits = [2e-9 * max(1.0, state.loss) for state in found]
    assert [state.converged for state in found] == [False] * (len(found) - 1) + [True]
    assert [state.iterate.decrease > limit for state, limit in zip(found, limits, strict=True)][:-1] == [True] * (
        len(found) - 1
    )
    assert found[-1].iterate.decrease <= limits[-1]
    assert [state.iteration for state in found] == list(range(len(found)))
    assert [state.loss for state in found] == [float(state.iterate.value) for state in found]


def test_steps_end_where_no_derivative_is_large():
    # the smallest derivative taken for the largest, its sign not removed
    first = abs(states(1.0, 0.0)[0].iterate.gradient)
    assert first.max() > 2 * first.min()
    found = states(1.0, tol=first.min() * 1.1)
    largest = [abs(state.iterate.gradient).max() for state in found]
    assert largest[0] > first.min() * 1.1 >= largest[-1]
    assert [state.converged for state in found] == [False] * (len(found) - 1) + [True]
    assert len(states(1.0, tol=first.max() * 10)) == 1
    assert len(states(1.0, tol=0.0, max_iter=3)) == 4


def test_batches_of_a_default():
    # the batch of another size; a warning of clipping for batches that fit
    X, y = RNG.normal(size=(450, 2)), RNG.normal(size=450)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="MLPRegressor stopped")
        for batch_size, steps in (("auto", 3), (450, 1), (100, 5)):
            model = groundup.MLPRegressor(hidden_layer_sizes=3, batch_size=batch_size, max_iter=1).fit(X, y)
            assert model._state.training.steps == steps
            assert model.coefs_[0].shape == (2, 3)
    with pytest.warns(UserWarning, match="It is going to be clipped"):
        groundup.MLPRegressor(batch_size=451, max_iter=1).fit(X, y)


def test_schedules_of_gradient_descent_are_not_adams():
    # steps that are divided where scikit-learn's Adam stops
    options = {"hidden_layer_sizes": (3,), "tol": 10.0, "n_iter_no_change": 1, "random_state": 0}
    y = X[:, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adam = groundup.MLPRegressor(learning_rate="adaptive", **options).fit(X, y)
        descent = groundup.MLPRegressor(learning_rate="adaptive", solver="sgd", **options).fit(X, y)
        constant = groundup.MLPRegressor(solver="sgd", **options).fit(X, y)
        scaled = groundup.MLPRegressor(learning_rate="invscaling", **options).fit(X, y)
    assert adam.n_iter_ == constant.n_iter_ == 3
    assert descent.n_iter_ > 8
    assert adam._state.training.rate_factor == 1.0
    assert descent._state.training.rate_factor == 5.0**-5  # 0.001 / 5⁵ is below 1e-6
    assert np.array_equal(scaled.coefs_[0], adam.coefs_[0])


def test_layers():
    # dropout after the scores, a normalisation of the scores, an activation at the end
    names = [type(layer).__name__ for layer in perceptron((4, 3, 2), "tanh", True, 0.5).layers]
    assert names == ["Dense", "BatchNorm", "Tanh", "Dropout", "Dense"]
    assert [type(layer).__name__ for layer in perceptron((4, 2), "tanh", True, 0.5).layers] == ["Dense"]
    first, last = (layer for layer in perceptron((4, 3, 2), "relu", False).layers if type(layer).__name__ == "Dense")
    assert (first.first, last.first) == (True, False)
    assert (first.inputs, first.outputs, last.inputs, last.outputs) == (4, 3, 3, 2)
