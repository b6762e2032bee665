"""A drawn tree: each node a box, its branches below it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Number, OneOf, check_values
from groundup.core.types import Array
from groundup.plotting.style import BLUE
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree
from groundup.projects.gradient_boosting.models.export_text import class_names_of, column_names
from groundup.projects.gradient_boosting.solvers.tree import Tree

WHOLE = Number(0, whole=True)


def places(tree: Tree, most: int) -> tuple[Array, Array]:
    """Return where each node down to a depth stands: across, leaves one apart, and down; NaN for deeper nodes."""
    depth = tree.depths()
    shown = depth <= most
    across = np.full(tree.node_count, np.nan)
    ends = np.flatnonzero(shown & (tree.is_leaf | (depth == most)))
    across[ends] = tree.preorder()[ends].argsort().argsort()
    for node in np.flatnonzero(shown & ~tree.is_leaf & (depth < most))[::-1]:  # children come after their parents
        across[node] = (across[tree.children_left[node]] + across[tree.children_right[node]]) / 2
    return across, np.where(shown, -depth.astype(float), np.nan)


def plot_tree(
    decision_tree: DecisionTree,
    *,
    max_depth: int | None = None,
    feature_names: Sequence[str] | Array | None = None,
    class_names: Sequence[str] | Array | None = None,
    precision: int = 3,
    ax: Any = None,
    fontsize: float | None = None,
) -> list[Any]:
    """Draw a tree: in each node its condition, number of rows and prediction; the left branch is where it holds.

    Parameters
    ----------
    decision_tree : DecisionTreeRegressor or DecisionTreeClassifier
        A fitted tree.
    max_depth : int, optional
        Depth to which nodes are drawn.
    feature_names, class_names : sequence of str, optional
        Names of the columns and of the classes; by default those of the fit.
    precision : int, default=3
        Digits of thresholds, impurities and values.
    ax : matplotlib Axes, optional
        Where to draw; by default the current axes.
    fontsize : float, optional
        Size of the text, in points.

    Returns
    -------
    list of matplotlib Annotation
        One for each node.

    Raises
    ------
    NotFittedError
        Before the fit.
    InvalidParameterError, ValueError
        For options that are not allowed, and for another number of names.
    """
    decision_tree._require_fitted()
    check_values(
        "plot_tree",
        {"max_depth": OneOf((None,)) | WHOLE, "precision": WHOLE},
        {"max_depth": max_depth, "precision": precision},
    )
    if ax is None:
        from matplotlib import pyplot

        ax = pyplot.gca()
    tree = decision_tree.tree_
    columns, classes = column_names(decision_tree, feature_names, "x[{}]"), class_names_of(decision_tree, class_names)
    return draw_nodes(ax, tree, lambda node: _told(tree, node, columns, classes, precision), max_depth, fontsize)


def draw_nodes(
    ax: Any,
    tree: Tree,
    tell: Callable[[int], str],
    max_depth: int | None = None,
    fontsize: float | None = None,
    shade: Callable[[int], str] = lambda node: "white",
) -> list[Any]:
    """Draw the nodes of a tree as boxes, and lines to their branches.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    tree : Tree
        The tree.
    tell : callable
        ``tell(node) -> str``: text of a box.
    max_depth : int, optional
        Depth to which nodes are drawn.
    fontsize : float, optional
        Size of the text, in points.
    shade : callable
        ``shade(node) -> str``: colour of a box.

    Returns
    -------
    list of matplotlib Annotation
        One for each node.
    """
    across, down = places(tree, tree.max_depth if max_depth is None else max_depth)
    ax.set_axis_off()
    ax.set_xlim(-0.6, np.nanmax(across) + 0.6)
    ax.set_ylim(np.nanmin(down) - 0.5, 0.5)
    drawn = []
    for node in np.flatnonzero(~np.isnan(across)):
        children = [tree.children_left[node], tree.children_right[node]]
        for child in children if children[0] >= 0 else []:
            if not np.isnan(across[child]):
                ax.plot(across[[node, child]], down[[node, child]], color=BLUE, linewidth=1, linestyle="-", zorder=1)
        at = (across[node], down[node])
        box = {"boxstyle": "round", "facecolor": shade(int(node)), "edgecolor": BLUE}
        text = tell(int(node))
        drawn.append(ax.annotate(text, at, ha="center", va="center", fontsize=fontsize, bbox=box, zorder=2))
    return drawn


def _told(tree: Tree, node: int, columns: list[str], classes: list[str] | None, precision: int) -> str:
    value = tree.value[node]
    lines = [f"impurity = {tree.impurity[node]:.{precision}g}", f"rows = {tree.n_node_samples[node]}"]
    if not tree.is_leaf[node]:
        lines.insert(0, f"{columns[tree.feature[node]]} ≤ {tree.threshold[node]:.{precision}g}")
    if classes is None:
        lines.append(f"value = {', '.join(f'{number:.{precision}g}' for number in value.ravel())}")
    else:
        lines.append(f"class = {classes[int(value[0].argmax())]}")
    return "\n".join(lines)
