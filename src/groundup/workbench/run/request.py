"""What a run is about: what was asked for, what it settles to, and the command that repeats it."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from groundup.core.checks.accepts import NAMES, Accepts
from groundup.core.containers.csr import Csr
from groundup.core.estimator.base import Estimator
from groundup.core.exceptions import InvalidParameterError, warn
from groundup.core.text import suggest, write_value
from groundup.data.dataset import Dataset
from groundup.data.tables.errors import Ambiguous
from groundup.data.tables.features import Numbers
from groundup.data.tables.options import AS_IT_IS, NoSuchColumn, TableOptions
from groundup.data.tables.reading import SUFFIXES
from groundup.projects.common.declaration import Model, Project
from groundup.projects.common.words import listed
from groundup.workbench.run.errors import RunError, UsageError, message_of
from groundup.workbench.run.folders import CHECKPOINT, run_folder, stopped_runs

OF_SERIES = ("--time", "--horizon", "--window")  # Options that only a series has.
OPTIONS = ("model", "data", "target", "seed")  # Options that a checkpoint must agree with, besides --set.


@dataclass(frozen=True)
class Settled:
    """A run with nothing left open.

    Parameters
    ----------
    project : Project
        The declaration.
    model : Model
        One of the project's models.
    data : str
        Name of one of the project's data sets, or path of a table.
    target : str or None
        What to predict, in a table.
    seed : int
        Of the data set, of the rows held out and of the model.
    parameters : mapping of str to object
        Hyper-parameters that differ from the project's own choice.
    table : TableOptions
        How a table of the user's is to be read.
    open_model : bool
        Whether the project may choose another model when it has seen the user's table.
    """

    project: Project
    model: Model
    data: str
    target: str | None
    seed: int
    parameters: Mapping[str, Any]
    table: TableOptions = AS_IT_IS
    open_model: bool = False

    @property
    def accepts(self) -> Accepts:
        """The data that the model accepts with these hyper-parameters."""
        kind = self.model.estimator
        known = set(kind.parameter_names())
        return kind(**{name: value for name, value in self.parameters.items() if name in known}).accepted_data()

    def about(self) -> dict[str, Any]:
        """Return the run as plain values, to be written into a checkpoint."""
        return {
            "project": self.project.name,
            "model": self.model.name,
            "data": self.data,
            "target": self.target,
            "seed": self.seed,
            "parameters": dict(self.parameters),
            "table": self.table.to_json(),
        }

    def command(self, *, out: Path, max_seconds: float | None = None) -> str:
        """Return the shell command that repeats the run."""
        words = ["groundup", "run", self.project.name]
        if self.model is not self.project.models[0]:
            words += ["--model", self.model.name]
        if self.data != self.project.data_of(self.model)[0]:
            words += ["--data", self.data]
        if self.target is not None:
            words += ["--target", self.target]
        words += self.table.words()
        for name, value in self.parameters.items():
            words += ["--set", f"{name}={write_value(value)}"]
        words += ["--seed", str(self.seed)]
        if out != Path("runs"):
            words += ["--out", str(out)]
        if max_seconds is not None:
            words += ["--max-seconds", f"{max_seconds:g}"]
        return shlex.join(words)


@dataclass(frozen=True)
class Asked:
    """A run as the command line asks for it; None is what was left open.

    Parameters
    ----------
    project : Project
        The declaration.
    model : str or None
        Name of one of the project's models.
    data : str or None
        Name of one of the project's data sets, or path of a table.
    target : str or None
        What to predict, in a table: see `groundup.data.tables.target`.
    seed : int or None
        Of the data set, of the rows held out and of the model.
    parameters : mapping of str to object
        Hyper-parameters that differ from the project's own choice.
    table : TableOptions
        How a table of the user's is to be read.
    """

    project: Project
    model: str | None = None
    data: str | None = None
    target: str | None = None
    seed: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    table: TableOptions = AS_IT_IS

    def folder(self, out: Path) -> Path:
        """Return where the run goes, below the folder of all runs."""
        model = self._model(self.model, self.data)
        return run_folder(self.project, model, self.data or self.project.data_of(model)[0], out)

    def stopped(self, out: Path) -> Path | None:
        """Return the folder of the stopped run that is to be resumed: without a data set or table, the latest one."""
        model = None if self.model is None else self._model(self.model, self.data)
        if self.data is None:
            found = stopped_runs(self.project, model, out)
        elif self._open_model():
            found = [run_folder(self.project, any_of_them, self.data, out) for any_of_them in self.project.models]
        else:
            found = [self.folder(out)]
        return next((folder for folder in found if (folder / CHECKPOINT).exists()), None)

    def settle(self, checkpoint: Mapping[str, Any] | None = None) -> Settled:
        """Return the run with what was left open filled in, from a checkpoint or by default.

        Parameters
        ----------
        checkpoint : mapping, optional
            `Settled.about` of the run to resume.

        Raises
        ------
        UsageError
            For what cannot be meant, as far as that can be told without the data, and for what differs from the
            checkpoint.
        """
        if checkpoint is not None:
            self._agree_with(checkpoint)
        about = checkpoint or {name: getattr(self, name) for name in (*OPTIONS, "parameters")}
        table = self.table if checkpoint is None else TableOptions.from_json(checkpoint.get("table") or {})
        model = self._model(about["model"], about["data"])
        data = about["data"] or self.project.data_of(model)[0]
        settled = Settled(
            self.project, model, data, about["target"], about["seed"] or 0, about["parameters"], table,
            open_model=checkpoint is None and self._open_model(),
        )  # fmt: skip
        if not settled.open_model:
            _check_parameters(settled)
        _check_data(settled)
        return settled

    def _open_model(self) -> bool:
        """Whether the model is left open, and the project chooses it when it has seen the table."""
        return self.model is None and self.project.suits is not None and self.data not in (None, *self.project.data)

    def _model(self, name: str | None, data: str | None) -> Model:
        """Return the model of this name; without one, the first that suits a data set of the project, or the first."""
        try:
            if name is None and data in self.project.data:
                return next(model for model in self.project.models if data in self.project.data_of(model))
            return self.project.model(name or "")
        except KeyError:
            names = [model.name for model in self.project.models]
            raise UsageError(f"{self.project.name} has no model {name!r}. {suggest(str(name), names)}") from None

    def _agree_with(self, checkpoint: Mapping[str, Any]) -> None:
        given = {f"--{name}": getattr(self, name) for name in OPTIONS}
        given |= {f"--set {name}": value for name, value in self.parameters.items()}
        made = {f"--{name}": checkpoint[name] for name in OPTIONS}
        made |= {f"--set {name}": value for name, value in checkpoint["parameters"].items()}
        if self.table != AS_IT_IS and self.table.to_json() != (checkpoint.get("table") or {}):
            raise UsageError("--resume: the table was read in another sense when the checkpoint was made; leave out "
                             f"{' '.join(self.table.words())}, or start again without --resume.")  # fmt: skip
        for option, value in given.items():
            if value is not None and (option not in made or made[option] != value):
                was = repr(made[option]) if option in made else "its default"
                raise UsageError(
                    f"--resume: the checkpoint was made with {option} at {was}, not {value!r}; "
                    "leave the option out, or start again without --resume."
                )


def _check_parameters(run: Settled) -> None:
    kind = run.model.estimator
    names = kind.parameter_names()
    for name in run.parameters:
        if name not in names:
            raise UsageError(f"--set: {kind.__name__} has no parameter {name!r}. {suggest(name, names)}")
    try:
        kind(**run.parameters).check_parameters()
    except InvalidParameterError as error:
        raise UsageError(f"--set: {error}") from error


def _check_data(run: Settled) -> None:
    named = run.data in run.project.data
    if named and run.target is not None:
        raise UsageError("--target is for tables of your own; a project's data sets have their targets.")
    if named and run.table != AS_IT_IS:
        raise UsageError(f"{run.table.words()[0]} is for tables of your own; {run.data} is a data set of the project.")
    said = [word for word in run.table.words() if word in OF_SERIES]
    if said and run.project.open_file is None:
        raise UsageError(
            f"{said[0]}: {run.project.name} learns from the rows of a table, not from a series; recurrent_network does."
        )
    if run.table.text is not None and not run.project.reads_text:
        raise UsageError(f"--text: {run.project.name} learns from numbers, not from words; naive_bayes does.")
    suitable = run.project.data_of(run.model)
    if (named and run.data not in suitable) or not (named or Path(run.data).suffix or Path(run.data).exists()):
        owner = run.project.name if run.model is run.project.models[0] else f"{run.model.name} of {run.project.name}"
        raise UsageError(
            f"{owner} has no data set {run.data!r}. {suggest(run.data, suitable)} "
            f"A table of your own ends in {SUFFIXES}."
        )


def open_data(run: Settled) -> Dataset:
    """Return the data of a run; a supervised one holds out the project's share of the rows.

    Raises
    ------
    UsageError
        For a target that is missing or not in the table.
    RunError
        For a table that cannot be read or used.
    """
    make = run.project.data.get(run.data)
    data = make(run.seed) if make else _open_table(run)
    if not run.open_model or run.project.open_file is None:
        _refuse_others(run, data)
    data = data if run.open_model else _with_choices(run, data)
    for note in data.notes:
        warn(note, UserWarning)
    return _held_out(run, data)


def _with_choices(run: Settled, data: Dataset) -> Dataset:
    """Return the data with notes on what is chosen for the model, and how to decide otherwise."""
    if run.data not in run.project.data and run.model.tuned and not set(run.model.tuned) & set(run.parameters):
        units = "columns in standard units" if data.scale else "columns as they are"
        words = " and ".join(run.model.tuned)
        told = f"{words} {'was' if len(run.model.tuned) == 1 else 'were'} chosen by {run.model.tuned_by}"
        told += "" if data.series else f" on {units}"
        data = replace(data, notes=(*data.notes, f"{told}; --set {run.model.tuned[0]}=… decides otherwise"))
    if run.model.keeps_gaps and not run.accepts.missing and (filled := filled_numbers(data)):
        told = f"gaps in {listed(filled)} were filled with medians; --set {run.model.keeps_gaps} keeps them open"
        data = replace(data, notes=(*data.notes, told))
    return data


def _refuse_others(run: Settled, data: Dataset) -> None:
    """Raise RunError for data that the model cannot learn from."""
    accepts = run.accepts
    if data.kind not in (accepts.kind, *(("sequences",) if accepts.sequences else ())):
        held = "running text" if isinstance(data.X, str) else NAMES[data.kind]
        raise RunError(f"{run.model.name} learns from {accepts}, but {run.data} holds {held}.")
    if isinstance(data.X, Csr) and not accepts.sparse:
        raise RunError(f"{run.model.name} learns from {accepts}, but {run.data} holds counts of words, stored sparse.")
    if data.series is not None and run.model.estimator.kind != "regressor":
        raise RunError(f"{run.model.name} learns classes, but {run.data} holds a series to be forecast.")


def _held_out(run: Settled, data: Dataset) -> Dataset:
    """Return the data with the rows that the fit does not see."""
    if data.held_out is not None:  # The last part of a series or of a text.
        return data
    if not run.model.supervised:
        return data
    return data.hold_out(run.project.held_out, run.seed, stratify=run.model.estimator.kind == "classifier")


def filled_numbers(data: Dataset) -> list[str]:
    """Return the columns of numbers in the user's table whose missing entries were set to the median."""
    numbers = {c.name for c in getattr(data.encoder, "columns", ()) if isinstance(c, Numbers) and c.filled()}
    return [use.name for use in data.columns if use.name in numbers and use.filled]


