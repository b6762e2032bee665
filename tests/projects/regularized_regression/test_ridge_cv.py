"""RidgeCV against scikit-learn, against fits without the rows in question, and against itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.linear_model import RidgeCV as Peer
from sklearn.metrics import make_scorer, max_error
from sklearn.model_selection import LeaveOneOut, ShuffleSplit

from groundup import Ridge, RidgeCV
from groundup.core.estimator.training import Training
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError

ALPHAS = np.logspace(-2, 3, 7)
TALL, SQUARE, WIDE = (60, 5), (25, 25), (20, 50)
SHAPES = (TALL, (26, 25), SQUARE, WIDE)


def data(shape=TALL, targets=None, seed=0, offset=2.0):
    rng = np.random.default_rng(seed)
    n, d = shape
    X = rng.normal(size=shape) + offset
    coef = rng.normal(size=(d,) if targets is None else (d, targets)) / d**0.5
    return X, X @ coef + 3 + rng.normal(size=(n,) if targets is None else (n, targets))


def weights(n):
    return np.random.default_rng(1).uniform(0.1, 3, n)


# --- parity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("targets", [None, 2])
@pytest.mark.parametrize("mode", [None, "svd", "eigen"])
def test_leaving_one_out_equals_scikit_learn(shape, weighted, fit_intercept, targets, mode):
    """Bug caught: the intercept's part of the leverage left out, √weight for weight, errors of another target."""
    X, y = data(shape, targets)
    weight = weights(len(X)) if weighted else None
    ours = RidgeCV(ALPHAS, fit_intercept=fit_intercept, store_cv_results=True, gcv_mode=mode).fit(X, y, weight)
    peer = Peer(ALPHAS, fit_intercept=fit_intercept, store_cv_results=True).fit(X, y, weight)
    assert ours.cv_results_.shape == peer.cv_results_.shape
    assert_allclose(ours.cv_results_, peer.cv_results_, rtol=1e-7, atol=1e-10 * peer.cv_results_.max())
    assert ours.alpha_ == peer.alpha_
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-10)
    assert_allclose(ours.coef_, peer.coef_, atol=1e-10)
    assert_allclose(ours.intercept_, peer.intercept_, atol=1e-9)
    assert ours.certificate_.holds


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_leaving_one_out_equals_a_fit_without_the_row(shape, weighted, fit_intercept):
    """Bug caught: an approximation; an intercept that still knows the row that was left out."""
    X, y = data(shape)
    weight = np.random.default_rng(3).integers(0, 4, len(X)) * 0.7 if weighted else np.ones(len(X))
    model = RidgeCV(ALPHAS, fit_intercept=fit_intercept, store_cv_results=True).fit(X, y, weight)
    for k, alpha in enumerate(ALPHAS):
        expected = []
        for row in range(len(X)):
            rest = np.delete(np.arange(len(X)), row)
            fit = Ridge(alpha, fit_intercept=fit_intercept).fit(X[rest], y[rest], weight[rest])
            expected.append(weight[row] * (y[row] - fit.predict(X[row : row + 1])[0]) ** 2)
        assert_allclose(model.cv_results_[:, k], expected, rtol=1e-8, atol=1e-10)
        assert_allclose(model.scores_[k], -np.sum(expected) / np.count_nonzero(weight), rtol=1e-9)


