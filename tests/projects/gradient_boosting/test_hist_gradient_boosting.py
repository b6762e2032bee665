"""Histogram boosting against scikit-learn's, iteration by iteration, and what must hold of every fit."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_breast_cancer, load_iris, make_friedman1
from sklearn.ensemble import HistGradientBoostingClassifier as ReferenceClassifier
from sklearn.ensemble import HistGradientBoostingRegressor as ReferenceRegressor

from groundup import HistGradientBoostingClassifier, HistGradientBoostingRegressor, load, save
from groundup.core.estimator.training import Training
from groundup.core.metrics import log_loss
from groundup.projects.gradient_boosting.certificate import certify_histograms, won

RNG = np.random.default_rng(0)
N = 250  # each different entry has a bin: quantiles of more would differ from scikit-learn's by its rounding
X = RNG.normal(size=(N, 4))
Y = np.sin(2 * X[:, 0]) + X[:, 1] + RNG.normal(size=N) / 4
W = RNG.random(N) + 0.1
W /= W.mean()  # in scikit-learn the unit of the weights matters, next to what smooths the means of categories
GAPS = np.where(RNG.random((N, 4)) < 0.2, np.nan, X)
CODES = RNG.integers(0, 12, N)
EFFECTS = RNG.normal(size=12)
MIXED = np.column_stack([X, np.where(RNG.random(N) < 0.1, np.nan, CODES)])
Y_MIXED = Y + EFFECTS[CODES]
SMALL = {"max_iter": 15, "max_leaf_nodes": 5, "min_samples_leaf": 20}

CASES = {
    "plain": ({}, X, Y),
    "rate": ({"learning_rate": 0.7, "l2_regularization": 3.0}, X, Y),
    "depth": ({"max_leaf_nodes": None, "max_depth": 3}, X, Y),
    "few bins": ({"max_bins": 16}, X, Y),
    "missing": ({}, GAPS, Y),
    "categories": ({"categorical_features": [4]}, MIXED, Y_MIXED),
    "rising and falling": ({"monotonic_cst": [0, 1, -1, 0]}, X, Y),
    "apart": ({"interaction_cst": [[0], [1, 2]]}, X, Y),
    "absolute": ({"loss": "absolute_error"}, X, Y),
    "poisson": ({"loss": "poisson"}, X, np.maximum(np.round(2 * Y), 0.0)),
    "gamma": ({"loss": "gamma"}, X, np.exp(Y)),
}


@pytest.mark.parametrize("weight", [None, W], ids=["no weights", "weights"])
@pytest.mark.parametrize(("parameters", "rows", "y"), CASES.values(), ids=CASES)
def test_regressions_are_scikit_learns_after_every_iteration(parameters, rows, y, weight):
    """Bug caught: a wrong gradient, Hessian, start or leaf value; another bin, split or side of missing entries."""
    parameters = SMALL | parameters
    ours = HistGradientBoostingRegressor(**parameters).fit(rows, y, weight)
    theirs = ReferenceRegressor(**parameters).fit(rows, y, weight)
    for one, other in zip(ours.staged_predict(rows), theirs.staged_predict(rows), strict=True):
        assert_allclose(one, other, rtol=1e-5, atol=1e-5)  # scikit-learn's gradients are of single precision
    assert_allclose(ours.predict(rows), list(ours.staged_predict(rows))[-1], rtol=1e-10, atol=1e-12)
    assert ours.certificate_.holds, ours.certificate_


@pytest.mark.parametrize("weight", [None, W], ids=["no weights", "weights"])
def test_quantiles_lie_where_they_should(weight):
    """Bug caught: leaves that are means, or other quantiles; scikit-learn interpolates between entries."""
    parameters = {"loss": "quantile", "quantile": 0.3, "max_leaf_nodes": 5, "max_iter": 60}
    ours = HistGradientBoostingRegressor(**parameters).fit(X, Y, weight)
    theirs = ReferenceRegressor(**parameters).fit(X, Y, weight)
    assert (np.diff(ours.history_["loss"]) <= 0).all()
    assert abs(np.average(ours.predict(X) >= Y, weights=weight) - 0.3) < 0.05
    below = [np.where(model.predict(X) > Y, 0.7, -0.3) * (model.predict(X) - Y) for model in (ours, theirs)]
    losses = [np.average(one, weights=weight) for one in below]
    assert_allclose(losses[0], losses[1], rtol=0.1)
    assert_allclose(ours.history_["loss"][-1], losses[0], rtol=1e-9)


LABELS = np.digitize(Y, np.quantile(Y, [1 / 3, 2 / 3]))
CLASSES = {
    "two": ({}, np.array(["no", "yes"])[(Y > 0).astype(int)]),
    "three": ({}, LABELS),
    "balanced": ({"class_weight": "balanced", "l2_regularization": 1.0}, (LABELS == 2).astype(int)),
    "rising": ({"monotonic_cst": [0, 1, 0, 0]}, Y > 0),
}


@pytest.mark.parametrize(("parameters", "y"), CLASSES.values(), ids=CLASSES)
def test_classifiers_are_scikit_learns_after_every_iteration(parameters, y):
    """Bug caught: trees of a class grown from scores that another class's tree has changed; a Hessian without 1 - p."""
    parameters = SMALL | parameters
    ours = HistGradientBoostingClassifier(**parameters).fit(GAPS, y)
    theirs = ReferenceClassifier(**parameters).fit(GAPS, y)
    for name in ("staged_decision_function", "staged_predict_proba", "staged_predict"):
        for one, other in zip(getattr(ours, name)(GAPS), getattr(theirs, name)(GAPS), strict=True):
            assert one.shape == other.shape
            if one.dtype.kind == "f":
                assert_allclose(one, other, rtol=1e-5, atol=1e-5)
            else:
                assert_array_equal(one, other)
    assert_allclose(ours.predict_proba(GAPS).sum(axis=1), 1.0, rtol=1e-14)
    assert ours.certificate_.holds, ours.certificate_


