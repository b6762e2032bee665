"""The target of three rows as a vector in space, and its projection on the columns."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

X, TARGET = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 2.0])  # three rows of one feature
FRAME = np.array([[1, 1, 1], [-1, 0, 1], [-1, 2, -1]]) / np.sqrt([[3], [2], [6]])  # two directions of the plane, normal
ON_PAPER = np.array([[1.0, -0.22], [0.8, 0.75], [0.0, 1.3]])  # where unit vectors of these directions are drawn


@figure(1, 2, size=(8.4, 2.9))
def projection(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """Least squares is a projection, whatever the data of this run

    Left: three rows and their line. Right: the same in the space with one axis for each row, in which the target is one
    vector y. Lines can predict the grey plane through the columns ones and x. The fit, 1.5 of the one and 0.5 of the
    other, is the foot of the perpendicular from y; the residual r, with the red strokes as entries, stands at right
    angles to both columns.
    """
    line, space = axes
    learned = LinearRegression().fit(X[:, None], TARGET)
    fitted = learned.predict(X[:, None])
    line.plot(X, fitted, color=BLUE, linestyle="-")
    for x, above, below in zip(X, TARGET, fitted, strict=True):
        line.plot([x, x], [above, below], color=VERMILION, linestyle="-")
    line.plot(X, TARGET, "o", color=BLACK, linestyle="")
    line.set(xlabel="x", ylabel="y", title="three rows", xlim=(-0.3, 2.3), ylim=(0, 3.4), xticks=(0, 1, 2))
    corners = np.array([[-0.5, -0.5], [4.2, -0.5], [4.2, 1.8], [-0.5, 1.8]]) @ ON_PAPER[:2]
    space.fill(*corners.T, color="#dddddd", zorder=0)
    foot, top = drawn(fitted), drawn(TARGET)
    for end, words, colour, shift in (
        (drawn(np.ones(3)), "ones", BLACK, (-24, -12)),
        (drawn(X), "x", BLACK, (6, -5)),
        (foot, "fit", BLUE, (6, -4)),
        (top, "y", GREEN, (5, -4)),
    ):
        arrow(space, np.zeros(2), end, words, colour, shift)
    arrow(space, foot, top, "r", VERMILION, (5, -28))
    steps = np.array([[0, 0], 1.5 * drawn(np.ones(3)), foot])
    space.plot(*steps.T, color=ORANGE, linestyle="--", linewidth=1.4)
    space.annotate("1.5 ones", steps[1], xytext=(-24, -13), textcoords="offset points", color="#8a5f00")
    space.annotate("0.5 x", steps[1:].mean(axis=0), xytext=(5, -9), textcoords="offset points", color="#8a5f00")
    along, up = 0.25 * (foot / np.linalg.norm(foot)), np.array([0.0, 0.25])
    corner = np.array([foot - along, foot - along + up, foot + up])
    space.plot(*corner.T, color=VERMILION, linewidth=1, linestyle="-")
    space.set(aspect="equal", title="the same as vectors", xlim=(-1.1, 5.8), ylim=(-1.6, 2.2))
    space.set_axis_off()


def drawn(vector: Array) -> Any:
    """Return where the end of a vector with three entries is drawn."""
    return FRAME @ vector @ ON_PAPER


def arrow(axes: Any, start: Any, end: Any, words: str, colour: str, shift: tuple[float, float]) -> None:
    """Draw an arrow with its name beside the head."""
    head = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=head)
    axes.annotate(words, end, xytext=shift, textcoords="offset points", color=colour)
