"""Stable functions against their definitions in 50 digits, and at sizes where the definitions break."""

from decimal import Decimal, getcontext

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.functions import entropy, log1pexp, logsumexp, logsumexp_and_softmax, sigmoid, softmax

getcontext().prec = 50
SCORES = np.array([-1e4, -745.0, -50.0, -1.5, -1e-9, 0.0, 1e-9, 0.3, 36.0, 37.0, 709.0, 710.0, 1e4])


def test_sigmoid_and_log1pexp_have_all_digits_at_every_size():
    """Bug caught: exp(710) = inf, 1 − σ for σ(−z), log(1 + 1e-20) = 0."""
    one = Decimal(1)
    true_sigmoid = [float(one / (one + Decimal(-z).exp())) for z in SCORES]
    true_log = [float((one + Decimal(z).exp()).ln()) if z > -100 else float(Decimal(z).exp()) for z in SCORES]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert_allclose(sigmoid(SCORES), true_sigmoid, rtol=4e-16, atol=5e-324)
        assert_allclose(log1pexp(SCORES), true_log, rtol=4e-16, atol=5e-324)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("shift", [0.0, 1e4, -1e4])
def test_softmax_and_logsumexp_do_not_mind_a_shift(shift, axis):
    """Bug caught: the maximum not subtracted (NaN at 710), or subtracted along the wrong axis, or not added back."""
    Z = np.array([[0.0, 1.0, 2.0], [-3.0, 0.5, 3.0]])
    P = np.exp(Z) / np.exp(Z).sum(axis=axis, keepdims=True)
    with np.errstate(over="raise", invalid="raise"):
        assert_allclose(softmax(Z + shift, axis), P, rtol=1e-11)
        assert_allclose(logsumexp(Z + shift, axis), np.log(np.exp(Z).sum(axis=axis)) + shift, rtol=1e-13)


@pytest.mark.parametrize("function", [softmax, logsumexp, lambda Z: logsumexp_and_softmax(Z)[1]])
def test_the_last_axis_is_summed_if_none_is_named(function):
    """Bug caught: a default of axis 0 or 1, which a table of two columns and two rows does not show."""
    Z = np.arange(24.0).reshape(2, 3, 4) ** 1.1
    expected = np.array([[function(row) for row in rows] for rows in Z])
    assert_allclose(function(Z), expected, rtol=1e-15)


def test_softmax_of_very_different_scores_is_a_unit_vector():
    """Bug caught: 0/0 where all but one exponential vanish."""
    value, P = logsumexp_and_softmax(np.array([[1e4, 0.0, -1e4]]))
    assert P.tolist() == [[1.0, 0.0, 0.0]]
    assert value.tolist() == [1e4]


def test_entropy_of_certainty_is_zero():
    """Bug caught: 0 · log 0 = NaN."""
    assert entropy(np.array([0.0, 1.0])).tolist() == [0.0, 0.0]
    assert entropy(np.array([0.5])).tolist() == [pytest.approx(0.5 * np.log(2))]
