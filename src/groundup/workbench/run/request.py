"""What a run is about: the project, its data, the seed and the hyper-parameters; and the command that says the same."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundup.core.estimator.base import Estimator
from groundup.core.exceptions import InvalidParameterError
from groundup.core.text import suggest, write_value
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Project
from groundup.workbench.run.errors import RunError, UsageError, message_of

if TYPE_CHECKING:
    from groundup.data.tables.encoding import TableEncoder


@dataclass(frozen=True)
class Request:
    """A run, as asked for; None is what was left open.

    Parameters
    ----------
    project : Project
        The declaration.
    data : str or None
        Name of one of the project's data sets, or path of a table.
    target : str or None
        What to predict, in a table: see `groundup.data.tables.target`.
    seed : int or None
        Of the data set and of the model.
    parameters : mapping of str to object
        Hyper-parameters that differ from the project's own choice.
    beside : bool
        Whether the run stands beside the project's main one, in a folder below it.
    """

    project: Project
    data: str | None = None
    target: str | None = None
    seed: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    beside: bool = False

    def folder(self, out: Path) -> Path:
        """Where the report goes, below the folder of all runs."""
        main = out / self.project.name
        return main / str(self.data) if self.beside else main

    def settled(self) -> "Request":
        """With the defaults for what was left open."""
        return replace(self, data=self.data or next(iter(self.project.data)), seed=self.seed or 0)

    def check(self) -> None:
        """Raise UsageError for what cannot be meant, as far as that can be told without the data."""
        kind, names = self.project.model, self.project.model.parameter_names()
        for name in self.parameters:
            if name not in names:
                raise UsageError(f"--set: {kind.__name__} has no parameter {name!r}. {suggest(name, names)}")
        try:
            kind(**self.parameters).check_parameters()
        except InvalidParameterError as error:
            raise UsageError(f"--set: {error}") from error
        if self.bundled and self.target is not None:
            raise UsageError("--target is for tables of your own; a project's data sets have their targets.")
        if not self.bundled and not (Path(str(self.data)).suffix or Path(str(self.data)).exists()):
            raise UsageError(
                f"{self.project.name} has no data set {self.data!r}. {suggest(str(self.data), self.project.data)} "
                "A table of your own ends in .csv, .tsv or .parquet."
            )

    @property
    def bundled(self) -> bool:
        """Whether the data is one of the project's own sets, not a table."""
        return self.data is None or self.data in self.project.data

    def about(self) -> dict[str, Any]:
        """As plain values, to be written into a checkpoint."""
        return {
            "project": self.project.name,
            "data": self.data,
            "target": self.target,
            "seed": self.seed,
            "parameters": dict(self.parameters),
        }

    def continuing(self, about: Mapping[str, Any]) -> "Request":
        """The request that a checkpoint was made by.

        Raises
        ------
        UsageError
            When something asked for now differs from it.
        """
        given = {f"--{name}": getattr(self, name) for name in ("data", "target", "seed")}
        given |= {f"--set {name}": value for name, value in self.parameters.items()}
        made = {f"--{name}": about[name] for name in ("data", "target", "seed")}
        made |= {f"--set {name}": value for name, value in about["parameters"].items()}
        for option, value in given.items():
            if value is not None and (option not in made or made[option] != value):
                was = repr(made[option]) if option in made else "its default"
                raise UsageError(
                    f"--resume: the checkpoint was made with {option} at {was}, not {value!r}; "
                    "leave the option out, or start anew without --resume."
                )
        settled = {name: about[name] for name in ("data", "target", "seed", "parameters")}
        return replace(self, **settled)

    def command(self, *, out: Path, max_seconds: float | None = None) -> str:
        """The shell command that repeats the run."""
        words = ["groundup", "run", self.project.name]
        if self.data not in (None, next(iter(self.project.data))):
            words += ["--data", str(self.data)]
        if self.target is not None:
            words += ["--target", self.target]
        for name, value in self.parameters.items():
            words += ["--set", f"{name}={write_value(value)}"]
        words += ["--seed", str(self.seed)]
        if out != Path("runs"):
            words += ["--out", str(out)]
        if max_seconds is not None:
            words += ["--max-seconds", f"{max_seconds:g}"]
        return shlex.join(words)


def open_data(request: Request) -> "tuple[Dataset, TableEncoder]":
    """The data of a settled request, and how tables like it become its features.

    Raises
    ------
    UsageError
        For a target that is missing or not in the table.
    RunError
        For a table that cannot be read or used.
    """
    from groundup.data.tables.encoding import TableEncoder

    if not request.bundled:
        return _open_table(request.project, Path(str(request.data)), request.target)
    data = request.project.data[str(request.data)](request.seed or 0)
    return data, TableEncoder.of_numbers(data.X, data.feature_names)


def _open_table(project: Project, path: Path, target: str | None) -> "tuple[Dataset, TableEncoder]":
    from groundup.data.tables.load import load_table
    from groundup.data.tables.reading import read_table
    from groundup.data.tables.target import NoSuchColumn

    try:
        if project.supervised and target is None:
            columns = ", ".join(map(str, read_table(path).columns[:20]))
            raise UsageError(
                f"{project.name} learns to predict; say what with --target COLUMN. The columns of {path}: {columns}."
            )
        return load_table(path, target, project.model.kind)
    except NoSuchColumn as error:
        raise UsageError(f"--target: {error}") from error
    except (ValueError, OSError) as error:
        raise RunError(message_of(error)) from error


def build_model(request: Request, data: Dataset) -> Estimator:
    """The unfitted model of a settled request: --set goes over the project's choice for this data."""
    kind = request.project.model
    seed = {"random_state": request.seed} if "random_state" in kind.parameter_names() else {}
    return kind(**seed | dict(request.project.parameters(data)) | dict(request.parameters))
