"""How rows and centres are drawn: in the plane, one colour and one marker a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.style import BLACK, COLOURS, MARKERS

DRAWN = 1500  # rows in a picture; more would only make it black


@dataclass(frozen=True)
class Plane:
    """Two directions of the columns' space, and what to call them."""

    mean: Array
    axes: Array  # (d, 2)
    names: tuple[str, str]

    @property
    def exact(self) -> bool:
        """Whether the plane is the whole space, so that cells can be drawn in it."""
        return len(self.axes) == 2

    def __call__(self, X: Array) -> Array:
        """Coordinates in the plane, (n, 2)."""
        coordinates: Array = X @ self.axes if self.exact else (X - self.mean) @ self.axes
        return coordinates


def plane(data: Dataset) -> Plane:
    """The two columns themselves, or the two leading principal axes of more.

    Raises
    ------
    NotApplicable
        For a single column.
    """
    d = data.X.shape[1]
    if d == 1:
        raise NotApplicable("A picture in the plane needs at least two columns.")
    mean = data.X.mean(axis=0)
    if d == 2:
        return Plane(mean, np.eye(2), (data.feature_names[0], data.feature_names[1]))
    values, vectors = np.linalg.eigh(np.cov(data.X.T))
    share = 100 * values[::-1] / max(values.sum(), 1e-300)
    names = tuple(f"principal axis {k + 1} ({share[k]:.0f} % of the variance)" for k in range(2))
    return Plane(mean, vectors[:, ::-1][:, :2], (names[0], names[1]))


def colour(k: int) -> str:
    """Colour of a cluster."""
    return COLOURS[k % len(COLOURS)]


def marker(k: int) -> str:
    """Marker of a cluster: it differs even where colours come again, or are not seen."""
    return MARKERS[(k + k // len(MARKERS)) % len(MARKERS)]


def draw_rows(axes: Any, points: Array, label: Array, size: float = 14) -> None:
    """Rows in the colour and with the marker of their cluster."""
    for k in np.unique(label):
        own = points[label == k]
        axes.scatter(*own.T, s=size, marker=marker(k), color=colour(k), alpha=0.55, linewidths=0)


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
    for k in range(K):  # the walls too, for those who see no colours
        axes.contour(x, y, nearest == k, levels=[0.5], colors=[BLACK], linewidths=0.5, linestyles="-")


def bounds(points: Array) -> tuple[Array, Array]:
    """Corners of a frame around the points, with a margin."""
    lower, upper = points.min(axis=0), points.max(axis=0)
    margin = 0.06 * np.where(upper > lower, upper - lower, 1)
    return lower - margin, upper + margin


def set_frame(axes: Any, view: Plane, points: Array) -> None:
    """Name the axes, and show just the points."""
    lower, upper = bounds(points)
    axes.set(xlabel=view.names[0], ylabel=view.names[1], xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]))
