"""What is inside while a network reads: its hidden states, and the gates of its cells."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import COLOURS, DASHES
from groundup.plotting.thinning import some_points
from groundup.projects.recurrent_network.reading import Read, inside, sequence, slowest_first
from groundup.projects.recurrent_network.reading import states as states_of

LINES, UNITS = 3, 40  # Most features of a step, and units, that are drawn.
NAMED = 8  # Most columns of a table, each of which is a step, that are named.
PANELS = {
    "lstm": ("memory", "input gate", "forget gate", "output gate", "state"),
    "gru": ("state", "reset gate", "update gate", "candidate"),
}
GATES = ("input gate", "forget gate", "output gate", "reset gate", "update gate")


@figure(2, 2, size=(9.6, 6.0))
def states(axes: Any, model: Any, data: Dataset) -> None:
    """Hidden states while the network reads two sequences

    Above: two sequences that were held out, step by step. Below: the states of the last recurrent layer, a row for each
    unit, dark where it is negative and bright where it is positive. Units whose state changes least from step to step
    are at the top: they hold what lasts; those at the bottom follow the input. What is not to be seen in the last
    column is forgotten: an answer after the last step has only this column to go by.
    """
    rows = data if data.held_out is None else data.held_out
    reads = [sequence(rows, k * rows_between(rows)) for k in range(2)]
    found = [states_of(model, read) for read in reads]
    order, reach = drawn_units(found[0]), max(float(np.abs(values).max()) for values in found) or 1.0
    for k, (above, below) in enumerate(axes.T):
        draw_input(above, reads[k], rows)
        draw_units(below, found[k][order], -reach, reach)
        below.set(title="states", ylabel="" if k else "unit, the slowest above")


def rows_between(rows: Dataset) -> int:
    """Return how far the second sequence is from the first: of windows, half a window; otherwise the next one."""
    return 1 if rows.series is None else max(1, rows.series.window // 4)


@figure(3, 2, size=(9.6, 7.6))
def gates(axes: Any, model: Any, data: Dataset) -> None:
    """The gates of the first layer's cells while they read a sequence

    A sequence that was held out, and what happens at each of its steps in the first recurrent layer; each row of a
    picture is a unit, in all pictures in the same order, and those whose memory changes least are at the top. The input
    gate says how much of the candidate is written (bright: all), the forget gate how much of the memory is
    kept, the output gate how much of it is shown. A unit whose forget gate is bright throughout, and whose input gate
    is dark but for a few steps, holds what it read there.

    Of a GRU there are the reset gate and the update gate, which is bright where a state is kept; plain cells have no
    gates.
    """
    kind = model._learned.made_of.cell
    if kind not in PANELS:
        raise NotApplicable("Plain cells have no gates: take cell=lstm or cell=gru.")
    rows = data if data.held_out is None else data.held_out
    read = sequence(rows, 0)
    found = inside(model, read)
    order = drawn_units(found[PANELS[kind][0]])
    draw_input(axes[0, 0], read, rows)
    for panel, name in zip(axes.flat[1:], PANELS[kind], strict=False):
        values = found[name][order]
        reach = float(np.abs(values).max()) or 1.0
        low, high = (0.0, 1.0) if name in GATES else (-reach, reach)
        draw_units(panel, values, low, high)
        panel.set(title=name, ylabel="unit")
    for panel in axes.flat[1 + len(PANELS[kind]) :]:
        panel.remove()


def drawn_units(values: Array) -> Array:
    """Return units, the slowest first; of very many some from the slowest to the fastest."""
    return slowest_first(values)[some_points(len(values), UNITS)]


def draw_input(panel: Any, read: Read, rows: Dataset) -> None:
    """Draw the features of each step as lines, of a text its characters."""
    if read.words:
        for t, sign in enumerate(read.words):
            panel.text(t + 1, 0.5, sign, ha="center", va="center", fontsize=11, family="monospace")
        panel.set(ylim=(0, 1), yticks=[], ylabel="character")
        panel.grid(False)
    else:
        step = np.arange(1, len(read.values) + 1)
        names = rows.feature_names if len(rows.feature_names) == read.values.shape[1] else ()
        for k, column in enumerate(read.values.T[:LINES]):
            name = names[k] if len(names) > 1 else None
            panel.plot(step, column, linestyle=DASHES[k], color=COLOURS[k], marker=".", markersize=4, label=name)
        if len(names) > 1:
            panel.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(names[:LINES]), borderaxespad=0.2)
        units = "standard units" if rows.series is not None else "value"
        panel.set_ylabel(f"{names[0]}" if len(names) == 1 and rows.series is None else units)
    if rows.kind == "table" and len(rows.feature_names) == len(read.values) <= NAMED:
        panel.set_xticks(np.arange(1, len(read.values) + 1), rows.feature_names, rotation=30, ha="right")
    panel.set(xlim=(0.5, len(read.values) + 0.5), xlabel="step", title=title(read, rows))


def title(read: Read, rows: Dataset) -> str:
    """Return which sequence it is."""
    return "a piece of the text" if read.words else f"{rows.unit} {read.row + 1:,}"


def draw_units(panel: Any, values: Array, low: float, high: float) -> None:
    """Draw numbers of units and steps as a picture."""
    extent = (0.5, values.shape[1] + 0.5, len(values) + 0.5, 0.5)
    drawn = panel.imshow(values, aspect="auto", vmin=low, vmax=high, interpolation="nearest", extent=extent)
    panel.figure.colorbar(drawn, cax=panel.inset_axes((1.03, 0, 0.03, 1)))  # so that panels of a column stay aligned
    panel.grid(False)
    panel.set_xlabel("step")
