"""Single precision: thin products, how near to the minimum its steps lead, and columns that it does not represent."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.linear import products, single
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.solvers import SolverOptions, solve
from groundup.core.linear.table import approximate_center
from groundup.core.optimize.losses import Logistic, Softmax
from groundup.core.rows import Samples


def drawn(K, n=3000, d=12, units=1.0, mixing=0.0):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) @ (np.eye(d) + mixing * rng.normal(size=(d, d)))
    Z = X @ rng.normal(size=(d, K)) / d
    y = (Z + rng.gumbel(size=Z.shape)).argmax(axis=1)
    rows = Samples(units * X, y, rng.integers(1, 4, n).astype(float))
    loss = Logistic() if K == 2 else Softmax()
    return ScoreObjective(rows, loss, 1 if K == 2 else K, 1.0, 0.0, 1.0, approximate_center(rows))


@pytest.mark.parametrize("t", [1, 3, 10, 300])
@pytest.mark.parametrize("m", [5, 1000, 1987])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_in_chunks_are_those_of_the_whole(t, m, dtype):
    """Bug caught: the last rows, which fill no chunk, left out; a sum over the chunks in the wrong order."""
    rng = np.random.default_rng(0)
    X, w, b, slope = (rng.normal(size=shape).astype(dtype) for shape in ((m, 100), (100, t), (t,), (t, m)))
    rtol = 1e-4 if dtype is np.float32 else 1e-11
    Z = products.scores(X, w, b)
    assert Z.dtype == dtype
    assert_allclose(Z, (X @ w + b).T, rtol=rtol, atol=100 * rtol)
    assert_allclose(products.times_rows(slope, X), slope @ X, rtol=rtol, atol=100 * rtol)


@pytest.mark.parametrize("K", [2, 5])
@pytest.mark.parametrize("mixing", [0.0, 3.0])
def test_the_steps_lead_near_the_minimum(K, mixing):
    """Bug caught: weights or the intercept lost on the way to single precision; steps that end in the rounding."""
    f = drawn(K, mixing=mixing)
    steps = single.SingleSteps(f, None, 1e-8, by_slope=False)
    *_, near = steps.following(steps.start)
    *_, state = solve(f, SolverOptions("newton", 1e-9, 100))
    assert 0 <= float(near.value) - state.loss <= 1e-8 * state.loss
    assert near.w.dtype == np.float64
    *_, before, last = solve(f, SolverOptions("quasi-newton", 1e-4, 100))
    assert last.converged
    assert before.iterate.rounding > last.iterate.rounding


@pytest.mark.parametrize("mixing", [0.0, 3.0])
def test_every_state_of_single_precision_can_be_resumed(mixing):
    """Bug caught: a metric that depends on where the fit was interrupted; steps told twice."""
    f, options = drawn(3, mixing=mixing), SolverOptions("quasi-newton", 1e-4, 100)
    states = list(solve(f, options))
    assert len(states) > 5
    for start in (states[0], states[3], states[-2]):
        rest = list(solve(f, options, start=start))
        assert [state.iteration for state in rest] == [*range(start.iteration + 1, len(states))]
        np.testing.assert_array_equal(rest[-1].coef, states[-1].coef)


def test_columns_beyond_single_precision_are_left_to_double():
    """Bug caught: an answer of infinities or NaN; a table in single precision copied."""
    assert not single.SingleSteps(drawn(2, units=1e60), None, 1e-8, by_slope=False).possible
    f = drawn(2)
    X = f.rows.X.astype(np.float32)
    f = replace(f, rows=Samples(X, f.rows.y, f.rows.weight))
    assert single.in_single_precision(f).rows.X is X


def test_a_warm_start_takes_no_steps():
    """Bug caught: steps in single precision from zero where the earlier fit is at the minimum."""
    f = drawn(3)
    *_, state = solve(f, SolverOptions("newton", 1e-9, 100))
    theta = f.join(state.coef, state.intercept)
    steps = single.SingleSteps(f, theta, 1e-8, by_slope=False)
    *_, near = steps.following(steps.start)
    assert np.abs(near.w - theta).max() <= 1e-4
