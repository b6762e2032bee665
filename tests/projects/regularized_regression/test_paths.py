"""Paths: corner by corner, alpha by alpha, and judged on rows left out."""

import warnings

import numpy as np
import pytest
import sklearn.linear_model as peers
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import load_diabetes
from sklearn.model_selection import ShuffleSplit

import groundup
from groundup import ElasticNet, ElasticNetCV, Lasso, LassoCV, enet_path, lars_path, lasso_path
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError
from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Samples
from groundup.projects.regularized_regression.models.choice import one_standard_error
from groundup.projects.regularized_regression.solvers.lars import LarsState, first_to_join, lars
from groundup.projects.regularized_regression.solvers.quadratic import ColumnQuadratic
from groundup.projects.regularized_regression.solvers.representation import prepare_quadratic

EXACT = {"tol": 1e-13, "max_iter": 100_000}
SHAPES = [(80, 15), (40, 100)]


def data(shape=(80, 15), seed=0):
    rng = np.random.default_rng(seed)
    n, d = shape
    X = rng.normal(size=shape) + rng.normal(size=(n, 1)) + rng.normal(size=d)
    return X, X[:, :6] @ rng.normal(size=6) + rng.normal(size=n)


def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X, y - y.mean()


@pytest.fixture(autouse=True)
def _quiet_peers():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="sklearn")
        yield


# --- alpha by alpha ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", [{}, {"positive": True}, {"alphas": [0.01, 1.0, 0.1]}, {"eps": 1e-2, "alphas": 20}])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_paths_equal_scikit_learns(shape, how, l1_ratio):
    """Bug caught: a grid that starts elsewhere, alphas unsorted, a working set that misses a column on the way."""
    X, y = data(shape)
    ours = enet_path(X, y, l1_ratio=l1_ratio, tol=1e-12, **how)
    theirs = peers.enet_path(X, y, l1_ratio=l1_ratio, **EXACT, **how)
    assert_allclose(ours[0], theirs[0], rtol=1e-12)
    assert ours[1].shape == theirs[1].shape
    assert_allclose(ours[1], theirs[1], atol=2e-4)
    assert (ours[2] <= 1e-12 * (y**2).mean()).all()
    if l1_ratio == 1:
        assert_array_equal(lasso_path(X, y, tol=1e-12, **how)[1], ours[1])


@pytest.mark.parametrize("precompute", [True, False])
def test_each_point_of_a_path_is_the_solution_for_its_alpha(precompute):
    """Bug caught: coefficients, gaps and alphas out of step; several alphas checked together but one accepted twice."""
    X, y = data(SHAPES[1])
    alphas, coefs, gaps, rounds = lasso_path(X, y, precompute=precompute, tol=1e-9, return_n_iter=True)
    assert_array_equal(coefs[:, 0], 0)
    for k in range(0, 100, 9):
        model = Lasso(alphas[k], fit_intercept=False, tol=1e-12).fit(X, y)
        assert_allclose(coefs[:, k], model.coef_, atol=1e-4)
        w = coefs[:, k]
        best = np.mean((y - X @ model.coef_) ** 2) / 2 + alphas[k] * np.abs(model.coef_).sum()
        assert np.mean((y - X @ w) ** 2) / 2 + alphas[k] * np.abs(w).sum() - best <= gaps[k] + 1e-12
    assert len(rounds) == 100
    assert (rounds >= 1).all()


def test_dense_ends_of_paths():
    """Bug caught: hundreds of slopes solved for too roughly for the gap that is stated."""
    X, y = data((400, 700))
    alphas, coefs, gaps = lasso_path(X, y, alphas=60, tol=1e-5)
    assert (coefs[:, -1] != 0).sum() > 250
    assert (gaps <= 1e-5 * (y**2).mean()).all()
    for k in (40, 50, 59):
        value, best = (
            np.mean((y - X @ w) ** 2) / 2 + alphas[k] * np.abs(w).sum()
            for w in (coefs[:, k], Lasso(alphas[k], fit_intercept=False, tol=1e-9).fit(X, y).coef_)
        )
        assert -gaps[k] <= value - best <= gaps[k] + 1e-9 * (y**2).mean()


