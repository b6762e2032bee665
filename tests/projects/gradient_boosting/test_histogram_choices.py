"""Histogram boosting: constraints by name, scores to stop by, and the unit of the weights."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from groundup.core.estimator.training import Training
from groundup.core.metrics.scorers import SCORERS
from groundup.projects.gradient_boosting.certificate import certify_histograms
from groundup.projects.gradient_boosting.models import judges
from groundup.projects.gradient_boosting.models.constraints import interaction_groups
from groundup.projects.gradient_boosting.solvers.histogram.bins import find_bins
from groundup.projects.gradient_boosting.solvers.histogram.boosting import rises_no_more
from groundup.projects.gradient_boosting.solvers.histogram.growth import grow
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.table import binned_table

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] + RNG.normal(size=120) / 4
W = RNG.random(120) + 0.1
SMALL = {"max_iter": 4, "max_leaf_nodes": 4, "min_samples_leaf": 10}


# --- constraints ------------------------------------------------------------------------------------------------------


def test_signs_by_name_are_those_of_the_columns():
    """Bug caught: signs in the order of the names' alphabet, a sign for columns that are not named."""
    frame = pd.DataFrame(X, columns=["zinc", "carbon", "nickel"])
    by_name = HistGradientBoostingRegressor(**SMALL, monotonic_cst={"nickel": 1, "zinc": -1}).fit(frame, -Y)
    by_place = HistGradientBoostingRegressor(**SMALL, monotonic_cst=[-1, 0, 1]).fit(X, -Y)
    assert_array_equal(by_name.predict(frame), by_place.predict(X))
    for names, words in (({"tin": 1}, "1 unexpected feature names"), ({"zinc": 2}, r"\['zinc'\] must be either")):
        with pytest.raises(ValueError, match=words):
            HistGradientBoostingRegressor(**SMALL, monotonic_cst=names).fit(frame, Y)
    with pytest.raises(ValueError, match="not fitted on data with feature names"):
        HistGradientBoostingRegressor(**SMALL, monotonic_cst={"zinc": 1}).fit(X, Y)
    with pytest.raises(ValueError, match="not supported for multiclass"):
        HistGradientBoostingClassifier(**SMALL, monotonic_cst=[1, 0, 0]).fit(X, np.arange(120) % 3)


def test_groups_of_columns():
    """Bug caught: words for groups of another size, columns of no group left out, or each in a group of its own."""
    assert_array_equal(interaction_groups("no_interactions", 3), np.eye(3, dtype=bool))
    assert_array_equal(
        interaction_groups("pairwise", 3), [[True, True, False], [True, False, True], [False, True, True]]
    )
    assert_array_equal(interaction_groups([{1}], 3), [[False, True, False], [True, False, True]])
    assert_array_equal(interaction_groups([(0, 1), {2}], 3), [[True, True, False], [False, False, True]])


# --- scores to stop by ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [["yes", "no"], ["low", "middle", "high"]], ids=len)
def test_scores_of_probabilities_are_the_loss(classes):
    """Bug caught: probabilities of other classes or of the iteration before, weights forgotten in the score."""
    y = np.array(classes)[np.searchsorted(np.quantile(Y, np.arange(1, len(classes)) / len(classes)), Y)]
    rows = {"X_val": X[80:], "y_val": y[80:], "sample_weight_val": W[80:]}
    by_loss, by_name = (
        HistGradientBoostingClassifier(**SMALL, early_stopping=True, scoring=scoring).fit(
            X[:80], y[:80], W[:80], **rows
        )
        for scoring in ("loss", "neg_log_loss")
    )
    assert_allclose(by_name.train_score_, by_loss.train_score_, rtol=1e-12)
    assert_allclose(by_name.validation_score_, by_loss.validation_score_, rtol=1e-12)


@pytest.mark.parametrize(
    ("model", "y", "scoring"),
    [
        (HistGradientBoostingClassifier(**SMALL), (Y > 0).astype(int), "roc_auc"),
        (HistGradientBoostingClassifier(**SMALL), np.digitize(Y, [-0.5, 0.5]), "f1_macro"),
        (HistGradientBoostingRegressor(**SMALL, loss="poisson"), np.exp(Y), "neg_mean_absolute_error"),
    ],
    ids=["scores", "classes", "counts"],
)
def test_scores_are_those_of_the_fitted_model(model, y, scoring):
    """Bug caught: the score of the first class, the logarithm in place of the count, ties to another class."""
    model.set_params(early_stopping=True, scoring=scoring, n_iter_no_change=10).fit(X, y, X_val=X[60:], y_val=y[60:])
    assert model.train_score_[-1] == pytest.approx(SCORERS[scoring](model, X, y), rel=1e-12)
    assert model.validation_score_[-1] == pytest.approx(SCORERS[scoring](model, X[60:], y[60:]), rel=1e-12)


