"""Linear regression against its textbook: the same coefficients, and the same iterates step by step."""

from itertools import islice, permutations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup import LinearRegression
from groundup.projects.linear_regression import textbook


def data(n=30, d=4):
    """Correlated features away from the origin, and a noisy target."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) @ (np.eye(d) + 0.4) + 0.5
    return X, X @ rng.normal(size=d) + 2 + 0.3 * rng.normal(size=n)


def iterates(X, y, count, **parameters):
    """Weights and intercept of the library's first states; the intercept as the weight of a column of ones."""
    model = LinearRegression(fit_intercept=False, tol=0.0, max_iter=count, **parameters)
    for state in islice(model.steps(textbook.with_ones(X), y), count):
        yield state.coef[:-1, 0], state.coef[-1, 0], state.loss


def assert_same_steps(ours, theirs, count, rtol=1e-12):
    """Weights, intercept and loss agree at every step."""
    ours, theirs = list(ours), list(theirs)
    assert len(ours) == len(theirs) == count
    for (w, b, J), (v, c, K) in zip(ours, theirs, strict=True):
        assert_allclose(w, v, rtol=rtol, atol=1e-14)
        assert_allclose([b, J], [c, K], rtol=rtol, atol=1e-14)


@pytest.mark.parametrize("solver", ["auto", "cholesky", "qr", "svd"])
def test_direct_solvers_agree_with_the_normal_equations_and_qr(solver):
    # an intercept that is not the best one; a transposed factor
    X, y = data()
    model = LinearRegression(solver=solver).fit(X, y)
    for w, b in (textbook.normal_equations(X, y), textbook.qr_solve(X, y), textbook.shortest_solution(X, y)):
        assert_allclose(model.coef_, w, rtol=1e-12)
        assert_allclose(model.intercept_, b, rtol=1e-12)
    assert_allclose(model.predict(X), textbook.predict(X, *textbook.qr_solve(X, y)), rtol=1e-12)


@pytest.mark.parametrize("solver", ["auto", "svd"])
def test_dependent_columns_have_the_shortest_solution(solver):
    # one of the many other solutions; an intercept that counts as length
    X, y = data()
    X = np.column_stack([X, X[:, 0] - 2 * X[:, 1]])
    model = LinearRegression(solver=solver).fit(X, y)
    w, b = textbook.shortest_solution(X, y)
    assert_allclose(model.coef_, w, rtol=1e-11)
    assert_allclose(model.intercept_, b, rtol=1e-11)


def test_gradient_descent_step_by_step():
    # a mean over the wrong axis, a sign, a factor of 2 in the step
    X, y = data()
    ours = textbook.gradient_descent(X, y, rate=0.05, steps=20)
    assert_same_steps(ours, iterates(X, y, 20, solver="gd", learning_rate=0.05), 20)


def test_line_search_step_by_step():
    # a step that is not the minimum on its line
    X, y = data()
    ours = textbook.steepest_descent(X, y, steps=20)
    assert_same_steps(ours, iterates(X, y, 20, solver="gd", learning_rate="line-search"), 20)


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_momentum_step_by_step(name):
    # Nesterov's gradient at the wrong place, momentum of the second-last move
    X, y = data()
    A = textbook.with_ones(X)
    values = np.linalg.eigvalsh(A.T @ A / len(A))
    root = np.sqrt(values[0] / values[-1])
    beta = ((1 - root) / (1 + root)) ** {"momentum": 2, "nesterov": 1}[name]  # the best asymptotic rate
    ours = getattr(textbook, name)(X, y, rate=0.05, beta=beta, steps=20)
    assert_same_steps(ours, iterates(X, y, 20, solver=name, learning_rate=0.05), 20, rtol=1e-10)


def test_conjugate_gradients_step_by_step_and_exact_after_as_many_steps_as_unknowns():
    # a direction that is not conjugate to the earlier ones
    X, y = data()
    assert_same_steps(textbook.conjugate_gradients(X, y, steps=5), iterates(X, y, 5, solver="cg"), 5, rtol=1e-11)
    *_, (w, b, _) = textbook.conjugate_gradients(X, y, steps=6)
    exact = textbook.normal_equations(X, y)
    assert_allclose(w, exact[0], rtol=1e-10)
    assert_allclose(b, exact[1], rtol=1e-10)
    assert textbook.gap(X, y, w, b) < 1e-20


class Shuffled:
    """A generator whose permutations are these, one after the other."""

    def __init__(self, *orders):
        self.orders = list(orders)

    def permutation(self, n):
        return np.array(self.orders.pop(0))


@pytest.mark.parametrize("batch_size", [1, 2])
def test_each_epoch_of_stochastic_steps_is_the_textbooks_in_one_order_of_the_rows(batch_size):
    # a sample that is left out or taken twice, a batch's gradient divided by n, the same order in every epoch
    X, y = data(n=5, d=2)
    model = iterates(X, y, 5, solver="sgd", learning_rate=0.05, batch_size=batch_size, random_state=0)
    _, *epochs = ((*w, b) for w, b, _ in model)
    found = []
    for t, epoch in enumerate(epochs, start=1):
        match = []
        for order in permutations(range(5)):
            rng = Shuffled(*found, order, order)
            runs = textbook.stochastic_gradient_descent(X, y, 0.05, batch_size, t + 1, rng)
            *_, (w, b, _) = runs
            if np.allclose([*w, b], epoch, rtol=1e-12, atol=1e-15):
                match.append(order)
        assert len(match) == {1: 1, 2: 4}[batch_size]  # within a batch the order does not matter
        found.append(match[0])
    assert len(set(found)) > 1


def test_gap_is_what_is_left_to_gain():
    # a certificate that is off by a factor
    X, y = data()
    lowest = textbook.loss(X, y, *textbook.normal_equations(X, y))
    for w, b, J in textbook.gradient_descent(X, y, rate=0.05, steps=5):
        assert_allclose(textbook.gap(X, y, w, b), J - lowest, rtol=1e-12)


def test_gradient_is_the_derivative_of_the_loss():
    # a sign, a factor of 2
    X, y = data()
    w, b, h = np.array([0.3, -1.0, 2.0, 0.7]), 0.4, 1e-5
    dw, db = textbook.gradient(X, y, w, b)
    slopes = [(textbook.loss(X, y, w + h * e, b) - textbook.loss(X, y, w - h * e, b)) / (2 * h) for e in np.eye(4)]
    assert_allclose(dw, slopes, rtol=1e-9)
    assert_allclose(db, (textbook.loss(X, y, w, b + h) - textbook.loss(X, y, w, b - h)) / (2 * h), rtol=1e-9)
