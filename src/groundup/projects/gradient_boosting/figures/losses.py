"""Losses: what they do to outliers, and bands of quantiles."""

from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.synthetic import regression
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.gradient_boosting.figures.drawing import alone, grid_of
from groundup.projects.gradient_boosting.models.gradient_boosting_regressor import GradientBoostingRegressor
from groundup.projects.gradient_boosting.solvers.losses import LOSSES

ROBUST = {"squared_error": ("squared", "-", VERMILION), "huber": ("Huber's", "--", BLUE),
          "absolute_error": ("absolute", ":", GREEN)}  # fmt: skip
DELTA = 1.0  # Huber's, of the drawn function.
SHARES = (0.1, 0.5, 0.9)
NINE_TENTHS = 1.2815515655446004  # The standard normal variable is below this with probability 0.9.
LEAF = 20  # Rows of a leaf of the band: a quantile of fewer says little. Of many rows three times as many.
MADE = 2000  # Made-up readings, of which the new ones are counted and not drawn.
TREES = 100  # Of a model of the band.
FEWEST_MEDIANS = 10  # Different predicted medians without which a band has no axis.


def require_numbers(model: Any) -> None:
    """Raise NotApplicable for a model of classes."""
    if hasattr(model, "classes_"):
        raise NotApplicable("The picture is about numbers; it belongs to the report of GradientBoostingRegressor.")


@figure(1, 3, size=(12.0, 4.0))
def outliers(axes: Any, model: Any, data: Dataset) -> None:
    """What three losses do to outliers

    Left: readings of a tide gauge, of which waves have spoilt a few (crosses), and a hundred trees for each of three
    losses. The squared loss bends towards each spoilt reading; the absolute one and Huber's hardly do. Middle: the
    losses as functions of the residual. Right: what the next tree is grown on, the negative gradient. With the squared
    loss a reading that is ten times as far off counts ten times as much; with the absolute loss all readings count
    equally, by their side alone; Huber's is the first near zero and the second far out.
    """
    require_numbers(model)
    tide = regression.tide(0)
    assert tide.y is not None
    wrong = tide.truth["spoilt"]
    right = np.setdiff1d(np.arange(len(tide.y)), wrong)
    axes[0].plot(tide.X[right, 0], tide.y[right], "o", color="#888888", markersize=3)
    axes[0].plot(tide.X[wrong, 0], tide.y[wrong], "x", color=BLACK, markersize=7, markeredgewidth=2)
    grid, r = grid_of(tide.X[:, 0]), np.linspace(-3, 3, 301)
    for name, (words, dash, shade) in ROBUST.items():
        boosted = GradientBoostingRegressor(max_depth=2, min_samples_leaf=3).set_params(loss=name).fit(tide.X, tide.y)
        axes[0].plot(grid[:, 0], boosted.predict(grid), dash, color=shade, linewidth=1.6)
        values, gradient = loss_of_residuals(name, r)
        axes[1].plot(r, values, dash, color=shade, label=words)
        axes[2].plot(r, gradient, dash, color=shade, label=words)
    axes[0].set(xlabel=tide.feature_names[0], ylabel=tide.target_name, title="a hundred trees of two levels")
    axes[1].set(xlabel="residual y − F", ylabel="loss", title="what a row costs", ylim=(-0.1, 4.6))
    axes[2].set(xlabel="residual y − F", ylabel="negative gradient", title="what the next tree is grown on")
    axes[1].legend(loc="upper center")


def loss_of_residuals(name: str, r: Array) -> tuple[Array, Array]:
    """Return a loss of residuals, and its negative derivative; of the squared loss half of it."""
    size = np.abs(r)
    if name == "huber":
        return np.where(size <= DELTA, r**2 / 2, DELTA * (size - DELTA / 2)), np.clip(r, -DELTA, DELTA)
    gradient = LOSSES[name]().residuals(r, np.zeros((1, len(r))))[0]
    return (size, gradient) if name == "absolute_error" else (r**2 / 2, gradient)


@figure(1, 2, size=(11.4, 4.4))
def quantile_bands(axes: Any, model: Any, data: Dataset) -> None:
    """A band for eight rows of ten, and what it holds of new ones

    Three models with the quantile loss: of the median (line), and of the quantiles 0.1 and 0.9, between which eight
    rows of ten are to lie (band). Left: two thousand made-up readings with an error that grows; the true quantiles are
    dotted. The band widens with the error, without any assumption about its shape. Right: the data of this report,
    with crosses for rows that no fit has seen. The titles count both. Few rows make a crude band: a tenth of a leaf of
    20 rows is two of them, and where a leaf has no more rows outside than it should, the band stays where it is, in
    flat pieces. Of new rows it often holds fewer than of those of the fit, to which it was bent. Believe their number.

    With several columns, rows are sorted by their predicted median.
    """
    require_numbers(model)
    made = regression.pointer(1, MADE)
    draw_band(axes[0], replace(made, held_out=regression.pointer(2, MADE)), 3 * LEAF, 1.5)
    for sign in (-1, 1):
        true = 3 * np.sin(made.X[:, 0]) + sign * NINE_TENTHS * made.truth["noise"]
        axes[0].plot(made.X[:, 0], true, ":", color=BLACK, linewidth=1.4)
    draw_band(axes[1], data, LEAF, 3.0)


def draw_band(axes: Any, data: Dataset, leaf: int, size: float) -> None:
    """Draw rows and the band of two quantiles that was fitted to them, and count what it holds."""
    seen = data.take(some_rows(len(data.X), MADE))
    bands = [
        GradientBoostingRegressor(
            loss="quantile", alpha=share, n_estimators=TREES, max_depth=3, min_samples_leaf=leaf
        ).fit(seen.X, seen.y)
        for share in SHARES
    ]
    line = alone(data)
    points = grid_of(data.X[:, 0]) if line else seen.X
    low, middle, high = (one.predict(points) for one in bands)
    if not line and len(np.unique(middle)) < FEWEST_MEDIANS:
        raise NotApplicable("The predicted medians are nearly all the same: there is nothing to sort rows by.")
    counted = []
    for rows, form, shade, wide in ((seen, "o", "#888888", size), (data.held_out, "x", BLACK, 5.0)):
        if rows is None:
            continue
        bottom, place, top = (one.predict(rows.X) for one in bands)
        y = np.asarray(rows.y, dtype=np.float64)
        held = (y >= bottom - 1e-12) & (y <= top + 1e-12)
        counted.append(f"{100 * held.mean():.0f} % of {len(y):,} {'rows of the fit' if rows is seen else 'new rows'}")
        if rows is seen or len(y) < MADE:
            axes.plot(rows.X[:, 0] if line else place, y, form, color=shade, markersize=wide)
    axes.set_title(f"in the band: {', '.join(counted)}", fontsize=10)
    if line:
        axes.fill_between(points[:, 0], low, high, color=SKY, alpha=0.35, linewidth=0)
        axes.plot(points[:, 0], middle, "-", color=ORANGE)
    else:
        order = middle.argsort()
        axes.vlines(middle[order], low[order], high[order], color=SKY, alpha=0.5, linewidth=1.2, zorder=1)
        axes.plot(middle[order], middle[order], "-", color=ORANGE)
    axes.set(xlabel=data.axis_names[0] if line else f"predicted median of {data.target_name or 'the target'}",
             ylabel=data.target_name or "target")  # fmt: skip
