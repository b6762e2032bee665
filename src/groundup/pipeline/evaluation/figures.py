"""The figures of an evaluation; each returns nothing where there is nothing to see."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.plotting.style import BLACK, BLUE, COLOURS, DASHES, MARKERS, VERMILION, canvas, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Metrics = Mapping[str, Any]
MOST_BARS = 15
MOST_LETTERS = 28  # Of a name at an axis.


def short(text: str) -> str:
    """Return a name that fits at an axis."""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def discrimination(metrics: Metrics) -> "tuple[Figure, str] | None":
    """ROC curve, and precision by recall."""
    fig, (left, right) = canvas(1, 2, (10, 4.2))
    many = len(metrics["curves"]["roc"]) > 1
    for k, name in enumerate(metrics["curves"]["roc"]):
        for axes, kind in ((left, "roc"), (right, "precision")):
            one = metrics["curves"][kind][name]
            axes.fill_between(
                one["x"], one["low"], one["high"], color=COLOURS[k % 8], alpha=0.15 if many else 0.25, lw=0
            )
            axes.plot(one["x"], one["y"], color=COLOURS[k % 8], ls=DASHES[k % 6], label=short(name))
    left.plot([0, 1], [0, 1], color=BLACK, lw=0.8, ls=":", label="chance")
    left.set(xlabel="false positive rate", ylabel="true positive rate", title="ROC curve", xlim=(0, 1), ylim=(0, 1.02))
    right.set(xlabel="recall", ylabel="precision", title="Precision by recall", xlim=(0, 1), ylim=(0, 1.02))
    if many:
        left.legend()
    else:
        share = metrics["shares"][1]
        right.axhline(share, color=BLACK, lw=0.8, ls=":", label="chance")
        right.legend()
        left.legend()
    return fig, (
        "Left: how many rows of a class are found, and how many others are taken for it, at every threshold. Right: "
        "how many of those found are right. The bands are pointwise intervals; dotted is chance."
    )


def calibration(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Shares by probability."""
    fig, axes = canvas(1, 1, (5.2, 4.2))
    rows = metrics["calibration"]
    x, y = np.array([one["probability"] for one in rows]), np.array([one["share"]["value"] for one in rows])
    ends = np.array([[one["share"]["low"], one["share"]["high"]] for one in rows]).T
    axes.plot([0, 1], [0, 1], color=BLACK, lw=0.8, ls=":", label="as it should be")
    axes.errorbar(x, y, np.abs(ends - y), fmt="o", color=BLUE, capsize=3, label="groups of rows")
    what = f"share of {short(metrics['classes'][1])!r}" if len(metrics["classes"]) == 2 else "share that is right"
    axes.set(xlabel="mean probability", ylabel=what, title="Calibration", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.legend()
    return fig, (
        "Rows in groups of equal size, by their probability: it should equal the share in which it comes true. "
        "Bars are Wilson's intervals."
    )


def costs(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Cost by threshold."""
    one = metrics.get("costs_by_threshold")
    if one is None:
        return None
    fig, axes = canvas(1, 1, (5.2, 4.2))
    axes.fill_between(one["x"], one["low"], one["high"], color=BLUE, alpha=0.25, lw=0)
    axes.plot(one["x"], one["y"], color=BLUE, label="rows held out")
    threshold = metrics.get("threshold") or {}
    if threshold:
        axes.axvline(threshold["used"], color=VERMILION, ls="--", label=f"used: {threshold['used']:.2f}")
        axes.axvline(threshold["best_in_folds"], color=BLACK, ls=":",
                     label=f"best in folds: {threshold['best_in_folds']:.2f}")  # fmt: skip
    axes.set(
        xlabel="probability from which it is decided", ylabel="cost of a row", title="Cost by threshold", xlim=(0, 1)
    )
    axes.set_ylim(bottom=min(0, min(one["low"])))
    axes.legend()
    return fig, (
        "What decisions cost on average, by the probability from which a row counts as positive. The threshold in use "
        "follows from the costs alone; where it is far from the best one in folds, the probabilities are not "
        "calibrated."
    )


def learning(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Log-loss by the number of rows."""
    points = metrics.get("learning_curve")
    if not points:
        return None
    fig, axes = canvas(1, 1, (5.2, 4.2))
    x = [one["rows"] for one in points]
    y, low, high = ([one["log_loss"][key] for one in points] for key in ("value", "low", "high"))
    axes.fill_between(x, low, high, color=BLUE, alpha=0.25, lw=0)
    axes.plot(x, y, "o-", color=BLUE, label="in folds")
    axes.axhline(metrics["baseline"]["log_loss"]["value"], color=BLACK, lw=0.8, ls=":", label="baseline")
    axes.set(xlabel="rows to learn from", ylabel="log-loss", title="Learning curve", xlim=(0, None), ylim=(0, None))
    axes.legend()
    return (
        fig,
        "Where the curve still falls at its right end, more rows would help; where it is flat, other columns may.",
    )


def importance(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Importance of columns."""
    bars = (metrics.get("importance") or [])[:MOST_BARS]
    if not bars:
        return None
    fig, axes = canvas(1, 1, (7.2, 1.2 + 0.28 * len(bars)))
    _intervals(axes, [short(one["column"]) for one in bars], bars)
    axes.axvline(0, color=BLACK, lw=0.8)
    axes.set(xlabel="rise of the log-loss when the column is permuted", title="What the model relies on")
    return fig, (
        "By how much the log-loss on the rows held out rises when the entries of a column change places. An interval "
        "that holds 0 cannot be told from a useless column; columns that tell the same may hide each other."
    )


def dependence(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Partial dependence."""
    found = metrics.get("dependence")
    if not found:
        return None
    columns = list(dict.fromkeys(one["column"] for one in found))
    fig, panels = canvas(1, len(columns), (1 + 3.4 * len(columns), 3.6))
    for axes, column in zip(np.atleast_1d(panels), columns):
        own = [one for one in found if one["column"] == column]
        for k, one in enumerate(own):
            y, low, high = (np.array([p[key] for p in one["curve"]]) for key in ("value", "low", "high"))
            if one["kind"] == "number":
                axes.fill_between(one["grid"], low, high, color=COLOURS[k % 8], alpha=0.2, lw=0)
                axes.plot(one["grid"], y, color=COLOURS[k % 8], ls=DASHES[k % 6], label=short(one["class"]))
            else:
                places = np.arange(len(y)) + 0.12 * (k - (len(own) - 1) / 2)
                axes.errorbar(places, y, [y - low, high - y], fmt=MARKERS[k % 8], color=COLOURS[k % 8], capsize=3,
                              label=short(one["class"]))  # fmt: skip
                axes.set_xticks(
                    np.arange(len(y)), [short(str(value)) for value in one["grid"]], rotation=30, ha="right"
                )
        axes.set(xlabel=short(column), ylim=(0, None))
        if len(own) > 1:
            axes.legend()
    what = f"mean probability of {short(found[0]['class'])!r}" if len(metrics["classes"]) == 2 else "mean probability"
    np.atleast_1d(panels)[0].set_ylabel(what)
    return fig, (
        "The mean probability if all rows had the same entry in one column and kept their others. It tells how the "
        "model answers, not what causes what."
    )


def slices(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Scores of slices."""
    found = metrics["slices"][: 2 * MOST_BARS]
    if not found:
        return None
    fig, axes = canvas(1, 1, (7.2, 1.2 + 0.28 * len(found)))
    names = [short(f"{one['column']} = {one['value']}") + (" *" if one["worse"] else "") for one in found]
    _intervals(axes, names, [one["log_loss"] for one in found])
    axes.axvline(metrics["scores"]["log_loss"]["value"], color=BLACK, lw=0.8, ls=":", label="all rows")
    axes.set(xlabel="log-loss", title="Slices")
    axes.legend()
    return fig, "The log-loss of some of the rows; a star marks a slice that is worse than the others beyond chance."


def search(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Scores of candidates."""
    found = [one for one in metrics.get("search", []) if one["mean"] is not None]
    if not found:
        return None
    families = list(dict.fromkeys(one["family"] for one in found))
    fig, axes = canvas(1, 1, (7.2, 1.4 + 0.45 * len(families)))
    for k, name in enumerate(families):
        own = [one for one in found if one["family"] == name]
        axes.plot([one["mean"] for one in own], np.full(len(own), k), MARKERS[k % 8], color=COLOURS[k % 8], alpha=0.7)
    spread = np.std(found[0]["scores"]) / np.sqrt(len(found[0]["scores"]))
    axes.axvspan(found[0]["mean"] - spread, found[0]["mean"] + spread, color=BLACK, alpha=0.08, lw=0)
    means = np.array([one["mean"] for one in found])
    left = max(means.min(), means.max() - 3 * max(means.max() - np.median(means), 2 * spread)) - spread / 2
    axes.set_xlim(left, means.max() + max(2 * spread, 0.03 * (means.max() - left)))
    for k, name in enumerate(families):
        if max(one["mean"] for one in found if one["family"] == name) < left:
            axes.text(0.01, k, "worse than is shown", transform=axes.get_yaxis_transform(), va="center")
    axes.set_yticks(range(len(families)), families)
    axes.set_ylim(len(families) - 0.5, -0.5)
    axes.set(xlabel=f"{metrics['metric']}, mean over the folds (larger is better)", title="Candidates")
    return fig, (
        "Each mark is a candidate; very bad ones are outside. The grey band is the best one's mean with its standard "
        "error: what lies inside is about as good."
    )


def alone(metrics: Metrics) -> "tuple[Figure, str] | None":
    """Single columns."""
    found = metrics.get("leakage", {}).get("columns", [])[:MOST_BARS]
    if not found:
        return None
    fig, axes = canvas(1, 1, (7.2, 1.2 + 0.28 * len(found)))
    places = np.arange(len(found))
    axes.barh(places, [max(0.0, one["roc_auc"] - 0.5) for one in found], left=0.5, color=BLUE)
    axes.set_yticks(places, [short(one["column"]) for one in found])
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.axvline(0.99, color=VERMILION, ls="--")
    axes.set(xlabel="area under the ROC curve of the column alone", title="Single columns", xlim=(0.5, 1.0))
    return fig, (
        "What a small tree learns from one column, in folds. Beyond the dashed line a column needs no others: it may "
        "be the answer itself."
    )


FIGURES: tuple[Callable[[Metrics], Any], ...] = (
    discrimination, calibration, costs, learning, importance, dependence, slices, search, alone,
)  # fmt: skip


def drawn(metrics: Metrics) -> "list[tuple[Figure, str]]":
    """Return all figures that have something to show, with their captions."""
    with style():
        made = [figure(metrics) for figure in FIGURES]
    return [one for one in made if one is not None]


def _intervals(axes: Any, names: list[str], values: list[Any]) -> None:
    """Draw values with their intervals, one a line."""
    places = np.arange(len(names))
    y = np.array([one["value"] for one in values])
    ends = np.array([[one["low"], one["high"]] for one in values]).T
    axes.errorbar(y, places, xerr=np.maximum(0, [y - ends[0], ends[1] - y]), fmt="o", color=BLUE, capsize=3)
    axes.set_yticks(places, names)
    axes.set_ylim(len(names) - 0.5, -0.5)
