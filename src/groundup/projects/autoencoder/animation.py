"""The latent space unfolds: codes of the rows, what is decoded, and the loss, epoch by epoch."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, Target
from groundup.plotting.plane import bounds
from groundup.plotting.style import BLUE, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.autoencoder import measures
from groundup.projects.autoencoder.figures.drawing import (
    different_rows,
    draw_points,
    draw_sheet,
    groups_of,
    rows_are_pictures,
)
from groundup.projects.autoencoder.trainings import Snapshot, snapshots, step_name
from groundup.projects.common.short_training import draw_end, trained_otherwise
from groundup.projects.common.words import rounded

FRAMES = 9  # Most frames but the last.
OTHER_FRAMES, EPOCHS = 4, 20  # Frames of another recording, and epochs of its training.
ROWS = 600  # Rows that are drawn.
SHOWN = 15  # Pictures that are rebuilt: in turn as they are, and decoded.


@dataclass(frozen=True)
class Frame:
    """What is seen after some epochs.

    Parameters
    ----------
    snapshot : Snapshot
        The network then.
    title, words : str
        What it is; what happened, and what to ask before the next frame.
    plane : Plane
        Where codes are drawn.
    curve : tuple of (int, float)
        Epochs so far, and the reconstruction error after each.
    last : int
        Number of epochs of the whole training.
    linear : float
        Error of PCA with as many axes.
    points, following : ndarray of shape (n, 2)
        Where the codes of the rows that are drawn are, and where they are in the next frame, which fits in as well.
    marked : int or None
        Number of the row among them whose next code is asked for.
    """

    snapshot: Snapshot
    title: str
    words: str
    plane: "Plane"
    curve: tuple[tuple[int, float], ...]
    last: int
    linear: float
    points: Array
    following: Array
    marked: int | None


@dataclass(frozen=True)
class Plane:
    """Where codes are drawn, in the directions in which the reported ones vary most, and two columns for the rows."""

    origin: Array
    axes: Array
    names: tuple[str, str]
    columns: tuple[int, int]

    def __call__(self, codes: Array) -> Array:
        """Return where codes are drawn, (n, 2)."""
        return np.asarray((codes - self.origin) @ self.axes)


def plane_of(codes: Array, left: Array) -> Plane:
    """Return two codes themselves, or the principal axes of more, and the columns of which PCA leaves most."""
    k = codes.shape[1]
    order = np.argsort(-left, kind="stable")
    columns = int(order[0]), int(order[min(1, len(order) - 1)])
    if k == 1:
        return Plane(np.zeros(1), np.array([[1.0, 0.0]]), ("code 1", "first principal axis"), columns)
    if k == 2:
        return Plane(np.zeros(2), np.eye(2), ("code 1", "code 2"), columns)
    origin = codes.mean(axis=0)
    axes = np.linalg.svd(codes - origin, full_matrices=False)[2][:2].T
    return Plane(origin, axes, ("first axis of the codes", "second axis of the codes"), columns)


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the network before training, after some epochs, and the reported model."""
    *before, last = recorded(model, data, FRAMES)
    yield from before
    yield replace(last, words=f"{last.words} Before the last frame: would you report this network, or train on?")
    words = (
        f"This is the reported model, after {plural(model.n_iter_, step_name(model))}: error "
        f"{rounded(last.curve[-1][1])}, and {rounded(last.linear)} of PCA with as many axes."
    )
    reported = Snapshot(model.n_iter_, last.snapshot.loss, model)
    points = drawn_codes(model, last.plane, shown(data), data)
    yield replace(
        last, snapshot=reported, title="the reported model", words=words, points=points, following=points, marked=None
    )


def otherwise(model: Any, data: Dataset, **changes: Any) -> Iterator[Frame]:
    """Yield frames of a short training of another network."""
    yield from recorded(trained_otherwise(model, data.X, None, EPOCHS, **changes), data, OTHER_FRAMES)


def shown(data: Dataset) -> Dataset:
    """Return the rows that are drawn."""
    return data.take(some_rows(len(data.X), ROWS))


def drawn_codes(model: Any, plane: "Plane", few: Dataset, data: Dataset) -> Array:
    """Return where the codes of some rows are drawn, (n, 2); a single code against the first principal axis."""
    points = plane(np.asarray(model.transform(few.X)))
    if model._made_of.sizes[-1] == 1:
        points[:, 1] = few.X @ first_axis(data.X)
    return points


def recorded(model: Any, data: Dataset, most: int) -> Iterator[Frame]:
    """Yield the network before training and after some epochs."""
    from groundup import PCA

    taken = snapshots(model, data.X, most)
    count = min(model._made_of.sizes[-1], *data.X.shape)
    left = np.square(measures.residual(PCA(count, svd_solver="full").fit(data.X), data.X)).mean(axis=0)
    linear, plane = float(left.sum()), plane_of(np.asarray(model.transform(data.X)), left)
    name = step_name(model)
    curve: list[tuple[int, float]] = []
    asked = questions(data, model._made_of.sizes[-1])
    few = shown(data)
    points = [drawn_codes(snapshot.model, plane, few, data) for snapshot in taken]
    marked = int(np.linalg.norm(np.diff(points, axis=0), axis=2).sum(axis=0).argmax())
    for place, snapshot in enumerate(taken):
        curve.append((snapshot.iteration, measures.reconstruction_error(snapshot.model, data)))
        title = f"{name} {snapshot.iteration:,}" if snapshot.iteration else "before training"
        following = taken[place + 1].iteration if place + 1 < len(taken) else None
        words = happened(curve, name, linear)
        if following is not None:
            words += f" {question(snapshot.iteration, following, name, asked[place % len(asked)])}"
        here, there = points[place], points[min(place + 1, len(taken) - 1)]
        yield Frame(snapshot, title, words, plane, tuple(curve), model.n_iter_, linear, here, there, marked)


