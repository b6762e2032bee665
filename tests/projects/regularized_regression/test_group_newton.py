"""Newton's method for the multi-task lasso, against the conditions for a minimum."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.optimize.penalties import GroupPenalty
from groundup.projects.regularized_regression.solvers import group_newton
from groundup.projects.regularized_regression.solvers.group_newton import minimize


def quadratic(distance, d=12, t=3):
    """Products of d columns and of as many that are hardly different, and of t targets."""
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(150, d))
    X = np.hstack([Z, Z + distance * rng.normal(size=(150, d))])
    Y = Z[:, :5] @ rng.normal(size=(5, t)) + rng.normal(size=(150, t))
    return X.T @ X / 150, X.T @ Y / 150


@pytest.mark.parametrize("distance", [1.0, 1e-3, 1e-6, 0.0])
@pytest.mark.parametrize("penalty", [GroupPenalty(0.3, 0.0), GroupPenalty(1e-3, 0.0), GroupPenalty(0.05, 0.05)])
def test_the_minimum_is_found_however_near_the_columns(monkeypatch, distance, penalty):
    """Bug caught: a Hessian that bends along a row too, or steps that all turn some row round."""
    passes, plain = [], group_newton._newton
    monkeypatch.setattr(group_newton, "_newton", lambda *args: passes.append(1) or plain(*args))
    G, C = quadratic(distance)
    W = minimize(G, C, penalty, np.zeros_like(C), 1e-9)
    assert penalty.violation(W, G @ W - C).max() <= 2e-9
    assert len(passes) <= 40
    if penalty.l1 == 0.3:
        assert 0 < W.any(axis=1).sum() < 12


def test_a_row_stops_at_zero_and_a_zero_row_starts():
    """Bug caught: a row that is turned round goes on to the other side, or a zero row has no gradient to follow."""
    G, C = quadratic(1.0)
    penalty = GroupPenalty(0.3, 0.0)
    best = minimize(G, C, penalty, np.zeros_like(C), 1e-10)
    for start in (-10 * best, np.ones_like(C), 1e-8 * np.ones_like(C)):
        W = minimize(G, C, penalty, start, 1e-10)
        assert_allclose(W, best, atol=1e-8)
        assert ((W == 0) == (best == 0)).all()


def test_constant_columns_stay_zero():
    """Bug caught: a division by the diagonal of G."""
    G, C = quadratic(1.0)
    G[:, 3] = G[3] = C[3] = 0
    W = minimize(G, C, GroupPenalty(0.01, 0.0), np.ones_like(C), 1e-10)
    assert not W[3].any()
    assert GroupPenalty(0.01, 0.0).violation(W, G @ W - C).max() <= 1e-9