@pytest.mark.parametrize("shape", [SQUARE, WIDE])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_nothing_cancels_where_every_fit_is_exact(shape, fit_intercept):
    """Bug caught: 1 − leverage by subtraction, of which a weak penalty leaves rounding alone."""
    X, y = data(shape)
    model = RidgeCV([1e-10, 1e-7], fit_intercept=fit_intercept, store_cv_results=True).fit(X, y)
    for row in (0, 7):
        rest = np.delete(np.arange(len(X)), row)
        fit = Ridge(1e-10, fit_intercept=fit_intercept, solver="svd").fit(X[rest], y[rest])
        expected = (y[row] - fit.predict(X[row : row + 1])[0]) ** 2
        assert_allclose(model.cv_results_[row, 0], expected, rtol=1e-5)


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_generalised_cross_validation_takes_the_mean_leverage(shape, fit_intercept, weighted):
    """Bug caught: the intercept not counted among the degrees of freedom; n with the rows of weight zero."""
    X, y = data(shape)
    weight = np.random.default_rng(3).integers(0, 4, len(X)) * 0.7 if weighted else np.ones(len(X))
    root, n = np.sqrt(weight)[:, None], np.count_nonzero(weight)
    model = RidgeCV(ALPHAS, fit_intercept=fit_intercept, criterion="gcv").fit(X, y, weight)
    design = np.column_stack([np.ones(len(X)), X]) if fit_intercept else X
    penalty = np.eye(design.shape[1])
    if fit_intercept:
        penalty[0, 0] = 0
    for k, alpha in enumerate(ALPHAS):
        Z = root * design
        smoother = Z @ np.linalg.solve(Z.T @ Z + alpha * penalty, Z.T)
        residual = root[:, 0] * y - smoother @ (root[:, 0] * y)
        expected = (residual**2).sum() / n / (1 - np.trace(smoother) / n) ** 2
        assert_allclose(model.scores_[k], -expected, rtol=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scoring", [None, "r2", "neg_mean_squared_error"])
@pytest.mark.parametrize("cv", [None, 4, ShuffleSplit(5, random_state=0)])
@pytest.mark.parametrize("targets", [None, 3])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_scores_equal_scikit_learn(shape, scoring, cv, targets, fit_intercept):
    """Bug caught: folds shuffled, R² about the training mean, targets averaged before the square."""
    X, y = data(shape, targets)
    alphas = ALPHAS if cv is None else [0.0, *ALPHAS]
    if shape[1] >= 0.6 * shape[0]:
        alphas = ALPHAS  # without a penalty the training rows have many solutions
    ours = RidgeCV(alphas, fit_intercept=fit_intercept, scoring=scoring, cv=cv).fit(X, y)
    peer = Peer(alphas, fit_intercept=fit_intercept, scoring=scoring, cv=cv).fit(X, y)
    assert ours.alpha_ == peer.alpha_
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-8, atol=1e-10)
    assert_allclose(ours.coef_, peer.coef_, atol=1e-9)


@pytest.mark.parametrize("scoring", ["r2", "neg_mean_squared_error"])
def test_weighted_scores_equal_scikit_learn(scoring):
    """Bug caught: weights in the errors but not in their mean."""
    X, y = data(targets=2)
    weight = weights(len(X))
    ours = RidgeCV(ALPHAS, scoring=scoring).fit(X, y, weight)
    peer = Peer(ALPHAS, scoring=scoring).fit(X, y, weight)
    assert ours.alpha_ == peer.alpha_
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-10)


@pytest.mark.parametrize("scoring", [None, "neg_mean_squared_error"])
def test_folds_one_by_one_equal_leaving_one_out(scoring):
    """Bug caught: two kinds of cross-validation that do not mean the same."""
    X, y = data()
    shortcut = RidgeCV(ALPHAS, scoring=scoring).fit(X, y)
    slow = RidgeCV(ALPHAS, scoring="neg_mean_squared_error", cv=LeaveOneOut()).fit(X, y)
    assert_allclose(shortcut.scores_, slow.scores_, rtol=1e-10)


@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_each_target_can_have_its_own_alpha(shape):
    """Bug caught: the best alpha of one target fitted to another."""
    X, y = data(shape, 3)
    y[:, 1] = np.random.default_rng(5).normal(size=len(y))
    y[:, 2] = X[:, 0]
    ours = RidgeCV(ALPHAS, alpha_per_target=True, store_cv_results=True).fit(X, y)
    peer = Peer(ALPHAS, alpha_per_target=True, store_cv_results=True).fit(X, y)
    assert len(set(ours.alpha_)) > 1
    np.testing.assert_array_equal(ours.alpha_, peer.alpha_)
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-8)
    assert_allclose(ours.coef_, peer.coef_, atol=1e-9)
    assert_allclose(ours.cv_results_, peer.cv_results_, rtol=1e-6, atol=1e-10)
    for k in range(3):
        assert RidgeCV(ALPHAS).fit(X, y[:, k]).alpha_ == ours.alpha_[k]


# --- hard data ------------------------------------------------------------------------------------------------------


