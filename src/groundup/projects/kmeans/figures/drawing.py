"""How centres are drawn: in the plane, one colour and one marker a cluster."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.plotting.plane import Plane, bounds, colour, draw_rows, marker, set_frame
from groundup.plotting.style import BLACK
from groundup.plotting.thinning import some_states
from groundup.projects.kmeans.models.centers import nearest_center

MOST_POINTS = 60  # Points of a centre's path.
MOST_LINES = 100  # Cells whose boundaries are drawn; more of them would only be black.
UNASSIGNED = "#999999"  # Rows that belong to no cluster yet.


def draw_centers(axes: Any, points: Array, scale: float = 1.0) -> None:
    """Centres as large markers with a white rim."""
    for shape in dict.fromkeys(map(marker, range(len(points)))):
        own = [k for k in range(len(points)) if marker(k) == shape]
        shades = [colour(k) for k in own]
        size, inner = 170 * scale, 95 * scale
        axes.scatter(*points[own].T, s=size, marker=shape, c=shades, edgecolors="white", linewidths=2.4, zorder=5)
        axes.scatter(*points[own].T, s=inner, marker=shape, c=shades, edgecolors=BLACK, linewidths=1.2, zorder=6)


def draw_trails(axes: Any, paths: Sequence[Array]) -> None:
    """Where each centre has been: an open circle for its start, a line to where it is."""
    shown = [*some_states(len(paths) - 1, MOST_POINTS), len(paths) - 1]
    gap = np.full_like(paths[0], np.nan)  # between the lines of two centres
    x, y = np.swapaxes([*(paths[t] for t in shown), gap], 0, 1).reshape(-1, 2).T
    axes.plot(x, y, "-", color="white", linewidth=3.5, zorder=3)
    axes.plot(x, y, "-", color=BLACK, linewidth=1.3, marker=".", markersize=4, zorder=4)
    axes.plot(*paths[0].T, "o", color="white", markeredgecolor=BLACK, markersize=6, zorder=4, label="start")


def draw_cells(axes: Any, centers: Array, lower: Array, upper: Array) -> None:
    """Voronoi cells of centres in the plane: whatever is nearer to one than to all others."""
    from matplotlib.colors import ListedColormap

    K = len(centers)
    x, y = (np.linspace(low, high, 400) for low, high in zip(lower, upper, strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    nearest = nearest_center(grid, centers).reshape(400, 400)
    cells = ListedColormap([colour(k) for k in range(K)])
    axes.imshow(
        nearest, origin="lower", extent=(x[0], x[-1], y[0], y[-1]), cmap=cells, vmin=-0.5, vmax=K - 0.5, alpha=0.16,
        aspect="auto", interpolation="nearest",
    )  # fmt: skip
    for k in range(K if K <= MOST_LINES else 0):  # the boundaries too, for those who see no colours
        axes.contour(x, y, nearest == k, levels=[0.5], colors=[BLACK], linewidths=0.5, linestyles="-")


def draw_clustering(
    axes: Any, plane: Plane, X: Array, label: Array | None, paths: Sequence[Array], size: float, scale: float
) -> None:
    """Draw rows in the colours of their clusters, and the centres with their paths.

    Parameters
    ----------
    axes : Axes
        To draw into.
    plane : Plane
        What is shown of the rows.
    X : ndarray of shape (n, d)
        Rows.
    label : ndarray of int of shape (n,), or None
        Cluster of each row, before the first assignment none.
    paths : sequence of ndarray of shape (K, d)
        Where the centres have been, up to now.
    size, scale : float
        Area of a row's marker in square points; that of a centre's, relative to the usual one.
    """
    points = plane(X)
    if label is None:
        axes.scatter(*points.T, s=size, color=UNASSIGNED, linewidths=0)
    else:
        draw_rows(axes, points, label, size=size)
    draw_trails(axes, [plane(centers) for centers in paths])
    draw_centers(axes, plane(paths[-1]), scale)
    set_frame(axes, plane, points)


def name_small_axes(axes: Any, plane: Plane) -> None:
    """Name the axes of small pictures side by side: shortly, and the vertical ones at the left edge only.

    Parameters
    ----------
    axes : ndarray of Axes
        Pictures that share their axes, one or more rows of them.
    plane : Plane
        What they show.
    """
    x, y = plane.names if plane.exact else (name.partition(" (")[0] for name in plane.names)
    for row in np.atleast_2d(axes):
        for k, panel in enumerate(row):
            panel.set(xlabel=x, ylabel="" if k else y)


def draw_plane_cells(axes: Any, plane: Plane, X: Array, centers: Array) -> None:
    """Draw the cells, where the plane shows all columns; else they would overlap."""
    if plane.exact:
        drawn = np.array([centers.min(axis=0), centers.max(axis=0)])
        draw_cells(axes, centers, *bounds(np.vstack([plane(X), drawn])))