def test_several_solutions_are_checked_in_one_pass(monkeypatch):
    """Bug caught: a pass over all data for every alpha, which is most of the time for wide data."""
    passes, plain = [], ColumnQuadratic.slope
    monkeypatch.setattr(ColumnQuadratic, "slope", lambda *args: passes.append(1) or plain(*args))
    lasso_path(*data((60, 400)), eps=0.1)
    assert len(passes) < 40


def test_a_path_can_begin_anywhere_and_stay_in_single_precision():
    """Bug caught: coef_init ignored or changed; a path of float64 from float32."""
    X, y = data()
    alphas, coefs, _ = lasso_path(X, y, alphas=[0.1], tol=1e-12)
    begin = coefs[:, 0].copy()
    again, same, _, rounds = lasso_path(X, y, alphas=alphas, coef_init=begin, return_n_iter=True)
    assert_allclose(same, coefs, atol=1e-9)
    assert_array_equal(begin, coefs[:, 0])
    assert_array_equal(again, alphas)
    assert rounds.tolist() == [1]
    assert lasso_path(X.astype("f4"), y)[1].dtype == np.float32


def test_paths_that_cannot_be():
    """Bug caught: an error without a hint, or none."""
    X, y = data()
    with pytest.raises(ValueError, match="l1_ratio=0"):
        enet_path(X, y, l1_ratio=0.0)
    with pytest.raises(ValueError, match="positive=True is not allowed"):
        lasso_path(X, np.column_stack([y, y]), positive=True)
    with pytest.raises(ValueError, match=r"3 slopes for each target|of shape \(2, "):
        lasso_path(X, np.column_stack([y, y]), coef_init=[1.0])
    with pytest.raises(ValueError, match="coef_init"):
        lasso_path(X, y, coef_init=[1.0])
    for how in ({"alphas": 0}, {"alphas": [-1.0]}, {"eps": 0}, {"l1_ratio": 2}):
        with pytest.raises(InvalidParameterError):
            enet_path(X, y, **how)
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        lasso_path(*data((40, 1000)), alphas=[1e-3], max_iter=1, tol=1e-8)
    assert_array_equal(lasso_path(X, np.zeros(len(X)))[1], 0)


# --- corner by corner -------------------------------------------------------------------------------------------------


def test_order_in_which_the_diabetes_features_enter():
    """Bug caught: any but the published path (Efron et al. 2004, section 1 and figure 1, features counted from one)."""
    _, active, coefs = lars_path(*diabetes())
    assert [k + 1 for k in active] == [3, 9, 4, 7, 2, 10, 5, 8, 6, 1]
    _, _, lasso = lars_path(*diabetes(), method="lasso")
    # the one difference: hdl (7) leaves, as its coefficient passes through zero, and comes back
    zero = (lasso[6] == 0).astype(int)
    assert lasso.shape[1] == coefs.shape[1] + 2
    assert np.flatnonzero(np.diff(zero) == 1).tolist() == [9]
    assert_allclose(lasso[:, -1], coefs[:, -1], rtol=1e-8)


