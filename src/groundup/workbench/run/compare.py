"""The reference beside our model: the same data, the same problem, the same start."""

import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from math import nan
from statistics import median
from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric, Project
from groundup.workbench.run.result import Comparison, Difference, is_list_of_arrays

SHORT = 0.1  # seconds: the time of a shorter fit is mostly chance, and is measured again
TURNS = 5


def measure(project: Project, model: Any, data: Dataset) -> dict[str, float]:
    """Each of the project's metrics for a fitted model, ours or the reference; NaN for one that has no value here."""
    return {metric.name: _value(metric, model, data) for metric in project.metrics}


def _value(metric: Metric, model: Any, data: Dataset) -> float:
    try:
        return float(metric.compute(model, data))
    except ValueError:  # a score of one cluster only, say
        return nan


def compare(project: Project, model: Any, data: Dataset, seconds: float) -> tuple[Comparison, float]:
    """Fit the reference, and hold our fitted model against it.

    Parameters
    ----------
    project : Project
        Names the reference, and how to pose it the same problem.
    model : Estimator
        Fitted, in `seconds`.
    data : Dataset
        That it was fitted to.
    seconds : float
        Time of our fit.

    Returns
    -------
    comparison : Comparison
    seconds : float
        Time of our fit: as given, or, when that is short, the median of several in turn with the reference's.
    """
    reference = reference_class(project)(**project.twin(model, data))
    y = (data.y,) if project.supervised else ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the reference has to say about itself
        theirs = _seconds(lambda: reference.fit(data.X, *y))
        if max(seconds, theirs) < SHORT:
            again = type(model)(**model.get_params())
            turns = [
                (_seconds(lambda: again.fit(data.X, *y)), _seconds(lambda: reference.fit(data.X, *y)))
                for _ in range(TURNS)
            ]
            seconds, theirs = (median(times) for times in zip(*turns, strict=True))
    differences = tuple(
        difference(name, getattr(model, name), getattr(reference, name))
        for name in project.compared
        if hasattr(model, name) and hasattr(reference, name)  # some depend on the parameters
    )
    return Comparison(_name(project), measure(project, reference, data), theirs, differences), seconds


def without_reference(project: Project, reason: str) -> Comparison:
    """The place of a comparison that was not made."""
    unknown = {metric.name: nan for metric in project.metrics}
    return Comparison(f"{_name(project)} ({reason})", unknown, nan, ())


def difference(name: str, ours: Any, theirs: Any) -> Difference:
    """A fitted attribute of both, and how far apart they are."""
    try:
        return Difference(name, ours, theirs, _apart(ours, theirs))
    except (ValueError, TypeError):  # of a kind that knows no equality, or whose entries have none
        return Difference(name, ours, theirs, nan)


def _apart(ours: Any, theirs: Any) -> float:
    if is_list_of_arrays(ours) and is_list_of_arrays(theirs):
        items = [_apart(a, b) for a, b in zip(ours, theirs, strict=True)]
        return float(np.max(items))  # NaN if one is
    a, b = np.asarray(ours), np.asarray(theirs)
    if a.shape != b.shape:
        return nan
    if not {a.dtype.kind, b.dtype.kind} <= set("biufc"):
        return float(np.mean(a != b)) if a.size else 0.0
    largest = float(np.abs(np.subtract(a, b, dtype=np.result_type(a, b, float))).max(initial=0.0))
    scale = float(np.abs(b).max(initial=0.0))
    return largest / scale if scale > 0 else largest


def reference_class(project: Project) -> Any:
    """The reference's class, imported now."""
    module, _, name = project.reference.partition(":")
    return getattr(import_module(module), name)


def _name(project: Project) -> str:
    module, _, name = project.reference.partition(":")
    package = {"sklearn": "scikit-learn"}.get(module.partition(".")[0], module.partition(".")[0])
    return f"{package} {version(package)} {name}"


def _seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
