"""From scores to probabilities: what the temperature does, what a constant does, and where the naive formula breaks."""

from typing import Any

import numpy as np

from groundup.core.functions import softmax
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.plane import colour
from groundup.plotting.style import BLACK, BLUE, DASHES, ORANGE, VERMILION
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

MOST = 6  # classes in a picture
TELLING = 0.6  # probability of the best class of the row that is shown: neither sure nor at a loss
TEMPERATURES = (0.25, 1.0, 4.0)
HATCHES = ("//", "", "..")


@figure(1, 3, size=(13.0, 4.0))
def temperature(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """Temperature, and a constant that changes nothing

    One row of the data, neither sure nor at a loss. Left: its scores divided by three temperatures T; the order of the
    classes stays, the confidence changes. Middle: from cold, where the best class takes all, to hot, where all are
    alike. Right: adding a constant to all scores multiplies every exponential (dashed) by the same factor, and no
    probability (full) changes: only differences of scores mean anything. At most six classes are drawn.
    """
    row, scores = telling_row(model, data)
    best = np.sort(np.argsort(-scores, kind="stable")[:MOST])
    names = [str(name) for name in model.classes_[best]]
    bars, curves, constant = axes
    for k, (T, hatch) in enumerate(zip(TEMPERATURES, HATCHES, strict=True)):
        p = softmax(scores / T)[best]
        bars.bar(np.arange(len(best)) + 0.27 * (k - 1), p, 0.26, hatch=hatch, edgecolor=BLACK, linewidth=0.6,
                 color=(BLUE, ORANGE, "#dddddd")[k], label=f"T = {T:g}")  # fmt: skip
    bars.set_xticks(range(len(best)), names)
    bars.set(xlabel=data.target_name or "class", ylabel="probability", title=data.row_name(row), ylim=(0, 1.05))
    bars.legend(loc="best")
    degrees = np.geomspace(0.05, 50, 200)
    c = np.linspace(-4, 4, 50)
    hot, moved = softmax(scores / degrees[:, None])[:, best], softmax(scores + c[:, None])[:, best]
    for k, name in enumerate(names):
        line = {"color": colour(k), "linestyle": DASHES[k % len(DASHES)]}
        curves.semilogx(degrees, hot[:, k], label=name, **line)
        constant.semilogy(c, moved[:, k], color=colour(k), linestyle="-", label=f"probability of {name}")
        constant.semilogy(c, np.exp(scores[best[k]] - scores.max() + c), color=colour(k), linestyle="--", linewidth=1)
    curves.axhline(1 / len(scores), color=BLACK, linewidth=0.9, linestyle=":")
    curves.axvline(1, color=BLACK, linewidth=0.9, linestyle=":")
    curves.set(xlabel="temperature T", ylabel="probability", title="from cold to hot", ylim=(-0.02, 1.05))
    curves.legend(loc="upper right")
    constant.set(xlabel="constant added to all scores", ylabel="probability, exponential", title="a constant")
    constant.legend(loc="upper left", fontsize=8)


def telling_row(model: SoftmaxRegression, data: Dataset) -> tuple[int, Array]:
    """Number and scores of the row whose best class has a probability next to `TELLING`."""
    log_proba = model.predict_log_proba(data.X)
    row = int(np.argmin(np.abs(np.exp(log_proba.max(axis=1)) - TELLING)))
    return row, np.asarray(log_proba[row])  # scores up to a constant, which does not matter


def naive_softmax(Z: Array) -> Array:
    """As it is defined, and as it breaks: exp overflows, or all of them underflow."""
    E = np.exp(Z)
    return np.asarray(E / E.sum(axis=-1, keepdims=True))


def breaks_at(kind: type[np.floating[Any]], sign: int) -> float:
    """Smallest size, to a ten-thousandth, at which the naive softmax of (s, s − 1, s − 2) is NaN, for s = ± size."""
    low, high = 1.0, 2000.0
    with np.errstate(all="ignore"):
        while high - low > 1e-4:
            middle = (low + high) / 2
            broken = np.isnan(naive_softmax(_three(np.array(sign * middle), kind))).any()
            low, high = (low, middle) if broken else (middle, high)
    return high


def _three(s: Array, kind: type[np.floating[Any]]) -> Array:
    return np.asarray((s[..., None] - np.arange(3.0)).astype(kind))


@figure(1, 2, size=(11.4, 4.0))
def overflow(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """The naive softmax overflows, the stable one does not, whatever the data of this run

    The largest probability of the scores (s, s − 1, s − 2), which is 0.665 for every s. Left: as s grows, the naive
    formula divides infinity by infinity, from the crosses on in single and in double precision. Right: as s falls it
    loses its digits and then divides zero by zero. With the largest score subtracted first the largest exponential is
    1: nothing overflows, and what underflows does not matter.
    """
    size = np.linspace(1, 900, 4000)
    for panel, sign in zip(axes, (1, -1), strict=True):
        panel.axhline(float(softmax(np.array([0.0, -1.0, -2.0]))[0]), color=BLACK, linewidth=5, alpha=0.25,
                      label="stable, both precisions")  # fmt: skip
        for kind, shade, dash, away in ((np.float32, VERMILION, "--", 9), (np.float64, BLUE, "-", -9)):
            with np.errstate(all="ignore"):
                p = naive_softmax(_three(sign * size, kind))[:, 0].astype(float)
            bits, end = 8 * np.dtype(kind).itemsize, breaks_at(kind, sign)
            panel.plot(size, p, color=shade, linestyle=dash, label=f"naive, float{bits}")
            last = float(p[size < end][-1])
            panel.plot(end, last, "X", color=shade, markeredgecolor=BLACK, markersize=10, linestyle="")
            panel.annotate(f"NaN from {sign * end:.2f} on", (end, last), xytext=(away, 8),
                           textcoords="offset points", ha="left" if away > 0 else "right", fontsize=9)  # fmt: skip
        panel.set(xlabel=f"size of s, s {'>' if sign > 0 else '<'} 0", ylabel="largest probability", ylim=(-0.15, 1.15))
    axes[0].set_title("large scores")
    axes[1].set_title("very negative scores")
    axes[0].legend(loc=(0.25, 0.28))
