"""Coordinate descent on the chapter's worked example: the staircase, with and without a zero at its end."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.projects.regularized_regression.example import LASSO, ZEROING, X, y
from groundup.projects.regularized_regression.models.elastic_net import Lasso
from groundup.projects.regularized_regression.solvers.lasso import LassoState

SWEEPS = 6  # Most sweeps that are drawn.


@figure(1, 2, size=(8.4, 2.9))
def staircase(axes: Any, model: Any, data: Dataset) -> None:
    """One coordinate at a time, to the minimum or into the kink

    The eight bakes of the worked example: contours of the lasso's objective over the weights of temperature and time,
    and coordinate descent from zero. A step goes to the lowest point of a line parallel to an axis. On the axes the
    contours have kinks. Left: the minimum has two weights, and each sweep divides the error by four. Right: with the
    stronger penalty and time first, the second step of time ends in the kink, and its weight is exactly zero.
    """
    for panel, alpha, order in ((axes[0], LASSO, [0, 1]), (axes[1], ZEROING, [1, 0])):
        points = descent(alpha, order)
        high = np.array([2.9, 1.1]) if alpha == LASSO else np.array([1.35, 0.51])
        u, v = np.meshgrid(np.linspace(-0.14 * high[0], high[0], 141), np.linspace(-0.5 * high[1], high[1], 141))
        values = objective(u, v, alpha)
        least = float(values.min())
        levels = least + (float(objective(0.0, 0.0, alpha)) - least) * np.array([0.01, 0.05, 0.15, 0.35, 0.65, 1, 1.5])
        panel.contour(u, v, values, levels=levels, colors="#888888", linewidths=0.6)
        panel.plot(*points.T, "o-", color=BLUE, linewidth=1.5, markersize=4)
        panel.plot(*points[-1], marker="*", markersize=13, color=ORANGE, markeredgecolor=BLACK, linestyle="")
        for k, (dx, dy) in enumerate(((-11, 5), (5, 5), (5, 5), (5, 5))[: len(points)]):
            panel.annotate(str(k), points[k], xytext=(dx, dy), textcoords="offset points", fontsize=9)
        for line in (panel.axhline, panel.axvline):
            line(0, color=BLACK, linewidth=0.7, linestyle="-")
        panel.set(
            xlabel="weight of temperature (cm)",
            title=f"λ = {alpha:g}: ends at ({points[-1][0]:.3g}, {points[-1][1]:.3g})",
        )
        panel.grid(False)
    axes[0].set_ylabel("weight of time (cm)")


def objective(u: Any, v: Any, alpha: float) -> Any:
    """Return the lasso's objective of the eight bakes at weights `u` and `v` of any shape."""
    c, H = X.T @ (y - y.mean()) / len(y), X.T @ X / len(y)
    quadratic = (H[0, 0] * u**2 + 2 * H[0, 1] * u * v + H[1, 1] * v**2) / 2
    return quadratic - c[0] * u - c[1] * v + alpha * (np.abs(u) + np.abs(v)) + ((y - y.mean()) ** 2).mean() / 2


def descent(alpha: float, order: list[int]) -> Array:
    """Return the weights (temperature, time) after each step of coordinate descent that visits `order`."""
    states = Lasso(alpha, solver="cd", tol=1e-9, max_iter=SWEEPS).steps(X[:, order], y)
    return corners_of(tuple(states))[:, order]


def corners_of(states: tuple[LassoState, ...]) -> Array:
    """Return the points of coordinate descent of two weights: between two sweeps only the first has moved."""
    points = np.array([state.coef[:, 0] for state in states])
    path = np.empty((2 * len(points) - 1, 2))
    path[::2], path[1::2] = points, np.column_stack([points[1:, 0], points[:-1, 1]])
    return path
