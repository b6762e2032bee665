"""Ridge, lasso and elastic net against their textbook: the same solutions, iterates, kinks and gaps."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup import ElasticNet, Lasso, Ridge, lars_path
from groundup.projects.regularized_regression import textbook

PENALTIES = [(0.2, 1.0), (0.2, 0.6), (0.05, 0.0)]  # alpha, l1_ratio


def data(n=40, d=8):
    """Correlated features away from the origin, and a target of which half of them know."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) @ (np.eye(d) + 0.3) + 1
    return X, X @ (rng.normal(size=d) * (np.arange(d) % 2)) + 2 + 0.5 * rng.normal(size=n)


def iterates(X, y, alpha, l1_ratio, count, solver):
    """States of the library's first iterations."""
    model = ElasticNet(alpha, l1_ratio=l1_ratio, solver=solver, tol=0.0, max_iter=count)
    return list(islice(model.steps(X, y), count))


@pytest.mark.parametrize("solver", ["auto", "cholesky", "svd"])
def test_ridge_solves_its_normal_equations(solver):
    # a penalised intercept; alpha times n
    X, y = data()
    w, b = textbook.ridge(X, y, alpha=3.0)
    model = Ridge(3.0, solver=solver).fit(X, y)
    assert_allclose(model.coef_, w, rtol=1e-12)
    assert_allclose(model.intercept_, b, rtol=1e-12)


@pytest.mark.parametrize("solver", ["cg", "gd"])
def test_ridge_by_descent_has_the_same_minimum(solver):
    # a gradient without the penalty
    X, y = data()
    w, b = textbook.ridge(X, y, alpha=3.0)
    model = Ridge(3.0, solver=solver, tol=1e-13, max_iter=5000).fit(X, y)
    assert_allclose(model.coef_, w, rtol=1e-10)
    assert_allclose(model.intercept_, b, rtol=1e-10)


def test_wide_ridge_is_the_dual_system():
    # XᵀX + alpha I where XXᵀ + alpha I is meant
    X, y = data(n=6, d=20)
    A, c = textbook.centre(X, y)
    w, _ = textbook.ridge(X, y, alpha=0.5)
    assert_allclose(textbook.ridge_dual(A, c, alpha=0.5), w, rtol=1e-11)
    assert_allclose(Ridge(0.5).fit(X, y).coef_, w, rtol=1e-11)


@pytest.mark.parametrize("solver", ["cd", "ista", "fista", "admm"])
@pytest.mark.parametrize(("alpha", "l1_ratio"), PENALTIES)
def test_solvers_take_the_textbooks_steps(solver, alpha, l1_ratio):
    # an objective without its mean, a threshold without alpha, momentum that is never dropped
    X, y = data()
    name = {"cd": "coordinate_descent"}.get(solver, solver)
    A, c = textbook.centre(X, y)
    ours = getattr(textbook, name)(A, c, alpha, l1_ratio, steps=30)
    theirs = iterates(X, y, alpha, l1_ratio, 30, solver)
    for state, w in zip(theirs, ours, strict=False):  # coordinate descent may be exact before
        assert_allclose(state.coef[:, 0], w, rtol=1e-10, atol=1e-13)
        assert_allclose(state.objective, textbook.objective(A, c, w, alpha, l1_ratio), rtol=1e-12)
        assert_allclose(state.intercept, y.mean() - X.mean(axis=0) @ w, rtol=1e-11)
    assert len(theirs) > 10


def test_fista_drops_momentum_on_these_data():
    # the test above, if it never met the case
    A, c = textbook.centre(*data())
    iterates = list(textbook.fista(A, c, 0.2, 1.0, steps=30))
    plain, w, v, tau = [], np.zeros(8), np.zeros(8), 1.0
    for _ in range(30):
        plain.append(w)
        rate = len(c) / np.linalg.norm(A, 2) ** 2
        last, w = w, textbook.prox(v + rate * textbook.slope(A, c, v), rate, 0.2, 1.0)
        last_tau, tau = tau, (1 + np.sqrt(1 + 4 * tau**2)) / 2
        v = w + (last_tau - 1) / tau * (w - last)
    assert_allclose(iterates[:3], plain[:3], rtol=1e-12)
    assert not np.allclose(iterates[-1], plain[-1], rtol=1e-6)