def test_singular_values_are_taken_where_products_do_not_suffice():
    """Bug caught: a penalty below what cross-products resolve, compared by rounding."""
    X, y = data((80, 4))
    X = np.column_stack([X, X[:, 0] + 1e-7 * X[:, 1]])
    alphas = [1e-15, 1e-14, 1e-12]
    exact = RidgeCV(alphas, gcv_mode="svd", store_cv_results=True).fit(X, y)
    chosen = RidgeCV(alphas, store_cv_results=True).fit(X, y)
    np.testing.assert_array_equal(chosen.cv_results_, exact.cv_results_)
    row = 3
    rest = np.delete(np.arange(len(X)), row)
    for k, alpha in enumerate(alphas):
        fit = Ridge(alpha, solver="svd").fit(X[rest], y[rest])
        expected = (y[row] - fit.predict(X[row : row + 1])[0]) ** 2
        assert_allclose(exact.cv_results_[row, k], expected, rtol=1e-4)


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("case", ["duplicate", "constant", "far"])
def test_degenerate_data_equal_scikit_learn(shape, case):
    """Bug caught: rounding of a constant that counts as leverage; means lost to 1e8."""
    X, y = data(shape, offset=0.0)
    Z = {
        "duplicate": np.column_stack([X, X[:, 0]]),
        "constant": np.column_stack([X, np.full(len(X), 1 / 3)]),
        "far": X + 1e8,
    }[case]
    ours = RidgeCV(ALPHAS, store_cv_results=True).fit(Z, y)
    # Far from the origin scikit-learn loses digits of wide data; the same data near it are the same problem.
    peer = Peer(ALPHAS, store_cv_results=True).fit(X if case == "far" else Z, y)
    close = 1e-5 if case == "far" else 1e-8
    assert ours.alpha_ == peer.alpha_
    assert_allclose(ours.cv_results_, peer.cv_results_, rtol=close, atol=close * peer.cv_results_.max())
    assert_allclose(ours.coef_, peer.coef_, atol=close)


def test_fewer_rows_with_weight_than_columns():
    """Bug caught: the space chosen by all rows, among which those of weight zero make the others' errors cancel."""
    X, y = data((60, 30))
    weight = (np.arange(60) < 25).astype(float)
    ours = RidgeCV([1e-9], store_cv_results=True).fit(X, y, weight)
    kept = RidgeCV([1e-9], store_cv_results=True).fit(X[:25], y[:25])
    assert_allclose(ours.cv_results_[:25], kept.cv_results_, rtol=1e-6)
    assert not ours.cv_results_[25:].any()
    assert_allclose(ours.best_score_, kept.best_score_, rtol=1e-6)


# --- invariances ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scoring", [None, "neg_mean_squared_error"])
def test_with_folds_weights_count_rows(scoring):
    """Bug caught: weights in the training only, so that the choice of alpha ignores them."""
    X, y = data((40, 6))
    weight = np.random.default_rng(3).integers(0, 4, 40)
    group = np.arange(40) % 4

    def fitted(X, y, weight, group):
        pairs = [(np.flatnonzero(group != k), np.flatnonzero(group == k)) for k in range(4)]
        return RidgeCV(ALPHAS, scoring=scoring, cv=pairs).fit(X, y, weight)

    weighted = fitted(X, y, weight, group)
    copied = fitted(X.repeat(weight, 0), y.repeat(weight), None, group.repeat(weight))
    assert_allclose(weighted.scores_, copied.scores_, rtol=1e-10)
    assert_allclose(weighted.coef_, copied.coef_, atol=1e-10)


def test_order_of_rows_and_alphas():
    """Bug caught: the last alpha that was tried taken for the best one; ties won by the later one."""
    X, y = data()
    base, order = RidgeCV(ALPHAS).fit(X, y), np.random.default_rng(0).permutation(len(X))
    assert RidgeCV(ALPHAS[::-1]).fit(X, y).alpha_ == base.alpha_
    assert RidgeCV(ALPHAS).fit(X[order], y[order]).alpha_ == base.alpha_
    assert base.alpha_ == ALPHAS[np.argmax(base.scores_)]
    assert base.scores_.shape == ALPHAS.shape
    tie = RidgeCV([1.0, 2.0]).fit(X, np.zeros(len(X)))
    assert tie.alpha_ == 1.0
    assert RidgeCV(3.0).fit(X, y).alpha_ == 3.0


@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_float32_stays_float32_but_is_computed_in_double(shape):
    """Bug caught: leverages in single precision."""
    X, y = data(shape)
    X, y = X.astype("f4"), y.astype("f4")
    single, double = (RidgeCV(ALPHAS, store_cv_results=True).fit(X.astype(k), y.astype(k)) for k in ("f4", "f8"))
    assert single.coef_.dtype == single.cv_results_.dtype == np.float32
    assert_allclose(single.cv_results_, double.cv_results_, rtol=1e-5)
    assert single.certificate_.holds


