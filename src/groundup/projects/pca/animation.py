"""A line turns about the mean: each frame asks first, and shows the bars afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable
from groundup.plotting.plane import DRAWN
from groundup.plotting.style import BLACK
from groundup.plotting.thinning import some_rows
from groundup.projects.common.words import percent, rounded
from groundup.projects.pca.figures import drawing
from groundup.projects.pca.figures.axes import FEET, draw_bars
from groundup.projects.pca.models.projection import Projection

STEP = 15  # Degrees between two places of the line.
TURN = 180  # Degrees after which the line is where it began.


@dataclass(frozen=True)
class Place:
    """A frame: the rows in the plane, where the line is, at which angles the bars are shown, and what is said."""

    turning: drawing.Turning
    points: Array
    angle: float
    shown: tuple[float, ...]
    words: str
    title: str


def places(model: Any, data: Dataset) -> Iterator[Place]:
    """Yield for every angle a question and then its answer; at the end the axis of the reported model."""
    data = drawing.complete(model, data)
    if not isinstance(model, Projection):
        raise NotApplicable(drawing.THROUGH_ZERO)
    turning = drawing.turning_of(data)
    points = turning.plane(data.X)
    shown: tuple[float, ...] = ()
    for angle in map(float, range(0, TURN, STEP)):
        yield Place(turning, points, angle, shown, question(angle, shown), f"the line at {angle:.0f}°")
        shown = (*shown, angle)
        yield Place(turning, points, angle, shown, found(turning, angle), f"the line at {angle:.0f}°")
    asked = "Between which two bars is the variance along the line largest, and where is the variance across it least?"
    yield Place(turning, points, shown[-1], shown, asked, "the whole turn")
    share = percent(float(turning.along(turning.best) / turning.total))
    told = (
        f"The first axis of the reported model lies at {turning.best:.1f}°: variance "
        f"{rounded(float(turning.along(turning.best)))} along it, {share} of the whole, and across it, as squared "
        f"distances, {rounded(float(turning.across(turning.best)))}. Both have their extreme at the same angle."
    )
    title = f"first axis, at {turning.best:.0f}°"
    yield Place(turning, points, turning.best, tuple(sorted((*shown, turning.best))), told, title)


def question(angle: float, shown: tuple[float, ...]) -> str:
    """Return what a reader should guess before the bars are shown."""
    if not shown:
        return "A line through the mean. How much of the variance lies along it, and how much is left as distance?"
    return (
        f"The line turns from {shown[-1]:.0f}° to {angle:.0f}°. Do the blue shadows move apart or together? And the "
        "orange distances?"
    )


def found(turning: drawing.Turning, angle: float) -> str:
    """Return the two numbers at an angle, and their sum."""
    along, across = float(turning.along(angle)), float(turning.across(angle))
    return (
        f"Variance along the line {rounded(along)}, across it {rounded(across)}; together "
        f"{rounded(turning.total)}, as at every angle."
    )


def draw_place(axes: Any, frame: Place, data: Dataset) -> str:
    """Rows, line and distances on the left; on the right the bars of the angles that were shown."""
    picture, bars = axes
    turning, n = frame.turning, len(frame.points)
    points, ends = (frame.points[some_rows(n, most)] for most in (DRAWN, FEET))
    picture.scatter(*points.T, s=12, color="#999999", alpha=0.5, linewidths=0)
    drawing.draw_line(picture, turning, ends, frame.angle)
    drawing.set_equal_frame(picture, turning.plane.names, points)
    picture.set_title(frame.title)
    draw_bars(bars, turning, np.array(frame.shown), drawing.unit_of(data) or "units")
    bars.axvline(frame.angle, color=BLACK, linewidth=1.0, linestyle=":")
    bars.set_title("together: always the variance of all columns")
    return frame.words


turning = Animation(
    title="A line turns about the mean",
    caption="Each place of the line is shown twice: first with a question, then with its bars. Blue is the variance "
    "along the line, the spread of the blue shadows; orange is the variance across it, the squares of the orange "
    "strokes, summed over the rows and divided by n − 1, as variances are. Their sum does not depend on the angle, so "
    "that the largest of one is the smallest of the other. Of more than two columns the plane of the first two axes is "
    "shown, and the distances count the other directions, too.",
    rows=1,
    columns=2,
    size=(11.0, 4.8),
    frames=places,
    draw=draw_place,
)
