"""Losses: what they do to outliers, and bands of quantiles."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.synthetic import regression
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.gradient_boosting.figures.drawing import ROWS, alone, grid_of
from groundup.projects.gradient_boosting.models.gradient_boosting_regressor import GradientBoostingRegressor
from groundup.projects.gradient_boosting.solvers.losses import LOSSES
from groundup.projects.gradient_boosting.stages import targets_of

ROBUST = {"squared_error": ("squared", "-", VERMILION), "huber": ("Huber's", "--", BLUE),
          "absolute_error": ("absolute", ":", GREEN)}  # fmt: skip
DELTA = 1.0  # Huber's, of the drawn function.
SHARES = (0.05, 0.5, 0.95)
TREES, LEAF = 200, 15  # Of the band: a quantile of fewer rows says little, and a tree of signs takes small steps.


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
    loss a reading that is ten times as far off pulls ten times as hard; with the absolute loss every reading pulls
    equally, by its side alone; Huber's is the first near zero and the second far out.
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
        boosted = GradientBoostingRegressor(loss=name, max_depth=2, min_samples_leaf=3)  # type: ignore[arg-type]
        boosted.fit(tide.X, tide.y)
        axes[0].plot(grid[:, 0], boosted.predict(grid), dash, color=shade, linewidth=1.6)
        values, pull = loss_of_residuals(name, r)
        axes[1].plot(r, values, dash, color=shade, label=words)
        axes[2].plot(r, pull, dash, color=shade, label=words)
    axes[0].set(xlabel=tide.feature_names[0], ylabel=tide.target_name, title="a hundred trees of two levels")
    axes[1].set(xlabel="residual y − F", ylabel="loss", title="what a row costs", ylim=(-0.1, 4.6))
    axes[2].set(xlabel="residual y − F", ylabel="negative gradient", title="how hard it pulls")
    axes[1].legend(loc="upper center")


def loss_of_residuals(name: str, r: Array) -> tuple[Array, Array]:
    """Return a loss of residuals, and its negative derivative; of the squared loss half of it."""
    size = np.abs(r)
    if name == "huber":
        return np.where(size <= DELTA, r**2 / 2, DELTA * (size - DELTA / 2)), np.clip(r, -DELTA, DELTA)
    pull = LOSSES[name]().residuals(r, np.zeros((1, len(r))))[0]
    return (size, pull) if name == "absolute_error" else (r**2 / 2, pull)


@figure(1, 1, size=(7.6, 4.6))
def quantile_bands(axes: Any, model: Any, data: Dataset) -> None:
    """A band for nine rows of ten, and what it holds of new ones

    Three models with the quantile loss: of the median (line), and of the quantiles 0.05 and 0.95, between which nine
    rows of ten are to lie (band). The band is wide where the target varies much, and needs no assumption about the
    shape of the noise. Dots are the rows of the fit, crosses rows that no fit has seen; the title counts both. The
    trees have fitted the noise of the rows of the fit, so that of new rows the band holds fewer. Only their number can
    be believed.

    With several columns, rows are sorted by their predicted median.
    """
    require_numbers(model)
    few = some_rows(len(data.X), ROWS)
    seen = data.take(few)
    bands = [
        GradientBoostingRegressor(
            loss="quantile", alpha=share, max_depth=2, n_estimators=TREES, min_samples_leaf=LEAF
        ).fit(seen.X, seen.y)
        for share in SHARES
    ]
    parts = [(seen, "o", "#888888", 3.0)]
    if data.held_out is not None:
        parts.append((data.held_out, "x", BLACK, 5.0))
    counted = []
    for rows, form, shade, size in parts:
        low, middle, high = (one.predict(rows.X) for one in bands)
        y = targets_of(model, rows)
        place = rows.X[:, 0] if alone(data) else middle
        axes.plot(place, y, form, color=shade, markersize=size)
        held = (y >= low - 1e-12) & (y <= high + 1e-12)
        counted.append(f"{100 * held.mean():.0f} % of {len(y):,} {'rows of the fit' if rows is seen else 'new rows'}")
    axes.set_title(f"in the band: {', '.join(counted)}")
    if alone(data):
        grid = grid_of(data.X[:, 0])
        low, middle, high = (one.predict(grid) for one in bands)
        axes.fill_between(grid[:, 0], low, high, color=SKY, alpha=0.35, linewidth=0)
        axes.plot(grid[:, 0], middle, "-", color=ORANGE)
    else:
        low, middle, high = (one.predict(seen.X) for one in bands)
        order = middle.argsort()
        axes.vlines(middle[order], low[order], high[order], color=SKY, alpha=0.5, linewidth=1.2, zorder=1)
        axes.plot(middle[order], middle[order], "-", color=ORANGE)
    axes.set(xlabel=data.axis_names[0] if alone(data) else f"predicted median of {data.target_name or 'the target'}",
             ylabel=data.target_name or "target")  # fmt: skip
