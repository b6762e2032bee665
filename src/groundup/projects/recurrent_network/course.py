"""The animation of models without gates to watch: what a network says, epoch by epoch."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.projects.common.words import rounded
from groundup.projects.recurrent_network.figures.learning import few, loss
from groundup.projects.recurrent_network.figures.text import LENGTH, TEMPERATURE, WIDTH
from groundup.projects.recurrent_network.findings import sample, visible
from groundup.projects.recurrent_network.forecasts import compared
from groundup.projects.recurrent_network.replay import Snapshot, snapshots, step_name

AHEAD = 4  # Forecasts that are drawn.
DOTS = 300  # Answers that are drawn.


@dataclass(frozen=True)
class Frame:
    """The network after some epochs, and the losses so far."""

    snapshot: Snapshot
    when: tuple[int, ...]
    losses: tuple[float, ...]
    last: bool
    rows: Dataset


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the network after some of its epochs, the last one being the reported model."""
    rows = few(data.held_out or data)
    taken = snapshots(model, data)
    losses = tuple(loss(snapshot.model, rows) for snapshot in taken)
    when = tuple(snapshot.iteration for snapshot in taken)
    for k, snapshot in enumerate(taken):
        yield Frame(snapshot, when[: k + 1], losses[: k + 1], k == len(taken) - 1, rows)


def draw(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the losses so far, and what the network says now."""
    axes[0].plot(frame.when, frame.losses, "o-", color=BLUE, markersize=3)
    axes[0].set(xlabel=step_name(frame.snapshot.model), ylabel="loss on what is held out", yscale="log")
    if data.kind == "text":
        draw_text(axes[1], frame, data)
    elif data.series is not None:
        draw_forecasts(axes[1], frame)
    elif hasattr(frame.snapshot.model, "classes_"):
        draw_classes(axes[1], frame)
    else:
        draw_answers(axes[1], frame)
    end = ": the reported model" if frame.last else ""
    return f"After {step_name(frame.snapshot.model)} {frame.when[-1]:,} the loss is {rounded(frame.losses[-1])}{end}."


def draw_text(axes: Any, frame: Frame, data: Dataset) -> None:
    """Draw what the network writes."""
    text = visible(sample(frame.snapshot.model, data.X[-20:], LENGTH, TEMPERATURE))
    axes.set_axis_off()
    axes.text(0, 1, "\n".join(wrap(text, WIDTH // 2)), va="top", fontsize=9, family="monospace", color=BLACK)


def draw_forecasts(axes: Any, frame: Frame) -> None:
    """Draw a few forecasts of held-out time, and what came."""
    found, series = compared(frame.snapshot.model, frame.rows), frame.rows.series
    assert series is not None
    for k in np.linspace(0, len(found.origins) - 1, AHEAD).astype(int):
        steps = series.times[found.origins[k] + np.arange(series.horizon)]
        marker = "o" if series.horizon == 1 else ""
        axes.plot(steps, found.actual[k], ".", color=BLACK, markersize=5)
        axes.plot(steps, found.network[k], color=BLUE, linestyle="-", marker=marker)
    axes.set(xlabel="time", ylabel=series.name, ylim=limits(series.values))


def limits(values: Any) -> tuple[float, float]:
    """Return the ends of an axis that holds values with some room."""
    low, high = float(np.min(values)), float(np.max(values))
    return low - 0.1 * (high - low), high + 0.1 * (high - low)


def draw_classes(axes: Any, frame: Frame) -> None:
    """Draw the probability that each sequence's own class is given, class by class."""
    model, y = frame.snapshot.model, np.asarray(frame.rows.y)
    P = model.predict_proba(frame.rows.X)
    code = np.searchsorted(model.classes_, y)
    jitter = np.random.default_rng(0).uniform(-0.3, 0.3, len(y))
    axes.plot(code + jitter, P[np.arange(len(y)), code], ".", color=BLUE)
    axes.set_xticks(range(len(model.classes_)), [str(name) for name in model.classes_])
    axes.set(xlabel="true class", ylabel="probability that it is given", ylim=(-0.03, 1.03))


def draw_answers(axes: Any, frame: Frame) -> None:
    """Draw what is predicted against what is true."""
    y = np.asarray(frame.rows.y).ravel()[:DOTS]
    axes.plot([y.min(), y.max()], [y.min(), y.max()], "-", color="#aaaaaa", linewidth=3)
    axes.plot(y, np.asarray(frame.snapshot.model.predict(frame.rows.X)).ravel()[:DOTS], ".", color=ORANGE)
    axes.set(xlabel="true", ylabel="predicted", xlim=limits(y), ylim=limits(y))


course = Animation(
    "What the network says, epoch by epoch",
    "Left: the loss on what is held out after each of the epochs shown. Right: what the network says at that time: "
    "forecasts of held-out time (blue) and what came (dots); the text that it writes; or its answers against "
    "what is true. First it learns the level or the frequencies, which need no memory, and then what depends on "
    "earlier steps.",
    1,
    2,
    (9.8, 3.9),
    frames,
    draw,
)
