"""Boosting tree by tree: what the last one has fitted, and what is left for the next."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.style import VERMILION
from groundup.projects.common.short_training import other_options
from groundup.projects.common.words import joined, rounded
from groundup.projects.gradient_boosting.figures.drawing import alone, grid_of
from groundup.projects.gradient_boosting.figures.rounds import draw_residuals, draw_sum, jitter
from groundup.projects.gradient_boosting.figures.trees import condition
from groundup.projects.gradient_boosting.stages import Stages, count_name, scores_after, stages_of

FIRST = 5  # Trees that each have a frame.
FRAMES = 12  # Most frames.
OTHER_COUNTS = (0, 1, 2, 12)  # Numbers of trees of another recording.
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
    marked : int
        Number of the point, or without a single column of the row, whose next prediction is asked for.
    reported : bool
        Whether it is the reported model.
    """

    stages: Stages
    count: int
    title: str
    words: str
    grid: Array
    curves: Array
    marked: int
    reported: bool = False


def counts_shown(total: int) -> list[int]:
    """Return the numbers of trees that are shown: the first ones all, later ones further and further apart."""
    first = list(range(min(FIRST, total) + 1))
    later = np.geomspace(FIRST, max(total, FIRST), FRAMES - FIRST).round().astype(int)
    return sorted({*first, *(int(count) for count in later if count <= total)})


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the start, the sum after some numbers of trees, and the reported model."""
    frame = None
    for frame in recorded(model, data, counts_shown(len(stages_of(model, data).trees))):
        yield frame
    assert frame is not None
    yield replace(frame, title="the reported model", words=ending(frame.stages), reported=True)


def with_another(model: Any, data: Dataset, **changed: float) -> Iterator[Frame]:
    """Yield a few frames of a fit with other parameters.

    Raises
    ------
    NotApplicable
        As `stages_of` and `other_options`.
    """
    stages_of(model, data)
    options = other_options(model, **changed) | {count_name(model): OTHER_COUNTS[-1]}
    other = type(model)(**options).fit(data.X, data.y)
    total = len(stages_of(other, data).trees)
    yield from recorded(other, data, [count for count in OTHER_COUNTS if count < total] + [total])


def recorded(model: Any, data: Dataset, shown: list[int]) -> Iterator[Frame]:
    """Yield the sum after some numbers of trees.

    Raises
    ------
    NotApplicable
        Where no tree is split.
    """
    stages = stages_of(model, data)
    total = len(stages.trees)
    if all(tree.is_leaf[0] for tree in stages.trees):
        raise NotApplicable("No tree is split: the start is the best constant, and nothing is left to be fitted.")
    one = alone(data)
    grid = grid_of(data.X[:, 0]) if one else np.zeros((0, data.X.shape[1]))
    curves = scores_after(model, grid) if one else stages.F
    marked = moving(stages, curves)
    for place, count in enumerate(shown):
        following = shown[place + 1] if place + 1 < len(shown) else None
        title = "the start: one number for all rows" if count == 0 else f"after {plural(count, 'tree')} of {total}"
        told = next_sum(stages, curves, count, marked) if following == count + 1 else ""
        words = f"{happened(stages, count)} {told}{question(count, following)}"
        yield Frame(stages, count, title, words, grid, curves, marked)


def moving(stages: Stages, curves: Array) -> int:
    """Return the number of the point, or of the row, whose prediction the trees change most."""
    return int(np.abs(stages.shown(curves[-1]) - stages.shown(curves[0])).argmax())


def next_sum(stages: Stages, curves: Array, count: int, marked: int) -> str:
    """Return the next sum at the ring, with what the next tree says left open.  eq. gradient_boosting:boosting"""
    score = "score" if stages.names else "sum"
    now, rate = rounded(float(curves[count, -1, marked])), f"{stages.model.learning_rate:g}"
    return f"At the ring the {score} becomes {now} + {rate} · h, with h the value of its leaf in the next tree. "


def ringed_point(frame: Frame, data: Dataset) -> Target | None:
    """Where the sum is at the ring, while trees come; of a row with several columns its prediction is asked for."""
    if frame.reported:
        return None
    value = float(frame.stages.shown(frame.curves[frame.count])[frame.marked])
    if len(frame.grid):
        return Target(0, float(frame.grid[frame.marked, 0]), value, free="y")
    observed = frame.stages.observed
    spread = jitter(len(observed)) if frame.stages.names else np.zeros(len(observed))
    return Target(0, value, float((observed + spread)[frame.marked]), free="x")


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
    point = ringed_point(frame, data)
    if point is not None:
        axes[0].plot(point.x, point.y, "o", color=VERMILION, markeredgecolor="white", markersize=10, zorder=6)
        axes[0].plot(point.x, point.y, "o", color=VERMILION, markerfacecolor="none", markersize=18, zorder=6)
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
    "tree will be grown on. Predict where the ringed point of the sum will be, and where the tree will cut. A tree "
    "takes a part of its step only, the learning rate, so that much of what it has found is still there for the next. "
    "With several columns the rows are drawn by prediction and target, and the residuals along the column of a tree's "
    "first cut, with the mean on both sides. The last frame shows the reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.4),
    frames=frames,
    draw=draw_frame,
    target=ringed_point,
    question="Where will the ringed point of the sum be in the next frame?",
    perturbed={
        "learning rate 1": partial(with_another, learning_rate=1.0),
        "trees of one cut": partial(with_another, max_depth=1),
    },
)