def test_memory_maps_and_blocks(tmp_path):
    """Bug caught: leverages of the first block only, or data that must be in memory."""
    X, y = data((30_000, 8))
    mapped = np.memmap(tmp_path / "X", dtype="f8", mode="w+", shape=X.shape)
    mapped[:] = X
    ours, peer = RidgeCV(ALPHAS).fit(mapped, y), Peer(ALPHAS).fit(X, y)
    assert ours.alpha_ == peer.alpha_
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-11)


# --- hostile input, the protocol ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"alphas": []}, r"alphas=\[\]"),
        ({"alphas": [1.0, -1.0]}, r"alphas\[1\] == -1.0, must be >= 0"),
        ({"alphas": [0.0, 1.0]}, "alphas must be positive.*Use cv=5"),
        ({"scoring": "accuracy"}, "scoring='accuracy'.*'r2'"),
        ({"cv": 1}, "cv=1 is not allowed.*at least 2"),
        ({"cv": 3, "store_cv_results": True}, "store_cv_results=True needs cv=None"),
        ({"cv": 3, "alpha_per_target": True}, "alpha_per_target=True needs cv=None"),
        ({"cv": 3, "criterion": "gcv"}, "criterion='gcv' needs cv=None"),
        ({"gcv_mode": "qr"}, "gcv_mode='qr'"),
        ({"criterion": "aic"}, "criterion='aic'"),
    ],
)
def test_parameters_are_checked_by_fit(wrong, message):
    """Bug caught: an option that is silently ignored."""
    with pytest.raises(InvalidParameterError, match=message):
        RidgeCV(**wrong).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 3.0])


def test_rows_that_cannot_be_left_out():
    """Bug caught: NaN from a mean of nothing."""
    X, y = data()
    with pytest.raises(ValueError, match="at least 2 rows of positive weight, got 1 sample"):
        RidgeCV().fit(X, y, np.eye(len(X))[0])
    with pytest.raises(ValueError, match="cv=2 folds need at least as many rows, got 1 sample"):
        RidgeCV(cv=2).fit(X, y, np.eye(len(X))[0])
    with pytest.raises(ValueError, match="every split needs rows of positive weight"):
        RidgeCV(cv=[(np.arange(5), np.arange(5, 9))]).fit(X, y, np.arange(len(X)) < 5)
    with pytest.raises(ValueError, match="every split needs rows"):
        RidgeCV(cv=[(np.arange(5), np.arange(0))]).fit(X, y)


@pytest.mark.parametrize(("parameters", "parts"), [({}, 4), ({"cv": 5}, 5), ({"store_cv_results": True}, 4)])
def test_every_part_of_the_validation_is_a_state(parameters, parts, monkeypatch):
    """Bug caught: a validation in `_prepare`, which no time limit can stop; parts that are added in another order."""
    monkeypatch.setattr("groundup.core.rows.BLOCK_BYTES", 8 * 5 * 16)  # 16 rows
    X, y = data()
    model = RidgeCV(ALPHAS, **parameters)
    states = list(model.steps(X, y))
    assert [state.iteration for state in states] == list(range(1, parts + 2))
    assert [state.converged for state in states] == [False] * parts + [True]
    whole = RidgeCV(ALPHAS, **parameters).fit(X, y)
    for start in states:
        training = Training(RidgeCV(ALPHAS, **parameters), X, y, start=start)
        for _ in training:
            pass
        resumed = training.finish()
        np.testing.assert_array_equal(resumed.coef_, whole.coef_)
        np.testing.assert_array_equal(resumed.scores_, whole.scores_)
        assert resumed.alpha_ == whole.alpha_
        if "store_cv_results" in parameters:
            np.testing.assert_array_equal(resumed.cv_results_, whole.cv_results_)


