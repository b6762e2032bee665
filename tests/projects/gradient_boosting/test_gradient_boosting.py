"""Boosted trees against scikit-learn's, stage by stage, and what must hold of every fit."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import GradientBoostingClassifier as ReferenceClassifier
from sklearn.ensemble import GradientBoostingRegressor as ReferenceRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from groundup import DecisionTreeRegressor, GradientBoostingClassifier, GradientBoostingRegressor, load, save
from groundup.core.estimator.training import Training
from groundup.core.exceptions import ConvergenceWarning
from groundup.projects.gradient_boosting.certificate import certify_boosting

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 5)).astype(np.float32)  # the precision in which scikit-learn's trees read their rows
Y = X[:, 0] ** 2 + X[:, 1] + RNG.normal(size=300)
W = RNG.random(300) + 0.1
LABELS = np.digitize(Y, np.quantile(Y, [1 / 3, 2 / 3]))
SMALL = {"n_estimators": 20, "min_samples_leaf": 15, "random_state": 0}


def assert_same_stages(ours, theirs, staged, rows=X):
    """Compare predictions after each stage, losses, importances."""
    stages = [list(getattr(model, staged)(rows)) for model in (ours, theirs)]
    assert len(stages[0]) == len(stages[1])
    for one, other in zip(*stages, strict=True):
        assert one.shape == other.shape
        assert_allclose(one, other, rtol=1e-8, atol=1e-8)
    assert_allclose(ours.train_score_, theirs.train_score_, rtol=1e-9)
    assert_allclose(ours.feature_importances_, theirs.feature_importances_, rtol=1e-8, atol=1e-10)
    assert ours.certificate_.holds


REGRESSIONS = {
    "squared": {},
    "deep": {"max_depth": 5, "learning_rate": 0.7},
    "best first": {"max_leaf_nodes": 5, "max_depth": None},
    "pruned": {"ccp_alpha": 0.01},
    "least gain": {"min_impurity_decrease": 0.02},
    "huber": {"loss": "huber"},
    "huber low": {"loss": "huber", "alpha": 0.3},
    "zero": {"init": "zero"},
    "linear": {"init": LinearRegression()},
}


@pytest.mark.parametrize("weight", [None, W], ids=["no weights", "weights"])
@pytest.mark.parametrize("parameters", REGRESSIONS.values(), ids=REGRESSIONS)
def test_regressions_are_scikit_learns_after_every_stage(parameters, weight):
    """Bug caught: a start forgotten, leaves not fitted again, a rate or a residual of another stage."""
    parameters = SMALL | parameters
    ours = GradientBoostingRegressor(**parameters).fit(X, Y, weight)
    assert_same_stages(ours, ReferenceRegressor(**parameters).fit(X, Y, weight), "staged_predict")


SIGNED = {"absolute": {"loss": "absolute_error"}, "quantile": {"loss": "quantile", "init": "zero", "alpha": 0.7}}


@pytest.mark.parametrize("parameters", SIGNED.values(), ids=SIGNED)
def test_losses_whose_gradients_are_signs(parameters):
    """Bug caught: a median or a quantile of the targets in place of the residuals. Weights keep cuts from ties."""
    parameters = SMALL | {"max_depth": 2, "min_samples_leaf": 40} | parameters
    ours = GradientBoostingRegressor(**parameters).fit(X, Y, W)
    assert_same_stages(ours, ReferenceRegressor(**parameters).fit(X, Y, W), "staged_predict")


CLASSES = {
    "two": (LABELS > 0, {}),
    "exponential": (LABELS > 0, {"loss": "exponential"}),
    "three": (LABELS, {}),
    "three fast": (LABELS, {"learning_rate": 1.0}),
    "zero": (LABELS, {"init": "zero"}),
    "logistic": (LABELS, {"init": LogisticRegression()}),
    "exponential logistic": (LABELS > 0, {"loss": "exponential", "init": LogisticRegression()}),
}


@pytest.mark.parametrize("weight", [None, W], ids=["no weights", "weights"])
@pytest.mark.parametrize("case", CLASSES.values(), ids=CLASSES)
def test_classifiers_are_scikit_learns_after_every_stage(case, weight):
    """Bug caught: gradients of probabilities applied to scores, "probabilities" that do not sum to one."""
    y, parameters = case[0], SMALL | case[1]
    ours = GradientBoostingClassifier(**parameters).fit(X, y, weight)
    theirs = ReferenceClassifier(**parameters).fit(X, y, weight)
    assert_same_stages(ours, theirs, "staged_decision_function")
    for one, other in zip(ours.staged_predict_proba(X), theirs.staged_predict_proba(X), strict=True):
        assert_allclose(one.sum(axis=1), 1, rtol=1e-12)
        assert_allclose(one, other, rtol=1e-8, atol=1e-10)
    for name in ("predict", "decision_function", "predict_proba", "predict_log_proba"):
        assert_allclose(getattr(ours, name)(X), getattr(theirs, name)(X), rtol=1e-8, atol=1e-9, err_msg=name)
    assert_array_equal(list(ours.staged_predict(X)), list(theirs.staged_predict(X)))
    assert ours.estimators_.shape == theirs.estimators_.shape


@pytest.mark.parametrize("data", [load_iris, load_breast_cancer, load_diabetes])
def test_bundled_data_are_fitted_as_well_as_by_scikit_learn(data):
    """Bug caught: a loss that stops falling, where ties leave different trees."""
    rows, y = data(return_X_y=True)
    kinds = (GradientBoostingRegressor, ReferenceRegressor)
    if data is not load_diabetes:
        kinds = (GradientBoostingClassifier, ReferenceClassifier)
    ours, theirs = (kind(n_estimators=30, random_state=0).fit(rows, y) for kind in kinds)
    assert ours.train_score_[-1] <= 1.02 * theirs.train_score_[-1]
    assert_array_equal(ours.apply(rows).shape, theirs.apply(rows).shape)


# --- leaves, starts, extreme scores ---------------------------------------------------------------------------------


def test_predictions_begin_at_the_start():
    """Bug caught: `predict` that forgets the initial value."""
    model = GradientBoostingRegressor(n_estimators=1, learning_rate=1e-12).fit(X, Y + 100)
    assert_allclose(model.predict(X), (Y + 100).mean(), rtol=1e-10)
    for loss, start in (("absolute_error", np.median(Y)), ("huber", np.median(Y))):
        assert GradientBoostingRegressor(loss=loss, n_estimators=1).fit(X, Y).init_.scores == pytest.approx(start)


def test_rows_that_are_certain_take_no_step():
    """Bug caught: a division by second derivatives that have vanished."""
    y = np.arange(40) >= 20
    model = GradientBoostingClassifier(n_estimators=200, learning_rate=1.0, max_depth=1).fit(
        np.arange(40.0)[:, None], y
    )
    scores = model.decision_function(np.arange(40.0)[:, None])
    assert np.isfinite(scores).all()
    assert (np.abs(scores) > 30).all()
    assert np.isfinite(model.predict_log_proba(np.arange(40.0)[:, None])).all()
    assert model.predict_log_proba([[0.0]])[0, 1] == pytest.approx(scores[0], rel=1e-9)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "quantile"])
def test_no_tree_raises_the_loss(loss):
    """Bug caught: leaves whose steps are not the best, and trees of another stage's residuals."""
    for rate in (0.1, 1.0):
        model = GradientBoostingRegressor(loss=loss, learning_rate=rate, n_estimators=60).fit(X, Y)
        assert (np.diff(model.train_score_) <= 1e-12).all()
        assert model.certificate_.holds
        assert "raised" in model.certificate_.claim


