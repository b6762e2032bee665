"""Columns far from zero are measured from an entry of their own."""

from fractions import Fraction

import numpy as np
import pytest

from groundup.core.containers.csr import Csr
from groundup.core.containers.view import View
from groundup.core.linalg.translation import Origin, near_origin
from groundup.core.rows import Samples

RNG = np.random.default_rng(5)
NEAR = RNG.integers(-40, 41, size=(30, 3)) / 8
TARGET = NEAR @ np.array([[2.0], [-1.0], [0.5]])


def moved(X, y, weight=None):
    """X and y as they are measured, and the origin."""
    rows, origin = near_origin(Samples(X, y, weight), True)
    return rows.X[:] if isinstance(rows.X, View) else rows.X, rows.y, origin


def test_only_columns_far_from_zero_move_and_lose_nothing():
    """Catches an origin that is a rounded mean, and ordinary or constant columns that pay for a view."""
    far = NEAR + np.array([1e15, 0.0, 1e3])
    X, _, origin = moved(far, TARGET)
    assert origin.x.tolist() == [far[0, 0], 0.0, 0.0]
    assert origin.y.tolist() == [0.0]
    np.testing.assert_array_equal(X, NEAR - [NEAR[0, 0], 0.0, -1e3])
    for ordinary in (NEAR + 1e5, np.full((30, 3), 0.1)):
        rows, origin = near_origin(Samples(ordinary, TARGET), True)
        assert origin is None
        assert rows.X is ordinary
    assert near_origin(Samples(far, TARGET), False)[1] is None  # without an intercept, zero matters


def test_a_column_that_varies_in_few_rows_is_not_constant():
    """Catches a sample of the rows taken for all of them."""
    X = np.full((5000, 1), 1e15)
    X[4321] += 3.0
    assert moved(X, np.zeros((5000, 1)))[2].x.tolist() == [1e15]
    weight = np.ones(5000)
    weight[4321] = 0.0
    assert moved(X, np.zeros((5000, 1)), weight)[2] is None


def test_a_target_far_from_zero_moves_too():
    """Catches a target of which the mean is rounded."""
    y = TARGET + 1e15
    _, moved_y, origin = moved(NEAR, y)
    np.testing.assert_array_equal(moved_y, y - y[0])
    assert origin.y.tolist() == y[0].tolist()


def test_rows_of_weight_zero_choose_no_origin():
    """Catches an entry that may be anything, as the origin or in the spread."""
    X, y = np.vstack([[1e30, 7.0, -1e200], NEAR]), np.vstack([[1e40], TARGET])
    assert moved(X, y, np.append(0.0, np.ones(30)))[2] is None


def test_sparse_columns_move_only_where_every_row_has_an_entry():
    """Catches entries subtracted where none are stored."""
    X = NEAR + np.array([1e12, 0.0, 1e12])
    X[7, 2] = 0.0
    stored = X != 0
    sparse = Csr(X[stored], np.nonzero(stored)[1], np.append(0, np.cumsum(stored.sum(1))), X.shape)
    rows, origin = near_origin(Samples(sparse, TARGET), True)
    assert origin.x.tolist() == [X[0, 0], 0.0, 0.0]
    np.testing.assert_array_equal(rows.X @ np.eye(3), X - origin.x)


@pytest.mark.parametrize("size", [1e6, 1e15])
def test_the_intercept_about_zero_is_rounded_once(size):
    """Catches products rounded before they are added up."""
    x = size * (1 + RNG.random(4))
    coef = RNG.normal(size=(4, 2))
    inner, y = RNG.normal(size=2), size * RNG.random(2)
    found = Origin(x, y).intercept(coef, inner)
    for k in range(2):
        along = sum(Fraction(float(a)) * Fraction(float(b)) for a, b in zip(x, coef[:, k], strict=True))
        exact = Fraction(float(y[k])) + Fraction(float(inner[k])) - along
        assert abs(found[k] - float(exact)) <= np.spacing(abs(float(exact)))
