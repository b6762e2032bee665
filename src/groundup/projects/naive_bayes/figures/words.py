"""What the words say: for which class each of them speaks, and how the probabilities change as they arrive."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour
from groundup.plotting.style import BLACK, DASHES
from groundup.projects.common.words import rounded
from groundup.projects.naive_bayes import evidence
from groundup.projects.naive_bayes.evidence import Arrival, arrival, drawable, telling_row, telling_words, unseen
from groundup.projects.naive_bayes.models.discrete import LinearNB

BARS = 16  # Words in a picture, shared among the classes.
MOST_CLASSES = 7  # Classes with bars of their own.
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "++")
NAMED = 26  # Most arrivals whose names are written along an axis.
LONGEST_NAME = 24  # Characters of a name at an axis.


@figure(size=(7.4, 3.8))
def word_log_odds(axes: Any, model: Any, data: Dataset) -> None:
    """For which class the words speak

    The words that speak most surely for each class: rare ones, which may do so by chance, come last. A bar is what one
    more occurrence of the word adds to the log-odds of the class against all others, in nats; the number next to it is
    the factor by which the odds are multiplied. A document's log-odds are the sum over its words, so that such numbers
    are all that the model knows of them. Without smoothing, a word that only one class has makes all others impossible
    (×∞).
    """
    if not isinstance(model, LinearNB):
        raise NotApplicable(f"{type(model).__name__} has no weight for each word")
    K = len(model.classes_)
    if not 2 <= K <= MOST_CLASSES:
        raise NotApplicable(f"the bars of {K} classes cannot be told apart")
    odds = evidence.word_log_odds(model)
    length = drawable(odds)
    ticks: list[int] = []
    names: list[str] = []
    for k, chosen in enumerate(telling_words(model, max(3, BARS // K))):
        place = k + len(names) + np.arange(len(chosen))  # a gap between classes
        ticks += place.tolist()
        names += [shortened(data.feature_names[j]) for j in chosen]
        axes.barh(place, length[k, chosen], 0.8, color=colour(k), hatch=HATCHES[k], edgecolor=BLACK, linewidth=0.5,
                  label=str(model.classes_[k]))  # fmt: skip
        for y, x, value in zip(place, length[k, chosen], odds[k, chosen], strict=True):
            axes.text(x, y, f" ×{multiplied(value)}", va="center", fontsize=7.5)
    if not names:
        raise NotApplicable("no word speaks for any class")
    axes.set_yticks(ticks, names, fontsize=8)
    axes.set_ylim(ticks[-1] + 0.8, -0.8)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel="added to the log-odds of the class by an occurrence (nats)", ylabel="word")
    axes.legend(title=data.target_name or "class", loc="lower left", bbox_to_anchor=(0, 1), ncols=4)


@figure(1, 2, size=(9.6, 3.4))
def words_arrive(axes: Any, model: Any, data: Dataset) -> None:
    """The probabilities as the words arrive

    One row that the model has not seen, of which it is sure, but not from the first word on. Left: what each word, or
    column, adds to the log-odds of the predicted class against the second one; the sum decides. Right: the
    probabilities of the classes after each. The order does not matter for the end, and every word counts as if it were
    the first: this is the assumption of independence. Without smoothing, the infinite log-odds of an impossible class
    are drawn a half larger than all others.
    """
    rows = unseen(data)
    draw_arrival(axes, arrival(model, rows, telling_row(model, rows)), None, data)


def draw_arrival(axes: Any, found: Arrival, seen: int | None, data: Dataset) -> None:
    """Draw the first `seen` arrivals after the prior, or all: steps of the log-odds on the left, probabilities right.

    Axes have the limits of the whole row, so that nothing jumps between frames.
    """
    from matplotlib.patches import Patch

    steps, curves = axes
    one, other = found.leaders
    m = len(found.names) - 1
    seen = m if seen is None else seen
    odds = drawable(found.log_odds())
    names = [str(name) for name in found.classes]
    shown = np.arange(seen + 1)
    before = np.insert(odds[:seen], 0, 0.0)
    up = odds[: seen + 1] >= before
    kinds = []  # for the legend, to which no bars, as in the first frame, would give another colour
    for chosen, k, hatch in ((up, one, ""), (~up, other, "//")):
        look: dict[str, Any] = {"facecolor": colour(k), "hatch": hatch, "edgecolor": BLACK, "linewidth": 0.5}
        steps.bar(shown[chosen], (odds[: seen + 1] - before)[chosen], 0.85, before[chosen], **look)
        kinds.append(Patch(label=f"speaks for {names[k]}", **look))
    steps.axhline(0, color=BLACK, linewidth=0.9)
    low, high = min(0.0, odds.min()), max(0.0, odds.max())
    room = 0.08 * max(high - low, 1e-9)
    steps.set(
        xlabel="what arrives",
        ylabel=f"log-odds of {names[one]} (nats)",
        ylim=(low - room, high + room),
        title=f"{found.about}, {data.target_name or 'class'} {found.true}",
    )
    steps.legend(handles=kinds, loc="best")
    P = found.posterior
    for k in found.order[:MOST_CLASSES]:
        curves.plot(shown, P[: seen + 1, k], marker="o", markersize=3.5, color=colour(k),
                    linestyle=DASHES[k % len(DASHES)], label=names[k])  # fmt: skip
    curves.set(xlabel="what arrives", ylabel="probability", ylim=(-0.03, 1.03), title=f"after {found.names[seen]!r}")
    curves.legend(title=data.target_name or "class", loc="center left", bbox_to_anchor=(1.01, 0.5))
    for panel in axes:
        panel.set_xlim(-0.8, m + 0.8)
        if m < NAMED:
            panel.set_xticks(np.arange(m + 1), [shortened(name) for name in found.names], rotation=90, fontsize=8)


def multiplied(log_odds: float) -> str:
    """Return by what log-odds multiply the odds."""
    return "∞" if np.isposinf(log_odds) else rounded(float(np.exp(min(log_odds, 99.0))))


def shortened(name: str) -> str:
    """Return a name that fits next to an axis."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
