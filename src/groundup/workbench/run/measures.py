"""The metrics of a fitted model, on the rows that each of them is declared for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Any

from groundup.core.text import plural
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric
from groundup.workbench.run.validation import Validation, cross_validate, value


@dataclass(frozen=True)
class Measures:
    """Values of metrics by name; NaN for one that has no value here.

    Parameters
    ----------
    values : mapping of str to float
        On the rows that the metric is declared for.
    training : mapping of str to float
        Of those metrics that are computed on held-out rows: the value on the training rows.
    baselines : mapping of str to float
        Of those metrics that declare one: the value, on the same rows as `values`, of an answer that needs no column.
    validation : Validation, optional
        Of those metrics that are computed on held-out rows: the values of a cross-validation.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    training: Mapping[str, float] = field(default_factory=dict)
    baselines: Mapping[str, float] = field(default_factory=dict)
    validation: Validation | None = None

    def __getitem__(self, name: str) -> float:
        return self.values.get(name, nan)


def on_held_out(metric: Metric, data: Dataset) -> bool:
    """Whether a metric is computed on held-out rows: it is declared so, and there are some."""
    return metric.on == "held out" and data.held_out is not None


def rows_in_words(held_out: bool, data: Dataset) -> str:
    """Return which rows a number was computed on, in plain words."""
    if held_out and data.held_out is not None:
        return f"on {plural(len(data.held_out.X), data.unit)} not used for the fit"
    return f"on the {plural(len(data.X), data.unit)} of the fit"


def measure(metrics: Sequence[Metric], model: Any, data: Dataset, *, validate: bool = True) -> Measures:
    """Return the metrics of a fitted model.

    Parameters
    ----------
    metrics : sequence of Metric
        Of the model.
    model : Estimator
        Ours, or the reference.
    data : Dataset
        The rows of the fit, with those held out.
    validate : bool, default=True
        Whether baselines and a cross-validation are wanted too.
    """
    unseen = [metric for metric in metrics if on_held_out(metric, data)]
    rows = {m.name: data.held_out if m in unseen else data for m in metrics}
    values = {m.name: value(m.compute, model, rows[m.name]) for m in metrics}
    training = {m.name: value(m.compute, model, data) for m in unseen}
    if not validate:
        return Measures(values, training)
    baselines = {m.name: value(m.baseline, data, rows[m.name]) for m in metrics if m.baseline}
    validated = cross_validate([m for m in metrics if m.on == "held out"], model, data)
    return Measures(values, training, baselines, validated)
