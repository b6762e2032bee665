"""Newton's method, step by step: the curve among the rows, its point on the loss, and the digits that are right."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.functions import sigmoid
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.plane import draw_rows
from groundup.plotting.style import BLACK, BLUE, ORANGE, SKY
from groundup.plotting.thinning import some_rows
from groundup.projects.logistic_regression.figures.solvers import (
    SURFACE_ROWS,
    Surface,
    agreement,
    draw_levels,
    surface_of,
)
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

STEPS, OTHER_STEPS = 20, 9  # Most steps of Newton's method, and of other recordings.
ALL_DIGITS = 14  # Right digits from which a step would only show rounding.
SHOWN = 300  # rows


@dataclass(frozen=True)
class NewtonFrame:
    """One step: the path so far on the loss of intercept and slope."""

    surface: Surface
    path: Array  # (k + 1, 2), intercept and slope
    lowest: Array | None  # (2,), the minimum, if there is one
    corners: tuple[Array, Array]  # of what is shown of the surface
    rate: float = 0.0  # multiple of the gradient that is a step of gradient descent; 0 for Newton's method
    reported: Array | None = None  # (n,), probabilities that the reported model gives the rows; in the last frame
    last: bool = False  # whether no step follows

    @property
    def digits(self) -> Array:
        """How many digits of the minimum are right after each step; none where there is no minimum."""
        if self.lowest is None:
            return np.zeros(len(self.path))
        return np.array([agreement(place, self.lowest) for place in self.path])


def newton_frames(model: LogisticRegression, data: Dataset) -> Iterator[NewtonFrame]:
    """Yield Newton's steps on the loss of two parameters until all digits are right, then the minimum."""
    surface = surface_of(model, data)
    path = surface.path(solver="newton", max_iter=STEPS, tol=0.0)
    lowest = path[-1]
    last = next((k for k, place in enumerate(path) if agreement(place, lowest) > ALL_DIGITS), len(path) - 1)
    shown = corners(path)
    for k in range(max(2, last + 1)):
        yield NewtonFrame(surface, path[: k + 1], lowest, shown, last=k >= last)
    rows = data.X[some_rows(len(data.X), SURFACE_ROWS)]
    yield NewtonFrame(surface, path[: last + 1], lowest, shown, reported=model.predict_proba(rows)[:, 1])


def descent_frames(model: LogisticRegression, data: Dataset) -> Iterator[NewtonFrame]:
    """Yield steps of gradient descent from the same start on the same loss."""
    surface = surface_of(model, data)
    lowest = surface.path(solver="newton", max_iter=STEPS, tol=0.0)[-1]
    path = surface.path(solver="gd", max_iter=OTHER_STEPS)
    shown = corners(np.vstack([path, lowest]))
    rate = float(np.linalg.norm(path[1]) / np.linalg.norm(surface.slope(0, 0))) if len(path) > 1 else 1.0
    for k in range(len(path)):
        yield NewtonFrame(surface, path[: k + 1], lowest, shown, rate, last=k == len(path) - 1)


def separable_frames(model: LogisticRegression, data: Dataset) -> Iterator[NewtonFrame]:
    """Yield Newton's steps without a penalty on the rows that lie on the side of their class."""
    apart = separable_rows(surface_of(model, data))
    path = apart.path(solver="newton", max_iter=OTHER_STEPS)
    shown = corners(path)
    for k in range(len(path)):
        yield NewtonFrame(apart, path[: k + 1], None, shown, last=k == len(path) - 1)


def separable_rows(surface: Surface) -> Surface:
    """Return the problem without a penalty and without the rows beyond the middle between the means of the classes."""
    x, sign = surface.X[:, 1], 2 * surface.y - 1
    means = x[sign < 0].mean(), x[sign > 0].mean()
    own = sign * (x - (means[0] + means[1]) / 2) * np.sign(means[1] - means[0]) > 0
    if len(np.unique(surface.y[own])) < 2:
        raise NotApplicable("the strongest feature has the same mean in both classes")
    return replace(surface, X=surface.X[own], y=surface.y[own], C=np.inf)


