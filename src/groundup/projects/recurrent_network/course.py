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
    """The network after some epochs, the losses of all, and which of these it is.

    Parameters
    ----------
    taken : list of Snapshot
        The network after each of the epochs that are shown.
    losses : list of float
        Its losses on `rows`.
    place : int
        Which of them the frame shows.
    rows : Dataset
        What is held out, or some of it.
    """

    taken: list[Snapshot]
    losses: list[float]
    place: int
    rows: Dataset

    @property
    def model(self) -> Any:
        """The network at this time."""
        return self.taken[self.place].model

    @property
    def epoch(self) -> int:
        """Its number of epochs."""
        return self.taken[self.place].iteration


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the network after some of its epochs, the last one being the reported model."""
    rows = few(data.held_out or data)
    taken = snapshots(model, data)
    losses = [loss(snapshot.model, rows) for snapshot in taken]
    for place in range(len(taken)):
        yield Frame(taken, losses, place, rows)


def draw(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the losses so far, and what the network says now."""
    when = [snapshot.iteration for snapshot in frame.taken]
    axes[0].plot(when, frame.losses, "-", color="#dddddd")
    axes[0].plot(when[: frame.place + 1], frame.losses[: frame.place + 1], "o-", color=BLUE, markersize=3)
    axes[0].set(xlabel=step_name(frame.model), ylabel="loss on what is held out", yscale="log")
    if data.kind == "text":
        draw_text(axes[1], frame, data)
    elif data.series is not None:
        draw_forecasts(axes[1], frame)
    elif hasattr(frame.model, "classes_"):
        draw_classes(axes[1], frame)
    else:
        draw_answers(axes[1], frame)
    end = ": the reported model" if frame.place == len(frame.taken) - 1 else ""
    return f"After {step_name(frame.model)} {frame.epoch:,} the loss is {rounded(frame.losses[frame.place])}{end}."


def draw_text(axes: Any, frame: Frame, data: Dataset) -> None:
    """Draw what the network writes."""
    text = visible(sample(frame.model, data.X[-20:], LENGTH, TEMPERATURE))
    axes.set_axis_off()
    axes.text(0, 1, "\n".join(wrap(text, WIDTH // 2)), va="top", fontsize=9, family="monospace", color=BLACK)


def draw_forecasts(axes: Any, frame: Frame) -> None:
    """Draw a few forecasts of held-out time, and what came."""
    found, series = compared(frame.model, frame.rows), frame.rows.series
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
    model, y = frame.model, np.asarray(frame.rows.y)
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
    axes.plot(y, np.asarray(frame.model.predict(frame.rows.X)).ravel()[:DOTS], ".", color=ORANGE)
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
