"""A drawn tree: each node a box, its branches below it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from groundup.core.checks.parameters import Boolean, Number, OneOf, Rule, check_values
from groundup.core.types import Array
from groundup.plotting.style import BLUE, COLOURS
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree
from groundup.projects.gradient_boosting.models.export_text import class_names_of, column_names
from groundup.projects.gradient_boosting.solvers.tree import Tree

WHOLE = Number(0, whole=True)
SWITCHES = ("filled", "impurity", "node_ids", "proportion", "rounded")
RULES: dict[str, Rule] = {
    "max_depth": OneOf((None,)) | WHOLE,
    "precision": WHOLE,
    "label": OneOf(("all", "root", "none")),
    **dict.fromkeys(SWITCHES, Boolean()),
}


def plain(node: int) -> str:
    """Return white, for every node."""
    return "white"


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
    label: Literal["all", "root", "none"] = "all",
    filled: bool = False,
    impurity: bool = True,
    node_ids: bool = False,
    proportion: bool = False,
    rounded: bool = True,
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
        Names of the columns and of the classes; by default (of classes, also by True) those of the fit.
    label : {"all", "root", "none"}, default="all"
        Which nodes say what their numbers are.
    filled : bool, default=False
        Whether boxes have the colour of the most frequent class, the darker the purer; of a regression, of the value.
    impurity, node_ids : bool, default=True, False
        Whether nodes show their impurity, and their number.
    proportion : bool, default=False
        Whether nodes show their share of all rows instead of the number.
    rounded : bool, default=True
        Whether boxes have rounded corners.
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
    given = {name: value for name, value in locals().items() if name in RULES}
    check_values("plot_tree", RULES, given)
    if ax is None:
        from matplotlib import pyplot

        ax = pyplot.gca()
    tree = decision_tree.tree_
    columns, classes = column_names(decision_tree, feature_names, "x[{}]"), class_names_of(decision_tree, class_names)
    told = Told(tree, columns, classes, label, impurity, node_ids, proportion, precision)
    shade = shades(tree, classes is not None).__getitem__ if filled else plain
    return draw_nodes(ax, tree, told.text, max_depth, fontsize, shade, "round" if rounded else "square")


def draw_nodes(
    ax: Any,
    tree: Tree,
    tell: Callable[[int], str],
    max_depth: int | None = None,
    fontsize: float | None = None,
    shade: Callable[[int], str] = plain,
    boxstyle: str = "round",
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
    boxstyle : str
        Matplotlib's name of the form of a box.

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
        box = {"boxstyle": boxstyle, "facecolor": shade(int(node)), "edgecolor": BLUE}
        text = tell(int(node))
        drawn.append(ax.annotate(text, at, ha="center", va="center", fontsize=fontsize, bbox=box, zorder=2))
    return drawn


@dataclass(frozen=True)
class Told:
    """What boxes say, by the options of `plot_tree`."""

    tree: Tree
    columns: list[str]
    classes: list[list[str]] | None
    label: str
    impurity: bool
    node_ids: bool
    proportion: bool
    precision: int

    def text(self, node: int) -> str:
        """Return what the box of a node says."""
        tree, p, names = self.tree, self.precision, self.label == "all" or (self.label == "root" and node == 0)
        lines = [("", f"node #{node}")] if self.node_ids else []
        if not tree.is_leaf[node]:
            lines.append(("", f"{self.columns[tree.feature[node]]} ≤ {tree.threshold[node]:.{p}g}"))
        if self.impurity:
            lines.append(("impurity = ", f"{tree.impurity[node]:.{p}g}"))
        rows = tree.n_node_samples
        lines.append(("rows = ", f"{100 * rows[node] / rows[0]:.1f} %" if self.proportion else f"{rows[node]}"))
        values = tree.value[node]
        if self.classes is None:
            lines.append(("value = ", ", ".join(f"{number:.{p}g}" for number in values[:, 0])))
        else:
            best = (one[int(shares.argmax())] for one, shares in zip(self.classes, values, strict=True))
            lines.append(("class = ", ", ".join(best)))
        return "\n".join(f"{name if names else ''}{number}" for name, number in lines)


def shades(tree: Tree, classes: bool) -> list[str]:
    """Return the colour of each node, by its first target.

    That of the most frequent class, mixed with white as far as others are as frequent; of a regression, blue, the
    more the larger the value.
    """
    value = tree.value[:, 0]
    if classes:
        K = value.shape[1]
        strength = (value.max(axis=1) - 1 / K) / (1 - 1 / K) if K > 1 else np.ones(len(value))
        colours = [COLOURS[k % len(COLOURS)] for k in value.argmax(axis=1)]
    else:
        strength = (value[:, 0] - value.min()) / (float(np.ptp(value)) or 1.0)
        colours = [BLUE] * len(value)
    return [mixed(colour, 0.7 * share) for colour, share in zip(colours, strength.tolist(), strict=True)]


def mixed(colour: str, share: float) -> str:
    """Return a colour of which a share is left, and the rest is white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - share * (255 - part)):02x}" for part in parts)