@pytest.mark.parametrize("method", ["lar", "lasso"])
def test_corners_equal_scikit_learns(method):
    """Bug caught: alpha without 1/n, a corner missed, the last piece not gone to its end."""
    for X, y in (diabetes(), *([data(), data((30, 12), seed=4)] if method == "lasso" else [])):
        ours, theirs = lars_path(X, y, method=method), peers.lars_path(X, y, method=method)
        assert_allclose(ours[0], theirs[0], rtol=1e-8, atol=1e-12)
        assert ours[1] == [int(k) for k in theirs[1]]
        assert_allclose(ours[2], theirs[2], rtol=1e-6, atol=1e-6)
        assert type(ours[1][0]) is int


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("shape", [*SHAPES, (40, 60)])
def test_corners_of_the_lasso_lie_on_the_path_of_coordinate_descent(shape, positive):
    """Bug caught: drops forgotten or too many, a column joined with the wrong sign, copies of columns both joined."""
    X, y = data(shape, seed=sum(shape))
    X[:, 7] = X[:, 2]
    X[:, 9] = 0
    y = y if (X.T @ y).max() > 0 else -y  # some slope is positive
    alphas, _, coefs = lars_path(X, y, method="lasso", positive=positive)
    between = (alphas[1:] + alphas[:-1]) / 2
    middle = (coefs[:, 1:] + coefs[:, :-1]) / 2  # the path is piecewise linear
    for grid, path in ((alphas, coefs), (between, middle)):
        kept = grid > 1e-4 * alphas[0]
        expected = lasso_path(X, y, alphas=grid[kept], positive=positive, tol=1e-10)[1]
        assert_allclose(X @ path[:, kept], X @ expected, atol=1e-3)
    assert alphas[-1] == 0
    assert (np.diff(alphas) <= 0).all()
    assert not (positive and coefs.min() < 0)


def test_active_columns_are_equally_correlated_with_the_residual():
    """Bug caught: a direction that is not equiangular, or a step beyond the next corner."""
    for X, y in (diabetes(), data((30, 12), seed=4)):  # in the second, slopes pass through zero
        for drops in (False, True):
            problem = prepare_quadratic(Samples(X, y[:, None], None), False, False)
            for state in lars(problem, 0, Penalty(), drops, 0.0):
                c = np.abs(X.T @ (y - X @ state.coef)) / len(y)
                assert_allclose(c[state.active], state.alpha, rtol=1e-8, atol=1e-10)
                assert c.max() <= state.alpha * (1 + 1e-8) + 1e-10
            assert state.converged
            assert len(state.active) == X.shape[1]


def test_what_leaves_is_zero_and_does_not_come_back_at_once():
    """Bug caught: a slope of 1e-17 that goes on; a column that rounding lets join again at the bound it has left."""
    left = 0
    for seed in range(60):
        X, y = data((30, 12), seed)
        for state in lars(prepare_quadratic(Samples(X, y[:, None], None), False, True), 0, Penalty(), True, 0.0):
            inactive = np.setdiff1d(np.arange(12), state.active)
            assert_array_equal(state.coef[inactive], 0)
            left += state.dropped >= 0
    assert left > 30
    state = LarsState(3, 1.0, np.zeros(3), np.array([0]), np.zeros(3, bool), 1, False)
    slope, change = np.array([1.0, 1.0, 0.5]), np.array([1.0, 1 - 1e-12, 0.0])
    assert first_to_join(Penalty(), slope, change, state, state.excluded) == (0.5, 2)


@pytest.mark.parametrize("method", ["lar", "lasso"])
def test_going_on_from_any_corner(method):
    """Bug caught: the order of joining, or the column that has just left, lost at a checkpoint."""
    X, y = diabetes()
    problem = prepare_quadratic(Samples(X, y[:, None], None), False, True)
    whole = list(lars(problem, 0, Penalty(), method == "lasso", 0.0))
    for k, state in enumerate(whole):
        rest = list(lars(problem, 0, Penalty(), method == "lasso", 0.0, start=state))
        assert [s.iteration for s in rest] == [s.iteration for s in whole[k + 1 :]]
        assert_allclose((rest or whole)[-1].coef, whole[-1].coef, rtol=1e-8)


