"""Active sets along a path, against the conditions for a minimum."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.constants import EPS
from groundup.core.optimize import coordinate
from groundup.core.optimize.penalties import Penalty
from groundup.projects.regularized_regression.solvers.active_set import ActiveSet


def quadratic(n, d, correlation=0.0, seed=0):
    """The quadratic of n centred rows whose columns have a part in common."""
    rng = np.random.default_rng(seed)
    X = np.sqrt(1 - correlation) * rng.normal(size=(n, d)) + np.sqrt(correlation) * rng.normal(size=(n, 1))
    X -= X.mean(0)
    y = X[:, :5] @ rng.normal(size=5) + rng.normal(size=n)
    return X.T @ X / n, X.T @ y / n


def penalties(c, ratio, positive=False, count=60):
    """Falling penalties from the one that makes all coefficients zero."""
    return [
        Penalty(a * ratio, a * (1 - ratio), positive) for a in np.geomspace(1, 1e-3, count) * np.abs(c).max() / ratio
    ]


def follow(G, c, series):
    """All solutions, each of which must meet the conditions for a minimum."""
    active, tolerance = ActiveSet(G, c, np.zeros(len(c))), 1e-12 * np.abs(c).max()
    for penalty in series:
        w = active.minimize(penalty, tolerance)
        assert penalty.violation(w, G @ w - c).max() <= 2 * tolerance + 100 * EPS * np.abs(w).sum() * np.diag(G).max()
        yield w


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.01])
@pytest.mark.parametrize(("shape", "correlation"), [((400, 60), 0.0), ((400, 60), 0.9), ((60, 150), 0.5)])
def test_each_solution_is_the_minimum(monkeypatch, shape, correlation, ratio, positive):
    """Bug caught: an inverse without the column that has come, or of the weights of an earlier penalty."""
    G, c = quadratic(*shape, correlation)
    monkeypatch.setattr(coordinate, "minimize", None)  # coordinate descent is not needed
    for _ in follow(G, c, penalties(c, ratio, positive)):
        pass


def test_few_inverses_are_computed(monkeypatch):
    """Bug caught: an inverse of its own for every penalty, which is most of the time of a path."""
    computed, plain = [], ActiveSet._invert
    monkeypatch.setattr(ActiveSet, "_invert", lambda *args: computed.append(1) or plain(*args))
    G, c = quadratic(400, 60)
    supports = [np.count_nonzero(w) for w in follow(G, c, penalties(c, 1.0))]
    assert supports[-1] > 50
    assert len(computed) <= 2
    for _ in follow(G, c, penalties(c, 0.5)):
        pass
    assert len(computed) < 30


def test_columns_leave_and_come_again():
    """Bug caught: gaps of columns that left filled with the wrong rows of the inverse."""
    G, c = quadratic(80, 60, 0.8, seed=3)
    before, left, returned = np.zeros(60, bool), np.zeros(60, bool), 0
    for w in follow(G, c, penalties(c, 1.0)):
        left |= before & (w == 0)
        returned += (left & (w != 0)).sum()
        before = w != 0
    assert left.sum() > 5
    assert returned > 0


def test_a_step_that_is_too_long_is_halved(monkeypatch):
    """Bug caught: coordinate descent from far away where columns nearly fill the space of the rows."""
    G, c = quadratic(40, 200, 0.5)
    rough = penalties(c, 1.0, count=6)
    monkeypatch.setattr(coordinate, "minimize", None)
    halved, plain = [], ActiveSet._approach
    monkeypatch.setattr(ActiveSet, "_approach", lambda *args: halved.append(1) or plain(*args))
    for _ in follow(G, c, rough):
        pass
    assert len(halved) > 6


def test_equal_columns_and_no_penalty_are_left_to_coordinate_descent():
    """Bug caught: the inverse of a singular matrix, or an endless exchange of columns."""
    G, c = quadratic(50, 8)
    G, c = np.block([[G, G], [G, G]]), np.append(c, c)
    series = [*penalties(c, 1.0, count=20), Penalty(0.0, 0.1), Penalty(0.0, 0.0)]
    *_, last = follow(G, c, series)
    assert_allclose(G @ last, c, atol=1e-9)


def test_further_columns_come_after_the_earlier_ones():
    """Bug caught: rows of the smaller matrix kept when columns are added."""
    G, c = quadratic(400, 60)
    few, tolerance = ActiveSet(G[:20, :20], c[:20], np.zeros(20)), 1e-12
    series = penalties(c, 1.0)
    few.minimize(series[20], tolerance)
    few.extend(G, c)
    assert_allclose(few.minimize(series[30], tolerance), list(follow(G, c, series))[30], atol=1e-10)


def test_an_unsorted_series_and_a_start():
    """Bug caught: an inverse of smaller weights taken for that of larger ones."""
    G, c = quadratic(400, 60)
    series = penalties(c, 0.5)
    solutions = list(follow(G, c, series))
    active = ActiveSet(G, c, solutions[-1])
    for place in (50, 10, 40, 0, 59):
        assert_allclose(active.minimize(series[place], 1e-13), solutions[place], atol=1e-10)


def test_a_constant_target_has_no_active_column():
    """Bug caught: a division by the largest slope, which is zero."""
    G, c = quadratic(50, 8)
    active = ActiveSet(G, 0 * c, np.ones(8))
    assert_array_equal(active.minimize(Penalty(0.1, 0.1), 0.0), np.zeros(8))
    assert_array_equal(active.minimize(Penalty(0.05, 0.05), 0.0), np.zeros(8))
