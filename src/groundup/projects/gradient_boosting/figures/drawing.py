"""How rows and a model are drawn: along one column, in the plane of two, or predictions against the target."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.style import BLUE, ORANGE
from groundup.plotting.thinning import some_rows

GRID = 800  # Points along a column.
ROWS = 1000  # Rows that are drawn.
LONG = 26  # Letters of a name on the axis of a narrow panel.


def brief(name: str, most: int = LONG) -> str:
    """Return a name that fits on a narrow panel."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def grid_of(x: Array) -> Array:
    """Return points along a column, a little beyond its ends, as rows of one column."""
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    more = 0.02 * ((high - low) or 1.0)
    return np.linspace(low - more, high + more, GRID)[:, None]


def draw_dots(axes: Any, x: Array, y: Array, size: float = 3.0) -> None:
    """Draw rows as dots, not too many of them."""
    few = some_rows(len(y), ROWS)
    axes.plot(x[few], y[few], "o", color=BLUE, markersize=size, alpha=0.5, markeredgewidth=0)


def draw_steps(axes: Any, x: Array, y: Array) -> None:
    """Draw a piecewise constant function."""
    axes.plot(x, y, "-", color=ORANGE, linewidth=1.8)


def alone(data: Dataset) -> bool:
    """Whether there is a single column, along which everything can be drawn."""
    return bool(data.X.shape[1] == 1)
