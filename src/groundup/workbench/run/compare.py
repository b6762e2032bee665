"""The reference next to our model: the same rows, the same problem, the same start."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from math import nan
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr, in_form
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric, Model
from groundup.workbench.run.measures import Measures, measure
from groundup.workbench.run.result import Comparison, Difference, is_list_of_arrays
from groundup.workbench.run.timing import seconds

NO_REFERENCE = "no reference"  # Name in the place of one, for a model that no other package has.


def for_reference(data: Dataset) -> Dataset:
    """Return a data set whose sparse rows are SciPy's, as the reference takes them."""
    if not isinstance(data.X, Csr):
        return data
    from scipy.sparse import csr_matrix

    unseen = None if data.held_out is None else for_reference(data.held_out)
    return replace(data, X=in_form(data.X, csr_matrix), held_out=unseen)


def fit_reference(declared: Model, model: Any, data: Dataset) -> tuple[Any, float]:
    """Fit the reference to the rows that our model was fitted to.

    Parameters
    ----------
    declared : Model
        Names the reference, and how to pose it the same problem.
    model : Estimator
        Fitted.
    data : Dataset
        The rows that it was fitted to.

    Returns
    -------
    reference : object
        Fitted.
    seconds : float
        Time of its fit.
    """
    reference = reference_class(declared)(**twin_parameters(declared, model, data))
    y = (data.y,) if declared.supervised else ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Warnings of the reference are not about our answer.
        return reference, seconds(lambda: reference.fit(data.X, *y))


def twin_parameters(declared: Model, model: Any, data: Dataset) -> Mapping[str, Any]:
    """Return the reference's parameters: those declared, or else those of the model that the reference has too."""
    if declared.twin is not None:
        return declared.twin(model, data)
    known = reference_class(declared)().get_params()
    return {name: value for name, value in model.get_params().items() if name in known}


def compare(
    declared: Model, metrics: tuple[Metric, ...], model: Any, reference: Any, data: Dataset, fit_seconds: float
) -> Comparison:
    """Return the fitted reference's metrics, and how far its attributes differ from our model's."""
    differences = tuple(
        difference(name, getattr(model, name), getattr(reference, name))
        for name in declared.compared
        if hasattr(model, name) and hasattr(reference, name)  # some depend on the parameters
    )
    return Comparison(_name(declared), measure(metrics, reference, data, validate=False), fit_seconds, differences)


def without_reference(declared: Model, reason: str) -> Comparison:
    """Return what stands in the place of a comparison that was not made."""
    name = f"{_name(declared)} ({reason})" if declared.reference else NO_REFERENCE
    return Comparison(name, Measures(), nan, ())


def difference(name: str, ours: Any, theirs: Any) -> Difference:
    """Return a fitted attribute of both, and their relative difference."""
    try:
        return Difference(name, ours, theirs, _apart(ours, theirs))
    except (ValueError, TypeError):  # of a kind that cannot be compared, or with such entries
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


def reference_class(declared: Model) -> Any:
    """Return the reference's class, imported now."""
    module, _, name = declared.reference.partition(":")
    return getattr(import_module(module), name)


def _name(declared: Model) -> str:
    module, _, name = declared.reference.partition(":")
    package = {"sklearn": "scikit-learn"}.get(module.partition(".")[0], module.partition(".")[0])
    return f"{package} {version(package)} {name}"
