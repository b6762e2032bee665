"""Logistic regression against scikit-learn, and against itself."""

import warnings
from math import inf

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression as Peer

from groundup import LogisticRegression, SoftmaxRegression
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError, NotFittedError

SOLVERS = ("auto", "newton", "lbfgs", "prox-newton")


def data(n=300, d=5, K=2, seed=0):
    """Features of different size and offset, so that a wrong centring, or a penalised intercept, shows."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * np.geomspace(0.3, 3, d) + np.linspace(-4, 6, d)
    scores = (X - X.mean(0)) @ rng.normal(size=(d, K)) + rng.gumbel(size=(n, K)) + np.arange(K)
    return X, scores.argmax(1)


def objective(model, X, y, weight=None):
    """C Σ weight · cross-entropy + penalty, by the definition, of either side's fitted model."""
    scores = X @ model.coef_.T + model.intercept_
    if scores.shape[1] == 1:
        scores = np.hstack([np.zeros_like(scores), scores])
    own = scores[np.arange(len(y)), np.searchsorted(model.classes_, y)]
    losses = np.logaddexp.reduce(scores, axis=1) - own
    ridge = (1 - model.l1_ratio) / 2 * (model.coef_**2).sum() + model.l1_ratio * np.abs(model.coef_).sum()
    return model.C * (losses * (1 if weight is None else weight)).sum() + ridge


def exact(X, y, weight=None, **parameters):
    """scikit-learn's answer, to the last digit that its solver has."""
    solver = "saga" if parameters.get("l1_ratio") else "newton-cholesky"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Peer(solver=solver, tol=1e-10, max_iter=50_000, **parameters).fit(X, y, weight)


# --- parity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    "parameters", [{}, {"C": 0.01}, {"C": 100.0}, {"C": inf}, {"fit_intercept": False}, {"class_weight": "balanced"}]
)
def test_parameters_equal_scikit_learns(K, solver, parameters):
    """Bug caught: a sign of the penalty, its factor ½, an intercept that is penalised, C on the wrong term."""
    X, y = data(K=K)
    ours, peer = LogisticRegression(solver=solver, tol=1e-7, **parameters).fit(X, y), exact(X, y, **parameters)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-5, atol=1e-6)
    if ours.fit_intercept:
        assert_allclose(ours.intercept_, peer.intercept_, rtol=1e-5, atol=1e-5)
    assert_allclose(ours.predict_proba(X), peer.predict_proba(X), rtol=1e-5, atol=1e-8)
    assert objective(ours, X, y) <= objective(peer, X, y) * (1 + 1e-9) or parameters.get("class_weight")
    assert ours.certificate_.holds


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.4])
def test_corners_equal_scikit_learns(K, l1_ratio):
    """Bug caught: "L1" written as a length, zeros that are only small, the two penalties' shares exchanged."""
    X, y = data(K=K)
    X = (X - X.mean(0)) / X.std(0)  # scikit-learn's only solver for corners needs it
    ours = LogisticRegression(C=0.05, l1_ratio=l1_ratio, tol=1e-7).fit(X, y)
    peer = exact(X, y, C=0.05, l1_ratio=l1_ratio)
    assert objective(ours, X, y) <= objective(peer, X, y) * (1 + 1e-9)
    assert_allclose(ours.predict_proba(X), peer.predict_proba(X), rtol=1e-4, atol=1e-6)
    assert ((ours.coef_ == 0) == (np.abs(peer.coef_) < 1e-7)).all()
    assert (ours.coef_ == 0).any()


@pytest.mark.parametrize(("load", "K"), [(load_breast_cancer, 2), (load_iris, 3)])
def test_real_data_as_they_come(load, K):
    """Bug caught: areas of thousands beside shares of a thousandth stop a solver short of the minimum."""
    X, y = load(return_X_y=True)
    ours, peer = LogisticRegression(tol=1e-7).fit(X, y), exact(X, y)
    assert objective(ours, X, y) <= objective(peer, X, y) * (1 + 1e-12)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-4, atol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the default settings converge, too
        LogisticRegression().fit(X, y)


