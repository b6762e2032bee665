"""What a run leaves behind: the one object that the terminal summary, the report and ``metrics.json`` are made from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.workbench.run.measures import Measures


@dataclass(frozen=True)
class Difference:
    """A fitted attribute of both models.

    Parameters
    ----------
    name : str
        Attribute, as ``coef_``.
    ours, theirs : object
        Values (arrays or numbers).
    largest : float
        Largest absolute difference of an entry, relative to the largest entry of the reference; of a list of arrays
        the largest of its items; of text the share of entries that differ; NaN where the two cannot be compared.
    """

    name: str
    ours: Any
    theirs: Any
    largest: float


def is_list_of_arrays(value: Any) -> TypeGuard[list[Any]]:
    """Whether a fitted attribute is several arrays (the weights of layers, say), not one."""
    listed = isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object)
    return listed and any(isinstance(item, (list, tuple, np.ndarray)) for item in value)


@dataclass(frozen=True)
class Comparison:
    """The reference, fitted to the same rows from the same start.

    Parameters
    ----------
    reference : str
        Name and version, as ``"scikit-learn 1.9.1 KMeans"``.
    metrics : Measures
        As `Result.metrics`, for the reference; without values where it was not fitted.
    fit_seconds : float
        Time of the reference's fit.
    differences : tuple of Difference
        Of the attributes that the model declares.
    """

    reference: str
    metrics: Measures
    fit_seconds: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Result:
    """A fitted project.

    Parameters
    ----------
    project : Project
        The declaration.
    declared : Model
        Which of the project's models was fitted.
    data : Dataset
        The rows of the fit, with those held out.
    model : Estimator
        Fitted.
    seed : int
        Of the data and of the model.
    command : str
        The exact command that repeats the run.
    folder : Path
        Where the report goes.
    fit_seconds : float
        Time of our fit.
    stopped : str or None
        Why the fit ended early ("time limit", "interrupted"), or None.
    metrics : Measures
        Value of each of the model's metrics.
    comparison : Comparison
        The reference, fitted to the same rows.
    findings : tuple of Table
        What the model says about the data.
    """

    project: Project
    declared: Model
    data: Dataset
    model: Estimator
    seed: int
    command: str
    folder: Path
    fit_seconds: float
    stopped: str | None
    metrics: Measures
    comparison: Comparison
    findings: tuple[Table, ...] = ()

    @property
    def declared_metrics(self) -> tuple[Metric, ...]:
        """The metrics of the fitted model, the objective first."""
        return self.project.metrics_of(self.declared)

    @cached_property
    def answer(self) -> tuple[str, ...]:
        """What the user came for, in sentences made from this run's numbers."""
        return self.project.answer(self.model, self.data, self.metrics)