def test_two_equally_probable_classes_give_the_first():
    """Bug caught: another class than scikit-learn's where nothing was learned."""
    ones = np.ones((40, 1))
    model = HistGradientBoostingClassifier().fit(ones, np.arange(40) % 2)
    assert_array_equal(model.predict_proba(ones[:1]), [[0.5, 0.5]])
    assert model.predict(ones[:1])[0] == 0


# --- when to stop -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scoring", ["loss", "neg_mean_absolute_error", None])
def test_rows_to_stop_by_give_scikit_learns_scores_and_end(scoring):
    """Bug caught: a score of other rows or of the iteration before, a patience that is off by one."""
    parameters = SMALL | {"max_iter": 300, "learning_rate": 0.5, "scoring": scoring, "n_iter_no_change": 4}
    held = {"X_val": X[150:], "y_val": Y[150:]}
    ours = HistGradientBoostingRegressor(**parameters).fit(X[:150], Y[:150], **held)
    theirs = ReferenceRegressor(**parameters, early_stopping=True).fit(X[:150], Y[:150], **held)
    assert 4 < ours.n_iter_ == theirs.n_iter_ < 300
    assert len(ours.train_score_) == len(ours.validation_score_) == ours.n_iter_ + 1
    assert_allclose(ours.train_score_, theirs.train_score_, rtol=1e-5)
    assert_allclose(ours.validation_score_, theirs.validation_score_, rtol=1e-5)
    assert ours.do_early_stopping_


def test_a_scorer_that_is_called_sees_the_model_that_its_name_knows():
    """Bug caught: a scorer given a model without trees, without classes, or of another iteration."""
    y = np.array(["low", "high"])[(Y_MIXED > 0).astype(int)]
    frame = pd.DataFrame(X, columns=list("abcd")).assign(kind=pd.Categorical([f"c{code}" for code in CODES]))

    def accuracy(model, rows, labels):
        return float((model.predict(rows) == labels).mean())

    fits = [
        HistGradientBoostingClassifier(**SMALL, early_stopping=True, random_state=1, scoring=scoring).fit(frame, y)
        for scoring in ("accuracy", None, accuracy)
    ]
    for model in fits[1:]:
        assert_array_equal(model.validation_score_, fits[0].validation_score_)
        assert_array_equal(model.train_score_, fits[0].train_score_)
    assert abs(fits[0].train_score_[-1] - fits[0].score(frame, y)) < 0.05  # of nine rows in ten


def test_more_than_ten_thousand_rows_are_stopped_early():
    """Bug caught: rows held out of small tables, or none of large ones."""
    rows = np.random.default_rng(0).normal(size=(10_001, 1))
    y = (rows[:, 0] > 0).astype(float)
    stopped = HistGradientBoostingRegressor(max_iter=40, tol=1e-3, random_state=0).fit(rows, y)
    assert stopped.do_early_stopping_
    assert stopped.n_iter_ < 40
    whole = HistGradientBoostingRegressor(max_iter=3).fit(rows[1:], y[1:])
    assert (whole.do_early_stopping_, whole.n_iter_, len(whole.train_score_)) == (False, 3, 0)


