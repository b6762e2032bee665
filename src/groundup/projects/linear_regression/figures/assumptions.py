"""Four data sets for which a straight line gives the wrong answer, and what the residuals say."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

ROWS = 40  # Rows of each of the four data sets.


@figure(2, 4, size=(8.4, 3.3))
def violations(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """Four ways in which a line misleads, whatever the data of this run

    Above: rows, the fitted line and, dashed, the curve behind the rows. Below: their residuals over the fitted values.
    Curvature leaves an arch. A far row turns the line towards itself: its residual is no larger than others. Growing
    noise opens a funnel: standard errors are wrong. In the last column only the squares, later rows, show the error.
    """
    for column, (title, x, y, grid, truth) in zip(axes.T, _cases(), strict=True):
        above, below = column
        learned = LinearRegression().fit(x[:ROWS, None], y[:ROWS])
        fitted = learned.predict(x[:ROWS, None])
        dots: dict[str, Any] = {"linestyle": "", "color": BLACK, "markersize": 3}
        above.plot(x[:ROWS], y[:ROWS], "o", **dots)
        above.plot(x[ROWS:], y[ROWS:], "s", markerfacecolor="white", markeredgecolor=BLACK, linestyle="", markersize=4)
        above.plot(grid, learned.predict(grid[:, None]), color=BLUE, linestyle="-")
        above.plot(grid, truth, color=ORANGE, linestyle="--", linewidth=1.4)
        above.set_title(title, fontsize=10)
        above.set_xlabel("x")
        below.plot(fitted, y[:ROWS] - fitted, "o", **dots)
        below.axhline(0, color=VERMILION, linewidth=1, linestyle="-")
        below.set_xlabel("fitted")
    axes[0, 0].set_ylabel("y")
    axes[1, 0].set_ylabel("residual")


def _cases() -> list[tuple[str, Array, Array, Array, Array]]:
    """Title, x and y of the rows (new ones last), a grid and the true curve on it, for each of the four cases."""
    rng = np.random.default_rng(3)
    x, noise = np.sort(rng.uniform(0, 5, ROWS)), rng.normal(size=ROWS)
    grid = np.linspace(0, 5, 60)
    arch = x + 1.6 * x * (5 - x) / 5 + 0.3 * noise
    far = np.append(x[:-1], 18.0)  # one row far away, which is not on the line of the others
    pulled = np.append(1 + far[:-1] + 0.5 * noise[:-1], 12.0)
    funnel = 1 + x + 0.35 * x * noise
    later = np.append(x, [7.0, 8, 9, 10])
    level = _until_five(later) + 0.3 * np.append(noise, rng.normal(size=4))
    wide, long = np.linspace(0, 18.5, 60), np.linspace(0, 10.5, 60)
    return [
        ("curvature", x, arch, grid, grid + 1.6 * grid * (5 - grid) / 5),
        ("one far row", far, pulled, wide, 1 + wide),
        ("growing noise", x, funnel, grid, 1 + grid),
        ("extrapolation", later, level, long, _until_five(long)),
    ]


def _until_five(x: Array) -> Array:
    """Return a line that is nearly level from 5 on."""
    return np.minimum(1 + x, 6 + 0.1 * (x - 5))
