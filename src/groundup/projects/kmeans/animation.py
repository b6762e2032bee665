"""K-means step by step: assignment and update shown apart, and the local minimum in which they end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, Target
from groundup.plotting.plane import colour, principal_plane
from groundup.plotting.style import BLACK, BLUE, VERMILION
from groundup.plotting.thinning import some_rows, some_states
from groundup.projects.kmeans.demonstration import (
    OTHER,
    POOR,
    centers_from,
    centers_from_random_rows,
    clustered_rows,
    longest_path,
    with_a_center_far_away,
)
from groundup.projects.kmeans.figures import drawing
from groundup.projects.kmeans.models.centers import Centers, nearest_center, total_inertia

CLOSE = 1e-3  # Relative difference of two inertias that the stopping rule of the reported model may leave.
MOST_ITERATIONS = 8  # Iterations shown, with two frames each.
MOST_OTHER = 3  # Iterations shown of another recording.
DRAWN = 600  # Rows in a frame.
NUMBERS = 100_000  # Entries of the rows that are clustered for the frames.


@dataclass(frozen=True)
class HalfStep:
    """A frame.

    Where the centres have been (the last entry is where they are), how the rows are coloured, the inertia after each
    half-step so far, that of the reported model on the same rows, and the centre whose next place is asked for.
    """

    title: str
    paths: tuple[Array, ...]
    label: Array | None
    inertia: tuple[tuple[float, float], ...]  # (iteration, value)
    last: int  # iteration
    best: float
    marked: int | None
    words: str = ""  # the caption


def half_step_frames(model: Centers, data: Dataset) -> Iterator[HalfStep]:
    """Yield two frames an iteration, in which the rows change colour and the centres move; then the reported model."""
    X = clustered_rows(data, model.n_clusters, NUMBERS)
    frame = None
    for frame in half_steps_along(model, data, centers_from_random_rows(X, model.n_clusters, POOR)):
        yield frame
    assert frame is not None
    centers = model.cluster_centers_
    yield replace(
        frame,
        title="the reported model",
        paths=(centers,),
        label=nearest_center(X, centers),
        marked=None,
        words=f"the reported model, from better starts: J = {frame.best:,.6g} on the same rows",
    )


def from_another_start(model: Centers, data: Dataset) -> Iterator[HalfStep]:
    """Yield the frames of a run from other rows drawn at random."""
    X = clustered_rows(data, model.n_clusters, NUMBERS)
    yield from half_steps_along(model, data, centers_from_random_rows(X, model.n_clusters, OTHER), MOST_OTHER)


def with_half_of_the_clusters(model: Centers, data: Dataset) -> Iterator[HalfStep]:
    """Yield the frames of a run with half of the clusters, rounded up."""
    K = (model.n_clusters + 1) // 2
    path = centers_from_random_rows(clustered_rows(data, K, NUMBERS), K, POOR)
    yield from half_steps_along(model, data, path, MOST_OTHER)


def from_a_center_far_away(model: Centers, data: Dataset) -> Iterator[HalfStep]:
    """Yield the frames of a run from the reported centres, one of them moved away from all rows."""
    X = clustered_rows(data, model.n_clusters, NUMBERS)
    yield from half_steps_along(model, data, centers_from(with_a_center_far_away(model, X), X), MOST_OTHER)


def half_steps_along(
    model: Centers, data: Dataset, path: list[Array], most: int = MOST_ITERATIONS
) -> Iterator[HalfStep]:
    """Yield the frames of a run whose centres are given, from its start, two an iteration.

    Parameters
    ----------
    model : Centers
        The reported model, with which the run is compared.
    data : Dataset
        Rows.
    path : list of ndarray of shape (K, d)
        The first centres, and those after each iteration.
    most : int, default=8
        Largest number of iterations that are shown.
    """
    X = clustered_rows(data, model.n_clusters, NUMBERS)
    best = total_inertia(X, None, nearest_center(X, model.cluster_centers_), model.cluster_centers_)
    last, marked = len(path) - 1, longest_path(path)
    shown = set(some_states(last, most))
    size = f"{plural(len(path[0]), 'centre')} and {plural(len(X), 'row')}"
    words = f"start: {size}; next every row goes to its nearest centre"
    frame = HalfStep("start: no row belongs to a cluster yet", (path[0],), None, (), last, best, marked, words)
    yield frame
    before: Array | None = None
    curve = frame.inertia
    for t, centers in enumerate(path[:-1]):
        label = nearest_center(X, centers)
        curve = (*curve, (t + 0.5, total_inertia(X, None, label, centers)))
        if t in shown:
            title = f"iteration {t + 1}, assignment: rows to their nearest centre"
            words = f"{changed(label, before)}J = {curve[-1][1]:,.6g}; {next_place(X, label, marked, data)}"
            yield replace(frame, title=title, paths=tuple(path[: t + 1]), label=label, inertia=curve, words=words)
        final = filled(X, label, centers)
        curve = (*curve, (t + 1.0, total_inertia(X, None, final, path[t + 1])))
        if t in shown:
            title = f"iteration {t + 1}, update: centres to the mean of their rows"
            words = f"J = {curve[-1][1]:,.6g}; next every row nearer to another centre goes there"
            words = ending(curve[-1][1], best, len(centers), model) if t + 1 == last else words
            yield replace(frame, title=title, paths=tuple(path[: t + 2]), label=final, inertia=curve, words=words)
        before = final


def filled(X: Array, label: Array, centers: Array) -> Array:
    """Return the labels with every empty cluster given the row farthest from its centre.

    eq. kmeans:relocation
    """
    result, far = label.copy(), ((X - centers[label]) ** 2).sum(axis=1)
    for k in np.setdiff1d(np.arange(len(centers)), label):
        i = far.argmax()
        if far[i] > 0:
            result[i], far[i] = k, 0.0
    return result


def changed(label: Array, before: Array | None) -> str:
    """Return how many rows an assignment has moved; nothing for the first."""
    return "" if before is None else f"{plural(int((label != before).sum()), 'row')} changed sides; "


def next_place(X: Array, label: Array, marked: int, data: Dataset) -> str:
    """Return what the update will do with the marked centre: the formula with the numbers put in."""
    own = principal_plane(data)(X[label == marked])
    if not len(own):
        return f"the ringed centre {marked} has no row, and a mean of 0/0; next it takes the row farthest from its own"
    x, y = own.sum(axis=0)
    return f"next the ringed centre {marked} ← ({x:,.5g}, {y:,.5g}) / {len(own):,}, the mean of its rows"


def ending(J: float, best: float, K: int, model: Centers) -> str:
    """Return how a run has ended, compared with the reported model on the same rows."""
    end = f"the end: J = {J:,.6g}, neither half-step lowers it"
    if model.n_clusters != K:
        return f"{end}; the reported model has {plural(model.n_clusters, 'centre')} and {best:,.6g}"
    if abs(J - best) <= CLOSE * best:
        return f"{end}; the reported model has the same, {best:,.6g} up to its tolerance"
    if best > J or best == 0:
        return f"{end}; the reported model has {best:,.6g}"
    return f"{end}: a local minimum, {J / best:.2f} times that of the reported model, {best:,.6g}"


def ringed_center(frame: HalfStep, data: Dataset) -> Target | None:
    """Where the ringed centre is."""
    if frame.marked is None:
        return None
    x, y = principal_plane(data)(frame.paths[-1][[frame.marked]])[0]
    return Target(0, float(x), float(y))


def draw_half_step(axes: Any, frame: HalfStep, data: Dataset) -> str:
    """Rows, centres and trails on the left, the inertia so far on the right."""
    picture, curve = axes
    plane = principal_plane(data)
    X = clustered_rows(data, len(frame.paths[-1]), NUMBERS)
    rows = some_rows(len(X), DRAWN)
    label = None if frame.label is None else frame.label[rows]
    drawing.draw_clustering(picture, plane, X[rows], label, frame.paths, 14, 1.0)
    if frame.marked is not None:
        place = plane(frame.paths[-1][[frame.marked]])
        edge = colour(frame.marked)
        picture.plot(*place.T, "o", markersize=20, markerfacecolor="none", markeredgecolor=edge, markeredgewidth=1.6)
        far = np.vstack([plane(X[rows]), *(plane(centers) for centers in (frame.paths[0], frame.paths[-1]))])
        margin = 0.06 * np.maximum(np.ptp(far, axis=0), 1e-12)
        picture.set_xlim(far[:, 0].min() - margin[0], far[:, 0].max() + margin[0])
        picture.set_ylim(far[:, 1].min() - margin[1], far[:, 1].max() + margin[1])
    picture.set_title(frame.title)
    curve.axhline(frame.best, color=VERMILION, linestyle="--", linewidth=1.2, label="the reported model")
    if frame.inertia:
        when, value = np.array(frame.inertia).T
        curve.plot(when, value, "-", color=BLUE, linewidth=1.2)
        half = when % 1 != 0
        curve.plot(when[half], value[half], "o", color="white", markeredgecolor=BLUE, label="after assignment")
        curve.plot(when[~half], value[~half], "o", color=BLUE, label="after update")
        if frame.best > 0 and (value > 0).all():
            curve.set_yscale("log")
            curve.set_ylim(frame.best / 1.5, max(1.3 * value.max(), 3 * frame.best))
    curve.legend(loc="upper right", labelcolor=BLACK)
    curve.set_title("inertia J" if not frame.inertia else f"inertia J = {frame.inertia[-1][1]:,.6g}")
    curve.set(xlabel="iteration", ylabel="inertia (squared units of the data)", xlim=(0, frame.last + 0.5))
    curve.set_xticks(range(0, frame.last + 1, 1 + frame.last // 12))
    return frame.words


half_steps = Animation(
    title="The two half-steps of k-means, and where they end",
    caption="From rows drawn at random, which takes longer than k-means++ and may end in a poor local minimum. "
    "Assignment gives every row to its nearest centre, update moves every centre to the mean of its rows. Neither can "
    "raise the inertia; when neither lowers it, the iteration has ended, whether or not there is a better clustering: "
    "the dashed line is the inertia of the reported model, which the last frame shows. Of very many rows some are "
    "clustered.",
    rows=1,
    columns=2,
    size=(11.0, 4.6),
    frames=half_step_frames,
    draw=draw_half_step,
    target=ringed_center,
    question="Where will the ringed centre be after the update?",
    perturbed={
        "another start": from_another_start,
        "half of the clusters": with_half_of_the_clusters,
        "a centre far from all rows": from_a_center_far_away,
    },
)
