"""Newton and L-BFGS on functions whose minima are known."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.optimize.newton import PAIRS, initial, lbfgs, line_search, newton

RNG = np.random.default_rng(0)
A = RNG.normal(size=(12, 12))
H = A @ A.T + np.eye(12)
LOW = RNG.normal(size=(12, 1))


def quadratic(w):
    """½ (w − LOW)ᵀ H (w − LOW)."""
    gradient = H @ (w - LOW)
    return np.asarray((w - LOW).T @ gradient / 2)[0, 0], gradient


def rosenbrock(w):
    """The curved valley with its minimum at (1, 1)."""
    a, b = w[:, 0]
    value = (1 - a) ** 2 + 100 * (b - a**2) ** 2
    return np.asarray(value), np.array([[-2 * (1 - a) - 400 * a * (b - a**2)], [200 * (b - a**2)]])


def test_newton_needs_one_step_on_a_quadratic():
    """Bug caught: a factor ½ in the step or the prediction, a line search that does not try the whole step first."""
    point = next(newton(quadratic, initial(quadratic, np.zeros((12, 1))), lambda w, g: np.linalg.solve(H, g)))
    assert_allclose(point.w, LOW, rtol=1e-9)
    assert point.step == 1.0
    assert point.decrease == pytest.approx(float(quadratic(np.zeros((12, 1)))[0]), rel=1e-9)


def test_lbfgs_finds_the_end_of_the_valley():
    """Bug caught: the loops in the wrong order, steps and changes exchanged, the newest pair dropped."""
    points = list(islice(lbfgs(rosenbrock, initial(rosenbrock, np.array([[-1.2], [1.0]]))), 60))
    assert_allclose(points[-1].w, 1, rtol=1e-8)
    assert len(points[-1].memory[0]) <= PAIRS
    values = [p.value for p in points]
    assert (np.diff(values) <= 1e-15).all()


def test_a_good_preconditioner_makes_lbfgs_newtons_method():
    """Bug caught: a preconditioner that is not applied, or applied to the wrong vector."""
    inverse = np.linalg.inv(H)
    point = next(lbfgs(quadratic, initial(quadratic, np.zeros((12, 1))), lambda g: inverse @ g))
    assert_allclose(point.w, LOW, rtol=1e-9)


def test_going_on_from_any_point_is_the_same_as_not_stopping():
    """Bug caught: something that the next step needs and the point does not hold."""
    points = list(islice(lbfgs(rosenbrock, initial(rosenbrock, np.array([[-1.2], [1.0]]))), 25))
    for start in (0, 5, 14):
        again = list(islice(lbfgs(rosenbrock, points[start]), 25 - start - 1))
        assert_allclose(again[-1].w, points[-1].w, rtol=0, atol=0)


def test_search_lowers_and_flattens():
    """Bug caught: Armijo's inequality reversed; a step that stays where the slope is still steep."""
    point = initial(rosenbrock, np.array([[-1.2], [1.0]]))
    direction = -1e-6 * point.gradient  # far too short
    step, w, value, gradient = line_search(rosenbrock, point, direction)
    assert step > 1
    assert value < point.value
    assert np.vdot(gradient, direction) > 0.9 * np.vdot(point.gradient, direction)
    direction = -point.gradient  # far too long
    step, w, value, gradient = line_search(rosenbrock, point, direction)
    assert 0 < step < 1
    assert value < point.value
    assert value == rosenbrock(w)[0]


def test_search_uphill_stays():
    """Bug caught: an endless loop, or a step that raises the objective."""
    point = initial(quadratic, np.zeros((12, 1)))
    step, w, value, _ = line_search(quadratic, point, point.gradient)
    assert step == 0
    assert w is point.w
    assert value == point.value
