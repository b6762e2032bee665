"""A run from front to back: data, model, fit, metrics, reference, report."""

from pathlib import Path
from typing import TextIO

from groundup.core.estimator.base import Estimator
from groundup.data.dataset import Dataset
from groundup.saving import save
from groundup.workbench.run.checkpoint import Checkpoint, read_progress, read_request
from groundup.workbench.run.compare import compare, measure, without_reference
from groundup.workbench.run.fit import Fit, fit
from groundup.workbench.run.progress import Progress
from groundup.workbench.run.request import Request, build_model, open_data
from groundup.workbench.run.result import Result

CHECKPOINT, MODEL = "checkpoint.npz", "model.npz"


def run(
    request: Request,
    out: Path = Path("runs"),
    *,
    max_seconds: float | None = None,
    resume: bool = False,
    stream: TextIO | None = None,
) -> Result:
    """Run a project, and write its report and its model.

    Parameters
    ----------
    request : Request
        What to run.
    out : Path
        Folder of all runs; this one goes to ``request.folder(out)``.
    max_seconds : float, optional
        Stop the fit at the first state after this time.
    resume : bool
        Go on from the checkpoint that a stopped run left.
    stream : text stream, optional
        Where the progress is shown.

    Returns
    -------
    Result
        Its folder holds ``index.html``, ``metrics.json``, ``model.npz`` and, when the fit was stopped,
        ``checkpoint.npz``.

    Raises
    ------
    UsageError, RunError
        When the request cannot be meant so, or cannot be done.
    """
    from groundup.workbench.report.report import write_report

    folder = request.folder(out)
    path = folder / CHECKPOINT
    if resume:
        request = request.continuing(read_request(path, request.project.name))
    request.check()
    request = request.settled()
    data, encoder = open_data(request)
    model = build_model(request, data)
    earlier = read_progress(path, model, data) if resume else None
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(
        request.project.name,
        stream,
        model.most_states(),
        0 if earlier is None else earlier.iterations,
        max_seconds,
    )
    checkpoint = Checkpoint(path, request.about(), data, 0.0 if earlier is None else earlier.seconds)
    ended = fit(model, data, request.project.supervised, progress, checkpoint, earlier, max_seconds)
    save(model, folder / MODEL, project=request.project.name, target=data.target_name, encoding=encoder.to_json())
    command = request.command(out=out, max_seconds=max_seconds)
    try:
        result = evaluate(request, data, model, ended, folder, command, progress)
        write_report(result, progress.after)
    finally:
        progress.close()
    return result


def run_beside_reference(request: Request, stream: TextIO | None = None) -> Result:
    """Fit a project and its reference, and write nothing.

    Parameters
    ----------
    request : Request
        What to fit.
    stream : text stream, optional
        Where the progress is shown.
    """
    request.check()
    request = request.settled()
    data, _ = open_data(request)
    model = build_model(request, data)
    progress = Progress(request.project.name, stream, model.most_states())
    ended = fit(model, data, request.project.supervised, progress)
    if ended.stopped:
        raise KeyboardInterrupt  # half a fit says nothing beside a whole one
    try:
        return evaluate(request, data, model, ended, Path(), request.command(out=Path("runs")), progress)
    finally:
        progress.close()


def evaluate(
    request: Request, data: Dataset, model: Estimator, ended: Fit, folder: Path, command: str, progress: Progress
) -> Result:
    """Metrics of a fitted model, and the reference beside it.

    When the fit was stopped early the reference, which nothing would stop, is not fitted; when it fails on this data,
    the comparison says so.
    """
    project, seconds = request.project, ended.seconds
    if ended.stopped:
        comparison = without_reference(project, "not fitted: the run was stopped")
    else:
        progress.after("comparing")
        try:
            comparison, seconds = compare(project, model, data, seconds)
        except (ValueError, MemoryError) as error:
            comparison = without_reference(project, f"failed: {error}")
    return Result(
        project=project,
        data=data,
        model=model,
        seed=request.seed or 0,
        command=command,
        folder=folder,
        fit_seconds=seconds,
        stopped=ended.stopped,
        metrics=measure(project, model, data),
        comparison=comparison,
        findings=project.findings(model, data),
    )
