"""Decision trees against scikit-learn's, node by node, and on degenerate data."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.tree import DecisionTreeClassifier as ReferenceClassifier
from sklearn.tree import DecisionTreeRegressor as ReferenceRegressor

from groundup import DecisionTreeClassifier, DecisionTreeRegressor, load, save
from groundup.projects.gradient_boosting.certificate import certify_tree
from groundup.projects.gradient_boosting.solvers.criteria import SquaredError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 5)).astype(np.float32)  # the precision in which scikit-learn's trees read their rows
Y = X[:, 0] ** 2 + X[:, 1] + RNG.normal(size=300)
W = RNG.random(300) + 0.1
COUNTS = RNG.poisson(np.exp(X[:, 0] / 2)).astype(float)
LABELS = np.digitize(Y, np.quantile(Y, [1 / 3, 2 / 3]))
GAPS = np.where(RNG.random(X.shape) < 0.2, np.nan, X).astype(np.float32)
GAPS[:, 2] = X[:, 2]
LARGE = {"min_samples_leaf": 12}  # In small nodes several columns are equally good, of which scikit-learn takes any.
WHOLE = ("children_left", "children_right", "feature", "n_node_samples")
REAL = ("threshold", "impurity", "weighted_n_node_samples", "value")


def assert_same_tree(ours, theirs):
    """Compare two fitted models node by node."""
    for name in WHOLE:
        assert_array_equal(getattr(ours.tree_, name), getattr(theirs.tree_, name), err_msg=name)
    for name in REAL:
        assert_allclose(getattr(ours.tree_, name), getattr(theirs.tree_, name), rtol=1e-6, atol=1e-7, err_msg=name)
    inner = ours.tree_.children_left >= 0
    assert_array_equal(ours.tree_.missing_go_to_left[inner], theirs.tree_.missing_go_to_left[inner].astype(bool))
    assert_allclose(ours.feature_importances_, theirs.feature_importances_, rtol=1e-9, atol=1e-12)
    assert (ours.get_depth(), ours.get_n_leaves()) == (theirs.get_depth(), theirs.get_n_leaves())


REGRESSIONS = {
    "squared": (X, Y, None, {}),
    "weights": (X, Y, W, {}),
    "best first": (X, Y, W, {"max_leaf_nodes": 9}),
    "shallow": (X, Y, None, {"max_depth": 3}),
    "absolute": (X, Y, None, {"criterion": "absolute_error"}),
    "absolute weights": (X, Y, W, {"criterion": "absolute_error"}),
    "poisson": (X, COUNTS, None, {"criterion": "poisson", "max_depth": 3}),
    "missing": (GAPS, Y, W, {}),
    "missing absolute": (GAPS[:, 2:], Y, None, {"criterion": "squared_error"}),
    "two targets": (X, np.stack([Y, Y**2], axis=1), W, {}),
    "rounded": (np.round(X), Y, W, {"max_depth": 3, "min_samples_leaf": 20}),
    "pruned": (X, Y, None, {"ccp_alpha": 0.02}),
    "least gain": (X, Y, W, {"min_impurity_decrease": 0.03}),
    "least weight": (X, Y, W, {"min_weight_fraction_leaf": 0.06}),
    "shares of rows": (X, Y, None, {"min_samples_leaf": 0.05, "min_samples_split": 0.2}),
    "monotonic": (X, Y, W, {"monotonic_cst": [1, 1, 0, 0, -1]}),
    "monotonic absolute": (X, Y, W, {"monotonic_cst": [1, 1, 0, 0, -1], "criterion": "absolute_error"}),
}


@pytest.mark.parametrize("case", REGRESSIONS.values(), ids=REGRESSIONS)
def test_a_regression_tree_has_the_nodes_of_scikit_learns(case):
    """Bug caught: any rule of a split, a value or a number of rows that differs."""
    rows, y, weight, parameters = case
    parameters = LARGE | parameters
    ours = DecisionTreeRegressor(**parameters).fit(rows, y, weight)
    assert_same_tree(ours, ReferenceRegressor(**parameters, random_state=0).fit(rows, y, weight))
    assert ours.certificate_.holds


CLASSES = {
    "gini": (X, LABELS, None, {}),
    "entropy": (X, LABELS, None, {"criterion": "entropy"}),
    "weights": (X, LABELS, W, {}),
    "entropy weights": (X, LABELS, W, {"criterion": "log_loss", "max_depth": 3}),
    "two": (X, LABELS > 0, W, {}),
    "balanced": (X, LABELS % 2, None, {"class_weight": "balanced"}),
    "best first": (X, LABELS, None, {"max_leaf_nodes": 6}),
    "missing": (GAPS, LABELS, W, {"max_depth": 3}),
    "pruned": (X, LABELS, W, {"ccp_alpha": 0.01}),
    "monotonic": (X, Y > 0.7, W, {"monotonic_cst": [0, 1, 0, -1, 0]}),
}


@pytest.mark.parametrize("case", CLASSES.values(), ids=CLASSES)
def test_a_classification_tree_has_the_nodes_of_scikit_learns(case):
    """Bug caught: a class left out of the impurity, shares that do not sum to one, weights of classes forgotten."""
    rows, y, weight, parameters = case
    parameters = {"min_samples_leaf": 17} | parameters
    ours = DecisionTreeClassifier(**parameters).fit(rows, y, weight)
    theirs = ReferenceClassifier(**parameters, random_state=0).fit(rows, y, weight)
    assert_same_tree(ours, theirs)
    assert_allclose(ours.predict_proba(rows), theirs.predict_proba(rows), rtol=1e-12)
    assert_array_equal(ours.predict(rows), theirs.predict(rows))
    assert_array_equal(ours.apply(rows), theirs.apply(rows))
    assert (ours.decision_path(rows) != theirs.decision_path(rows)).nnz == 0


def test_the_pruning_path_is_scikit_learns():
    """Bug caught: a branch cut before a weaker one, a cost that is not that of the leaves left."""
    parameters = {"min_samples_leaf": 17}
    ours = DecisionTreeClassifier(**parameters).cost_complexity_pruning_path(X, LABELS, W)
    theirs = ReferenceClassifier(**parameters, random_state=0).cost_complexity_pruning_path(X, LABELS, W)
    assert len(ours.ccp_alphas) > 5
    assert_allclose(ours.ccp_alphas, theirs.ccp_alphas, atol=1e-12)
    assert_allclose(ours["impurities"], theirs["impurities"], rtol=1e-12)
    for k in (1, 4):  # a branch is cut at its cost, no sooner
        at = {"ccp_alpha": float(ours.ccp_alphas[k])} | parameters
        less = {"ccp_alpha": float(ours.ccp_alphas[k]) * (1 - 1e-9)} | parameters
        sizes = [DecisionTreeClassifier(**kind).fit(X, LABELS, W).tree_.node_count for kind in (at, less)]
        assert sizes[0] < sizes[1]


@pytest.mark.parametrize("data", [load_iris, load_breast_cancer, load_diabetes])
def test_a_whole_tree_fits_its_rows_as_well_as_scikit_learns(data):
    """Bug caught: leaves that could still be split, or rows that end in another leaf than they were learned in."""
    rows, y = data(return_X_y=True)
    kinds = (
        (DecisionTreeRegressor, ReferenceRegressor)
        if data is load_diabetes
        else (DecisionTreeClassifier, ReferenceClassifier)
    )
    ours, theirs = (kind(random_state=0).fit(rows, y) for kind in kinds)
    assert ours.score(rows, y) == pytest.approx(theirs.score(rows, y), abs=1e-12)
    assert_array_equal(
        np.bincount(ours.apply(rows), minlength=ours.tree_.node_count)[ours.tree_.is_leaf],
        ours.tree_.n_node_samples[ours.tree_.is_leaf],
    )


def test_several_targets_of_classes():
    """Bug caught: classes of one target taken for those of another that has fewer."""
    targets = np.stack([LABELS, (LABELS > 0).astype(int)], axis=1)
    ours = DecisionTreeClassifier(min_samples_leaf=17).fit(X, targets)
    theirs = ReferenceClassifier(min_samples_leaf=17, random_state=0).fit(X, targets)
    assert_same_tree(ours, theirs)
    assert [one.tolist() for one in ours.classes_] == [[0, 1, 2], [0, 1]]
    for one, other in zip(ours.predict_proba(X), theirs.predict_proba(X), strict=True):
        assert_allclose(one, other, rtol=1e-12)
    assert_array_equal(ours.predict(X), theirs.predict(X))


def test_a_model_of_several_targets_comes_back_from_its_file(tmp_path):
    """Bug caught: lists of classes that a file cannot hold."""
    targets = np.stack([LABELS, LABELS > 0], axis=1)
    model = DecisionTreeClassifier(max_depth=3).fit(X, targets)
    save(model, tmp_path / "tree.npz")
    assert_array_equal(load(tmp_path / "tree.npz").predict(X), model.predict(X))


# --- degenerate data ------------------------------------------------------------------------------------------------

TREES = (DecisionTreeRegressor, DecisionTreeClassifier)


@pytest.mark.parametrize("kind", TREES)
def test_copies_of_a_row_with_different_targets_end_the_tree(kind):
    """Bug caught: infinite recursion on rows that nothing separates."""
    model = kind().fit([[1.0, 2.0]] * 4 + [[3.0, 2.0]], [0, 1, 0, 1, 1])
    assert model.tree_.n_node_samples.tolist() == [5, 4, 1]
    constant = kind().fit(np.ones((6, 3)), [0, 1, 0, 1, 0, 0])
    assert constant.tree_.node_count == 1
    assert constant.feature_importances_.tolist() == [0, 0, 0]
    assert constant.get_depth() == 0


@pytest.mark.parametrize("kind", TREES)
def test_one_row_and_one_target_make_a_leaf(kind):
    """Bug caught: an empty cut searched, and a split of what is equal already."""
    assert kind().fit([[1.0, 2.0]], [1]).predict([[5.0, 5.0]]).tolist() == [1]
    assert kind().fit(X, np.ones(len(X))).tree_.node_count == 1


@pytest.mark.parametrize("kind", TREES)
def test_neighbouring_numbers_are_separated(kind):
    """Bug caught: a middle that rounds to the upper of two entries, so that both go to one side."""
    for low in (1.0, np.nextafter(1.0, 2)):  # their middles round down and up
        rows = np.array([[low], [np.nextafter(low, 2)]])
        model = kind().fit(rows, [0, 1])
        assert model.predict(rows).tolist() == [0, 1]
        assert model.tree_.threshold[0] == low
    huge = kind().fit([[-1.7e308], [1.7e308]], [0, 1])
    assert np.isfinite(huge.tree_.threshold).all()
    assert huge.predict([[-1e308], [1e308]]).tolist() == [0, 1]


def test_missing_entries_alone_can_be_split_off():
    """Bug caught: a threshold that is not a number where only missing entries go to the right."""
    rows, y = np.array([[1.0], [2.0], [np.nan], [np.nan]]), [0.0, 0.0, 1.0, 1.0]
    model = DecisionTreeRegressor().fit(rows, y)
    assert model.tree_.threshold[0] == np.inf
    assert model.predict([[7.0], [np.nan]]).tolist() == [0, 1]
    swapped = DecisionTreeRegressor().fit([[1.0], [2.0], [3.0], [np.nan]], [1.0, 0.0, 0.0, 1.0])
    assert swapped.predict([[1.0], [3.0], [np.nan]]).tolist() == [1, 0, 1]
    assert swapped.tree_.missing_go_to_left[0]


def test_missing_entries_of_a_complete_column_follow_most_rows():
    """Bug caught: rows with missing entries all sent to the left."""
    right = DecisionTreeRegressor().fit([[1.0], [2.0], [3.0]], [0.0, 1.0, 1.0])
    left = DecisionTreeRegressor().fit([[1.0], [2.0], [3.0]], [0.0, 0.0, 1.0])
    assert [model.predict([[np.nan]])[0] for model in (right, left)] == [1, 0]


def test_the_first_of_equal_columns_is_split():
    """Bug caught: rounding, or the order of the rows, that decides between equally good columns."""
    rows = np.stack([X[:, 0], 2 * X[:, 0], X[:, 0]], axis=1)
    for order in (np.arange(300), RNG.permutation(300)):
        tree = DecisionTreeRegressor(max_depth=5).fit(rows[order], Y[order] + 1e6).tree_
        assert set(tree.feature[tree.feature >= 0].tolist()) == {0}


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_unit_of_the_target_does_not_matter(scale):
    """Bug caught: a limit of the impurity that is no part of it, below which everything is a leaf."""
    plain = DecisionTreeRegressor(max_depth=4).fit(X, Y).tree_
    other = DecisionTreeRegressor(max_depth=4).fit(X, scale * Y).tree_
    assert_array_equal(other.feature, plain.feature)
    assert_allclose(other.value, scale * plain.value, rtol=1e-12)


# --- random numbers, constraints ------------------------------------------------------------------------------------


def test_random_splits_are_repeatable_and_lie_between_the_entries():
    """Bug caught: draws that depend on how the tree grows, and thresholds on which a side is empty."""
    one, same, other = (
        DecisionTreeRegressor(splitter="random", random_state=seed).fit(X, Y).tree_ for seed in (0, 0, 1)
    )
    assert_array_equal(one.threshold, same.threshold)
    assert one.threshold[0] != other.threshold[0]
    assert (one.n_node_samples > 0).all()
    roots = [
        DecisionTreeRegressor(max_depth=1, splitter="random", random_state=seed).fit(X[:, :1], Y).tree_.threshold[0]
        for seed in range(200)
    ]
    low, high = float(X[:, 0].min()), float(X[:, 0].max())
    assert low <= min(roots) < low + 0.05 * (high - low)
    assert high - 0.05 * (high - low) < max(roots) < high
    assert np.mean(roots) == pytest.approx((low + high) / 2, abs=0.1 * (high - low))


def test_nodes_look_at_some_columns_only():
    """Bug caught: the best column taken all the same, or constant columns counted among those looked at."""
    rows = np.concatenate([X, np.ones((300, 5), np.float32)], axis=1)
    roots = [
        DecisionTreeRegressor(max_depth=1, max_features=2, random_state=seed).fit(rows, Y).tree_.feature[0]
        for seed in range(200)
    ]
    assert set(roots) <= {0, 1, 2, 3, 4}
    assert len(set(roots)) > 3
    best = DecisionTreeRegressor(max_depth=1).fit(rows, Y).tree_.feature[0]
    assert np.mean(np.array(roots) == best) == pytest.approx(2 / 5, abs=0.1)


def test_predictions_rise_and_fall_as_they_must():
    """Bug caught: bounds that are not handed down to the branches."""
    signs = [-1, 1, 0, 0, 0]
    for parameters in ({}, {"max_leaf_nodes": 40}, {"criterion": "absolute_error", "max_depth": 5}):
        model = DecisionTreeRegressor(monotonic_cst=signs, **parameters).fit(X, Y)
        assert model.get_n_leaves() > 10
        for column, sign in enumerate(signs[:2]):
            rows = np.repeat(X[:40], 50, axis=0)
            rows[:, column] = np.tile(np.linspace(-3, 3, 50), 40)
            steps = np.diff(model.predict(rows).reshape(40, 50), axis=1)
            assert (sign * steps >= 0).all()
            assert (steps != 0).any()


def test_wrong_constraints_are_refused():
    """Bug caught: constraints that are ignored in silence."""
    for signs, message in (([1, 0], "has shape 2 but .* 5 features"), ([2, 0, 0, 0, 0], "array-like of -1, 0 or 1")):
        with pytest.raises(ValueError, match=message):
            DecisionTreeRegressor(monotonic_cst=signs).fit(X, Y)
    with pytest.raises(ValueError, match="multiclass"):
        DecisionTreeClassifier(monotonic_cst=[1, 0, 0, 0, 0]).fit(X, LABELS)
    for model, y in ((DecisionTreeRegressor, np.stack([Y, Y], axis=1)), (DecisionTreeClassifier, np.ones((300, 2)))):
        with pytest.raises(ValueError, match="multiple outputs"):
            model(monotonic_cst=[1, 0, 0, 0, 0]).fit(X, y)


def test_targets_that_no_poisson_tree_can_have_are_refused():
    """Bug caught: logarithms of negative numbers."""
    for y, message in ((Y, "negative"), (0 * Y, "not positive")):
        with pytest.raises(ValueError, match=message):
            DecisionTreeRegressor(criterion="poisson").fit(X, y)
    assert (DecisionTreeRegressor(criterion="poisson").fit(X, COUNTS).predict(X) > 0).all()


def test_the_certificate_fails_for_other_rows():
    """Bug caught: a certificate computed from the tree alone."""
    model = DecisionTreeRegressor(max_depth=3).fit(X, Y)
    free = np.array([[-np.inf], [np.inf]]).repeat(model.tree_.node_count, axis=1)
    for y, holds in ((Y, True), (Y + 0.01 * X[:, 2], False)):
        assert certify_tree(model.tree_, X, SquaredError(y[None], np.zeros((1, 1), int)), free).holds == holds
    criterion = SquaredError(Y[None], np.zeros((1, 1), int))
    for wrong in ({"value": 1.001 * model.tree_.value}, {"impurity": 1.001 * model.tree_.impurity}):
        assert not certify_tree(replace(model.tree_, **wrong), X, criterion, free).holds


def test_forged_trees_are_refused():
    """Bug caught: a circle of nodes that predictions would never leave, and a column that is not there."""
    tree = DecisionTreeRegressor(max_depth=2).fit(X, Y).tree_
    left = tree.children_left.copy()
    left[1] = 0
    assert tree.complaint(5) == ""
    assert "later nodes" in replace(tree, children_left=left).complaint(5)
    assert "another column" in tree.complaint(1)
    assert "lengths" in replace(tree, threshold=tree.threshold[:-1]).complaint(5)
    assert "kinds" in replace(tree, feature=tree.feature.astype(float)).complaint(5)


def test_balanced_classes_of_two_targets():
    """Bug caught: the second target's classes, counted with the first's weights."""
    two = np.stack([Y > 2, np.digitize(Y, [0, 2, 3])], axis=1)
    parameters = {"class_weight": "balanced", "max_depth": 3, "min_samples_leaf": 20}
    assert_same_tree(DecisionTreeClassifier(**parameters).fit(X, two), ReferenceClassifier(**parameters).fit(X, two))
    weighted = DecisionTreeClassifier(**parameters).fit(X, two, np.full(300, 2.0))
    assert_allclose(
        weighted.tree_.weighted_n_node_samples[0],
        2 * ReferenceClassifier(**parameters).fit(X, two).tree_.weighted_n_node_samples[0],
    )


def test_the_first_of_equally_frequent_classes():
    """Bug caught: shares that differ in their last digit, so that another class is the most frequent one."""
    for K in range(2, 12):
        for repeats in (1, 5, 50, 64):
            y = np.repeat(np.arange(K), repeats)
            model = DecisionTreeClassifier(max_depth=1).fit(np.zeros((len(y), 1)), y)
            assert len(np.unique(model.tree_.value)) == 1, (K, repeats)
            assert model.predict([[0.0]]).tolist() == [0]
