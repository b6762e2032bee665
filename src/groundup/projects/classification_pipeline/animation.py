"""The threshold falls: a point moves along the ROC, rows change places in the confusion matrix, costs fall and rise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, Target
from groundup.plotting.style import BLACK, BLUE, VERMILION
from groundup.projects.classification_pipeline.figures.decisions import THRESHOLDS
from groundup.projects.classification_pipeline.judged import ALARM, MISS, Judged, judged

STOPS = (0.99, 0.9, 0.7, 0.5, 0.3, 0.2, 0.05, 0.01)  # And last the threshold that the costs ask for.
OTHER_STOPS = (0.9, 0.3, 0.03)  # Of another recording.


@dataclass(frozen=True)
class Frame:
    """What is seen at a threshold.

    Parameters
    ----------
    rows : Judged
        Held-out rows.
    threshold, before : float
        This one, and that of the frame before.
    following : float or None
        The next one; None before the last frame, and in it.
    miss : float
        What a missed row costs, in false alarms.
    ending : str
        In the last frame, whose threshold it is.
    """

    rows: Judged
    threshold: float
    before: float
    following: float | None
    miss: float
    ending: str = ""

    @property
    def asked(self) -> float:
        """Threshold of least expected cost.  eq. classification_pipeline:decision"""
        return ALARM / (ALARM + self.miss)


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield falling thresholds, and at the end the one that belongs to the costs."""
    yield from falling(judged(model, data), STOPS, MISS, "the reported model")


def with_other_costs(model: Any, data: Dataset, miss: float) -> Iterator[Frame]:
    """Yield a few falling thresholds for another cost of a miss, and the one that belongs to it."""
    yield from falling(judged(model, data), OTHER_STOPS, miss, "the same model, with these costs,")


def falling(rows: Judged, stops: Sequence[float], miss: float, ending: str) -> Iterator[Frame]:
    """Yield some thresholds, and the one that belongs to the costs."""
    before = np.inf
    for place, t in enumerate(stops):
        yield Frame(rows, t, before, stops[place + 1] if place + 1 < len(stops) else None, miss)
        before = t
    yield Frame(rows, ALARM / (ALARM + miss), before, None, miss, ending)


def cost_so_far(frame: Frame, data: Dataset) -> Target | None:
    """Where the cost is, while the threshold falls; the next threshold is known."""
    if frame.ending:
        return None
    return Target(2, frame.threshold, frame.rows.cost(frame.threshold, frame.miss), free="y")


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
    curve, cost = np.array([rows.cost(u, frame.miss) for u in THRESHOLDS]), rows.cost(t, frame.miss)
    top = max(1.0, *(rows.cost(u, frame.miss) for u in STOPS))  # the curve leaves the picture at its ends
    seen = (0.0 if frame.ending else t) <= THRESHOLDS
    paid.plot(THRESHOLDS[seen], curve[seen], color=BLUE)
    paid.axvline(frame.asked, color=BLACK, linestyle=":", linewidth=1)
    paid.plot(t, cost, "o", color=VERMILION, markersize=9)
    paid.set(xlabel="threshold", ylabel="cost (false alarms)", xlim=(-0.02, 1.02), ylim=(0, 1.2 * top))
    paid.set_title(f"threshold {t:.3g}: cost {cost:g}")
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
        f"{frame.miss:g}·{table[1, 0]} + {ALARM:g}·{table[0, 1]} = {rows.cost(t, frame.miss):g}."
    )
    if frame.ending:
        costs = f"A miss costs {frame.miss:g}, a false alarm {ALARM:g}"
        ratio = f"{ALARM:g}/({ALARM:g} + {frame.miss:g})"
        return f"{costs}, so the threshold is {ratio} = {t:.3f}: with it {frame.ending} makes {now}"
    called = ((rows.p >= t) & (rows.p < frame.before)).astype(bool)
    moved = (
        f"{plural(int(called.sum()), 'more row')} called {rows.names[1]}, {int(rows.y[called].sum())} of them rightly"
    )
    ask = "Which of these thresholds would you choose?"
    if frame.following is not None:
        one, other = rows.names
        ask = (
            f"Next the threshold {frame.following:g}: a row of class {other} that it finds saves {frame.miss:g}, one "
            f"of class {one} that it calls {other} costs {ALARM:g}. Will the cost rise or fall?"
        )
    return f"Threshold {t:g}: {moved}; {now} {ask}"


threshold = Animation(
    "The threshold falls",
    "Held-out rows whose probability reaches the threshold are called class 1. As it falls the point moves along the "
    "ROC, up for each row that is rightly called and to the right for each false alarm; rows move from the left to the "
    "right column of the confusion matrix; and the cost, five false alarms for a miss, falls and rises again. The "
    "dotted line is the threshold that the ratio of the costs asks for, where the animation ends. The curve of the "
    "cost is drawn as far as the threshold has come: predict it before you go on.",
    1,
    3,
    (11.4, 3.6),
    frames,
    draw,
    cost_so_far,
    "How high will the cost be at the next threshold?",
    {
        "a miss costs twenty false alarms": partial(with_other_costs, miss=20.0),
        "a miss costs one false alarm": partial(with_other_costs, miss=1.0),
    },
)
