"""Where a classifier says what: the plane in the colour of the most probable class, paler where it is less sure."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.plotting.labels import label_lines
from groundup.plotting.plane import Plane, bounds, colour, draw_rows, set_frame
from groundup.plotting.style import BLACK

GRID = 160  # points along each axis, fewer where rows have many columns
NUMBERS = 8_000_000  # Most entries of the rows at which probabilities are asked for.
STRENGTH = 0.4  # of the colours where a class is certain
SHADES = 8  # from not sure at all to certain: few, so that a frame's small palette holds them
LEVELS = (0.1, 0.25, 0.75, 0.9)

Probabilities = Callable[[Array], Array]  # of the classes, (m, K), at rows (m, d)


def draw_regions(axes: Any, proba: Probabilities, plane: Plane, lower: Array, upper: Array) -> None:
    """Shade each place in the colour of its most probable class, and draw lines of equal probability and boundaries.

    Parameters
    ----------
    axes : Axes
        To draw into.
    proba : callable
        Probabilities of the classes at given rows.
    plane : Plane
        That is drawn.
    lower, upper : ndarray of shape (2,)
        Its corners.
    """
    from matplotlib.colors import to_rgb

    grid = int(np.clip(np.sqrt(NUMBERS / plane.back.shape[1]), 20, GRID))
    x, y = (np.linspace(low, high, grid) for low, high in zip(lower, upper, strict=True))
    P = proba(plane.rows(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))).reshape(grid, grid, -1)
    K, best = P.shape[2], P.argmax(axis=2)
    shades = np.array([to_rgb(colour(k)) for k in range(K)])
    sure = np.round(SHADES * (P.max(axis=2) - 1 / K) / (1 - 1 / K)) / SHADES
    shown = 1 - STRENGTH * sure[..., None] * (1 - shades[best])
    axes.imshow(shown, origin="lower", extent=(x[0], x[-1], y[0], y[-1]), aspect="auto", interpolation="none", zorder=0)
    axes.grid(False)
    if K == 2:  # lines of equal probability are parallel: a scale
        lines = axes.contour(x, y, P[..., 1], levels=LEVELS, colors=[BLACK], linewidths=0.7, linestyles=":")
        label_lines(axes, lines, [f"{100 * p:g} %" for p in LEVELS])
        axes.contour(x, y, P[..., 1], levels=[0.5], colors=[BLACK], linewidths=1.8, linestyles="-")
        return
    lines = axes.contour(x, y, P.max(axis=2), levels=[0.5, 0.7, 0.9], colors=[BLACK], linewidths=0.7, linestyles=":")
    axes.clabel(lines, fmt=lambda p: f"{100 * p:g} %", fontsize=8)
    for k in np.unique(best):  # the boundaries too, for those who see no colours
        lead = P[..., k] - np.delete(P, k, axis=2).max(axis=2)
        if (lead < 0).any():
            axes.contour(x, y, lead, levels=[0.0], colors=[BLACK], linewidths=1.2, linestyles="-")


def draw_classes(
    axes: Any, proba: Probabilities, plane: Plane, points: Array, group: Array, names: Any, size: Any = 14
) -> None:
    """Rows of the classes among the regions, where the plane shows these truly; both named."""
    if plane.exact:
        draw_regions(axes, proba, plane, *bounds(points))
    draw_rows(axes, points, group, names, size)
    set_frame(axes, plane, points)
