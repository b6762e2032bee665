"""How predictions depend on columns: on average with the others as they are, and for one row column by column."""

from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.common.words import rounded
from groundup.projects.gradient_boosting.figures.drawing import brief
from groundup.projects.gradient_boosting.influence import explained, influence_of

PANELS = 3
POINTS = 60  # Values of a column at which predictions are asked for.
ROWS = 200  # Rows whose predictions are averaged,
LINES = 40  # and of which single lines are drawn.
STEPS = 9  # Columns of a single prediction that are drawn; the others are one bar.
NAME = 26  # Letters of a name.


def answers(model: Any, X: Array) -> Array:
    """Return what a model says of rows: predictions, or probabilities of the last class."""
    return np.asarray(model.predict_proba(X)[:, -1] if hasattr(model, "classes_") else model.predict(X))


def unit_of(model: Any, data: Dataset) -> str:
    """Return what `answers` are."""
    return f"probability of {model.classes_[-1]}" if hasattr(model, "classes_") else data.target_name or "target"


@figure(1, PANELS, size=(10.8, 3.8))
def partial_dependence(axes: Any, model: Any, data: Dataset) -> None:
    """What the model says when one column alone is changed

    For the columns that matter most: each thin line is a row of the data, whose entry in the column is set to one value
    after the other while its other columns stay as they are; the thick line is their mean, the partial dependence. The
    marks on the axis are tenths of the column's entries; where there are few, the line says little. Steps are cuts of
    trees. Where the thin lines are parallel the column acts alone; where they cross, its effect depends on others.

    Columns that go together are pulled apart by this: some of these rows cannot occur. Categories have a mark each.
    """
    found = influence_of(model, data)
    order = [k for k in found.order if found.gain[k] > 0 and len(found.groups[k]) == 1][:PANELS]
    if not order:
        raise NotApplicable("No column of numbers is used by any tree.")
    for panel in axes[len(order) :]:
        panel.remove()
    rows = data.X[some_rows(len(data.X), ROWS)]
    for panel, k in zip(axes, order, strict=False):
        j = int(found.groups[k][0])
        draw_dependence(panel, model, rows, j, data)
    low = min(panel.get_ylim()[0] for panel in axes[: len(order)])
    high = max(panel.get_ylim()[1] for panel in axes[: len(order)])
    for panel in axes[: len(order)]:
        panel.set_ylim(low, high)
    axes[0].set_ylabel(brief(unit_of(model, data), 34))


def draw_dependence(axes: Any, model: Any, rows: Array, j: int, data: Dataset) -> None:
    """Draw what a model says of rows while one of their columns is changed."""
    known = data.X[~np.isnan(data.X[:, j]), j]
    grid = np.unique(known)
    if len(grid) > POINTS:
        grid = np.linspace(grid[0], grid[-1], POINTS)
    changed = np.repeat(rows[None], len(grid), axis=0)
    changed[:, :, j] = grid[:, None]
    lines = answers(model, changed.reshape(-1, rows.shape[1])).reshape(len(grid), -1)
    few = some_rows(lines.shape[1], LINES)
    names = data.levels().get(j)
    if names is not None:
        axes.plot(grid, lines[:, few], "_", color=BLUE, markersize=9, alpha=0.4)
        axes.plot(grid, lines.mean(axis=1), "D", color=ORANGE, markersize=8)
        axes.set_xticks(grid, [brief(names[int(k)], 10) for k in grid], rotation=90 if len(grid) > 4 else 0)
    else:
        axes.plot(grid, lines[:, few], "-", color=BLUE, linewidth=0.5, alpha=0.4)
        axes.plot(grid, lines.mean(axis=1), "-", color=ORANGE, linewidth=2.6)
        tenths = np.quantile(known, np.arange(1, 10) / 10)
        frame = axes.get_xaxis_transform()
        axes.plot(tenths, np.zeros(9), "|", color=BLACK, markersize=10, transform=frame, clip_on=False)
        axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(brief(data.axis_names[j], 30))


@figure(1, 1, size=(7.8, 4.8))
def shap_values(axes: Any, model: Any, data: Dataset) -> None:
    """From the expected value to one prediction, column by column

    From the bottom upwards: the mean prediction, and what each column of one row adds to it or takes from it, its
    Shapley value. The bars end at the prediction of that row, exactly. A column's value is what it adds when columns
    become known one after the other, averaged over all orders; what is not known yet is averaged along the paths of the
    trees, by how many rows of the fit went each way. The row is the one whose prediction is farthest from the mean. The
    value says what the column has done in this prediction, not what would happen if it were changed.

    Of classes the bars are in units of the log-odds of the last class, of a tree in those of its probability.
    """
    if not model.feature_importances_.any():
        raise NotApplicable("No tree is split: every prediction is the same.")
    rows = data if data.held_out is None else data.held_out
    rows = rows.take(some_rows(len(rows.X), ROWS))
    values, start = explained(model, rows.X), expected(model)
    i = int(np.abs(values.sum(axis=1)).argmax())
    order = np.argsort(-np.abs(values[i]), kind="stable")
    shown, rest = order[:STEPS], order[STEPS:]
    rest = rest[values[i, rest] != 0]
    steps = [(f"{brief(data.feature_names[j], NAME)} = {entry(data, j, rows.X[i, j])}", values[i, j]) for j in shown]
    steps = [*([(plural(len(rest), "other column"), values[i, rest].sum())] if len(rest) else []), *reversed(steps)]
    ends = start + np.cumsum([0.0, *(step for _, step in steps)])
    margin = 0.12 * float(np.ptp(ends))
    axes.set_xlim(ends.min() - margin / 2, ends.max() + margin)
    at = start
    for k, (_, step) in enumerate(steps):
        axes.barh(k, step, left=at, color=ORANGE if step >= 0 else BLUE, alpha=0.8, height=0.65)
        axes.plot([at + step] * 2, [k - 0.33, k + 1.33], "-", color="#888888", linewidth=0.8)
        axes.annotate(f"{rounded(float(step), sign=True)}", (max(at, at + step), k), xytext=(4, 0), va="center",
                      textcoords="offset points", fontsize=9)  # fmt: skip
        at += step
    axes.axvline(start, color=BLACK, linestyle=":", linewidth=1.2)
    axes.plot([at], [len(steps) - 0.5], "v", color=VERMILION, markersize=9, clip_on=False)
    axes.set_yticks(range(len(steps)), [name for name, _ in steps])
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(scale_of(model, data))
    which = f"{'held-out ' if data.held_out is not None else ''}{rows.row_name(i)}"
    axes.set_title(f"{which}: from {rounded(float(start))} on average to {rounded(float(at))}")


def entry(data: Dataset, j: int, value: float) -> str:
    """Return an entry of a row, of a column of categories by its name."""
    if np.isnan(value):
        return "missing"
    return data.levels()[j][int(value)] if j in data.levels() else rounded(float(value))


def expected(model: Any) -> float:
    """Return the mean from which Shapley values count: of several scores that of the last one."""
    return float(np.ravel(model.expected_value_)[-1])


def scale_of(model: Any, data: Dataset) -> str:
    """Return what Shapley values are parts of."""
    if not hasattr(model, "classes_"):
        return data.target_name or "prediction"
    return f"{'log-odds' if hasattr(model, 'decision_function') else 'probability'} of {model.classes_[-1]}"
