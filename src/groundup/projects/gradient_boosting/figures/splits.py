"""The gain of each cut of a column: exactly, and from the sums of a histogram."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLUE, GREEN, ORANGE
from groundup.projects.gradient_boosting import textbook
from groundup.projects.gradient_boosting.figures.drawing import brief
from groundup.projects.gradient_boosting.stages import first_residuals, first_tree

BINS = 16  # Bins of the drawn histogram; the models have up to 255.


@figure(2, 1, size=(7.2, 5.4))
def split_scan(axes: Any, model: Any, data: Dataset) -> None:
    """The gain of each cut, exactly and from a histogram

    Above: by how much each cut of one column lowers the squared error of what the first tree is grown on, as a share of
    it. The line has every cut between two neighbours; the squares are the cuts between the bins of the histogram, and
    the two marks on the axis are the best of each. Below: what the histogram keeps of all the rows: in each bin the sum
    of the residuals, and their number. The squares above are computed from these few numbers alone, and lie on the
    line. What is lost is only that the best cut may lie within a bin; the models have up to 255 bins, not 16.

    The column is that of the first split.
    """
    tree = first_tree(model)
    if tree.is_leaf[0]:
        raise NotApplicable("The first tree is not split: no cut lowers the error.")
    j = int(tree.feature[0])
    known = ~np.isnan(data.X[:, j])
    x, r = data.X[known, j], first_residuals(model, data)[known]
    r = r - r.mean()
    total = float(r @ r)
    if np.ptp(x) == 0 or total == 0:
        raise NotApplicable("Of the rows without gaps all are equal in the column that is split first.")
    gains = textbook.split_gains(x, r) / total
    sorted_x = np.sort(x)
    cuts, possible = (sorted_x[1:] + sorted_x[:-1]) / 2, gains >= 0
    axes[0].plot(cuts[possible], gains[possible], "-", color=BLUE, linewidth=1.4, label="every cut")
    edges = quantile_edges(x)
    bins = textbook.bin_numbers(x, edges)
    G, H = (textbook.histogram(bins, values, len(edges) + 1) for values in (-r, np.ones(len(r))))
    coarse = 2 * textbook.histogram_gains(G, H, 0.0, 0.0) / total
    axes[0].plot(edges, coarse, "s", color=ORANGE, markersize=5, label=f"cuts of {len(edges) + 1} bins")
    mark(axes[0], float(cuts[gains.argmax()]), BLUE)
    mark(axes[0], float(edges[coarse.argmax()]), ORANGE)
    best, found = float(gains.max()), float(coarse.max())
    axes[0].set_title(f"best cut: {100 * best:.1f} % of the squared error, {100 * found:.1f} % from the histogram")
    axes[0].set_ylabel("gain (share of the error)")
    axes[0].set_ylim(bottom=-0.02 * best)
    axes[0].legend(loc="best")
    draw_histogram(axes[1], x, edges, -G, H)
    axes[1].set(xlabel=data.axis_names[j], ylabel=brief(f"sum of residuals, {data.target_name or 'target'}", 34))
    for panel in axes:
        panel.set_xlim(axes[1].get_xlim())


def quantile_edges(x: Array) -> Array:
    """Return thresholds between bins of about equally many rows, fewer where entries are equal."""
    distinct = np.unique(x)
    between = (distinct[1:] + distinct[:-1]) / 2
    wanted = np.quantile(x, np.arange(1, BINS) / BINS)
    return np.unique(between[np.clip(np.searchsorted(between, wanted), 0, len(between) - 1)])


def mark(axes: Any, place: float, shade: str) -> None:
    """Mark a cut on the axis."""
    axes.plot([place], [0.0], "^", color=shade, markersize=9, clip_on=False, zorder=5)


def draw_histogram(axes: Any, x: Array, edges: Array, sums: Array, counts: Array) -> None:
    """Draw the sum of the residuals in each bin, with the number of rows."""
    ends = np.concatenate([[x.min()], edges, [x.max()]])
    axes.bar(ends[:-1], sums, np.diff(ends), align="edge", color=GREEN, alpha=0.55, edgecolor="white", linewidth=0.8)
    axes.axhline(0.0, color="#888888", linewidth=0.8)
    tall = float(np.abs(sums).max()) or 1.0
    for left, right, height, count in zip(ends[:-1], ends[1:], sums, counts, strict=True):
        if right - left > 0.025 * np.ptp(ends):
            place = height + (0.04 if height >= 0 else -0.04) * tall
            axes.text((left + right) / 2, place, f"{count:.0f}", ha="center", fontsize=8,
                      va="bottom" if height >= 0 else "top")  # fmt: skip
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))
