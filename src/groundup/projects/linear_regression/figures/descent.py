"""Figures of descent: paths on the loss surface, loss curves, step sizes."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, DASHES, GREEN, MARKERS, ORANGE, PURPLE, SKY, VERMILION
from groundup.projects.linear_regression.figures.loss_surface import (
    draw_contours,
    standard_problem,
    valley_of,
)
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

RATES = (0.2, 1.0, 1.9, 2.0, 2.05)  # Step sizes in units of 1/L.
ON_SURFACE = (0.2, 1.0, 2.05)  # Those whose paths are drawn; the others would hide them.
STEPS_ON_SURFACE = 10


@figure(1, 1, size=(8.4, 4.6))
def descent_paths(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """The paths down the same valley

    The loss over intercept and slope, with its values above the minimum on some contours, and three descents from
    (0, 0). Feature and target are in standard deviations, and the feature is shifted by one of them: without the
    shift the contours would be circles, and every method would go straight to the minimum. Gradient descent with a
    fixed step creeps along the floor; momentum overshoots and comes back; conjugate gradients arrive in two steps,
    since there are two parameters.
    """
    valley = valley_of(model, data)
    paths = {
        "gradient descent": valley.path("gd", 60),
        "momentum": valley.path("momentum", 60),
        "conjugate gradients": valley.path("cg", 2),
    }
    points = np.vstack([valley.best, *paths.values()])
    low, high = points.min(0), points.max(0)
    draw_contours(axes, valley, low - 0.25 * (high - low), high + 0.25 * (high - low), numbered=True)
    colours = (BLUE, VERMILION, BLACK)
    for (label, path), colour, marker, dash in zip(paths.items(), colours, MARKERS, DASHES):
        axes.plot(*path.T, color=colour, marker=marker, markersize=4, linewidth=1.3, linestyle=dash, label=label)
    axes.plot(
        *valley.best, marker="*", markersize=16, color=ORANGE, markeredgecolor=BLACK, linestyle="", label="minimum"
    )
    axes.legend(loc="best", frameon=True, framealpha=0.8, edgecolor="none")
    axes.set(xlabel="intercept b (standard units)", ylabel="slope w (standard units)")


@figure(1, 1, size=(8.4, 3.6))
def loss_curves(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """How fast each method converges, and the rate that theory gives

    Excess of the loss over its minimum on a logarithmic axis, over the iterations, for all features, standardised
    (for a single feature, over intercept and slope as in the other figures).
    The dotted lines are the rates of the theorems: gradient descent stays below its line; momentum climbs first, and
    runs parallel to its own in the end. Conjugate gradients need no more steps than there are coefficients.
    """
    X, y, common = standard_problem(model, data)
    best = LinearRegression(**common).fit(X, y)
    floor = float(((y - best.predict(X)) ** 2).sum()) / (2 * len(y))
    squares = best.singular_**2 / len(y)
    positive = squares[squares > 1e-12 * squares[0]]
    L, mu = float(positive[0]), float(positive[-1])
    steps = int(np.clip(8 * np.sqrt(L / mu), 25, 160))
    methods: dict[str, dict[str, Any]] = {
        "gradient descent, step 1/L": {"solver": "gd"},
        "exact line search": {"solver": "gd", "learning_rate": "line-search"},
        "momentum": {"solver": "momentum"},
        "Nesterov": {"solver": "nesterov"},
        "conjugate gradients": {"solver": "cg"},
    }
    start = top = 1.0
    for (label, parameters), colour, marker in zip(methods.items(), (BLUE, GREEN, VERMILION, PURPLE, BLACK), MARKERS):
        tried = LinearRegression(max_iter=steps, tol=0.0, **common, **parameters)
        excess = np.array([state.loss for state in tried.steps(X, y)]) - floor
        start, top = excess[0], max(top, excess.max())
        axes.semilogy(np.maximum(excess, 1e-17 * start), color=colour, linestyle="-", marker=marker,
                      markevery=max(1, steps // 12), label=label)  # fmt: skip
    t, root = np.arange(steps + 1), np.sqrt(L / mu)
    axes.semilogy(start * (1 - mu / L) ** (2 * t), color=BLUE, linestyle=":", linewidth=1.4, label="(1 − 1/κ)²ᵗ")
    axes.semilogy(start * ((root - 1) / (root + 1)) ** (2 * t), color=VERMILION, linestyle=":", linewidth=1.4,
                  label="((√κ − 1) / (√κ + 1))²ᵗ")  # fmt: skip
    axes.set(xlabel="iteration t", ylabel="loss − minimum", ylim=(1e-16 * start, 3 * top))
    axes.set_title(f"condition number κ = {L / mu:.3g}")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=3)


@figure(1, 2, size=(8.4, 3.0))
def step_sizes(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """The step size: too short, right, and beyond 2/L

    Left: below 2/L every step lowers the loss; at 2/L the steepest direction swings without end; beyond, the iterates
    run away, though 2.05/L falls at first as well. Right: the first steps of three of them on the loss surface: the
    short ones have hardly begun to follow the valley, those of 1/L follow it, the long ones jump across, higher each
    time.
    """
    valley = valley_of(model, data)
    curve, surface = axes
    shades, signs = (SKY, BLUE, GREEN, ORANGE, VERMILION), MARKERS
    paths = [valley.path("gd", 40, learning_rate=rate / valley.L) for rate in RATES]
    floor = float(valley.loss(*valley.best))
    for rate, path, colour, marker, dash in zip(RATES, paths, shades, signs, DASHES):
        look: dict[str, Any] = {"color": colour, "linestyle": dash, "marker": marker, "label": f"η = {rate:g}/L"}
        curve.semilogy(valley.loss(*path.T) - floor, markevery=5, **look)
        if rate in ON_SURFACE:
            surface.plot(*path[:STEPS_ON_SURFACE].T, markersize=4, linewidth=1.2, **look)
    points = np.vstack([path[:STEPS_ON_SURFACE] for path in paths])
    low, high = points.min(0), points.max(0)
    draw_contours(surface, valley, low - 0.1 * (high - low), high + 0.1 * (high - low))
    low, high = curve.get_ylim()
    curve.set(xlabel="iteration", ylabel="loss − minimum", title="loss", ylim=(low**1.5 / high**0.5, high))
    curve.legend(loc="lower left", ncols=2)
    surface.set(xlabel="intercept b (standard units)", ylabel="slope w (standard units)", title="the first steps")
