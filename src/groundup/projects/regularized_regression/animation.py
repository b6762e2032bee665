"""Coordinate descent, sweep by sweep: a staircase down the contours of the lasso's objective."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.regularized_regression.figures.standardised import (
    Standard,
    half_error,
    similar_pair,
    standardize,
)
from groundup.projects.regularized_regression.models.elastic_net import Lasso
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV
from groundup.projects.regularized_regression.solvers.lasso import LassoState

PENALTY = 0.05  # Penalty relative to the least alpha that makes all weights zero.
SWEEPS = 12  # Most sweeps that are shown.
CLOSE = 1e-6  # Relative duality gap at which a picture shows no further change.


@record
class Sweep:
    """A frame: the states so far, on the problem of two features."""

    two: Standard
    alpha: float
    states: tuple[LassoState, ...]
    best: Array  # (2,)
    least: float  # the objective there
    final: int  # sweeps in all
    kept: str  # how many weights of the reported model are not zero


def sweeps(model: Any, data: Dataset) -> Iterator[Sweep]:
    """Yield the states of coordinate descent from (0, 0)."""
    if isinstance(model, Ridge | RidgeCV):
        raise NotApplicable("ridge regression is solved in one step: there are no iterations to show")
    two = similar_pair(standardize(data))
    alpha = PENALTY * float(np.abs(two.c).max())
    states = tuple(Lasso(alpha, solver="cd", tol=CLOSE, max_iter=SWEEPS).steps(two.X, two.y))
    end = list(Lasso(alpha, tol=1e-13).steps(two.X, two.y))[-1]
    kept = f"{np.count_nonzero(model.coef_)} of {np.size(model.coef_)}"
    for k in range(len(states)):
        yield Sweep(two, alpha, states[: k + 1], end.coef[:, 0], end.objective, len(states) - 1, kept)


def draw_sweep(axes: Any, frame: Sweep, data: Dataset) -> str:
    """Draw the staircase on the contours, and next to it the excess with the gap that bounds it."""
    picture, curve = axes
    two, names = frame.two, frame.two.names
    points = np.array([state.coef[:, 0] for state in frame.states])
    first = np.array([float(np.sign(two.c[0])) * (abs(two.c[0]) - frame.alpha), 0.0])  # where the first step ends
    seen = np.array([np.zeros(2), first, frame.best])
    margin = 0.25 * float(np.ptp(seen, axis=0).max())
    low, high = seen.min(axis=0) - margin, seen.max(axis=0) + margin
    u, v = np.meshgrid(np.linspace(low[0], high[0], 110), np.linspace(low[1], high[1], 110))
    objective = half_error(two, u, v) + frame.alpha * (np.abs(u) + np.abs(v))
    levels = frame.least + np.geomspace(1e-4, 1, 16) * (objective.max() - frame.least)
    picture.contour(u, v, objective, levels=levels, colors="#888888", linewidths=0.6)
    picture.plot(*staircase(points).T, color=BLUE, linewidth=1.6, linestyle="-")
    picture.plot(*points.T, "o", color=BLUE, markersize=5, linestyle="")
    picture.plot(*frame.best, marker="*", markersize=15, color=ORANGE, markeredgecolor=BLACK, linestyle="")
    for line in (picture.axhline, picture.axvline):
        line(0, color=BLACK, linewidth=0.7, linestyle="-")
    picture.set(xlabel=f"w₁: {names[0]}", ylabel=f"w₂: {names[1]}", title="one coordinate at a time")
    picture.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    picture.grid(False)
    floor = 1e-10 * frame.states[0].objective
    excess = np.maximum([state.objective - frame.least for state in frame.states], floor)
    curve.semilogy(excess, "o-", color=BLUE, label="objective − minimum")
    curve.semilogy(
        np.maximum([state.gap for state in frame.states], floor), "s--", color=VERMILION, label="duality gap"
    )
    curve.set(xlabel="sweep", ylabel="squared units of the target", xlim=(-0.5, max(1, frame.final) + 0.5))
    curve.set_ylim(0.3 * floor, 10 * frame.states[0].objective)
    curve.set_xticks(range(0, frame.final + 1, 1 + frame.final // 10))
    curve.set_title("the gap bounds the excess")
    curve.legend(loc="upper right")
    return step_caption(frame)


def staircase(points: Array) -> Array:
    """Return the path of coordinate descent: between two sweeps only the first weight has moved."""
    between = np.column_stack([points[1:, 0], points[:-1, 1]])
    path = np.empty((2 * len(points) - 1, 2))
    path[::2], path[1::2] = points, between
    return path


def step_caption(frame: Sweep) -> str:
    """Return what the next sweep does, with its numbers."""
    state, alpha = frame.states[-1], frame.alpha
    H, c = frame.two.H, frame.two.c
    w = state.coef[:, 0]
    pulled = c[0] - H[0, 1] * w[1]
    if state.iteration == frame.final:
        return (
            f"sweep {state.iteration}: w = ({w[0]:.5g}, {w[1]:.5g}), objective = {state.objective:.6g}, the minimum "
            f"for these two features; in the reported model {frame.kept} weights are not zero"
        )
    return (
        f"sweep {state.iteration}: w = ({w[0]:.5g}, {w[1]:.5g}), objective = {state.objective:.6g}, "
        f"gap = {state.gap:.3g}; next w₁ ← S({c[0]:.4g} − {H[0, 1]:.3g} · ({w[1]:.4g})) = S({pulled:.4g}) = "
        f"{np.sign(pulled) * max(abs(pulled) - alpha, 0):.5g}, where S takes {alpha:.3g} off and stops at 0"
    )


coordinate_descent = Animation(
    title="Coordinate descent on the lasso",
    caption="Two features that resemble each other, in standard units: each step goes to the minimum along one weight, "
    "so that the path is a staircase. On an axis the contours have a kink; there a weight can stay at exactly zero. "
    "The duality gap, which needs no knowledge of the minimum, bounds how far there is to go.",
    rows=1,
    columns=2,
    size=(10.4, 4.6),
    frames=sweeps,
    draw=draw_sweep,
)
