"""Gradient descent, step by step: the line among the data, and the same line as a point on the loss."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, Target
from groundup.plotting.style import BLACK, BLUE, ORANGE, SKY
from groundup.plotting.thinning import some_rows
from groundup.projects.linear_regression.figures.loss_surface import Valley, draw_contours, valley_of
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

RATE, OTHER_RATES = 1.2, (1.9, 2.05)  # in 1 / L: descent converges below 2
STEPS, OTHER_STEPS = 18, 9


@dataclass(frozen=True)
class DescentFrame:
    """One step of gradient descent: the path so far on the valley."""

    valley: Valley
    path: Array  # (k + 1, 2)
    rate: float  # length of a step against the gradient
    reported: str = ""  # what the last frame shows
    last: bool = False  # whether no step follows


def descent_frames(model: LinearRegression, data: Dataset) -> Iterator[DescentFrame]:
    """Yield steps of gradient descent on the loss of two parameters, then the minimum."""
    frame = None
    for frame in steps(model, data, RATE, STEPS):
        yield frame
    assert frame is not None
    words = "the reported model" if len(model.coef_) == 1 else "the best line; the reported model has all features"
    yield DescentFrame(frame.valley, np.vstack([frame.path, frame.valley.best]), frame.rate, words)


def steps(model: LinearRegression, data: Dataset, rate: float, count: int) -> Iterator[DescentFrame]:
    """Yield the start and `count` steps; the rate is in 1 / L."""
    valley = valley_of(model, data)
    path = valley.path("gd", count, learning_rate=rate / valley.L)
    for k in range(len(path)):
        yield DescentFrame(valley, path[: k + 1], rate / valley.L, last=k == len(path) - 1)


def point_on_the_loss(frame: DescentFrame, data: Dataset) -> Target | None:
    """Where the line is on the loss surface, while steps lead on."""
    return None if frame.reported else Target(1, *frame.path[-1])


def draw_descent(axes: Any, frame: DescentFrame, data: Dataset) -> str:
    """The line among the data, and the point that stands for it on the loss surface."""
    line, surface = axes
    valley, (b, w) = frame.valley, frame.path[-1]
    x, some = valley.X[:, 1], some_rows(len(valley.y), 300)
    ends = np.array([x.min(), x.max()])
    line.plot(x[some], valley.y[some], "o", color=BLACK, alpha=0.5, markersize=3.5, linestyle="")
    for old_b, old_w in frame.path[:-1]:
        line.plot(ends, old_b + old_w * ends, color=SKY, linewidth=0.7, linestyle="-")
    line.plot(ends, b + w * ends, color=BLUE, linewidth=2.4, linestyle="-")
    line.set(xlabel=f"{valley.feature} (standard units)", ylabel=f"{data.target_name or 'y'} (standard units)")
    line.set_title("the line")
    reach = 1.3 * np.abs(valley.best - valley.start).max() + 0.2
    middle = (valley.best + valley.start) / 2
    draw_contours(surface, valley, middle - reach, middle + reach)
    surface.plot(*frame.path.T, color=BLUE, marker="o", markersize=4, linewidth=1.2, linestyle="-")
    surface.plot(*valley.best, marker="*", markersize=15, color=ORANGE, markeredgecolor=BLACK, linestyle="")
    surface.set(xlabel="intercept b", ylabel="slope w", title="the same line as a point on the loss")
    gradient = (valley.X.T @ (valley.X @ frame.path[-1] - valley.y) / len(valley.y)).round(4) + 0.0  # no -0
    if frame.reported:
        found = f"b = {b:.4f}, w = {w:.4f} in standard units, loss = {float(valley.loss(b, w)):.5f}"
        return f"{frame.reported}: {found}; in the units of the data the slope is {w * valley.slope_unit:.4g}"
    told = f"step {len(frame.path) - 1}: b = {b:.4f}, w = {w:.4f}, loss = {float(valley.loss(b, w)):.5f}"
    if frame.last:
        return told
    return (
        f"{told}; next b ← {b:.4f} − {frame.rate:.3f} · ({gradient[0]:.4f}), w ← {w:.4f} − {frame.rate:.3f} · "
        f"({gradient[1]:.4f})"
    )


descent_animation = Animation(
    title="Gradient descent, the line and the loss together",
    caption="Every line is a point on the loss surface; a step against the gradient moves both. "
    "Feature and target are in standard deviations, the feature moved by one of them so that the loss is a valley and "
    "not a bowl. The last frame shows where the descent leads, the minimum, and its slope in the units of the data.",
    rows=1,
    columns=2,
    size=(9.6, 4.2),
    frames=descent_frames,
    draw=draw_descent,
    target=point_on_the_loss,
    question="Where on the loss surface will the line be after the next step?",
    perturbed={f"step {rate} / L": partial(steps, rate=rate, count=OTHER_STEPS) for rate in OTHER_RATES},
)
