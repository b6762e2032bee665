"""Softmax regression against its textbook: the same iterates of Newton's method and of gradient descent."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup import SoftmaxRegression
from groundup.projects.softmax_regression import textbook

K = 4


def data(n=80, d=3):
    """Four overlapping classes, features away from the origin, and the classes as rows with a single one."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) * [1, 3, 0.5] + 1
    y = ((X - 1) @ rng.normal(size=(d, K)) / 2 + rng.gumbel(size=(n, K))).argmax(axis=1)
    return X, y, textbook.one_hot(y, K)


def assert_same_steps(states, ours, rtol, atol):
    """Weights, intercepts and objective agree at every state."""
    for state, (W, b, J) in zip(states, ours, strict=True):
        assert_allclose(state.coef, W, rtol=rtol, atol=atol)
        assert_allclose(state.intercept - state.intercept.mean(), b - b.mean(), rtol=rtol, atol=atol)
        assert_allclose(state.loss, J, rtol=rtol)


@pytest.mark.parametrize("C", [0.01, 1.0, 10.0])
def test_newton_step_by_step(C):
    # a penalised intercept, blocks of the Hessian in the wrong order, a step along the direction that does not matter
    X, y, Y = data()
    states = list(SoftmaxRegression(C=C, solver="newton", tol=0.0, max_iter=5).steps(X, y))
    assert len(states) >= 4
    assert_same_steps(states, textbook.newton(X, Y, C, steps=len(states)), rtol=1e-11, atol=1e-13)
    *_, (W, b, _) = textbook.newton(X, Y, C, steps=15)
    model = SoftmaxRegression(C=C, solver="newton", tol=1e-11).fit(X, y)
    assert_allclose(model.coef_.T, W, rtol=1e-10)
    assert_allclose(W.sum(axis=1), 0, atol=1e-13)
    assert_allclose(b.sum(), 0, atol=1e-13)
    assert_allclose(model.predict_proba(X), textbook.probabilities(X, W, b), rtol=1e-10)


def test_gradient_descent_step_by_step():
    # a mean in place of the sum; classes and samples exchanged
    X, y, Y = data()
    X = X - X.mean(axis=0)  # where the library measures the intercepts
    model = SoftmaxRegression(C=0.5, solver="gd", learning_rate=0.01, tol=0.0, max_iter=20)
    assert_same_steps(model.steps(X, y), textbook.gradient_descent(X, Y, 0.5, 0.01, steps=21), rtol=1e-11, atol=1e-14)


def test_the_first_step_of_lbfgs_is_bohnings():
    # a bound that is not halved, or that belongs to another centre
    X, y, Y = data()
    X = X - X.mean(axis=0)
    states = list(SoftmaxRegression(C=0.5, solver="lbfgs", tol=0.0, max_iter=1).steps(X, y))
    assert_same_steps(states, textbook.bohning(X, Y, 0.5, steps=2), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("solver", ["auto", "lbfgs", "saga"])
def test_other_solvers_have_the_same_minimum(solver):
    # a solver that minimises something else
    X, y, Y = data()
    *_, (W, _, J) = textbook.newton(X, Y, 1.0, steps=15)
    model = SoftmaxRegression(solver=solver, tol=1e-7, max_iter=2000, random_state=0).fit(X, y)
    assert textbook.loss(X, Y, model.coef_.T, model.intercept_, 1.0) <= J * (1 + 1e-13)
    assert_allclose(model.coef_.T, W, rtol=1e-5, atol=1e-6)


def test_bohning_never_rises_and_reaches_the_minimum():
    # a parabola that is not above the objective
    X, _, Y = data()
    *_, (_, _, J) = textbook.newton(X, Y, 1.0, steps=15)
    values = [value for _, _, value in textbook.bohning(X, Y, 1.0, steps=400)]
    assert (np.diff(values) <= 1e-12).all()
    assert_allclose(values[-1], J, rtol=1e-12)


def test_scores_may_be_large():
    # infinity divided by infinity; digits lost beside a large maximum
    with np.errstate(all="raise", under="ignore"):
        Z = np.array([[1000.0, 999, 998], [-1000, -1001, -1002]])
        assert_allclose(textbook.softmax(Z), [[0.66524096, 0.24472847, 0.09003057]] * 2, rtol=1e-7)
        assert_allclose(textbook.log_sum_exp(Z), [1000.4076059644443, -999.5923940355557], rtol=1e-15)
        huge = textbook.cross_entropy(np.array([[1e15 + 1, 1e15]]), np.array([[1.0, 0]]))
    assert_allclose(huge, np.log1p(np.exp(-1)), rtol=1e-14)


def test_gradient_and_hessian_are_derivatives():
    # a sign, a factor, a penalty on the intercepts
    X, _, Y = data()
    rng = np.random.default_rng(1)
    theta, h = rng.normal(size=(4, K)) / 2, 1e-5

    def at(theta):
        W, b = theta[:3], theta[3]
        return textbook.loss(X, Y, W, b, 0.5), np.vstack(textbook.gradient(X, Y, W, b, 0.5)).ravel()

    units = np.eye(4 * K).reshape(4 * K, 4, K)
    ahead, behind = zip(*((at(theta + h * e), at(theta - h * e)) for e in units))
    slopes = [(a[0] - b[0]) / (2 * h) for a, b in zip(ahead, behind)]
    curves = [(a[1] - b[1]) / (2 * h) for a, b in zip(ahead, behind)]
    assert_allclose(at(theta)[1], slopes, rtol=1e-7)
    assert_allclose(textbook.hessian(X, theta[:3], theta[3], 0.5), curves, rtol=1e-7, atol=1e-8)


def test_jacobian_is_the_derivative_of_softmax():
    # diag(p) without p pᵀ
    z, h = np.array([[0.3, -1.0, 2.0]]), 1e-6
    columns = [(textbook.softmax(z + h * e) - textbook.softmax(z - h * e))[0] / (2 * h) for e in np.eye(3)]
    assert_allclose(textbook.jacobian(textbook.softmax(z)[0]), columns, rtol=1e-8)
