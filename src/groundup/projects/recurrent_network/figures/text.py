"""Texts that a network of characters makes, by epoch."""

from textwrap import wrap
from typing import Any

from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE
from groundup.projects.common.words import rounded
from groundup.projects.recurrent_network.figures.learning import few
from groundup.projects.recurrent_network.findings import sample, visible
from groundup.projects.recurrent_network.measures import perplexity
from groundup.projects.recurrent_network.replay import Snapshot, snapshots, step_name

SHOWN = 6  # Epochs from which a text is shown.
LENGTH, WIDTH = 186, 100  # Characters of a text, and of a line, which is as long as the printed figure is wide.
TEMPERATURE = 0.8


@figure(size=(9.6, 5.6))
def samples(axes: Any, model: Any, data: Dataset) -> None:
    """What the network writes, as it learns

    Texts of the network after some epochs, each begun with the same characters of the text, and the perplexity on a
    held-out part: of how many equally probable characters the next one would be as hard to guess. First come the
    frequencies of single characters and spaces, then short words and endings, then words that follow each other. The
    network knows nothing but characters; what it writes need not mean anything. A sign for the end of a line stands for
    each of them. Characters are drawn at a temperature of 0.8.
    """
    if data.kind != "text":
        raise NotApplicable("The rows are no characters of a text, so that there is nothing to write.")
    prime = data.X[-20:]
    taken = chosen(snapshots(model, data))
    rows = few(data.held_out or data)
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, len(taken)))
    for k, snapshot in enumerate(taken):
        top = len(taken) - k
        axes.text(0, top - 0.05, title(snapshot, model, rows), va="top", fontsize=10, color=BLUE)
        text = visible(sample(snapshot.model, prime, LENGTH, TEMPERATURE))
        axes.text(0, top - 0.32, "\n".join(wrap(text, WIDTH)), va="top", fontsize=9, family="monospace", color=BLACK)


def chosen(taken: list[Snapshot]) -> list[Snapshot]:
    """Return some of the snapshots, the first and the last among them."""
    places = sorted({round(k * (len(taken) - 1) / max(1, SHOWN - 1)) for k in range(SHOWN)})
    return [taken[place] for place in places]


def title(snapshot: Snapshot, model: Any, rows: Dataset) -> str:
    """Return which epoch it is, and how good the network is then."""
    return f"{step_name(model)} {snapshot.iteration:,}, perplexity {rounded(perplexity(snapshot.model, rows))}"
