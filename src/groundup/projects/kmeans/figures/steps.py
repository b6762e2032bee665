"""Figures of single iterations: one run in six pictures, and how an empty cluster is filled."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import principal_plane
from groundup.plotting.style import BLACK
from groundup.projects.kmeans.demonstration import (
    POOR,
    centers_from,
    centers_from_random_rows,
    clustered_rows,
    with_a_center_far_away,
)
from groundup.projects.kmeans.figures import drawing
from groundup.projects.kmeans.models.centers import Centers, nearest_center, total_inertia

FOLLOWED = 2000  # Entries of the rows that are shown.
ROW, CENTER = 9.0, 0.55  # Size of a row's marker, and of a centre's relative to that of a large picture.


@figure(2, 3, size=(8.2, 5.6))
def iterations(axes: Any, model: Centers, data: Dataset) -> None:
    """One run in six pictures, into a local minimum

    Lloyd's algorithm from rows drawn at random, J its inertia. Assignment gives every row to its nearest centre, and
    no centre moves; update moves every centre to the mean of its rows, and no row changes its colour. Lines lead from
    where the centres began (open circles). The last picture is a fixed point: its inertia is compared with that of the
    reported model, the best.
    """
    X = clustered_rows(data, model.n_clusters, FOLLOWED)
    path = centers_from_random_rows(X, model.n_clusters, POOR)
    least = total_inertia(X, None, nearest_center(X, model.cluster_centers_), model.cluster_centers_)
    last = len(path) - 1
    pictures: list[tuple[int, int | None]] = [(0, None), (0, 0), (1, 0)]  # centres after t, colours by those after u
    later = np.unique(np.linspace(min(2, last), last, 3).round().astype(int))
    pictures += [(int(t), int(t) - 1) for t in later if t > 1]
    plane = principal_plane(data)
    for panel, (t, u) in zip(axes.flat, pictures, strict=False):
        label = None if u is None else nearest_center(X, path[u])
        drawing.draw_clustering(panel, plane, X, label, path[: t + 1], ROW, CENTER)
        if label is None:
            panel.set_title("start")
            continue
        J = total_inertia(X, None, label, path[t])
        if t == last and least > 0:
            panel.set_title(f"the end: {J / least:.2f} × the best")
        else:
            panel.set_title(f"{'assignment 1' if t == 0 else f'update {t}'}: J = {digits(J)}")
    for panel in axes.flat[len(pictures) :]:
        panel.set_axis_off()
    drawing.name_small_axes(axes, plane)


def digits(J: float) -> str:
    """Return an inertia with four digits, or all before the point."""
    return f"{J:,.0f}" if J >= 1000 else f"{J:.4g}"


@figure(1, 3, size=(8.2, 3.0))
def empty_cluster(axes: Any, model: Centers, data: Dataset) -> None:
    """A cluster without rows, and what is done about it

    The reported centres, one of them moved far away: no row is nearest to it (left), and the mean of no rows is 0/0.
    So the row farthest from its own centre, marked by a ring, becomes the cluster's only one (middle, after the
    update). From there Lloyd's algorithm goes on as usual (right, at its end). J is the inertia.
    """
    X = clustered_rows(data, model.n_clusters, FOLLOWED)
    start = with_a_center_far_away(model, X)
    label = nearest_center(X, start)
    if (label == 0).any():
        raise NotApplicable("a single cluster, or one of rows without spread, is never empty")
    path = centers_from(start, X)
    far = ((X - start[label]) ** 2).sum(axis=1)
    if far.max() == 0:
        raise NotApplicable("every row is on a centre: an empty cluster could not be filled")
    plane, filled = principal_plane(data), label.copy()
    filled[far.argmax()] = 0
    pictures = ((label, path[:1], "empty"), (filled, path[:2], "filled"), (nearest_center(X, path[-1]), path, "end"))
    for panel, (labels, shown, words) in zip(axes, pictures, strict=True):
        drawing.draw_clustering(panel, plane, X, labels, shown, ROW, CENTER)
        seen = np.vstack([plane(X), plane(start)])
        margin = 0.06 * np.ptp(seen, axis=0)
        panel.set_xlim(seen[:, 0].min() - margin[0], seen[:, 0].max() + margin[0])
        panel.set_ylim(seen[:, 1].min() - margin[1], seen[:, 1].max() + margin[1])
        J = total_inertia(X, None, labels, shown[-1])
        panel.set_title(f"{words}: J = {digits(J)}")
    drawing.name_small_axes(axes, plane)
    for panel in axes[:2]:
        panel.plot(*plane(X[[far.argmax()]]).T, "o", markersize=13, markerfacecolor="none", markeredgecolor=BLACK)
