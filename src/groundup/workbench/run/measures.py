"""The metrics of a fitted model, on the rows that each of them is declared for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Any

from groundup.core.text import plural
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric


@dataclass(frozen=True)
class Measures:
    """Values of metrics by name; NaN for one that has no value here.

    Parameters
    ----------
    values : mapping of str to float
        On the rows that the metric is declared for.
    training : mapping of str to float
        Of those metrics that are computed on held-out rows: the value on the training rows.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    training: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.values.get(name, nan)


def on_held_out(metric: Metric, data: Dataset) -> bool:
    """Whether a metric is computed on held-out rows: it is declared so, and there are some."""
    return metric.on == "held out" and data.held_out is not None


def rows_in_words(held_out: bool, data: Dataset) -> str:
    """Return which rows a number was computed on, in plain words."""
    if held_out and data.held_out is not None:
        return f"on {plural(len(data.held_out.X), 'row')} not used for the fit"
    return f"on the {plural(len(data.X), 'row')} of the fit"


def measure(metrics: Sequence[Metric], model: Any, data: Dataset) -> Measures:
    """Return the metrics of a fitted model, ours or the reference."""
    unseen = [metric for metric in metrics if on_held_out(metric, data)]
    values = {m.name: _value(m, model, data.held_out if m in unseen else data) for m in metrics}
    return Measures(values, {metric.name: _value(metric, model, data) for metric in unseen})


def _value(metric: Metric, model: Any, data: Any) -> float:
    try:
        return float(metric.compute(model, data))
    except ValueError:  # A score of a single cluster, for example.
        return nan