def test_the_gains_of_all_trees_are_what_the_loss_has_lost():
    """Bug caught: gains of another scale than the loss, and a rate that does not enter them."""
    model = GradientBoostingRegressor(n_estimators=25, learning_rate=0.3, init="zero").fit(X, Y, W)
    won = sum(
        one.tree_.gains().sum() / one.tree_.weighted_n_node_samples[0] + one.tree_.value[0, 0, 0] ** 2
        for one in model.estimators_[:, 0]
    )
    first = np.average(Y**2, weights=W)
    assert 0.3 * 1.7 * won == pytest.approx(first - model.train_score_[-1], rel=1e-10)


def test_the_certificate_fails_for_another_record():
    """Bug caught: a certificate that looks neither at the record nor at the gains."""
    model = GradientBoostingRegressor(n_estimators=6)
    training = Training(model, X, Y)
    states = list(training)
    data, rules = training.data.boosting, model._rules(training.data)
    state, trees = states[-1], model.fit(X, Y)._ensemble.forest
    assert certify_boosting(data, trees, rules, state).holds
    risen = np.append(state.losses[:3], [state.losses[1], *state.losses[4:]])
    assert not certify_boosting(data, trees, rules, replace(state, losses=risen)).holds
    assert not certify_boosting(data, trees, rules, replace(state, loss=1.001 * state.loss)).holds
    other = replace(trees, nodes=replace(trees.nodes, impurity=1.001 * trees.nodes.impurity))
    assert not certify_boosting(data, other, rules, state).holds


