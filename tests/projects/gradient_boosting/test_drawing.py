"""Trees as text and as drawings."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier as Reference
from sklearn.tree import DecisionTreeRegressor as ReferenceRegressor
from sklearn.tree import export_text as reference_text

from groundup import DecisionTreeClassifier, DecisionTreeRegressor, export_text, plot_tree

IRIS = load_iris()
X = IRIS.data.astype(np.float32)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"feature_names": IRIS.feature_names, "class_names": IRIS.target_names, "decimals": 1},
        {"show_weights": True, "spacing": 5},
        {"max_depth": 0},
    ],
)
def test_text_is_scikit_learns(options):
    """Bug caught: sides exchanged, a margin too many, weights that are shares."""
    ours = DecisionTreeClassifier(max_depth=3, min_samples_leaf=5).fit(X, IRIS.target)
    theirs = Reference(max_depth=3, min_samples_leaf=5, random_state=0).fit(X, IRIS.target)
    for model in (ours, theirs):
        model.tree_.feature[model.tree_.feature == 2] = 3  # the widths and lengths of petals separate equally well
    ours.tree_.threshold[:] = theirs.tree_.threshold
    assert export_text(ours, **options) == reference_text(theirs, **options)


def test_text_of_a_regression():
    """Bug caught: a class looked for where there is none."""
    ours = DecisionTreeRegressor(max_leaf_nodes=4).fit(X[:, :1], X[:, 1])
    theirs = ReferenceRegressor(max_leaf_nodes=4, random_state=0).fit(X[:, :1], X[:, 1])
    assert export_text(ours) == reference_text(theirs)


def test_names_must_be_as_many_as_columns_and_classes():
    """Bug caught: names of other columns printed in silence."""
    model = DecisionTreeClassifier(max_depth=1).fit(X, IRIS.target)
    with pytest.raises(ValueError, match="feature_names must contain 4 elements, got 2"):
        export_text(model, feature_names=["a", "b"])
    with pytest.raises(ValueError, match="class_names must contain 3 elements, got 1"):
        plot_tree(model, class_names=["a"], ax=Figure().subplots())
    with pytest.raises(ValueError, match="spacing=0 is not allowed"):
        export_text(model, spacing=0)


@pytest.mark.parametrize("parameters", [{"max_depth": 2}, {"max_leaf_nodes": 5}])
def test_a_drawn_node_is_above_its_branches_and_between_them(parameters):
    """Bug caught: branches on the wrong side, nodes on top of each other, a tree numbered as it grew."""
    model = DecisionTreeClassifier(**parameters).fit(X, IRIS.target)
    ax = Figure().subplots()
    boxes = plot_tree(model, ax=ax, feature_names=IRIS.feature_names, class_names=IRIS.target_names)
    tree, at = model.tree_, np.array([box.xy for box in boxes])
    assert len(at) == tree.node_count
    for node in np.flatnonzero(~tree.is_leaf):
        left, right = at[tree.children_left[node]], at[tree.children_right[node]]
        assert left[0] < at[node, 0] < right[0]
        assert left[1] == right[1] == at[node, 1] - 1
    leaves = np.sort(at[tree.is_leaf, 0])
    assert (np.diff(leaves) == 1).all()
    assert "petal" in boxes[0].get_text()
    assert "rows = 150" in boxes[0].get_text()
    assert len(plot_tree(model, max_depth=1, ax=ax)) == 3


def test_text_of_several_targets():
    """Bug caught: the share of the first class of each target printed as its value."""
    y = np.stack([np.where(X[:, 3] < 0.8, "small", "large"), np.where(X[:, 3] < 0.8, "a", "b")], axis=1)
    model = DecisionTreeClassifier().fit(X[:, 3:], y)
    lines = export_text(model, show_weights=True).splitlines()
    assert lines[1] == "|   |--- weights: [0.00, 50.00] class: small, weights: [50.00, 0.00] class: a"
    assert export_text(model).splitlines()[3] == "|   |--- class: large, class: b"
    with pytest.raises(ValueError, match="class_names are for a tree of one target"):
        export_text(model, class_names=["a", "b"])


def drawn(model, **options):
    """The boxes of a tree."""
    return plot_tree(model, ax=Figure().subplots(), **options)


def test_options_of_a_drawing():
    """Bug caught: scikit-learn's options refused, or accepted without an effect."""
    model = DecisionTreeClassifier(max_depth=2).fit(X, IRIS.target)
    boxes = drawn(model, impurity=False, node_ids=True, proportion=True, class_names=True)
    assert boxes[0].get_text().split("\n") == ["node #0", "x[2] ≤ 2.45", "rows = 100.0 %", "class = 0"]
    assert boxes[1].get_text().split("\n") == ["node #1", "rows = 33.3 %", "class = 0"]
    assert drawn(model, label="root")[1].get_text() == "0\n50\n0"
    assert drawn(model, label="none")[0].get_text() == "x[2] ≤ 2.45\n0.667\n150\n0"
    assert {box.get_bbox_patch().get_boxstyle().__class__.__name__ for box in drawn(model)} == {"Round"}
    assert {box.get_bbox_patch().get_boxstyle().__class__.__name__ for box in drawn(model, rounded=False)} == {"Square"}
    with pytest.raises(ValueError, match="label='both' is not allowed"):
        drawn(model, label="both")
    with pytest.raises(ValueError, match="filled='yes' is not allowed"):
        drawn(model, filled="yes")


def test_colours_of_a_drawing():
    """Bug caught: a colour of the wrong class, a pure node as pale as a mixed one, large values pale."""
    model = DecisionTreeClassifier(max_depth=2).fit(X, IRIS.target)
    colours = [to_hex(box.get_bbox_patch().get_facecolor()) for box in drawn(model, filled=True)]
    assert colours[0] == "#ffffff"  # three classes, equally frequent
    assert colours[1] == "#4c9cc9"  # seven tenths of blue
    assert len(set(colours)) == 5
    values = DecisionTreeRegressor(max_depth=1).fit(X[:, :1], X[:, 2])
    low, high = (to_hex(box.get_bbox_patch().get_facecolor()) for box in drawn(values, filled=True)[1:])
    assert (low, high) == ("#ffffff", "#4c9cc9")
    assert {to_hex(box.get_bbox_patch().get_facecolor()) for box in drawn(model)} == {"#ffffff"}
