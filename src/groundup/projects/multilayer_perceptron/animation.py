"""Training epoch by epoch: the regions, a hidden unit, and the loss on rows of the fit and on others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.style import BLUE, ORANGE
from groundup.plotting.thinning import some_rows
from groundup.projects.common.short_training import draw_end, end_of_loss, trained_otherwise
from groundup.projects.common.words import percent, rounded
from groundup.projects.multilayer_perceptron import measures
from groundup.projects.multilayer_perceptron.figures.training import (
    draw_snapshot,
    draw_unit,
    most_important,
    name_of,
    plane_of,
    rows_of,
)
from groundup.projects.multilayer_perceptron.replay import Snapshot, snapshots, step_name

FRAMES = 11  # Most frames but the last.
OTHER_FRAMES, EPOCHS = 4, 30  # Frames of another recording, and epochs of its training.
FAST = 30  # Its learning rate, in that of the model.
ROWS = 1000  # Most rows that are drawn as predictions.


@dataclass(frozen=True)
class Frame:
    """What is seen after some epochs.

    Parameters
    ----------
    snapshot : Snapshot
        The network then.
    title, words : str
        What it is; what happened, and what to ask before the next frame.
    curve : tuple of (int, float, float)
        Epochs so far: their number, the loss of the rows of the fit, and that of held-out rows (NaN without).
    last : int
        Number of epochs of the whole training.
    lowest, highest : float
        Limits of the losses of the whole training, so that axes stay where they are.
    target : Target or None
        The end of the loss, whose next height is asked for.
    """

    snapshot: Snapshot
    title: str
    words: str
    curve: tuple[tuple[int, float, float], ...]
    last: int
    lowest: float
    highest: float
    target: Target | None


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the network before training, after some epochs, and the reported model."""
    frame = None
    for frame in recorded(model, data, FRAMES):
        if frame.snapshot.iteration < model.n_iter_:
            yield frame
    assert frame is not None
    yield replace(
        frame, words=f"{frame.words} Before the last frame: of all these networks, would you report this one?"
    )
    reported = Snapshot(model.n_iter_, model)
    yield replace(frame, snapshot=reported, title="the reported model", words=ending(model, data), target=None)


