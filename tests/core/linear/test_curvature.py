"""Newton steps in single precision: products, metrics, and where they are taken."""

from functools import partial
from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.containers.csr import Csr
from groundup.core.linear import preconditioners, single
from groundup.core.linear.curvature import SingleRows, fits_single_precision, truncated_newton
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.solvers import SolverOptions, solve
from groundup.core.linear.table import approximate_center, in_double_precision, in_suitable_blocks
from groundup.core.optimize import newton
from groundup.core.optimize.losses import Logistic, Softmax
from groundup.core.optimize.newton import PAIRS
from groundup.core.rows import Samples


def clouds(K, n=300, d=3, l2=1.0, C=2.0, weighted=True, intercept=True, units=1.0, spread=2.0):
    """Overlapping clouds, each class seen in one place only; the last column is constant."""
    rng = np.random.default_rng(0)
    y = rng.integers(K, size=n)
    X = spread * rng.normal(size=(K, d))[y] + rng.normal(size=(n, d))
    X = X * np.asarray(units) ** (np.arange(d) % 2)
    X[:, -1] = 1.0
    weight = rng.integers(1, 4, n).astype(float) if weighted else None
    return ScoreObjective(
        Samples(X, y, weight, block_rows=70),
        Logistic() if K == 2 else Softmax(),
        1 if K == 2 else K,
        C,
        0.0,
        l2,
        approximate_center(Samples(X, y)) if intercept else None,
    )


def parts(f, theta):
    """What a Newton step at a point begins with."""
    rows = SingleRows.of(f)
    scores = rows.scores(rows.unit * theta)
    curves = [f.loss.curve_at(Z) for Z in scores]
    return rows, curves, np.concatenate([f.loss.own_curvature(Z) for Z in scores], axis=1)