def test_a_row_alone_is_the_row_among_others():
    """Bug caught: predictions that depend on the other rows."""
    for model in (GradientBoostingRegressor(**SMALL).fit(X, Y), GradientBoostingClassifier(**SMALL).fit(X, LABELS)):
        assert_array_equal(np.concatenate([model.predict(X[i : i + 1]) for i in range(10)]), model.predict(X[:10]))
        assert_allclose(list(model.staged_predict(X))[-1], model.predict(X), rtol=1e-12)


def test_missing_entries_are_learned_from():
    """Bug caught: rows with missing entries that all go to one side."""
    rows = np.where(RNG.random(X.shape) < 0.3, np.nan, X)
    y = np.isnan(rows[:, 0]).astype(float)
    model = GradientBoostingRegressor(n_estimators=3, learning_rate=1.0, max_depth=1).fit(rows, y)
    assert_allclose(model.predict(rows), y, atol=1e-12)
    assert_array_equal(model.apply(rows)[:, 0], model.estimators_[0, 0].apply(rows))
    few = GradientBoostingRegressor(n_estimators=1, learning_rate=1.0).fit(
        [[1.0], [2.0], [3.0], [np.nan]], [1, 0, 0, 1]
    )
    assert_allclose(few.predict([[1.0], [3.0], [np.nan]]), [1, 0, 1], atol=1e-12)


def test_a_criterion_that_does_nothing_is_told_of():
    """Bug caught: a parameter of scikit-learn that is taken in silence."""
    for model in (
        GradientBoostingRegressor(criterion="squared_error"),
        DecisionTreeRegressor(criterion="friedman_mse"),
    ):
        with pytest.warns(FutureWarning, match="removed in 1.11 of scikit-learn"):
            model.fit(X[:20], Y[:20])


def test_classes_are_two_at_least():
    """Bug caught: log-odds of a single class."""
    with pytest.raises(ValueError, match="at least 2 classes"):
        GradientBoostingClassifier().fit(X, np.zeros(300))
    with pytest.raises(ValueError, match="binary classification"):
        GradientBoostingClassifier(loss="exponential").fit(X, LABELS)


# --- rows left out, rows held out ------------------------------------------------------------------------------------


