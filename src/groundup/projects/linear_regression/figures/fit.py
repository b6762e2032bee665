"""The figures of linear regression: the fit and its doubts, its residuals, and the ways down to it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.statistics.distributions import normal_quantile
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.labels import label_points
from groundup.plotting.style import BLACK, BLUE, ORANGE, SKY, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.linear_regression.figures.loss_surface import (
    ROUNDING,
    single_target,
    strongest,
    varies,
)
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

NUMBERED = 2  # rows that carry their numbers
SQUARES = 40  # rows whose residuals are drawn as squares
MOST_POINTS = 1500  # drawn in a scatter plot


@figure(1, 2, size=(8.4, 3.6))
def fit_and_bands(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """What least squares minimises, and how sure the line is

    Left: each residual is the side of a square, drawn for forty rows at most, and the line is the one whose squares
    have the least total area; the hatched square is the mean of all. Right: the 95 % confidence band of the mean
    response, and the wider band that holds 95 % of new observations.

    With several features the line runs along the one with the largest t statistic, the others held at their means.
    """
    squares, bands = axes
    section = _section(model, data)
    few = some_rows(len(section.x), SQUARES)
    ends, span = section.line[[0, -1]], section.along[[0, -1]]
    mean = float(np.sqrt(np.mean((section.y - np.interp(section.x, span, ends)) ** 2)))
    _draw_squares(squares, section.x[few], section.y[few], ends, span, mean)
    some = f"{len(few)} of {len(section.x)} " if len(few) < len(section.x) else ""
    squares.set(xlabel=section.xlabel, ylabel=section.ylabel, title=f"{some}residuals as squares")
    draw_bands(bands, model, data)
    bands.set_title("bands of 95 %")
    bands.set_box_aspect(0.75)


@dataclass(frozen=True)
class Section:
    """The fit along one feature, the others held at their means."""

    x: Array  # (n,), the feature
    y: Array  # (n,), the target less what the other features explain
    grid: Array  # (200, d), rows along the feature
    along: Array  # (200,), the feature there
    line: Array  # (200,), predictions there
    xlabel: str
    ylabel: str


def _section(model: LinearRegression, data: Dataset) -> Section:
    X, y = single_target(data)
    j = strongest(model)
    if not varies(X[:, j]):
        raise NotApplicable("no feature varies: there is no line to draw")
    grid = np.tile(X.mean(axis=0), (200, 1))
    grid[:, j] = np.linspace(X[:, j].min(), X[:, j].max(), 200)
    others = (X - grid[0]) @ model.coef_ - (X[:, j] - grid[0, j]) * model.coef_[j]
    ylabel = data.target_name or "y"
    if X.shape[1] > 1:
        ylabel += ",\nothers at their means"
    return Section(X[:, j], y - others, grid, grid[:, j], model.predict(grid), data.axis_names[j], ylabel)


def draw_bands(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """The fit among the data, with its confidence and prediction bands."""
    section = _section(model, data)
    some = some_rows(len(section.x), MOST_POINTS)
    axes.plot(
        section.x[some], section.y[some], "o", color=BLACK, alpha=0.45, markersize=3.5, linestyle="", label="data"
    )
    axes.plot(section.along, section.line, color=BLUE, label="fit")
    for kind, colour, alpha in (("prediction", SKY, 0.25), ("mean", BLUE, 0.35)):
        band = model.predict_interval(section.grid, kind=kind)
        label = {"prediction": "95 % of new observations", "mean": "95 % confidence of the mean"}[kind]
        axes.fill_between(section.along, band.lower, band.upper, color=colour, alpha=alpha, linewidth=0, label=label)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.35 * (high - low))  # so that the legend hides no row
    axes.legend(loc="upper left")
    axes.set(xlabel=section.xlabel, ylabel=section.ylabel, title="confidence and prediction bands")


def _draw_squares(panel: Any, x: Array, y: Array, ends: Array, span: Array, mean: float) -> None:
    """Residuals as squares: the axes are scaled so that a side of one unit of y is as long along x.

    A square whose side is `mean`, the root of the mean square of all residuals, stands in the lower right corner.
    """
    from matplotlib.patches import Rectangle

    fitted = np.interp(x, span, ends)
    low, high = min(y.min(), ends.min()), max(y.max(), ends.max())
    height = high - low
    if not varies(np.array([low, high])):  # a constant target: any scale will do
        height = abs(high) or 1.0
        panel.set_ylim(low - height / 2, high + height / 2)
    aspect = 0.75 * np.ptp(span) / height
    panel.set_aspect(aspect)
    for xi, yi, fi in zip(x, y, fitted, strict=True):
        side = abs(yi - fi)
        panel.add_patch(
            Rectangle(
                (xi, min(yi, fi)), side * aspect, side, facecolor=ORANGE, edgecolor=VERMILION, alpha=0.3, linewidth=0.8
            )
        )
        panel.plot([xi, xi], [yi, fi], color=VERMILION, linewidth=0.9, linestyle="-")
    panel.plot(span, ends, color=BLUE)
    panel.plot(x, y, "o", color=BLACK, markersize=3.5, linestyle="")
    rising = ends[1] >= ends[0]  # the corner that the line leaves free
    left, bottom = span[1] - mean * aspect, low if rising else high - mean
    panel.add_patch(
        Rectangle((left, bottom), mean * aspect, mean, facecolor="white", edgecolor=VERMILION, hatch="////")
    )
    panel.annotate(f"mean square {mean**2:.4g} ", (left, bottom + mean / 2), ha="right", va="center", fontsize=9,
                   bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7})  # fmt: skip


@figure(1, 3, size=(8.4, 2.8))
def residual_diagnostics(axes: Any, model: LinearRegression, data: Dataset) -> None:
    """Do the residuals look as the theory assumes?

    Left: residuals against fitted values should show no shape; the line is a running mean. Middle: the residuals
    sorted, against what as many sorted normal numbers would be; on the diagonal they are normal. Right: a row far to
    the right pulls the line towards itself; beyond Cook's distance 4/n it deserves a look, beyond 1 leaving it out
    moves predictions as far as their standard errors. Both are rules of thumb.

    The rows with the largest distances carry their numbers, and are listed among the findings.
    """
    X, y = single_target(data)
    if len(X) < X.shape[1] + 3:
        raise NotApplicable("residuals say little with hardly more rows than coefficients")
    if np.abs(y - model.predict(X)).max() <= ROUNDING * np.abs(y).max():
        raise NotApplicable("the fit goes through every row: there are no residuals to look at")
    influence = model.influence(X, y)
    some = some_rows(len(X), MOST_POINTS)
    fitted, residual = model.predict(X), influence.studentized
    dots = {"marker": "o", "linestyle": "", "color": BLACK, "alpha": 0.5, "markersize": 3.5}
    against, quantiles, leverage = axes
    against.plot(fitted[some], residual[some], **dots)
    against.plot(*_running_mean(fitted, residual), color=VERMILION, linestyle="-", label="running mean")
    against.set_ylim(*(1.6 * np.abs(residual).max() * np.array([-1, 1])))
    against.legend(loc="lower left")
    against.axhline(0, color=BLUE, linewidth=1, linestyle="--")
    against.set(xlabel=f"fitted {data.target_name or 'y'}", ylabel="studentised residual", title="against the fit")
    n = len(residual)
    theory, ordered = normal_quantile((np.arange(n) + 0.5) / n), np.sort(residual)
    quantiles.plot(theory[some], ordered[some], **dots)
    quantiles.plot(theory[[0, -1]], theory[[0, -1]], color=BLUE, linestyle="--", linewidth=1)
    quantiles.set(xlabel="sorted normal numbers", ylabel="sorted residuals", title="normal Q-Q plot")
    leverage.plot(influence.leverage[some], residual[some], **dots)
    _cook_contours(leverage, influence.leverage, residual, model.rank_ + int(model.fit_intercept))
    largest = np.argsort(-influence.cook, kind="stable")[:NUMBERED]
    place = np.column_stack([influence.leverage, residual])
    label_points(leverage, place[largest], [data.row_name(row) for row in largest])
    leverage.set(xlabel="leverage", title="against leverage")


def _cook_contours(panel: Any, leverage: Array, residual: Array, p: int) -> None:
    right, top = 1.15 * leverage.max(), 1.6 * np.abs(residual).max()
    h = np.linspace(right / 200, min(right, 0.999), 200)
    for level, name, dash in ((4 / len(leverage), "4/n", ":"), (0.5, "0.5", "--"), (1.0, "1", "-")):
        height = np.sqrt(level * p * (1 - h) / h)
        if height.min() > 1.25 * np.abs(residual).max():  # far from all rows, it is not in the legend either
            continue
        for sign in (1, -1):
            panel.plot(h, sign * height, color=VERMILION, linestyle=dash, linewidth=1,
                       label=f"Cook's distance {name}" if sign == 1 else None)  # fmt: skip
    panel.set(xlim=(0, right), ylim=(-top, top))
    if panel.get_legend_handles_labels()[0]:
        panel.legend(loc="upper right")


def _running_mean(x: Array, y: Array) -> tuple[Array, Array]:
    """Means of y over about 15 groups of neighbouring x."""
    order = np.array_split(np.argsort(x), min(15, max(2, len(x) // 8)))
    return np.array([x[g].mean() for g in order]), np.array([y[g].mean() for g in order])
