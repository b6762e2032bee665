"""Figures of two geometric ideas: the rectangle in which Lloyd is stuck, and distances that need not be measured."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour, marker
from groundup.plotting.style import BLACK, BLUE, ORANGE, SKY
from groundup.projects.kmeans.demonstration import POOR, centers_from_random_rows, clustered_rows
from groundup.projects.kmeans.models.centers import Centers

WIDTH = 2.5  # Width of the rectangle that is drawn; its height is 1.
FOLLOWED = 20_000  # Entries of the rows whose distances are counted.


@figure(1, 3, size=(8.2, 2.7))
def rectangle(axes: Any, model: Centers, data: Dataset) -> None:
    """The smallest trap, whatever the data of this run

    Four points at the corners of a rectangle of height 1 and width W, here 2.5, in two clusters. Left: every corner is
    with its nearest centre and every centre is the mean of its corners, so that nothing moves. Middle: the best
    clustering. Right: what moving one corner to the other cluster would change. The distances to the centres as they
    stand differ by 1 and advise against it for every W; the exchange test, which lets both means follow, sees a gain
    from the square root of 2 on.
    """
    corners = np.array([[0.0, 0], [WIDTH, 0], [0, 1], [WIDTH, 1]])
    trap, best, change = axes
    for panel, label, words in ((trap, [0, 0, 1, 1], "stuck"), (best, [0, 1, 0, 1], "best")):
        group = np.array(label)
        centers = np.array([corners[group == k].mean(axis=0) for k in range(2)])
        J = ((corners - centers[group]) ** 2).sum()
        for k in range(2):
            own = corners[group == k]
            for corner in own:
                panel.plot(*np.array([corner, centers[k]]).T, "-", color=colour(k), linewidth=1.4)
            panel.plot(*own.T, marker(k), color=colour(k), markersize=9)
            panel.plot(*centers[k], marker="X", color="white", markeredgecolor=BLACK, markersize=10, linestyle="")
        panel.set(xlim=(-0.4, WIDTH + 0.4), ylim=(-0.6, 1.6), title=f"{words}: J = {J:.4g}", aspect="equal")
        panel.set(xlabel="x", ylabel="y")
    W = np.linspace(1, 3, 101)
    change.axhline(0, color=BLACK, linewidth=0.8)
    change.plot(W, np.ones_like(W), "--", color=ORANGE)
    change.plot(W, exchange(W), "-", color=BLUE)
    change.text(1.95, 1.12, "by distances", color=BLACK, ha="center", va="bottom", fontsize=9)
    change.text(1.1, -1.9, "by exchange,\n(2 − W²)/3", color=BLACK, ha="left", va="bottom", fontsize=9)
    change.plot(np.sqrt(2), 0, "o", color=BLUE, markersize=6)
    change.set(xlabel="width W", ylabel="change of J", title="moving one corner", ylim=(-2.5, 1.9))


def exchange(width: Array) -> Array:
    """Return the change of the inertia when one corner of the trapped rectangle moves across.

    eq. kmeans:exchange
    """
    distance, other = width**2 / 4, width**2 / 4 + 1
    return np.asarray(2 / 3 * other - 2 / 1 * distance)


@figure(1, 2, size=(8.2, 3.3))
def saved_distances(axes: Any, model: Centers, data: Dataset) -> None:
    """Distances that need not be measured

    Left: the triangle inequality. A row within half the distance between two centres from the one (shaded) cannot be
    nearer to the other, because the circle does not reach the line half-way between them. Right: the rows whose
    distances to all centres are measured in each iteration of a run from rows drawn at random: all of them by Lloyd's
    algorithm, those whose bounds fail by Hamerly's, those whose label has expired by the clocks. Hamerly's
    changes two numbers of every row in each iteration, the clocks compare one.
    """
    from matplotlib.patches import Circle

    inequality, shares = axes
    centers, row = np.array([[0.0, 0], [3, 0]]), np.array([0.55, 1.05])
    inequality.add_patch(Circle((0, 0), 1.5, facecolor=SKY, alpha=0.3, edgecolor=BLUE, linewidth=1.0))
    inequality.axvline(1.5, color=BLACK, linestyle="--", linewidth=1.0)
    for point, words in zip(centers, ("own centre", "other centre"), strict=True):
        inequality.plot(*np.array([point, row]).T, "-", color=BLACK, linewidth=1.0)
        inequality.text(point[0], -0.28, words, ha="center", va="top", fontsize=9)
    inequality.plot(*centers.T, "-", color=BLACK, linewidth=1.0)
    inequality.plot(*centers.T, marker="X", color="white", markeredgecolor=BLACK, markersize=11, linestyle="")
    inequality.plot(*row, "o", color=BLUE, markersize=7)
    inequality.text(row[0] - 0.12, row[1] + 0.05, "row", ha="right", fontsize=9)
    inequality.set(xlim=(-1.9, 3.9), ylim=(-1.8, 1.8), aspect="equal", title="who can be nearest")
    inequality.set_axis_off()
    X = clustered_rows(data, model.n_clusters, FOLLOWED)
    if model.n_clusters < 2:
        raise NotApplicable("with a single cluster no distance is needed to assign a row")
    path = centers_from_random_rows(X, model.n_clusters, POOR)[:-1]
    count = np.arange(1, len(path) + 1)
    shares.plot(count, np.full(len(count), 100.0), ":", color=BLACK, marker="^", markersize=4, label="Lloyd")
    shares.plot(count, measured_by_hamerly(X, path), "--", color=ORANGE, marker="s", markersize=4, label="Hamerly")
    shares.plot(count, measured_by_clocks(X, path), "-", color=BLUE, marker="o", markersize=4, label="clocks")
    shares.set(xlabel="iteration", ylabel="rows measured (%)", title="how many are asked", ylim=(-4, 108))
    shares.legend(loc="center right")


def distances(X: Array, centers: Array) -> Array:
    """Return the distance of every row to every centre, (n, K)."""
    return np.asarray(np.sqrt(((X[:, None, :] - centers) ** 2).sum(axis=2)))


def assigned(X: Array, centers: Array) -> tuple[Array, Array]:
    """Return the index of each row's nearest centre, and its distances in ascending order."""
    apart = distances(X, centers)
    return apart.argmin(axis=1), np.sort(apart, axis=1)


