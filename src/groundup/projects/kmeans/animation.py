"""K-means step by step: assignment and update shown apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation
from groundup.plotting.plane import draw_rows, principal_plane, set_frame
from groundup.plotting.style import BLUE
from groundup.plotting.thinning import some_rows, some_states
from groundup.projects.kmeans.figures import drawing
from groundup.projects.kmeans.models.centers import Centers, nearest_center, total_inertia
from groundup.projects.kmeans.models.kmeans import KMeans

CLOSE = 1e-6  # Relative difference of two inertias that counts as none.
MOST_ITERATIONS = 17  # Iterations shown, with two frames each.
NUMBERS = 100_000  # Entries of the rows that are clustered for the frames.


@dataclass(frozen=True)
class HalfStep:
    """A frame: where the centres have been (the last entry is where they are), how the rows are coloured."""

    title: str
    paths: tuple[Array, ...]
    label: Array | None
    inertia: tuple[tuple[float, float], ...]  # (iteration, value), after each half-step so far
    last: int  # iteration
    words: str = ""  # the caption


def clustered_rows(data: Dataset, K: int) -> Array:
    """Return the rows that are clustered for the frames: all, or some of very many."""
    n, d = data.X.shape
    return data.X[some_rows(n, max(NUMBERS // d, K))]


def half_step_frames(model: Centers, data: Dataset) -> Iterator[HalfStep]:
    """Yield two frames an iteration, in which the rows change colour and the centres move; then the reported model."""
    X = clustered_rows(data, model.n_clusters)
    reported = total_inertia(X, None, nearest_center(X, model.cluster_centers_), model.cluster_centers_)
    of = "" if len(X) == len(data.X) else f" of {len(X):,} rows"
    states = list(KMeans(model.n_clusters, init="random", n_init=1, random_state=0).steps(X))
    paths: tuple[Array, ...] = (states[0].initial,)
    curve: tuple[tuple[float, float], ...] = ()
    last = len(states)
    shown = set(some_states(last, MOST_ITERATIONS))
    yield HalfStep("start: no row belongs to a cluster yet", paths, None, curve, last)
    for t, state in enumerate(states):
        if t in shown:
            label = nearest_center(X, paths[-1])
            value = total_inertia(X, None, label, paths[-1])
            curve = (*curve, (t + 0.5, value))
            title = f"iteration {t + 1}, assignment: rows to their nearest centre"
            yield HalfStep(title, paths, label, curve, last)
        paths = (*paths, state.centers)
        curve = (*curve, (t + 1.0, state.inertia))
        if t in shown:
            title = f"iteration {t + 1}, update: centres to the mean of their rows"
            yield HalfStep(title, paths, label, curve, last)
    words = (
        f"This run has ended at an inertia{of} of {curve[-1][1]:.6g}; the reported model, from a better start, has "
        f"{reported:.6g}."
        if curve[-1][1] > reported * (1 + CLOSE)
        else f"This run has ended at the inertia{of} of the reported model, {reported:.6g}."
    )
    yield HalfStep(
        "the reported model",
        (model.cluster_centers_,),
        nearest_center(X, model.cluster_centers_),
        curve,
        last,
        words,
    )


def draw_half_step(axes: Any, frame: HalfStep, data: Dataset) -> str:
    """Rows, centres and trails on the left, the inertia so far on the right."""
    picture, curve = axes
    plane = principal_plane(data)
    shown = clustered_rows(data, len(frame.paths[-1]))
    rows = some_rows(len(shown), 600)
    points = plane(shown[rows])
    if frame.label is None:
        picture.scatter(*points.T, s=14, color="#999999", linewidths=0)
    else:
        draw_rows(picture, points, frame.label[rows])
    drawing.draw_trails(picture, [plane(centers) for centers in frame.paths])
    drawing.draw_centers(picture, plane(frame.paths[-1]))
    set_frame(picture, plane, points)
    picture.set_title(frame.title)
    if frame.inertia:
        when, value = np.array(frame.inertia).T
        curve.plot(when, value, "-", color=BLUE, linewidth=1.2)
        half = when % 1 != 0
        curve.plot(when[half], value[half], "o", color="white", markeredgecolor=BLUE, label="after assignment")
        curve.plot(when[~half], value[~half], "o", color=BLUE, label="after update")
        curve.legend(loc="upper right")
        curve.set_title(f"inertia {value[-1]:.6g}")
    curve.set(xlabel="iteration", ylabel="inertia (squared units of the data)", xlim=(0, frame.last + 0.5))
    curve.set_xticks(range(0, frame.last + 1, 1 + frame.last // 12))
    return frame.words


half_steps = Animation(
    title="The two half-steps of k-means",
    caption="From rows drawn at random, which takes longer than k-means++ and may end in a poor local minimum. "
    "Assignment gives every row to its nearest centre, update moves every centre to the mean of its rows. Neither can "
    "raise the inertia; when neither lowers it, the iteration has ended. The last frame shows the reported model, "
    "the best of its own starts. Of very many rows some are clustered.",
    rows=1,
    columns=2,
    size=(11.0, 4.6),
    frames=half_step_frames,
    draw=draw_half_step,
)
