"""Which columns matter: by gain, by shuffling and by Shapley values, and where gain misleads."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLUE, GREEN, ORANGE, VERMILION
from groundup.projects.gradient_boosting.figures.drawing import brief
from groundup.projects.gradient_boosting.influence import Influence, influence_of
from groundup.projects.gradient_boosting.models.gradient_boosting_regressor import GradientBoostingRegressor

BARS = 10  # Most columns.
NAME = 24  # Letters of a name.


@figure(1, 3, size=(10.8, 4.2))
def importances(axes: Any, model: Any, data: Dataset) -> None:
    """Three answers to the question which columns matter

    Left: each column's share in the gains of all splits, on the rows of the fit. Middle: by how much the error on rows
    that no fit has seen rises when the entries of the column are shuffled among the rows, with a line of one standard
    deviation on both sides. Right: the mean size of the column's Shapley values, by which it moves a prediction away
    from the mean one. The order is that of the middle. Gain says what the trees have used, shuffling what the
    predictions on new rows owe to a column while the others stay, Shapley values how far a column moves predictions,
    rightly or not.

    Of classes the error is that of the probabilities (Brier score: the mean of the squared differences from 1 for the
    true class and 0 for the others), and Shapley values are in units of the log-odds of the last class.
    Without held-out rows, those of the fit are shuffled. The indicators of one category are one column.
    """
    if data.X.shape[1] == 1:
        raise NotApplicable("There is one column only.")
    found = influence_of(model, data)
    if not found.gain.any():
        raise NotApplicable("No tree is split: no column is used.")
    order = found.order[:BARS][::-1]
    names = [brief(found.names[k], NAME) for k in order]
    where = "rows of the fit" if found.seen else "new rows"
    plain = "quantile loss" if getattr(model, "loss", "") == "quantile" else "root mean squared error"
    what = "Brier score" if hasattr(model, "classes_") else plain
    draw_bars(axes[0], names, found.gain[order], BLUE, "share of the gain")
    draw_bars(axes[1], names, found.raised[order], ORANGE, f"rise of the {what}", found.spread[order])
    unit = "log-odds" if hasattr(model, "classes_") else brief(data.target_name or "target", NAME)
    draw_bars(axes[2], names, found.shapley[order], GREEN, f"mean size, {unit}")
    for panel, title in zip(axes, ("gain", f"shuffled, on {where}", "Shapley values"), strict=True):
        panel.set_title(title)
    for panel in axes[1:]:
        panel.set_yticklabels([])


def draw_bars(axes: Any, names: list[str], lengths: Array, shade: str, label: str, spread: Array | None = None) -> None:
    """Draw a bar for each column, the first one lowest."""
    place = np.arange(len(names))
    axes.barh(place, lengths, color=shade, alpha=0.75, xerr=spread, error_kw={"linewidth": 1.2})
    axes.set_yticks(place, names)
    axes.axvline(0.0, color="#888888", linewidth=0.8)
    axes.set_xlabel(label)
    axes.grid(axis="y", visible=False)
    axes.locator_params(axis="x", nbins=5)


def lottery(seed: int) -> Dataset:
    """Return a dose of 0 or 1 that matters, and a number that was drawn and does not."""
    rng = np.random.default_rng(seed)
    n = 300
    X = np.column_stack([rng.integers(0, 2, n), rng.integers(1, 4, n), rng.uniform(0, 1000, n).round(2)]).astype(float)
    y = 2.0 * X[:, 0] + 0.5 * X[:, 1] + 2.0 * rng.normal(size=n)
    return Dataset("lottery", "A trial.", X, y, ("dose (0 or 1)", "ward (1, 2, 3)", "number drawn"), "relief")


@figure(1, 3, size=(10.8, 3.4))
def misleading(axes: Any, model: Any, data: Dataset) -> None:
    """Where gain misleads: a column of chance with many values

    A made-up trial of 300 rows: the dose (two values) and the ward (three values) have an effect, a number drawn by lot
    has none, but is different in every row. A hundred trees of four levels. Left: by gain the drawn number matters
    most, because it offers a cut between any two rows, and some of these fit the noise. Middle: shuffled on the rows of
    the fit it seems to matter, too, since the noise has been learned with it. Right: on new rows nothing is lost when
    it is shuffled. Only rows that no fit has seen tell that it means nothing.
    """
    rows, fresh = lottery(0), lottery(1)
    boosted = GradientBoostingRegressor(max_depth=4).fit(rows.X, rows.y)
    inside, outside = (one_of(boosted, rows, other) for other in (rows, fresh))
    names = list(rows.feature_names)[::-1]
    draw_bars(axes[0], names, inside.gain[::-1], BLUE, "share of the gain")
    rise = "rise of the root mean squared error"
    draw_bars(axes[1], names, inside.raised[::-1], VERMILION, rise, inside.spread[::-1])
    draw_bars(axes[2], names, outside.raised[::-1], ORANGE, rise, outside.spread[::-1])
    for panel, title in zip(axes, ("gain", "shuffled, rows of the fit", "shuffled, new rows"), strict=True):
        panel.set_title(title)
    for panel in axes[1:]:
        panel.set_yticklabels([])


def one_of(model: Any, rows: Dataset, others: Dataset) -> Influence:
    """Return the influence of the columns of a model on rows, with others as those to be looked at."""
    return influence_of(model, Dataset(**vars(rows) | {"held_out": others}))
