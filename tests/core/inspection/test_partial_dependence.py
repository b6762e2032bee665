"""Partial dependence against scikit-learn's, for models of all kinds."""

import numpy as np
import pandas as pd
import pytest
import sklearn.ensemble
import sklearn.inspection
import sklearn.tree
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.dummy import DummyRegressor

import groundup
from groundup import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    GaussianNB,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    KMeans,
    LinearRegression,
    LinearSVC,
    LogisticRegression,
    partial_dependence,
)
from groundup.core.exceptions import NotFittedError
from support.shapley import expectation

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 4)).astype(np.float32)  # the precision in which scikit-learn's trees read a grid
X[:, 3] = RNG.integers(0, 4, 150)
Y = X[:, 0] ** 2 + X[:, 1] * X[:, 3] + RNG.normal(size=150) / 4
W = RNG.random(150)
LABELS = np.digitize(Y, [0, 2])
SMALL = {"n_estimators": 8, "min_samples_leaf": 15, "random_state": 0}
TREE = {"min_samples_leaf": 8, "random_state": 0}


def assert_same(found, expected, tolerance=1e-12):
    """Compare results of both functions, entry by entry."""
    assert set(found) == set(expected)
    for one, other in zip(found.grid_values, expected["grid_values"], strict=True):
        assert_allclose(one, other, rtol=1e-12)
    for name in set(found) - {"grid_values"}:
        assert found[name].shape == expected[name].shape
        assert_allclose(found[name], expected[name], rtol=tolerance, atol=tolerance)


