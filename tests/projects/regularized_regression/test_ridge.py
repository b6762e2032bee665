"""Ridge regression against scikit-learn, against its formula, and against itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import linear_model as peers
from sklearn.linear_model import LinearRegression as LeastSquares
from sklearn.linear_model import Ridge as Peer
from sklearn.metrics import make_scorer

import groundup
from groundup import LinearRegression, Ridge
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError
from groundup.core.optimize.gradcheck import gradient_error
from groundup.core.rows import Samples
from groundup.projects.regularized_regression.certificate import certify_ridge
from groundup.projects.regularized_regression.solvers import ridge as ridge_solve
from groundup.projects.regularized_regression.solvers.spectrum import degrees, effective_degrees, shrinkage

DIRECT = ("auto", "cholesky", "svd")
DESCENT = ("cg", "gd")
TALL, WIDE = (200, 6), (25, 60)
ARRIVES = {"tol": 1e-10, "max_iter": 50_000}


def data(shape=TALL, targets=None, seed=0, offset=2.0):
    rng = np.random.default_rng(seed)
    n, d = shape
    X = rng.normal(size=shape) + offset * rng.normal(size=d)
    coef = rng.normal(size=(d,) if targets is None else (d, targets))
    return X, X @ coef + 3 + rng.normal(size=(n,) if targets is None else (n, targets))


def weights(n, seed=1):
    return np.random.default_rng(seed).uniform(0.1, 3, n)


def how(solver):
    return {"solver": solver, **(ARRIVES if solver in DESCENT else {})}


def objective(model, X, y, alpha, weight):
    """Penalised sum of squares, straight from its definition."""
    error = (y - X @ np.atleast_2d(model.coef_).T - model.intercept_) ** 2
    return np.sum((1 if weight is None else weight)[:, None] * error) + np.sum(
        alpha * np.atleast_2d(model.coef_).T ** 2
    )


# --- parity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", [*DIRECT, *DESCENT])
@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("targets", [None, 3])
def test_parameters_equal_scikit_learn(solver, shape, weighted, fit_intercept, targets):
    """Bug caught: alpha with the wrong sign or times n, √weight twice, targets mixed up, the intercept penalised."""
    X, y = data(shape, targets)
    weight = weights(len(X)) if weighted else None
    alpha = 2.5 if targets is None else [0.3, 2.5, 40.0]
    ours = Ridge(alpha, fit_intercept=fit_intercept, **how(solver)).fit(X, y, weight)
    peer = Peer(alpha, fit_intercept=fit_intercept, solver="svd").fit(X, y, weight)
    assert ours.coef_.shape == peer.coef_.shape
    assert np.shape(ours.intercept_) == np.shape(peer.intercept_)
    accuracy = 1e-12 if solver in DIRECT else 1e-8
    assert_allclose(ours.coef_, peer.coef_, rtol=accuracy, atol=accuracy)
    assert_allclose(ours.intercept_, peer.intercept_, rtol=10 * accuracy, atol=10 * accuracy)
    assert_allclose(ours.predict(X), peer.predict(X), rtol=10 * accuracy, atol=10 * accuracy)
    assert ours.certificate_.holds


@pytest.mark.parametrize("shape", [TALL, WIDE, (40, 40)])
def test_both_spaces_give_the_solution_of_the_formula(shape):
    """Bug caught: the dual with Xᵀ and X exchanged, or alpha added in one of the two spaces only."""
    X, y = data(shape)
    n, d = shape
    primal = np.linalg.solve(X.T @ X + 1.7 * np.eye(d), X.T @ y)
    dual = X.T @ np.linalg.solve(X @ X.T + 1.7 * np.eye(n), y)
    for solver in DIRECT:
        model = Ridge(1.7, fit_intercept=False, solver=solver).fit(X, y)
        assert_allclose(model.coef_, primal, atol=1e-11)
        assert_allclose(model.coef_, dual, atol=1e-11)


@pytest.mark.parametrize("targets", [None, 2])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("shape", [(300, 12), (20, 40)])
def test_non_negative_equals_scikit_learn(targets, fit_intercept, shape):
    """Bug caught: negative coefficients clipped instead of solved again; the penalty's rows left out."""
    X, y = data(shape, targets, seed=4, offset=0.3)
    alpha = 5.0 if targets is None else [1.0, 30.0]
    weight = weights(len(X))
    ours = Ridge(alpha, positive=True, fit_intercept=fit_intercept).fit(X, y, weight)
    peer = Peer(alpha, positive=True, fit_intercept=fit_intercept, tol=1e-12, max_iter=100_000).fit(X, y, weight)
    assert (ours.coef_ >= 0).all()
    assert (ours.coef_ == 0).any()
    assert_allclose(ours.coef_, peer.coef_, atol=2e-5)
    column = y.reshape(len(y), -1)
    mine, other = (objective(m, X, column, np.array(alpha), weight) for m in (ours, peer))
    assert mine <= other * (1 + 1e-12)
    assert_allclose(ours.history_["objective"][-1], mine, rtol=1e-10)
    assert ours.certificate_.holds
    assert ours.solver_ == "active-set"


