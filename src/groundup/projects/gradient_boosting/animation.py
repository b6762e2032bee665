"""Boosting tree by tree: what the last one has fitted, and what is left for the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable
from groundup.projects.common.words import joined, rounded
from groundup.projects.gradient_boosting.figures.drawing import alone, grid_of
from groundup.projects.gradient_boosting.figures.rounds import draw_residuals, draw_sum
from groundup.projects.gradient_boosting.figures.trees import condition
from groundup.projects.gradient_boosting.stages import Stages, scores_after, stages_of

FIRST = 5  # Trees that each have a frame.
FRAMES = 12  # Most frames.
MOST_CUTS = 3  # Cuts of a tree that are all told.


@dataclass(frozen=True)
class Frame:
    """What is seen after some trees.

    Parameters
    ----------
    stages : Stages
        The whole fit.
    count : int
        Number of trees.
    title, words : str
        What it is; what happened, and what to ask before the next frame.
    grid, curves : ndarray
        Points along the only column, and the scores there after each number of trees.
    """

    stages: Stages
    count: int
    title: str
    words: str
    grid: Array
    curves: Array


def counts_shown(total: int) -> list[int]:
    """Return the numbers of trees that are shown: the first ones all, later ones further and further apart."""
    first = list(range(min(FIRST, total) + 1))
    later = np.geomspace(FIRST, max(total, FIRST), FRAMES - FIRST).round().astype(int)
    return sorted({*first, *(int(count) for count in later if count <= total)})


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the start, the sum after some numbers of trees, and the reported model."""
    stages = stages_of(model, data)
    total = len(stages.trees)
    if all(tree.is_leaf[0] for tree in stages.trees):
        raise NotApplicable("No tree is split: the start is the best constant, and nothing is left to be fitted.")
    one = alone(data)
    grid = grid_of(data.X[:, 0]) if one else np.zeros((0, data.X.shape[1]))
    curves = scores_after(model, grid) if one else stages.F
    shown = counts_shown(total)
    for place, count in enumerate(shown):
        following = shown[place + 1] if place + 1 < len(shown) else None
        title = "the start: one number for all rows" if count == 0 else f"after {plural(count, 'tree')} of {total}"
        words = f"{happened(stages, count)} {question(count, following)}"
        yield Frame(stages, count, title, words, grid, curves)
    yield Frame(stages, total, "the reported model", ending(stages), grid, curves)


def happened(stages: Stages, count: int) -> str:
    """Return where the last tree has cut, and the loss before and after it."""
    if count == 0:
        return f"The sum of no trees is the best constant; the loss is {rounded(stages.value(0), 3)}."
    tree = stages.trees[count - 1]
    inner = np.flatnonzero(~tree.is_leaf)
    if not len(inner):
        return f"Tree {count} is a single leaf: no cut lowers the error. The loss is {rounded(stages.value(count), 3)}."
    cuts = [f"“{condition(stages.model, tree, int(node), stages.data)}”" for node in inner]
    where = joined(cuts) if len(cuts) <= MOST_CUTS else f"{cuts[0]} first, and at {len(cuts) - 1} further places"
    before, after = stages.value(count - 1), stages.value(count)
    return (
        f"Tree {count} has cut at {where}. Its steps, times the learning rate {stages.model.learning_rate:g}, were "
        f"added: the loss went from {rounded(before, 3)} to {rounded(after, 3)}."
    )


def question(count: int, following: int | None) -> str:
    """Return what to ask before the next frame."""
    if following is None:
        return "What is left is on the right: is it noise, or would another tree find something?"
    if following > count + 1:
        return (
            f"Before the next frame, {following - count} trees later: where will the residuals still be large, and "
            "will the last of these trees have found something, or noise?"
        )
    return "Before the next frame: what will the next tree fit on the right, and where will it cut?"


def ending(stages: Stages) -> str:
    """Return how the reported model fares on rows that it has not seen, next to those of the fit."""
    total = len(stages.trees)
    words = (
        f"This is the reported model, {plural(total, 'tree')}: the loss of the rows of the fit went from "
        f"{rounded(stages.value(0), 3)} to {rounded(stages.value(total), 3)}."
    )
    unseen = stages.data.held_out
    if unseen is None or len(unseen.X) == 0:
        return words
    other = stages_of(stages.model, unseen)
    values = np.array([other.value(count) for count in range(total + 1)])
    best = int(values.argmin())
    held = f" On {plural(len(unseen.X), 'row')} not used for the fit it is {rounded(float(values[-1]), 3)}"
    if best == total:
        return f"{words}{held}, the least of all numbers of trees."
    return f"{words}{held}; it was least, {rounded(float(values[best]), 3)}, after {plural(best, 'tree')}."


def draw_frame(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the rows and the sum so far, the last tree among what it was grown on, and what is left."""
    stages, count = frame.stages, frame.count
    draw_sum(axes[0], stages, count, frame.grid, frame.curves)
    axes[0].set_ylabel(stages.what_observed)
    axes[0].set_title(frame.title)
    before = max(count - 1, 0)
    tree = stages.trees[count - 1] if count else None
    if tree is None:
        axes[1].set(xlabel="no tree", ylabel="residual before the tree", title="the first tree will be here")
        axes[1].set_xticks([])
        axes[1].set_ylim(*limits(stages))
    else:
        draw_residuals(axes[1], stages, before, tree, frame.grid)
        axes[1].set(ylabel="residual before the tree", title=f"tree {count}, and what it was grown on")
        axes[1].set_ylim(*limits(stages))
    draw_residuals(axes[2], stages, count, None, frame.grid)
    left = "what the next tree will be grown on" if count < len(stages.trees) else "what is left"
    axes[2].set(ylabel="residual now", title=left)
    axes[2].set_ylim(*limits(stages))
    return frame.words


def limits(stages: Stages) -> tuple[float, float]:
    """Return the heights that the residuals of all frames fit in."""
    shown = counts_shown(len(stages.trees))
    counts = {*shown, *(max(count - 1, 0) for count in shown)}  # those of wrong classes grow before they fall
    r = np.concatenate([stages.residuals(count) for count in sorted(counts)])
    more = 0.06 * (float(np.ptp(r)) or 1.0)
    return float(r.min()) - more, float(r.max()) + more


boosting = Animation(
    title="Boosting, tree by tree",
    caption="Left: the rows (dots) and the sum of the trees so far (line). Middle: the residuals before the last tree, "
    "which it was grown on, its leaves (line) and its cuts (dotted). Right: the residuals now, which the next "
    "tree will be grown on. Write down where it will cut before you go on. A tree takes a part of its step only, "
    "the learning rate, so that much of what it has found is still there for the next. With several columns the "
    "rows are drawn by prediction and target, and the residuals along the column of a tree's first cut, with the "
    "mean on both sides. The last frame shows the reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.4),
    frames=frames,
    draw=draw_frame,
)
