"""Shapley values of trees: by definition, by their axioms, and against the `shap` package."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LinearRegression

from groundup import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from groundup.core.exceptions import NotFittedError
from groundup.projects.gradient_boosting import textbook
from groundup.projects.gradient_boosting.solvers import dependence, shap
from groundup.projects.gradient_boosting.solvers.forest import forest
from groundup.projects.gradient_boosting.solvers.histogram.tree import HistogramTree
from groundup.projects.gradient_boosting.solvers.paths import paths_of
from groundup.projects.gradient_boosting.solvers.subtrees import BITS, small_subtrees
from support.shapley import expectation, shapley

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 6))
X[:, 5] = RNG.integers(0, 5, 400)
Y = X[:, 0] * X[:, 1] + np.sin(X[:, 2]) + X[:, 3] + RNG.normal(size=400) / 4
HOLES = np.where(RNG.random(X.shape) < 0.1, np.nan, X)
CLASSES = np.digitize(Y, [-0.6, 0.6])
SHAPES = {
    "stump": {"max_depth": 1},
    "bushy": {"max_depth": 4},
    "best first": {"max_leaf_nodes": 31},
    "whole": {},
}


@pytest.mark.parametrize("table", [X, HOLES], ids=["complete", "missing"])
@pytest.mark.parametrize("parameters", SHAPES.values(), ids=SHAPES)
def test_values_are_those_of_the_definition(parameters, table):
    """Bug caught: a column that is split twice counted twice, a share of another branch, too few points of Gauss."""
    model = DecisionTreeRegressor(**parameters).fit(table, Y)
    found = model.shap_values(table)  # of so many rows by tables
    for i in (0, 57, 399):
        assert_allclose(found[i], shapley(model.tree_, table[i])[:, 0], rtol=0, atol=1e-14)
    assert model.expected_value_ == pytest.approx(expectation(model.tree_, table[0], ())[0], abs=1e-14)


def test_values_are_the_textbooks():
    """Bug caught: a rate, or the start, that does not go into values and expectation."""
    rows, y, rate = X[:50, :3], Y[:50], 0.5
    model = GradientBoostingRegressor(n_estimators=3, max_depth=2, learning_rate=rate).fit(rows, y)
    trees = [tree for tree, _, _ in textbook.boost(rows, y, rate, depth=2, steps=3)]
    for x in rows[:4]:
        expected = rate * sum(textbook.shapley(tree, rows, x) for tree in trees)
        assert_allclose(model.shap_values(x[None])[0], expected, rtol=0, atol=1e-13)
    start = y.mean() + rate * sum(textbook.expectation(tree, rows, rows[0], ()) for tree in trees)
    assert model.expected_value_ == pytest.approx(start, abs=1e-13)


def test_values_are_those_of_the_shap_package():
    """Bug caught: a definition of our own. Made with shap 0.51.0: TreeExplainer(model).shap_values(table[:4]),
    with scikit-learn 1.9.1's models of the same parameters, fitted on the same table.
    """
    i = np.arange(40)
    table = np.column_stack([i * 7 % 40, i * 11 % 40, i * 13 % 41]).astype(float)
    first, second, third = table.T
    y = first * second / 100 + np.where(third > 20, 5.0, 0.0) + second / 10 + third**2 / 1000
    model = GradientBoostingRegressor(n_estimators=3, max_depth=3, learning_rate=0.5, min_samples_leaf=3).fit(table, y)
    expected = [
        [-0.710524918340715, -3.105828055884593, -2.873443970219135],
        [-0.370950168053506, -2.621905962343417, -2.637349786269742],
        [-0.842397261629035, 0.536635979776311, 2.27076544851939],
        [0.423423328097243, 3.453951825504784, 3.52244660565723],
    ]
    assert_allclose(model.shap_values(table[:4]), expected, rtol=0, atol=1e-13)
    assert model.expected_value_ == pytest.approx(8.4339, abs=1e-13)
    classes = GradientBoostingClassifier(n_estimators=3, max_depth=2, learning_rate=0.5, min_samples_leaf=3)
    classes.fit(table, y > y.mean())
    expected = [
        [0.0, -1.381114519121551, -0.774215265664362],
        [0.0, -1.381114519121551, -0.774215265664362],
        [0.0, 0.817714240995057, 1.183042427270761],
        [0.0, 1.755626126121584, 0.934001292886224],
    ]
    assert_allclose(classes.shap_values(table[:4]), expected, rtol=0, atol=1e-13)
    assert classes.expected_value_ == pytest.approx(-0.260633712018032, abs=1e-13)


MODELS = {
    "regression": (GradientBoostingRegressor(n_estimators=15), Y, "predict"),
    "sampled": (GradientBoostingRegressor(n_estimators=15, subsample=0.5, init="zero", random_state=0), Y, "predict"),
    "two classes": (GradientBoostingClassifier(n_estimators=15), CLASSES > 0, "decision_function"),
    "classes": (GradientBoostingClassifier(n_estimators=15), CLASSES, "decision_function"),
    "histograms": (HistGradientBoostingRegressor(max_iter=8, min_samples_leaf=5), Y, "predict"),
    "histograms, two classes": (
        HistGradientBoostingClassifier(max_iter=8, categorical_features=[5]), CLASSES > 0, "decision_function",
    ),
    "histograms, classes": (HistGradientBoostingClassifier(max_iter=8), CLASSES, "decision_function"),
    "tree": (DecisionTreeRegressor(), Y, "predict"),
    "targets": (DecisionTreeRegressor(max_depth=6), np.stack([Y, X[:, 5]], axis=1), "predict"),
    "tree of classes": (DecisionTreeClassifier(max_depth=6), CLASSES, "predict_proba"),
    "tree of two classes": (DecisionTreeClassifier(max_depth=6), CLASSES > 0, "predict_proba"),
}  # fmt: skip


@pytest.mark.parametrize(("model", "y", "method"), MODELS.values(), ids=MODELS)
def test_values_add_up_to_the_prediction(model, y, method):
    """Bug caught: a tree of one class added to another, a start forgotten, shapes unlike those of the predictions."""
    model.fit(HOLES, y, sample_weight=RNG.random(400) + 0.1)
    scores = getattr(model, method)(HOLES)
    found = model.shap_values(HOLES)
    assert found.shape == (400, 6, *scores.shape[1:])
    assert_allclose(found.sum(axis=1) + model.expected_value_, scores, rtol=0, atol=1e-13)
    assert_allclose(model.shap_values(HOLES[:20]), found[:20], rtol=0, atol=1e-14)  # of few rows without tables


def test_several_targets_with_classes_have_a_list():
    """Bug caught: columns of classes that do not exist."""
    model = DecisionTreeClassifier(max_depth=4).fit(X, np.stack([CLASSES > 0, CLASSES], axis=1))
    for found, expected, shares in zip(
        model.shap_values(X), model.expected_value_, model.predict_proba(X), strict=True
    ):
        assert_allclose(found.sum(axis=1) + expected, shares, rtol=0, atol=1e-14)


def test_a_column_that_is_never_asked_moves_nothing():
    """Bug caught: rounding, or padding of short paths, that reaches columns without splits."""
    table = np.column_stack([X[:, :2], np.zeros(400)])
    model = GradientBoostingRegressor(n_estimators=5, max_leaf_nodes=12, max_depth=None).fit(table, Y)
    assert_array_equal(model.shap_values(table)[:, 2], 0.0)


def test_equal_columns_share_equally():
    """Bug caught: values that depend on which column is split first."""
    points = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    model = DecisionTreeRegressor().fit(points, [0.0, 0, 0, 8])
    assert model.tree_.feature[0] == 0
    assert_array_equal(model.shap_values(points), [[-1, -1], [-3, 1], [1, -3], [3, 3]])


def test_long_paths_need_no_tables():
    """Bug caught: leaves that depend on more conditions than a table has bits, left out or counted twice."""
    table = RNG.normal(size=(600, 12))
    y = table @ RNG.normal(size=12)
    model = DecisionTreeRegressor().fit(table, y)
    paths = paths_of(forest([model.tree_]))
    root = small_subtrees(paths)
    assert 0 < (root < 0).mean() < 1, "both kinds of leaves are needed"
    assert paths.feature.shape[1] > BITS
    assert_allclose(model.shap_values(table).sum(axis=1) + model.expected_value_, y, rtol=0, atol=1e-13)
    narrow = DecisionTreeRegressor(max_depth=11).fit(table[:, :10], y)
    assert_allclose(narrow.shap_values(table[:, :10])[7], shapley(narrow.tree_, table[7, :10])[:, 0], atol=1e-13)


def test_a_split_by_categories_is_a_condition_as_any_other():
    """Bug caught: thresholds read where a tree has sets of categories."""
    values = np.array([0.0, 0.0, 5.0, 1.0, 3.0])
    tree = HistogramTree(
        children_left=np.array([1, 3, -1, -1, -1]),
        children_right=np.array([2, 4, -1, -1, -1]),
        feature=np.array([0, 1, -2, -2, -2]),
        threshold=np.array([0.0, 0.5, -2, -2, -2]),
        missing_go_to_left=np.array([True, False, False, False, False]),
        impurity=np.zeros(5),
        n_node_samples=np.array([10, 6, 4, 2, 4]),
        weighted_n_node_samples=np.array([9.0, 5, 4, 1, 4]),  # second derivatives: no covers
        value=values[:, None, None],
        by_category=np.array([True, False, False, False, False]),
        categories_left=np.array([[True, False, True], *[[False] * 3] * 4]),
    )
    rows = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 1.0], [np.nan, np.nan], [7.0, 0.0]])
    model = shap.added(forest([tree]), 1.0, np.zeros(1))
    for table in (rows, np.tile(rows, (80, 1))):
        found = shap.shap_values(model, table)
        for i, x in enumerate(rows):
            assert_allclose(found[i], shapley(tree, x), rtol=0, atol=1e-15)


def test_blocks_of_rows_do_not_matter(monkeypatch):
    """Bug caught: the last block of rows or of leaves left out."""
    model = GradientBoostingClassifier(n_estimators=4, max_depth=None, max_leaf_nodes=40).fit(X, CLASSES)
    whole = model.shap_values(X)
    monkeypatch.setattr(shap, "ROWS", 37)
    monkeypatch.setattr(shap, "ENTRIES", 600)
    assert_allclose(model.shap_values(X), whole, rtol=0, atol=1e-15)


def test_what_cannot_be_explained_is_refused():
    """Bug caught: trees that explain the part of another model."""
    with pytest.raises(NotFittedError):
        GradientBoostingRegressor().shap_values(X)
    with pytest.raises(NotFittedError):
        DecisionTreeRegressor().expected_value_  # noqa: B018
    model = GradientBoostingRegressor(n_estimators=2, init=LinearRegression()).fit(X, Y)
    with pytest.raises(ValueError, match=r"improve another model.*LinearRegression"):
        model.shap_values(X)
    with pytest.raises(ValueError, match="5 features"):
        DecisionTreeRegressor().fit(X, Y).shap_values(X[:, :5])
    constant = DecisionTreeRegressor().fit(X, np.ones(400))
    assert_array_equal(constant.shap_values(X), np.zeros((400, 6)))
    assert constant.expected_value_ == 1.0


def test_averages_along_paths_in_blocks_and_with_trees_of_one_leaf(monkeypatch):
    """Bug caught: the last path of a block left out, the value of another tree in place of one without splits."""
    model = GradientBoostingRegressor(n_estimators=3, max_depth=3).fit(X, Y)
    whole = model.dependence_along_paths(X[:3, :2], np.array([0, 1]))
    monkeypatch.setattr(dependence, "ENTRIES", 9)
    assert_allclose(model.dependence_along_paths(X[:3, :2], np.array([0, 1])), whole, rtol=0, atol=1e-15)
    leaf = DecisionTreeRegressor().fit(X, np.full(400, 7.0)).tree_
    trees = [*model._ensemble.forest.trees(), leaf]
    found = dependence.dependence(shap.added(forest(trees), 0.1, np.zeros(1)), X[:3, :2], np.array([0, 1]), 6)
    assert_allclose(found, whole + 0.7, rtol=0, atol=1e-14)
