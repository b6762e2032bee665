"""A tree of the model, drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.projects.common.words import leaves, rounded
from groundup.projects.gradient_boosting.figures.drawing import brief
from groundup.projects.gradient_boosting.figures.plot_tree import draw_nodes
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree
from groundup.projects.gradient_boosting.solvers.histogram.tree import HistogramTree
from groundup.projects.gradient_boosting.solvers.tree import Tree
from groundup.projects.gradient_boosting.stages import first_tree, level_names

DEPTH = 3  # Levels that are drawn.
LOW, HIGH = "#cfe3f2", "#fae3b8"  # Shades of nodes below and above the value of the root.
NAME = 20  # Letters of a column's name in a box.


@figure(1, 1, size=(10.8, 4.8))
def drawn_tree(axes: Any, model: Any, data: Dataset) -> None:
    """A tree of the model

    Each box is a node: the condition by which its rows are parted, how many rows of the fit there are, and what the
    tree says of them. Rows that meet the condition go to the left. Yellow boxes say more than the first one, blue ones
    less. Of a boosted model this is the first tree, and what it says is the step that its leaves ask for, of which the
    learning rate takes a part. A tree of more levels is drawn down to the third.
    """
    tree = first_tree(model)
    if tree.is_leaf[0]:
        raise NotApplicable("The tree is a single leaf.")
    draw_boxes(axes, model, tree, data)
    deeper = f", of which {DEPTH} are drawn" if tree.max_depth > DEPTH else ""
    axes.set_title(f"{place_of(model)}: {leaves(tree.n_leaves)}, "
                   f"{plural(tree.max_depth, 'level')}{deeper}")  # fmt: skip


def place_of(model: Any) -> str:
    """Return which of a model's trees is drawn."""
    if isinstance(model, DecisionTree):
        return "the tree"
    K = model.n_trees_per_iteration_
    whose = f" of class {model.classes_[-1]}" if K > 1 else ""
    return f"the first of {plural(len(model._ensemble.forest) // K, 'tree')}{whose}"


def draw_boxes(axes: Any, model: Any, tree: Tree, data: Dataset, most: int = DEPTH) -> None:
    """Draw the nodes of a model's tree down to some level."""
    level, words = numbers_of(tree), said(model, tree)

    def tell(node: int) -> str:
        first = () if tree.is_leaf[node] else (condition(model, tree, node, data),)
        rows = plural(int(tree.n_node_samples[node]), "row")
        return "\n".join(line for line in (*first, rows, words(node)) if line)

    def shade(node: int) -> str:
        return "white" if node == 0 else HIGH if level[node] > level[0] else LOW

    few = min(tree.n_leaves, 2**most) <= 4
    draw_nodes(axes, tree, tell, most, 10 if few else 8, shade)


def condition(model: Any, tree: Tree, node: int, data: Dataset) -> str:
    """Return the condition of a node in words; missing entries that meet it are named."""
    j, threshold = int(tree.feature[node]), float(tree.threshold[node])
    name, known = brief(data.feature_names[j], NAME), data.X[~np.isnan(data.X[:, j]), j]
    if isinstance(tree, HistogramTree) and tree.by_category[node]:
        names = level_names(model, data, j)
        left = [names[k] for k in np.flatnonzero(tree.categories_left[node][: len(names)])]
        words = f"{name}: {brief(', '.join(left), NAME)}"
    elif np.isinf(threshold):
        words = f"{name} is known"
    elif set(np.unique(known)) <= {0.0, 1.0} and 0 < threshold < 1:
        words = f"not {name}" if "=" in name else f"{name} = 0"
    else:
        words = f"{name} ≤ {rounded(threshold)}"
    gaps = len(known) < len(data.X) and not np.isinf(threshold)
    return f"{words}{' or missing' if gaps and tree.missing_go_to_left[node] else ''}"


def numbers_of(tree: Tree) -> Array:
    """Return what a tree says in each node as one number: of classes the share of the last one."""
    return np.asarray(tree.value[:, 0, -1])


def said(model: Any, tree: Tree) -> Callable[[int], str]:
    """Return the words for what a tree says in a node."""
    value = numbers_of(tree)
    if not isinstance(model, DecisionTree):
        taken = model._rate / model.learning_rate  # values of histogram trees have the rate in them
        return lambda node: f"step {rounded(float(value[node] * taken), sign=True)}" if tree.is_leaf[node] else ""
    if not hasattr(model, "classes_"):
        return lambda node: rounded(float(value[node]))
    names = [str(name) for name in model.classes_]

    def share(node: int) -> str:
        shares = tree.value[node, 0]
        best = int(shares.argmax())
        return f"{brief(names[best], NAME)} {100 * shares[best]:.0f} %"

    return share
