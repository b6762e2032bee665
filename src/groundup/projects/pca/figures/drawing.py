"""What the figures of projections share: known groups, a line through rows, and spread along and across it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.plane import DRAWN, Plane, bounds, draw_rows, principal_plane
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.plotting.thinning import some_rows
from groundup.projects.pca.models.kernel_pca import KernelPCA
from groundup.projects.pca.models.pca import PCA

THROUGH_ZERO = "without centring the axis passes through zero, not through the mean."
MOST_GROUPS = 10  # Known groups that are drawn in colours.


@dataclass(frozen=True)
class Turning:
    """Rows in a plane, and what a line that turns about their mean sees of them.

    Parameters
    ----------
    plane : Plane
        In which the line turns.
    center : ndarray of shape (2,)
        Mean of the rows in it.
    covariance : ndarray of shape (2, 2)
        Of their coordinates.
    total : float
        Variance of all columns, those across the plane included.
    best : float
        Angle at which the variance along the line is largest, in degrees between 0 and 180.
    """

    plane: Plane
    center: Array
    covariance: Array
    total: float
    best: float

    def along(self, angle: Array | float) -> Any:
        """Return the variance along the line at an angle in degrees.  eq. pca:covariance"""
        v = direction(angle)
        return np.einsum("i...,ij,j...->...", v, self.covariance, v)

    def across(self, angle: Array | float) -> Any:
        """Return the variance across the line: squared distances from it, over n − 1.  eq. pca:error"""
        return np.maximum(self.total - self.along(angle), 0.0)


def direction(angle: Array | float) -> Array:
    """Return the unit vector at an angle in degrees."""
    return np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])


def require_columns(model: Any, data: Dataset) -> None:
    """Raise NotApplicable where the axes are no directions of columns of numbers: of a kernel, and of counted words."""
    if isinstance(model, KernelPCA):
        raise NotApplicable("the axes of a kernel's space are no directions of the columns.")
    if isinstance(data.X, Csr):
        raise NotApplicable("the rows count words, of which each occurs in few rows.")


def complete(model: Any, data: Dataset) -> Dataset:
    """Return the data with what the model rebuilds in the place of missing entries.

    Raises
    ------
    NotApplicable
        As `require_columns`.
    """
    require_columns(model, data)
    gaps = np.isnan(data.X)
    if not gaps.any():
        return data
    return replace(data, X=np.where(gaps, model.inverse_transform(model.transform(data.X)), data.X))


def turning_of(data: Dataset) -> Turning:
    """Return what is needed to turn a line about the mean of rows.

    Raises
    ------
    NotApplicable
        For a single column, and for rows that do not differ.
    """
    plane = principal_plane(data)
    points = plane(data.X)
    total = float(data.X.var(axis=0, ddof=1).sum()) if len(points) > 1 else 0.0
    if total <= 0:
        raise NotApplicable("all rows are equal: no direction has any variance.")
    first = PCA(1, svd_solver="full").fit(points).components_[0]
    best = float(np.degrees(np.arctan2(first[1], first[0])) % 180)
    return Turning(plane, points.mean(axis=0), np.cov(points.T), total, best)


def rows_are_pictures(data: Dataset) -> bool:
    """Whether each row is a picture, and each column a pixel."""
    return data.image is not None and data.image[0] * data.image[1] == data.X.shape[1]


def units_of(data: Dataset) -> set[str]:
    """Return the units of the columns, "" for a column without one; of pictures none are told."""
    if data.scale:
        return {"standard units"}
    if rows_are_pictures(data):
        return {""}
    return {name.rpartition(" (")[2][:-1] if name.endswith(")") and " (" in name else "" for name in data.feature_names}


def unit_of(data: Dataset) -> str:
    """Return the unit that all columns have; "" where they differ, or have none."""
    units = units_of(data)
    return units.pop() if len(units) == 1 else ""


def groups_of(data: Dataset) -> tuple[Array, Sequence[Any]]:
    """Return the number of each row's known group and the names of the groups; one group without a name if unknown."""
    if data.y is not None and data.y.ndim == 1:
        names, code = np.unique(data.y, return_inverse=True)
        if 2 <= len(names) <= MOST_GROUPS:
            return code, list(names)
    return np.zeros(len(data.X), dtype=int), ()


def draw_groups(axes: Any, points: Array, data: Dataset, *, legend: bool = True) -> None:
    """Draw some of the rows at given coordinates, in the colours of known groups, which the legend names."""
    shown = some_rows(len(points), DRAWN)
    code, names = groups_of(data)
    draw_rows(axes, points[shown], code[shown], names)
    if names and legend:
        axes.legend(loc="best", title=data.target_name, markerscale=1.5, ncols=2 if len(names) > 5 else 1)


def draw_line(axes: Any, turning: Turning, points: Array, angle: float) -> None:
    """Draw a line at an angle, and from some rows the way to it."""
    v = direction(angle)
    reach = 2 * float(np.abs(points - turning.center).max()) or 1.0
    feet = turning.center + ((points - turning.center) @ v)[:, None] * v
    strokes = np.stack([points, feet, np.full_like(feet, np.nan)], axis=1)  # one call: forty take ten times as long
    axes.plot(*strokes.reshape(-1, 2).T, "-", color=ORANGE, linewidth=1.0)
    ends = turning.center + np.outer([-reach, reach], v)
    axes.plot(*ends.T, "-", color=BLACK, linewidth=1.0)
    axes.plot(*feet.T, "o", color=BLUE, markersize=4.5, linewidth=0, zorder=3)
    axes.plot(*turning.center, "o", color="white", markeredgecolor=BLACK, markersize=7, zorder=4)


def set_equal_frame(axes: Any, names: Sequence[str], points: Array) -> None:
    """Show just the points, with the same scale in both directions: right angles look right."""
    lower, upper = bounds(points)
    half = np.max(upper - lower) / 2
    middle = (lower + upper) / 2
    axes.set(xlabel=names[0], ylabel=names[1], xlim=middle[0] + [-half, half], ylim=middle[1] + [-half, half])
    axes.set_aspect("equal")


def ellipse(covariance: Array, center: Array) -> Array:
    """Return points at two standard deviations from the centre, (100, 2)."""
    values, vectors = np.linalg.eigh(covariance)
    angle = np.linspace(0, 2 * np.pi, 100)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.asarray(center + 2 * circle * np.sqrt(np.maximum(values, 0.0)) @ vectors.T)