def marked_code(frame: Frame, data: Dataset) -> Target | None:
    """Return where the code of the marked row is, while training goes on; against a principal axis its value alone."""
    if frame.marked is None:
        return None
    x, y = frame.points[frame.marked]
    return Target(0, float(x), float(y), free="x" if len(frame.plane.axes) == 1 else "xy")


def happened(curve: list[tuple[int, float]], name: str, linear: float) -> str:
    """Return from where to where the error went, and whether it passed that of PCA."""
    iteration, now = curve[-1]
    if iteration == 0:
        return (
            f"The weights are random, and so are the codes; the error is {rounded(now)}, that of PCA {rounded(linear)}."
        )
    start, before = curve[-2]
    passed = " It is now below that of PCA." if now < linear <= before else ""
    return f"From {name} {start:,} to {iteration:,} the error went from {rounded(before)} to {rounded(now)}.{passed}"


def question(iteration: int, following: int, name: str, asked: str) -> str:
    """Return what to ask before the next frame."""
    later = plural(following - iteration, name)
    if iteration == 0:
        asked = "in which direction will the codes spread first?"
    return f"Before the next frame, {later} later: {asked}"


def questions(data: Dataset, k: int) -> tuple[str, ...]:
    """Return what can be asked of codes of k entries, in turn."""
    which = "groups of equal marks" if len(groups_of(data)[1]) else "codes that lie together"
    fold = "where does the line turn back" if k == 1 else "where does the plane still fold over itself"
    seen = "which picture will be the next to be told from the others?" if rows_are_pictures(data) else (
        "where is what is decoded (middle) farthest from the rows?"
    )  # fmt: skip
    return (
        "by how much will the error fall?",
        f"which {which} will move apart?",
        seen,
        f"{fold}, so that different rows have one code?",
    )


def draw_frame(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the codes, reconstructions, and the error so far."""
    few = shown(data)
    model = frame.snapshot.model
    draw_points(axes[0], frame.points, few, legend=False)
    draw_end(axes[0], marked_code(frame, data))
    lower, upper = bounds(np.concatenate([frame.points, frame.following]))
    axes[0].set(xlabel=frame.plane.names[0], ylabel=frame.plane.names[1], title=frame.title)
    axes[0].set(xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]))
    if rows_are_pictures(data):
        draw_rebuilt(axes[1], model, data)
    else:
        draw_along(axes[1], model, few, frame.plane.columns)
    when, error = np.array(frame.curve).T
    axes[2].plot(when, error, "-", marker="o", markersize=4, color=BLUE, label="autoencoder")
    axes[2].axhline(frame.linear, color=ORANGE, linestyle="--", label="PCA")
    axes[2].set_xscale("symlog", linthresh=10)
    axes[2].set(xlim=(-0.5, max(frame.last, 2) * 1.2), xlabel=step_name(model), title="mean squared distance")
    axes[2].set_ylim(0, 1.05 * max(frame.curve[0][1], frame.linear) or 1.0)
    axes[2].legend(loc="lower left")
    return frame.words


def first_axis(X: Array) -> Array:
    """Return the first principal axis of rows."""
    return np.asarray(np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][0])


def draw_rebuilt(axes: Any, model: Any, data: Dataset) -> None:
    """Draw pictures, and below each line of them what is decoded from their codes."""
    rows = data.X[different_rows(data, np.arange(len(data.X)), SHOWN)]
    rebuilt = model.inverse_transform(model.transform(rows))
    across = 5
    lines = [part[k : k + across] for k in range(0, len(rows), across) for part in (rows, rebuilt)]
    draw_sheet(axes, np.concatenate(lines), data, across, "in turn: rows, reconstructions")


def draw_along(axes: Any, model: Any, data: Dataset, columns: tuple[int, int]) -> None:
    """Draw the reconstructions over the rows, in the plane of two columns."""
    rebuilt = np.asarray(model.inverse_transform(model.transform(data.X)))
    first, second = columns
    axes.plot(data.X[:, first], data.X[:, second], "o", color="#bbbbbb", markersize=4, linewidth=0)
    axes.plot(rebuilt[:, first], rebuilt[:, second], ".", color=VERMILION, markersize=4, linewidth=0)
    axes.set(xlabel=data.axis_names[first], ylabel=data.axis_names[second], title="rows (grey) and what is decoded")


unfolding = Animation(
    title="The codes unfold",
    caption="Left: the codes of the rows, in colours or shades of what no fit is told; of more than two codes the "
    "plane in which the reported ones vary most, of a single one its value against the first principal axis. Middle: "
    "rows and what is decoded from their codes, in the two columns of which PCA leaves most. Right: the mean squared "
    "distance between the two, and that of PCA with as many axes (dashed). Frames are near to each other in the "
    "beginning, when most happens; the scale of the codes changes from frame to frame, and the next codes fit into it: "
    "predict where that of the marked row will be. The last frame shows the reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.4),
    frames=frames,
    draw=draw_frame,
    target=marked_code,
    question="Where will the code of the marked row be in the next frame?",
    perturbed={
        "a single code": partial(otherwise, n_components=1),
        "no hidden layers": partial(otherwise, hidden_layer_sizes=()),
    },
)
