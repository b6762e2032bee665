"""The threshold falls: a point moves along the ROC, rows change places in the confusion matrix, costs fall and rise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation
from groundup.plotting.style import BLACK, BLUE, VERMILION
from groundup.projects.classification_pipeline.figures.decisions import THRESHOLDS
from groundup.projects.classification_pipeline.judged import ALARM, ASKED, MISS, Judged, judged

STOPS = (0.99, 0.9, 0.7, 0.5, 0.3, 0.2, 0.05, 0.01)  # And last the threshold that the costs ask for.


@dataclass(frozen=True)
class Frame:
    """What is seen at a threshold.

    Parameters
    ----------
    rows : Judged
        Held-out rows.
    threshold, before : float
        This one, and that of the frame before.
    last : bool
        Whether it is the threshold of the reported model.
    """

    rows: Judged
    threshold: float
    before: float
    last: bool


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield falling thresholds, and at the end the one that belongs to the costs."""
    rows, before = judged(model, data), np.inf
    for t in STOPS:
        yield Frame(rows, t, before, False)
        before = t
    yield Frame(rows, ASKED, before, True)


def draw(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the ROC, the counts and the costs with the threshold in all of them."""
    rows, t = frame.rows, frame.threshold
    roc, counts, paid = axes
    table = rows.counts(t)
    alarms, hits = rows.roc()
    roc.plot(alarms, hits, color=BLUE)
    roc.plot([0, 1], [0, 1], ":", color=BLACK, linewidth=1)
    roc.plot(table[0, 1] / table[0].sum(), table[1, 1] / table[1].sum(), "o", color=VERMILION, markersize=9)
    roc.set(
        xlabel=f"share of {rows.names[0]} called {rows.names[1]}", ylabel=f"share of {rows.names[1]} found", title="ROC"
    )
    draw_table(counts, rows, table)
    curve = np.array([rows.cost(u) for u in THRESHOLDS])
    paid.plot(THRESHOLDS, curve, color=BLUE)
    paid.axvline(ASKED, color=BLACK, linestyle=":", linewidth=1)
    paid.plot(t, rows.cost(t), "o", color=VERMILION, markersize=9)
    paid.set(xlabel="threshold", ylabel="cost (false alarms)", xlim=(-0.02, 1.02), ylim=(0, 1.1 * max(curve.max(), 1)))
    paid.set_title(f"threshold {t:.3g}: cost {rows.cost(t):g}")
    return told(frame, table)


def draw_table(axes: Any, rows: Judged, table: Array) -> None:
    """Draw the confusion matrix with its numbers."""
    axes.imshow(table / table.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for k in (0, 1):
        for j in (0, 1):
            shade = "white" if table[k, j] > 0.65 * table[k].sum() else BLACK
            axes.text(j, k, str(table[k, j]), ha="center", va="center", fontsize=15, color=shade)
    axes.set_xticks((0, 1), rows.names)
    axes.set_yticks((0, 1), rows.names, rotation=90, va="center")
    axes.grid(visible=False)
    axes.set(xlabel="called", ylabel="is", title="rows")


def told(frame: Frame, table: Array) -> str:
    """Return what happened since the frame before, and what to ask before the next."""
    rows, t = frame.rows, frame.threshold
    now = (
        f"{plural(int(table[1, 0]), 'missed row')}, {plural(int(table[0, 1]), 'false alarm')}: cost "
        f"{MISS:g}·{table[1, 0]} + {ALARM:g}·{table[0, 1]} = {rows.cost(t):g}."
    )
    if frame.last:
        return (
            f"A miss costs {MISS:g}, a false alarm {ALARM:g}, so the threshold is {ALARM:g}/({ALARM:g} + {MISS:g}) = "
            f"{t:.3f}: with it the reported model makes {now}"
        )
    called = ((rows.p >= t) & (rows.p < frame.before)).astype(bool)
    moved = (
        f"{plural(int(called.sum()), 'more row')} called {rows.names[1]}, {int(rows.y[called].sum())} of them rightly"
    )
    ask = "Which count changes next, and will the cost rise or fall?"
    return f"Threshold {t:g}: {moved}; {now} {ask}"


threshold = Animation(
    "The threshold falls",
    "Held-out rows whose probability reaches the threshold are called class 1. As it falls the point moves along the "
    "ROC, up for each row that is rightly called and to the right for each false alarm; rows move from the left to the "
    "right column of the confusion matrix; and the cost, five false alarms for a miss, falls and rises again. The "
    "dotted line is the threshold that the ratio of the costs asks for, where the animation ends.",
    1,
    3,
    (11.4, 3.6),
    frames,
    draw,
)
