"""Rows in the plane: the two directions that are shown, and the colours and markers of groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.style import COLOURS, MARKERS
from groundup.plotting.thinning import some_rows

DRAWN = 1500  # rows in a picture; more would only make it black
SQUARE = 300  # Columns, and rows of more columns, from which principal axes are computed.


@dataclass(frozen=True)
class Plane:
    """Two directions of the columns' space.

    Parameters
    ----------
    origin : ndarray of shape (d,)
        What lies at (0, 0).
    axes : ndarray of shape (d, 2)
        Coordinates of a row x are ``(x − origin) @ axes``.
    back : ndarray of shape (2, d)
        The plane's point at coordinates c is the row ``origin + c @ back``.
    names : tuple of str
        What to call the two directions.
    exact : bool
        Whether what is drawn depends on the two coordinates alone, so that regions can be drawn and not only rows.
    """

    origin: Array
    axes: Array
    back: Array
    names: tuple[str, str]
    exact: bool

    def __call__(self, X: Array) -> Array:
        """Coordinates of rows, (n, 2); a single column is always scattered by the same numbers."""
        points: Array = (X - self.origin) @ self.axes
        if len(self.axes) == 1:
            points[:, 1] = np.random.default_rng(0).uniform(-1, 1, len(X))
        return points

    def rows(self, points: Array) -> Array:
        """Rows of the plane at given coordinates, (m, d)."""
        return np.asarray(self.origin + points @ self.back)


def principal_plane(data: Dataset) -> Plane:
    """The two columns themselves, or the two leading principal axes of more.

    Raises
    ------
    NotApplicable
        For a single column.
    """
    d = data.X.shape[1]
    if d == 1:
        raise NotApplicable("A picture in the plane needs at least two columns.")
    if d == 2:
        return _columns(data)
    mean = data.X.mean(axis=0)
    if d <= SQUARE:
        values, vectors = np.linalg.eigh(np.cov(data.X.T))
        values, vectors = values[::-1], vectors[:, ::-1]
    else:  # of some rows: a matrix of all pairs of columns takes too long
        _, size, across = np.linalg.svd(data.X[some_rows(len(data.X), SQUARE)] - mean, full_matrices=False)
        values, vectors = np.append(size, 0.0) ** 2, np.vstack([across, np.zeros(d)]).T
    share = 100 * values / max(values.sum(), 1e-300)
    names = tuple(f"principal axis {k + 1} ({share[k]:.0f} % of the variance)" for k in range(2))
    axes = vectors[:, :2]
    return Plane(mean, axes, axes.T, (names[0], names[1]), exact=False)


def score_plane(data: Dataset, coef: Array) -> Plane:
    """The plane in which linear scores change: two columns themselves, or directions of more in standard units.

    Parameters
    ----------
    data : Dataset
        Of d columns. A single one is scattered along a second direction that means nothing.
    coef : ndarray of shape (t, d)
        Slopes of the scores. Up to two independent ones (of the differences, where there are several) span the plane,
        and then it shows all there is to see of them; with one, the widest direction across it is the second.
    """
    d = data.X.shape[1]
    if d == 1:
        names = (data.axis_names[0], "scattered (no meaning)")
        return Plane(np.zeros(1), np.eye(1, 2), np.eye(2, 1), names, exact=True)
    if d == 2:
        return _columns(data)
    mean, spread = data.X.mean(axis=0), data.X.std(axis=0)
    spread = np.where(spread > 0, spread, 1)
    slopes = coef * spread
    slopes = slopes - slopes.mean(axis=0) if len(slopes) > 1 else slopes
    U, size, V = np.linalg.svd(slopes, full_matrices=False)
    rank = int((size > 1e-9 * size[0]).sum()) if size[0] > 0 else 0
    turned = V[:2] * np.sign(U[np.abs(U).argmax(axis=0), np.arange(len(V))])[:2, None]  # up for some score
    along = turned[:rank]
    X = (data.X[some_rows(len(data.X), DRAWN)] - mean) / spread
    across = np.linalg.svd(X - X @ along.T @ along, full_matrices=False)[2]
    directions = np.vstack([along, across])[:2]
    which = {1: ["along the slopes"]}.get(rank, ["first direction of the slopes", "second direction of the slopes"])
    first, second, *_ = (f"{name} (standard units)" for name in (*which, "widest direction across them"))
    return Plane(mean, (directions / spread).T, directions * spread, (first, second), exact=rank <= 2)


def _columns(data: Dataset) -> Plane:
    names = (data.axis_names[0], data.axis_names[1])
    return Plane(np.zeros(2), np.eye(2), np.eye(2), names, exact=True)


def colour(k: int) -> str:
    """Colour of a group."""
    return COLOURS[k % len(COLOURS)]


def marker(k: int) -> str:
    """Marker of a group: it differs even where colours come again, or are not seen."""
    return MARKERS[(k + k // len(MARKERS)) % len(MARKERS)]


def draw_rows(axes: Any, points: Array, group: Array, names: Sequence[Any] = (), size: Any = 14) -> None:
    """Rows in the colour and with the marker of their group, whose names go to the legend.

    Parameters
    ----------
    axes : Axes
        To draw into.
    points : ndarray of shape (n, 2)
        Coordinates.
    group : ndarray of int of shape (n,)
        Number of each row's group.
    names : sequence, optional
        What the groups are called.
    size : float or ndarray of shape (n,), default=14
        Areas of the markers, in square points.
    """
    area = np.broadcast_to(size, len(points))
    if not len(names):  # one call for each marker: there may be very many groups
        shape, shade = (np.array([of(k) for k in group]) for of in (marker, colour))
        for one in np.unique(shape):
            own = shape == one
            axes.scatter(*points[own].T, s=area[own], marker=str(one), c=shade[own], alpha=0.55, linewidths=0)
        return
    for k in np.unique(group):
        own = group == k
        axes.scatter(*points[own].T, s=area[own], marker=marker(k), color=colour(k), alpha=0.55, linewidths=0,
                     label=str(names[k]))  # fmt: skip


def bounds(points: Array) -> tuple[Array, Array]:
    """Corners of a frame around the points, with a margin."""
    lower, upper = points.min(axis=0), points.max(axis=0)
    margin = 0.06 * np.where(upper > lower, upper - lower, 1)
    return lower - margin, upper + margin


def set_frame(axes: Any, plane: Plane, points: Array) -> None:
    """Name the axes, and show just the points."""
    lower, upper = bounds(points)
    axes.set(xlabel=plane.names[0], ylabel=plane.names[1], xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]))