def test_more_columns_than_rows():
    """Bug caught: the n × n form with another penalty."""
    X, y = data(n=40, d=200)
    for solver in ("auto", "newton", "lbfgs"):
        ours, peer = LogisticRegression(solver=solver, tol=1e-7, max_iter=500).fit(X, y), exact(X, y)
        assert_allclose(ours.coef_, peer.coef_, rtol=1e-4, atol=1e-6)
        assert objective(ours, X, y) <= objective(peer, X, y) * (1 + 1e-10)


@pytest.mark.parametrize("weights", ["balanced", {0: 3.0, 1: 0.5}, {1: 2.0}])
def test_class_weights_multiply_the_rows_weights(weights):
    """Bug caught: shares of rows instead of weights behind "balanced"; weights of the classes exchanged."""
    X, y = data()
    w = np.random.default_rng(1).integers(1, 5, len(y)).astype(float)
    if isinstance(weights, dict):
        ours, peer = (m(class_weight=weights).set_params(tol=1e-8).fit(X, y, w) for m in (LogisticRegression, Peer))
        assert_allclose(ours.coef_, exact(X, y, w, class_weight=weights).coef_, rtol=1e-5, atol=1e-7)
        assert peer.coef_.shape == ours.coef_.shape
        return
    by_hand = w * (w.sum() / (2 * np.bincount(y, weights=w)))[y]
    ours = LogisticRegression(class_weight=weights, tol=1e-8).fit(X, y, w)
    assert_allclose(ours.coef_, LogisticRegression(tol=1e-8).fit(X, y, by_hand).coef_, rtol=1e-9)


# --- invariances ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
def test_weights_are_copies_and_zero_is_absence(K, l1_ratio):
    """Bug caught: normalised weights; a class that only rows of weight zero have."""
    X, y = data(n=60, K=K)
    w = np.random.default_rng(1).integers(0, 4, len(y))
    model = LogisticRegression(l1_ratio=l1_ratio, tol=1e-8)
    weighted = model.fit(X, y, w).coef_
    assert_allclose(weighted, model.fit(X.repeat(w, 0), y.repeat(w)).coef_, rtol=1e-7, atol=1e-9)
    strange = np.append(y, 9), np.vstack([X, X[:1]]), np.append(w, 0)
    assert model.fit(strange[1], strange[0], strange[2]).classes_.tolist() == list(range(K))
    assert_allclose(model.coef_, weighted, rtol=1e-7, atol=1e-9)


def test_order_of_rows_offset_and_names_of_classes():
    """Bug caught: an intercept that a shift of the features moves wrongly; a class's name that decides its side."""
    X, y = data()
    model = LogisticRegression(tol=1e-8)
    plain = model.fit(X, y)
    coef, proba = plain.coef_, plain.predict_proba(X)
    order = np.random.default_rng(0).permutation(len(y))
    assert_allclose(model.fit(X[order], y[order]).coef_, coef, rtol=1e-8)
    assert_allclose(model.fit(X + 1e6, y).coef_, coef, rtol=1e-4)  # the features themselves lose digits
    assert_allclose(model.predict_proba(X + 1e6), proba, rtol=1e-4, atol=1e-8)
    names = np.array(["no", "yes"])[y]
    assert_allclose(model.fit(X, names).coef_, coef, rtol=1e-12)
    assert model.predict(X).tolist() == np.array(["no", "yes"])[proba.argmax(1)].tolist()
    assert_allclose(model.fit(X, np.array(["yes", "no"])[y]).coef_, -coef, rtol=1e-6)


# --- extremes -------------------------------------------------------------------------------------------------------


def test_scores_of_ten_thousand():
    """Bug caught: exp overflows, log(0), 1 − p without digits."""
    model = LogisticRegression().fit(*data())
    model.coef_, model.intercept_ = np.array([[1.0, 0, 0, 0, 0]]), np.zeros(1)
    X = np.zeros((5, 5))
    X[:, 0] = [-1e4, -800, 0, 800, 1e4]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert_allclose(model.predict_log_proba(X)[:, 1], [-1e4, -800, -np.log(2), 0, 0], rtol=1e-14, atol=1e-300)
        assert_allclose(model.predict_log_proba(X)[:, 0], [0, 0, -np.log(2), -800, -1e4], rtol=1e-14, atol=1e-300)
        assert_allclose(model.predict_proba(X).sum(1), 1, rtol=1e-15)
    assert model.decision_function(X).tolist() == [-1e4, -800.0, 0.0, 800.0, 1e4]


