"""Naive Bayes step by step: the words of one document arrive, and the probabilities of the classes change."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.projects.common.words import rounded
from groundup.projects.naive_bayes.evidence import Arrival, arrival, drawable, telling_row, unseen
from groundup.projects.naive_bayes.figures.words import draw_arrival

FRAMES = 36  # Most arrivals with a frame of their own; of more, several share one.
OTHER_FRAMES = 2  # The same of another recording.
LISTED = 6  # Most words of a frame that are all named.
LITTLE = 0.001  # Smoothing of another recording.


@dataclass(frozen=True)
class Arrived:
    """A frame: what has arrived so far, and what has come with this frame."""

    found: Arrival
    before: int
    seen: int
    following: int
    reported: bool = False


def arrivals(model: Any, data: Dataset) -> Iterator[Arrived]:
    """Yield a frame for the prior and for each arrival of a row that the model has not seen."""
    if len(model.classes_) < 2:
        raise NotApplicable("With a single class there is nothing to be told.")
    rows = unseen(data)
    found = arrival(model, rows, telling_row(model, rows))
    yield from one_by_one(found, FRAMES)
    m = len(found.names) - 1
    yield Arrived(found, m, m, m, True)


def one_by_one(found: Arrival, most: int) -> Iterator[Arrived]:
    """Yield a frame for the prior and for each arrival, or for several at a time, so that there are not more."""
    m = len(found.names) - 1
    step = max(1, ceil(m / most))
    seen = [0, *range(step, m, step), m]
    for k, now in enumerate(seen):
        yield Arrived(found, seen[k - 1] if k else 0, now, seen[k + 1] if k + 1 < len(seen) else m)


def with_copies(model: Any, data: Dataset) -> Iterator[Arrived]:
    """Yield frames of the same row if each of its words, or columns, came twice and the model took no notice.

    The copies say nothing new, but the assumption of independence counts them as evidence.
    """
    frame = next(arrivals(model, data))
    twice = np.where(np.arange(len(frame.found.names)) > 0, 2.0, 1.0)[:, None]
    found = frame.found
    names = (found.names[0], *(f"2 × {name}" for name in found.names[1:]))
    doubled = replace(found, names=names, steps=found.steps.linear(lambda table: twice * table))
    yield from one_by_one(doubled, OTHER_FRAMES)


def with_little_smoothing(model: Any, data: Dataset) -> Iterator[Arrived]:
    """Yield frames of the same row for a model that is hardly smoothed.

    Raises
    ------
    NotApplicable
        For densities, which are not smoothed.
    """
    if "alpha" not in model.get_params():
        raise NotApplicable("Densities are not smoothed.")
    rows = unseen(data)
    row = telling_row(model, rows)
    rough = type(model)(**model.get_params() | {"alpha": LITTLE}).fit(data.X, data.y)
    if len(rough.classes_) < 2:
        raise NotApplicable("With a single class there is nothing to be told.")
    yield from one_by_one(arrival(rough, rows, row), OTHER_FRAMES)


def end_of_the_last_bar(frame: Arrived, data: Dataset) -> Target | None:
    """Where the log-odds are, which the next arrival moves; the place along the other axis is known."""
    odds = frame.found.log_odds()
    if frame.reported or not np.isfinite(odds).all():
        return None
    return Target(0, frame.seen, float(drawable(odds)[frame.seen]), free="y")


def draw_arrived(axes: Any, frame: Arrived, data: Dataset) -> str:
    """Bars of the log-odds on the left, curves of the probabilities on the right; the question comes below."""
    draw_arrival(axes, frame.found, frame.seen, data)
    found = frame.found
    names, (one, other) = [str(name) for name in found.classes], found.leaders
    P = found.posterior
    now = f"{names[one]} has {percent(P[frame.seen, one])}, {names[other]} {percent(P[frame.seen, other])}"
    if frame.reported:
        true = "which is right" if found.classes[one] == found.true else f"but the row is of {found.true}"
        return f"This is the answer of the reported model: {now}, {true}."
    coming = said(found, frame.seen, frame.following)
    question = f"Before the next frame: {coming} will come. Which class gains?{sum_of(frame)}"
    if not frame.seen:
        return f"Nothing is known but the prior: {now}. {question}"
    added = f"{found.added(frame.before, frame.seen):+.2f}".replace("-", "−").replace("inf", "∞")
    came = f"{said(found, frame.before, frame.seen)} added {added} to the log-odds of {names[one]}"
    return f"{came}: now {now}." + (f" {question}" if frame.following > frame.seen else "")


def said(found: Arrival, before: int, seen: int) -> str:
    """Return what arrives between two frames, in words."""
    names = [f"“{name}”" for name in found.names[before + 1 : seen + 1]]
    return ", ".join(names if len(names) <= LISTED else [*names[: LISTED - 1], f"{len(names) - LISTED + 1} more"])


def sum_of(frame: Arrived) -> str:
    """Return the log-odds that come next as a sum that is not worked out.  eq. naive_bayes:log-odds

    Nothing is said where the model calls a word impossible.
    """
    found, (one, other) = frame.found, frame.found.leaders
    odds = float(found.log_odds()[frame.seen])
    coming = slice(frame.seen + 1, frame.following + 1)
    impossible = found.steps.order is not None and found.steps.order[coming].any()
    if impossible or not np.isfinite(odds):
        return ""
    for_one, for_other = found.steps.value[coming].sum(axis=0)[[one, other]]
    names = [str(name) for name in found.classes[[one, other]]]
    return (
        f" The log-odds of {names[0]} become {rounded(odds)} + ({rounded(float(for_one), 4)}) − "
        f"({rounded(float(for_other), 4)}), with the logarithms for {names[0]} and for {names[1]}."
    )


def percent(share: float) -> str:
    """Return a share in per cent with the digits that still tell it from 0 and 100."""
    return f"{100 * share:.3g} %" if share < 0.99 else f"{100 * min(share, 0.9999):.2f} %"


words_arriving = Animation(
    title="The words arrive, one by one",
    caption="A row that the model has not seen. Each frame adds one word (of a long text a few, of a table the next "
    "column): its bar is what it adds to the log-odds of the predicted class against the second one, wherever it "
    "stands and whatever came before. On the right the probabilities of the classes so far. Predict "
    "before each step: which class gains, and by how much? The last frame is the reported model's answer.",
    rows=1,
    columns=2,
    size=(11.4, 4.6),
    frames=arrivals,
    draw=draw_arrived,
    target=end_of_the_last_bar,
    question="How high will the log-odds be after what comes next?",
    perturbed={"every word comes twice": with_copies, f"hardly smoothed: α = {LITTLE:g}": with_little_smoothing},
)