@pytest.mark.parametrize("alpha", [0.0, 1e-12, 1.0])
def test_non_negative_with_dependent_columns(alpha):
    """Bug caught: a factor of a singular matrix taken for a triangle of the data."""
    X, y = data((60, 5))
    Z = np.column_stack([X, X[:, :2]])
    model = Ridge(alpha, positive=True).fit(Z, y)
    assert model.certificate_.holds
    smaller = Ridge(alpha, positive=True).fit(X, y)
    assert model.history_["objective"][-1] <= smaller.history_["objective"][-1] * (1 + 1e-9)


def test_non_negative_with_nearly_dependent_columns():
    """Bug caught: alpha for √alpha in the rows that stand for the penalty."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    X[:, 1] = X[:, 0] + 1e-5 * X[:, 1]
    y = X @ [3.0, 8.0, 1.0]
    free = Ridge(1e-9, solver="svd").fit(X, y)
    assert free.coef_.min() > 0
    assert 1 < free.coef_[1] - free.coef_[0] < 4  # shrunk, for the data tell the two apart no better than the penalty
    assert_allclose(Ridge(1e-9, positive=True).fit(X, y).coef_, free.coef_, atol=1e-4)


def test_one_column_of_targets_has_scikit_learns_shapes():
    """Bug caught: predictions of shape (n, 1) where a drop-in is expected to give (n,)."""
    X, y = data(targets=1)
    ours, peer = Ridge().fit(X, y), Peer().fit(X, y)
    assert ours.coef_.shape == peer.coef_.shape
    assert np.shape(ours.intercept_) == np.shape(peer.intercept_)
    assert ours.predict(X).shape == peer.predict(X).shape


# --- hard data ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [1e-3, 1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize("alpha", [1e-10, 1e-6, 1e-2])
@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_nearly_dependent_columns_and_rows(spread, alpha, shape):
    """Bug caught: digits lost to cross-products without a way out, or a certificate that does not see it."""
    X, y = data(shape)
    if shape == TALL:
        X[:, 1] = X[:, 0] + spread * X[:, 1]
    else:
        X[1] = X[0] + spread * X[1]
    ours, peer = Ridge(alpha).fit(X, y), Peer(alpha, solver="svd").fit(X, y)
    assert ours.certificate_.holds
    # The directions that matter little to the objective are the ones that are known least.
    assert_allclose(ours.predict(X), peer.predict(X), rtol=1e-6, atol=1e-6)
    mine, other = (objective(m, X, y[:, None], alpha, np.ones(len(X))) for m in (ours, peer))
    assert mine <= other * (1 + 1e-9)


def test_auto_leaves_cholesky_where_the_matrix_is_nearly_singular():
    """Bug caught: the way out never taken, or always."""
    X, y = data()
    twin = np.column_stack([X, X[:, 0] * (1 + 1e-13)])
    assert Ridge(1.0).fit(twin, y).solver_ == "cholesky"
    assert Ridge(1e-12).fit(twin, y).solver_ == "svd"
    assert Ridge(0.0).fit(X, y).solver_ == "cholesky"
    singular = Ridge(0.0, solver="cholesky").fit(np.column_stack([X, X[:, 0]]), y)
    assert singular.solver_ == "svd"
    assert_allclose(singular.coef_[0], singular.coef_[-1], rtol=1e-9)  # the shortest of all solutions
    wide = Ridge([0.0, 1.0], solver="cholesky").fit(*data(WIDE, 2))
    assert_allclose(wide.coef_, Ridge([0.0, 1.0], solver="svd").fit(*data(WIDE, 2)).coef_, rtol=1e-9)


@pytest.mark.parametrize("alpha", [1e-8, 1.0])
def test_duplicate_columns_share_alike(alpha):
    """Bug caught: the weight of twins put on one of them, or lost."""
    X, y = data()
    model = Ridge(alpha).fit(np.column_stack([X, X[:, 0]]), y)
    assert_allclose(model.coef_[0], model.coef_[-1], rtol=1e-6)
    assert_allclose(model.coef_[0], Peer(alpha, solver="svd").fit(np.column_stack([X, X[:, 0]]), y).coef_[0], rtol=1e-6)


@pytest.mark.parametrize("constant", [0.1, 7.0, 1e8 / 3])
@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("parameters", [{}, {"solver": "svd"}, {"positive": True}, {"alpha": 0.0}])
def test_constant_columns_count_for_nothing(constant, shape, parameters):
    """Bug caught: what centring leaves of a constant taken for a column, which a weak penalty blows up."""
    X, y = data(shape)
    plain = Ridge(**parameters).fit(X, y)
    model = Ridge(**parameters).fit(np.column_stack([X, np.full(len(X), constant)]), y)
    assert model.coef_[-1] == 0
    assert_allclose(model.coef_[:-1], plain.coef_, atol=1e-9)
    assert model.certificate_.holds


@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_data_far_from_the_origin(shape):
    """Bug caught: products summed before the mean is taken off, which at 1e8 leaves no digit."""
    X, y = data(shape, offset=0.0)
    base, far = Ridge().fit(X, y), Ridge().fit(X + 1e8, y)
    assert_allclose(far.coef_, base.coef_, atol=1e-6)
    assert_allclose(far.predict(X + 1e8), base.predict(X), atol=1e-5)
    assert far.certificate_.holds


@pytest.mark.parametrize("solver", [*DIRECT, *DESCENT])
@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_the_intercept_is_not_penalised(solver, shape):
    """Bug caught: a penalty on the intercept, which pulls predictions of a shifted target towards zero."""
    X, y = data(shape)
    base, moved = Ridge(50.0, **how(solver)).fit(X, y), Ridge(50.0, **how(solver)).fit(X, y + 1e6)
    accuracy = 1e-8 if solver in DIRECT else 1e-4  # relative to y's spread a descent stops, and 1e6 rounds it to 1e-10
    assert_allclose(moved.coef_, base.coef_, atol=accuracy)
    assert_allclose(moved.intercept_ - base.intercept_, 1e6, atol=10 * accuracy)


@pytest.mark.parametrize(("x", "y"), [(1e200, 1), (1e-200, 1), (1, 1e200)])
def test_numbers_whose_squares_leave_double_precision(x, y):
    """Bug caught: coefficients of 0, certified, from squares that overflowed or vanished."""
    X, target = data()
    for parameters in ({}, {"solver": "svd"}, {"positive": True}, {"solver": "gd"}):
        with pytest.raises(ValueError, match="range of double precision"):
            Ridge(**parameters).fit(X * x, target * y)


# --- the ends of the scale of alpha -----------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", [*DIRECT, *DESCENT])
def test_no_penalty_is_least_squares(solver):
    """Bug caught: a division by alpha, or a smallest penalty that is added in silence."""
    X, y = data(targets=2)
    model = Ridge(0, **how(solver)).fit(X, y)
    assert_allclose(model.coef_, LinearRegression().fit(X, y).coef_, atol=1e-12 if solver in DIRECT else 1e-8)
    almost = Ridge(1e-9, **how(solver)).fit(X, y)
    assert_allclose(almost.coef_, model.coef_, atol=1e-8)


@pytest.mark.parametrize("solver", ["auto", "svd", "cg"])
@pytest.mark.parametrize("case", ["wide", "dependent"])
def test_no_penalty_and_many_solutions_give_the_shortest(solver, case):
    """Bug caught: rounding taken for a singular value, whose inverse swamps the solution."""
    X, y = data(WIDE if case == "wide" else TALL)
    if case == "dependent":
        X = np.column_stack([X, X[:, 0] + 2 * X[:, 1], X[:, 2]])
    model, peer = Ridge(0.0, **how(solver)).fit(X, y), LeastSquares().fit(X, y)
    assert_allclose(model.coef_, peer.coef_, atol=1e-7)
    assert_allclose(model.intercept_, peer.intercept_, atol=1e-7)
    assert model.certificate_.holds


@pytest.mark.parametrize("solver", [*DIRECT, *DESCENT])
@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_a_huge_penalty_leaves_the_mean(solver, shape):
    """Bug caught: an intercept that goes to zero with the slopes; overflow of alpha."""
    X, y = data(shape)
    weight = weights(len(X))
    model = Ridge(1e14, **how(solver)).fit(X, y, weight)
    assert_allclose(model.coef_, 0, atol=1e-9)
    assert_allclose(model.intercept_, np.average(y, weights=weight), rtol=1e-9)


def test_some_targets_without_a_penalty():
    """Bug caught: one target's alpha used for all."""
    for shape in (TALL, WIDE):
        X, y = data(shape, 3)
        model = Ridge([0.0, 1.0, 0.0]).fit(X, y)
        for k, alpha in enumerate([0.0, 1.0, 0.0]):
            assert_allclose(model.coef_[k], Ridge(alpha).fit(X, y[:, k]).coef_, atol=1e-9)


