"""A single tree as it grows: which node is split, where, what the rows then say, and how the impurity falls."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.plane import principal_plane
from groundup.plotting.regions import draw_classes
from groundup.plotting.style import BLUE
from groundup.plotting.thinning import some_states
from groundup.projects.common.short_training import draw_end
from groundup.projects.common.words import leaves, rounded
from groundup.projects.gradient_boosting.figures.drawing import alone, draw_dots, draw_steps, grid_of
from groundup.projects.gradient_boosting.figures.trees import condition, draw_boxes
from groundup.projects.gradient_boosting.solvers.tree import Tree

FRAMES = 12  # Most states that are shown.
OTHER_FRAMES = 4  # The same of another recording.
WIDE = 10  # Smallest part of the rows in a leaf of another recording is one over this.
WIDTHS = (1.0, 1.6, 0.7)  # Of the panels, as ratios: the boxes of the tree need most.
BOXES = 5  # Boxes that fit into a line of the drawn tree.


@dataclass(frozen=True)
class Grown:
    """A tree while it grows.

    Parameters
    ----------
    model : DecisionTree
        The reported model.
    tree : Tree
        So far.
    title, words : str
        What it is; what happened, and what to ask before the next frame.
    curve : tuple of (int, float)
        Levels, or splits, so far, and the mean impurity after each.
    last : int
        Number of them at the end.
    reported : bool
        Whether it is the reported model.
    """

    model: Any
    tree: Tree
    title: str
    words: str
    curve: tuple[tuple[int, float], ...]
    last: int
    reported: bool = False


def frames(model: Any, data: Dataset) -> Iterator[Grown]:
    """Yield the root, the tree after each level or split, and the reported model."""
    *before, last = recorded(model, data, FRAMES)
    yield from before
    yield replace(last, words=f"{last.words} What does the reported model say?")
    words = ending(model.tree_, last.tree)
    yield replace(last, tree=model.tree_, title="the reported model", words=words, reported=True)


def otherwise(model: Any, data: Dataset, **changes: Any) -> Iterator[Grown]:
    """Yield a few states of a tree with other parameters."""
    other = type(model)(**model.get_params() | {"random_state": 0} | changes).fit(data.X, data.y)
    yield from recorded(other, data, OTHER_FRAMES)


def with_wide_leaves(model: Any, data: Dataset) -> Iterator[Grown]:
    """Yield states of a tree whose leaves hold at least a part of the rows."""
    yield from otherwise(model, data, min_samples_leaf=max(len(data.X) // WIDE, 2))


def recorded(model: Any, data: Dataset, most: int) -> Iterator[Grown]:
    """Yield the root, and the tree after some levels or splits.

    Raises
    ------
    NotApplicable
        Where the tree is a single leaf.
    """
    if model.tree_.is_leaf[0]:
        raise NotApplicable("The tree is a single leaf: nothing grows.")
    states, unit = list(model.steps(data.X, data.y)), "split" if model.max_leaf_nodes else "level"
    shown = some_states(len(states), most)
    curve: tuple[tuple[int, float], ...] = ()
    before: Tree | None = None
    for k in shown:
        state, tree = states[k], in_order(states[k].tree)
        title = f"after {plural(state.iteration, unit)}" if k else "the root: one leaf"
        words = f"{happened(model, before, tree, data)}Mean impurity: {rounded(state.impurity)}."
        if k != shown[-1]:
            words += f" {question(len(state.open))}"
        curve = (*curve, (state.iteration, float(state.impurity)))
        yield Grown(model, tree, title, words, curve, states[-1].iteration)
        before = tree


def impurity_so_far(frame: Grown, data: Dataset) -> Target | None:
    """Return the end of the impurity, whose next height is asked for while the tree grows."""
    if frame.reported:
        return None
    count, impurity = frame.curve[-1]
    return Target(2, float(count), impurity, free="y")


def in_order(tree: Tree) -> Tree:
    """Return a tree with its nodes in the order in which they are drawn."""
    return tree.renumbered(tree.preorder())


def happened(model: Any, before: Tree | None, after: Tree, data: Dataset) -> str:
    """Return which conditions are new, of the split that gains most first."""
    if before is None:
        return f"All {plural(int(after.n_node_samples[0]), 'row')} are in one leaf. "
    known = before.node_count - before.n_leaves
    fresh = after.node_count - after.n_leaves - known
    largest = [int(node) for node in np.argsort(-after.gains())[: known + fresh] if not after.is_leaf[node]]
    old = {(int(before.feature[node]), float(before.threshold[node])) for node in np.flatnonzero(~before.is_leaf)}
    new = [node for node in largest if (int(after.feature[node]), float(after.threshold[node])) not in old]
    if not new:
        return f"{plural(fresh, 'node')} {'was' if fresh == 1 else 'were'} split. "
    first = condition(model, after, new[0], data)
    return f"{plural(fresh, 'node')} {'was' if fresh == 1 else 'were'} split, with most gain by “{first}”. "


def question(leaves: int) -> str:
    """Return what to ask before the next frame."""
    which = "it" if leaves == 1 else f"which of the {leaves} open leaves"
    if leaves == 1:
        return "Before the next frame: by which column will it be split, and where?"
    return f"Before the next frame: {which} will gain most by a cut, and where will that be?"


def ending(tree: Tree, before: Tree | None) -> str:
    """Return the size of the reported tree, and whether it was pruned."""
    words = f"This is the reported model: {leaves(tree.n_leaves)}, {plural(tree.max_depth, 'level')}."
    if before is not None and before.n_leaves > tree.n_leaves:
        words += f" {leaves(before.n_leaves - tree.n_leaves)} fewer than grown, because branches were pruned."
    return f"{words} Each row gets what its leaf says."


def draw_frame(axes: Any, frame: Grown, data: Dataset) -> str:
    """Draw what the tree says of the rows, the tree itself, and the impurity so far."""
    axes[0].get_gridspec().set_width_ratios(WIDTHS)
    draw_answers(axes[0], frame, data)
    axes[0].set_title(frame.title)
    draw_boxes(axes[1], frame.model, frame.tree, data, levels_that_fit(frame.tree))
    axes[1].set_title(leaves(frame.tree.n_leaves))
    count, impurity = np.array(frame.curve).T
    axes[2].plot(count, impurity, "-", marker="o", markersize=4, color=BLUE)
    draw_end(axes[2], impurity_so_far(frame, data))
    axes[2].set(xlabel="splits" if frame.model.max_leaf_nodes else "levels", title="mean impurity of the rows")
    axes[2].set(xlim=(-0.3, frame.last + 0.3), ylim=(0, 1.1 * impurity[0]))
    axes[2].xaxis.get_major_locator().set_params(integer=True)
    return frame.words


def levels_that_fit(tree: Tree) -> int:
    """Return how many levels of a tree can be drawn: three, or two where the third is too wide."""
    depth = tree.depths()
    ends = int((depth == 3).sum() + ((depth < 3) & tree.is_leaf).sum())
    return 3 if ends <= BOXES else 2


def draw_answers(axes: Any, frame: Grown, data: Dataset) -> None:
    """Draw what a tree says: along one column, in the plane of two for classes, else against the target."""
    tree, model = frame.tree, frame.model
    classes = hasattr(model, "classes_")
    if classes and data.X.shape[1] == 2 and len(np.unique(data.X, axis=0)) > 1:
        group = np.searchsorted(model.classes_, np.asarray(data.y))
        plane = principal_plane(data)
        draw_classes(axes, lambda X: tree.value[tree.apply(X), 0], plane, plane(data.X), group, model.classes_)
        axes.legend(loc="upper right", frameon=True, framealpha=0.85, edgecolor="none")
        return
    y = (np.asarray(data.y) == model.classes_[-1]).astype(float) if classes else np.asarray(data.y, dtype=float)
    what = f"share of {model.classes_[-1]}" if classes else data.target_name or "target"
    if alone(data):
        grid = grid_of(data.X[:, 0])
        draw_dots(axes, data.X[:, 0], y)
        draw_steps(axes, grid[:, 0], value_of(tree, grid))
        axes.set(xlabel=data.axis_names[0], ylabel=what)
        return
    shown = value_of(tree, data.X)
    draw_dots(axes, shown + (np.random.default_rng(0).uniform(-0.02, 0.02, len(y)) if classes else 0.0), y)
    axes.plot([y.min(), y.max()], [y.min(), y.max()], "-", color="#888888", linewidth=1.0)
    axes.set(xlabel="what the leaf says", ylabel=f"observed {what}")


def value_of(tree: Tree, X: Array) -> Array:
    """Return what a tree says of rows, as one number: of classes the share of the last one."""
    return np.asarray(tree.value[tree.apply(X), 0, -1])


growing = Animation(
    title="A tree, level by level",
    caption="Left: the rows, and what the tree says of them: a line along one column, regions in the plane of two, "
    "else the target against what the leaves say. Middle: the upper levels of the tree. Right: the mean impurity of "
    "the leaves. Each step splits the leaves that gain by it, each by the column and the threshold that gain most "
    "there, whatever the others do. Predict how far the impurity will fall before you go on. The last frame shows the "
    "reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.4),
    frames=frames,
    draw=draw_frame,
    target=impurity_so_far,
    question="How large will the mean impurity be in the next frame?",
    perturbed={
        "a tenth of the rows in each leaf": with_wide_leaves,
        "cuts at random": partial(otherwise, splitter="random"),
    },
)