def test_a_warm_start_adds_trees_and_a_resumed_fit_equals_one():
    """Bug caught: a start from other scores, trees forgotten, random columns that are not those of the iteration."""
    parameters = SMALL | {"max_features": 0.5, "random_state": 3, "early_stopping": True, "tol": 0.0}
    whole = HistGradientBoostingRegressor(**parameters).fit(X, Y)
    part = HistGradientBoostingRegressor(**parameters | {"max_iter": 6}, warm_start=True).fit(X, Y)
    part.set_params(max_iter=15).fit(X, Y)
    assert_array_equal(part.predict(X), whole.predict(X))
    assert_array_equal(part.train_score_, whole.train_score_)
    with pytest.raises(ValueError, match="max_iter=5 must be larger than or equal to n_iter_=15"):
        part.set_params(max_iter=5).fit(X, Y)
    states = list(HistGradientBoostingRegressor(**parameters).steps(X, Y))
    rest = Training(HistGradientBoostingRegressor(**parameters), X, Y, start=states[7])
    assert_array_equal([state.loss for state in rest], [state.loss for state in states[8:]])
    assert_array_equal(rest.finish().predict(X), whole.predict(X))


# --- categories -----------------------------------------------------------------------------------------------------


def test_a_data_frame_an_array_and_names_say_the_same(tmp_path):
    """Bug caught: categories numbered in another order than they are sorted in, or lost in a file."""
    words = np.array([f"kind {code:02d}" for code in CODES], dtype=object)
    words[::13] = None
    frame = pd.DataFrame(X, columns=list("abcd")).assign(kind=pd.Categorical(words))
    array = np.column_stack([X, np.where(pd.isna(words), np.nan, CODES)])
    by_type = HistGradientBoostingRegressor(**SMALL).fit(frame, Y_MIXED)
    by_place = HistGradientBoostingRegressor(**SMALL, categorical_features=[4]).fit(array, Y_MIXED)
    by_mask = HistGradientBoostingRegressor(**SMALL, categorical_features=[False] * 4 + [True]).fit(array, Y_MIXED)
    named = frame.assign(kind=words)
    by_name = HistGradientBoostingRegressor(**SMALL, categorical_features=["kind"]).fit(named, Y_MIXED)
    expected = by_type.predict(frame)
    for model, rows in ((by_place, array), (by_mask, array), (by_name, named)):
        assert_array_equal(model.predict(rows), expected)
        assert_array_equal(model.is_categorical_, by_type.is_categorical_)
    save(by_type, tmp_path / "model.npz")
    assert_array_equal(load(tmp_path / "model.npz").predict(frame), expected)


@pytest.mark.parametrize("stranger", [99.0, -1.0, 2.5])
def test_a_category_never_seen_goes_where_a_missing_one_goes(stranger):
    """Bug caught: an unknown category taken for a known one, or an index beyond the table of categories."""
    model = HistGradientBoostingRegressor(**SMALL, categorical_features=[4]).fit(MIXED, Y_MIXED)
    missing, unknown = MIXED.copy(), MIXED.copy()
    missing[:, 4], unknown[:, 4] = np.nan, stranger
    assert_array_equal(model.predict(unknown), model.predict(missing))


def test_only_categories_and_only_one_column():
    """Bug caught: a search that needs a column of numbers; a leaf's column looked up in a table of one column."""
    codes = CODES[:, None].astype(float)
    ours = HistGradientBoostingRegressor(**SMALL, categorical_features=[0]).fit(codes, Y_MIXED)
    theirs = ReferenceRegressor(**SMALL, categorical_features=[0]).fit(codes, Y_MIXED)
    assert_allclose(ours.predict(codes), theirs.predict(codes), rtol=1e-5, atol=1e-5)
    assert HistGradientBoostingRegressor(**SMALL).fit(X[:, :1], Y).predict(X[:, :1]).shape == (N,)


