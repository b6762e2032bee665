"""Training: decision regions and hidden units as it goes, and the curves of loss and quality."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, Plane, bounds, score_plane, set_frame
from groundup.plotting.regions import draw_classes
from groundup.plotting.style import BLUE, ORANGE
from groundup.plotting.thinning import some_rows
from groundup.projects.common.linear_classifiers import codes
from groundup.projects.common.words import rounded
from groundup.projects.multilayer_perceptron import measures
from groundup.projects.multilayer_perceptron.replay import (
    Snapshot,
    hidden_outputs,
    output_weights,
    snapshots,
    step_name,
)

SHOWN = 4  # Snapshots, and hidden units, that are drawn.
POINTS = 30  # Snapshots along a curve.
GRID = 80  # Points along each axis of a heat map.


@figure(2, SHOWN, size=(11.6, 5.8))
def regions(axes: Any, model: Any, data: Dataset) -> None:
    """Decision regions as training goes, and the hidden units that they are made of

    Above: every place has the colour of its most probable class, paler where that is less sure, before training and
    after some epochs; the black line is the boundary. Below: what the units of the last hidden layer that matter most
    give out after training, orange where it is above its middle and purple where it is below. The score is a weighted
    sum of such pictures: each unit bends the plane along a few lines, and the boundary is put together from
    these. Nobody told the units what to look for.
    """
    plane, (X, code) = plane_of(model, data), rows_of(model, data)
    first, *later = snapshots(model, data, SHOWN + 1)
    taken = [first, *later[-(SHOWN - 1) :]]
    for panel, snapshot in zip(axes[0], taken, strict=False):
        draw_snapshot(panel, snapshot, plane, X, code, name_of(model, snapshot))
    for panel in axes[0, len(taken) :]:
        panel.remove()
    best, weights = most_important(model, data)
    for panel, unit in zip(axes[1], best, strict=False):
        draw_unit(panel, model, plane, X, int(unit))
        panel.set_title(f"unit {unit + 1}, weight {rounded(float(weights[unit]), 2, sign=True)}", fontsize=10)
    for panel in axes[1, len(best) :]:
        panel.remove()
    for panel in axes[:, 1:].flat:
        panel.set_ylabel("")


def plane_of(model: Any, data: Dataset) -> Plane:
    """Return the plane of a classifier's two columns, or of its single one.

    Raises
    ------
    NotApplicable
        For more columns, which no plane shows, and for numbers.
    """
    if not hasattr(model, "classes_"):
        raise NotApplicable("Regions are those of classes; the model predicts numbers.")
    if data.X.shape[1] > 2:
        raise NotApplicable(f"Regions can be drawn for two columns; the rows have {data.X.shape[1]}.")
    return score_plane(data, np.zeros((1, data.X.shape[1])))


def rows_of(model: Any, data: Dataset) -> tuple[Array, Array]:
    """Return rows, not too many, and the number of the class of each."""
    few = some_rows(len(data.X), DRAWN)
    return data.X[few], codes(model, np.asarray(data.y)[few])


def draw_snapshot(axes: Any, snapshot: Snapshot, plane: Plane, X: Array, code: Array, title: str) -> None:
    """Draw the regions of a network in the middle of its training, and the rows."""
    draw_classes(axes, snapshot.model.predict_proba, plane, plane(X), code, snapshot.model.classes_, 9)
    axes.set_title(title, fontsize=10)


def name_of(model: Any, snapshot: Snapshot) -> str:
    """Return what a snapshot is called."""
    return f"{step_name(model)} {snapshot.iteration:,}" if snapshot.iteration else "before training"


def most_important(model: Any, data: Dataset) -> tuple[Array, Array]:
    """Return the units of the last hidden layer that move the scores most, and the weight of each.

    A unit moves them by its weight times the standard deviation of its output. Of several scores the weight that is
    largest in size is told.
    """
    layers = hidden_outputs(model, data.X)
    if not layers:
        return np.zeros(0, int), np.zeros(0)
    W = output_weights(model)
    spread = layers[-1].std(axis=0)
    order = np.argsort(-np.abs(W).max(axis=1) * spread, kind="stable")[:SHOWN]
    return order, W[np.arange(len(W)), np.abs(W).argmax(axis=1)]


def draw_unit(axes: Any, model: Any, plane: Plane, X: Array, unit: int) -> None:
    """Draw what a unit of the last hidden layer gives out, over the plane."""
    lower, upper = bounds(plane(X))
    x, y = (np.linspace(low, high, GRID) for low, high in zip(lower, upper, strict=True))
    places = plane.rows(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    heat = hidden_outputs(model, places)[-1][:, unit].reshape(GRID, GRID)
    middle, reach = (heat.max() + heat.min()) / 2, (heat.max() - heat.min()) / 2 or 1.0
    axes.imshow(heat, origin="lower", extent=(x[0], x[-1], y[0], y[-1]), aspect="auto", cmap="PuOr_r", alpha=0.7,
                vmin=middle - reach, vmax=middle + reach)  # fmt: skip
    axes.grid(False)
    set_frame(axes, plane, plane(X))


@figure(1, 2, size=(9.8, 3.9))
def curves(axes: Any, model: Any, data: Dataset) -> None:
    """Loss and quality during training, on the rows of the fit and on rows held out

    Left: the mean loss after each epoch, without the penalty. Right: the share of right classes, or R² of numbers. The
    solid line is of the rows that the network learns from; it says how well the optimiser does. The dashed line is of
    rows that it does not see, which is what counts. Where the dashed loss has its least value, marked by a dot, early
    stopping would keep the weights: from there on the network learns what is true of its own rows only.
    """
    taken = snapshots(model, data, POINTS)
    when = np.array([snapshot.iteration for snapshot in taken])
    parts = [("rows of the fit", data, BLUE, "-")]
    parts += [] if data.held_out is None else [("rows held out", data.held_out, ORANGE, "--")]
    for label, rows, shade, dashes in parts:
        loss = np.array([measures.mean_loss(snapshot.model, rows) for snapshot in taken])
        good = np.array([measures.quality(snapshot.model, rows) for snapshot in taken])
        axes[0].plot(when, loss, dashes, color=shade, label=label)
        axes[1].plot(when, good, dashes, color=shade, label=label)
        if rows is not data:
            axes[0].plot(when[loss.argmin()], loss.min(), "o", color=shade, markersize=7)
    classes = hasattr(model, "classes_")
    axes[0].set(ylabel="log-loss (nats a row)" if classes else "mean loss", yscale="log")
    axes[1].set(ylabel="accuracy" if classes else "R²")
    if not classes:
        axes[1].set_ylim(max(axes[1].get_ylim()[0], -1.0), 1.03)
    for panel in axes:
        panel.set_xlabel(step_name(model))
        panel.set_xscale("symlog", linthresh=10)
        panel.set_xlim(left=0)
    axes[1].legend(loc="lower right")


@figure(1, 6, size=(10.4, 3.1))
def mistakes(axes: Any, model: Any, data: Dataset) -> None:
    """Pictures that are taken for another class

    Held-out pictures that the network gets wrong, the surest mistakes first. Above each: the true class, what the
    network says, and how probable that is to it. Some of them a person would get wrong too; in others the network has
    never seen a stroke like that. A network of weighted sums does not know that pixels are neighbours.
    """
    if data.image is None or data.held_out is None or not hasattr(model, "classes_"):
        raise NotApplicable("The rows are no pictures of classes, or none are held out.")
    unseen = data.held_out
    P, truth = model.predict_proba(unseen.X), codes(model, unseen.y)
    said = P.argmax(axis=1)
    wrong = np.flatnonzero(said != truth)
    wrong = wrong[np.argsort(-P[wrong, said[wrong]], kind="stable")]
    if not len(wrong):
        raise NotApplicable(f"None of {len(truth)} held-out pictures is taken for another class.")
    for panel, row in zip(axes.flat, wrong, strict=False):
        panel.imshow(unseen.X[row].reshape(data.image), cmap="Greys")
        names = (model.classes_[truth[row]], model.classes_[said[row]])
        panel.set_title(f"{names[0]}, said {names[1]}\n({100 * P[row, said[row]]:.0f} %)", fontsize=10)
    for panel in axes.flat:
        panel.set_axis_off()
    axes.flat[0].figure.supxlabel(
        f"{min(len(wrong), axes.size)} of {len(wrong)} mistakes among {len(truth)} held-out pictures", fontsize=10
    )
