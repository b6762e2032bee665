"""What a project declares: data only. The workbench reads it to run, compare, draw, report and benchmark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from groundup.core.estimator.base import Estimator
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.data.tables.options import TableOptions
from groundup.plotting.figure import Animation, Figure

Source = Callable[[int], Dataset]
Opener = Callable[[Path, str | None, TableOptions], Dataset]
Writer = Callable[[Any, Dataset], str | None]
Objective = Callable[[Any, Array, Array | None], float]
FitTo = Callable[[Array, Array | None], Any]


def no_parameters(*data: Any) -> Mapping[str, Any]:
    """Return no hyper-parameters, so that the defaults hold whatever the data."""
    return {}


def no_findings(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return no tables."""
    return ()


class Validated(Protocol):
    """Scores of models that were each fitted without the rows that they are scored on."""

    @property
    def words(self) -> str: ...  # noqa: D102
    @property
    def mean(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def std(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def baselines(self) -> Mapping[str, float]: ...  # noqa: D102


class Scores(Protocol):
    """Values of a fitted model's metrics by name, as `Project.answer` reads them."""

    def __getitem__(self, name: str) -> float: ...
    @property
    def training(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def baselines(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def validation(self) -> Validated | None: ...  # noqa: D102


def no_answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return no sentences."""
    return ()


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
        Which direction is better.
    on : {"training", "held out"}
        The rows that `compute` is given. Without held-out rows these are the training rows.
    baseline : callable, optional
        ``baseline(learned, rows) -> float``: the value of an answer that needs no column (the mean of the target, the
        most frequent class, one cluster), known from the data sets `learned`, for `rows`.
    pooled : bool
        Whether a cross-validation computes it once, of the rows of all folds together: a ratio of counts that may be
        0 in a fold. It needs ``model.classes_`` and ``model.predict`` only.
    meaning : str
        What a reader should know of the value: its unit, and what 0 and 1, or the best and the worst value, mean.
    """

    name: str
    compute: Callable[[Any, Dataset], float]
    better: Literal["higher", "lower"]
    on: Literal["training", "held out"] = "training"
    baseline: Callable[[Dataset, Dataset], float] | None = None
    pooled: bool = False
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class Model:
    """An estimator of a project, with what makes the reference solve the same problem.

    Parameters
    ----------
    estimator : type of Estimator
        The class.
    reference : str
        The reference's class as ``"module:Class"``, imported only when compared; "" if there is none.
    parameters : callable
        ``parameters(data) -> mapping``: hyper-parameters that depend on the data set, such as the number of clusters;
        ``--set`` takes precedence.
    same_problem : bool
        Whether the reference minimises the same sum. Where it does not, it is something simpler to compare with, and
        neither answer is said to be further from the minimum.
    twin : callable, optional
        ``twin(model, data) -> mapping``: parameters that make the reference solve the same problem from the same
        start. By default those of the fitted model that the reference has too.
    compared : tuple of str
        Fitted attributes printed side by side.
    data : tuple of str
        Names of the project's data sets that suit the model, the default first; () for all of them.
    metrics : tuple of Metric, optional
        By default the project's.
    animation : Animation, optional
        By default the project's.
    figures : tuple of Figure, optional
        Those of the project's figures that are about such a model; by default all.
    standardize : bool, optional
        Whether the features of a user's table are put into standard units, unless the user decides: the penalty counts
        their units. False where the units count, but are the user's to choose; None where they do not.
    measurements : str
        Why columns of categories, and columns that others determine, of the user's table are left out, as a clause; ""
        for a model that learns from them too.
    tuned : tuple of str
        Hyper-parameters that `parameters` chooses for a user's table.
    tuned_by : str
        How it chooses them.
    native_categories : bool
        Whether a column of categories of the user's table is one column of X, of their numbers; `parameters` tells the
        model which these are.
    keeps_gaps : str
        The ``--set`` with which the model takes missing entries as they are, where by default it does not; "" for none.
    """

    estimator: type[Estimator]
    reference: str = ""
    parameters: Callable[[Dataset], Mapping[str, Any]] = no_parameters
    same_problem: bool = True
    twin: Callable[[Any, Dataset], Mapping[str, Any]] | None = None
    compared: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] | None = None
    animation: Animation | None = None
    figures: tuple[Figure, ...] | None = None
    standardize: bool | None = None
    measurements: str = ""
    tuned: tuple[str, ...] = ()
    tuned_by: str = "cross-validation"
    native_categories: bool = False
    keeps_gaps: str = ""

    @property
    def name(self) -> str:
        """Name of the class, as in ``--model``."""
        return self.estimator.__name__

    @property
    def supervised(self) -> bool:
        """Whether the model learns from a target."""
        return self.estimator.kind in ("regressor", "classifier")


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One row of the benchmark table: our model and the reference fitted to the same data, at a given size.

    Parameters
    ----------
    name : str
        As printed in the table.
    model : str
        Name of one of the project's models; "" for the default one.
    data : callable
        ``data(n) -> (X, y)``: n rows; y is None where the model learns without.
    objective : callable
        ``objective(model, X, y) -> float``: what both minimise, of either's fitted model, computed outside the timing.
    n : int
        Rows at the nominal size; the benchmark also runs n/4 and 4n to measure the growth.
    tolerance : float
        Largest relative difference of the two objectives. Beyond it no ratio is given, in whichever direction: a worse
        answer is no win, and a better one shows that the tasks were not the same.
    target : float
        The reference's time / ours that this row is meant to reach with the default number of threads.
    single_target : float, optional
        The same with one thread; by default `target`.
    parameters : callable
        ``parameters(X, y) -> mapping``: hyper-parameters of our model; by default none.
    reference_parameters : callable, optional
        The same for the reference; by default ours.
    reference_solvers : mapping of str to mapping
        Parameters that the reference is given besides, by the name of what they choose. The fastest choice whose
        objective equals ours is what we are compared with.
    fits : pair of callable, optional
        ``fit(X, y)`` of ours and of the reference, for functions that are not estimators; `objective` is given what
        they return.
    """

    name: str
    data: Callable[[int], tuple[Array, Array | None]]
    objective: Objective
    n: int
    tolerance: float
    target: float
    single_target: float | None = None
    model: str = ""
    parameters: Callable[[Array, Array | None], Mapping[str, Any]] = no_parameters
    reference_parameters: Callable[[Array, Array | None], Mapping[str, Any]] | None = None
    reference_solvers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fits: tuple[FitTo, FitTo] | None = None


@dataclass(frozen=True, kw_only=True)
class Project:
    """A mini-project, declared.

    Parameters
    ----------
    name, title, summary : str
        Folder, heading, and one sentence for the gallery.
    models : tuple of Model
        The first is the default.
    data : mapping of str to callable
        Named data sets: ``make(seed) -> Dataset``. The first is the default.
    metrics : tuple of Metric
        The first is the objective that both sides minimise.
    figures : tuple of Figure
        Drawn in this order.
    animation : Animation
        One frame a state of ``model.steps``.
    worked_example : callable
        ``() -> mapping`` of the numbers that the chapter prints.
    held_out : float
        Share of the rows that no fit sees.
    real : str
        Name of the data set from the world that ``groundup run all`` adds to the first one; "" for none.
    answer : callable
        ``answer(model, data, scores) -> tuple of str``: what the user came for, in a few sentences made from this run's
        numbers: how good on rows not seen, what matters most in the user's units, what is doubtful.
    findings : callable
        ``findings(model, data) -> tuple of Table``: what the fitted model says about the data; by default nothing.
    workloads : tuple of Workload
        For the benchmark.
    crossover : callable, optional
        Measures the size at which one of two ways overtakes the other, which the chapter prints; run by the benchmark.
    suits : callable, optional
        ``suits(data) -> (name, reason)``: the model that suits a table of the user's, where no model is asked for, and
        why, as a clause. By default the first model.
    reads_text : bool
        Whether a column of text of the user's table may be learned from, as counts of its words.
    open_file : callable, optional
        ``open_file(path, target, options) -> Dataset``: reads a file of the user's, where its rows are not those of a
        table. By default a file is a table.
    files : mapping of str to callable
        Names of files that a run writes besides, each with ``write(model, data) -> str``: its content, or None where
        there is none for this data.
    """

    name: str
    title: str
    summary: str
    models: tuple[Model, ...]
    data: Mapping[str, Source]
    metrics: tuple[Metric, ...]
    figures: tuple[Figure, ...]
    animation: Animation
    worked_example: Callable[[], Mapping[str, Any]]
    held_out: float = 0.0
    real: str = ""
    answer: Callable[[Any, Dataset, Scores], tuple[str, ...]] = field(default=no_answer)
    findings: Callable[[Any, Dataset], tuple[Table, ...]] = field(default=no_findings)
    workloads: tuple[Workload, ...] = ()
    crossover: Callable[[], float] | None = None
    suits: Callable[[Dataset], tuple[str, str]] | None = None
    reads_text: bool = False
    open_file: Opener | None = None
    files: Mapping[str, Writer] = field(default_factory=dict)

    def model(self, name: str = "") -> Model:
        """Return the model of this name; "" is the default one.

        Raises
        ------
        KeyError
            For a name that no model has.
        """
        return {model.name: model for model in self.models}[name] if name else self.models[0]

    def data_of(self, model: Model) -> tuple[str, ...]:
        """Return the names of the data sets that suit a model, the default first."""
        return model.data or tuple(self.data)

    def metrics_of(self, model: Model) -> tuple[Metric, ...]:
        """Return the metrics of a model."""
        return self.metrics if model.metrics is None else model.metrics

    def figures_of(self, model: Model) -> tuple[Figure, ...]:
        """Return the figures that are drawn for a model."""
        return self.figures if model.figures is None else model.figures

    def animation_of(self, model: Model) -> Animation:
        """Return the animation of a model."""
        return model.animation or self.animation