def test_losses_out_of_bag_are_those_of_the_rows_left_out():
    """Bug caught: rows of the bag among those left out, a loss before the step, a first improvement of nothing."""
    model = GradientBoostingRegressor(n_estimators=5, subsample=0.5, random_state=0).fit(X, Y)
    staged = [np.full(300, Y.mean()), *model.staged_predict(X)]
    bags = np.array([np.abs(tree.tree_.n_node_samples[0]) for tree in model.estimators_[:, 0]])
    assert bags.tolist() == [150] * 5

    entropy = model._ensemble.entropy
    for k in range(5):
        rng = np.random.default_rng((*entropy, k))
        out = np.sort(rng.permutation(300)[150:])
        assert model.oob_scores_[k] == pytest.approx(((Y - staged[k + 1])[out] ** 2).mean())
        inside = np.setdiff1d(np.arange(300), out)
        assert model.train_score_[k] == pytest.approx(((Y - staged[k + 1])[inside] ** 2).mean())
        if k == 0:
            before = ((Y - staged[0])[out] ** 2).mean()
            assert model.oob_improvement_[0] == pytest.approx(before - model.oob_scores_[0])
    assert_allclose(model.oob_improvement_[1:], -np.diff(model.oob_scores_))
    assert model.oob_score_ == model.oob_scores_[-1]
    assert not hasattr(GradientBoostingRegressor(n_estimators=2).fit(X, Y), "oob_scores_")


def test_a_fit_stops_when_the_held_out_loss_no_longer_falls():
    """Bug caught: the training loss looked at, or held-out rows that are learned from."""
    noise = RNG.normal(size=300)
    model = GradientBoostingRegressor(n_iter_no_change=5, random_state=0).fit(X, noise)
    assert model.n_estimators_ < 30
    assert len(model.train_score_) == len(model.estimators_) == model.n_estimators_
    assert model.estimators_[0, 0].tree_.n_node_samples[0] == 270
    losses = model.history_["validation_loss"]
    last = np.full(5, np.inf)
    for i, loss in enumerate(losses):
        assert (loss + 1e-4 < last).any() == (i < len(losses) - 1)
        last[i % 5] = loss
    assert (np.diff(losses) > 0).any()  # a fit goes on after a rise
    assert model.train_score_[-1] < model.train_score_[0]
    with pytest.raises(ValueError, match="holds none of them out"):
        GradientBoostingRegressor(n_iter_no_change=5, validation_fraction=0.01).fit(X[:20], Y[:20])


# --- going on --------------------------------------------------------------------------------------------------------

WARM = {
    "plain": {},
    "subsample": {"subsample": 0.5, "max_features": 2},
    "zero": {"init": "zero"},
    "linear": {"init": LinearRegression()},
}


@pytest.mark.parametrize("parameters", WARM.values(), ids=WARM)
def test_a_warm_start_goes_on_as_if_it_had_not_stopped(parameters):
    """Bug caught: the first trees grown again, random numbers of the beginning, a start that is fitted twice."""
    whole = GradientBoostingRegressor(**SMALL | parameters).fit(X, Y)
    model = GradientBoostingRegressor(**SMALL | parameters | {"n_estimators": 8}, warm_start=True).fit(X, Y)
    model.set_params(n_estimators=20).fit(X, Y)
    assert_array_equal(model.predict(X), whole.predict(X))
    assert_array_equal(model.train_score_, whole.train_score_)
    if "subsample" in parameters:
        assert_array_equal(model.oob_improvement_, whole.oob_improvement_)
    model.fit(X, Y)
    assert_array_equal(model.predict(X), whole.predict(X))
    with pytest.raises(ValueError, match="n_estimators=5 must be larger or equal"):
        model.set_params(n_estimators=5).fit(X, Y)


def test_a_warm_start_keeps_its_start():
    """Bug caught: the start of the new rows under the trees of the old ones."""
    model = GradientBoostingRegressor(n_estimators=2, warm_start=True).fit(X, Y)
    model.set_params(n_estimators=3).fit(X, Y + 1)
    assert model.init_.scores[0] == Y.mean()