def moves(old: Array, new: Array) -> Array:
    """Return how far each centre moves, (K,)."""
    return np.asarray(np.sqrt(((new - old) ** 2).sum(axis=1)))


def measured_by_clocks(X: Array, path: Sequence[Array]) -> list[float]:
    """Return the percentage of rows measured in each iteration when labels expire.

    eq. kmeans:expiry
    """
    label, nearest = assigned(X, path[0])
    clock, expiry, shares = np.zeros(len(path[0])), nearest[:, 1] - nearest[:, 0], [100.0]
    for old, centers in pairwise(path):
        move = moves(old, centers)
        others = np.array([np.delete(move, k).max() for k in range(len(move))])
        clock = clock + move + others
        expired = clock[label] >= expiry
        label[expired], nearest = assigned(X[expired], centers)
        expiry[expired] = clock[label[expired]] + nearest[:, 1] - nearest[:, 0]
        shares.append(100 * float(expired.mean()))
    return shares


def measured_by_hamerly(X: Array, path: Sequence[Array]) -> list[float]:
    """Return the percentage of rows measured in each iteration by two bounds a row.

    eq. kmeans:upper-bound, kmeans:lower-bound
    """
    label, nearest = assigned(X, path[0])
    upper, lower, shares = nearest[:, 0], nearest[:, 1], [100.0]
    for old, centers in pairwise(path):
        move = moves(old, centers)
        upper, lower = upper + move[label], lower - move.max()
        between = distances(centers, centers) + np.where(np.eye(len(centers)), np.inf, 0)
        safe = np.maximum(lower, between.min(axis=1)[label] / 2)
        open_rows = upper >= safe
        upper[open_rows] = np.sqrt(((X - centers[label])[open_rows] ** 2).sum(axis=1))  # one distance first
        open_rows = upper >= safe
        label[open_rows], nearest = assigned(X[open_rows], centers)
        upper[open_rows], lower[open_rows] = nearest[:, 0], nearest[:, 1]
        shares.append(100 * float(open_rows.mean()))
    return shares