def test_the_end_of_a_path_of_corners():
    """Bug caught: alpha_min overshot, max_iter off by one, return_path ignored."""
    X, y = diabetes()
    alphas, _, coefs, pieces = lars_path(X, y, method="lasso", alpha_min=0.5, return_n_iter=True)
    assert alphas[-1] == 0.5
    assert pieces == len(alphas) - 1
    assert_allclose(coefs[:, -1], Lasso(0.5, fit_intercept=False, tol=1e-13).fit(X, y).coef_, atol=1e-6)
    assert lars_path(X, y, max_iter=3)[2].shape == (10, 4)
    end = lars_path(X, y, method="lasso", alpha_min=0.5, return_path=False)
    assert end[0] == 0.5
    assert_array_equal(end[2], coefs[:, -1])
    assert_array_equal(lars_path(X, 0 * y)[2], np.zeros((10, 1)))
    with pytest.raises(InvalidParameterError, match="lasso"):
        lars_path(X, y, positive=True)
    with pytest.raises(ValueError, match="one target"):
        lars_path(X, np.column_stack([y, y]))


# --- on rows left out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("how", [{}, {"positive": True}, {"alphas": [0.1, 0.5, 0.01]}, {"cv": 3}, {"alphas": 7}])
def test_cross_validated_lasso_equals_scikit_learns(weighted, how):
    """Bug caught: folds shuffled, means of all rows used in a fold, test errors unweighted, a grid for each fold."""
    X, y = data()
    weight = np.random.default_rng(1).uniform(0.1, 2, len(X)) if weighted else None
    ours = LassoCV(tol=1e-12, **how).fit(X, y, weight)
    theirs = peers.LassoCV(**EXACT, **how).fit(X, y, weight)
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-6)
    assert_allclose(ours.alphas_, theirs.alphas_, rtol=1e-12)
    assert ours.alpha_ == pytest.approx(theirs.alpha_, rel=1e-12)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    assert ours.intercept_ == pytest.approx(theirs.intercept_, abs=1e-4)
    assert ours.certificate_.holds


@pytest.mark.parametrize("how", [{}, {"alphas": [0.1, 0.5, 0.01]}])
@pytest.mark.parametrize("ratios", [0.7, [0.1, 0.5, 1.0]])
def test_cross_validated_elastic_net_equals_scikit_learns(how, ratios):
    """Bug caught: shapes with several l1_ratios, ties between them, alphas of one ratio used for another."""
    X, y = data((40, 60))
    how = {"alphas": 20, "eps": 1e-2} | how
    ours = ElasticNetCV(l1_ratio=ratios, tol=1e-12, **how).fit(X, y)
    theirs = peers.ElasticNetCV(l1_ratio=ratios, **EXACT, **how).fit(X, y)
    assert ours.mse_path_.shape == theirs.mse_path_.shape
    assert ours.alphas_.shape == theirs.alphas_.shape
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-5)
    assert ours.l1_ratio_ == theirs.l1_ratio_
    assert ours.alpha_ == pytest.approx(theirs.alpha_)


def test_any_way_to_split():
    """Bug caught: splitters or pairs of row numbers that are refused; a fold without weight that becomes NaN."""
    X, y = data()
    splitter = ShuffleSplit(4, random_state=0)
    ours, theirs = LassoCV(cv=splitter, tol=1e-12).fit(X, y), peers.LassoCV(cv=splitter, **EXACT).fit(X, y)
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-6)
    pairs = list(splitter.split(X))
    assert_array_equal(LassoCV(cv=pairs, tol=1e-12).fit(X, y).mse_path_, ours.mse_path_)
    half = np.r_[np.zeros(40), np.ones(40)]
    with pytest.raises(ValueError, match="a fold has no row of positive weight"):
        LassoCV(cv=[(np.arange(40, 80), np.arange(40))]).fit(X, y, half)
    assert_array_equal(LassoCV().fit(X, y, half).mse_path_, LassoCV().fit(X[40:], y[40:], np.ones(40)).mse_path_)
    with pytest.raises(ValueError, match="one target"):
        LassoCV().fit(X, np.column_stack([y, y]))


