"""Labels that keep apart: numbers of rows in a column at the edge, and values along contours."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array

GAP = 0.075  # Least distance of two labels, in heights of the panel: that of a line of text.
EDGE = 0.98  # Where labels end, in widths of the panel.


def label_points(axes: Any, points: Array, words: Sequence[str]) -> None:
    """Label points in a column at the right edge, each with a line to its point; limits of the axes are set before.

    Parameters
    ----------
    axes : Axes
        To draw into.
    points : ndarray of shape (m, 2)
        What is labelled, in data coordinates.
    words : sequence of str
        The labels.
    """
    place = axes.transAxes.inverted().transform(axes.transData.transform(points))
    order = np.argsort(place[:, 1], kind="stable")
    heights = spaced(np.clip(place[order, 1], 0, 1))
    for k, height in zip(order, heights, strict=True):
        axes.annotate(
            words[k], points[k], xytext=(EDGE, height), xycoords="data", textcoords="axes fraction", ha="right",
            va="center", fontsize=8, bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85},
            arrowprops={"arrowstyle": "-", "color": "#777777", "linewidth": 0.6, "shrinkB": 2},
        )  # fmt: skip


def spaced(heights: Array, gap: float = GAP) -> Array:
    """Return ascending heights moved as little as needed to be `gap` apart, within 0.03 and 0.97 where they fit."""
    lowest, highest = 0.03, 0.97
    moved = np.array(heights, dtype=np.float64)
    for k in range(len(moved)):
        moved[k] = max(moved[k], moved[k - 1] + gap if k else lowest)
    for k in reversed(range(len(moved))):
        moved[k] = min(moved[k], moved[k + 1] - gap if k + 1 < len(moved) else highest)
    return moved


def label_lines(axes: Any, contours: Any, words: Sequence[str]) -> None:
    """Label lines of equal value each at another part of its length, so that labels of near lines keep apart."""
    for k, (lines, text) in enumerate(zip(contours.allsegs, words, strict=True)):
        longest = max(lines, key=len, default=())
        if len(longest):
            x, y = longest[int((k + 0.5) / len(words) * (len(longest) - 1))]
            axes.text(x, y, text, fontsize=8, ha="center", va="center", clip_on=True,
                      bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7})  # fmt: skip