def suited(run: Settled, data: Dataset) -> tuple[Settled, Dataset]:
    """Return a run with the model that the project chooses for the user's table, and the data with the reason noted.

    A run whose model was said, or that is on a data set of the project, is returned as it is.

    Raises
    ------
    UsageError
        For hyper-parameters that the model does not have.
    """
    if not run.open_model or run.project.suits is None:
        return run, data
    name, reason = run.project.suits(data)
    chosen = replace(run, model=run.project.model(name), open_model=False)
    note = f"the model is {name}, because {reason}; --model decides otherwise"
    _check_parameters(chosen)
    _refuse_others(chosen, data)
    again = data if _reading(chosen) == _reading(run) else _held_out(chosen, _open_table(chosen))
    fresh = _with_choices(chosen, again)
    fresh = replace(fresh, notes=(*fresh.notes, note))
    for told in fresh.notes:
        if told not in data.notes:
            warn(told, UserWarning)
    return chosen, fresh


def _reading(run: Settled) -> tuple[Any, ...]:
    """Return what decides how a table is read for a model, besides its target."""
    model = run.model
    return run.accepts.missing, model.native_categories, model.standardize, model.measurements


def _open_table(run: Settled) -> Dataset:
    """Return the user's file, with its target read as the model needs it.

    Where the model is left open and the project has models for classes and for numbers, the target decides.
    """
    from groundup.data.tables.load import NoTarget, load_table

    def read(kind: str | None) -> Dataset:
        return load_table(
            Path(run.data),
            run.target,
            kind,
            run.table,
            standardize=run.model.standardize,
            missing=run.accepts.missing,
            native_categories=run.model.native_categories,
            measurements=run.model.measurements,
        )

    if run.project.open_file is not None:
        try:
            return run.project.open_file(Path(run.data), run.target, run.table)
        except (NoSuchColumn, Ambiguous) as error:
            raise UsageError(str(error)) from error
        except (ValueError, OSError) as error:
            raise RunError(message_of(error)) from error
    first, *others = dict.fromkeys(m.estimator.kind for m in run.project.models if m.supervised or m is run.model)
    try:
        if not run.open_model or not others:
            return read(run.model.estimator.kind)
        try:
            return read(first)
        except Ambiguous as error:
            try:
                return read(others[0])
            except Ambiguous:
                raise error from None
    except NoTarget as error:
        raise UsageError(f"{run.project.name} learns to predict; say what with --target COLUMN. {error}") from error
    except (NoSuchColumn, Ambiguous) as error:
        raise UsageError(str(error)) from error
    except (ValueError, OSError) as error:
        raise RunError(message_of(error)) from error


def build_model(run: Settled, data: Dataset) -> Estimator:
    """Return the unfitted model of a run: --set takes precedence over the project's choice for this data.

    Raises
    ------
    RunError
        For data that the model refuses while the project chooses.
    """
    kind = run.model.estimator
    seed = {"random_state": run.seed} if "random_state" in kind.parameter_names() else {}
    try:
        chosen = dict(run.model.parameters(data))
    except ValueError as error:
        raise RunError(str(error)) from error
    return kind(**seed | chosen | dict(run.parameters))