def test_an_interrupted_validation_chooses_by_the_rows_so_far():
    """Bug caught: a run that is stopped and has no model; scores that are not those of the parts alone."""
    X, y = data((60, 5))
    training = Training(RidgeCV(ALPHAS, cv=3), X, y)
    next(iter(training))
    with pytest.warns(ConvergenceWarning, match="RidgeCV stopped before"):
        model = training.finish()
    first = RidgeCV(ALPHAS, cv=[(np.arange(20, 60), np.arange(20))]).fit(X, y)
    assert_allclose(model.scores_, first.scores_, rtol=1e-12)
    assert_allclose(model.coef_, first.coef_, rtol=1e-12)
    assert model.certificate_.holds


# --- sparse rows, scorers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("cv", [None, 3])
def test_sparse_rows_give_what_the_same_dense_rows_give(shape, weighted, fit_intercept, cv):
    """Bug caught: means that are not subtracted from products of sparse rows, or are without the weights."""
    X, y = data(shape, 2)
    X[np.random.default_rng(2).uniform(size=shape) < 0.6] = 0
    weight = weights(len(X)) if weighted else None
    options = {"fit_intercept": fit_intercept, "cv": cv, "store_cv_results": cv is None}
    dense = RidgeCV(ALPHAS, **options).fit(X, y, weight)
    for form in (sparse.csr_matrix, sparse.csc_array):
        ours = RidgeCV(ALPHAS, **options).fit(form(X), y, weight)
        assert ours.alpha_ == dense.alpha_
        assert_allclose(ours.coef_, dense.coef_, rtol=1e-9, atol=1e-12)
        assert_allclose(ours.predict(form(X)), dense.predict(X), rtol=1e-9)
        if cv is None:
            assert_allclose(ours.cv_results_, dense.cv_results_, rtol=1e-7, atol=1e-10 * dense.cv_results_.max())


def test_a_sparse_table_of_many_columns_stays_sparse():
    """Bug caught: products of all pairs of columns, 20,000² numbers, where 30² pairs of rows suffice."""
    rng = np.random.default_rng(0)
    X = sparse.random(30, 20_000, density=0.002, format="csr", random_state=0)
    y = X @ rng.normal(size=20_000) + rng.normal(size=30)
    ours = RidgeCV(ALPHAS).fit(X, y)
    peer = Peer(ALPHAS).fit(X.toarray(), y)
    assert ours.alpha_ == peer.alpha_
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-8)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-5, atol=1e-8)


def test_svd_of_sparse_rows_is_told_to_be_eigen():
    """Bug caught: an option that is silently another one."""
    X, y = data()
    with pytest.warns(FutureWarning, match="'svd' mode is not supported for sparse X"):
        model = RidgeCV(ALPHAS, gcv_mode="svd").fit(sparse.csr_array(X), y)
    assert_allclose(model.coef_, RidgeCV(ALPHAS, gcv_mode="eigen").fit(X, y).coef_, rtol=1e-9)


@pytest.mark.parametrize("shape", [TALL, WIDE])
@pytest.mark.parametrize("scoring", ["neg_mean_squared_error", make_scorer(max_error, greater_is_better=False)])
def test_with_a_score_the_predictions_are_stored(shape, scoring):
    """Bug caught: squared errors where scikit-learn keeps predictions, or predictions in weighted units."""
    X, y = data(shape)
    weight = weights(len(X)) if scoring == "neg_mean_squared_error" else None  # max_error has no weights
    model = RidgeCV(ALPHAS, scoring=scoring, store_cv_results=True).fit(X, y, weight)
    for row in (0, len(X) - 1):
        kept = np.arange(len(X)) != row
        for k, alpha in enumerate(ALPHAS):
            left = Ridge(alpha).fit(X[kept], y[kept], None if weight is None else weight[kept])
            assert_allclose(model.cv_results_[row, k], left.predict(X[[row]])[0], rtol=1e-7)


@pytest.mark.parametrize(("cv", "each"), [(None, False), (None, True), (4, False)])
def test_a_scorer_judges_the_predictions(cv, each):
    """Bug caught: a scorer that is asked once for all targets where each has its own, or gets errors."""
    X, y = data(TALL, 3)
    worst = make_scorer(lambda true, guess: np.abs(true - guess).max(), greater_is_better=False)
    ours = RidgeCV(ALPHAS, scoring=worst, cv=cv, alpha_per_target=each).fit(X, y)
    peer = Peer(ALPHAS, scoring=worst, cv=cv, alpha_per_target=each).fit(X, y)
    np.testing.assert_array_equal(ours.alpha_, peer.alpha_)
    assert_allclose(ours.best_score_, peer.best_score_, rtol=1e-9)
