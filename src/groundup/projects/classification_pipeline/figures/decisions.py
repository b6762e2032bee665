"""What a threshold does: to the four counts, and to what errors cost."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, DASHES, GREEN, ORANGE, VERMILION
from groundup.projects.classification_pipeline.figures.curves import ABOVE
from groundup.projects.classification_pipeline.judged import ASKED, MISS, Judged, judged

THRESHOLDS = np.linspace(0, 1, 201)


@figure(1, 2, size=(9.4, 4.1))
def costs(axes: Any, model: Any, data: Dataset) -> None:
    """One threshold: the counts, and what they cost

    Held-out rows that are called class 1 when their probability reaches the threshold. Left: the four
    counts; hits and misses are rows of class 1, false alarms and true negatives rows of the other class. Right: what
    the errors cost, if a miss costs as much as five false alarms, and if both cost the same. Lines mark the threshold
    that the ratio of the costs asks for, which looks at no row, and the one that is best for just these rows, which
    flatters them.
    """
    rows = judged(model, data)
    counts, paid = axes
    draw_counts(counts, rows)
    draw_costs(paid, rows)
    paid.legend(**ABOVE)


def draw_counts(axes: Any, rows: Judged) -> None:
    """Draw the four counts over the threshold."""
    tables = np.array([rows.counts(t) for t in THRESHOLDS])  # (thresholds, 2, 2)
    shades = iter((GREEN, VERMILION, ORANGE, BLUE))
    names = iter(("true negatives", "false alarms", "misses", "hits"))
    for k in (0, 1):
        for j in (0, 1):
            axes.plot(THRESHOLDS, tables[:, k, j], color=next(shades), linestyle=DASHES[2 * k + j], label=next(names))
    axes.set(xlabel=f"threshold on the probability of {rows.names[1]}", ylabel="rows", xlim=(0, 1))
    axes.set_ylim(0, 1.05 * tables.max())
    axes.legend(**ABOVE)


def draw_costs(axes: Any, rows: Judged) -> None:
    """Draw what errors cost over the threshold, and the two thresholds."""
    unequal = np.array([rows.cost(t) for t in THRESHOLDS])
    axes.plot(THRESHOLDS, unequal, color=BLUE, label=f"a miss costs {MISS:g}")
    axes.plot(THRESHOLDS, equal(rows), color=ORANGE, linestyle="--", label="a miss costs 1")
    axes.axvline(ASKED, color=BLACK, linestyle=":", linewidth=1.2, label=f"ratio of costs {ASKED:.3f}")
    best = rows.best()
    if np.isfinite(best):
        axes.axvline(best, color=VERMILION, linestyle="-.", linewidth=1.2, label=f"best here {best:.3f}")
    axes.set(xlabel=f"threshold on the probability of {rows.names[1]}", ylabel="cost (false alarms)", xlim=(0, 1))
    axes.set_ylim(0, 1.05 * max(float(unequal.max()), 1.0))


def equal(rows: Judged) -> Array:
    """Return the number of errors at each threshold."""
    tables = np.array([rows.counts(t) for t in THRESHOLDS])
    return np.asarray(tables[:, 0, 1] + tables[:, 1, 0])