def test_duplicate_and_constant_columns():
    """Bug caught: a singular Hessian: the penalty shares the coefficient between equal columns."""
    X, y = data()
    twice = np.hstack([X, X[:, :1], np.full((len(X), 1), 3.0)])
    ours, peer = LogisticRegression(tol=1e-8).fit(twice, y), exact(twice, y)
    assert_allclose(ours.coef_[0, 0], ours.coef_[0, 5], rtol=1e-7)
    assert abs(ours.coef_[0, 6]) < 1e-9
    assert_allclose(ours.predict_proba(twice), peer.predict_proba(twice), rtol=1e-5, atol=1e-8)
    free = LogisticRegression(C=inf, tol=1e-6).fit(twice, y)
    assert_allclose(free.predict_proba(twice), LogisticRegression(C=inf).fit(X, y).predict_proba(X), rtol=1e-4)


def test_separable_classes_without_a_penalty():
    """Bug caught: coefficients of 270 handed out as an estimate, with a certificate."""
    X = np.arange(10.0)[:, None]
    y = X[:, 0] > 4
    with pytest.warns(ConvergenceWarning, match=r"classes can be separated.*choose a finite C") as caught:
        model = LogisticRegression(C=inf).fit(X, y)
    assert len(caught) == 1
    assert not model.certificate_.holds
    assert model.score(X, y) == 1
    with pytest.raises(ValueError, match="can be separated"):
        model.summary()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert LogisticRegression(C=1e6).fit(X, y).certificate_.holds


def test_stopping_early_is_said_and_shown():
    """Bug caught: a certificate of the answer that was not reached."""
    X, y = data()
    with pytest.warns(ConvergenceWarning, match="stopped after 2 iterations") as caught:
        model = LogisticRegression(max_iter=2, tol=1e-6).fit(X, y)
    assert str(caught[0].message).endswith(": increase max_iter, scale the features, or raise tol.")  # auto it is
    with pytest.warns(ConvergenceWarning, match=r"raise tol, or use solver='auto'\.$"):
        LogisticRegression(solver="lbfgs", max_iter=2, tol=1e-6).fit(X, y)
    assert not model.certificate_.holds
    assert model.certificate_.value > 1e-9
    assert model.n_iter_.tolist() == [2]
    best = LogisticRegression(tol=1e-7).fit(X, y)
    excess = objective(model, X, y) / objective(best, X, y) - 1
    assert 0 < excess <= model.certificate_.value * (1 + 1e-6)


def test_a_warm_start_begins_where_the_last_fit_ended():
    """Bug caught: a warm start from zero; one from other columns or classes."""
    X, y = data(K=3)
    model = LogisticRegression(warm_start=True, solver="lbfgs").fit(X, y)
    first = model.n_iter_[0]
    assert model.fit(X, y).n_iter_[0] < first / 3
    assert model.fit(X[:, :3], y).coef_.shape == (3, 3)
    assert model.fit(X[:, :3], y == 1).coef_.shape == (1, 3)


def test_many_columns_with_corners_and_three_classes():
    """Bug caught: a model that leaves out what the classes do to each other, and creeps."""
    X = np.random.default_rng(1).normal(size=(500, 200))
    y = (X[:, :3] + np.random.default_rng(2).gumbel(size=(500, 3))).argmax(1)
    model = LogisticRegression(l1_ratio=1.0).fit(X, y)
    assert model.certificate_.holds
    assert model.n_iter_[0] <= 15
    model = LogisticRegression(l1_ratio=1.0, tol=1e-6).fit(X[:60], y[:60] > 0)  # to the last digit that there is
    assert model.certificate_.holds