@pytest.mark.parametrize(("alpha", "l1_ratio"), PENALTIES)
def test_the_default_solver_ends_where_coordinate_descent_does(alpha, l1_ratio):
    # a working set that forgets a column
    X, y = data()
    A, c = textbook.centre(X, y)
    *_, w = textbook.coordinate_descent(A, c, alpha, l1_ratio, steps=2000)
    model = ElasticNet(alpha, l1_ratio=l1_ratio, tol=1e-14).fit(X, y)
    assert_allclose(model.coef_, w, rtol=1e-10, atol=1e-13)
    assert_allclose(model.intercept_, y.mean() - X.mean(axis=0) @ w, rtol=1e-10)
    assert abs(textbook.duality_gap(A, c, w, alpha, l1_ratio)) < 1e-13
    if l1_ratio == 1:
        assert_allclose(Lasso(alpha, tol=1e-14).fit(X, y).coef_, w, rtol=1e-10, atol=1e-13)
        assert 0 < (w != 0).sum() < len(w)


def test_duality_gap_is_the_lassos():
    # a residual that is not scaled back to where the dual objective is finite
    X, y = data()
    A, c = textbook.centre(X, y)
    for state in iterates(X, y, 0.2, 1.0, 10, "ista"):
        assert_allclose(state.gap, textbook.duality_gap(A, c, state.coef[:, 0], 0.2, 1.0), rtol=1e-11)


@pytest.mark.parametrize(("alpha", "l1_ratio"), PENALTIES)
def test_duality_gap_bounds_what_is_left_to_gain(alpha, l1_ratio):
    # a "gap" that is too small
    A, c = textbook.centre(*data())
    *_, best = textbook.coordinate_descent(A, c, alpha, l1_ratio, steps=2000)
    lowest = textbook.objective(A, c, best, alpha, l1_ratio)
    for w in textbook.ista(A, c, alpha, l1_ratio, steps=10):
        excess = textbook.objective(A, c, w, alpha, l1_ratio) - lowest
        assert 0 < excess <= textbook.duality_gap(A, c, w, alpha, l1_ratio)


def drop_data(seed):
    """Data on which weights of the lasso's path return to zero; for seed 90, to 1e-17 if they are left to rounding."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(30, 6)) @ (np.eye(6) + 0.8)
    return textbook.centre(X, X @ rng.normal(size=6) + rng.normal(size=30))


@pytest.mark.parametrize("seed", [None, 3, 8, 16, 90])
def test_lars_passes_through_the_same_kinks(seed):
    # a column that leaves and enters again at once, or with a weight of 1e-17; a direction without its signs
    A, c = drop_data(seed) if seed else textbook.centre(*data())
    kinks = list(textbook.lars(A, c))
    alphas, _, coefs = lars_path(A, c, method="lasso")
    assert len(kinks) == len(alphas)
    assert (len(kinks) > A.shape[1] + 1) is bool(seed)
    for (alpha, w), theirs, coef in zip(kinks, alphas, coefs.T, strict=True):
        assert_allclose([alpha, *w], [theirs, *coef], rtol=1e-10, atol=1e-12)
        assert ((w == 0) == (coef == 0)).all()
    assert_allclose(alphas[0], textbook.largest_alpha(A, c, l1_ratio=1.0), rtol=1e-13)


def test_lars_lets_columns_in_together_that_are_tied():
    # the second of two tied columns left out until the end
    X = np.array([[1.0, 0, 1], [0, 1, 0], [-1, 0, 1], [0, -1, -2]])
    y = np.array([3.0, 3, -3, -3])
    kinks = list(textbook.lars(X, y))
    for alpha, w in kinks:
        slope = textbook.slope(X, y, w)
        assert abs(slope).max() <= alpha + 1e-12
        assert_allclose(slope[w != 0], alpha * np.sign(w[w != 0]), atol=1e-12)
    assert kinks[-1][0] == 0
    assert_allclose(kinks[-1][1], np.linalg.lstsq(X, y)[0], atol=1e-12)


def test_slope_is_minus_the_derivative():
    # a sign, a factor of 2
    A, c = textbook.centre(*data())
    w, h = np.linspace(-1, 1, 8), 1e-5

    def error(w):
        return textbook.objective(A, c, w, alpha=0.0, l1_ratio=1.0)

    slopes = [(error(w + h * e) - error(w - h * e)) / (2 * h) for e in np.eye(8)]
    assert_allclose(-textbook.slope(A, c, w), slopes, rtol=1e-8)


def test_prox_is_the_minimum_of_what_it_says():
    # a rate that multiplies the wrong term
    v, rate = np.array([-2.0, -0.1, 0.0, 0.3, 1.5]), 0.7
    grid = np.linspace(-3, 3, 60001)
    for value, point in zip(v, textbook.prox(v, rate, 0.5, 0.6), strict=True):
        cost = (grid - value) ** 2 / 2 + rate * 0.5 * (0.6 * abs(grid) + 0.2 * grid**2)
        assert abs(grid[cost.argmin()] - point) <= 1e-4  # the grid's distance
    assert textbook.soft_threshold(np.array([0.5, -0.5]), 0.5).tolist() == [0, 0]
