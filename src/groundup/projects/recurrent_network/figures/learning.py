"""How training went: loss and gradient by epoch, and what is predicted in the end."""

from typing import Any

import numpy as np

from groundup.core.nn.objective import OnAllRows
from groundup.core.rows import Samples
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.plotting.thinning import some_rows
from groundup.projects.recurrent_network import measures
from groundup.projects.recurrent_network.replay import Snapshot, snapshots, step_name

ROWS = 200  # Sequences on which the gradient, and the loss during training, are computed.
CHARACTERS = 1500  # Of a text the same; they are read one by one.
STEPS = 200  # Steps at the beginning of each stream of a text, on which the gradient is computed.


@figure(1, 2, size=(9.8, 3.9))
def learning(axes: Any, model: Any, data: Dataset) -> None:
    """Loss and gradient during training

    Left: the loss after some epochs, without the penalty, on what the network learns from and on what is held out; half
    the squared error in standard units, or the log-loss of classes and characters. Where the dashed line rises while
    the other falls, the network learns by heart. Right: the length of the gradient. It is large as long as there is
    much to gain, and jumps where the loss is steep; the dotted line is the length to which the gradient of a batch is
    cut, which keeps such a jump from throwing the weights far away.
    """
    taken = snapshots(model, data)
    when = [snapshot.iteration for snapshot in taken]
    parts = [("learned from", few(data), BLUE, "-")]
    parts += [] if data.held_out is None else [("held out", few(data.held_out), ORANGE, "--")]
    for label, rows, shade, dashes in parts:
        axes[0].plot(when, [loss(snapshot.model, rows) for snapshot in taken], dashes, color=shade, label=label)
    axes[0].set(
        ylabel="log-loss (nats)" if data.kind == "text" or hasattr(model, "classes_") else "half the squared error"
    )
    axes[0].set_yscale("log")
    axes[0].legend()
    axes[1].plot(when, gradient_norms(taken, data), color=BLACK)
    if getattr(model, "clip", None) is not None:
        axes[1].axhline(model.clip, color="#888888", linestyle=":", label=f"cut to {model.clip:g}")
        axes[1].legend()
    axes[1].set(ylabel="length of the gradient", yscale="log")
    for panel in axes:
        panel.set_xlabel(step_name(model))


def few(rows: Dataset) -> Dataset:
    """Return some of the rows, always the same; of a text its beginning."""
    if isinstance(rows.X, str):
        return rows.take(np.arange(min(len(rows.X), CHARACTERS)))
    return rows.take(some_rows(len(rows.X), ROWS))


def loss(model: Any, rows: Dataset) -> float:
    """Return the loss without the penalty; targets that are not known do not count."""
    return measures.minus_log_likelihood(model, rows) if rows.kind == "text" else measures.training_loss(model, rows)


def gradient_norms(taken: list[Snapshot], data: Dataset) -> list[float]:
    """Return the length of the gradient of the objective on some rows, for each snapshot."""
    model = taken[-1].model
    rows = data if data.kind == "text" else few(data)
    prepared = model._prepare(rows.X, rows.y, None)
    samples = prepared.samples
    if data.kind == "text":
        X, y = (part.pieces(part.starts[:-1], np.minimum(part.lengths, STEPS)) for part in (samples.X, samples.y))
        samples = Samples(X, y)
    objective = OnAllRows(model._objective(prepared), samples)
    return [float(np.linalg.norm(objective(snapshot.model._learned.w)[1])) for snapshot in taken]


@figure(size=(5.4, 4.6))
def predicted(axes: Any, model: Any, data: Dataset) -> None:
    """What is predicted, against what is true

    A dot is a held-out sequence. On the grey line the prediction is right; the dotted line is the mean of the targets,
    which is the best answer of somebody who has not read the sequence. A network that has forgotten the first part
    of what it read gives answers between the two.
    """
    if data.series is not None or data.kind == "text" or hasattr(model, "classes_"):
        raise NotApplicable("The targets are no single numbers of sequences.")
    rows = data.held_out or data
    truth, said = np.asarray(rows.y).ravel(), np.asarray(model.predict(rows.X)).ravel()
    ends = [min(truth.min(), said.min()), max(truth.max(), said.max())]
    axes.plot(ends, ends, "-", color="#aaaaaa", linewidth=3)
    axes.axhline(float(np.mean(np.asarray(data.y))), color="#888888", linestyle=":")
    axes.plot(truth, said, ".", color=BLUE, markersize=5)
    name = data.target_name or "target"
    axes.set(xlabel=f"true {name}", ylabel=f"predicted {name}")
