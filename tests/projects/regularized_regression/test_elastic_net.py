"""Lasso and elastic net against scikit-learn, against exact arithmetic, and against themselves."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import ElasticNet as Peer
from sklearn.linear_model import Ridge

from groundup import ElasticNet, Lasso, LinearRegression
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError
from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Samples
from groundup.projects.regularized_regression.solvers.duality_gap import gap
from groundup.projects.regularized_regression.solvers.lasso import SOLVERS
from groundup.projects.regularized_regression.solvers.quadratic import ColumnQuadratic, GramQuadratic, prepare_quadratic

TALL, WIDE = (120, 8), (40, 90)
EXACT = {"tol": 1e-13, "max_iter": 100_000}


def data(shape=TALL, targets=None, seed=0, correlation=0.6):
    """Correlated features of unlike size and offset, few of them with an effect."""
    rng = np.random.default_rng(seed)
    n, d = shape
    X = rng.normal(size=shape) + correlation / (1 - correlation) * rng.normal(size=(n, 1))
    X = X * rng.uniform(0.5, 2, d) + rng.normal(size=d)
    coef = rng.normal(size=(d, targets or 1)) * (rng.random((d, 1)) < min(0.5, 8 / d))
    y = X @ coef + 3 + rng.normal(size=(n, targets or 1))
    return X, y if targets else y[:, 0]


def peer(X, y, weight=None, **parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not reach a gap of 1e-13 everywhere
        return Peer(**parameters, **EXACT).fit(X, y, weight)


def objective(model, X, y, alpha, l1_ratio=1.0, weight=None):
    """Straight from its definition."""
    w = model.coef_.astype(float)
    error = np.average((y - X @ w - model.intercept_) ** 2, weights=weight)
    return error / 2 + alpha * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * (w**2).sum())


# --- parity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("precompute", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize(
    "penalty", [{"l1_ratio": 1.0}, {"l1_ratio": 0.5}, {"l1_ratio": 0.01}, {"l1_ratio": 1.0, "positive": True}]
)
def test_parameters_equal_scikit_learn(shape, precompute, weighted, fit_intercept, penalty):
    """Bug caught: alpha times n, ½ forgotten, l1 and l2 confused, weights squared, the intercept penalised."""
    X, y = data(shape)
    weight = np.random.default_rng(1).uniform(0.1, 3, len(X)) if weighted else None
    for alpha in (0.03, 0.5):
        how = {"alpha": alpha, "fit_intercept": fit_intercept, **penalty}
        ours = ElasticNet(**how, precompute=precompute, tol=1e-12).fit(X, y, weight)
        theirs = peer(X, y, weight, **how)
        assert_allclose(ours.coef_, theirs.coef_, atol=2e-6 * np.abs(theirs.coef_).max())
        assert_allclose(ours.intercept_, theirs.intercept_, atol=2e-5)
        ratio = penalty["l1_ratio"]
        best = objective(theirs, X, y, alpha, ratio, weight)
        assert objective(ours, X, y, alpha, ratio, weight) <= best * (1 + 1e-12)
        assert ours.certificate_.holds


@pytest.mark.parametrize("targets", [1, 3])
@pytest.mark.parametrize("model", [Lasso(0.1), ElasticNet(0.1)])
def test_several_targets_are_separate_problems(targets, model):
    """Bug caught: targets mixed up, shapes that differ from scikit-learn's, the certificate of the last target only."""
    X, y = data(targets=targets)
    ours = model.set_params(tol=1e-12).fit(X, y)
    theirs = peer(X, y, alpha=0.1, l1_ratio=1.0 if isinstance(model, Lasso) else 0.5)
    assert ours.coef_.shape == theirs.coef_.shape
    assert np.shape(ours.intercept_) == np.shape(theirs.intercept_)
    assert np.shape(ours.dual_gap_) == np.shape(theirs.dual_gap_)
    assert np.shape(ours.n_iter_) == np.shape(theirs.n_iter_)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
    assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-5)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_gap_is_scikit_learns_and_never_larger():
    """Bug caught: a dual point that is not allowed, or not the best multiple of the residual; gaps off by 1/n."""
    for shape in (TALL, WIDE):
        X, y = data(shape)
        for l1_ratio in (1.0, 0.5, 0.1):
            for rough in (1e-1, 1e-2, 1e-3):
                theirs = Peer(0.1, l1_ratio=l1_ratio, tol=rough).fit(X, y)
                r = y - theirs.predict(X)
                slope = (X - X.mean(0)).T @ r / len(X)
                ours = gap(Penalty(0.1 * l1_ratio, 0.1 * (1 - l1_ratio)), theirs.coef_, slope, r @ r / len(X))
                if l1_ratio == 1:
                    assert ours == pytest.approx(theirs.dual_gap_, rel=1e-9)
                assert ours <= theirs.dual_gap_ * (1 + 1e-9)


