"""Training epoch by epoch: what the network answers, what its gates do while it reads, and the loss."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, Target
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.plotting.thinning import some_rows, some_states
from groundup.projects.common.short_training import draw_end, end_of_loss, trained_otherwise
from groundup.projects.common.words import percent, rounded
from groundup.projects.recurrent_network import measures
from groundup.projects.recurrent_network.figures.states import draw_units, drawn_units
from groundup.projects.recurrent_network.findings import sample, visible
from groundup.projects.recurrent_network.reading import inside, keeping, sequence
from groundup.projects.recurrent_network.replay import Snapshot, snapshots, step_name, trained_again

FRAMES = 10  # Most frames but the last.
OTHER_FRAMES, EPOCHS = 4, 6  # Frames of another recording, and epochs of its training,
LEARNED, READ = 400, 10_000  # which learns from so many sequences, or characters of a text.
FAST = 10  # Its learning rate, in that of the model.
ROWS = 500  # Most sequences that are drawn as answers.
SAMPLED, WIDTH = 260, 40  # Characters of a sample, and of its lines.
TEMPERATURE = 0.8


@dataclass(frozen=True)
class Frame:
    """What is seen after some epochs.

    Parameters
    ----------
    snapshot : Snapshot
        The network then.
    title, words : str
        What it is; what happened, and what to ask before the next frame.
    units : ndarray of int
        The order in which units are drawn: that of the last network, so that they stay where they are.
    curve : tuple of (int, float)
        Epochs so far and their losses.
    last : int
        Number of epochs of the whole training.
    limits : tuple of float
        Smallest and largest loss of the whole training.
    target : Target or None
        What is asked for: the next forecast of a time, else the next loss.
    """

    snapshot: Snapshot
    title: str
    words: str
    units: Array
    curve: tuple[tuple[int, float], ...]
    last: int
    limits: tuple[float, float]
    target: Target | None


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the network after some epochs, and the reported model."""
    *before, last = recorded(model, data, snapshots(model, data), FRAMES)
    yield from before
    yield replace(last, words=f"{last.words} Before the last frame: would you report this network?")
    reported = Snapshot(model.n_iter_, last.snapshot.loss, model)
    yield replace(last, snapshot=reported, title="the reported model", words=ending(model, data), target=None)