@pytest.mark.parametrize("K", [2, 3])
def test_a_column_of_a_billion_beside_one_of_a_billionth(K):
    """Bug caught: what makes singular systems solvable, taken from the largest column, swallows the small ones."""
    X, y = data(K=K)
    X = (X - X.mean(0)) / X.std(0)
    wild = X * [1e9, 1e-9, 1, 1, 1]
    for parameters in ({}, {"C": inf}):
        assert LogisticRegression(**parameters).fit(wild, y).certificate_.holds
    corners = LogisticRegression(l1_ratio=1.0).fit(wild, y)  # l1 = 1 is compared with a sum of terms of 1e9
    assert corners.certificate_.value <= np.finfo(float).eps * np.abs(wild).sum(0).max()
    np.testing.assert_array_equal(corners.coef_[:, 1], 0)
    free, tame = LogisticRegression(C=inf, tol=1e-6).fit(wild, y), LogisticRegression(C=inf, tol=1e-6).fit(X, y)
    assert_allclose(free.predict_proba(wild), tame.predict_proba(X), rtol=1e-4, atol=1e-7)
    far = LogisticRegression(l1_ratio=1.0).fit(X + np.array([1e6, 0, 0, 0, 0]), y)
    assert far.certificate_.holds


@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1e200])
def test_columns_whose_squares_cannot_be_stored_are_refused(scale):
    """Bug caught: zero slopes with a certificate that holds, of a gradient that has vanished."""
    X, y = data()
    with pytest.raises(ValueError, match="squares leave the range"):
        LogisticRegression().fit(X * scale, y)


def test_few_rows_in_large_units():
    """Bug caught: an n × n system in which the penalty is lost beside products of 1e18."""
    X, y = data(n=8, d=12)
    for scale in (1.0, 1e8, 1e9):
        model = LogisticRegression(C=0.5).fit(X * scale, y)
        assert model.score(X * scale, y) == 1
        assert np.isfinite(model.coef_).all()


# --- partial fit ----------------------------------------------------------------------------------------------------


def test_partial_fit_comes_near_the_whole_fit():
    """Bug caught: a penalty that weighs more with every call, rows of earlier calls forgotten, a step that stays."""
    X, y = data(n=6000)
    X = (X - X.mean(0)) / X.std(0)
    model, order = LogisticRegression(random_state=0), np.random.default_rng(0).permutation(len(y))
    for _ in range(3):
        for rows in np.array_split(order, 20):
            model.partial_fit(X[rows], y[rows], classes=[0, 1])
    best = LogisticRegression().fit(X, y)
    assert objective(model, X, y) < objective(best, X, y) * 1.02
    assert not model.certificate_.holds  # nothing is proved of rows that are gone
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        LogisticRegression().partial_fit(X, y)
    with pytest.raises(ValueError, match="not the same as on last call"):
        model.partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"label\(s\) \[7\] in y do not exist"):
        model.partial_fit(X[:1], [7])


# --- the estimator --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"C": 0.0}, "C=0.0 is not allowed; it must be a number greater than 0, or inf"),
        ({"l1_ratio": 1.5}, "l1_ratio=1.5"),
        ({"solver": "simplex"}, "solver='simplex'.*as in scikit-learn.*'liblinear'"),
        ({"class_weight": "fair"}, "class_weight='fair'"),
        ({"solver": "newton", "l1_ratio": 0.5}, "Solver newton supports only 'l2' or None penalties"),
    ],
)
def test_parameters_that_cannot_be(parameters, message):
    """Bug caught: a penalty that a solver ignores in silence."""
    with pytest.raises(InvalidParameterError, match=message):
        LogisticRegression(**parameters).fit(*data())


@pytest.mark.parametrize("model", [LogisticRegression, SoftmaxRegression])
def test_weights_of_classes_that_do_not_occur_play_no_part(model):
    """Bug caught: a fold without a class refused, though every class that it has is weighted."""
    X, y = data()
    expected = model(class_weight={0: 1.5, 1: 4.0}).fit(X, y)
    found = model(class_weight={2: 7.0, 0: 1.5, 1: 4.0}).fit(X, y)
    np.testing.assert_array_equal(found.coef_, expected.coef_)
    with pytest.raises(ValueError, match=r"class_weight has 2, .* the classes \[0, 1\], and nothing for 1"):
        model(class_weight={0: 1.5, 2: 4.0}).fit(X, y)
    with pytest.raises(ValueError, match=r"class_weight\[2\]=-1 must be"):
        model(class_weight={0: 1.5, 1: 4.0, 2: -1}).fit(X, y)