ANY = {
    "linear": (LinearRegression(), Y),
    "targets": (LinearRegression(), np.stack([Y, 2 * Y], axis=1)),
    "probabilities": (GaussianNB(), LABELS > 0),
    "probabilities of classes": (LogisticRegression(), LABELS),
    "scores": (LinearSVC(), LABELS > 0),
    "scores of classes": (LinearSVC(), LABELS),
}
ASKED = {
    "one": {"features": [0], "grid_resolution": 7},
    "few distinct": {"features": 3},
    "pair": {"features": (1, 3), "grid_resolution": 5, "percentiles": (0.1, 0.8)},
    "weights": {"features": [1], "grid_resolution": 7, "sample_weight": W, "kind": "both"},
    "individual": {"features": [2], "grid_resolution": 3, "kind": "individual"},
    "category": {"features": [3, 0], "grid_resolution": 3, "categorical_features": [3]},
    "mask": {"features": [3], "grid_resolution": 2, "categorical_features": [False, False, False, True]},
    "own values": {"features": [0, 1], "grid_resolution": 3, "custom_values": {1: [-1.0, 0.5]}},
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(("model", "y"), ANY.values(), ids=ANY)
def test_any_model_has_scikit_learns_partial_dependence(model, y, asked):
    """Bug caught: quantiles by another rule, an average without weights, axes of outputs, rows and grid exchanged."""
    table = X.astype(float)
    model.fit(table, y)
    assert_same(partial_dependence(model, table, **asked), sklearn.inspection.partial_dependence(model, table, **asked))


PAIRS = {
    "regression": ("GradientBoostingRegressor", SMALL, Y),
    "two classes": ("GradientBoostingClassifier", SMALL, LABELS > 0),
    "classes": ("GradientBoostingClassifier", SMALL, LABELS),
    "tree": ("DecisionTreeRegressor", TREE, Y),
    "tree of classes": ("DecisionTreeClassifier", TREE, LABELS),
}
OURS = {
    one.__name__: one
    for one in (GradientBoostingRegressor, GradientBoostingClassifier, DecisionTreeRegressor, DecisionTreeClassifier)
}


@pytest.mark.parametrize("asked", [{"features": [0]}, {"features": [1, 3]}, {"features": [2], "method": "brute"}])
@pytest.mark.parametrize(("name", "parameters", "y"), PAIRS.values(), ids=PAIRS)
def test_trees_have_scikit_learns_recursion(name, parameters, y, asked):
    """Bug caught: shares of the wrong branch, a rate forgotten, the start added, brute force where paths are asked."""
    theirs = getattr(sklearn.ensemble, name, None) or getattr(sklearn.tree, name)
    asked = asked | {"grid_resolution": 6}
    expected = sklearn.inspection.partial_dependence(theirs(**parameters).fit(X, y), X, **asked)
    assert_same(partial_dependence(OURS[name](**parameters).fit(X, y), X, **asked), expected)


@pytest.mark.parametrize("name", ["HistGradientBoostingRegressor", "HistGradientBoostingClassifier"])
def test_trees_of_histograms_are_averaged_by_counts(name):
    """Bug caught: sums of second derivatives in place of numbers of rows; categories read as thresholds."""
    y = Y if name.endswith("Regressor") else LABELS > 0
    made, asked = {"max_iter": 8, "min_samples_leaf": 15, "random_state": 0}, {"features": [3, 0], "grid_resolution": 5}
    expected = sklearn.inspection.partial_dependence(getattr(sklearn.ensemble, name)(**made).fit(X, y), X, **asked)
    found = partial_dependence(getattr(groundup, name)(**made).fit(X, y), X, **asked)
    assert_same(found, expected, tolerance=1e-7)  # scikit-learn's gradients are in single precision
    model = getattr(groundup, name)(**made, categorical_features=[3]).fit(X, y)
    found = partial_dependence(model, X, [3], categorical_features=[3])  # scikit-learn reads codes as thresholds
    for k, code in enumerate(range(4)):
        row = np.array([0.0, 0.0, 0.0, code])
        scores = sum(expectation(tree, row, {3})[0] for tree in model._ensemble.forest.trees())
        assert found.average[0, k] == pytest.approx(scores, abs=1e-13)
    frame = pd.DataFrame({"a": X[:, 0], "b": pd.Categorical(np.array(list("klmn"))[X[:, 3].astype(int)])})
    named = getattr(groundup, name)(max_iter=4, min_samples_leaf=15, categorical_features="from_dtype").fit(frame, y)
    codes = getattr(groundup, name)(max_iter=4, min_samples_leaf=15, categorical_features=[1]).fit(X[:, [0, 3]], y)
    found = partial_dependence(named, frame, ["b"], categorical_features=["b"])
    assert found.grid_values[0].tolist() == list("klmn")
    assert_array_equal(found.average, partial_dependence(codes, X[:, [0, 3]], [1]).average)


def test_recursion_counts_trees_without_splits():
    """Bug caught: a tree that is a leaf, left out of the sum."""
    model = DecisionTreeRegressor().fit(X, np.full(150, 3.0))
    assert_array_equal(partial_dependence(model, X, [0], grid_resolution=4).average, np.full((1, 4), 3.0))
    deep = DecisionTreeRegressor().fit(X, Y)
    everything = partial_dependence(deep, X[:5], [0, 1, 2, 3], custom_values={j: X[:3, j] for j in range(4)})
    at = np.arange(3)
    assert_allclose(everything.average[0][at, at, at, at], deep.predict(X[:3]), rtol=1e-14)


def test_data_frames_keep_their_columns():
    """Bug caught: a model that is asked for columns without names, names counted from the wrong column."""
    frame = pd.DataFrame(X, columns=list("abcd")).astype(float)
    model = LogisticRegression().fit(frame, LABELS)
    found = partial_dependence(model, frame, ["d", "b"], categorical_features=["d"], grid_resolution=4)
    expected = partial_dependence(LogisticRegression().fit(X.astype(float), LABELS), X.astype(float), [3, 1],
                                  categorical_features=[3], grid_resolution=4)  # fmt: skip
    assert_allclose(found.average, expected.average, rtol=1e-12)


def test_missing_entries_are_no_quantiles():
    """Bug caught: a grid of NaN for a column in which more rows are missing than lie above the upper end."""
    holes = X.copy()
    holes[:30, 0] = np.nan
    model = GradientBoostingRegressor(**SMALL).fit(holes, Y)
    grid = partial_dependence(model, holes, [0], grid_resolution=5).grid_values[0]
    assert_array_equal(grid, partial_dependence(model, holes[30:], [0], grid_resolution=5).grid_values[0])
    assert np.isfinite(grid).all()


def test_auto_gives_probabilities_where_they_are_asked_for():
    """Bug caught: scores of trees in place of probabilities."""
    model = GradientBoostingClassifier(**SMALL).fit(X, LABELS > 0)
    found = partial_dependence(model, X, [0], response_method="predict_proba", grid_resolution=5).average
    brute = partial_dependence(model, X, [0], method="brute", grid_resolution=5).average
    assert_array_equal(found, brute)
    assert found.min() > 0
    assert found.max() < 1


MEANINGLESS = {
    "unfitted": (LinearRegression(), {}, NotFittedError, "not fitted"),
    "clusters": (KMeans(2, n_init=1).fit(X), {}, ValueError, "must be a fitted regressor or classifier"),
    "several targets of classes": (
        DecisionTreeClassifier().fit(X, np.stack([LABELS, LABELS], axis=1)), {}, ValueError, "multioutput",
    ),
    "response of numbers": (
        LinearRegression().fit(X, Y), {"response_method": "predict_proba"}, ValueError, "regressors",
    ),
    "paths of no trees": (LinearRegression().fit(X, Y), {"method": "recursion"}, ValueError, "'recursion' method"),
    "paths of rows": (
        DecisionTreeRegressor().fit(X, Y), {"method": "recursion", "kind": "both"}, ValueError, "'average'",
    ),
    "paths with weights": (
        DecisionTreeRegressor().fit(X, Y), {"method": "recursion", "sample_weight": W}, ValueError, "sample_weight",
    ),
    "method": (LinearRegression().fit(X, Y), {"method": "guess"}, ValueError, "method='guess' is not allowed"),
    "column": (LinearRegression().fit(X, Y), {"features": [4]}, ValueError, r"in \[0, 3\]"),
    "name": (LinearRegression().fit(X, Y), {"features": ["a"]}, ValueError, "only supported for dataframes"),
    "percentiles": (LinearRegression().fit(X, Y), {"percentiles": (0.9, 0.1)}, ValueError, "strictly less"),
    "resolution": (LinearRegression().fit(X, Y), {"grid_resolution": 1}, ValueError, "greater than 1"),
    "no categories": (LinearRegression().fit(X, Y), {"categorical_features": []}, ValueError, "empty list"),
}  # fmt: skip


@pytest.mark.parametrize(("model", "asked", "error", "words"), MEANINGLESS.values(), ids=MEANINGLESS)
def test_what_has_no_meaning_is_refused(model, asked, error, words):
    """Bug caught: an argument that is silently left out."""
    with pytest.raises(error, match=words):
        partial_dependence(model, X, **{"features": [0]} | asked)


def test_trees_that_improve_a_model_are_averaged_over_rows():
    """Bug caught: the part of the other model left out without a word."""
    model = GradientBoostingRegressor(**SMALL, init=DummyRegressor()).fit(X, Y)
    auto, brute = (partial_dependence(model, X, [0], method=m, grid_resolution=4).average for m in ("auto", "brute"))
    assert_array_equal(auto, brute)
    with pytest.warns(UserWarning, match="non-constant init"):
        partial_dependence(model, X, [0], method="recursion", grid_resolution=4)