def test_one_standard_error_rule():
    """Bug caught: a standard deviation instead of a standard error; the smallest alpha of those allowed."""
    errors = np.array([[9.0, 9.0], [3.4, 3.4], [2.9, 3.3], [2.0, 4.0], [3.2, 3.4]])
    assert one_standard_error(errors) == 1  # the smallest mean is 3, its standard error 1
    assert one_standard_error(errors[:, :1]) == 3
    model = LassoCV().fit(*data())
    mean, k = model.mse_path_.mean(1), model.mse_path_.mean(1).argmin()
    spread = model.mse_path_[k].std(ddof=1) / np.sqrt(5)
    assert model.alpha_1se_ == model.alphas_[mean <= mean[k] + spread].max()
    assert model.alpha_1se_ >= model.alpha_


def test_cross_validation_goes_on_where_it_was_stopped():
    """Bug caught: folds judged twice or never; a run cut short that leaves no model."""
    X, y = data()
    model = ElasticNetCV(l1_ratio=[0.5, 1.0], alphas=20, cv=3)
    states = list(model.steps(X, y))
    assert [s.iteration for s in states] == list(range(7))
    for k in (0, 3, 5, 6):
        rest = list(model.steps(X, y, start=states[k]))
        assert [s.iteration for s in rest] == list(range(k + 1, 7))
        assert_array_equal((rest or states)[-1].errors, states[-1].errors)
    fitted = model.fit(X, y)
    early = model._finish(model._prepare(X, y, None), states[2])
    assert early["l1_ratio_"] == 0.5
    best = ElasticNet(early["alpha_"], l1_ratio=0.5).fit(X, y)
    assert_allclose(early["coef_"], best.coef_, atol=1e-9)
    assert fitted.history_["error"][-1] == pytest.approx(fitted.mse_path_.mean(axis=2).min())


# --- several targets, sparse rows -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [0.3, 1.0])
def test_path_of_several_targets_equals_scikit_learn(ratio):
    """Bug caught: targets solved for one by one, whose zeros differ, and slopes by feature first."""
    X, y = data((60, 10))
    Y = np.column_stack([y, 2 * y + X[:, 0], np.random.default_rng(3).normal(size=len(y))])
    X, Y = X - X.mean(0), Y - Y.mean(0)
    alphas, coefs, gaps = enet_path(X, Y, l1_ratio=ratio, alphas=6, eps=1e-2, tol=1e-12)
    theirs = peers.enet_path(X, Y, l1_ratio=ratio, alphas=6, eps=1e-2, tol=1e-14, max_iter=100_000)
    assert coefs.shape == theirs[1].shape == (3, 10, 6)
    assert_allclose(alphas, theirs[0], rtol=1e-9)
    assert_allclose(coefs, theirs[1], atol=1e-5 * np.abs(coefs).max())
    assert (gaps >= 0).all()
    assert_allclose(
        enet_path(X, Y, l1_ratio=ratio, alphas=alphas[3:4], coef_init=coefs[:, :, 2])[1][:, :, 0],
        coefs[:, :, 3],
        atol=1e-2 * np.abs(coefs).max(),
    )


@pytest.mark.parametrize("cv", [groundup.MultiTaskElasticNetCV, groundup.MultiTaskLassoCV])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_validation_of_several_targets_equals_scikit_learn(cv, fit_intercept):
    """Bug caught: errors summed over targets, the means of all rows in place of the training rows'."""
    X, y = data((60, 8))
    Y = np.column_stack([y, X[:, 1] - y])
    how = {"alphas": 7, "eps": 1e-2, "cv": 3, "fit_intercept": fit_intercept}
    how |= {"l1_ratio": [0.4, 0.8]} if cv is groundup.MultiTaskElasticNetCV else {}
    ours = cv(**how, tol=1e-12).fit(X, Y)
    theirs = getattr(peers, cv.__name__)(**how, tol=1e-12, max_iter=100_000).fit(X, Y)
    assert_allclose(ours.alphas_, theirs.alphas_, rtol=1e-9)
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-5)
    assert_allclose(ours.alpha_, theirs.alpha_, rtol=1e-9)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5 * np.abs(theirs.coef_).max())
    assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-4)
    assert ours.certificate_.holds
    with pytest.raises(ValueError, match="For mono-task outputs use"):
        cv().fit(X, y)