def test_errors_name_what_is_wrong():
    """Bug caught: one class fitted as certain; weights for a class that is not there."""
    X, y = data()
    with pytest.raises(ValueError, match="at least 2 classes, but there is only one class: "):
        LogisticRegression().fit(X, np.zeros(len(y)))
    with pytest.raises(ValueError, match=r"class_weight has 7, which is none of the classes \[0, 1\]"):
        LogisticRegression(class_weight={7: 1.0}).fit(X, y)
    with pytest.raises(ValueError, match=r"class_weight\[1\]=-1 must be"):
        LogisticRegression(class_weight={1: -1}).fit(X, y)
    with pytest.raises(NotFittedError):
        LogisticRegression().predict(X)
    before = LogisticRegression().fit(X, y)
    coef = before.coef_.copy()
    with pytest.raises(ValueError, match="NaN"):
        before.fit(np.where(X > 5, np.nan, X), y)
    assert_allclose(before.coef_, coef)


def test_a_memory_map_is_read_block_by_block(tmp_path):
    """Bug caught: the whole file copied into memory as float64."""
    X, y = data(n=3000)
    X.astype(np.float32).tofile(tmp_path / "X")
    mapped = np.memmap(tmp_path / "X", dtype=np.float32, mode="r", shape=X.shape)
    assert_allclose(LogisticRegression(tol=1e-6).fit(mapped, y).coef_, exact(X, y).coef_, rtol=1e-3)


def test_history_falls():
    """Bug caught: a history without the objective or the gap."""
    model = LogisticRegression(solver="gd", max_iter=1000).fit(*data())
    assert (np.diff(model.history_["loss"]) <= 1e-9).all()
    assert len(model.history_["gap"]) == model.n_iter_[0] + 1


@pytest.mark.parametrize(
    ("parameters", "category", "message"),
    [
        ({"penalty": "l2"}, FutureWarning, "'penalty' was deprecated"),
        ({"penalty": None, "C": 0.1}, UserWarning, "penalty=None will ignore the C and l1_ratio"),
        ({"penalty": "l1", "l1_ratio": 0.5}, UserWarning, "only used when penalty is 'elasticnet'"),
        ({"penalty": "l2", "l1_ratio": 1.0}, UserWarning, "Inconsistent values: penalty=l2 with l1_ratio=1.0"),
    ],
)
def test_older_parameters_are_told_of_where_they_win(parameters, category, message):
    """Bug caught: C or l1_ratio that is set and has no effect, without a word."""
    X, y = load_iris(return_X_y=True)
    with pytest.warns(category, match=message):
        LogisticRegression(**parameters).fit(X, y > 0)


@pytest.mark.parametrize(
    ("solver", "message"), [("lbfgs", "lbfgs failed to converge"), ("saga", "max_iter was reached")]
)
def test_warnings_begin_as_those_of_scikit_learn(solver, message):
    """Bug caught: a program that looks for a warning by its words, and no longer finds it."""
    X, y = load_iris(return_X_y=True)
    with pytest.warns(ConvergenceWarning, match=message):
        LogisticRegression(solver=solver, max_iter=1, tol=1e-12).fit(X, y > 0)


