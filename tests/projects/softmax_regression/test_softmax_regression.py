"""Softmax regression against scikit-learn, logistic regression, and its own theory."""

import warnings
from math import inf

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression as Peer

from groundup import LogisticRegression, SoftmaxRegression
from groundup.core.exceptions import ConvergenceWarning


def data(n=300, d=4, K=3, seed=0):
    """Features far from the origin, unequal classes."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * np.linspace(0.5, 2, d) + np.linspace(-3, 5, d)
    return X, ((X - X.mean(0)) @ rng.normal(size=(d, K)) + rng.gumbel(size=(n, K)) + np.arange(K) / 2).argmax(1)


def exact(X, y, weight=None, **parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Peer(solver="newton-cholesky", tol=1e-11, max_iter=1000, **parameters).fit(X, y, weight)


@pytest.mark.parametrize("solver", ["auto", "newton", "lbfgs", "prox-newton"])
@pytest.mark.parametrize("parameters", [{}, {"C": 0.01}, {"C": 50.0}, {"C": inf}, {"fit_intercept": False}])
def test_parameters_and_probabilities_equal_scikit_learns(solver, parameters):
    """Bug caught: softmax applied twice (the largest probability on iris becomes 0.576), penalties on intercepts."""
    X, y = data()
    ours, peer = SoftmaxRegression(solver=solver, tol=1e-7, **parameters).fit(X, y), exact(X, y, **parameters)
    assert_allclose(ours.predict_proba(X), peer.predict_proba(X), rtol=1e-5, atol=1e-9)
    assert_allclose(ours.predict_log_proba(X), peer.predict_log_proba(X), rtol=1e-5, atol=1e-8)
    assert_allclose(ours.coef_ - ours.coef_.mean(0), peer.coef_ - peer.coef_.mean(0), rtol=1e-5, atol=1e-6)
    assert ours.certificate_.holds


@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_real_data(load):
    """Bug caught: the same, where pixels of 16 and constant columns make it hard."""
    X, y = load(return_X_y=True)
    ours, peer = SoftmaxRegression(C=0.1, tol=1e-6).fit(X, y), exact(X, y, C=0.1)
    assert_allclose(ours.predict_proba(X), peer.predict_proba(X), rtol=1e-3, atol=1e-6)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-3, atol=1e-5)
    assert ours.predict_proba(X).max() > 0.9


def test_the_largest_probability_on_iris_is_no_576():
    """Bug caught: softmax of the softmax, whose largest value for three classes is e / (e + 2) = 0.576."""
    model = SoftmaxRegression().fit(*load_iris(return_X_y=True))
    assert model.predict_proba(load_iris().data).max() > 0.95


@pytest.mark.parametrize("solver", ["auto", "newton", "lbfgs", "gd", "saga"])
def test_with_a_square_penalty_the_classes_sum_to_zero(solver):
    """Bug caught: a solver that drifts along the direction that changes no probability."""
    X, y = data()
    model = SoftmaxRegression(solver=solver, max_iter=2000).fit((X - X.mean(0)) / X.std(0), y)
    assert_allclose(model.coef_.sum(0), 0, atol=1e-9)
    assert_allclose(model.intercept_.sum(), 0, atol=1e-9)


def test_a_number_added_to_all_scores_changes_nothing():
    """Bug caught: probabilities that depend on the level of the scores."""
    X, y = data()
    model = SoftmaxRegression().fit(X, y)
    proba = model.predict_proba(X)
    model.intercept_ = model.intercept_ + 1e4
    assert_allclose(model.predict_proba(X), proba, rtol=1e-9)


def test_two_classes_are_logistic_regression_with_twice_the_penalty_s_reach():
    """Bug caught: the relation of the two models: w₁ = −w₀ = w/2, so that the penalty is half of the binary one."""
    X, y = data(K=2)
    soft, sigmoid = SoftmaxRegression(C=0.5, tol=1e-9).fit(X, y), LogisticRegression(C=1.0, tol=1e-9).fit(X, y)
    assert soft.coef_.shape == (2, 4)
    assert_allclose(soft.coef_[1] - soft.coef_[0], sigmoid.coef_[0], rtol=1e-7)
    assert_allclose(soft.coef_[1], sigmoid.coef_[0] / 2, rtol=1e-7)
    assert_allclose(soft.predict_proba(X), sigmoid.predict_proba(X), rtol=1e-7)
    assert_allclose(soft.decision_function(X), sigmoid.decision_function(X), rtol=1e-6, atol=1e-9)
    free = SoftmaxRegression(C=inf, tol=1e-7).fit(X, y), LogisticRegression(C=inf, tol=1e-7).fit(X, y)
    assert_allclose(free[0].predict_proba(X), free[1].predict_proba(X), rtol=1e-6)


def test_logistic_regression_of_three_classes_is_softmax_regression():
    """Bug caught: one class against the rest, for all together."""
    X, y = data()
    soft, logistic = SoftmaxRegression(tol=1e-8).fit(X, y), LogisticRegression(tol=1e-8).fit(X, y)
    assert_allclose(soft.coef_, logistic.coef_, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("smoothing", [0.1, 0.5])
def test_label_smoothing_is_a_mixture_of_targets(smoothing):
    """Bug caught: ε given to the other classes only; smoothing in the loss but not in the gradient."""
    X, y = data(n=90)
    model = SoftmaxRegression(label_smoothing=smoothing, tol=1e-8).fit(X, y)
    copies = np.repeat(X, 3, axis=0), np.tile(np.arange(3), len(y))  # each row once for every class
    weight = np.full((len(y), 3), smoothing / 3)
    weight[np.arange(len(y)), y] += 1 - smoothing
    peer = exact(*copies, weight.ravel())
    assert_allclose(model.coef_, peer.coef_, rtol=1e-5, atol=1e-7)
    assert model.certificate_.holds


def test_temperature():
    """Bug caught: scores multiplied instead of divided; the temperature applied to probabilities."""
    X, y = data()
    model = SoftmaxRegression().fit(X, y)
    scores = model.decision_function(X)
    for temperature in (0.5, 1.0, 4.0):
        raw = np.exp(scores / temperature)
        assert_allclose(model.predict_proba(X, temperature), raw / raw.sum(1, keepdims=True), rtol=1e-11)
    for cold in (1e-9, 1e-320):
        assert model.predict_proba(X, cold).max(1).tolist() == [1.0] * len(X)
    assert_allclose(model.predict_proba(X, 1e12), 1 / 3, rtol=1e-9)
    for bad in (0, -1, "hot"):
        with pytest.raises(ValueError, match="temperature="):
            model.predict_proba(X, bad)


def test_corners_give_exact_zeros():
    """Bug caught: zeros that are only small; the wrong scale of l1."""
    X, y = data()
    X = (X - X.mean(0)) / X.std(0)
    model = SoftmaxRegression(C=0.03, l1_ratio=1.0, tol=1e-7).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = Peer(solver="saga", C=0.03, l1_ratio=1.0, tol=1e-9, max_iter=20_000).fit(X, y)
    assert_allclose(model.predict_proba(X), peer.predict_proba(X), rtol=1e-3, atol=1e-5)
    assert ((model.coef_ == 0) == (np.abs(peer.coef_) < 1e-5)).all()
    assert 0 < (model.coef_ == 0).sum() < model.coef_.size


def test_many_parameters_with_corners():
    """Bug caught: the accelerated method, which takes over where the Hessian is too large, minimises something else."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(150, 260)), rng.integers(0, 4, 150)
    model = SoftmaxRegression(l1_ratio=1.0, C=0.3, max_iter=400).fit(X, y)
    assert model.certificate_.holds
    assert 0 < (model.coef_ == 0).sum() < model.coef_.size


def test_separable_classes_without_a_penalty():
    """Bug caught: iris, whose setosas can be told apart for certain, without a word."""
    with pytest.warns(ConvergenceWarning, match="can be separated"):
        model = SoftmaxRegression(C=inf).fit(*load_iris(return_X_y=True))
    assert not model.certificate_.holds


def test_smoothed_targets_have_a_maximum_where_hard_ones_have_none():
    """Bug caught: an estimate that exists declared not to, since a plane separates the classes."""
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        free = SoftmaxRegression(C=inf, label_smoothing=0.1).fit(X, y)
        nearly = SoftmaxRegression(C=1e8, label_smoothing=0.1).fit(X, y)
    assert free.certificate_.holds
    assert_allclose(free.predict_proba(X), nearly.predict_proba(X), rtol=1e-3)
