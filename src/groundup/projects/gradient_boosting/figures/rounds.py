"""The sum of the trees after some of them, and the residuals that the next one is grown on."""

from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, ORANGE
from groundup.projects.gradient_boosting.figures.drawing import alone, brief, draw_dots, draw_steps, grid_of
from groundup.projects.gradient_boosting.solvers.tree import Tree
from groundup.projects.gradient_boosting.stages import Stages, leaf_means, scores_after, stages_of

COUNTS = (1, 2, 5, 20, 100)


@figure(2, 5, size=(10.8, 5.0))
def rounds(axes: Any, model: Any, data: Dataset) -> None:
    """The sum after the first trees and after many, and what the next tree fits

    Above: the rows, and as a line the start plus the steps of all trees so far. Below: the residuals, by which the rows
    miss that sum, and the next tree: a constant in each of its leaves, the mean of the residuals there. Only a part of
    it, the learning rate, is added to the sum. The first trees cut where the residuals change most; when nothing but
    noise is left, trees fit the noise.

    With several columns the rows are drawn above by prediction and target, and below along the column by which the next
    tree is split first, with the mean of the residuals on both sides of its threshold. Of classes the prediction is a
    probability, and the residual what it lacks.
    """
    stages = stages_of(model, data)
    counts = sorted({min(count, len(stages.trees)) for count in COUNTS})
    for panel in axes[:, len(counts) :].ravel():
        panel.remove()
    one = alone(data)
    grid = grid_of(data.X[:, 0]) if one else np.zeros((0, data.X.shape[1]))
    curves = scores_after(model, grid) if one else stages.F
    for k, count in enumerate(counts):
        draw_sum(axes[0, k], stages, count, grid, curves)
        draw_next(axes[1, k], stages, count, grid)
        axes[0, k].set_title(f"{plural(count, 'tree')}", fontsize=10)
    level(axes[0, : len(counts)])
    level(axes[1, : len(counts)])
    axes[0, 0].set_ylabel(brief(stages.what_observed))
    axes[1, 0].set_ylabel("residual")


def draw_sum(axes: Any, stages: Stages, count: int, grid: Array, curves: Array) -> None:
    """Draw the rows, and the sum of the first trees: along the only column, or as predictions."""
    data = stages.data
    if alone(data):
        draw_dots(axes, data.X[:, 0], stages.observed)
        draw_steps(axes, grid[:, 0], stages.shown(curves[count]))
        axes.set_xlabel(brief(data.axis_names[0]))
        return
    shown = stages.shown(stages.F[count])
    draw_dots(axes, shown, stages.observed + (jitter(len(shown)) if stages.names else 0.0))
    ends = np.array([stages.observed.min(), stages.observed.max()])
    axes.plot(ends, ends, "-", color=ORANGE, linewidth=1.2)
    axes.set_xlabel("predicted")


def jitter(n: int) -> Array:
    """Return small numbers that keep rows of a class apart."""
    return np.random.default_rng(0).uniform(-0.06, 0.06, n)


def draw_next(axes: Any, stages: Stages, count: int, grid: Array) -> None:
    """Draw the residuals after some trees, and the next tree, if there is one."""
    tree = stages.trees[count] if count < len(stages.trees) else None
    draw_residuals(axes, stages, count, tree, grid)
    if tree is None:
        axes.set_title("no more trees", fontsize=9)


def draw_residuals(axes: Any, stages: Stages, count: int, tree: Tree | None, grid: Array) -> None:
    """Draw the residuals after some trees, and a tree that fits them: its leaves, or the two sides of its first cut."""
    data, r = stages.data, stages.residuals(count)
    split = tree is not None and not tree.is_leaf[0]
    if alone(data):
        j = 0
    elif split:
        j = int(tree.feature[0])  # type: ignore[union-attr]
    else:
        j = column_shown(stages)
    draw_dots(axes, stages.X[:, j], r)
    axes.axhline(0.0, color="#888888", linewidth=0.8)
    axes.set_xlabel(brief(data.axis_names[j]))
    if tree is None:
        return
    mean = leaf_means(tree, stages.X, r)
    if alone(data):
        draw_steps(axes, grid[:, 0], mean[tree.apply(grid)])
        for cut in tree.threshold[~tree.is_leaf]:
            axes.axvline(cut, color=BLACK, linewidth=0.8, linestyle=":")
    elif split:
        draw_sides(axes, stages.X[:, j], r, tree)


def draw_sides(axes: Any, x: Array, r: Array, tree: Tree) -> None:
    """Draw the first cut of a tree, and the mean of the residuals on both sides."""
    left = tree.goes_left(x, np.zeros(len(x), np.intp))
    cut, low, high = float(tree.threshold[0]), float(np.nanmin(x)), float(np.nanmax(x))
    if np.isfinite(cut):
        axes.axvline(cut, color=BLACK, linewidth=0.8, linestyle=":")
        for side, ends in ((left, (low, cut)), (~left, (cut, high))):
            axes.plot(ends, [r[side].mean()] * 2, "-", color=ORANGE, linewidth=2.2)


def column_shown(stages: Stages) -> int:
    """Return the column by which most trees are split first, 0 where none is."""
    first = [int(tree.feature[0]) for tree in stages.trees if not tree.is_leaf[0]]
    return int(np.bincount(first).argmax()) if first else 0


def level(panels: Any) -> None:
    """Give panels in a line the same heights, and numbers at the first one only."""
    low = min(panel.get_ylim()[0] for panel in panels)
    high = max(panel.get_ylim()[1] for panel in panels)
    for k, panel in enumerate(panels):
        panel.set_ylim(low, high)
        panel.locator_params(axis="x", nbins=4)
        if k:
            panel.set_yticklabels([])