# --- what a program for scikit-learn expects ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "K", "message"),
    [
        ({"solver": "lbfgs", "l1_ratio": 1.0}, 2, "Solver lbfgs supports only 'l2' or None penalties, got l1 penalty"),
        ({"solver": "sag", "l1_ratio": 0.5}, 2, "Solver sag supports only 'l2' or None penalties, got elasticnet"),
        ({"solver": "newton-cg", "dual": True}, 2, "Solver newton-cg supports only dual=False, got dual=True"),
        ({"solver": "liblinear", "l1_ratio": 0.5}, 2, "Only 'saga' solver supports elasticnet penalty"),
        ({"solver": "liblinear", "C": inf}, 2, "penalty=None is not supported for the liblinear solver"),
        ({"solver": "liblinear"}, 3, "'liblinear' solver does not support multiclass"),
        ({"penalty": "elasticnet", "l1_ratio": None}, 2, "l1_ratio must be specified"),
    ],
)
def test_what_scikit_learn_refuses_of_its_solvers(parameters, K, message):
    """Bug caught: a fit where a program counts on the error, or an error for a name that is not scikit-learn's."""
    X, y = data(K=K)
    with pytest.raises(ValueError, match=message):
        LogisticRegression(**parameters).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LogisticRegression(**{**parameters, "solver": "auto", "penalty": "deprecated", "l1_ratio": 0.5}).fit(X, y)


def test_liblinear_is_double_and_takes_no_huge_entries():
    """Bug caught: single precision from a solver that has always given double; a fit that would never have begun."""
    X, y = data()
    assert LogisticRegression(solver="liblinear").fit(X.astype(np.float32), y).coef_.dtype == np.float64
    assert LogisticRegression(solver="lbfgs").fit(X.astype(np.float32), y).coef_.dtype == np.float32
    with pytest.raises(ValueError, match="maximum value > 1e30"):
        LogisticRegression(solver="liblinear").fit([[0.0], [1e100]], [0, 1])


def test_older_parameters_are_told_of():
    """Bug caught: silence about what will go, or another answer."""
    X, y = data()
    plain = LogisticRegression().fit(X, y)
    for older, words in (({"n_jobs": 2}, "'n_jobs' has no effect"), ({"l1_ratio": None}, "'l1_ratio=None' was")):
        with pytest.warns(FutureWarning, match=words):
            model = LogisticRegression(**older).fit(X, y)
        assert_allclose(model.coef_, plain.coef_, rtol=1e-14)


@pytest.mark.parametrize("solver", ["auto", "newton", "lbfgs", "saga", "prox-newton", "gd"])
def test_no_iteration_leaves_the_beginning(solver):
    """Bug caught: a step all the same, or an intercept that somebody has already fitted."""
    X, y = data()
    with pytest.warns(ConvergenceWarning):
        model = LogisticRegression(solver=solver, max_iter=0).fit(X, y)
    assert model.n_iter_.tolist() == [0]
    assert not model.coef_.any()
    assert_allclose(model.predict_proba(X), 0.5, rtol=1e-12)
    assert not model.certificate_.holds


def test_a_warm_start_goes_on_where_the_fit_stopped():
    """Bug caught: an intercept that moves after the last step, so that the next fit begins elsewhere."""
    X, y = data(K=3)
    model = LogisticRegression(solver="newton", max_iter=1, warm_start=True)
    with pytest.warns(ConvergenceWarning):
        once = LogisticRegression(solver="newton", max_iter=2, tol=1e-12).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.set_params(tol=1e-12).fit(X, y).fit(X, y)
    assert_allclose(model.coef_, once.coef_, rtol=1e-9)
    assert_allclose(model.intercept_, once.intercept_, rtol=1e-9)


def test_sparse_coefficients_predict_the_same():
    """Bug caught: a model made sparse that no longer predicts, starts warm or summarises."""
    X, y = data(K=3)
    model = LogisticRegression(l1_ratio=1.0, C=0.05, warm_start=True).fit(X, y)
    dense, proba = model.coef_, model.predict_proba(X)
    assert (dense == 0).any()
    model.sparsify()
    assert scipy.sparse.issparse(model.coef_)
    assert model.coef_.nnz == np.count_nonzero(dense)
    assert_allclose(model.predict_proba(X), proba, rtol=1e-14)
    assert_allclose(model.predict_proba(scipy.sparse.coo_array(X)), proba, rtol=1e-12)
    assert_allclose(model.densify().coef_, dense, rtol=0)
    assert_allclose(model.sparsify().fit(X, y).coef_, dense, rtol=1e-4, atol=1e-6)
    with pytest.raises(NotFittedError):
        LogisticRegression().sparsify()
