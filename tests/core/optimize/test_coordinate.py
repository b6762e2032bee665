"""Coordinate descent on a quadratic with a penalty: optimal, exact zeros, and safe where G is singular."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.optimize.coordinate import coordinate_pass, minimize, newton_on_support
from groundup.core.optimize.penalties import Penalty

PENALTIES = {
    "l1": Penalty(0.05),
    "elastic": Penalty(0.05, 0.02),
    "positive": Penalty(0.05, 0.0, True),
    "l2": Penalty(0.0, 0.1),
    "intercept": Penalty(np.r_[0.0, np.full(39, 0.05)], np.r_[0.0, np.full(39, 0.01)]),
}


def problem(n=100, d=40, correlation=0.9, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) + correlation / (1 - correlation) * rng.normal(size=(n, 1))
    y = X @ np.where(rng.random(d) < 0.3, rng.normal(size=d), 0) + rng.normal(size=n)
    return X.T @ X / n, X.T @ y / n


def objective(G, c, penalty, w):
    return w @ G @ w / 2 - c @ w + penalty.value(w)


@pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES)
@pytest.mark.parametrize("n", [100, 20])
def test_the_minimum_satisfies_the_optimality_conditions(penalty, n):
    # signs crossed, the linear system without l2 or without the signs' l1, an intercept left out of the support
    G, c = problem(n, seed=2)
    w = minimize(G, c, penalty, np.zeros(40), 1e-12 * np.abs(c).max())
    assert penalty.violation(w, G @ w - c).max() <= 1e-12 * np.abs(c).max()
    if np.max(penalty.l1) > 0:
        assert 0 < (w == 0).sum() < 40


@pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES)
def test_plain_passes_end_at_the_same_minimum(penalty):
    # the accelerated route ending elsewhere than the textbook's
    G, c = problem(correlation=0.2)
    w = np.zeros(40)
    for _ in range(500):
        w = coordinate_pass(G, c, penalty, w, range(40))
    assert_allclose(minimize(G, c, penalty, np.zeros(40), 1e-13), w, atol=1e-8)


@pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES)
def test_no_step_raises_the_objective(penalty):
    # a step beyond a change of sign; a coordinate's step without its own diagonal
    G, c = problem(20)
    rng = np.random.default_rng(1)
    for _ in range(50):
        w = rng.normal(size=40) * rng.integers(0, 2, 40)
        w = np.abs(w) if penalty.positive else w
        before = objective(G, c, penalty, w)
        assert objective(G, c, penalty, newton_on_support(G, c, penalty, w)) <= before + 1e-10 * abs(before)
        assert objective(G, c, penalty, coordinate_pass(G, c, penalty, w, range(40))) <= before + 1e-10 * abs(before)


def test_one_coordinate_goes_to_its_own_minimum():
    # a minimiser that is right only for columns of length one
    G, c, penalty = np.array([[4.0, 1.0], [1.0, 2.0]]), np.array([3.0, -2.0]), Penalty(1.0, 1.0)
    assert_array_equal(coordinate_pass(G, c, penalty, np.zeros(2), [0]), [2 / 5, 0])
    assert_array_equal(coordinate_pass(G, c, penalty, np.zeros(2), [0, 1]), [2 / 5, -(2.4 - 1) / 3])


@pytest.mark.parametrize("penalty", [Penalty(0.05), Penalty(0.05, 0, True), Penalty()])
def test_dependent_columns_and_columns_of_zeros(penalty):
    # LinAlgError, division by zero or coefficients of 1e16 where G is singular
    G, c = problem(15, 10)
    index = np.r_[np.arange(10), 3, 3, 10]
    G, c = np.pad(G, (0, 1))[np.ix_(index, index)], np.pad(c, (0, 1))[index]
    w = minimize(G, c, penalty, np.zeros(13), 1e-10)
    assert penalty.violation(w, G @ w - c).max() <= 1e-10
    assert np.abs(w).max() < 100
    assert w[12] == 0
    alone = minimize(G[:10, :10], c[:10], penalty, np.zeros(10), 1e-12)
    assert objective(G, c, penalty, w) == pytest.approx(objective(G[:10, :10], c[:10], penalty, alone), abs=1e-9)


def test_a_start_at_the_minimum_stays_there_and_the_callers_array_is_left_alone():
    # a warm start that is thrown away, or changed in place
    G, c = problem()
    penalty = Penalty(0.05)
    w = minimize(G, c, penalty, np.zeros(40), 1e-12)
    kept = w.copy()
    assert_allclose(minimize(G, c, penalty, w, 1e-12), w, atol=1e-12)
    assert_array_equal(w, kept)


@pytest.mark.parametrize("penalty", [Penalty(0.002), Penalty(0.002, 0.1)])
@pytest.mark.parametrize("d", [300, 700])
def test_many_coefficients_to_few_digits(penalty, d):
    # the iterative solution of large systems: products without l2, or padded in the wrong places
    G, c = problem(900, d, correlation=0.2)
    exact = minimize(G, c, penalty, np.zeros(d), 1e-12)
    assert (exact != 0).sum() > 220
    best = objective(G, c, penalty, exact)
    w = exact
    for weaker in (0.9, 0.7):  # from a solution nearby, as on a path
        near = Penalty(penalty.l1 * weaker, penalty.l2, penalty.positive)
        w = minimize(G, c, near, w, 0.1 * near.l1)
        assert 1e-3 * near.l1 < near.violation(w, G @ w - c).max() <= 0.1 * near.l1 * (1 + 1e-6)
        least = objective(G, c, near, minimize(G, c, near, w, 1e-12))
        assert least <= objective(G, c, near, w) <= least + 0.1 * near.l1 * np.abs(w).sum()
    assert best > least


def test_a_way_with_many_changes_of_sign_is_cut_where_it_is_low():
    # one coefficient dropped a time (hundreds of systems), or all of them though that climbs
    G, c = problem(60, 40, correlation=0.0)
    G, c, w = G * 0.01 + np.ones((40, 40)), c * 0, np.where(np.arange(40) % 2, 1.0, -1.0) * np.linspace(0.1, 1, 40)
    penalty = Penalty(1e-3)
    end = newton_on_support(G, c, penalty, w)
    assert objective(G, c, penalty, end) < objective(G, c, penalty, w)
    assert_allclose(minimize(G, c, penalty, w, 1e-14), 0, atol=1e-9)


def test_equal_columns_whose_products_are_rounded_apart():
    """Catches "Singular matrix": what is added to the diagonal is just what rounding added next to it."""
    product = 1 + 2.0**-51
    G = np.array([[1.0, product], [product, 1.0]])
    w = newton_on_support(G, np.array([1.0, 1.0]), Penalty(0.1, 0.0), np.array([0.2, 0.1]))
    assert w.sum() == pytest.approx(0.9, rel=1e-12)
    assert (w > 0).all()


@pytest.mark.parametrize("penalty", [Penalty(1e-4), Penalty(1e-4, 0, True)])
def test_rounding_that_makes_a_product_indefinite(penalty):
    # a negative eigenvalue where columns are dependent turns the step uphill, and the same column enters for ever
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X = rng.random((15, 30))
        noise = rng.normal(size=(30, 30))
        X, y = X - X.mean(0), rng.normal(size=15)
        G, c = X.T @ X / 15 + 1e-15 * (noise + noise.T), X.T @ y / 15
        assert np.linalg.eigvalsh(G)[0] < 0
        w = minimize(G, c, penalty, np.zeros(30), 1e-12, max_passes=50)
        assert penalty.violation(w, G @ w - c).max() < 1e-11
