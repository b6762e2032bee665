"""ISTA and FISTA: where they end, how fast, and that they can be interrupted."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.optimize.objective import initial
from groundup.core.optimize.penalties import GroupPenalty, Penalty
from groundup.core.optimize.proximal import fista, ista


class Quadratic:
    """½ wᵀGw − cᵀw, of each column."""

    def __init__(self, d=30, t=2, condition=100.0, seed=0):
        rng = np.random.default_rng(seed)
        Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
        self.G = Q * np.geomspace(1 / condition, 1, d) @ Q.T
        self.c = rng.normal(size=(d, t))

    def __call__(self, w):
        return (w * (self.G @ w / 2 - self.c)).sum(0), self.G @ w - self.c


@pytest.mark.parametrize("penalty", [Penalty(0.3), Penalty(0.3, 0.1), Penalty(0.1, 0, True), GroupPenalty(0.3, 0.1)])
@pytest.mark.parametrize("method", [ista, fista])
def test_both_end_at_a_minimum(method, penalty):
    # a gradient taken at the wrong point, a prox with another step than the gradient's
    f = Quadratic()
    *_, last = islice(method(f, penalty, initial(f, np.zeros((30, 2))), 1.0), 4000)
    assert penalty.violation(last.w, f.G @ last.w - f.c).max() < 1e-9
    assert_allclose(last.value, f(last.w)[0], atol=1e-12)
    assert_allclose(last.gradient, f(last.w)[1])


def test_ista_never_rises_and_fista_keeps_its_rate():
    # a step above 1/L; momentum that is computed but not used (FISTA as slow as ISTA)
    f, penalty = Quadratic(condition=1e3, t=1), Penalty(0.01)
    start = initial(f, np.zeros((30, 1)))

    def value(state):
        return (state.value + penalty.value(state.w)).item()

    slow = [value(state) for state in islice(ista(f, penalty, start, 1.0), 500)]
    fast = [value(state) for state in islice(fista(f, penalty, start, 1.0), 500)]
    *_, best = islice(fista(f, penalty, start, 1.0), 20000)
    assert (np.diff([value(start), *slow]) <= 1e-12).all()
    radius = np.sum((best.w - start.w) ** 2)
    k = np.arange(1, 501)
    assert (np.array(slow) - value(best) <= radius / (2 * k) + 1e-9).all()
    assert (np.array(fast) - value(best) <= 2 * radius / (k + 1) ** 2 + 1e-9).all()
    assert fast[-1] - value(best) < (slow[-1] - value(best)) / 100


def test_restarts_make_convergence_linear():
    # the test for uphill momentum with the wrong sign: it restarts always, or never
    f, penalty = Quadratic(condition=1e3, t=1), Penalty(0.05)
    states = list(islice(fista(f, penalty, initial(f, np.zeros((30, 1))), 1.0), 1500))
    assert penalty.violation(states[-1].w, states[-1].gradient).max() < 1e-11
    restarts = sum(state.memory is None for state in states)
    assert 1 <= restarts < 100


@pytest.mark.parametrize("method", [ista, fista])
def test_any_state_can_be_gone_on_from(method):
    # momentum that lives in the loop and not in the state
    f, penalty = Quadratic(), Penalty(0.3)
    whole = list(islice(method(f, penalty, initial(f, np.zeros((30, 2))), 1.0), 20))
    resumed = list(islice(method(f, penalty, whole[9], 1.0), 10))
    assert_array_equal(resumed[-1].w, whole[-1].w)