CHANGES = {
    "rate": {"learning_rate": 0.9},
    "loss": {"loss": "absolute_error"},
    "all rows": {"subsample": 1.0},
    "held out": {"n_iter_no_change": 3},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("other", [0, 1], ids=["same rows", "other rows"])
def test_a_warm_start_is_certified_for_its_new_trees(change, other, recwarn):
    """Bug caught: a record of another loss, rate or other rows that rises where the new one begins."""
    first = {"subsample": 0.7} if "subsample" in change else {}
    model = GradientBoostingRegressor(n_estimators=4, warm_start=True, random_state=0, **first).fit(X, Y)
    model.set_params(n_estimators=7, **change).fit(X[:200], Y[:200] + other)
    assert model.certificate_.holds
    assert "none of the new iterations" in model.certificate_.claim
    assert not [one for one in recwarn if issubclass(one.category, ConvergenceWarning)]


def test_a_warm_start_that_adds_no_tree_to_other_rows_is_not_certified():
    """Bug caught: a certificate that holds for rows which no tree has seen."""
    model = GradientBoostingRegressor(n_estimators=4, warm_start=True).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match="not certified"):
        model.fit(X, Y + 1)
    assert len(model.estimators_) == 4


def test_a_warm_start_asks_for_the_same_columns_classes_and_scores():
    """Bug caught: trees of other columns or classes that are added up without a word, or an IndexError."""
    model = GradientBoostingRegressor(n_estimators=2, warm_start=True).fit(X, Y)
    for other in (X[:, :4], np.c_[X, X]):
        with pytest.raises(ValueError, match=r"features, but GradientBoostingRegressor is expecting 5 features"):
            model.set_params(n_estimators=3).fit(other, Y)
    two = GradientBoostingClassifier(n_estimators=2, warm_start=True).fit(X, LABELS > 0)
    with pytest.raises(ValueError, match=r"trees of the classes \[False, True\], but y has \[0, 1, 2\]"):
        two.set_params(n_estimators=3).fit(X, LABELS)
    with pytest.raises(ValueError, match=r"trees of the classes \[False, True\], but y has \['no', 'yes'\]"):
        two.fit(X, np.where(LABELS > 0, "yes", "no"))
    with pytest.raises(ValueError, match="trees of the loss 'log_loss', whose scores are on another scale"):
        two.set_params(loss="exponential").fit(X, LABELS > 0)


def test_a_warm_start_that_begins_to_leave_rows_out():
    """Bug caught: losses out of bag of another length than the trees."""
    model = GradientBoostingRegressor(n_estimators=4, warm_start=True, random_state=0).fit(X, Y)
    model.set_params(n_estimators=7, subsample=0.5).fit(X, Y)
    assert model.oob_scores_.shape == (7,)
    assert (model.oob_scores_ > 0).tolist() == [False] * 4 + [True] * 3


def test_a_monitor_ends_the_fit():
    """Bug caught: a monitor that is called once too often, and a warning about what it was asked for."""
    seen = []

    def monitor(i, model, local):
        seen.append((i, local["state"].loss))
        return i == 4

    model = GradientBoostingRegressor(**SMALL).fit(X, Y, monitor=monitor)
    assert model.n_estimators_ == 5
    assert [i for i, _ in seen] == [0, 1, 2, 3, 4]
    assert_array_equal([loss for _, loss in seen], model.train_score_)


def test_a_model_in_its_file(tmp_path):
    """Bug caught: trees lost, and a file whose trees belong to other classes."""
    model = GradientBoostingClassifier(**SMALL).fit(X, LABELS)
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert_array_equal(again.estimators_[3, 2].predict(X), model.estimators_[3, 2].predict(X))
    given = GradientBoostingRegressor(**SMALL, init=LinearRegression()).fit(X, Y)
    with pytest.raises((TypeError, ValueError)):
        save(given, tmp_path / "other.npz")


def test_starts_without_the_method_that_is_asked():
    """Bug caught: an AttributeError in the middle of the fit."""
    for start in (LinearRegression(), LogisticRegression, "prior"):
        with pytest.raises(
            ValueError, match=r"init=.*None, 'zero', or an object with the methods fit and predict_proba"
        ):
            GradientBoostingClassifier(init=start).fit(X, LABELS)
    with pytest.raises(ValueError, match=r"methods fit and predict\.$"):
        GradientBoostingRegressor(init=LinearRegression).fit(X, Y)