def test_without_a_penalty_it_is_least_squares():
    """Bug caught: a division by alpha, a gap that is never reached, warnings at every fit."""
    X, y = data()
    exact = LinearRegression().fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for how in ({}, {"precompute": False}, {"solver": "cd", "tol": 1e-13}, {"solver": "fista", "tol": 1e-13}):
            model = Lasso(0.0, **how).fit(X, y)
            assert_allclose(model.coef_, exact.coef_, atol=1e-5)
            assert model.certificate_.holds
        constrained = Lasso(0.0, positive=True).fit(X, y)
        assert_allclose(constrained.coef_, LinearRegression(positive=True).fit(X, y).coef_, atol=1e-8)
        wide = Lasso(0.0).fit(*data(WIDE))
    assert wide.score(*data(WIDE)) > 1 - 1e-9
    assert wide.certificate_.holds


def test_without_dependence_on_signs_it_is_ridge_regression():
    """Bug caught: alpha of ridge confused with that of the mean squared error; l1_ratio=0 refused or slow."""
    for shape in (TALL, WIDE):
        X, y = data(shape)
        for solver in ("auto", "fista"):
            ours = ElasticNet(0.2, l1_ratio=0.0, solver=solver, tol=1e-13, max_iter=50_000).fit(X, y)
            assert_allclose(ours.coef_, Ridge(0.2 * len(X)).fit(X, y).coef_, atol=1e-6)
            assert ours.certificate_.holds


# --- what makes it a lasso --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_all_solvers_agree_and_give_exact_zeros(solver, shape, l1_ratio):
    """Bug caught: one of five with another step, threshold or stopping rule; zeros that are 1e-17."""
    X, y = data(shape, correlation=0.2)
    model = ElasticNet(0.3, l1_ratio=l1_ratio, solver=solver, tol=1e-10, max_iter=10_000).fit(X, y)
    best = ElasticNet(0.3, l1_ratio=l1_ratio, tol=1e-13).fit(X, y)
    assert_array_equal(model.coef_ != 0, best.coef_ != 0)
    assert 0 < (model.coef_ == 0).sum() < X.shape[1]
    assert_allclose(model.coef_, best.coef_, atol=1e-4)
    assert objective(model, X, y, 0.3, l1_ratio) - objective(best, X, y, 0.3, l1_ratio) <= model.dual_gap_ + 1e-14
    assert model.certificate_.holds


@pytest.mark.parametrize("how", [{}, {"precompute": False}, {"solver": "cd"}, {"positive": True}])
def test_alpha_max_is_the_smallest_alpha_without_a_slope(how):
    """Bug caught: the largest correlation of data that are not centred, or without 1/n."""
    X, y = data()
    c = (X - X.mean(0)).T @ (y - y.mean()) / len(X)
    largest = c.max() if "positive" in how else np.abs(c).max()
    none = Lasso(largest * (1 + 1e-9), **how).fit(X, y)
    assert_array_equal(none.coef_, 0)
    assert none.intercept_ == pytest.approx(y.mean())
    assert none.n_iter_ == 1
    assert (Lasso(largest * 0.99, tol=1e-9, **how).fit(X, y).coef_ != 0).sum() == 1


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_intercept_is_not_penalised(solver):
    """Bug caught: the intercept shrunk like a slope (the defect seen most in the field)."""
    X, y = data()
    how = {"alpha": 0.1, "solver": solver, "tol": 1e-9, "max_iter": 50_000}
    near, far = ElasticNet(**how).fit(X, y), ElasticNet(**how).fit(X + 100, y + 1e6)
    assert_allclose(far.coef_, near.coef_, atol=1e-4)
    assert far.intercept_ == pytest.approx(near.intercept_ + 1e6 - 100 * near.coef_.sum(), abs=0.1)