REFUSED = {
    "a column that is not there": ({"categorical_features": [0, 7]}, "must be in"),
    "a mask of another length": ({"categorical_features": [True]}, "boolean mask must have shape"),
    "names without names": ({"categorical_features": ["kind"]}, "fitted on data without feature names"),
    "bytes": ({"categorical_features": [b"a", b"b"]}, "array-like of bool, int or str, got: bytes"),
    "too many categories": ({"categorical_features": [0], "max_bins": 200}, "expected to have a cardinality <= 200"),
    "signs of categories": ({"categorical_features": [4], "monotonic_cst": [0] * 4 + [1]}, "cannot have monotonic"),
    "a sign of two": ({"monotonic_cst": [0, 2, 0, 0, 0]}, "array-like of -1, 0 or 1"),
    "signs of other columns": ({"monotonic_cst": [1, 0]}, r"monotonic_cst has shape \(2,\)"),
    "groups of numbers": ({"interaction_cst": [0, 1]}, "sequence of tuples or lists"),
    "a group beyond": ({"interaction_cst": [{0, 9}]}, r"invalid indices: \[9\]"),
    "a quantile not said": ({"loss": "quantile"}, "needs the quantile"),
    "nothing to learn from": ({"early_stopping": True, "validation_fraction": N}, "leaves none of them"),
    "negative counts": ({"loss": "poisson"}, "requires non-negative y"),
    "sizes of zero": ({"loss": "gamma"}, "requires strictly positive y"),
}


@pytest.mark.parametrize(("parameters", "words"), REFUSED.values(), ids=REFUSED)
def test_what_contradicts_the_table_is_refused(parameters, words):
    """Bug caught: a constraint that silently belongs to another column, a logarithm of a negative number."""
    table = np.column_stack([np.arange(N), MIXED[:, 1:]])
    with pytest.raises(ValueError, match=words):
        HistGradientBoostingRegressor(**parameters).fit(table, Y_MIXED)


def test_rows_to_stop_by_are_complete_and_wanted():
    """Bug caught: half a validation set that is ignored."""
    model = HistGradientBoostingRegressor(**SMALL)
    with pytest.raises(ValueError, match="X_val is provided, but y_val was not provided"):
        model.fit(X, Y, X_val=X)
    with pytest.raises(ValueError, match="early_stopping is False"):
        HistGradientBoostingRegressor(early_stopping=False).fit(X, Y, X_val=X, y_val=Y)
    with pytest.raises(ValueError, match="which is none of the classes"):
        HistGradientBoostingClassifier(**SMALL).fit(X, LABELS, X_val=X, y_val=LABELS + 1)


# --- hostile tables -------------------------------------------------------------------------------------------------


def test_tables_that_say_little():
    """Bug caught: a division by zero, an empty bin, or an index of no row."""
    fit = partial(HistGradientBoostingRegressor(min_samples_leaf=1, max_iter=5, learning_rate=1.0).fit)
    assert_array_equal(fit([[1.0]], [2.0]).predict([[7.0]]), [2.0])
    assert_array_equal(fit(np.ones((5, 2)), [0, 1, 2, 3, 4]).predict(np.ones((1, 2))), [2.0])
    column = np.column_stack([np.full(4, np.nan), [1.0, 2.0, 3.0, 4.0]])
    assert_allclose(fit(column, [1, 2, 3, 4]).predict(column), [1, 2, 3, 4])
    huge = np.array([[1e308], [-1e308], [2e307], [-3e307]])
    assert_allclose(fit(huge, [1, 2, 3, 4]).predict(huge), [1, 2, 3, 4])
    assert_allclose(fit(column, [1, 9, 3, 9], [1, 0, 1, 0]).predict(column[[0, 2]]), [1, 3])
    with pytest.raises(ValueError, match="NaN in every row and column"):
        fit(np.full((4, 2), np.nan), [1, 2, 3, 4])
    with pytest.raises(ValueError, match="squares leave the range"):
        fit(column, [1e300, 2, 3, 4])
    with pytest.raises(ValueError, match="only one class: 'a'"):
        HistGradientBoostingClassifier().fit(column, ["a"] * 4)


def test_a_rate_of_a_hundred_overflows_nothing():
    """Bug caught: a Newton step divided by a Hessian that has vanished."""
    y = np.arange(30) % 3
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        model = HistGradientBoostingClassifier(min_samples_leaf=1, learning_rate=100.0).fit(np.arange(30.0)[:, None], y)
    assert np.isfinite(model.decision_function(np.arange(30.0)[:, None])).all()