def with_a_large_rate(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield frames of a training with a much larger learning rate.

    Raises
    ------
    NotApplicable
        For L-BFGS, which has none.
    """
    if model.solver == "lbfgs":
        raise NotApplicable("L-BFGS has no learning rate.")
    rate = FAST * model.learning_rate_init
    other = trained_otherwise(model, data.X, data.y, EPOCHS, learning_rate_init=rate)
    yield from recorded(other, data, OTHER_FRAMES)


def with_two_units(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield frames of a training of a network with two hidden units."""
    other = trained_otherwise(model, data.X, data.y, EPOCHS, hidden_layer_sizes=(2,))
    yield from recorded(other, data, OTHER_FRAMES)


def recorded(model: Any, data: Dataset, most: int) -> Iterator[Frame]:
    """Yield the network before training and after some epochs."""
    taken = snapshots(model, data, most)
    curve = [losses(snapshot, data) for snapshot in taken]
    every = np.array([value for point in curve for value in point[1:] if np.isfinite(value)])
    ends = model.n_iter_, float(every.min()), float(every.max())
    for place, snapshot in enumerate(taken):
        so_far = curve[: place + 1]
        following = taken[place + 1].iteration if place + 1 < len(taken) else None
        words = happened(model, so_far)
        if following is not None:
            words += slope(snapshot.model, data) + question(model, data, snapshot.iteration, following)
        yield Frame(snapshot, name_of(model, snapshot), words, tuple(so_far), *ends, end_of_loss(2, so_far))


def loss_so_far(frame: Frame, data: Dataset) -> Target | None:
    """Return what is asked for: the end of the loss of the rows of the fit, while training goes on."""
    return frame.target


def slope(model: Any, data: Dataset) -> str:
    """Return what a step of Adam lowers to first order, as a product.  eq. multilayer_perceptron:adam"""
    if model.solver != "adam":
        return " "
    objective, w = measures.training_objective(model, data)
    size = float(np.abs(objective(w)[1]).sum())
    return (
        " A step of Adam, which moves each weight by about its rate, lowers the objective to first order by at most "
        f"about {model.learning_rate_init:g} · {rounded(size)}, the rate times the sum of the slopes' sizes. "
    )


def losses(snapshot: Snapshot, data: Dataset) -> tuple[int, float, float]:
    """Return number of epochs, loss on the rows of the fit, and on held-out rows."""
    held = float("nan") if data.held_out is None else measures.mean_loss(snapshot.model, data.held_out)
    return snapshot.iteration, measures.mean_loss(snapshot.model, data), held


def happened(model: Any, curve: list[tuple[int, float, float]]) -> str:
    """Return from where to where the loss went."""
    iteration, now, held = curve[-1]
    if iteration == 0:
        return f"The weights are random; the loss is {rounded(now)}."
    before = curve[-2]
    other = "" if np.isnan(held) else f", on held-out rows from {rounded(before[2])} to {rounded(held)}"
    return (
        f"From {step_name(model)} {before[0]:,} to {iteration:,} the loss went from {rounded(before[1])} to "
        f"{rounded(now)}{other}."
    )


def question(model: Any, data: Dataset, iteration: int, following: int) -> str:
    """Return what to ask before the next frame."""
    what = "how near to the line will the rows lie"
    if hasattr(model, "classes_"):
        what = (
            "where will the boundary be"
            if in_the_plane(model, data)
            else "for how many rows will the true class have more than one half"
        )
    count = following - iteration
    later = f"{count:,} {step_name(model)}s later" if count > 1 else f"one {step_name(model)} later"
    dashed = "" if data.held_out is None else ", and will the dashed curve follow the solid one"
    return f"Before the next frame, {later}: {what}{dashed}?"


def in_the_plane(model: Any, data: Dataset) -> bool:
    """Return whether regions can be drawn."""
    return hasattr(model, "classes_") and data.X.shape[1] <= 2


def ending(model: Any, data: Dataset) -> str:
    """Return how good the reported model is."""
    rows = data if data.held_out is None else data.held_out
    where = "rows of the fit" if data.held_out is None else "rows that it has not seen"
    good = measures.quality(model, rows)
    found = f"{percent(good)} right" if hasattr(model, "classes_") else f"R² {rounded(good)}"
    best = " Early stopping chose its weights." if model.early_stopping and model.solver != "lbfgs" else ""
    return f"This is the reported model, after {model.n_iter_:,} {step_name(model)}s: {found} on {where}.{best}"


def draw_frame(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the regions, or predictions against the target; the unit that matters most; and the losses."""
    model = frame.snapshot.model
    if in_the_plane(model, data):
        plane, (X, code) = plane_of(model, data), rows_of(model, data)
        draw_snapshot(axes[0], frame.snapshot, plane, X, code, frame.title)
        units, weights = most_important(model, data)
        if len(units):
            draw_unit(axes[1], model, plane, X, int(units[0]))
            weight = rounded(float(weights[units[0]]), 2, sign=True)
            axes[1].set_title(f"the unit that moves most: {units[0] + 1}, weight {weight}", fontsize=10)
        else:
            axes[1].set_axis_off()
    else:
        draw_predictions(axes[0], model, data, "rows of the fit")
        axes[0].set_title(frame.title)
        if data.held_out is None:
            axes[1].set_axis_off()
        else:
            draw_predictions(axes[1], model, data.held_out, "rows held out")
    when, inside, outside = np.array(frame.curve).T
    axes[2].plot(when, inside, "-", marker="o", markersize=4, color=BLUE, label="rows of the fit")
    if not np.isnan(outside).any():
        axes[2].plot(when, outside, "--", marker="s", markersize=4, color=ORANGE, label="rows held out")
    axes[2].set_xscale("symlog", linthresh=10)
    axes[2].set(xlim=(-0.5, max(frame.last, 2) * 1.2), yscale="log", xlabel=step_name(model), title="mean loss")
    if frame.lowest > 0:
        axes[2].set_ylim(frame.lowest / 1.5, frame.highest * 1.5)
    draw_end(axes[2], frame.target)
    axes[2].legend(loc="lower left")
    return frame.words


def draw_predictions(axes: Any, model: Any, data: Dataset, title: str) -> None:
    """Draw predictions against the target; of classes the probability that each row's own class is given."""
    few = some_rows(len(data.X), ROWS)
    X, y = data.X[few], np.asarray(data.y)[few]
    if hasattr(model, "classes_"):
        P = model.predict_proba(X)
        own = P[np.arange(len(y)), np.searchsorted(model.classes_, y)]
        axes.hist(own, bins=np.linspace(0, 1, 21), color=BLUE, alpha=0.7)
        axes.set(xlabel="probability given to the true class", ylabel="rows", xlim=(0, 1), title=title)
        return
    predicted = model.predict(X)
    axes.plot(predicted, y, "o", color=BLUE, markersize=3, alpha=0.5, markeredgewidth=0)
    ends = np.array([y.min(), y.max()], dtype=float)
    axes.plot(ends, ends, "-", color=ORANGE, linewidth=1.2)
    axes.set(xlabel="predicted", ylabel=data.target_name or "target", title=title)


training = Animation(
    title="Training, epoch by epoch",
    caption="With one or two columns, left: the most probable class at every place, and the boundary (black); middle: "
    "what the unit of the last hidden layer gives out that moves the scores most. With more columns: the probabilities "
    "given to the true classes, on rows of the fit and on held-out rows; of numbers, the predictions against the "
    "target. Right: the mean loss on the rows of the fit (solid) and on held-out rows (dashed). Predict how large the "
    "loss will be, and where the boundary, before you go on. Frames are near to each other in the beginning, when most "
    "happens. The last frame shows the reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.4),
    frames=frames,
    draw=draw_frame,
    target=loss_so_far,
    question="How large will the loss of the rows of the fit be in the next frame?",
    perturbed={f"{FAST} times the learning rate": with_a_large_rate, "two hidden units": with_two_units},
)
