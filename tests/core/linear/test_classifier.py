"""The objective of linear classifiers, its derivatives, its gap, and all solvers on it."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.linear import gap as certificate
from groundup.core.linear import preconditioners, stochastic
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.separation import is_separable
from groundup.core.linear.solvers import METHODS, ScoreState, SolverOptions, _last_step, default_solver, solve
from groundup.core.optimize.gradcheck import gradient_error
from groundup.core.optimize.losses import Logistic, Softmax
from groundup.core.rows import Samples

PENALTIES = {"ridge": (0.0, 1.0), "lasso": (1.0, 0.0), "elastic net": (0.7, 0.3), "none": (0.0, 0.0)}
SMOOTH = ("newton", "lbfgs", "quasi-newton", "gd")


def objective(K=2, penalty="ridge", n=150, d=4, C=0.7, weighted=True, intercept=True, seed=0, block_rows=40):
    """Features far from the origin and of different sizes, weights, a few blocks."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * np.linspace(0.5, 2, d) + np.linspace(-3, 5, d)
    scores = (X - X.mean(0)) @ rng.normal(size=(d, K)) + rng.gumbel(size=(n, K))
    weight = rng.integers(1, 4, n).astype(float) if weighted else None
    l1, l2 = PENALTIES[penalty]
    return ScoreObjective(
        Samples(X, scores.argmax(1), weight, block_rows=block_rows),
        Logistic() if K == 2 else Softmax(),
        1 if K == 2 else K,
        C,
        l1,
        l2,
        np.average(X, axis=0, weights=weight) if intercept else None,
    )


def whole(f, theta):
    """The objective with its non-smooth part."""
    return float(f(theta)[0] + f.nonsmooth.value(theta).sum())


def lowest(f):
    """The minimum, by the slowest-to-fool way: proximal Newton to the last digit."""
    *_, state = solve(f, SolverOptions("prox-newton", 1e-7, 200))
    return f.join(state.coef, state.intercept)


# --- the objective --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_derivatives(K, intercept, weighted):
    """Bug caught: the penalty's gradient with the wrong sign or on the intercept, C or a weight forgotten in one of
    value, gradient and Hessian, the centre subtracted in only one of them."""
    f = objective(K, weighted=weighted, intercept=intercept)
    rng = np.random.default_rng(1)
    theta, v = rng.normal(size=f.zero().shape), rng.normal(size=f.zero().shape)
    assert gradient_error(lambda t: float(f(t)[0]), lambda t: f(t)[1], theta) < 1e-9
    numeric = (f(theta + 1e-5 * v)[1] - f(theta - 1e-5 * v)[1]) / 2e-5
    assert_allclose(f.hessian_times(theta, v), numeric, rtol=1e-6, atol=1e-6)
    assert_allclose((f.hessian(theta) @ v.ravel()).reshape(v.shape), f.hessian_times(theta, v), rtol=1e-10, atol=1e-10)


def test_the_objective_is_what_it_is_called():
    """Bug caught: a mean for a sum, the penalty divided by C, an intercept that is penalised after all."""
    f = objective(2, intercept=True)
    X, y, weight = f.rows.arrays
    rng = np.random.default_rng(1)
    w, b = rng.normal(size=(4, 1)), rng.normal(size=1)
    p = 1 / (1 + np.exp(-(X @ w + b)[:, 0]))
    expected = -0.7 * (weight * np.where(y == 1, np.log(p), np.log(1 - p))).sum() + (w**2).sum() / 2
    assert float(f(f.join(w, b))[0]) == pytest.approx(expected, rel=1e-13)
    assert_allclose(np.vstack(f.split(f.join(w, b))), np.vstack([w, b]), rtol=1e-13)


@pytest.mark.parametrize("K", [2, 4])
def test_the_bound_is_above_the_hessian(K):
    """Bug caught: a bound without the weights, C or the penalty."""
    f = objective(K)
    bound = np.kron(f.curvature_bound(), np.eye(f.outputs))
    for scale in (0.0, 0.3, 3.0):
        theta = scale * np.random.default_rng(1).normal(size=f.zero().shape)
        assert np.linalg.eigvalsh(bound - f.hessian(theta)).min() > -1e-8


