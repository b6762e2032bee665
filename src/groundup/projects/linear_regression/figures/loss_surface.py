"""The loss of a line as a landscape: what the descents of the figures and of the animation walk on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.thinning import some_rows
from groundup.projects.linear_regression.models.linear_regression import DescentSolver, LinearRegression

MOST_ROWS = 5000  # used by the descents that are drawn
ROUNDING = 1e-12  # Relative difference below which numbers differ by their rounding alone.


@dataclass(frozen=True)
class Valley:
    """The loss of a line in two parameters: its intercept and the slope of one feature, in standard units."""

    X: Array  # (n, 2): a column of ones, and the feature
    y: Array
    feature: str
    start: Array
    best: Array
    L: float
    mu: float
    slope_unit: float  # slope in the units of the data that is 1 here

    def loss(self, b: Array, w: Array) -> Array:
        """Half the mean of squared residuals at intercepts `b` and slopes `w` of any shape."""
        G, c, constant = self.X.T @ self.X / len(self.y), self.X.T @ self.y / len(self.y), (self.y**2).mean()
        quadratic = G[0, 0] * b**2 + 2 * G[0, 1] * b * w + G[1, 1] * w**2
        return np.asarray(0.5 * (quadratic - 2 * (c[0] * b + c[1] * w) + constant))

    def path(self, solver: DescentSolver, steps: int, **parameters: Any) -> Array:
        """Parameters (intercept, slope) of every state of a descent from (0, 0)."""
        model = LinearRegression(
            fit_intercept=False, solver=solver, max_iter=steps, tol=0.0, random_state=0, **parameters
        )
        return np.array([state.coef[:, 0] for state in model.steps(self.X, self.y)])


def valley_of(model: LinearRegression, data: Dataset) -> Valley:
    """The strongest feature, standardised and moved off centre so that the surface is a valley, not a bowl."""
    X, y = varying_target(model, data)
    j, some = strongest(model), some_rows(len(X), MOST_ROWS)
    x, y = X[some, j].astype(float), y[some].astype(float)
    design = np.column_stack([np.ones(len(x)), (x - x.mean()) / x.std() + 1.0])
    spread = y.std() or 1.0
    y = (y - y.mean()) / spread
    values = np.linalg.eigvalsh(design.T @ design / len(y))
    best = np.linalg.lstsq(design, y, rcond=None)[0]
    return Valley(design, y, data.axis_names[j], np.zeros(2), best, float(values[-1]), float(values[0]),
                  float(spread / x.std()))  # fmt: skip


def standard_problem(model: LinearRegression, data: Dataset) -> tuple[Array, Array, dict[str, Any]]:
    """Standardised features, or for a single one (a bowl, where every method arrives at once) the plane's valley."""
    X, y = varying_target(model, data)
    if X.shape[1] == 1:
        valley = valley_of(model, data)
        return valley.X, valley.y, {"fit_intercept": False}
    some = some_rows(len(X), MOST_ROWS)
    scale = X[some].std(0)
    return (X[some] - X[some].mean(0)) / np.where(scale > 0, scale, 1), y[some], {}


def draw_contours(axes: Any, valley: Valley, low: Array, high: Array, numbered: bool = False) -> None:
    """Level lines of the loss between two corners, denser towards the minimum; `numbered` writes values on some."""
    b, w = np.meshgrid(np.linspace(low[0], high[0], 90), np.linspace(low[1], high[1], 90))
    loss = valley.loss(b, w)
    floor = float(valley.loss(*valley.best))
    levels = floor + np.geomspace(1e-3, 1, 14) * (loss.max() - floor)
    axes.contourf(b, w, loss, levels=np.concatenate([[floor], levels]), cmap="Greys", alpha=0.45)
    lines = axes.contour(b, w, loss, levels=levels, colors="#888888", linewidths=0.5)
    if numbered:
        axes.clabel(lines, levels[5::2], fmt=lambda level: f"{level - floor:.2g}", fontsize=8, colors="#444444")
    axes.grid(False)


def strongest(model: LinearRegression) -> int:
    """Column with the largest t statistic."""
    t = np.abs(model.summary().t[int(model.fit_intercept) :])
    return int(np.argmax(np.where(np.isfinite(t), t, -1)))


def varying_target(model: LinearRegression, data: Dataset) -> tuple[Array, Array]:
    """X and y of a data set on whose loss there is a way down: the target varies, and so does a feature."""
    X, y = single_target(data)
    if not varies(y):
        raise NotApplicable("the target does not vary: the mean is the best line")
    if not varies(X[:, strongest(model)]):
        raise NotApplicable("no feature varies: there is no slope to find")
    return X, y


def varies(values: Array) -> bool:
    """Whether numbers differ by more than their rounding."""
    return bool(np.ptp(values) > ROUNDING * np.abs(values).max())


def single_target(data: Dataset) -> tuple[Array, Array]:
    """X and y of a data set with one target and enough rows to speak of."""
    if data.y is None or np.ndim(data.y) > 1:
        raise NotApplicable("drawn for one target at a time")
    if len(data.X) < data.X.shape[1] + 2:
        raise NotApplicable("needs more rows than coefficients")
    return data.X, data.y
