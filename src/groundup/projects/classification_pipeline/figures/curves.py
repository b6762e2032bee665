"""One model on rows it has not seen: its curves, and whether its probabilities come true."""

from typing import Any

import numpy as np

from groundup.core.metrics import roc_auc_score
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.classification_pipeline import probabilities, textbook
from groundup.projects.classification_pipeline.judged import Judged, judged

RARE = 0.02  # Share of class 1 for which precision is drawn again.
EDGES = np.linspace(0, 1, 6)
SURER = 3.0  # Factor on the log-odds.
ABOVE: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": 2, "handlelength": 1.6,
                         "columnspacing": 1.2}  # A legend off the curves.  # fmt: skip
FEWEST = 30  # Held-out rows of which shares in bins say something.


@figure(1, 2, size=(9.4, 4.0))
def curves(axes: Any, model: Any, data: Dataset) -> None:
    """The same scores as ROC, and as precision over recall

    Held-out rows, at every threshold; the dot is the threshold 0.5. Left: share of class 1 that is found over share of
    the other class that is called so, which do not depend on how frequent the classes are; the area is the probability
    that a row of class 1 has the higher score. Right: how many of those called are right, over the same share found;
    once for the classes as frequent as here, and once with the same two rates where class 1 is one row in fifty.
    Dotted lines are scores without skill.
    """
    rows = judged(model, data)
    alarms, hits = rows.roc()
    roc, precision = axes
    roc.plot(alarms, hits, color=BLUE, label=f"area {roc_auc_score(rows.y, rows.p):.3f}")
    roc.plot([0, 1], [0, 1], ":", color=BLACK, linewidth=1, label="no skill: area 0.5")
    share = float(rows.y.mean())
    for part, shade, line in ((share, BLUE, "-"), (RARE, ORANGE, "--")):
        right = precisions(alarms[1:], hits[1:], part)
        precision.step(hits, np.append(right[0], right), where="pre", color=shade, linestyle=line,
                       label=f"{100 * part:.0f} % {rows.names[1]}")  # fmt: skip
        precision.axhline(part, color=shade, linestyle=":", linewidth=1)
    table = rows.counts(0.5)
    a, h = table[0, 1] / table[0].sum(), table[1, 1] / table[1].sum()
    roc.plot(a, h, "o", color=VERMILION, markersize=8, label="threshold 0.5")
    for part in (share, RARE):
        if a + h > 0:
            precision.plot(h, precisions(a, h, part), "o", color=VERMILION, markersize=8)
    roc.set(xlabel=f"false-alarm rate: share of {rows.names[0]} called {rows.names[1]}",
            ylabel=f"hit rate: share of {rows.names[1]} found")  # fmt: skip
    precision.set(xlabel=f"recall: share of {rows.names[1]} found", ylabel="precision: share of calls that are right",
                  ylim=(-0.03, 1.03))  # fmt: skip
    roc.legend(loc="lower right")
    precision.legend(**ABOVE)


def precisions(alarms: Any, hits: Any, share: float) -> Any:
    """Return the share of rows called class 1 that are, from both rates and the share of class 1."""
    return share * hits / (share * hits + (1 - share) * alarms)


@figure(1, 2, size=(9.4, 4.0))
def calibration(axes: Any, model: Any, data: Dataset) -> None:
    """What probabilities say, and what happens

    Held-out rows in bins of equal width. Left: share of class 1 over the mean probability said; bars are 95 % intervals
    (Wilson), and on the line the probabilities come true. The second series has the log-odds three times as large: the
    order of the rows, and with it every ROC, is the same, and so are the classes at 0.5, but it is too sure. Right:
    Brier score and log-loss see that; accuracy and area do not.
    """
    rows = judged(model, data)
    if len(rows.y) < FEWEST:
        raise NotApplicable(f"{FEWEST} held-out rows are needed for shares in bins")
    reliability, scores = axes
    reliability.plot([0, 1], [0, 1], ":", color=BLACK, linewidth=1)
    series = ((rows.p, BLUE, "o", "the model"), (surer(rows.p), VERMILION, "s", "log-odds × 3"))
    width, names = 0.38, ("1 −\naccuracy", "1 −\narea", "Brier\nscore", "log-\nloss")
    for place, (p, shade, mark, name) in enumerate(series):
        said, found, size = probabilities.calibration(rows.y, p, EDGES)
        low, high = textbook.wilson(found * size, size, 1.96)
        bars = np.maximum([found - low, high - found], 0)  # An end at 0 or 1 is off by rounding.
        reliability.errorbar(said, found, bars, fmt=f"{mark}-", color=shade, capsize=2,
                             linewidth=1.2, label=name)  # fmt: skip
        value = losses(Judged(rows.y, p, rows.names, rows.what))
        scores.bar(np.arange(4) + (place - 0.5) * width, value, width, color=shade, hatch="//" if place else "",
                   edgecolor=BLACK, linewidth=0.5, label=name)  # fmt: skip
    reliability.set(
        xlabel=f"probability of {rows.names[1]}", ylabel=f"share that is {rows.names[1]}", xlim=(-0.03, 1.03)
    )
    reliability.set_ylim(-0.05, 1.05)
    scores.set_xticks(range(4), names)
    scores.set_ylabel("less is better")
    for panel in axes:
        panel.legend(**ABOVE)


def surer(p: Array) -> Array:
    """Return probabilities whose log-odds are larger, the order kept."""
    odds = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(1 / (1 + ((1 - odds) / odds) ** SURER))


def losses(rows: Judged) -> tuple[float, float, float, float]:
    """Return share of errors at 0.5, one less the area, Brier score and log-loss.  eq. classification_pipeline:brier"""
    wrong = float(((rows.p >= 0.5) != rows.y).mean())
    p = np.clip(np.where(rows.y == 1, rows.p, 1 - rows.p), 1e-300, 1)
    return (
        wrong, 1 - roc_auc_score(rows.y, rows.p), float(textbook.brier(rows.y, rows.p)), -float(np.log(p).mean())
    )  # fmt: skip
