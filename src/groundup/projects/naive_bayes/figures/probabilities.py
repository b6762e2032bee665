"""How far the probabilities can be trusted, and the numbers at which a product of them is lost."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.common.linear_classifiers import codes
from groundup.projects.naive_bayes.evidence import unseen

FEWEST = 30  # Held-out rows of which half are enough to choose a temperature, and the others to judge it.
BINS = 6
TEMPERATURES = np.geomspace(0.2, 50, 241)
FACTORS = 400  # Of the product that underflows.


@figure(1, 2, size=(9.4, 3.5))
def reliability(axes: Any, model: Any, data: Dataset) -> None:
    """Too sure: what the probabilities are worth

    Held-out rows, sorted by how sure the model is of its answer. Left: how often the answer is right; bars are 95 %
    intervals (Wilson), and on the line the model would be as sure as it is right. Naive Bayes lies below it, because it
    takes words that occur together for independent evidence. Dividing all log-probabilities by a temperature T
    corrects that without changing an answer; T makes the log-loss least on one half of the rows, and all that is drawn
    is of the other half. Right: how many rows are how sure.
    """
    rows = unseen(data)
    if data.held_out is None or len(rows.X) < FEWEST:
        raise NotApplicable(f"{FEWEST} held-out rows are needed to judge the probabilities")
    log_p, code = model.predict_log_proba(rows.X), codes(model, rows.y)
    half = np.arange(len(code)) % 2 == 0
    T = best_temperature(log_p[half], code[half])
    curve, counts = axes
    lowest = 1 / len(model.classes_)
    edges = np.linspace(lowest, 1, BINS + 1)
    curve.plot([lowest, 1], [lowest, 1], "-", color=BLACK, linewidth=1, label="as sure as right")
    for t, shade, mark, dash, away in ((1.0, VERMILION, "o", "-", -1), (T, BLUE, "s", "--", 1)):
        P = np.exp(tempered(log_p[~half], t))
        sure, right = P.max(axis=1), P.argmax(axis=1) == code[~half]
        where, share, low, high, size = binned(sure, right, edges)
        loss = -tempered(log_p[~half], t)[np.arange(len(right)), code[~half]].mean()
        curve.errorbar(where, share, [share - low, high - share], fmt=mark, color=shade, linestyle=dash, capsize=2,
                       label=f"T = {t:.3g}: sure {100 * sure.mean():.0f} %, right {100 * right.mean():.0f} %, "
                       f"log-loss {loss:.3g}")  # fmt: skip
        width = 0.42 * (edges[1] - edges[0])
        counts.bar((edges[:-1] + edges[1:]) / 2 + away * width / 2, size, width, color=shade,
                   hatch="" if away < 0 else "//", edgecolor=BLACK, linewidth=0.5, label=f"T = {t:.3g}")  # fmt: skip
    curve.set(
        xlabel="probability of the predicted class", ylabel="share of the rows that are right", ylim=(-0.03, 1.05)
    )
    curve.legend(loc="lower left", bbox_to_anchor=(0, 1), fontsize=8)
    counts.set(xlabel="probability of the predicted class", ylabel="rows")
    counts.legend()


def tempered(log_p: Array, T: float) -> Array:
    """Return log-probabilities divided by a temperature, and normalised again."""
    with np.errstate(invalid="ignore"):
        scaled = log_p / T
        return np.asarray(scaled - np.logaddexp.reduce(scaled, axis=1, keepdims=True))


def best_temperature(log_p: Array, code: Array) -> float:
    """Return the temperature with the least log-loss; infinite losses, of impossible classes, are left out."""
    own = np.isfinite(log_p[np.arange(len(code)), code])
    if not own.any():
        return 1.0
    losses = [-tempered(log_p[own], T)[np.arange(own.sum()), code[own]].mean() for T in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def binned(sure: Array, right: Array, edges: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Return mean sureness and share of right answers of each filled bin, its 95 % interval, and sizes of all bins."""
    place = np.clip(np.digitize(sure, edges) - 1, 0, len(edges) - 2)
    size = np.bincount(place, minlength=len(edges) - 1)
    filled = np.flatnonzero(size)
    n = size[filled]
    share = np.bincount(place, right, len(edges) - 1)[filled] / n
    middle, z2 = (share + 1.96**2 / (2 * n)) / (1 + 1.96**2 / n), 1.96**2
    reach = 1.96 * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    where = np.bincount(place, sure, len(edges) - 1)[filled] / n
    return where, share, np.minimum(middle - reach, share), np.maximum(middle + reach, share), size


@figure(size=(4.8, 3.5))
def underflow(axes: Any, model: Any, data: Dataset) -> None:
    """A product of probabilities underflows, a sum of logarithms does not, whatever the data of this run

    Factors of 0.1, multiplied one after another. In single precision the product is zero from the first cross on, in
    double precision from the second; then every class has the probability zero, and 0 / 0 says nothing. Before that its
    digits are lost one by one. The sum of the logarithms goes on: only its scale grows.
    """
    n = np.arange(1, FACTORS + 1)
    axes.plot(n, -n, color=BLACK, linewidth=0.9, linestyle=":", label="sum of logarithms")
    for kind, shade, dash, width in ((np.float64, BLUE, "-", 1.6), (np.float32, ORANGE, "--", 4)):
        with np.errstate(under="ignore"):
            value = np.multiply.accumulate(np.full(FACTORS, 0.1, kind)).astype(float)
        zero = int(np.argmax(value == 0))
        height, bits = np.log10(value[:zero]), 8 * np.dtype(kind).itemsize
        axes.plot(n[:zero], height, color=shade, linestyle=dash, linewidth=width, label=f"product, float{bits}")
        axes.plot(n[zero - 1], height[-1], "X", color=shade, markeredgecolor=BLACK, markersize=10, linestyle="")
        side, away = ("left", 12) if zero < FACTORS / 2 else ("right", -12)
        axes.annotate(f"0 from {n[zero]} on", (n[zero - 1], height[-1]), fontsize=9, va="center", ha=side,
                      xytext=(away, 0), textcoords="offset points")  # fmt: skip
    axes.set(xlabel="factors of 0.1", ylabel="decimal logarithm")
    axes.legend(loc="upper right")
