"""Logistic regression against its textbook: the same iterates of Newton's method and of gradient descent."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup import LogisticRegression
from groundup.projects.logistic_regression import textbook


def data(n=60, d=3):
    """Overlapping classes, features away from the origin."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) * [1, 3, 0.5] + 1
    return X, (X @ [1.0, -0.5, 1.0] + rng.normal(size=n) * 2 > 0.5).astype(int)


def assert_same_steps(states, ours, rtol):
    """Weights, intercept and objective agree at every state."""
    for state, (w, b, J) in zip(states, ours, strict=True):
        assert_allclose(state.coef[:, 0], w, rtol=rtol, atol=1e-14)
        assert_allclose(state.intercept[0], b, rtol=rtol, atol=1e-14)
        assert_allclose(state.loss, J, rtol=rtol)


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_newton_step_by_step(C):
    # a penalised intercept, a Hessian without the penalty, C on the wrong term
    X, y = data()
    states = list(LogisticRegression(C=C, solver="newton", tol=0.0, max_iter=5).steps(X, y))
    assert len(states) >= 4
    assert_same_steps(states, textbook.newton(X, y, C, steps=len(states)), rtol=1e-11)
    *_, (w, b, _) = textbook.newton(X, y, C, steps=15)
    model = LogisticRegression(C=C, solver="newton", tol=1e-11).fit(X, y)
    assert_allclose(model.coef_[0], w, rtol=1e-10)
    assert_allclose(model.intercept_[0], b, rtol=1e-10)
    assert_allclose(model.predict_proba(X)[:, 1], textbook.probabilities(X, w, b), rtol=1e-10)


FAR = [[1.6, -0.2, -0.1], [-2.1, 0, -32.2], [-0.5, 21.4, 2.1], [-0.9, -307.2, 2.4], [11.7, 0.6, 0.3],
       [-0.4, -1.9, 0.1], [5.4, -10.7, -0.5], [0.2, -7.2, 0], [1.5, 0, 0.4]]  # fmt: skip
WIDE = [[-0.6, -1, -1.5], [27.5, 21.4, -0.4], [0.5, 2.4, 2.9], [-4.9, 6.7, 3.3], [-53, 2, 0.8], [0, -1.2, -1.4]]


@pytest.mark.parametrize(
    ("X", "y", "rates"),
    [(FAR, [0, 1, 0, 1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 0.25, 1, 1]), (WIDE, [1, 1, 0, 1, 1, 0], [1, 1, 1, 1, 0.5])],
)
def test_newton_takes_the_same_part_of_a_step_where_the_whole_one_leads_uphill(X, y, rates):
    # a line search that accepts too much, or does not bisect
    X, y, C, count = np.array(X), np.array(y), 100.0, len(rates)
    states = list(LogisticRegression(C=C, solver="newton", tol=0.0, max_iter=count).steps(X, y))
    ours = list(textbook.newton(X, y, C, steps=count + 1))
    assert_same_steps(states, ours, rtol=1e-10)
    for rate, (w, b, _) in zip(rates, ours):
        assert textbook.line_search(X, y, w, b, *textbook.newton_direction(X, y, w, b, C), C) == rate


def test_a_short_direction_is_doubled_until_the_slope_has_flattened():
    # a line search that takes any decrease
    X, y = data()
    w, b = np.zeros(3), 0.0
    hw, hb = (h / 100 for h in textbook.newton_direction(X, y, w, b, 1.0))

    def flattened(rate):
        slopes = [textbook.gradient(X, y, w + t * hw, b + t * hb, 1.0) for t in (0, rate)]
        before, after = (dw @ hw + db * hb for dw, db in slopes)
        return after >= 0.9 * before

    rate = textbook.line_search(X, y, w, b, hw, hb, 1.0)
    assert rate == 16
    assert flattened(rate)
    assert not flattened(rate / 2)


def test_gradient_descent_step_by_step():
    # a mean in place of the sum
    X, y = data()
    X = X - X.mean(axis=0)  # where the library measures the intercept
    model = LogisticRegression(C=0.5, solver="gd", learning_rate=0.01, tol=0.0, max_iter=20)
    assert_same_steps(model.steps(X, y), textbook.gradient_descent(X, y, 0.5, rate=0.01, steps=21), rtol=1e-12)


@pytest.mark.parametrize("solver", ["auto", "lbfgs", "saga"])
def test_other_solvers_have_the_same_minimum(solver):
    # a solver that minimises something else
    X, y = data()
    *_, (w, b, J) = textbook.newton(X, y, 1.0, steps=15)
    model = LogisticRegression(solver=solver, tol=1e-7, max_iter=2000, random_state=0).fit(X, y)
    assert textbook.loss(X, y, model.coef_[0], model.intercept_[0], 1.0) <= J * (1 + 1e-13)
    assert_allclose([*model.coef_[0], *model.intercept_], [*w, b], rtol=1e-5)


def test_gap_bounds_what_is_left_to_gain():
    # a bound without its factor, which is too small in the worked example
    X, y = np.array([[1.0], [2], [3], [4], [5], [6]]), np.array([0, 0, 1, 0, 1, 1])
    *_, (_, _, lowest) = textbook.newton(X, y, 1.0, steps=15)
    _, *steps = textbook.newton(X, y, 1.0, steps=4)
    for w, b, J in steps:
        gap = textbook.gap(X, y, w, b, 1.0)
        assert J - lowest <= gap
        assert gap <= 1.5 * (J - lowest)
    w, b, J = steps[0]
    assert textbook.newton_decrement(X, y, w, b, 1.0) ** 2 / 2 < J - lowest


def test_sigmoid_and_loss_survive_large_scores():
    # exp(1000), and log(0)
    with np.errstate(all="raise", under="ignore"):
        assert textbook.sigmoid(np.array([-1000.0, 0, 1000])).tolist() == [0, 0.5, 1]
        assert textbook.cross_entropy(np.array([-1000.0, 1000, 1000]), np.array([1, 0, 1])).tolist() == [1000, 1000, 0]
    z = np.linspace(-30, 30, 7)
    assert_allclose(textbook.sigmoid(-z), 1 - textbook.sigmoid(z), atol=1e-16)


def test_gradient_and_hessian_are_derivatives():
    # a sign, a factor, a penalty on the intercept
    X, y = data()
    theta, h = np.array([0.3, -1.0, 0.5, 0.2]), 1e-5

    def at(theta):
        return textbook.loss(X, y, theta[:3], theta[3], 0.5), np.append(
            *textbook.gradient(X, y, theta[:3], theta[3], 0.5)
        )

    ahead, behind = zip(*((at(theta + h * e), at(theta - h * e)) for e in np.eye(4)))
    slopes = [(a[0] - b[0]) / (2 * h) for a, b in zip(ahead, behind)]
    curves = [(a[1] - b[1]) / (2 * h) for a, b in zip(ahead, behind)]
    assert_allclose(at(theta)[1], slopes, rtol=1e-8)
    assert_allclose(textbook.hessian(X, theta[:3], theta[3], 0.5), curves, rtol=1e-7, atol=1e-8)
