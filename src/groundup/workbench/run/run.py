"""A run from front to back: data, model, fit, metrics, reference, report."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from groundup.core.estimator.base import Estimator
from groundup.core.files import replacing_folder
from groundup.data.dataset import Dataset
from groundup.saving import save
from groundup.workbench.run.checkpoint import Checkpoint, read_progress, read_request
from groundup.workbench.run.compare import compare, fit_reference, for_reference, without_reference
from groundup.workbench.run.errors import RunError
from groundup.workbench.run.fit import Fit, fit
from groundup.workbench.run.folders import CHECKPOINT, MODEL, claim
from groundup.workbench.run.measures import measure
from groundup.workbench.run.progress import Progress
from groundup.workbench.run.request import Asked, Settled, build_model, open_data, suited
from groundup.workbench.run.result import Comparison, Result
from groundup.workbench.run.timing import timed


def run(
    asked: Asked,
    out: Path = Path("runs"),
    *,
    max_seconds: float | None = None,
    resume: bool = False,
    present: bool = False,
    stream: TextIO | None = None,
) -> Result:
    """Run a project, and write its report and its model.

    All files are first written to a new folder, which then takes the place of an earlier run's; files in it that no
    run writes stay. The checkpoint of a fit that took some seconds is there until the model is.

    Parameters
    ----------
    asked : Asked
        What to run.
    out : Path
        Folder of all runs; this one goes to ``asked.folder(out)``.
    max_seconds : float, optional
        Stop the fit at the first state after this time.
    resume : bool
        Resume from the checkpoint that a stopped run left.
    present : bool
        Write a page and a GIF for a lecture hall, too.
    stream : text stream, optional
        Where the progress is shown.

    Returns
    -------
    Result
        Its folder holds ``index.html``, ``metrics.json``, ``model.npz``, when the fit was stopped
        ``checkpoint.npz``, and with `present` ``present.html`` and ``animation.gif``.

    Raises
    ------
    UsageError, RunError
        When the request cannot be meant so, or cannot be done.
    """
    from groundup.workbench.report.present import SLIDES, STAGE, write_presentation
    from groundup.workbench.report.report import files_of, write_report

    from_checkpoint = _checkpoint_to_resume(asked, out) if resume else None
    request = asked.settle(_resumed_request(asked, from_checkpoint) if from_checkpoint else None)
    request, data = suited(request, open_data(request))
    model = build_model(request, data)
    saved = read_progress(from_checkpoint, model, data) if from_checkpoint else None
    folder = from_checkpoint.parent if from_checkpoint else claim(asked.project, request.model, request.data, out)
    progress = Progress(
        _label(request),
        stream,
        watched=model.watched,
        most=model.most_states(),
        done=0 if saved is None else saved.iterations,
        max_seconds=max_seconds,
    )
    if saved:
        progress.resumed(folder)
    checkpoint = Checkpoint(folder / CHECKPOINT, request.about(), data, 0.0 if saved is None else saved.seconds)
    ended = fit(model, data, request.model.supervised, progress, checkpoint, saved, max_seconds)
    command = request.command(out=out, max_seconds=max_seconds)
    files = {*files_of(request.project), MODEL, CHECKPOINT, STAGE, SLIDES}
    try:
        with replacing_folder(folder, lambda path: path.as_posix() in files) as part:
            _save_model(request, data, model, part / MODEL)
            if ended.stopped:
                checkpoint.write_to(part / CHECKPOINT, ended.training)
            result = evaluate(Fitted(request, data, model, ended), folder, command, progress)
            write_report(replace(result, folder=part), progress.after)
            if present:
                progress.after("presentation")
                write_presentation(replace(result, folder=part))
    finally:
        progress.close()
    return result


def _checkpoint_to_resume(asked: Asked, out: Path) -> Path:
    folder = asked.stopped(out)
    if folder is None:
        on = "" if asked.data is None else f" on {asked.data}"
        raise RunError(
            f"--resume: no run of {asked.project.name}{on} in {out}/ was stopped; there is nothing to resume."
        )
    return folder / CHECKPOINT


def _resumed_request(asked: Asked, path: Path) -> dict[str, Any]:
    """Return the request of a checkpoint; its folder is that of the table, whose path may be written otherwise now."""
    request = read_request(path, asked.project.name)
    return request if asked.data is None else request | {"data": asked.data}


def run_next_to_reference(asked: Asked, stream: TextIO | None = None) -> Result:
    """Fit a project and its reference, and write nothing.

    Parameters
    ----------
    asked : Asked
        What to fit.
    stream : text stream, optional
        Where the progress is shown.
    """
    request = asked.settle()
    request, data = suited(request, open_data(request))
    model = build_model(request, data)
    progress = Progress(_label(request), stream, watched=model.watched, most=model.most_states())
    ended = fit(model, data, request.model.supervised, progress)
    if ended.stopped:
        raise KeyboardInterrupt  # half a fit cannot be compared with a whole one
    command = request.command(out=Path("runs"))
    try:
        return evaluate(Fitted(request, data, model, ended), Path(), command, progress)
    finally:
        progress.close()


@dataclass(frozen=True)
class Fitted:
    """A run after its fit."""

    request: Settled
    data: Dataset
    model: Estimator
    ended: Fit


def evaluate(fitted: Fitted, folder: Path, command: str, progress: Progress) -> Result:
    """Return the metrics of a fitted model, the comparison with the reference, and the findings.

    When the fit was stopped early the reference, which nothing would stop, is not fitted; when it fails on this data,
    the comparison says so.
    """
    request, data, model = fitted.request, fitted.data, fitted.model
    metrics = request.project.metrics_of(request.model)
    comparison, seconds = _compared(fitted, progress)
    return Result(
        project=request.project,
        declared=request.model,
        data=data,
        model=model,
        seed=request.seed,
        command=command,
        folder=folder,
        fit_seconds=seconds,
        stopped=fitted.ended.stopped,
        metrics=measure(metrics, model, data),
        comparison=comparison,
        findings=request.project.findings(model, data),
    )


def _compared(fitted: Fitted, progress: Progress) -> tuple[Comparison, float]:
    """Return the comparison with the reference, and the time of our fit."""
    declared, data, model, ours = fitted.request.model, fitted.data, fitted.model, fitted.ended.seconds
    if not declared.reference:
        return without_reference(declared, ""), ours
    if fitted.ended.stopped:
        return without_reference(declared, "not fitted: the run was stopped"), ours
    progress.after("comparing")
    rows = for_reference(data)
    try:
        reference, theirs = fit_reference(declared, model, rows)
        ours, theirs = timed(model, reference, rows, supervised=declared.supervised, first=(ours, theirs))
        return compare(declared, fitted.request.project.metrics_of(declared), model, reference, rows, theirs), ours
    except (ValueError, MemoryError) as error:
        first = str(error).partition("\n")[0]  # More of it would not fit the head of a table.
        return without_reference(declared, f"failed: {first}"), ours


def _label(request: Settled) -> str:
    default = request.model is request.project.models[0]
    return request.project.name if default else f"{request.project.name} {request.model.name}"


def _save_model(request: Settled, data: Dataset, model: Estimator, path: Path) -> None:
    """Save a model with what `groundup predict` needs to read a table's columns."""
    save(model, path, project=request.project.name, target=data.target_name, **_columns(data))


def _columns(data: Dataset) -> dict[str, Any]:
    """Return how the columns of a table become rows of the data."""
    if data.series is not None and data.encoder is not None:
        return {"encoding": data.encoder.to_json() | {"windows": data.series.to_json()}}
    if data.encoder is not None:
        return {"encoding": data.encoder.to_json()}
    return {"features": list(data.feature_names)} if data.kind == "table" else {"kind": data.kind}
