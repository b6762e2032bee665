"""Coordinate descent, one coordinate at a time: a weaker feature gets a weight, and a stronger one takes it over."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.style import BLACK, BLUE, ORANGE, SKY, VERMILION
from groundup.projects.regularized_regression.figures.bakes import corners_of
from groundup.projects.regularized_regression.figures.standardised import (
    Standard,
    half_error,
    returning_pair,
    standardize,
)
from groundup.projects.regularized_regression.models.elastic_net import Lasso
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV

SWEEPS = 12  # Most sweeps that are shown.
CLOSE = 1e-6  # Relative duality gap at which a picture shows no further change.
WEAKER, OTHER_STEPS = 0.1, 9  # Part of the penalty in another recording, and its most steps.


@record
class Step:
    """A frame: the steps so far, on the problem of two features."""

    two: Standard
    alpha: float
    path: Array  # (steps so far + 1, 2)
    whole: Array  # (all steps + 1, 2)
    kept: str  # in the last frame, how many weights of the reported model are not zero

    @property
    def taken(self) -> int:
        """Number of steps so far."""
        return len(self.path) - 1


def frames(model: Any, data: Dataset) -> Iterator[Step]:
    """Yield the steps of coordinate descent from (0, 0), the weaker feature first."""
    if isinstance(model, Ridge | RidgeCV):
        raise NotApplicable("ridge regression is solved in one step: there are no iterations to show")
    two, alpha = returning_pair(standardize(data))
    whole = descent(two, alpha)
    for k in range(len(whole)):
        yield Step(two, alpha, whole[: k + 1], whole, "")
    yield Step(two, alpha, whole, whole, f"{np.count_nonzero(model.coef_)} of {np.size(model.coef_)}")


def other_steps(model: Any, data: Dataset, part: float = 1.0, turned: bool = False) -> Iterator[Step]:
    """Yield steps with a part of the penalty, or with the order of the two features turned round."""
    two, alpha = returning_pair(standardize(data))
    if turned:
        two = Standard(two.X[:, ::-1], two.y, two.names[::-1], two.coef[::-1], two.noise)
    whole = descent(two, part * alpha)
    for k in range(min(len(whole), OTHER_STEPS + 1)):
        yield Step(two, part * alpha, whole[: k + 1], whole, "")


def descent(two: Standard, alpha: float) -> Array:
    """Return the weights after each step of coordinate descent, up to the last one that moves a weight visibly."""
    path = corners_of(tuple(Lasso(alpha, solver="cd", tol=CLOSE, max_iter=SWEEPS).steps(two.X, two.y)))
    moved = np.abs(np.diff(path, axis=0)).max(axis=1) > 1e-3 * np.abs(path).max()
    return path[: 2 + np.flatnonzero(moved)[-1]]


def weights_in_the_plane(frame: Step, data: Dataset) -> Target | None:
    """Where the two weights are, while steps lead on."""
    return None if frame.kept else Target(0, *frame.path[-1])


def draw_step(axes: Any, frame: Step, data: Dataset) -> str:
    """Draw the staircase on the contours, and next to it the objective along the line of the last step."""
    picture, slice_ = axes
    names = frame.two.names
    seen = np.vstack([np.zeros(2), frame.whole])
    margin = 0.2 * float(np.ptp(seen, axis=0).max())
    low, high = seen.min(axis=0) - margin, seen.max(axis=0) + margin
    u, v = np.meshgrid(np.linspace(low[0], high[0], 110), np.linspace(low[1], high[1], 110))
    values = objective(frame, u, v)
    least = float(objective(frame, *frame.whole[-1]))
    levels = least + np.geomspace(1e-3, 1, 11) * (float(values.max()) - least)
    picture.contour(u, v, values, levels=levels, colors="#888888", linewidths=0.6)
    picture.plot(*frame.path.T, color=BLUE, linewidth=1.6, linestyle="-")
    picture.plot(*frame.path[:-1].T, "o", color=BLUE, markersize=5, linestyle="")
    picture.plot(*frame.path[-1], "o", color=VERMILION, markersize=8, linestyle="")
    if frame.kept:
        picture.plot(*frame.path[-1], marker="*", markersize=15, color=ORANGE, markeredgecolor=BLACK, linestyle="")
    for line in (picture.axhline, picture.axvline):
        line(0, color=BLACK, linewidth=0.9, linestyle="-")
    picture.set(xlabel=f"w₁: {names[0]}", ylabel=f"w₂: {names[1]}", title="one weight at a time")
    picture.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    picture.grid(False)
    draw_slice(slice_, frame, low, high)
    return step_caption(frame)


def draw_slice(panel: Any, frame: Step, low: Array, high: Array) -> None:
    """Draw the objective as a function of the weight that moved last; before the first step, of the first one."""
    j = (frame.taken + 1) % 2  # Odd steps move w₁, even ones w₂.
    if frame.taken == 0:
        j = 0
    before, after = frame.path[max(frame.taken - 1, 0)], frame.path[-1]
    t = np.sort(np.append(np.linspace(low[j], high[j], 160), 0.0))
    line = [t, np.full(len(t), after[1])] if j == 0 else [np.full(len(t), after[0]), t]
    panel.plot(t, objective(frame, *line), color=BLACK, linewidth=1.4, linestyle="-")
    panel.axvline(0, color=BLACK, linewidth=0.9, linestyle="-")
    panel.plot(before[j], objective(frame, *before), "o", color=SKY, markersize=7, linestyle="", label="before")
    if frame.taken:
        panel.plot(after[j], objective(frame, *after), "o", color=VERMILION, markersize=8, linestyle="", label="after")
    number = "₁" if j == 0 else "₂"
    unit = f" ({frame.two.names[j]})"
    panel.set(xlabel=f"w{number}{unit}", ylabel="objective", title=f"along w{number}: a parabola with a kink at 0")
    panel.legend(loc="upper center", ncols=2)


def objective(frame: Step, u: Any, v: Any) -> Any:
    """Return the lasso's objective at weights `u` and `v` of any shape."""
    return half_error(frame.two, u, v) + frame.alpha * (np.abs(u) + np.abs(v))


