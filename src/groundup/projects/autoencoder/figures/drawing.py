"""How codes and pictures are drawn: in colours of what is known of the rows, and side by side in sheets."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.plane import DRAWN, bounds, draw_rows
from groundup.plotting.thinning import some_rows
from groundup.projects.autoencoder.trainings import again

MOST_GROUPS = 10  # Groups that colours and markers tell apart.
FRAME = 1  # Pixels between pictures.


def rows_are_pictures(data: Dataset) -> bool:
    """Whether each row is a picture, and each column a pixel."""
    return data.image is not None and data.image[0] * data.image[1] == data.X.shape[1]


def require_pictures(data: Dataset) -> None:
    """Raise NotApplicable for rows that are no pictures."""
    if not rows_are_pictures(data):
        raise NotApplicable("It shows pictures, and the rows are none; with --data digits they are.")


def groups_of(data: Dataset) -> tuple[Array, Sequence[Any]]:
    """Return the number of each row's known group and the names of the groups; one group without a name if unknown."""
    if data.y is not None and data.y.ndim == 1:
        names, code = np.unique(data.y, return_inverse=True)
        if 2 <= len(names) <= MOST_GROUPS:
            return code, list(names)
    return np.zeros(len(data.X), dtype=int), ()


def is_measured(data: Dataset) -> bool:
    """Whether a number is known of each row that no fit sees, which a shade can show."""
    return data.y is not None and data.y.ndim == 1 and data.y.dtype.kind == "f"


def draw_points(axes: Any, points: Array, data: Dataset, *, legend: bool = True, size: float = 14) -> None:
    """Draw some of the rows at given places, in colours of their groups or in shades of a number that is known."""
    shown = some_rows(len(points), DRAWN)
    if data.y is not None and is_measured(data):
        axes.scatter(*points[shown].T, c=data.y[shown], s=size, cmap="viridis", linewidths=0)
        return
    code, names = groups_of(data)
    draw_rows(axes, points[shown], code[shown], names, size)
    if names and legend:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title=data.target_name, markerscale=1.5)


def of_two_codes(model: Any, data: Dataset) -> Any:
    """Return the model if it has two codes, else another one with the same options and two."""
    return model if model._made_of.sizes[-1] == 2 else again(model, data.X, n_components=2)


def code_names(model: Any, count: int = 2) -> list[str]:
    """Return what the axes of a picture of codes are called."""
    mean = "mean of " if hasattr(model, "noise_variance_") else ""
    return [f"{mean}code {k + 1}" for k in range(count)]


def set_codes(axes: Any, model: Any, points: Array) -> None:
    """Name the axes, and show just the points."""
    lower, upper = bounds(points)
    names = code_names(model)
    axes.set(xlabel=names[0], ylabel=names[1], xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]))


# --- pictures -------------------------------------------------------------------------------------------------------


def sheet(rows: Array, data: Dataset, across: int) -> Array:
    """Return pictures side by side as one, (height, width), in the order of lines of text."""
    assert data.image is not None
    (high, wide), empty = data.image, float(data.X.min())
    down = -(-len(rows) // across)
    whole = np.full((down * (high + FRAME) + FRAME, across * (wide + FRAME) + FRAME), empty)
    for k, row in enumerate(rows):
        top, left = FRAME + k // across * (high + FRAME), FRAME + k % across * (wide + FRAME)
        whole[top : top + high, left : left + wide] = row.reshape(high, wide)
    return whole


def draw_sheet(axes: Any, rows: Array, data: Dataset, across: int, title: str = "", **options: Any) -> None:
    """Draw pictures side by side, all with the greys of the data."""
    lower, upper = float(data.X.min()), float(data.X.max())
    shown = {"cmap": "gray_r", "vmin": lower, "vmax": max(upper, lower + 1e-9), "interpolation": "nearest"}
    axes.imshow(sheet(rows, data, across), **{**shown, **options})
    axes.set_title(title, fontsize=10)
    axes.grid(False)
    if "extent" not in options:
        axes.set_axis_off()


def different_rows(data: Dataset, rows: Array, most: int) -> Array:
    """Return some of the given row numbers, of as many groups as there are."""
    code, _ = groups_of(data)
    first = rows[np.unique(code[rows], return_index=True)[1]]
    others = np.setdiff1d(rows, first)
    return np.concatenate([first, others])[:most]
