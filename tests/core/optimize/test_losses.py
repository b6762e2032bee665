"""Losses: slopes and curvatures are the derivatives, bounds are bounds."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.optimize.gradcheck import central_difference, gradient_error
from groundup.core.optimize.losses import Logistic, Softmax

LOSSES = {"logistic": (Logistic(), 1, 2), "softmax": (Softmax(), 4, 4), "smoothed": (Softmax(0.3), 4, 4)}
RNG = np.random.default_rng(0)


@pytest.fixture(params=LOSSES)
def case(request):
    """A loss, scores of six rows and their classes."""
    loss, t, K = LOSSES[request.param]
    return loss, RNG.normal(size=(t, 6)) * 2, RNG.integers(0, K, 6), K


def test_slope_is_the_derivative_of_the_value(case):
    """Bug caught: p − y with the wrong sign, a row's slope at the wrong class, smoothing in only one of the two."""
    loss, Z, y, _ = case
    assert (
        gradient_error(lambda z: loss.value_and_slope(z, y)[0].sum(), lambda z: loss.value_and_slope(z, y)[1], Z) < 1e-9
    )


def test_curve_is_the_derivative_of_the_slope(case):
    """Bug caught: the diagonal of the softmax's covariance without its − p pᵀ."""
    loss, Z, y, _ = case
    V = RNG.normal(size=Z.shape)
    along = central_difference(lambda s: loss.value_and_slope(Z + s[0] * V, y)[1][0, 0], np.zeros(1))
    assert_allclose(loss.curve(Z, V)[0, 0], along[0], rtol=1e-7)
    step = 1e-6
    numeric = (loss.value_and_slope(Z + step * V, y)[1] - loss.value_and_slope(Z - step * V, y)[1]) / (2 * step)
    assert_allclose(loss.curve(Z, V), numeric, rtol=1e-6, atol=1e-9)


def test_mean_curvature_is_the_mean_of_the_curves(case):
    """Bug caught: shares of the rows forgotten, or put in twice."""
    loss, Z, _, _ = case
    share = np.arange(1.0, 7.0) / 21
    columns = [loss.curve(Z, np.tile(unit[:, None], 6)) @ share for unit in np.eye(len(Z))]
    assert_allclose(loss.mean_curvature(Z, share), np.column_stack(columns), rtol=1e-12, atol=1e-15)


def test_the_bound_is_above_every_curvature_and_reached(case):
    """Bug caught: ¼ for ½, or a bound without the projection."""
    loss, Z, _, _ = case
    t = len(Z)
    bound = loss.curvature_bound(t)
    for scores in (*(10 * RNG.normal(size=(50, t))), np.zeros(t), *(100 * np.eye(t))):
        curves = np.column_stack([loss.curve(scores[:, None], unit[:, None])[:, 0] for unit in np.eye(t)])
        assert np.linalg.eigvalsh(bound - curves).min() >= -1e-12
    if t > 1:  # two classes that share all probability reach it, along their difference
        scores = np.array([50.0, 50.0, 0.0, 0.0])[:, None]
        direction = np.array([1.0, -1.0, 0.0, 0.0])[:, None]
        assert_allclose(direction.T @ loss.curve(scores, direction), direction.T @ bound @ direction, rtol=1e-12)


def test_probabilities_and_targets_sum_to_one(case):
    """Bug caught: smoothing that adds mass; softmax applied twice."""
    loss, Z, y, K = case
    assert_allclose(loss.proba(Z).sum(axis=0), 1, rtol=1e-14)
    target = loss.target(y, K)
    assert_allclose(target.sum(axis=0), 1, rtol=1e-14)
    assert (target.argmax(axis=0) == y).all()
    own = loss.value_and_slope(Z, y)[0]
    assert_allclose(own, -(target * np.log(loss.proba(Z))).sum(axis=0), rtol=1e-12)  # cross-entropy, by definition


def test_losses_of_enormous_scores_are_finite():
    """Bug caught: log(0), exp overflow: the loss of a row that is wrong by 1e4 is 1e4."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, slope = Logistic().value_and_slope(np.array([[1e4, -1e4]]), np.array([0, 0]))
        assert value.tolist() == [1e4, 0.0]
        assert slope.tolist() == [[1.0, 0.0]]
        value, slope = Softmax().value_and_slope(np.array([[1e4, 1e4], [0.0, 0.0]]), np.array([1, 0]))
        assert value.tolist() == [1e4, 0.0]
        assert slope.tolist() == [[1.0, 0.0], [-1.0, 0.0]]