def test_scores_before_the_first_iteration():
    """Bug caught: of two equal classes another than `predict` gives, one score for three classes, without trees."""
    parameters = {"early_stopping": True, "validation_fraction": None, "max_iter": 1, "scoring": "accuracy"}
    for K in (2, 3):
        y = (np.arange(120) % K > 0).astype(int) if K == 2 else np.arange(120) % 3
        scores = []
        for scoring in ("accuracy", lambda model, rows, y: float((model.predict(rows) == y).mean())):
            model = HistGradientBoostingClassifier(**parameters | {"scoring": scoring}, random_state=0).fit(X, y)
            scores.append(model.train_score_.tolist())
        assert scores[0] == scores[1]
        assert scores[0][0] == pytest.approx(1 / K)
    constant = HistGradientBoostingClassifier(**parameters).fit(np.ones((40, 1)), np.repeat([0, 1, 1, 0], 10))
    assert constant.train_score_[0] == constant.score(np.ones((40, 1)), np.repeat([0, 1, 1, 0], 10))
    held = {"X_val": np.ones((4, 1)), "y_val": [0, 0, 0, 1]}
    ties = HistGradientBoostingClassifier(**parameters).fit(np.ones((40, 1)), np.arange(40) % 2, **held)
    assert ties.validation_score_[0] == 0.75


def test_of_many_rows_a_sample_is_scored_with_its_own_scores(monkeypatch):
    """Bug caught: scores of other rows than the targets, the rows that the sample leaves out, no sample at all."""
    monkeypatch.setattr(judges, "MOST", 30)
    seen = []

    def absolute(model, rows, y):
        seen.append(len(rows))
        return -np.abs(y - model.predict(rows)).mean()

    by_name, by_call = (
        HistGradientBoostingRegressor(
            **SMALL, early_stopping=True, scoring=scoring, random_state=0, validation_fraction=None
        ).fit(X, Y)
        for scoring in ("neg_mean_absolute_error", absolute)
    )
    assert seen == [30] * 5
    assert_allclose(by_name.train_score_, by_call.train_score_, rtol=1e-12)
    assert len(by_name.validation_score_) == 0


# --- rows held out ----------------------------------------------------------------------------------------------------


def test_rows_held_out_have_weights_and_the_share_of_each_class():
    """Bug caught: weights of the rows held out forgotten, a count taken for a share, a rare class held out whole."""
    weight = np.where(np.arange(40) < 20, W[80:], 0.0)
    parameters = SMALL | {"early_stopping": "auto"}
    some = HistGradientBoostingRegressor(**parameters).fit(X[:80], Y[:80], X_val=X[80:100], y_val=Y[80:100],
                                                           sample_weight_val=W[80:100])  # fmt: skip
    whole = HistGradientBoostingRegressor(**parameters).fit(X[:80], Y[:80], X_val=X[80:], y_val=Y[80:],
                                                            sample_weight_val=weight)  # fmt: skip
    assert whole.do_early_stopping_
    assert_array_equal(whole.validation_score_, some.validation_score_)
    seen = []

    def watch(model, rows, y):
        seen.append(np.bincount(y).tolist())
        return 0.0

    y = (np.arange(120) % 6 == 0).astype(int)
    for fraction in (30, 0.25):
        HistGradientBoostingClassifier(
            max_iter=1, early_stopping=True, validation_fraction=fraction, scoring=watch, random_state=1
        ).fit(X, y)
    assert seen[:2] == seen[4:6] == [[75, 15], [25, 5]]


# --- units and starts -------------------------------------------------------------------------------------------------


def test_a_penalty_is_in_the_unit_of_the_weights():
    """Bug caught: a penalty of the weights after these were divided by their mean."""
    parameters = SMALL | {"l2_regularization": 5.0, "max_iter": 1, "learning_rate": 1.0, "max_leaf_nodes": 2}
    for weight in (np.full(120, 10.0), 10 * W):
        model = HistGradientBoostingRegressor(**parameters).fit(X, Y, weight)
        start = np.average(Y, weights=weight)
        tree = model._ensemble.forest.tree(0)
        left = tree.apply(X) == 1
        step = (weight * (Y - start))[left].sum() / (weight[left].sum() + 5.0)
        assert tree.value[1, 0, 0] == pytest.approx(step, rel=1e-12)