def test_blocks_do_not_matter():
    """Bug caught: a block's rows with another block's classes or weights."""
    theta = np.random.default_rng(1).normal(size=(5, 3))
    one, many = objective(3, block_rows=None), objective(3, block_rows=7)
    assert_allclose(one(theta)[1], many(theta)[1], rtol=1e-11)
    assert_allclose(one.hessian(theta), many.hessian(theta), rtol=1e-11)
    assert_allclose(one.scores(theta), many.scores(theta), rtol=1e-13)


# --- the certificate ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("intercept", [True, False])
def test_the_gap_is_no_smaller_than_the_truth_and_vanishes_at_the_minimum(K, penalty, intercept):
    """Bug caught: a dual point that is not feasible, a conjugate with the wrong sign, an intercept left where it is:
    each makes a gap that promises too much."""
    f = objective(K, penalty, intercept=intercept)
    best = lowest(f)
    low = whole(f, best)
    rng = np.random.default_rng(1)
    for distance in (None, 1.0, 0.1, 1e-3):  # zero first: there the dual's point is far from feasible
        away = f.zero() if distance is None else best + distance * rng.normal(size=best.shape)
        theta, gap = certificate.gap(f, away)
        excess = whole(f, theta) - low
        assert whole(f, theta) <= whole(f, away) + 1e-9  # the intercept became better
        assert gap >= excess * (1 - 1e-9) - 1e-10
        if penalty == "none" and distance == 1e-3:  # and no larger than it has to be
            assert gap == pytest.approx(excess, rel=0.2)
    assert certificate.gap(f, best)[1] <= 1e-9 * low


def test_ridge_gap_is_half_the_squared_gradient():
    """Bug caught: a factor 2 in the conjugate of the square."""
    f = objective(2, "ridge")
    theta, gap = certificate.gap(f, np.full((5, 1), 0.1))
    gradient = f(theta)[1]
    assert abs(gradient[-1, 0]) < 1e-9  # the intercept is at its best
    assert gap == pytest.approx((gradient**2).sum() / 2, rel=1e-9)


# --- solvers --------------------------------------------------------------------------------------------------------


PAIRS = [(s, p) for s in METHODS for p in PENALTIES if s != "sgd" and not (s in SMOOTH and PENALTIES[p][0])]


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize(("solver", "penalty"), PAIRS)
@pytest.mark.parametrize("intercept", [True, False])
def test_all_solvers_find_the_minimum(K, penalty, solver, intercept):
    """Bug caught: any solver that minimises something else, or stops before the gap is closed."""
    f = objective(K, penalty, intercept=intercept)
    *_, state = solve(f, SolverOptions(solver, 1e-5, 3000))
    assert state.converged
    assert state.gap <= 1e-10
    assert whole(f, f.join(state.coef, state.intercept)) == pytest.approx(whole(f, lowest(f)), rel=2e-10)


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("penalty", ["ridge", "lasso"])
def test_sgd_comes_near(K, penalty):
    """Bug caught: a batch's gradient scaled as if it were all rows, a step that does not fall."""
    f = objective(K, penalty)
    states = list(solve(f, SolverOptions("sgd", 1e-9, 150)))
    best = whole(f, lowest(f))
    assert states[-1].loss < best * 1.005
    assert states[-1].loss < states[10].loss


def test_sgd_has_exact_zeros():
    """Bug caught: corners left out of the steps, or rounded off by a subgradient."""
    f = objective(2, "lasso", C=0.02)
    *_, state = solve(f, SolverOptions("sgd", 1e-9, 100))
    assert ((state.coef == 0) == (lowest(f)[:4] == 0)).all()
    assert (state.coef == 0).any()


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "quasi-newton", "gd", "prox-newton"])
@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("begin", [0, 20])
def test_descents_never_rise(solver, K, begin):
    """Bug caught: a line search that accepts a rise, as whole steps from far away bring; a step longer than 1/L."""
    f = objective(K, "lasso" if solver == "prox-newton" else "ridge")
    far = begin * np.random.default_rng(0).normal(size=f.zero().shape)
    states = list(solve(f, SolverOptions(solver, 1e-7, 60), theta=far))
    losses = np.array([state.loss for state in states])
    rounding = np.array([state.iterate.rounding for state in states])  # the first steps may be in single precision
    assert (np.diff(losses) <= 1e-12 * losses[0] + 4 * rounding[:-1] * losses[:-1]).all()
    assert solver == "gd" or losses[-1] == pytest.approx(whole(f, lowest(f)), rel=1e-6)


