"""What a project declares: data only. The workbench reads it to run, compare, draw, report and benchmark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, Figure


@dataclass(frozen=True)
class Metric:
    """A number that says how good a fitted model is.

    Parameters
    ----------
    name : str
        As printed, with the unit where there is one.
    compute : callable
        ``compute(model, data) -> float``; works for our model and for the reference.
    better : {"higher", "lower"}
        Which way is better.
    """

    name: str
    compute: Callable[[Any, Dataset], float]
    better: str


@dataclass(frozen=True)
class Table:
    """Something that a fitted model tells of the data, beside its metrics.

    Parameters
    ----------
    title : str
        What the rows are.
    head : tuple of str
        Names of the columns.
    rows : tuple of tuple of str or float
        Each begins with its name; there may be none, and then the note says why.
    note : str
        What to know about the rows.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    note: str = ""


Parameters = Callable[[Array, Array | None], Mapping[str, Any]]
FitTo = Callable[[Array, Array | None], Any]


def defaults(X: Array, y: Array | None) -> Mapping[str, Any]:
    """No hyper-parameters but the default ones, whatever the data."""
    return {}


@dataclass(frozen=True)
class Workload:
    """One row of the benchmark table: our model and the reference fitted to the same data, at a given size.

    Parameters
    ----------
    name : str
        As printed in the table.
    data : callable
        ``data(n) -> (X, y)``: n rows; y is None where the model learns without.
    objective : callable
        ``objective(model, X, y) -> float``: what both minimise, of either's fitted model. It is asked for after the
        clock has stopped.
    n : int
        Rows at the nominal size; the benchmark also runs n/4 and 4n to measure the growth.
    tolerance : float
        How far apart, relatively, the two objectives may be. Where they differ by more no ratio is given, in whichever
        direction: a worse answer is no win, and a better one says that the tasks were not the same.
    target : float
        The reference's time / ours that this row is meant to reach.
    parameters : callable
        ``parameters(X, y) -> dict``: hyper-parameters of our model; by default none.
    reference_parameters : callable, optional
        The same for the reference; by default ours.
    fits : pair of callable, optional
        ``fit(X, y)``, which returns what the objective is asked of: ours and the reference's, for what is not the
        project's model, another estimator or a function say. By default these are fitted with their parameters.
    """

    name: str
    data: Callable[[int], tuple[Array, Array | None]]
    objective: Callable[[Any, Array, Array | None], float]
    n: int
    tolerance: float
    target: float
    parameters: Parameters = defaults
    reference_parameters: Parameters | None = None
    fits: tuple[FitTo, FitTo] | None = None


@dataclass(frozen=True)
class Project:
    """A mini-project, declared.

    Parameters
    ----------
    name, title, summary : str
        Folder, heading, and one sentence for the gallery.
    model : type of Estimator
        The estimator.
    reference : str
        scikit-learn's, as ``"module:Class"``; imported only when compared.
    data : mapping of str to callable
        Named data sets: ``make(seed) -> Dataset``. The first is the default.
    metrics : tuple of Metric
        The first is the objective that both sides minimise.
    figures : tuple of Figure
        Drawn in this order.
    animation : Animation
        One frame a state of ``model.steps``.
    worked_example : callable
        ``() -> dict`` of the numbers that the chapter prints.
    parameters : callable
        ``parameters(data) -> dict``: the run's hyper-parameters that depend on the data set (for example the number
        of clusters); ``--set`` goes over them.
    twin : callable
        ``twin(model, data) -> dict``: parameters that make the reference solve the same problem from the same start.
    compared : tuple of str
        Fitted attributes printed side by side by ``groundup compare``.
    supervised : bool
        Whether the user's own table needs ``--target``.
    real : str
        Name of the data set from the world that ``groundup run all`` adds to the first one; "" for none.
    findings : callable
        ``findings(model, data) -> tuple of Table``: what the fitted model tells of the data; by default nothing.
    workloads : tuple of Workload
        For the benchmark.
    """

    name: str
    title: str
    summary: str
    model: type[Estimator]
    reference: str
    data: Mapping[str, Callable[[int], Dataset]]
    metrics: tuple[Metric, ...]
    figures: tuple[Figure, ...]
    animation: Animation
    worked_example: Callable[[], dict[str, Any]]
    twin: Callable[[Any, Dataset], dict[str, Any]]
    compared: tuple[str, ...]
    supervised: bool
    real: str = ""
    parameters: Callable[[Dataset], dict[str, Any]] = field(default=lambda data: {})
    findings: Callable[[Any, Dataset], tuple[Table, ...]] = field(default=lambda model, data: ())
    workloads: tuple[Workload, ...] = ()