def test_constant_target_is_at_its_minimum_from_the_start():
    """Bug caught: 0/0 in the certificate, or a descent that chases rounding."""
    X, _ = data()
    for solver in (*DIRECT, *DESCENT):
        model = Ridge(solver=solver).fit(X, np.full(len(X), 7.3))
        assert_allclose(model.coef_, 0, atol=1e-12)
        assert_allclose(model.intercept_, 7.3)
        assert model.certificate_.holds
    assert Ridge().fit(X, np.zeros(len(X))).certificate_.holds


# --- invariances ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_order_units_and_copies(shape):
    """Bug caught: alpha per row instead of for all, or a hidden standardisation of the features."""
    X, y = data(shape)
    base, order = Ridge(2.0).fit(X, y), np.random.default_rng(0).permutation(len(X))
    assert_allclose(Ridge(2.0).fit(X[order], y[order]).coef_, base.coef_, atol=1e-11)
    assert_allclose(Ridge(2.0 * 49).fit(7 * X, y).coef_ * 7, base.coef_, atol=1e-11)
    assert_allclose(Ridge(6.0).fit(np.tile(X, (3, 1)), np.tile(y, 3)).coef_, base.coef_, atol=1e-11)
    assert_allclose(Ridge(2.0).fit(X, 5 * y).coef_ / 5, base.coef_, atol=1e-11)


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("parameters", [{}, {"solver": "svd"}, {"positive": True}])
def test_float32_stays_float32_but_is_computed_in_double(shape, parameters):
    """Bug caught: products summed in single precision, or coefficients of the wrong type."""
    X, y = data(shape)
    X, y = X.astype("f4"), y.astype("f4")
    single, double = Ridge(0.1, **parameters).fit(X, y), Ridge(0.1, **parameters).fit(X.astype("f8"), y.astype("f8"))
    assert single.coef_.dtype == single.predict(X).dtype == np.float32
    assert_allclose(single.coef_, double.coef_, rtol=1e-6, atol=1e-7)
    assert single.certificate_.holds
    if not parameters.get("positive"):  # the distance is that of the coefficients as they are stored
        stored, weight = np.float64(single.coef_), np.ones(len(X))
        double.coef_, best = stored, objective(double, X, y[:, None], 0.1, weight)
        double.intercept_ = float(np.mean(y, dtype="f8") - X.mean(0, dtype="f8") @ stored)
        excess = (objective(double, X, y[:, None], 0.1, weight) - best) / np.var(y, dtype="f8") / len(y)
        assert_allclose(single.certificate_.value, excess, rtol=0.2, atol=1e-15)
        assert single.certificate_.value > 1e-17


