"""How centres are drawn: in the plane, one colour and one marker a cluster."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.plotting.plane import colour, marker
from groundup.plotting.style import BLACK


def draw_centers(axes: Any, points: Array) -> None:
    """Centres as large markers with a white rim."""
    for k, point in enumerate(points):
        axes.scatter(*point, s=170, marker=marker(k), color=colour(k), edgecolors="white", linewidths=2.4, zorder=5)
        axes.scatter(*point, s=95, marker=marker(k), color=colour(k), edgecolors=BLACK, linewidths=1.2, zorder=6)


def draw_trails(axes: Any, paths: Sequence[Array]) -> None:
    """Where each centre has been: an open circle for its start, a line to where it is."""
    for k, path in enumerate(np.swapaxes(np.asarray(paths), 0, 1)):
        axes.plot(*path.T, "-", color="white", linewidth=3.5, zorder=3)
        axes.plot(*path.T, "-", color=BLACK, linewidth=1.3, marker=".", markersize=4, zorder=4)
        axes.plot(
            *path[0], "o", color="white", markeredgecolor=BLACK, markersize=6, zorder=4, label="" if k else "start"
        )


def draw_cells(axes: Any, centers: Array, lower: Array, upper: Array) -> None:
    """Voronoi cells of centres in the plane: whatever is nearer to one than to all others."""
    from matplotlib.colors import ListedColormap

    K = len(centers)
    x, y = (np.linspace(low, high, 400) for low, high in zip(lower, upper, strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    nearest = ((grid[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1).reshape(400, 400)
    cells = ListedColormap([colour(k) for k in range(K)])
    axes.imshow(
        nearest, origin="lower", extent=(x[0], x[-1], y[0], y[-1]), cmap=cells, vmin=-0.5, vmax=K - 0.5, alpha=0.16,
        aspect="auto", interpolation="nearest",
    )  # fmt: skip
    for k in range(K):  # the boundaries too, for those who see no colours
        axes.contour(x, y, nearest == k, levels=[0.5], colors=[BLACK], linewidths=0.5, linestyles="-")
