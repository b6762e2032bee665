"""A line turns about the mean, degree by degree or by the power iteration: how much lies along it, how much across?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.plane import DRAWN
from groundup.plotting.style import BLACK, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.common.words import percent, rounded
from groundup.projects.pca.figures import drawing
from groundup.projects.pca.figures.axes import FEET, draw_bars
from groundup.projects.pca.models.projection import Projection

STEP, OTHER_STEP = 15, 30  # Degrees between two places of the line, and of another recording.
TURN = 180  # Degrees after which the line is where it began.
ASKEW = 80  # Degrees from the first axis at which the power iteration begins.
PRODUCTS = 5  # Most products with the covariance matrix that are shown.
STILL = 0.5  # Degrees below which a product is the last one shown.
ASKED = "Between which two bars is the variance along the line largest, and where is the variance across it least?"


@dataclass(frozen=True)
class Place:
    """A frame.

    Parameters
    ----------
    turning : Turning
        The plane in which the line turns.
    points : ndarray of shape (n, 2)
        The rows in it.
    angle : float
        Where the line is, in degrees.
    following : float or None
        Where it will be next, if it is known.
    shown : tuple of float
        Angles at which bars are shown.
    words, title : str
        What is said.
    unit : str
        Of the columns.
    target : Target or None
        What is asked for.
    """

    turning: drawing.Turning
    points: Array
    angle: float
    following: float | None
    shown: tuple[float, ...]
    words: str
    title: str
    unit: str
    target: Target | None = None


def places(model: Any, data: Dataset) -> Iterator[Place]:
    """Yield the line without a bar, with one more bar for every angle, and at the axis of the reported model."""
    data = drawn_rows(model, data)
    place = None
    for place in turned(data, STEP):
        yield place
    assert place is not None
    turning = place.turning
    share = percent(float(turning.along(turning.best) / turning.total))
    told = (
        f"The first axis of the reported model lies at {turning.best:.1f}°: variance "
        f"{rounded(float(turning.along(turning.best)))} along it, {share} of the whole, and across it, as squared "
        f"distances, {rounded(float(turning.across(turning.best)))}. Both have their extreme at the same angle."
    )
    yield replace(
        place, angle=turning.best, shown=tuple(sorted((*place.shown, turning.best))), words=told,
        title=f"first axis, at {turning.best:.0f}°", target=None,
    )  # fmt: skip


def in_standard_units(model: Any, data: Dataset) -> Iterator[Place]:
    """Yield frames of the same columns in standard units, which turn the first axis.

    Raises
    ------
    NotApplicable
        Where the columns have standard units.
    """
    data = drawn_rows(model, data)
    if data.scale:
        raise NotApplicable("The columns are in standard units.")
    scale = Scale.of(data.X)
    *before, last = turned(replace(data, X=scale.apply(data.X), scale=scale), OTHER_STEP)
    yield from before
    best = last.turning.best
    told = f"{last.words} In standard units the first axis is at {best:.1f}°, in those of the data at "
    yield replace(last, words=f"{told}{drawing.turning_of(data).best:.1f}°.")


def by_the_power_iteration(model: Any, data: Dataset) -> Iterator[Place]:
    """Yield places of the line that products with the covariance matrix turn.  eq. pca:power"""
    data = drawn_rows(model, data)
    turning, unit = drawing.turning_of(data), drawing.unit_of(data) or "units"
    points = turning.plane(data.X)
    reach = 0.6 * float(np.abs(points - turning.center).max())
    angles = power_angles(turning)
    for t, angle in enumerate(angles):
        v, title = drawing.direction(angle), f"after {t} products" if t != 1 else "after one product"
        tip = turning.center + reach * v
        words = f"{found(turning, angle)} {product(turning, v)}"
        if t == len(angles) - 1:
            words = f"{found(turning, angle)} The line has come to the first axis, at {turning.best:.1f}°."
        shown = tuple(place % TURN for place in angles[: t + 1])
        yield Place(turning, points, angle % TURN, None, shown, words, title, unit, Target(0, *tip))


def drawn_rows(model: Any, data: Dataset) -> Dataset:
    """Return the rows without gaps.

    Raises
    ------
    NotApplicable
        As `drawing.complete`, and for a model that does not centre.
    """
    data = drawing.complete(model, data)
    if not isinstance(model, Projection):
        raise NotApplicable(drawing.THROUGH_ZERO)
    return data


def turned(data: Dataset, step: int) -> Iterator[Place]:
    """Yield the line without a bar, and with one more bar after each turn."""
    turning, unit = drawing.turning_of(data), drawing.unit_of(data) or "units"
    points = turning.plane(data.X)
    words = "A line through the mean. How much of the variance lies along it, and how much is left as distance?"
    yield Place(turning, points, 0.0, None, (), words, "a line through the mean", unit)
    angles = [float(angle) for angle in range(0, TURN, step)]
    for place, angle in enumerate(angles):
        following = angles[place + 1] if place + 1 < len(angles) else None
        target = Target(1, angle, float(turning.along(angle)), free="y")
        words = f"{found(turning, angle)} {question(turning, following)}"
        shown = tuple(angles[: place + 1])
        yield Place(turning, points, angle, following, shown, words, f"the line at {angle:.0f}°", unit, target)


def power_angles(turning: drawing.Turning) -> Sequence[float]:
    """Return the angles of the power iteration in degrees, from one far from the first axis."""
    angles = [turning.best - ASKEW]
    while len(angles) <= PRODUCTS:
        x, y = turning.covariance @ drawing.direction(angles[-1])
        change = (float(np.degrees(np.arctan2(y, x))) - angles[-1] + TURN) % (2 * TURN) - TURN
        angles.append(angles[-1] + change)
        if abs(change) < STILL:
            break
    return angles


def found(turning: drawing.Turning, angle: float) -> str:
    """Return the two numbers at an angle, and their sum."""
    along, across = float(turning.along(angle)), float(turning.across(angle))
    return (
        f"Variance along the line {rounded(along)}, across it {rounded(across)}; together "
        f"{rounded(turning.total)}, as at every angle."
    )


def question(turning: drawing.Turning, following: float | None) -> str:
    """Return the variance along the next line as a sum that is not worked out; at the end what all bars tell."""
    if following is None:
        return ASKED
    c, s = drawing.direction(following).round(12)
    (s11, s12), (_, s22) = turning.covariance
    terms = (f"{signed(a)}·{signed(b)}" for a, b in ((c * c, s11), (2 * c * s, s12), (s * s, s22)))
    along = "cos² s₁₁ + 2 cos sin s₁₂ + sin² s₂₂"
    return f"Next the dashed line, at {following:.0f}°: along it {along} = {' + '.join(terms)}."


def product(turning: drawing.Turning, v: Array) -> str:
    """Return the next product of the power iteration with its numbers, not worked out.  eq. pca:power"""
    rows = (f"{signed(a)}·{signed(v[0])} + {signed(b)}·{signed(v[1])}" for a, b in turning.covariance)
    return f"Next the line turns to S v, with v the direction now: ({', '.join(rows)})."


def signed(value: float) -> str:
    """Return a number as it stands in a sum of products: in brackets where it is negative."""
    text = rounded(float(value))
    return f"({text})" if value < 0 else text


def asked(frame: Place, data: Dataset) -> Target | None:
    """Return what is asked for: the end of the next blue bar, or the next place of the line."""
    return frame.target


def draw_place(axes: Any, frame: Place, data: Dataset) -> str:
    """Rows, line and distances on the left; on the right the bars of the angles that were shown."""
    picture, bars = axes
    turning, n = frame.turning, len(frame.points)
    points, ends = (frame.points[some_rows(n, most)] for most in (DRAWN, FEET))
    picture.scatter(*points.T, s=12, color="#999999", alpha=0.5, linewidths=0)
    drawing.draw_line(picture, turning, ends, frame.angle)
    if frame.following is not None:
        picture.axline(turning.center, turning.center + drawing.direction(frame.following), color=BLACK, linestyle="--")
    drawing.set_equal_frame(picture, turning.plane.names, points)
    picture.set_title(frame.title)
    draw_bars(bars, turning, np.array(frame.shown), frame.unit)
    bars.axvline(frame.angle, color=BLACK, linewidth=1.0, linestyle=":")
    bars.set_title("together: always the variance of all columns")
    if frame.target is not None:
        x, y = frame.target.x, frame.target.y
        axes[frame.target.axes].plot(x, y, "o", color=VERMILION, markeredgecolor="white", markersize=10, zorder=5)
    return frame.words


turning = Animation(
    title="A line turns about the mean",
    caption="The dashed line is where the line will be next: predict its blue bar. Blue is the variance "
    "along the line, the spread of the blue shadows; orange is the variance across it, the squares of the orange "
    "strokes, summed over the rows and divided by n − 1, as variances are. Their sum does not depend on the angle, so "
    "that the largest of one is the smallest of the other. Of more than two columns the plane of the first two axes is "
    "shown, and the distances count the other directions, too.",
    rows=1,
    columns=2,
    size=(11.0, 4.8),
    frames=places,
    draw=draw_place,
    target=asked,
    question="Where will the red point be in the next frame?",
    perturbed={"by the power iteration": by_the_power_iteration, "in standard units": in_standard_units},
)