def test_the_caller_keeps_his_data():
    """Bug caught: centring or weighting in place."""
    for shape in (TALL, WIDE):
        X, y = data(shape)
        weight = weights(len(X))
        before = X.copy(), y.copy(), weight.copy()
        for parameters in ({}, {"solver": "svd"}, {"solver": "cg"}, {"positive": True}):
            Ridge(**parameters).fit(X, y, weight)
        for array, copy in zip((X, y, weight), before, strict=True):
            np.testing.assert_array_equal(array, copy)


def test_memory_maps_and_blocks(tmp_path):
    """Bug caught: a sum over the first block only, or data that must be in memory."""
    X, y = data((40_000, 20))
    mapped = np.memmap(tmp_path / "X", dtype="f8", mode="w+", shape=X.shape)
    mapped[:] = X
    assert_allclose(Ridge().fit(mapped, y).coef_, Peer().fit(X, y).coef_, rtol=1e-10)


# --- descent --------------------------------------------------------------------------------------------------------


def test_gradient_and_hessian_are_the_derivatives_of_the_objective():
    """Bug caught: a factor 2 or alpha missing in one of the three; uncentred products far from the origin."""
    for offset in (0.0, 300.0):
        X, y = data(targets=2, offset=offset)
        rows = Samples(X, y, np.linspace(0.1, 2, len(X)), block_rows=37)
        f = ridge_solve.factorize(rows, True, np.array([0.7, 20.0]), "auto").objective
        assert f.origin.any() == (offset > 0)
        rng = np.random.default_rng(0)
        w, step = rng.normal(size=(2, X.shape[1], 2))
        assert gradient_error(lambda v, f=f: float(f(v)[0].sum()), lambda v, f=f: f(v)[1], w) < 1e-7
        assert_allclose(f(w + step)[1] - f(w)[1], f.hessian_times(step), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("solver", [*DIRECT, *DESCENT])
@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_the_objective_recorded_is_that_of_the_answer(solver, shape):
    """Bug caught: the penalty, or the weights, missing in the objective that is recorded."""
    X, y = data(shape, 2)
    weight, alpha = weights(len(X)), np.array([1.0, 30.0])
    model = Ridge(alpha, **how(solver)).fit(X, y, weight)
    assert_allclose(model.history_["objective"][-1], objective(model, X, y, alpha, weight), rtol=1e-10)


@pytest.mark.parametrize("solver", DESCENT)
@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_every_state_knows_how_far_it_is_from_the_minimum(solver, shape):
    """Bug caught: an excess that is not the distance of the objective from its minimum, or one that rises."""
    X, y = data(shape)
    states = list(Ridge(2.0, solver=solver, tol=0, max_iter=20).steps(X, y))
    best = objective(Ridge(2.0, solver="svd").fit(X, y), X, y[:, None], 2.0, np.ones(len(X)))
    total = ((y - y.mean()) ** 2).sum()
    far = np.array([s.objective for s in states]) - best
    assert_allclose([s.excess for s in states], far / total, rtol=1e-6, atol=1e-13)
    assert (np.diff(far) <= 1e-10 * total).all()


def test_gradient_descent_keeps_its_promise():
    """Bug caught: a step from L without the penalty, or half as long."""
    X, y = data()
    squares = np.linalg.svd(X - X.mean(0), compute_uv=False) ** 2
    rate = 1 - (squares[-1] + 5) / (squares[0] + 5)
    excess = np.array([s.excess for s in Ridge(5.0, solver="gd", tol=0, max_iter=60).steps(X, y)])
    assert (excess <= excess[0] * rate ** (2 * np.arange(61)) * (1 + 1e-9) + 1e-15).all()
    assert excess[1] > 0  # and does not jump to the end


def test_a_penalty_makes_gradient_descent_faster():
    """Bug caught: the penalty left out of the curvature."""
    X, y = data((50, 40))
    steps = [Ridge(alpha, solver="gd", max_iter=100_000).fit(X, y).n_iter_ for alpha in (0.1, 1.0, 10.0)]
    assert steps[0] > 2 * steps[1] > 4 * steps[2] > 4


def test_conjugate_gradients_end_after_as_many_steps_as_features():
    """Bug caught: directions that are not conjugate still converge, but not in d steps."""
    X, y = data()
    assert Ridge(solver="cg", tol=1e-10).fit(X, y).n_iter_ <= X.shape[1]


def test_stopping_short_is_told():
    """Bug caught: an answer far from the minimum without a word."""
    X, y = data(WIDE)
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        model = Ridge(0.01, solver="gd", max_iter=3).fit(X, y)
    assert not model.certificate_.holds
    assert model.n_iter_ == 3


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_units_of_y_do_not_decide_when_to_stop(unit):
    """Bug caught: convergence against an absolute tolerance."""
    X, y = data(WIDE)
    one, other = (Ridge(solver="cg", tol=1e-3).fit(X, y * u) for u in (1, unit))
    assert one.n_iter_ == other.n_iter_


# --- the certificate ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", DIRECT)
@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_the_certificate_states_the_distance_of_a_wrong_answer(solver, shape):
    """Bug caught: a certificate that always holds, or that is not the distance it says."""
    X, y = data(shape)
    Xc, yc, alpha = X - X.mean(0), y - y.mean(), 2.0
    problem = ridge_solve.factorize(Samples(X, y[:, None], None), True, np.array([alpha]), solver)
    state = ridge_solve.solve(problem)
    assert certify_ridge(problem, state, 0.0, np.float64).value < 1e-20

    def f(w):
        return ((yc - Xc @ w) ** 2).sum() + alpha * (w**2).sum()

    rng = np.random.default_rng(0)
    wrong = state.coef + 1e-3 * Xc.T @ rng.normal(size=(len(X), 1))  # within the span of the rows
    value, gradient = problem.objective(wrong)
    excess, _ = problem.excess(gradient)
    assert_allclose(value[0], f(wrong[:, 0]), rtol=1e-9)
    assert_allclose(excess[0], f(wrong[:, 0]) - f(state.coef[:, 0]), rtol=1e-6)


def test_a_wrong_solution_is_corrected(monkeypatch):
    """Bug caught: a correction that is not repeated where the first was not enough."""
    from groundup.projects.regularized_regression.solvers.ridge_systems import Primal

    X, y = data(TALL)
    right, solution = Ridge().fit(X, y), Primal.coef
    monkeypatch.setattr(Primal, "coef", lambda self: solution(self) * 1.001)
    model = Ridge().fit(X, y)
    assert_allclose(model.coef_, right.coef_, rtol=1e-12)
    assert model.certificate_.holds
    assert_allclose(model.history_["objective"][-1], objective(model, X, y[:, None], 1.0, np.ones(len(X))), rtol=1e-9)


@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_direct_solvers_fail_their_certificate_if_their_system_is_wrong(shape, monkeypatch):
    """Bug caught: a certificate computed from the same wrong numbers as the answer."""
    from groundup.projects.regularized_regression.solvers.ridge_systems import Dual, Primal

    kind = Primal if shape == TALL else Dual
    coef, solve = kind.coef, kind.solve
    monkeypatch.setattr(kind, "coef", lambda self: coef(self) * 1.001)
    if shape == TALL:  # corrections of twice the length lead from one wrong place to another
        monkeypatch.setattr(kind, "solve", lambda self, g: 2 * solve(self, g))
    X, y = data(shape)
    with pytest.warns(ConvergenceWarning, match="not certified"):
        model = Ridge().fit(X, y)
    assert not model.certificate_.holds


def test_products_that_hold_all_digits_judge_the_solution(monkeypatch):
    """Bug caught: a pass over the data for nothing, or a certificate and an objective of digits that are lost."""
    passes, plain = [], ridge_solve.RidgeObjective.__call__
    monkeypatch.setattr(ridge_solve.RidgeObjective, "__call__", lambda *args: passes.append(1) or plain(*args))
    X, y = data()
    model = Ridge().fit(X, y, weights(len(X)))
    assert not passes
    exact = ((y - model.predict(X)) ** 2 * weights(len(X))).sum() + (model.coef_**2).sum()
    assert model.history_["objective"][-1] == pytest.approx(exact, rel=1e-12)
    assert model.certificate_.value < 1e-25
    nearly = X @ np.ones(X.shape[1]) + 1e-7 * y
    close = Ridge(1e-16).fit(X, nearly)
    assert passes
    exact = ((nearly - close.predict(X)) ** 2).sum() + 1e-16 * (close.coef_**2).sum()
    assert close.history_["objective"][-1] == pytest.approx(exact, rel=1e-6, abs=0)
    passes.clear()
    X[:, 1] = X[:, 0] + 1e-3 * X[:, 1]
    Ridge(1e-6).fit(X, y)
    assert passes


@pytest.mark.parametrize("seed", range(4))
def test_the_data_repair_what_cross_products_lost(seed):
    """Bug caught: a correction that goes the wrong way, or is not taken: a hundred times the error."""
    X, y = data(seed=seed, offset=0.0)
    X[:, 1] = X[:, 0] + 1e-3 * X[:, 1]
    ours, exact = Ridge(1e-6).fit(X, y), Ridge(1e-6, solver="svd").fit(X, y)
    assert ours.solver_ == "cholesky"
    assert_allclose(ours.coef_, exact.coef_, rtol=0, atol=3e-11 * np.abs(exact.coef_).max())


# --- degrees of freedom ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("weighted", [False, True])
def test_degrees_of_freedom_are_the_trace_of_the_smoother(shape, weighted):
    """Bug caught: s / (s + alpha) without squares, or the intercept counted."""
    X, _ = data(shape)
    weight = weights(len(X)) if weighted else np.ones(len(X))
    Xc = (X - np.average(X, axis=0, weights=weight)) * np.sqrt(weight)[:, None]
    alphas = np.array([0.1, 1.0, 50.0])
    s, found = effective_degrees(X, alphas, sample_weight=weight)
    expected = [np.trace(Xc @ np.linalg.solve(Xc.T @ Xc + a * np.eye(shape[1]), Xc.T)) for a in alphas]
    assert_allclose(found, expected, rtol=1e-9)
    assert_allclose(s, np.linalg.svd(Xc, compute_uv=False)[: len(s)], atol=1e-9)
    assert_allclose(effective_degrees(X, 1.0, sample_weight=weight)[1], expected[1], rtol=1e-9)


def test_shrinkage_is_what_ridge_leaves_of_least_squares():
    """Bug caught: factors of another direction, or of the coefficients of another target."""
    X, y = data()
    Xc = X - X.mean(0)
    _, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    ridge, plain = Vt @ Ridge(9.0).fit(X, y).coef_, Vt @ Ridge(0.0).fit(X, y).coef_
    assert_allclose(ridge / plain, shrinkage(s**2, 9.0), rtol=1e-8)
    assert degrees(s**2, 0.0) == X.shape[1]
    assert shrinkage(np.zeros(2), 0.0).tolist() == [0, 0]


# --- hostile input, the protocol ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"alpha": -1}, "alpha=-1 is not allowed; it must be a number of at least 0, or a sequence"),
        ({"alpha": [1, -1]}, r"alpha\[1\] == -1, must be >= 0"),
        ({"alpha": "1"}, "alpha='1'"),
        ({"alpha": np.nan}, "alpha=nan"),
        ({"solver": "lsmr"}, "solver='lsmr'.*'cholesky' or 'svd'"),
        ({"positive": True, "solver": "svd"}, "positive=True needs solver='auto'"),
        ({"tol": -1}, "tol=-1"),
        ({"max_iter": 0}, "max_iter=0"),
        ({"fit_intercept": 1}, "fit_intercept=1"),
    ],
)
def test_parameters_are_checked_by_fit(wrong, message):
    """Bug caught: a typing error that silently means the default."""
    with pytest.raises(InvalidParameterError, match=message):
        Ridge(**wrong).fit([[0.0], [1.0]], [0.0, 1.0])