def test_a_warm_start_keeps_its_start_and_its_categories():
    """Bug caught: the start of the new rows under the old trees, codes of categories that are those of other ones."""
    table = np.column_stack([X, np.resize([0.0, 1.0, 2.0, 3.0], 120)])
    y = Y + table[:, 3] ** 2
    model = HistGradientBoostingRegressor(**SMALL, categorical_features=[3], warm_start=True).fit(table, y)
    first = list(model.staged_predict(table))
    some = table[:, 3] > 0
    model.set_params(max_iter=5).fit(table[some], y[some] + 1.0)
    assert_array_equal(list(model.staged_predict(table))[:4], first)
    assert model.certificate_.holds, "a record of other rows that rises where the new one begins"
    assert "none of the new iterations has raised" in model.certificate_.claim
    zeros = table * [1, 1, 1, 0]
    assert_array_equal(model.set_params(max_iter=6).fit(zeros, y).predict(table[:1]).shape, [1])


def test_few_bins_hold_equal_weights():
    """Bug caught: bins of equal numbers of rows, however little these count."""
    weight = np.where(X[:, 0] > 0, 1.0, 1e-6)
    model = HistGradientBoostingRegressor(max_bins=4, min_samples_leaf=1, max_iter=1).fit(X, Y, weight)
    nodes = model._ensemble.forest.nodes
    cuts = nodes.threshold[~nodes.is_leaf & (nodes.feature == 0)]
    assert (cuts > 0).all()
    assert len(np.unique(cuts)) > 1  # of equal numbers of rows only one would be above the median


def test_counts_need_one_that_is_not_zero():
    """Bug caught: the logarithm of a mean of zero."""
    with pytest.raises(ValueError, match=r"sum\(y\) > 0"):
        HistGradientBoostingRegressor(loss="poisson").fit(X, np.zeros(120))
    with pytest.raises(ValueError, match="strictly positive"):
        HistGradientBoostingRegressor(loss="gamma").fit(X, np.abs(Y).round())


def test_weights_of_rows_and_of_classes_are_multiplied():
    """Bug caught: weights of rows forgotten where classes have some, rows of weight zero that are counted."""
    y = (Y > 0.5).astype(int)
    whole = np.where(np.arange(120) % 3 == 0, 0.0, 10 * W)
    both = HistGradientBoostingClassifier(**SMALL, class_weight={0: 1.0, 1: 3.0}).fit(X, y, whole)
    kept = whole > 0
    rows = HistGradientBoostingClassifier(**SMALL).fit(X[kept], y[kept], (whole * np.where(y == 1, 3.0, 1.0))[kept])
    assert_array_equal(both.predict_proba(X), rows.predict_proba(X))
    all_rows, some = (HistGradientBoostingRegressor(**SMALL).fit(X[k], Y[k], whole[k]) for k in (slice(None), kept))
    assert_array_equal(all_rows.predict(X), some.predict(X))


def test_as_many_categories_as_bins_are_allowed():
    """Bug caught: one category too few."""
    table = np.arange(120.0)[:, None] % 16
    HistGradientBoostingRegressor(categorical_features=[0], max_bins=16, max_iter=1).fit(table, Y)
    with pytest.raises(ValueError, match="cardinality of 16"):
        HistGradientBoostingRegressor(categorical_features=[0], max_bins=15, max_iter=1).fit(table, Y)


def test_columns_are_drawn_for_each_class():
    """Bug caught: the trees of all classes given the same random columns."""
    y = np.digitize(Y, [-0.5, 0.5])
    model = HistGradientBoostingClassifier(max_iter=10, max_leaf_nodes=2, max_features=0.3, random_state=0).fit(X, y)
    nodes, roots = model._ensemble.forest.nodes, model._ensemble.forest.roots
    assert (np.ptp(nodes.feature[roots].reshape(10, 3), axis=1) > 0).any()


# --- splits that may not be made, and ties ----------------------------------------------------------------------------


def tree_of(X, g, h=None, categories=(), **rules):
    """The tree of some derivatives."""
    mask = np.isin(np.arange(X.shape[1]), categories)
    bins = find_bins(X, mask, 255, None, 0)
    table = binned_table(bins.codes(X), bins.edges, bins.has_missing, bins.is_categorical)
    return grow(table, g, h, HistogramRules(min_samples_leaf=1, **rules))[0]