@pytest.mark.parametrize("K", [2, 4])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("units", [1.0, 1e25])
def test_products_are_those_of_the_hessian(K, weighted, intercept, units):
    """Bug caught: C, a weight, the penalty or the units of a column left out; a block with another block's curvature;
    squares of large columns that overflow single precision."""
    f = clouds(K, weighted=weighted, intercept=intercept, units=units)
    rng = np.random.default_rng(1)
    unit = SingleRows.of(f).unit
    theta, v = (rng.normal(size=f.zero().shape) / unit for _ in range(2))
    rows, curves, _ = parts(f, theta)
    expected = f.hessian_times(theta, v) / unit
    assert_allclose(rows.product(curves, v * unit), expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def test_the_metric_is_as_near_as_its_price_allows():
    """Bug caught: an inverse with another score's weights, without the penalty or the weights of the rows."""
    rng = np.random.default_rng(1)
    for K, d, exact in ((4, 3, "each score"), (40, 30, "mean"), (3, 60, "diagonal")):
        f = clouds(K, n=400, d=d)
        rows, _, variance = parts(f, 0 * f.zero())
        gradient = rng.normal(size=f.zero().shape)
        step = rows.metric(variance)(gradient)
        H = f.per_class_hessians(f.zero()) / (rows.unit * rows.unit.T)
        if exact == "diagonal":
            H = H * np.eye(d + 1)
        back = np.stack([H[k] @ step[:, k] for k in range(K)], axis=1)  # at zero all scores have one Hessian
        assert_allclose(back, gradient, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("K", [2, 5])
def test_a_truncated_step_solves_newtons_system_to_a_tenth(K):
    """Bug caught: a step in the units of single precision handed back as one of the parameters."""
    f = clouds(K, units=50.0)
    theta = 0.01 * np.random.default_rng(1).normal(size=f.zero().shape)
    gradient = f(theta)[1]
    unit = SingleRows.of(f).unit
    residual = (f.hessian_times(theta, truncated_newton(f)(theta, gradient)) - gradient) / unit
    assert np.linalg.norm(residual) <= 0.11 * np.linalg.norm(gradient / unit)


def test_many_classes_take_few_steps():
    """Bug caught: L-BFGS that goes on for hundreds of steps where each class is seen in one place only."""
    f = clouds(30, n=1500, d=3, weighted=False, spread=4.0)
    *_, state = solve(f, SolverOptions("quasi-newton", 1e-4, 400))
    assert state.converged
    assert state.iteration <= single.MAX_STEPS + PAIRS + 8
    *_, slow = solve(f, SolverOptions("lbfgs", 1e-4, 100))
    assert not slow.converged
    assert state.loss < slow.loss


def test_going_on_after_the_memory_is_full_is_the_same_as_not_stopping():
    """Bug caught: a resumed fit that takes steps of L-BFGS where the first one took Newton's."""
    f = clouds(30, n=1500, d=3, spread=4.0)
    following = partial(
        newton.quasi_then_truncated,
        f,
        preconditioner=preconditioners.first_metric(f),
        solve=preconditioners.newton_cg(f),
    )
    iterates = list(islice(following(newton.initial(f, f.zero())), PAIRS + 4))
    for start in (PAIRS - 1, PAIRS, PAIRS + 2):
        *_, again = islice(following(iterates[start]), len(iterates) - start - 1)
        assert_allclose(again.w, iterates[-1].w, rtol=1e-12, atol=1e-14)


def test_single_precision_needs_a_penalty_and_stored_rows():
    """Bug caught: sparse rows made dense; small eigenvalues, which only a penalty bounds, lost to rounding."""
    assert fits_single_precision(clouds(3))
    assert not fits_single_precision(clouds(3, l2=0.0))
    assert not fits_single_precision(sparse(clouds(3)))


def sparse(f):
    X, y, weight = f.rows.arrays
    n, d = X.shape
    rows = Csr(X.ravel(), np.tile(np.arange(d), n), np.arange(0, n * d + 1, d), (n, d))
    return ScoreObjective(Samples(rows, y, weight), f.loss, f.outputs, f.C, f.l1, f.l2, f.center)


@pytest.mark.parametrize("K", [2, 4])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("intercept", [True, False])
def test_the_diagonal_of_the_bound(K, weighted, intercept):
    """Bug caught: the centre's share of sparse columns with the wrong sign, weights or the penalty forgotten."""
    f = clouds(K, weighted=weighted, intercept=intercept)
    expected = np.diag(f.curvature_bound())
    assert_allclose(f.curvature_bound_diagonal(), expected, rtol=1e-12)
    assert_allclose(sparse(f).curvature_bound_diagonal(), expected, rtol=1e-10)


def test_the_first_metric_is_the_dearer_the_more_scores_share_it():
    """Bug caught: a matrix of all pairs of columns where a dozen gradients cost less."""
    one, many = (clouds(K, n=300, d=100, weighted=False) for K in (2, 40))
    for f, dense in ((one, False), (many, True)):
        gradient = np.zeros(f.zero().shape)
        gradient[0, 0] = 1.0
        if dense:
            gradient[0, -1] = -1.0
        image = preconditioners.first_metric(f)(gradient)
        assert (np.count_nonzero(np.abs(image[:, 0]) > 1e-12) > 1) == dense


def test_a_table_in_single_precision_is_converted_once(tmp_path):
    """Bug caught: a memory map read as a whole; a table in double precision copied."""
    X = np.ones((4, 3))
    assert in_double_precision(X) is X
    assert in_double_precision(X.astype(np.float32)).dtype == np.float64
    mapped = np.memmap(tmp_path / "x", np.float32, "w+", shape=(4, 3))
    assert in_double_precision(mapped) is mapped


def test_blocks_suit_the_number_of_scores():
    """Bug caught: blocks of so many rows that the scores of many classes leave the cache, or of the 1 MiB that are
    usual, whose products BLAS does not divide."""
    X, y = np.zeros((30_000, 2)), np.zeros(30_000, int)
    sizes = [in_suitable_blocks(Samples(X, y), outputs).block_rows for outputs in (1, 2, 200)]
    assert sizes == [10_000, 32_768, 327]
    assert in_suitable_blocks(Samples(np.zeros((3, 200_000)), y[:3]), 3).block_rows == 8