@pytest.mark.parametrize("K", [2, 3])
def test_one_pass_of_saga_is_that_of_its_definition(K):
    """Bug caught: a correction without its scale, a mean or a table of slopes that is not brought up to date. They
    hardly slow the method down on small data, so that only the steps themselves show them."""
    f, batch, rate = objective(K, "lasso"), 16, 1e-3
    X, y, weight = f.rows.arrays
    n, A = len(y), np.hstack([X - f.center, np.ones((len(y), 1))])
    begin = stochastic.initial_saga(f, f.zero(), seed=5)
    state = next(stochastic.saga(f, begin, rate, batch))
    theta = f.zero()

    def slopes(at):
        return f.C * (f.loss.value_and_slope((A @ at).T, y)[1] * weight).T  # (n, t)

    table = slopes(theta)
    for rows in stochastic.batches(n, batch, 5, 0):
        new = slopes(theta)[rows]
        direction = n / len(rows) * A[rows].T @ (new - table[rows]) + A.T @ table
        theta = f.nonsmooth.prox(theta - rate * direction, rate)
        table[rows] = new
    assert_allclose(state.w, theta, rtol=1e-9, atol=1e-12)
    assert_allclose(f.C * state.memory[2].T, table, rtol=1e-9)


@pytest.mark.parametrize(
    ("solver", "penalty"), [(s, "ridge") for s in METHODS] + [("saga", "lasso"), ("prox-newton", "lasso")]
)
@pytest.mark.parametrize("K", [2, 3])
def test_going_on_from_any_state_is_the_same_as_not_stopping(solver, penalty, K):
    """Bug caught: a memory (pairs, momentum, table of slopes, epoch) that the state does not hold."""
    f, options = objective(K, penalty), SolverOptions(solver, 1e-9, 12, seed=3)
    states = list(solve(f, options))
    for start in (states[0], states[len(states) // 2]):
        again = [start, *solve(f, options, start=start)]
        assert again[-1].iteration == states[-1].iteration
        assert_allclose(again[-1].coef, states[-1].coef, rtol=1e-12, atol=1e-14)
    assert list(solve(f, SolverOptions(solver, 0.5, 12), start=states[-1]))[:1] == [] or states[-1].iteration == 12


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_wide_form_takes_newtons_own_steps(intercept, weighted):
    """Bug caught: Woodbury's identity with l2 in the wrong place, the intercept's block left out."""
    f = objective(2, n=30, d=60, intercept=intercept, weighted=weighted)
    theta = 0.1 * np.random.default_rng(1).normal(size=f.zero().shape)
    gradient = f(theta)[1]
    assert_allclose(
        preconditioners.newton_kernel(f)(theta, gradient),
        preconditioners.newton_direct(f)(theta, gradient),
        rtol=1e-7,
        atol=1e-10,
    )


def test_products_give_newtons_direction():
    """Bug caught: conjugate gradients on another system than the Hessian's."""
    f = objective(3)
    theta = 0.1 * np.random.default_rng(1).normal(size=f.zero().shape)
    gradient = f(theta)[1]
    found, exact = preconditioners.newton_cg(f)(theta, gradient), preconditioners.newton_direct(f)(theta, gradient)
    assert np.linalg.norm(f.hessian_times(theta, found - exact)) <= 0.02 * np.linalg.norm(gradient)


def test_a_subsample_gives_a_good_start():
    """Bug caught: a sample's objective that weighs the penalty as if there were fewer rows."""
    f = objective(2, n=4000)
    origin, _ = preconditioners.from_subsample(f)
    assert whole(f, origin) < whole(f, lowest(f)) * 1.05
    every = np.arange(4000)
    for rows in (every, np.concatenate([every, every])):  # a sample as good as the whole is the whole
        assert float(f.subsample(rows)(origin)[0]) == pytest.approx(float(f(origin)[0]), rel=1e-12)
    *_, state = solve(f, SolverOptions("lbfgs", 1e-4, 20))
    assert state.converged
    assert state.iteration <= 6


@pytest.mark.parametrize(
    ("K", "n", "d", "penalty", "solver"),
    [
        (2, 200, 5, "ridge", "newton"),
        (2, 40_000, 50, "ridge", "quasi-newton"),
        (2, 20, 3000, "ridge", "quasi-newton"),
        (5, 5000, 4, "ridge", "quasi-newton"),
        (3, 100, 4, "ridge", "newton"),
        (3, 100, 4, "lasso", "prox-newton"),
    ],
)
def test_the_solver_suits_the_data(K, n, d, penalty, solver):
    """Bug caught: a p × p matrix for thousands of columns; a smooth solver at a corner."""
    assert default_solver(objective(K, penalty, n=n, d=d)) == solver


def test_a_step_that_is_too_long_is_named():
    """Bug caught: NaN coefficients without a word."""
    f = objective(2)
    with pytest.raises(FloatingPointError, match=r"learning_rate=1000000\.0 is too large"), np.errstate(all="ignore"):
        list(solve(f, SolverOptions("gd", 1e-4, 2000, learning_rate=1e6)))


# --- separation -----------------------------------------------------------------------------------------------------

LINE = np.arange(10.0)[:, None]
CASES = {
    "apart": (LINE, (LINE[:, 0] > 4).astype(int), True),
    "touching": (np.round(LINE / 4), (LINE[:, 0] > 4).astype(int), True),
    "one side sure": ((LINE > 4).astype(float), np.array([0, 1, 0, 1, 0, 1, 1, 1, 1, 1]), True),
    "overlap": (LINE, np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1]), False),
    "three apart": (LINE, np.repeat([0, 1, 2], [3, 4, 3]), True),
    "one of three apart": (LINE, np.array([0, 0, 0, 1, 2, 1, 2, 1, 2, 2]), True),
    "three overlap": (LINE, np.array([0, 1, 0, 1, 2, 0, 2, 1, 2, 1]), False),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("solver", ["newton", "lbfgs", "quasi-newton"])
def test_separable_classes_are_found_out(case, solver):
    """Bug caught: huge coefficients handed out as an estimate; or a warning where the likelihood has a maximum."""
    X, y, apart = CASES[case]
    K = y.max() + 1
    f = ScoreObjective(
        Samples(X, y, None), Logistic() if K == 2 else Softmax(), 1 if K == 2 else K, 1.0, 0.0, 0.0, X.mean(0)
    )
    *_, state = solve(f, SolverOptions(solver, 1e-4, 100))
    assert state.separable == apart
    assert state.converged != apart
    assert is_separable(f, f.join(state.coef, state.intercept), _last_step(state.iterate)) == apart


def test_a_large_step_is_no_separation_and_none_is_needed_for_one():
    """Bug caught: a first step that lowers some margins taken for a proof; a solver without moves never told."""
    X, y, _ = CASES["overlap"]
    f = ScoreObjective(Samples(X, y, None), Logistic(), 1, 1.0, 0.0, 0.0, X.mean(0))
    *_, state = solve(f, SolverOptions("newton", 1e-4, 1))
    assert not state.separable
    X, y, _ = CASES["apart"]
    f = ScoreObjective(Samples(X, y, None), Logistic(), 1, 1.0, 0.0, 0.0, X.mean(0))
    *_, state = solve(f, SolverOptions("gd", 1e-4, 200))
    assert state.separable


def test_every_epoch_has_an_order_of_its_own():
    """Bug caught: the same batches in every epoch; rows that no batch has."""
    first, second, again = (list(stochastic.batches(150, 32, 7, epoch)) for epoch in (0, 1, 0))
    assert sorted(np.concatenate(first).tolist()) == list(range(150))
    assert np.concatenate(first).tolist() != np.concatenate(second).tolist()
    assert np.concatenate(first).tolist() == np.concatenate(again).tolist()


def test_states_of_several_scores_sum_to_zero():
    """Bug caught: an intercept that drifts along the direction that changes no probability, for all to see."""
    f = objective(3)
    shifted = f.zero() + np.append(np.zeros(4), 5.0)[:, None]
    for state in solve(f, SolverOptions("newton", 1e-6, 20), theta=shifted):
        assert abs(state.intercept.sum()) < 1e-9


def test_states_are_what_they_say():
    """Bug caught: an intercept at the centre handed out as that at zero."""
    f = objective(2)
    for state in islice(solve(f, SolverOptions("newton", 1e-4, 10)), 3):
        assert isinstance(state, ScoreState)
        X, y, weight = f.rows.arrays
        z = X @ state.coef[:, 0] + state.intercept[0]
        loss = 0.7 * (weight * (np.logaddexp(0, z) - y * z)).sum() + (state.coef**2).sum() / 2
        if not state.converged:
            assert state.loss == pytest.approx(loss, rel=1e-12)