@pytest.mark.parametrize("few", [slice(0, 5), slice(15, 20)], ids=["left", "right"])
@pytest.mark.parametrize("monotonic", [None, np.array([1]), np.array([-1])], ids=str)
def test_rows_that_are_nearly_certain_are_no_side(few, monotonic):
    """Bug caught: a Newton step of a Hessian close to zero; the least sum in another unit."""
    g, h = np.tile([1.0, -1.0], 10) / 100, np.full(20, 0.25)
    g[few], h[few] = 1.0, 1e-5
    tree = tree_of(np.arange(20.0)[:, None], g, h, monotonic=monotonic)
    assert (tree.weighted_n_node_samples >= 1e-3).all()
    assert tree_of(np.arange(20.0)[:, None], g, np.full(20, 1e-3 / 21), monotonic=monotonic).node_count == 1
    assert tree_of(np.arange(20.0)[:, None], np.sort(g)[::-1], np.full(20, 1e-3)).node_count > 1


def test_of_equal_splits_the_first_column_is_taken():
    """Bug caught: columns of numbers before columns of categories, an odd split for rows without missing entries."""
    x = np.repeat([0.0, 1.0], 20)
    table, g = np.stack([x, x], axis=1), np.repeat([1.0, -1.0], 20)
    for categories in ((), (0,), (1,)):
        tree = tree_of(table, g, categories=categories)
        assert tree.feature[0] == 0
        assert not tree.missing_go_to_left[0], "of two equal sides it is the right one, as in scikit-learn"


def test_when_scores_rise_no_more():
    """Bug caught: a score that is equal taken for a rise, or a rise by the tolerance."""
    assert not rises_no_more(np.array([1.0, 1.0]), 2, 0.0)
    assert rises_no_more(np.array([1.0, 1.0, 1.0]), 2, 0.0)
    assert not rises_no_more(np.array([1.0, 1.5, 1.0]), 2, 0.25)
    assert rises_no_more(np.array([1.0, 1.25, 1.0]), 2, 0.25)
    assert not rises_no_more(np.array([9.0, 1.0, 0.0, 2.0]), 2, 0.25)


# --- certificate ------------------------------------------------------------------------------------------------------


def test_the_certificate_fails_for_another_record_or_step():
    """Bug caught: a certificate that looks neither at the leaves' steps, nor at the record, nor at the gains."""
    model = HistGradientBoostingRegressor(**SMALL)
    training = Training(model, X, Y)
    *_, state = training
    data, rules, trees = training.data.boosting, model._rules(training.data), training.finish()._ensemble.forest

    def holds(forest, state):
        return certify_histograms(data, forest, rules, state).holds

    assert holds(trees, state)
    assert not holds(trees, replace(state, losses=np.append(state.losses[:2], state.losses[[0, 3]] + [1e-3, 0.0])))
    other = replace(trees, nodes=replace(trees.nodes, impurity=1.001 * trees.nodes.impurity))
    assert not holds(other, state)
    counts = HistGradientBoostingRegressor(**SMALL, loss="poisson")
    training = Training(counts, X, np.exp(Y))
    *_, state = training
    data, rules, trees = training.data.boosting, counts._rules(training.data), training.finish()._ensemble.forest
    assert holds(trees, state)
    (last,) = state.stages[-1]
    moved = replace(last, value=1.001 * last.value)
    value = trees.nodes.value.copy()
    value[trees.roots[-1] :] = moved.value
    assert not holds(replace(trees, nodes=replace(trees.nodes, value=value)),
                     replace(state, stages=(*state.stages[:-1], (moved,))))  # fmt: skip


# --- state, and leaves that are quantiles -----------------------------------------------------------------------------


def test_what_is_carried_is_found_again():
    """Bug caught: gradients of a resumed fit rounded at another tree than those of the whole one."""
    training = Training(HistGradientBoostingRegressor(max_iter=20, min_samples_leaf=10), X, Y)
    *_, state = training
    data = training.data.boosting
    stages, F, _, carried = data.kept
    data.kept = None
    again, _, other = data.at(stages)
    assert_array_equal(again, F)
    assert_array_equal(other.w.packed, carried.w.packed)
    assert state.iteration == 20


@pytest.mark.parametrize("weight", [None, np.tile([1.0, 9.0], 60)], ids=["no weights", "weights"])
def test_leaves_are_the_middle_of_weighted_quantiles(weight):
    """Bug caught: weights forgotten in the leaves, the lower of two quantiles in place of their middle."""
    y = np.where(X[:, 0] > 0, 10.0, 0.0) + np.tile([1.0, 3.0], 60)
    model = HistGradientBoostingRegressor(loss="absolute_error", max_iter=1, max_leaf_nodes=2, learning_rate=1.0)
    found = model.fit(X, y, weight).predict(X)
    for side in (X[:, 0] > 0, X[:, 0] <= 0):
        own = np.repeat(y[side], 1 if weight is None else weight[side].astype(int))
        assert_allclose(found[side], np.median(own), rtol=1e-12)