@pytest.mark.parametrize("precompute", [True, False])
def test_constant_columns_and_copies_of_columns(precompute):
    """Bug caught: the rounding that centring leaves of a constant taken for a feature; a singular system."""
    X, y = data()
    Z = np.column_stack([X, np.full(len(X), 1 / 3), np.zeros(len(X)), X[:, :3], -2 * X[:, 3]])
    for alpha in (0.1, 1e-6, 0.0):
        model = Lasso(alpha, precompute=precompute, tol=1e-10).fit(Z, y)
        assert_array_equal(model.coef_[8:10], 0)
        alone = Lasso(alpha, tol=1e-10).fit(X, y)
        if alpha:  # −2·X[:, 3] is the cheaper way to say the same
            assert objective(model, Z, y, alpha) <= objective(alone, X, y, alpha) + 1e-9
            assert model.coef_[3] == 0
        assert_allclose(model.predict(Z), alone.predict(X), atol=0.1 if alpha == 0.1 else 1e-4)
    X, y = data(WIDE)
    wide = Lasso(0.0, precompute=precompute).fit(np.column_stack([X, np.full(len(X), 1 / 3)]), y)
    assert wide.coef_[-1] == 0


# --- invariances ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precompute", [True, False])
def test_order_of_rows_and_columns_and_the_unit_of_y(precompute):
    """Bug caught: columns put back in the wrong places; a tolerance in absolute terms."""
    X, y = data(WIDE)
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(len(X)), rng.permutation(X.shape[1])
    coef = Lasso(0.1, precompute=precompute, tol=1e-12).fit(X, y).coef_
    moved = Lasso(0.1, precompute=precompute, tol=1e-12).fit(X[rows][:, columns], y[rows]).coef_
    assert_allclose(moved, coef[columns], atol=1e-7)
    for unit in (1e-6, 1e6):
        scaled = Lasso(0.1 * unit, precompute=precompute, tol=1e-12).fit(X, y * unit).coef_
        assert_allclose(scaled, coef * unit, atol=1e-7 * unit)


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("precompute", [True, False])
def test_float32_stays_float32_but_is_computed_in_double(shape, precompute):
    """Bug caught: products summed in single precision, or coefficients of the wrong type."""
    X, y = (array.astype("f4") for array in data(shape))
    how = {"alpha": 0.1, "precompute": precompute, "tol": 1e-6}
    single, double = Lasso(**how).fit(X, y), Lasso(**how).fit(X.astype("f8"), y.astype("f8"))
    assert single.coef_.dtype == single.predict(X).dtype == np.float32
    assert_allclose(single.coef_, double.coef_, rtol=1e-5, atol=1e-6)
    assert single.certificate_.holds


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_caller_keeps_his_data():
    """Bug caught: centring or weighting in place."""
    X, y = data(WIDE)
    weight = np.linspace(0, 2, len(X))
    before = X.copy(), y.copy(), weight.copy()
    for solver in SOLVERS:
        for precompute in (True, False):
            ElasticNet(0.5, solver=solver, precompute=precompute, max_iter=20).fit(X, y, weight)
    for array, copy in zip((X, y, weight), before, strict=True):
        assert_array_equal(array, copy)


@pytest.mark.parametrize("precompute", [True, False])
def test_memory_maps_and_blocks(tmp_path, precompute):
    """Bug caught: a sum over the first block only, or data that must be in memory."""
    X, y = data((20_000, 12))
    mapped = np.memmap(tmp_path / "X", dtype="f8", mode="w+", shape=X.shape)
    mapped[:] = X
    ours = Lasso(0.1, precompute=precompute, tol=1e-12).fit(mapped, y)
    assert_allclose(ours.coef_, peer(X, y, alpha=0.1, l1_ratio=1.0).coef_, atol=1e-6)