def test_quantiles_with_scikit_learns_start():
    """Bug caught: another quantile in the leaves. Without weights scikit-learn's own start lies between two targets."""
    parameters = SMALL | {"max_depth": 2, "min_samples_leaf": 40, "loss": "quantile", "alpha": 0.7}
    start = DummyRegressor(strategy="quantile", quantile=0.7)
    ours = GradientBoostingRegressor(**parameters, init=start).fit(X, Y, W)
    assert_same_stages(ours, ReferenceRegressor(**parameters).fit(X, Y, W), "staged_predict")


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(
    "model",
    [
        GradientBoostingRegressor(n_estimators=300, learning_rate=1e3),
        GradientBoostingClassifier(n_estimators=300, learning_rate=1e3, loss="exponential"),
        GradientBoostingClassifier(n_estimators=1, learning_rate=1e4, loss="exponential"),
    ],
)
def test_a_rate_with_which_boosting_diverges(model):
    """Bug caught: an IndexError, warnings of overflows, or a loss that is infinite."""
    with pytest.raises(FloatingPointError, match=r"diverged at iteration \d+: learning_rate=1.* is too large"):
        model.fit(X, LABELS > 0)


def test_a_single_row_cannot_be_left_out():
    """Bug caught: a loss out of bag that is the mean of nothing."""
    with pytest.raises(ValueError, match=r"subsample=0.5 of a single row leaves none out"):
        GradientBoostingRegressor(subsample=0.5).fit(X[:1], Y[:1])


def test_the_share_held_out_is_below_one():
    """Bug caught: all rows held out."""
    with pytest.raises(ValueError, match="validation_fraction=1"):
        GradientBoostingRegressor(validation_fraction=1.0).fit(X, Y)


def test_predictions_and_certificates_need_no_more_than_blocks_of_rows():
    """Bug caught: the value of every tree for every row at once, 100 times the table."""
    rows = np.random.default_rng(2).normal(size=(40_000, 1))
    model = GradientBoostingRegressor(n_estimators=100, max_depth=1, subsample=0.01, random_state=0)
    tracemalloc.start()
    model.fit(rows, rows[:, 0])
    _, fitted = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    model.predict(rows)
    _, predicted = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert max(fitted, predicted) < 0.8 * 8 * 100 * len(rows), (fitted, predicted)


def test_a_start_that_cannot_have_weights_says_so():
    """Bug caught: weights that the start ignores."""

    class Plain:
        def fit(self, X, y):
            return self

        def predict(self, X):
            return np.zeros(len(X))

    GradientBoostingRegressor(n_estimators=1, init=Plain()).fit(X, Y)
    with pytest.raises(ValueError, match="initial estimator Plain does not support sample weights"):
        GradientBoostingRegressor(n_estimators=1, init=Plain()).fit(X, Y, W)


def test_a_start_that_is_certain_and_stays_as_it_was_given():
    """Bug caught: log-odds of a probability of one, the user's own model fitted, and leaves of another class's tree."""

    class Certain:
        def fit(self, X, y):
            self.classes = np.unique(y)
            return self

        def predict_proba(self, X):
            return np.eye(len(self.classes), dtype=np.float32)[np.zeros(len(X), int)]

    for y in (LABELS > 0, LABELS):
        start = Certain()
        model = GradientBoostingClassifier(n_estimators=2, init=start).fit(X, y)
        assert np.isfinite(model.decision_function(X)).all()
        assert not hasattr(start, "classes")
    leaves = model.apply(X)
    for i in range(2):
        for k in range(3):
            assert_array_equal(leaves[:, i, k], model.estimators_[i, k].apply(X))


def test_of_two_equal_classes_the_second_is_predicted():
    """Bug caught: another class than scikit-learn's where nothing was learned."""
    model = GradientBoostingClassifier(n_estimators=1).fit(np.ones((40, 1)), np.arange(40) % 2)
    assert (
        model.predict([[1.0]])[0]
        == ReferenceClassifier(n_estimators=1).fit(np.ones((40, 1)), np.arange(40) % 2).predict([[1.0]])[0]
        == 1
    )