def step_caption(frame: Step) -> str:
    """Return where the weights are, and the formula of the next step with its numbers, but not its result."""
    H, c, w = frame.two.H, frame.two.c, frame.path[-1]
    zero = [f"w{'₁₂'[j]} is exactly zero" for j in (0, 1) if w[j] == 0 and frame.path[:, j].any()]
    here = ", ".join([f"w = ({w[0]:.4g}, {w[1]:.4g})", f"objective = {float(objective(frame, *w)):.6g}", *zero])
    if frame.kept:
        return f"the minimum for these two features: {here}; in the reported model {frame.kept} weights are not zero"
    j = frame.taken % 2
    other = w[1 - j]
    step = f"w{'₁₂'[j]} ← S({c[j]:.4g} − {H[0, 1]:.3g} · ({other:.4g}))"
    meaning = f"S takes {frame.alpha:.3g} off the size and stops at 0"
    if frame.taken == len(frame.whole) - 1:
        return f"step {frame.taken}: {here}; {step} moves nothing any more, where {meaning}"
    return f"step {frame.taken}: {here}; next {step}, where {meaning}"


coordinate_descent = Animation(
    title="A weight that becomes exactly zero",
    caption="Coordinate descent on the lasso of two features that resemble each other, in standard units, the weaker "
    "one first. It gets a weight for what both tell of the target; then the stronger one takes over, step by step, and "
    "the first weight ends in the kink at zero and stays there. Right: the objective along the line of the last step.",
    rows=1,
    columns=2,
    size=(9.6, 4.2),
    frames=frames,
    draw=draw_step,
    target=weights_in_the_plane,
    question="Where in the plane of the two weights will the point be after the next step?",
    perturbed={
        "a tenth of the penalty": partial(other_steps, part=WEAKER),
        "the stronger feature first": partial(other_steps, turned=True),
    },
)