def corners(points: Array) -> tuple[Array, Array]:
    """Return the corners of a frame around points, with room for a wrong prediction."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.5 * np.maximum(high - low, 0.5 * (high - low).max() + 1e-9)
    return low - margin, high + margin


def point_on_the_loss(frame: NewtonFrame, data: Dataset) -> Target | None:
    """Where the curve is on the loss surface, while steps lead on."""
    return Target(1, *frame.path[-1]) if frame.reported is None else None


def draw_newton(axes: Any, frame: NewtonFrame, data: Dataset) -> str:
    """Draw the curve among the rows, the point that stands for it on the loss, and the right digits."""
    curve, picture, bars = axes
    _draw_curves(curve, frame)
    b, w = frame.path[-1]
    draw_levels(picture, frame.surface, frame.path[-1] if frame.lowest is None else frame.lowest, *frame.corners)
    picture.plot(*frame.path.T, color=BLUE, marker="o", markersize=5, linewidth=1.3, linestyle="-")
    if frame.lowest is not None:
        picture.plot(*frame.lowest, marker="*", markersize=15, color=ORANGE, markeredgecolor=BLACK, linestyle="")
    picture.set(xlabel="intercept b", ylabel="slope w", title="the same curve on the loss surface")
    _draw_bars(bars, frame)
    loss = float(frame.surface.loss(b, w))
    found = f"b = {_plain(b, 6)}, w = {_plain(w, 6)}, loss = {loss:.8f} nats a row"
    if frame.reported is not None:
        return f"the lowest loss of one feature: {found}; dots: what the reported model, with all features, says"
    return f"step {len(frame.path) - 1}: {found}" + ("" if frame.last else f"; {_next_step(frame)}")


def _draw_bars(axes: Any, frame: NewtonFrame) -> None:
    """Draw the right digits after each step; where there is no minimum, the length of (b, w), which grows."""
    grows = frame.lowest is None
    heights = np.linalg.norm(frame.path, axis=1) if grows else frame.digits
    top = max(17.0, 1.1 * float(heights.max()))
    steps = np.arange(len(heights))
    axes.bar(steps, heights, color=SKY, edgecolor=BLACK, linewidth=0.6)
    for k, height in zip(steps, heights, strict=True):
        axes.text(k, height + 0.012 * top, f"{height:.1f}", ha="center", fontsize=8)
    axes.set(xlabel="step", xlim=(-0.6, max(7, len(steps)) - 0.4), ylim=(0, top))
    axes.set(ylabel="length of (b, w)" if grows else "right digits of b and w")
    axes.set_title("no minimum: b and w grow" if grows else "right digits")


def _draw_curves(axes: Any, frame: NewtonFrame) -> None:
    """Draw the probabilities of all steps among the rows."""
    x, y = frame.surface.X[:, 1], frame.surface.y
    some = some_rows(len(y), SHOWN)
    jitter = np.random.default_rng(0).uniform(-0.035, 0.035, len(some))
    draw_rows(axes, np.column_stack([x[some], y[some] + jitter]), y[some].astype(int), size=9)
    if frame.reported is not None:
        axes.plot(x[some], frame.reported[some], ".", color=BLACK, markersize=3, linestyle="")
    along = np.linspace(x.min(), x.max(), 200)
    for old_b, old_w in frame.path[:-1]:
        axes.plot(along, sigmoid(old_b + old_w * along), color=SKY, linewidth=0.8, linestyle="-")
    axes.plot(along, sigmoid(frame.path[-1, 0] + frame.path[-1, 1] * along), color=BLUE, linewidth=2.4, linestyle="-")
    axes.set(xlabel=f"{frame.surface.feature} (standard units)", ylabel=frame.surface.chance, ylim=(-0.07, 1.07))
    axes.set_title("the curve")


def _next_step(frame: NewtonFrame) -> str:
    """Return the equation of the next step with its numbers put in."""
    b, w = frame.path[-1]
    g = frame.surface.slope(b, w)
    if frame.rate:
        step = f"{_plain(frame.rate, 3)} · "
        return f"next b ← {_plain(b, 4)} − {step}({_plain(g[0], 4)}), w ← {_plain(w, 4)} − {step}({_plain(g[1], 4)})"
    rows = (
        f"{_figures(row[0])} h₁ + {_figures(row[1])} h₂ = {_figures(-slope)}"
        for row, slope in zip(frame.surface.curvature(b, w), g, strict=True)
    )
    return f"next: solve {' and '.join(rows)}, then b ← b + h₁, w ← w + h₂"


def _figures(number: float) -> str:
    """Return a number to four figures, rounding errors as zero, with a minus sign of print."""
    return f"{round(number, 12) + 0.0:.4g}".replace("-", "−")


def _plain(number: float, places: int) -> str:
    """Return a number to some places, with a minus sign of print, and without one before zero."""
    return f"{round(number, places) + 0.0:.{places}f}".replace("-", "−")


newton_animation = Animation(
    title="Newton's method doubles its digits",
    caption="The curve of one feature is a point on the loss surface of its intercept and slope. Each step leads to "
    "the lowest point of the parabola that has the loss's value, slope and curvature there. As soon as a digit or two "
    "are right, a step doubles their number, until double precision has no more. Gradient descent adds digits at a "
    "steady, slow pace. On rows that can be separated, without a penalty, there is no minimum: the curve becomes a "
    "step, and b and w grow for ever. The feature is in standard deviations, from one below its mean. Here the "
    "penalty, if there is one, holds b as well; in the reported model it leaves b free. The dots of the last frame are "
    "the probabilities that the reported model, with all features, gives the same rows.",
    rows=1,
    columns=3,
    size=(12.6, 4.2),
    frames=newton_frames,
    draw=draw_newton,
    target=point_on_the_loss,
    question="Where on the loss surface will the curve be after the next step?",
    perturbed={"gradient descent": descent_frames, "separable rows, no penalty": separable_frames},
)