def with_plain_cells(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield frames of a short training of cells without gates."""
    yield from otherwise(model, data, cell="rnn")


def with_a_large_rate(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield frames of a short training with a much larger learning rate."""
    yield from otherwise(model, data, learning_rate_init=FAST * model.learning_rate_init)


def otherwise(model: Any, data: Dataset, **changes: Any) -> Iterator[Frame]:
    """Yield frames of a short training of another network, on a part of many rows."""
    few = data.take(np.arange(min(len(data.X), READ if data.kind == "text" else LEARNED)))
    other = trained_otherwise(model, few.X, few.y, EPOCHS, **changes)
    yield from recorded(other, data, trained_again(other, few), OTHER_FRAMES)


def recorded(model: Any, data: Dataset, every: list[Snapshot], most: int) -> Iterator[Frame]:
    """Yield the network after some epochs."""
    taken = [every[k] for k in some_states(len(every), most)]
    curve = [(one.iteration, one.loss) for one in taken]
    losses = [loss for _, loss in curve if np.isfinite(loss)]
    fixed = drawn_units(gate_of(model, data)[0]), model.n_iter_, (min(losses), max(losses))
    asked = [end_of_loss(2, curve[: k + 1]) for k in range(len(curve))]
    if unseen(data).series is not None:
        asked = forecasts_of_one_time([one.model for one in taken], unseen(data))
    for place, one in enumerate(taken):
        so_far = tuple(curve[: place + 1])
        following = taken[place + 1].iteration if place + 1 < len(taken) else None
        words = f"{happened(model, so_far)} {kept(one.model, data)}"
        if following is not None:
            words += f" {question(model, one.iteration, following)}"
        yield Frame(one, f"{step_name(model)} {one.iteration:,}", words, fixed[0], so_far, *fixed[1:], asked[place])


def forecasts_of_one_time(models: list[Any], rows: Dataset) -> list[Target | None]:
    """Return the forecasts that some networks make of one time of the first window: that whose forecast moves most."""
    ahead, said = first_forecast(models[0], rows)[0], np.array([first_forecast(model, rows)[1] for model in models])
    j = int(np.abs(np.diff(said, axis=0)).sum(axis=0).argmax())
    assert rows.series is not None
    time = rows.series.times[ahead][j]
    if rows.series.times.dtype.kind == "M":  # Matplotlib counts days.
        time = (time - np.datetime64("1970-01-01")) / np.timedelta64(1, "D")
    return [Target(0, float(time), float(y), free="y") if np.isfinite(y) else None for y in said[:, j]]


def marked_point(frame: Frame, data: Dataset) -> Target | None:
    """Return what is asked for, while training goes on."""
    return frame.target


def unseen(data: Dataset) -> Dataset:
    """Return what was held out, or the rows of the fit where there is nothing."""
    return data if data.held_out is None else data.held_out


def gate_of(model: Any, data: Dataset) -> tuple[Array, str]:
    """Return what is drawn of the units while they read a sequence: how much each keeps, or its state; and its name."""
    found = inside(model, sequence(unseen(data), 0))
    gate = keeping(found)
    if gate is None:
        return found["state"], "states"
    return gate, "forget gates" if "forget gate" in found else "update gates"


def happened(model: Any, curve: tuple[tuple[int, float], ...]) -> str:
    """Return from where to where the loss went."""
    iteration, now = curve[-1]
    if len(curve) == 1:
        return f"In {step_name(model)} {iteration:,} the mean loss is {rounded(now)}."
    begin, before = curve[-2]
    return f"From {step_name(model)} {begin:,} to {iteration:,} the loss went from {rounded(before)} to {rounded(now)}."


def kept(model: Any, data: Dataset) -> str:
    """Return how much of its memory the first layer keeps from step to step."""
    found, name = gate_of(model, data)
    if name == "states":
        return f"The states of the first layer have a mean size of {rounded(float(np.abs(found).mean()), 2)}."
    shares = found.mean(axis=1)
    return (
        f"From step to step a unit of the first layer keeps {percent(float(shares.mean()))} of what it holds on "
        f"average, and the one that keeps most {percent(float(shares.max()))}."
    )


def question(model: Any, iteration: int, following: int) -> str:
    """Return what to ask before the next frame."""
    count = following - iteration
    later = f"{count:,} {step_name(model)}s later" if count > 1 else f"one {step_name(model)} later"
    return f"Before the next frame, {later}: what will still be wrong, and will more be kept or less?"


def ending(model: Any, data: Dataset) -> str:
    """Return how good the reported model is."""
    where = "the sequences of the fit" if data.held_out is None else "what it has not seen"
    rows = unseen(data)
    if data.kind == "text":
        good = f"a perplexity of {rounded(measures.perplexity(model, rows))}"
    elif hasattr(model, "classes_"):
        good = f"{percent(float(np.mean(model.predict(rows.X) == rows.y)))} right"
    else:
        good = f"a typical error of {rounded(measures.root_mean_squared_error(model, rows))}"
    count = f"{model.n_iter_:,} {step_name(model)}" + ("s" if model.n_iter_ != 1 else "")
    return f"This is the reported model, after {count}: {good} on {where}. {kept(model, data)}"


# --- drawing --------------------------------------------------------------------------------------------------------


def draw_frame(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the answers, the gates, and the loss so far."""
    model = frame.snapshot.model
    draw_answers(axes[0], model, data)
    axes[0].set_title(frame.title)
    values, name = gate_of(model, data)
    draw_units(axes[1], values[frame.units], *((0.0, 1.0) if name != "states" else (-1.0, 1.0)))
    axes[1].set(title=f"{name} of the first layer", ylabel="unit, the slowest above")
    when, loss = np.array(frame.curve).T
    axes[2].plot(when, loss, "-", marker="o", markersize=4, color=BLUE)
    axes[2].set(xlim=(0, max(frame.last, 2) * 1.05), xlabel=step_name(model), title="mean loss")
    low, high = frame.limits
    if low > 0:
        axes[2].set(yscale="log", ylim=(low / 1.3, high * 1.3))
    if frame.target is not None:
        draw_end(axes[frame.target.axes], frame.target)
    return frame.words


def draw_answers(panel: Any, model: Any, data: Dataset) -> None:
    """Draw a forecast, a sample of text, probabilities of the true classes, or answers against targets."""
    rows = unseen(data)
    if data.kind == "text":
        text = visible(sample(model, data.X[-20:], SAMPLED, TEMPERATURE))
        panel.text(0.02, 0.98, "\n".join(textwrap.wrap(text, WIDTH)), va="top", fontsize=9, family="monospace",
                   transform=panel.transAxes)  # fmt: skip
        panel.set_axis_off()
    elif rows.series is not None:
        draw_forecast(panel, model, rows)
    elif hasattr(model, "classes_"):
        few = rows.take(some_rows(len(rows.X), ROWS))
        P = model.predict_proba(few.X)
        own = P[np.arange(len(P)), np.searchsorted(model.classes_, np.asarray(few.y))]
        panel.hist(own, bins=np.linspace(0, 1, 21), color=BLUE, alpha=0.7)
        panel.set(xlabel="probability given to the true class", ylabel="sequences", xlim=(0, 1))
    else:
        few = rows.take(some_rows(len(rows.X), ROWS))
        y = np.asarray(few.y, dtype=float).reshape(len(few.X), -1)[:, 0]
        said = np.asarray(model.predict(few.X)).reshape(len(y), -1)[:, 0]
        panel.plot(said, y, "o", color=BLUE, markersize=3, alpha=0.5, markeredgewidth=0)
        ends = np.array([y.min(), y.max()])
        panel.plot(ends, ends, "-", color=ORANGE, linewidth=1.2)
        panel.set(xlabel="answer", ylabel=rows.target_name or "target")


def first_forecast(model: Any, rows: Dataset) -> tuple[slice, Array]:
    """Return where in the series the first window is followed, and what a network says of it, in the series' unit."""
    series = rows.series
    assert series is not None
    origin = int(np.asarray(rows.row_numbers)[0]) - 1
    said = series.measured(np.asarray(model.predict(rows.X[:1])).reshape(1, series.horizon), np.array([origin]))[0]
    return slice(origin, origin + series.horizon), np.asarray(said)


def draw_forecast(panel: Any, model: Any, rows: Dataset) -> None:
    """Draw the first window, what came after it, and what the network says."""
    series = rows.series
    assert series is not None
    ahead, said = first_forecast(model, rows)
    past = slice(ahead.start - series.window, ahead.start)
    panel.plot(series.times[past], series.values[past], "-", color="#999999", linewidth=1.2)
    panel.plot(series.times[ahead], series.values[ahead], "o", color=BLACK, markersize=4, label="what came")
    panel.plot(series.times[ahead], said, "-", marker=".", color=BLUE, label="forecast")
    reach = series.values
    margin = 0.15 * float(np.ptp(reach) or 1.0)
    panel.set(ylabel=series.name, ylim=(reach.min() - margin, reach.max() + margin), xlabel=series.spacing.name)
    panel.legend(loc="lower left")
    if series.times.dtype.kind == "M":
        panel.tick_params(axis="x", labelrotation=35)


training = Animation(
    title="Training, epoch by epoch",
    caption="Left: what the network answers about what it has not learned from: the first forecast, in the unit of "
    "the series, next to what came; a sample of text; the probabilities given to the true classes; or answers against "
    "targets. Middle: the gates of the first layer that say how much of the memory is kept, while one sequence is "
    "read; each row is a unit, bright where all is kept; of plain cells, the states. Right: the mean loss so far. "
    "Predict the next forecast of the marked time, or without a series the next loss, before you go on. Frames are "
    "near to each other in the beginning, when most happens. The last frame shows the reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.4),
    frames=frames,
    draw=draw_frame,
    target=marked_point,
    question="How high will the red dot be in the next frame?",
    perturbed={"plain cells": with_plain_cells, f"{FAST} times the learning rate": with_a_large_rate},
)
