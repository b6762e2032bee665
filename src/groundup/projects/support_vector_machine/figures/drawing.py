"""How a machine between two classes is drawn: in the plane with its margin, or along its decision function."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.plotting.plane import Plane, bounds, colour, draw_rows, marker, principal_plane, set_frame
from groundup.plotting.style import BLACK
from groundup.projects.support_vector_machine.demonstration import Pair
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC

GRID = 120  # Points along each side of the grid on which a decision function is computed.
BINS = 30  # Of a histogram of decisions.
WIDEST = 6.0  # Decisions beyond this are drawn at the edge of a histogram.
RING = 170.0  # Area of the ring of a row whose multiplier is at its bound, in square points.
FAINT = 0.22  # Strength of the colours of the two sides.

Decide = Callable[[Array], Array]


def forces(pair: Pair) -> Array:
    """Return the multiplier of each row of a pair, (n,): by how much the objective grows with its slack.

    For the linear machine with the squared hinge loss it is twice C times the slack.
    """
    machine, data = pair.machine, pair.data
    if isinstance(machine, LinearSVC):
        slack = np.maximum(0.0, 1 - pair.sign * machine.decision_function(data.X))
        return np.asarray(machine.C * (2 * slack if machine.loss == "squared_hinge" else (slack > 0)))
    found = np.zeros(len(data.X))
    found[machine.support_] = np.abs(machine.dual_coef_[0])
    return found


def draw_sides(
    axes: Any, decide: Decide, lower: Array, upper: Array, plane: Plane, levels: tuple[float, ...] = (-1.0, 0.0, 1.0)
) -> None:
    """Shade both sides of a decision function, and draw its boundary and its margins, the lines of some levels."""
    from matplotlib.colors import to_rgb

    x, y = (np.linspace(low, high, GRID) for low, high in zip(lower, upper, strict=True))
    f = decide(plane.rows(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))).reshape(GRID, GRID)
    shades = np.array([to_rgb(colour(k)) for k in range(2)])
    strength = FAINT * np.round(4 * np.minimum(np.abs(f), 1.0)) / 4
    shown = 1 - strength[..., None] * (1 - shades[(f > 0).astype(int)])
    axes.imshow(shown, origin="lower", extent=(x[0], x[-1], y[0], y[-1]), aspect="auto", interpolation="none", zorder=0)
    axes.grid(False)
    for level in levels:
        if f.min() < level < f.max():
            style, width = ("--", 1.0) if level else ("-", 1.8)
            axes.contour(x, y, f, levels=[level], colors=[BLACK], linewidths=width, linestyles=[style])


def draw_rings(axes: Any, points: Array, alpha: Array, bound: float, largest: float = RING) -> None:
    """Ring the support vectors, each by an area that grows with its multiplier."""
    used = alpha > 0
    area = largest * (0.25 + 0.75 * np.minimum(alpha[used] / bound, 1.0))
    axes.scatter(*points[used].T, s=area, facecolors="none", edgecolors=BLACK, linewidths=0.8, zorder=4)


def draw_pair(
    axes: Any, pair: Pair, decide: Decide, alpha: Array, frame: Array | None = None, ring: float = RING
) -> None:
    """Draw the rows of two classes, the boundary and the margins: in the plane of two columns, else along the decision.

    Parameters
    ----------
    axes : Axes
        To draw into.
    pair : Pair
        The rows.
    decide : callable
        Decisions of rows.
    alpha : ndarray of shape (n,)
        Multipliers, drawn as rings in the plane.
    frame : ndarray of shape (m, 2), optional
        Points around which the frame is drawn; by default the rows.
    ring : float
        Area of the largest ring, in square points.
    """
    group = (pair.sign > 0).astype(int)
    if pair.data.X.shape[1] != 2:
        draw_histogram(axes, pair, decide(pair.data.X))
        return
    plane = principal_plane(pair.data)
    points = plane(pair.data.X)
    around = points if frame is None else frame
    draw_sides(axes, decide, *bounds(around), plane)
    draw_rows(axes, points, group, pair.names, 22)
    draw_rings(axes, points, alpha, max(float(alpha.max(initial=0.0)), 1e-300), ring)
    set_frame(axes, plane, around)


def draw_histogram(axes: Any, pair: Pair, f: Array) -> None:
    """Draw how many rows of each of two classes have which decision, with boundary and margins."""
    widest = float(np.clip(np.abs(f).max(initial=1.0), 2.0, WIDEST))
    edges = np.linspace(-widest, widest, BINS + 1)
    for k, name in enumerate(pair.names):
        own = np.clip(f[(pair.sign > 0) == (k == 1)], -widest, widest)
        count, _ = np.histogram(own, edges)
        axes.stairs(count, edges, color=colour(k), fill=True, alpha=0.45, label=name, linewidth=0)
        axes.stairs(count, edges, color=colour(k), linewidth=1.4, linestyle="-" if k else "--")
    for level, style in ((-1.0, "--"), (0.0, "-"), (1.0, "--")):
        axes.axvline(level, color=BLACK, linestyle=style, linewidth=1.2)
    axes.set(xlabel="decision f(x) (margins at −1 and 1)", ylabel="rows")
    axes.yaxis.get_major_locator().set_params(integer=True)


def draw_multipliers(axes: Any, pair: Pair, alpha: Array, own: Array) -> None:
    """Draw each row's multiplier against the decision for its own class."""
    positive = pair.sign > 0
    for k in range(2):
        axes.plot(own[positive == (k == 1)], alpha[positive == (k == 1)], marker(k), color=colour(k), alpha=0.6,
                  markersize=4.5, label=pair.names[k])  # fmt: skip
    axes.axvline(1.0, color=BLACK, linestyle="--", linewidth=1.0)
    axes.axvline(0.0, color=BLACK, linewidth=1.0)


def name_groups(axes: Any, place: str = "best") -> None:
    """Draw a legend that can be read above rows."""
    axes.legend(loc=place, frameon=True, framealpha=0.85, edgecolor="none", borderpad=0.2)
