"""Naive Bayes step by step: the words of one document arrive, and the probabilities of the classes change."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable
from groundup.projects.naive_bayes.evidence import Arrival, arrival, telling_row, unseen
from groundup.projects.naive_bayes.figures.words import draw_arrival

FRAMES = 36  # Most arrivals with a frame of their own; of more, several share one.


@dataclass(frozen=True)
class Arrived:
    """A frame: what has arrived so far, and what has come with this frame."""

    found: Arrival
    before: int
    seen: int
    following: int


def arrivals(model: Any, data: Dataset) -> Iterator[Arrived]:
    """Yield a frame for the prior and for each arrival of a row that the model has not seen."""
    if len(model.classes_) < 2:
        raise NotApplicable("With a single class there is nothing to be told.")
    rows = unseen(data)
    found = arrival(model, rows, telling_row(model, rows))
    m = len(found.names) - 1
    step = max(1, ceil(m / FRAMES))
    seen = [0, *range(step, m, step), m]
    for k, now in enumerate(seen):
        yield Arrived(found, seen[k - 1] if k else 0, now, seen[k + 1] if k + 1 < len(seen) else m)
    yield Arrived(found, m, m, m)


def draw_arrived(axes: Any, frame: Arrived, data: Dataset) -> str:
    """Bars of the log-odds on the left, curves of the probabilities on the right; the question comes below."""
    draw_arrival(axes, frame.found, frame.seen, data)
    found = frame.found
    names, (one, other) = [str(name) for name in found.classes], found.leaders
    P = found.posterior
    now = f"{names[one]} has {percent(P[frame.seen, one])}, {names[other]} {percent(P[frame.seen, other])}"
    if frame.before == frame.seen and frame.seen:
        true = "which is right" if found.classes[one] == found.true else f"but the row is of {found.true}"
        return f"This is the answer of the reported model: {now}, {true}."
    question = f"Before the next frame: {said(found, frame.seen, frame.following)} will come. Which class gains?"
    if not frame.seen:
        return f"Nothing is known but the prior: {now}. {question}"
    added = f"{found.added(frame.before, frame.seen):+.2f}".replace("-", "−").replace("inf", "∞")
    came = f"{said(found, frame.before, frame.seen)} added {added} to the log-odds of {names[one]}"
    return f"{came}: now {now}." + (f" {question}" if frame.following > frame.seen else "")


def said(found: Arrival, before: int, seen: int) -> str:
    """Return what arrives between two frames, in words."""
    return ", ".join(f"“{name}”" for name in found.names[before + 1 : seen + 1])


def percent(share: float) -> str:
    """Return a share in per cent with the digits that still tell it from 0 and 100."""
    return f"{100 * share:.3g} %" if share < 0.99 else f"{100 * min(share, 0.9999):.2f} %"


words_arriving = Animation(
    title="The words arrive, one by one",
    caption="A row that the model has not seen. Each frame adds one word (of a long text a few, of a table the next "
    "column): its bar is what it adds to the log-odds of the predicted class against the second one, wherever it "
    "stands and whatever came before. On the right the probabilities of the classes so far. Write down your guess "
    "before each step: which class gains, and by how much? The last frame is the reported model's answer.",
    rows=1,
    columns=2,
    size=(11.4, 4.6),
    frames=arrivals,
    draw=draw_arrived,
)
