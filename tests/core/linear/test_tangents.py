"""The bound by tangents: above the excess, near to it, and no more than an infinity where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from groundup.core.linear import preconditioners
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.solvers import SolverOptions, solve
from groundup.core.linear.table import approximate_center
from groundup.core.linear.tangents import ROUNDING, Tangents
from groundup.core.optimize.losses import Logistic, Softmax
from groundup.core.rows import Samples


def drawn(K, n=3000, d=6, C=1.0, intercept=True, weighted=True, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) @ (np.eye(d) + 0.5 * rng.normal(size=(d, d))) + 3
    Z = X @ rng.normal(size=(d, K)) / d
    y = (Z + rng.gumbel(size=Z.shape)).argmax(axis=1)
    rows = Samples(X, y, rng.integers(1, 5, n).astype(float) if weighted else None)
    center = approximate_center(rows) if intercept else None
    return ScoreObjective(rows, Logistic() if K == 2 else Softmax(), 1 if K == 2 else K, C, 0.0, 1.0, center)


def near(f, distance):
    """The minimum, and parameters whose distance from it is a part of a standard error or so."""
    *_, state = solve(f, SolverOptions("newton", 1e-9, 100))
    best = f.join(state.coef, state.intercept)
    step = np.random.default_rng(1).normal(size=best.shape)
    return best, best + distance * step / np.sqrt(len(f.rows) * f.C)


@pytest.mark.parametrize("K", [2, 4])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("C", [0.01, 1.0, 1e4])
def test_the_bound_holds_and_is_near(K, intercept, weighted, C):
    """Bug caught: C, a weight or the centre left out of the slopes; a bound below the truth; one by the penalty's
    curvature alone, a thousand times too large."""
    f = drawn(K, C=C, intercept=intercept, weighted=weighted)
    best, theta = near(f, 1e-3)
    value, gradient = f(theta)
    excess = float(value - f(best)[0])
    bound = Tangents(f, preconditioners.first_metric(f)).gap(theta, gradient, 40 * excess)
    assert excess <= bound <= 40 * excess
    if C >= 1:
        assert np.vdot(gradient, gradient) / 2 > 40 * excess


@pytest.mark.parametrize("K", [2, 4])
def test_nothing_is_proved_far_from_the_minimum(K):
    """Bug caught: a bound that only the Taylor expansion supports; steps that go on where none can be short enough."""
    f = drawn(K)
    theta = f.zero()
    tangents = Tangents(f, preconditioners.first_metric(f))
    value, gradient = f(theta)
    best, _ = near(f, 0)
    excess = float(value - f(best)[0])
    assert tangents.gap(theta, gradient, excess / 2) == np.inf
    assert tangents.gap(theta, gradient, 1e6 * excess) >= excess


def test_any_metric_gives_a_bound():
    """Bug caught: a proof that trusts the metric."""
    f = drawn(3)
    best, theta = near(f, 1e-3)
    value, gradient = f(theta)
    excess = float(value - f(best)[0])
    scale = np.geomspace(1e-3, 1e3, len(theta))[:, None]
    for metric in (lambda g: g, lambda g: scale * g, lambda g: -g):
        assert Tangents(f, metric).gap(theta, gradient, 1e3 * excess) >= excess


def test_the_intercept_has_no_slope_left():
    """Bug caught: a lower bound with a slope by the intercept, which no penalty holds: it has no minimum."""
    f = drawn(2)
    _, theta = near(f, 1e-3)
    theta[-1] += 1e-3
    value, gradient = f(theta)
    assert abs(gradient[-1, 0]) > 1e6 * ROUNDING * f.total
    *_, state = solve(f, SolverOptions("newton", 1e-9, 100))
    excess = float(value) - state.loss
    bound = Tangents(f, preconditioners.first_metric(f)).gap(theta, gradient, 40 * excess)
    assert excess <= bound <= 40 * excess


def test_there_are_none_without_rows_a_metric_or_the_penalty():
    """Bug caught: a division by an L2 penalty of zero; a step on fewer rows than parameters."""
    f, metric = drawn(2), lambda g: g
    assert Tangents.of(f, metric) is not None
    assert Tangents.of(f, None) is None
    assert Tangents.of(replace(f, l2=0.0), metric) is None
    assert Tangents.of(replace(f, l1=0.5), metric) is None
    assert Tangents.of(drawn(2, n=50), metric) is None