@pytest.mark.parametrize("shape", [(80, 6), (30, 60)])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("precompute", [True, False])
def test_sparse_rows_have_the_minimum_of_dense_ones(shape, fit_intercept, precompute):
    """Bug caught: a sparse table that is centred, and so filled, or whose means are forgotten, in any of the models."""
    X, y = data(shape)
    X = np.where(np.random.default_rng(5).random(shape) < 0.7, 0.0, X)
    X[:, 2] = 4.0  # a constant column
    weight = np.random.default_rng(6).uniform(0, 2, len(X))
    how = {"fit_intercept": fit_intercept, "tol": 1e-9}
    models = [
        Lasso(0.05, precompute=precompute, **how),
        ElasticNet(0.05, precompute=precompute, **how),
        LassoCV(alphas=5, precompute=precompute, cv=3, **how),
        groundup.MultiTaskLasso(0.05, precompute=precompute, **how),
        groundup.MultiTaskElasticNetCV(alphas=3, cv=3, **how),
    ]
    for model in models:
        Y = np.column_stack([y, -y]) if "MultiTask" in type(model).__name__ else y
        dense = model.fit(X, Y, weight).coef_
        assert np.abs(dense).max() > 0
        scale = np.abs(dense).max()
        assert_allclose(model.fit(sparse.csr_array(X), Y, weight).coef_, dense, rtol=1e-5, atol=1e-7 * scale)
        assert model.certificate_.holds
        assert_allclose(model.predict(sparse.csc_array(X)), model.predict(X), rtol=1e-12)
    single = Lasso(0.05, **how).fit(sparse.csr_array(X.astype("f4")), y.astype("f4"))
    assert single.coef_.dtype == np.float32


def test_path_of_sparse_rows():
    """Bug caught: alphas from slopes that are not those of the sparse rows."""
    X, y = data((50, 30))
    X = np.where(np.abs(X) < 1.5, 0.0, X)
    dense, ours = lasso_path(X, y, alphas=5, tol=1e-10), lasso_path(sparse.csr_array(X), y, alphas=5, tol=1e-10)
    assert_allclose(ours[0], dense[0], rtol=1e-12)
    assert_allclose(ours[1], dense[1], rtol=1e-6, atol=1e-8 * np.abs(dense[1]).max())


@pytest.mark.parametrize("path", [lasso_path, enet_path])
def test_older_spellings_of_the_number_of_alphas(path):
    """Bug caught: a program written for the last version of scikit-learn that stops at n_alphas."""
    X, y = data()
    with pytest.warns(FutureWarning, match="'n_alphas' was deprecated"):
        few = path(X, y, n_alphas=5)
    assert_array_equal(few[0], path(X, y, alphas=5)[0])
    with pytest.warns(FutureWarning, match="'alphas=None' is deprecated"):
        assert_array_equal(path(X, y, alphas=None)[0], path(X, y)[0])


def test_knots_take_scikit_learns_parameters(capsys):
    """Bug caught: another name for the products of columns, or a place of its own for Xy."""
    X, y = diabetes()
    Xc = X - X.mean(0)
    plain = lars_path(Xc, y, method="lasso")
    given = lars_path(Xc, y, Xc.T @ y, Gram=Xc.T @ Xc, method="lasso", copy_X=False, copy_Gram=False, eps=1e-12)
    assert_allclose(given[2], plain[2], atol=1e-9)
    lars_path(Xc, y, max_iter=2, verbose=1)
    assert capsys.readouterr().out.count("lars_path: alpha") == 3


def test_verbose_path_prints_every_alpha(capsys):
    """Bug caught: a keyword that is taken and does nothing."""
    lasso_path(*data(), alphas=4, verbose=True)
    assert capsys.readouterr().out.count("enet_path: alpha") == 4
