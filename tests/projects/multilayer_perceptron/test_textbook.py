"""The textbook of the multi-layer perceptron: gradients against differences, and the worked example's fractions."""

import runpy
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import log_loss

from groundup.core.optimize.gradcheck import central_difference
from groundup.projects.multilayer_perceptron import textbook

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(12, 4)), RNG.integers(0, 3, 12)
Y = np.eye(3)[LABELS]


@pytest.mark.parametrize("lam", [0.0, 0.7])
@pytest.mark.parametrize("k", range(4), ids=["W1", "b1", "W2", "b2"])
def test_gradient(k, lam):
    # the value of relu for its slope, a penalty on biases or of the wrong sign, a sum for a mean
    parameters = [w + 0.3 * RNG.normal(size=w.shape) for w in textbook.initialize(4, 5, 3, RNG)]
    assert abs(textbook.forward(X, *parameters)[0]).min() > 1e-4  # no sum is at the bend

    def value(part):
        return textbook.objective(X, Y, *parameters[:k], part, *parameters[k + 1 :], lam)

    right = central_difference(value, parameters[k])
    found = textbook.gradient(X, Y, *parameters, lam)[k]
    assert abs(found - right).max() < 1e-7 * abs(right).max()


def test_losses():
    # scores of 1000 that overflow; a mean over classes
    Z = RNG.normal(size=(12, 3))
    assert_allclose(textbook.cross_entropy(Z, Y), log_loss(LABELS, textbook.softmax(Z)), rtol=1e-14)
    assert textbook.cross_entropy(np.array([[1e3, -1e3]]), np.array([[0.0, 1.0]])) == 2000
    assert_allclose(textbook.squared_error(Z, Y), ((Z - Y) ** 2).sum() / 24, rtol=1e-14)
    for name in ("cross_entropy", "squared_error"):
        loss, slope = getattr(textbook, name), getattr(textbook, f"{name}_slope")
        assert_allclose(slope(Z, Y), central_difference(partial(loss, Y=Y), Z), atol=1e-9)


def test_initial_weights():
    # a standard deviation for a variance, biases that are drawn
    W1, b1, W2, b2 = textbook.initialize(200, 300, 100, np.random.default_rng(1))
    assert (W1.shape, W2.shape) == ((200, 300), (300, 100))
    assert_allclose([W1.var(), W2.var()], [2 / 200, 2 / 300], rtol=0.03)
    assert_array_equal(np.append(b1, b2), 0)


def test_each_sample_once_before_any_again():
    # batches with replacement, a last batch that is dropped
    seen = []

    class Watched(np.ndarray):
        def __getitem__(self, rows):
            seen.append(rows)
            return np.asarray(self)[rows]

    start = textbook.initialize(4, 5, 3, RNG)
    steps = list(textbook.train(X.view(Watched), Y, start, 0.1, 0.01, 6, 5, np.random.default_rng(0)))
    batches = [rows for rows in seen if isinstance(rows, np.ndarray)]
    assert [len(rows) for rows in batches] == [5, 5, 2, 5, 5, 2]
    assert sorted(np.concatenate(batches[:3])) == list(range(12))
    assert steps[-1][1] == textbook.objective(X, Y, *steps[-1][0], 0.1)
    assert steps[-1][1] < steps[0][1]


def test_worked_example(capsys):
    # numbers of the example that the code no longer gives
    runpy.run_path(textbook.__file__, run_name="__main__")
    printed = capsys.readouterr().out
    assert "loss 0.3125, its derivatives by the scores [-0.5   0.25]" in printed
    assert "derivatives by W1 [[0.0, 0.25], [-1.0, 0.0]]" in printed
    assert "derivatives by W2 [[-0.375], [0.5]]" in printed
    assert "scores [1.60875 1.39125]" in printed
    assert "loss 0.076538" in printed
    assert "step 100: objective 0.00" in printed
