"""The recurrent network, declared: what the workbench runs, compares, draws and measures."""

from pathlib import Path
from typing import Any

import numpy as np

from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.prose import load_text
from groundup.data.series.load import load_series
from groundup.data.synthetic import sequences
from groundup.data.tables.dialect import suffix_of
from groundup.data.tables.errors import TableError
from groundup.data.tables.options import TableOptions
from groundup.projects.common.confusion import confusion
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.linear_classifiers import class_metrics
from groundup.projects.recurrent_network import findings, forecasts, measures
from groundup.projects.recurrent_network.animation import training
from groundup.projects.recurrent_network.example import three_hours
from groundup.projects.recurrent_network.figures.forecasts import errors_by_lead
from groundup.projects.recurrent_network.figures.forecasts import forecasts as forecast_figure
from groundup.projects.recurrent_network.figures.graph import graph
from groundup.projects.recurrent_network.figures.learning import learning, predicted
from groundup.projects.recurrent_network.figures.states import gates, states
from groundup.projects.recurrent_network.figures.text import samples
from groundup.projects.recurrent_network.figures.through_time import clipping, gradient_norms, non_normal
from groundup.projects.recurrent_network.models.char_rnn import CharRNN
from groundup.projects.recurrent_network.models.rnn_classifier import RNNClassifier
from groundup.projects.recurrent_network.models.rnn_regressor import RNNRegressor
from groundup.projects.recurrent_network.tuning import for_series
from groundup.projects.recurrent_network.workloads import WORKLOADS

TEXT = (".txt",)  # What a file of running text is called.
STREAM = 500  # Characters of the user's text in a stream, at least.
CHARACTERS_READ = 600_000  # Characters of it that training reads, each as often as it is read;
READINGS = (2, 40)  # fewest and most readings of the whole.
EPOCHS: dict[str, Any] = {"learning_rate_init": 0.02, "learning_rate": "cosine"}


def for_numbers(data: Dataset) -> dict[str, Any]:
    """Return size and training of a network: for the sines, the sunspots, sums, and a series of the user's."""
    if data.series is None:
        return {"hidden_layer_sizes": (16,), "max_iter": 50, **EPOCHS}
    return {"hidden_layer_sizes": (16,), "max_iter": 30, **EPOCHS} if data.name == "sines" else for_series(data)


def for_classes(data: Dataset) -> dict[str, Any]:
    """Return size and training of a network that tells curves apart."""
    return {"hidden_layer_sizes": (16,), "max_iter": 40, **EPOCHS}


def for_text(data: Dataset) -> dict[str, Any]:
    """Return size and training of a network of characters, by the length of the text."""
    if data.name == "speeches":
        return {"hidden_layer_sizes": (64,), "window": 48, "batch_size": 64, "learning_rate_init": 0.015, "max_iter": 6}
    n = len(data.X)
    return {
        "window": 48,
        "learning_rate_init": 0.005,
        "dropout": 0.2,
        "batch_size": int(np.clip(n // STREAM, 1, 32)),
        "max_iter": int(np.clip(CHARACTERS_READ // n, *READINGS)),
    }


def opened(path: Path, target: str | None, options: TableOptions) -> Dataset:
    """Return a file of the user's: running text where it is called so and no series is asked for, else a series.

    Raises
    ------
    TableError
        For options that mean nothing for a text, and for files that cannot be used.
    """
    if suffix_of(path) not in TEXT or target is not None or options.time or options.horizon:
        return load_series(path, target, options)
    said = [word for word in options.words() if word.startswith("--") and word != "--skip-rows"]
    if said:
        raise TableError(
            f"{said[0]} has no effect on a text, as {path} is taken for. If it is a table with a series, say --target."
        )
    return load_text(path, options.skip_rows)


def suits(data: Dataset) -> tuple[str, str]:
    """Return the model that suits a file of the user's, and why."""
    if data.kind == "text":
        return "CharRNN", "the file is running text"
    return "RNNRegressor", "the file is a table with a series to forecast"


def loss_metric(what: str, compute: Any) -> Metric:
    """Return the metric of what training lowers."""
    return Metric(
        "training loss",
        compute,
        "lower",
        meaning=f"What training lowers, on what is learned from, without the penalty: {what}. A low one is no praise, "
        "since a large network learns by heart.",
    )


ROOT_MEAN_SQUARED_ERROR = Metric(
    "root mean squared error",
    measures.root_mean_squared_error,
    "lower",
    on="held out",
    baseline=measures.baseline_root_mean_squared_error,
    meaning="Typical error of a prediction, in the unit of the target. 0 is perfect. The baseline needs no network: of "
    "a series the value one period earlier, or the last value where there is no period; else the mean of the target.",
)
MEAN_ABSOLUTE_ERROR = Metric(
    "mean absolute error",
    measures.mean_absolute_error,
    "lower",
    on="held out",
    baseline=measures.baseline_mean_absolute_error,
    meaning="Mean size of the errors, in the unit of the target, in which single large errors count less.",
)
CHARACTER_LOSS = loss_metric(
    f"the mean log-loss of a character, in nats, of a long text on its first {measures.MOST:,} characters",
    measures.minus_log_likelihood,
)
PERPLEXITY = Metric(
    "perplexity",
    measures.perplexity,
    "lower",
    on="held out",
    baseline=measures.perplexity_of_shares,
    meaning="Of how many equally probable characters the next one would be as hard to guess. 1: always known. The "
    "baseline are the shares of the characters, whatever came before.",
)

INSIDE = (learning, states, gates)
NUMBERS = (forecast_figure, errors_by_lead, predicted, *INSIDE, graph, gradient_norms, non_normal, clipping)

PROJECT = Project(
    name="recurrent_network",
    title="Recurrent network",
    summary="A network that reads a sequence step by step, and carries what it has read in a state.",
    models=(
        Model(
            estimator=RNNRegressor,
            parameters=for_numbers,
            tuned=("alpha",),
            tuned_by="the last part of the time that is learned from",
            data=("sines", "adding", "sunspots"),
            figures=NUMBERS,
        ),
        Model(
            estimator=RNNClassifier,
            parameters=for_classes,
            data=("shapes",),
            figures=(confusion, *INSIDE),
            metrics=(loss_metric("the mean log-loss", measures.training_loss), *class_metrics()),
        ),
        Model(
            estimator=CharRNN,
            parameters=for_text,
            data=("speeches",),
            figures=(samples, *INSIDE),
            metrics=(CHARACTER_LOSS, PERPLEXITY),
        ),
    ),
    data={
        "sines": sequences.sines,
        "adding": sequences.adding,
        "sunspots": bundled.sunspots,
        "shapes": sequences.shapes,
        "speeches": bundled.speeches,
    },
    held_out=0.2,
    metrics=(
        loss_metric("half the mean squared error, of a series in standard units", measures.training_loss),
        ROOT_MEAN_SQUARED_ERROR,
        MEAN_ABSOLUTE_ERROR,
    ),
    figures=(*NUMBERS, confusion, samples),
    animation=training,
    worked_example=three_hours,
    real="sunspots",
    answer=findings.answer,
    findings=findings.summary,
    workloads=WORKLOADS,
    suits=suits,
    open_file=opened,
    files={"forecast.csv": forecasts.as_csv},
)
