"""Side by side with the peer: the same task, in turn, in one process; a ratio only for equal answers.

Answers are equal when the objectives agree within the workload's tolerance; where one side's is worse or better by more
than that, whichever side it is, no ratio is given.

Each workload runs ours, peer, ours, peer, … after a warm-up of both, with one thread and with the default number. The
ratio is the median of the pairs' ratios, so that a machine whose speed drifts slows both sides of a pair. Growth is
measured at a quarter and at four times the size; peak memory in a fresh process for each side.
"""

import gc
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from groundup import projects
from groundup.core.files import write_whole
from groundup.core.types import Array
from groundup.projects.common.declaration import Project, Workload
from groundup.workbench.bench.row import GROWTH_REPEATS, LEAST, LONG, REPEATS, REST, SIDES, Row, Timing
from groundup.workbench.bench.table import environment, read, table
from groundup.workbench.run.compare import reference_class


@dataclass(frozen=True)
class Task:
    """A workload at some size, ready to be timed: its data, and a function of each side that returns a fitted model."""

    X: Array
    y: Array | None
    fits: tuple[Callable[[], Any], Callable[[], Any]]


def prepare(project: Project, workload: Workload, n: int) -> Task:
    """Return the data of n rows, and the two calls that fit our model and the reference to it."""
    X, y = workload.data(n)
    if workload.fits:
        ours, peer = (partial(fit, X, y) for fit in workload.fits)
        return Task(X, y, (ours, peer))
    data = (X,) if y is None else (X, y)
    declared = project.model(workload.model)
    kinds = (declared.estimator, reference_class(declared))
    chosen = (workload.parameters, workload.reference_parameters or workload.parameters)
    ours, peer = (partial(_fit, kind, parameters(X, y), data) for kind, parameters in zip(kinds, chosen, strict=True))
    return Task(X, y, (ours, peer))


def _fit(kind: Any, parameters: Mapping[str, Any], data: tuple[Array, ...]) -> Any:
    return kind(**parameters).fit(*data)


def measure(project: Project, workload: Workload, repeats: int = REPEATS) -> Row:
    """Time one workload in every respect.

    Parameters
    ----------
    project : Project
        Declares the models.
    workload : Workload
        What both do.
    repeats : int
        Pairs timed for each number of threads.

    Returns
    -------
    Row
    """
    task = prepare(project, workload, workload.n)
    models = {side: fit() for side, fit in zip(SIDES, task.fits, strict=True)}  # warms up, too
    objective = {side: workload.objective(model, task.X, task.y) for side, model in models.items()}
    del models
    size = max(abs(objective["ours"]), abs(objective["peer"]))
    equal = abs(objective["ours"] - objective["peer"]) <= workload.tolerance * size
    timings = []
    for threads in dict.fromkeys((1, os.cpu_count() or 1)):
        with _threads(threads):
            timings.append(Timing(threads, *_in_turn(task.fits, repeats)))
    del task
    gc.collect()
    return Row(
        project.name,
        workload.name,
        workload.n,
        objective,
        equal,
        workload.target,
        timings,
        {side: _peak_memory(project.name, workload.name, side) for side in SIDES},
        _growth(project, workload, sum(timings[-1].ours[:1] + timings[-1].peer[:1])),
    )


def _threads(count: int) -> AbstractContextManager[Any]:
    """Limit BLAS and OpenMP to `count` threads; the default number is left as a user has it."""
    if count == os.cpu_count():
        return nullcontext()
    from threadpoolctl import threadpool_limits  # scikit-learn brings it along

    limits: AbstractContextManager[Any] = threadpool_limits(count)
    return limits


def _in_turn(fits: Sequence[Callable[[], Any]], repeats: int, least: int = LEAST) -> tuple[list[float], list[float]]:
    """Seconds of both sides, one pair after the other: `repeats` of them, or `least` if they take long."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for repeat in range(repeats):
        if repeat >= least and sum(map(sum, seconds)) > LONG:
            break
        for fit, record in zip(fits, seconds, strict=True):
            time.sleep(REST)
            begin = time.perf_counter()
            fit()
            record.append(time.perf_counter() - begin)
    return seconds


def _growth(project: Project, workload: Workload, seconds: float) -> dict[str, float]:
    """Slope of log time against log n between a quarter of the size and four times it.

    Between a sixteenth and the size, where `seconds` of a pair say that four times the size would take minutes.
    """
    sizes = [workload.n * factor // 16 for factor in ((1, 4, 16) if seconds > LONG / 4 else (4, 16, 64))]
    turns = [_in_turn(prepare(project, workload, n).fits, GROWTH_REPEATS, 1) for n in sizes]
    medians = np.array([[np.median(side) for side in turn] for turn in turns])
    return {side: float(np.polyfit(np.log(sizes), np.log(medians[:, k]), 1)[0]) for k, side in enumerate(SIDES)}


def _peak_memory(project: str, workload: str, side: str) -> float | None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure_memory, (project, workload, side))


def _measure_memory(project_name: str, name: str, side: str) -> float | None:
    """Peak of this process's memory above what the data and the libraries take, in MB (Linux)."""
    project = projects.load(project_name)
    workload = next(w for w in project.workloads if w.name == name)
    fit = prepare(project, workload, workload.n).fits[SIDES.index(side)]
    prepare(project, workload, 1000).fits[
        SIDES.index(side)
    ]()  # imports and thread pools are not the algorithm's memory
    gc.collect()
    try:
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak to what is in use now
        before = _status("VmHWM")
        fit()
        return (_status("VmHWM") - before) / 1024
    except OSError:
        return None


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


# --- the table ------------------------------------------------------------------------------------------------------


def main(names: Sequence[str], out: Path, echo: Callable[[str], None], repeats: int = REPEATS) -> list[Row]:
    """Measure the workloads of the named projects, and write ``results.json`` and ``results.md`` into `out`.

    Rows of other projects that `out` already holds are kept.

    Parameters
    ----------
    names : sequence of str
        Projects.
    out : Path
        Folder for the results.
    echo : callable
        Called with a line about the workload that is being measured.
    repeats : int
        Pairs timed for each number of threads.

    Returns
    -------
    list of Row
        The new rows.
    """
    rows = []
    for name in names:
        project = projects.load(name)
        for workload in project.workloads:
            echo(f"measuring {workload.name} …")
            rows.append(measure(project, workload, repeats))
    out.mkdir(parents=True, exist_ok=True)
    kept = [row for row in read(out) if row.project not in names]
    order = {name: k for k, name in enumerate((*projects.FINISHED, *projects.PLANNED))}
    everything = sorted([*kept, *rows], key=lambda row: order[row.project])
    about = environment()
    first = {row.project: row for row in reversed(everything)}
    measured = {f"{name}:exponent": row.growth["ours"] for name, row in first.items()}  # what chapters print
    content = {"environment": about, "measured": measured, "rows": [asdict(row) for row in everything]}
    write_whole(out / "results.json", json.dumps(content, indent=1) + "\n")
    write_whole(out / "results.md", f"{table(everything)}\n\n{about}\n")
    return rows