def test_alphas_must_be_as_many_as_targets():
    """Bug caught: a NumPy broadcasting error, or three alphas for one target taken as one."""
    X, y = data(targets=2)
    for positive in (False, True):
        with pytest.raises(ValueError, match="have 2 entries, one for each target, got 3"):
            Ridge([1.0, 2.0, 3.0], positive=positive).fit(X, y)


def test_names_of_solvers_are_those_that_were_asked_for():
    """Bug caught: a program that looks at solver_, or that asks for lbfgs where slopes are positive."""
    X, y = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]]), np.array([1.0, -1.0, 0.5, 0.0])
    assert Ridge(solver="lsqr").fit(X, y).solver_ == "lsqr"
    model = Ridge(solver="lbfgs", positive=True).fit(X, y)
    assert model.solver_ == "lbfgs"
    np.testing.assert_array_equal(model.coef_, Ridge(positive=True).fit(X, y).coef_)


# --- classification -------------------------------------------------------------------------------------------------


def labeled(classes):
    rng = np.random.default_rng(classes)
    X = rng.normal(size=(60, 4)) + 2
    codes = np.argsort(np.argsort(X @ [1.0, -1.0, 0.5, 0.0] + rng.normal(size=60))) * classes // 60
    return X, np.array(["low", "middle", "top"])[codes], rng.uniform(0.1, 2, 60)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize(
    ("weighted", "class_weight"),  # "balanced" here counts the weights of the rows, too; there it does not
    [(False, None), (True, None), (False, "balanced"), (False, {"low": 3.0}), (True, {"low": 3.0})],
)
def test_classifier_equals_scikit_learn(classes, weighted, class_weight):
    """Bug caught: targets of 0 and 1, weights of classes without those of rows, or classes in another order."""
    X, y, weight = labeled(classes)
    weight = weight if weighted else None
    ours = groundup.RidgeClassifier(2.0, class_weight=class_weight).fit(X, y, weight)
    peer = peers.RidgeClassifier(2.0, class_weight=class_weight).fit(X, y, weight)
    assert ours.coef_.shape == peer.coef_.shape
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-9)
    assert_allclose(ours.intercept_, peer.intercept_, rtol=1e-9)
    assert_allclose(ours.decision_function(X), peer.decision_function(X), rtol=1e-8, atol=1e-12)
    assert ours.predict(X).tolist() == peer.predict(X).tolist()
    assert ours.score(X, y) == pytest.approx(peer.score(X, y), rel=1e-12)
    assert ours.certificate_.holds


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("how", [{}, {"cv": 4}, {"cv": 3, "scoring": "accuracy"}, {"store_cv_results": True}])
def test_classifier_chooses_the_alpha_of_scikit_learn(classes, how):
    """Bug caught: folds without the shares of the classes, or R² of signs where the share of right classes counts."""
    X, y, _ = labeled(classes)
    ours = groundup.RidgeClassifierCV([0.1, 10.0, 1000.0], **how).fit(X, y)
    peer = peers.RidgeClassifierCV([0.1, 10.0, 1000.0], **how).fit(X, y)
    assert ours.alpha_ == peer.alpha_
    assert ours.best_score_ == pytest.approx(peer.best_score_, rel=1e-9)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-8)
    if how.get("store_cv_results"):
        assert_allclose(ours.cv_results_, peer.cv_results_, rtol=1e-8)


def test_rows_of_weight_zero_have_no_class():
    """Bug caught: a class of which no row counts, with a target of its own."""
    X, y, weight = labeled(3)
    weight[y == "top"] = 0
    model = groundup.RidgeClassifier().fit(X, y, weight)
    assert model.classes_.tolist() == ["low", "middle"]
    kept = weight > 0
    assert_allclose(model.coef_, groundup.RidgeClassifier().fit(X[kept], y[kept], weight[kept]).coef_, rtol=1e-12)


@pytest.mark.parametrize("cv", [None, 3])
def test_classifier_is_judged_by_a_scorer(cv):
    """Bug caught: a scorer that is given signs, or scores, where it asks for classes."""
    X, y, _ = labeled(3)
    scorer = make_scorer(lambda true, guess, sample_weight=None: float((true == guess).mean()))
    ours = groundup.RidgeClassifierCV([0.1, 10.0, 1000.0], scoring=scorer, cv=cv).fit(X, y)
    peer = peers.RidgeClassifierCV([0.1, 10.0, 1000.0], scoring=scorer, cv=cv).fit(X, y)
    assert ours.alpha_ == peer.alpha_
    assert ours.best_score_ == pytest.approx(peer.best_score_, rel=1e-12)
