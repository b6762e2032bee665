"""From scores to probabilities: what the temperature does, and where the naive formula breaks."""

from typing import Any

import numpy as np

from groundup.core.functions import softmax
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.plane import colour
from groundup.plotting.style import BLACK, BLUE, DASHES, GREEN, ORANGE, VERMILION
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

MOST = 6  # classes in a picture
TELLING = 0.6  # probability of the best class of the row that is shown: neither sure nor at a loss
TEMPERATURES = (0.25, 1.0, 4.0)
HATCHES = ("//", "", "..")
WRONG = 0.01  # Error of a probability from which on it counts as wrong.
END = 900  # of the sizes of scores that are drawn


@figure(1, 2, size=(8.4, 2.9))
def temperature(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """Temperature: the order stays, the confidence changes

    One row of the data, neither sure nor at a loss. Left: its scores divided by three temperatures T. Right: from cold,
    where the best class takes all, to hot, where all are alike; dotted lines mark T = 1 and equal probabilities. At
    most six classes are drawn.
    """
    row, scores = telling_row(model, data)
    best = np.sort(np.argsort(-scores, kind="stable")[:MOST])
    names = [str(name) for name in model.classes_[best]]
    bars, curves = axes
    for k, (T, hatch) in enumerate(zip(TEMPERATURES, HATCHES, strict=True)):
        p = softmax(scores / T)[best]
        bars.bar(np.arange(len(best)) + 0.27 * (k - 1), p, 0.26, hatch=hatch, edgecolor=BLACK, linewidth=0.6,
                 color=(BLUE, ORANGE, "#dddddd")[k], label=f"T = {T:g}")  # fmt: skip
    bars.set_xticks(range(len(best)), names)
    bars.set(
        xlabel=data.target_name or "class",
        ylabel="probability",
        title=f"{data.row_name(row)}, three temperatures",
        ylim=(0, 1.05),
    )
    bars.legend(loc="best", fontsize=8)
    degrees = np.geomspace(0.05, 50, 200)
    hot = softmax(scores / degrees[:, None])[:, best]
    for k, name in enumerate(names):
        curves.semilogx(degrees, hot[:, k], label=name, color=colour(k), linestyle=DASHES[k % len(DASHES)])
    curves.axhline(1 / len(scores), color=BLACK, linewidth=0.9, linestyle=":")
    curves.axvline(1, color=BLACK, linewidth=0.9, linestyle=":")
    curves.set(xlabel="temperature T", ylabel="probability", title="from cold to hot", ylim=(-0.02, 1.05))
    curves.legend(loc="upper right", fontsize=8)


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


def errs_at(kind: type[np.floating[Any]], sign: int) -> float:
    """Return the smallest size, to a hundredth, from which on the naive softmax is wrong or NaN somewhere up to END."""
    size = np.arange(1.0, END, 0.01)
    with np.errstate(all="ignore"):
        p = naive_softmax(_three(sign * size, kind))[:, 0].astype(float)
    good = np.abs(p - softmax(np.array([0.0, -1.0, -2.0]))[0]) < WRONG  # a comparison with NaN is false
    return float(size[np.flatnonzero(~good)[0]])


@figure(size=(8.4, 2.7))
def overflow(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """Where the naive softmax breaks, whatever the data of this run

    The probabilities of the scores s, s − 1, s − 2 are 0.665, 0.245 and 0.090 for every s. Bars show for which s a
    formula finds them. The naive one divides infinity by infinity where s is large, and zero by zero where it is very
    negative; from the numbers printed on, its result is NaN. Just before, in the narrow black stripes, it is wrong by
    more than 0.01 and gives no warning: the sum has become infinite while its parts have not, or the exponentials have
    lost their digits. With the largest score subtracted first the largest exponential is 1, and all s are right.
    """
    kinds: tuple[type[np.floating[Any]], ...] = (np.float32, np.float64)
    names = [f"naive,\nfloat{8 * np.dtype(kind).itemsize}" for kind in kinds]
    for y, (kind, shade, hatch) in enumerate(zip(kinds, (VERMILION, BLUE), ("//", ".."), strict=True)):
        low, high = -breaks_at(kind, -1), breaks_at(kind, 1)
        right = -errs_at(kind, -1), errs_at(kind, 1)
        axes.barh(y, high - low, 0.5, left=low, color=BLACK, linewidth=0)
        axes.barh(y, right[1] - right[0], 0.5, left=right[0], color=shade, hatch=hatch, edgecolor="white", linewidth=0)
        for end, ha, away in ((low, "right", -6), (high, "left", 6)):
            nearest = np.sign(end) * np.ceil(abs(end) * 100) / 100
            text = f"{nearest:.2f}".replace("-", "−")
            axes.annotate(f"NaN from\n{text} on", (end, y), xytext=(away, 0), textcoords="offset points", ha=ha,
                          va="center", fontsize=8)  # fmt: skip
    axes.barh(2, 2.9 * END, 0.5, left=-1.45 * END, color=GREEN, linewidth=0)
    axes.set_yticks(range(3), [*names, "stable,\nboth"])
    axes.set(xlabel="largest score s", xlim=(-1.2 * END, 1.2 * END))
    axes.grid(visible=False, axis="y")