# --- certificate ------------------------------------------------------------------------------------------------------


def exact_minimum(X, y, alpha, signs):
    """Objective at the minimum, in rational arithmetic: for the right signs, the system has a solution that proves it.

    `X` and `y` hold integers; there is no intercept.
    """
    n, support = len(X), np.flatnonzero(signs)
    F = np.vectorize(Fraction, otypes=[object])
    X, y, alpha = F(X), F(y), Fraction(alpha)
    A = X[:, support]
    rows = np.column_stack([A.T @ A, A.T @ y - n * alpha * F(signs[support])])
    for i in range(len(support)):  # Gauss and Jordan
        rows[i] = rows[i] / rows[i, i]
        for j in range(len(support)):
            if j != i:
                rows[j] = rows[j] - rows[j, i] * rows[i]
    w = rows[:, -1]
    r = y - A @ w
    assert all(value * sign > 0 for value, sign in zip(w, signs[support], strict=True))
    assert all(abs(slope) <= alpha * n for slope in X.T @ r)  # the optimality conditions, without rounding
    return r @ r / (2 * n) + alpha * sum(abs(w))


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("tol", [1e-1, 1e-4, 1e-8, 1e-14])
def test_the_stated_gap_holds_against_exact_arithmetic(solver, tol):
    """Bug caught: a gap that promises more than is true, by rounding or by a wrong dual point."""
    rng = np.random.default_rng(5)
    X, y = rng.integers(-9, 10, (14, 20)), rng.integers(-99, 100, 14)
    alpha = 50.0
    signs = np.sign(Lasso(alpha, fit_intercept=False, tol=1e-14).fit(X, y).coef_).astype(int)
    assert 3 <= (signs != 0).sum() < 14
    best = exact_minimum(X, y, alpha, signs)
    model = Lasso(alpha, fit_intercept=False, solver=solver, tol=tol, max_iter=3000)
    F = np.vectorize(Fraction, otypes=[object])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # rounding may keep a gap of 1e-14 out of reach
        states = list(model.steps(X, y))
    for state in [*states[:: max(1, len(states) // 10)], states[-1]]:
        w = F(state.coef[:, 0])
        r = F(y) - F(X) @ w
        excess = r @ r / (2 * len(y)) + Fraction(alpha) * sum(abs(w)) - best
        assert 0 <= excess <= Fraction(state.gap)
    assert states[-1].gap <= max(tol, 1e-13) * (y**2).mean()


@pytest.mark.parametrize("seed", [0, 5, 10])
def test_a_gap_allows_for_its_own_rounding(seed):
    """Bug caught: "0.0" for answers that are right to the last digit, but not beyond."""
    rng = np.random.default_rng(seed)
    X, y = rng.integers(-9, 10, (6, 3)), rng.integers(-99, 100, 6)
    *_, state = Lasso(20.0, fit_intercept=False, tol=1e-12).steps(X, y)
    w = np.vectorize(Fraction, otypes=[object])(state.coef[:, 0])
    r = y - X @ w
    excess = r @ r / 12 + 20 * sum(abs(w)) - exact_minimum(X, y, 20.0, np.sign(state.coef[:, 0]).astype(int))
    assert 0 < excess <= Fraction(state.gap)
    assert state.gap < 1e-12 * (y**2).mean()


def test_a_wrong_answer_is_not_certified():
    """Bug caught: a certificate of the solver's good faith, which does not look at the answer."""
    X, y = data()
    for model in (Lasso(0.1), ElasticNet(0.1), ElasticNet(0.1, l1_ratio=0.0), Lasso(0.0), Lasso(0.1, positive=True)):
        training_data = model._prepare(X, y, None)
        *_, state = model._iterate(training_data, None)
        assert model._finish(training_data, state)["certificate_"].holds
        problem, penalty = training_data.problem, model._penalty()
        wrong = np.abs(state.coef[:, 0]) * 1.5
        slope, square = problem.slope(wrong[:, None], 0)
        decrease = problem.possible_decrease(slope[:, 0])
        assert gap(penalty, wrong, slope[:, 0], square[0], decrease) > 1e-3 * problem.square[0]


def test_the_gap_bounds_what_any_method_leaves():
    """Bug caught: an objective or a gap that does not belong to the state's coefficients."""
    X, y = data(WIDE)
    for l1_ratio in (1.0, 0.3):
        best = objective(ElasticNet(0.1, l1_ratio=l1_ratio, tol=1e-14).fit(X, y), X, y, 0.1, l1_ratio)
        for solver in SOLVERS:
            model = ElasticNet(0.1, l1_ratio=l1_ratio, solver=solver, tol=1e-9, max_iter=200)
            for state in model.steps(X, y):
                w = state.coef[:, 0]
                error = np.mean((y - X @ w - state.intercept[0]) ** 2) / 2
                value = error + 0.1 * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * (w**2).sum())
                assert state.objective == pytest.approx(value, rel=1e-10)
                assert -1e-13 <= state.objective - best <= state.gap + 1e-13


# --- iteration --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["auto", "cd", "ista"])
def test_the_objective_never_rises(solver):
    """Bug caught: a step too long, a coordinate's minimum missed, a column dropped from a working set."""
    X, y = data(WIDE)
    model = Lasso(0.01, solver=solver, tol=1e-12, max_iter=300)
    values = np.array([state.objective for state in model.steps(X, y)])
    assert (np.diff(values) <= 1e-13 * values[0]).all()
    assert values[-1] < values[0] / 2


def test_random_selection_is_reproducible_and_differs_from_cyclic():
    """Bug caught: a parameter that does nothing, or a generator's position as part of the answer."""
    X, y = data()
    runs = [
        [s.objective for s in Lasso(0.01, solver="cd", selection="random", random_state=seed, tol=1e-9).steps(X, y)]
        for seed in (0, 0, 1)
    ]
    cyclic = [s.objective for s in Lasso(0.01, solver="cd", tol=1e-9).steps(X, y)]
    assert runs[0] == runs[1] != runs[2]
    assert runs[0] != cyclic
    assert runs[0][-1] == pytest.approx(cyclic[-1], rel=1e-6)


def test_warm_start():
    """Bug caught: a start that is ignored, infeasible under positive=True, or of other data."""
    X, y = data(WIDE)
    model = Lasso(0.1, solver="cd", warm_start=True, tol=1e-5, max_iter=5000).fit(X, y)
    cold = model.n_iter_
    assert model.fit(X, y).n_iter_ == 1 < cold
    model.set_params(positive=True).fit(X, y)
    assert (model.coef_ >= 0).all()
    assert np.isfinite(model.history_["objective"]).all()
    assert model.certificate_.holds
    with pytest.raises(ValueError, match="warm_start"):
        model.fit(X[:, :5], y)


def test_only_columns_that_are_called_for_are_taken():
    """Bug caught: a working set that takes in everything, or products of all pairs for wide data."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 5000))
    y = X[:, :5].sum(1) + 0.1 * rng.normal(size=100)
    problem = prepare_quadratic(Samples(X, y[:, None], None), True, "auto")
    assert isinstance(problem, ColumnQuadratic)
    model = Lasso(0.3)
    data_ = model._prepare(X, y, None)
    *_, state = model._iterate(data_, None)
    assert state.converged
    assert set(range(5)) <= set(np.flatnonzero(state.coef[:, 0]))
    assert data_.problem.count < 300
    assert isinstance(prepare_quadratic(Samples(X.T, X.T @ y[:, None], None), True, "auto"), GramQuadratic)


def test_both_forms_of_a_problem_are_the_same():
    """Bug caught: centring, weights or 1/n in one of the two ways to know the data, but not in the other."""
    X, y = data(WIDE, targets=2)
    X[:, 3] = 0.1
    weight = np.random.default_rng(0).uniform(0, 2, len(X))
    rows = Samples(X, y, weight, block_rows=7)
    a, b = prepare_quadratic(rows, True, True), prepare_quadratic(rows, True, False)
    index, w = np.array([5, 2, 3, 60]), np.random.default_rng(1).normal(size=(X.shape[1], 2))
    share = weight / weight.sum()
    centred = (X - share @ X) * np.sqrt(share)[:, None]
    assert_allclose(a.gram(index), (centred.T @ centred)[np.ix_(index, index)], atol=1e-12)
    for got in (b.gram(index), b.gram(index, keep=True), b.gram(np.append(index, 7), keep=True)[:4, :4]):
        assert_allclose(got, a.gram(index), atol=1e-12)
    assert_allclose(b.c, a.c, atol=1e-12)
    assert_allclose(b.square, a.square)
    for target in (0, 1, slice(None)):
        for got, expected in zip(b.slope(w, target), a.slope(w, target), strict=True):
            assert_allclose(got, expected, rtol=1e-10, atol=1e-10)
    assert a.curvature() == pytest.approx(b.curvature()) == pytest.approx(np.linalg.norm(centred, 2) ** 2)


def test_products_can_be_given():
    """Bug caught: products used though they are those of other data, or of data that are not centred."""
    X, y = data()
    centred = X - X.mean(0)
    model = Lasso(0.1, precompute=centred.T @ centred, tol=1e-12).fit(X, y)
    assert_allclose(model.coef_, Lasso(0.1, tol=1e-12).fit(X, y).coef_, atol=1e-9)
    weight = np.arange(1.0, len(X) + 1)
    rows = (X - np.average(X, axis=0, weights=weight)) * np.sqrt(weight / weight.mean())[:, None]
    weighted = Lasso(0.1, precompute=rows.T @ rows, tol=1e-12).fit(X, y, weight)
    assert_allclose(weighted.coef_, Lasso(0.1, tol=1e-12).fit(X, y, weight).coef_, atol=1e-9)
    for wrong in (np.eye(3), centred.T @ centred / len(X)):
        with pytest.raises(ValueError, match="precompute"):
            Lasso(0.1, precompute=wrong).fit(centred, y)
    with pytest.warns(UserWarning, match="recomputing Gram matrix"):
        again = Lasso(0.1, precompute=X.T @ X, tol=1e-12).fit(X, y)
    assert_allclose(again.coef_, model.coef_, atol=1e-9)


# --- the estimator ----------------------------------------------------------------------------------------------------


def test_stopping_short_is_told():
    """Bug caught: an answer far from the minimum that looks like any other."""
    X, y = data(WIDE)
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        model = Lasso(0.001, solver="ista", max_iter=2).fit(X, y)
    assert not model.certificate_.holds
    assert model.n_iter_ == 2
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):  # though the last target is done
        model.fit(X, np.column_stack([y, np.zeros(len(y))]))
    assert not model.certificate_.holds


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"alpha": -1}, "alpha"),
        ({"l1_ratio": 1.5}, "l1_ratio"),
        ({"solver": "newton"}, "solver"),
        ({"precompute": "always"}, "precompute"),
        ({"selection": "greedy"}, "selection"),
    ],
)
def test_parameters_that_make_no_sense(how, message):
    """Bug caught: a penalty that rewards large coefficients."""
    with pytest.raises(InvalidParameterError, match=message):
        ElasticNet(**how).fit(*data())


def test_numbers_too_large_to_be_squared():
    """Bug caught: NaN in silence."""
    X, y = data()
    for precompute in (True, False):
        with pytest.raises(ValueError, match="scale"):
            Lasso(precompute=precompute).fit(X * 1e200, y)


def test_history():
    """Bug caught: an objective curve that is missing, or of another length than the iterations."""
    X, y = data()
    model = Lasso(0.1, solver="cd").fit(X, y)
    assert len(model.history_["objective"]) == len(model.history_["gap"]) == model.n_iter_ + 1
    assert model.history_["gap"][-1] == model.dual_gap_