def test_medians_within_the_bounds_of_rising_predictions():
    """Bug caught: leaves fitted again beyond their bounds, or within bounds of the gradients' size: 1, not 100."""
    y = 100 * Y
    model = HistGradientBoostingRegressor(
        loss="absolute_error", monotonic_cst=[0, 1, 0, 0], max_leaf_nodes=12, max_iter=60
    ).fit(X, y)
    grid = np.zeros((200, 4))
    grid[:, 1] = np.linspace(-3, 3, 200)
    for start in (-1.0, 0.0, 1.0):
        grid[:, 0] = start
        assert np.diff(model.predict(grid)).min() >= 0
    assert np.abs(y - model.predict(X)).mean() < 25 < 0.4 * np.abs(y - np.median(y)).mean()


# --- certificate, importances, and how good it is -------------------------------------------------------------------


def test_gains_account_for_the_loss_and_a_moved_threshold_is_noticed():
    """Bug caught: a loss that no tree has won, and a certificate that does not look at thresholds."""
    model = HistGradientBoostingRegressor(**SMALL)
    training = Training(model, X, Y, W)
    for _ in training:
        pass
    training.finish()
    trees, loss = model._ensemble.forest, model.history_["loss"]
    first = np.average((Y - np.average(Y, weights=W)) ** 2, weights=W) / 2
    assert_allclose(first - loss[-1], won(trees, 0.1) / N, rtol=1e-12)
    assert (np.diff(loss) < 0).all()
    assert "fallen by the gains of all splits" in model.certificate_.claim
    nodes = trees.nodes
    moved = replace(
        trees, nodes=replace(nodes, threshold=np.where(nodes.is_leaf, nodes.threshold, nodes.threshold + 0.1))
    )
    worse = certify_histograms(training.data.boosting, moved, model._rules(training.data), training.state)
    assert not worse.holds
    assert worse.value > 1e-3


def test_importances_name_the_columns_that_matter():
    """Bug caught: shares that do not add up to one, or gains of another column."""
    rows, y = make_friedman1(600, n_features=8, noise=0.5, random_state=0)
    shares = HistGradientBoostingRegressor(max_iter=40).fit(rows, y).feature_importances_
    assert_allclose(shares.sum(), 1.0)
    assert shares[5:].max() < 0.05 < shares[:5].min()
    assert shares.argmax() == 3


def test_held_out_loss_is_scikit_learns_within_noise():
    """Bug caught: whatever makes predictions of new rows worse, and no fit wrong; measured on five fresh draws."""
    ratios = []
    for seed in range(5):
        rows, y = make_friedman1(1200, n_features=10, noise=1.0, random_state=seed)
        models = [
            kind(max_iter=60).fit(rows[:600], y[:600]) for kind in (HistGradientBoostingRegressor, ReferenceRegressor)
        ]
        losses = [((model.predict(rows[600:]) - y[600:]) ** 2).mean() for model in models]
        ratios.append(losses[0] / losses[1])
    assert abs(np.mean(ratios) - 1) < 0.02


@pytest.mark.parametrize(("data", "least"), [(load_breast_cancer, 0.94), (load_iris, 0.93)])
def test_real_classes_of_rows_not_seen(data, least):
    """Bug caught: probabilities that do not rank new rows as well as scikit-learn's do."""
    rows, y = data(return_X_y=True)
    ours = HistGradientBoostingClassifier(max_iter=40).fit(rows[::2], y[::2])
    theirs = ReferenceClassifier(max_iter=40).fit(rows[::2], y[::2])
    assert ours.score(rows[1::2], y[1::2]) >= least
    losses = [log_loss(y[1::2], model.predict_proba(rows[1::2])) for model in (ours, theirs)]
    assert abs(losses[0] / losses[1] - 1) < 0.1


def test_looking_at_an_earlier_state_changes_no_later_one():
    """Bug caught: rounded gradients of another state carried on to the next tree."""
    parameters = SMALL | {"max_iter": 40, "random_state": 0}
    expected = [state.loss for state in HistGradientBoostingRegressor(**parameters).steps(X, Y)]
    training = Training(HistGradientBoostingRegressor(**parameters), X, Y)
    losses, first = [], None
    for state in training:
        first = first or state
        assert training.fitted_at(first)["n_iter_"] == 1
        losses.append(state.loss)
    assert_array_equal(losses, expected)


@pytest.mark.parametrize("rows", [100, 400])
def test_a_rate_with_which_it_diverges_is_an_error(rows):
    """Catches predictions beyond all numbers, and hundreds of warnings of overflow instead of one error."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2))
    with pytest.raises(FloatingPointError, match="learning_rate=30 is too large"):
        HistGradientBoostingRegressor(learning_rate=30.0, max_iter=rows).fit(X, X[:, 0])
