"""Side by side with the peer: the same task, in turn, in one process; a ratio only for equal answers.

Answers are equal when the objectives agree within the workload's tolerance; where one side's is worse or better by more
than that, whichever side it is, no ratio is given. Where the peer has several solvers, the fastest with an equal answer
stands for it, chosen for each number of threads.

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
from groundup.workbench.bench.row import GROWTH_REPEATS, LEAST, LONG, REPEATS, REST, SIDES, TRIALS, Row, Timing
from groundup.workbench.bench.table import environment, read, table
from groundup.workbench.run.compare import reference_class

Fit = Callable[[], Any]  # Fits a model to the data that it holds, and returns the model.


@dataclass(frozen=True)
class Task:
    """A workload at some size, ready to be timed: its data, our fit, and the peer's by the name of its solver."""

    X: Array
    y: Array | None
    ours: Fit
    peers: Mapping[str, Fit]


def prepare(project: Project, workload: Workload, n: int) -> Task:
    """Return the data of n rows, and the calls that fit our model and the reference to it."""
    X, y = workload.data(n)
    if workload.fits:
        ours, peer = (partial(fit, X, y) for fit in workload.fits)
        return Task(X, y, ours, {"": peer})
    data = (X,) if y is None else (X, y)
    declared = project.model(workload.model)
    theirs = (workload.reference_parameters or workload.parameters)(X, y)
    peers = {
        name: partial(_fit, reference_class(declared), {**theirs, **more}, data)
        for name, more in (workload.reference_solvers or {"": {}}).items()
    }
    return Task(X, y, partial(_fit, declared.estimator, workload.parameters(X, y), data), peers)


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
    ours = workload.objective(task.ours(), task.X, task.y)  # warms up, too
    theirs = {name: workload.objective(fit(), task.X, task.y) for name, fit in task.peers.items()}
    equal = [name for name, value in theirs.items() if _agree(ours, value, workload.tolerance)]
    timings = []
    for threads in dict.fromkeys((1, os.cpu_count() or 1)):
        with _threads(threads):
            solver = _fastest({name: task.peers[name] for name in equal or theirs})
            seconds = _in_turn((task.ours, task.peers[solver]), repeats)
            timings.append(Timing(threads, seconds[0], seconds[1], solver))
    single = workload.target if workload.single_target is None else workload.single_target
    del task
    gc.collect()
    return Row(
        project.name,
        workload.name,
        workload.n,
        {"ours": ours, "peer": theirs[solver]},
        bool(equal),
        [single, workload.target][-len(timings) :],
        timings,
        {side: _peak_memory(project.name, workload.name, side, solver) for side in SIDES},
        _growth(project, workload, solver, sum(timings[-1].ours[:1] + timings[-1].peer[:1])),
    )


def _agree(ours: float, theirs: float, tolerance: float) -> bool:
    return abs(ours - theirs) <= tolerance * max(abs(ours), abs(theirs))


def _fastest(fits: Mapping[str, Fit]) -> str:
    """Name of the fit that takes the least time; without a trial where there is only one."""
    if len(fits) == 1:
        return next(iter(fits))
    seconds = _in_turn(tuple(fits.values()), TRIALS)
    return min(zip(map(min, seconds), fits, strict=True))[1]


def _threads(count: int) -> AbstractContextManager[Any]:
    """Limit BLAS and OpenMP to `count` threads; the default number is left as a user has it."""
    if count == os.cpu_count():
        return nullcontext()
    from threadpoolctl import threadpool_limits  # scikit-learn brings it along

    limits: AbstractContextManager[Any] = threadpool_limits(count)
    return limits


def _in_turn(fits: Sequence[Fit], repeats: int, least: int = LEAST) -> tuple[list[float], ...]:
    """Seconds of all sides, one round after the other: `repeats` of them, or `least` if they take long."""
    seconds: tuple[list[float], ...] = tuple([] for _ in fits)
    for repeat in range(repeats):
        if repeat >= least and sum(map(sum, seconds)) > LONG:
            break
        for fit, record in zip(fits, seconds, strict=True):
            time.sleep(REST)
            begin = time.perf_counter()
            fit()
            record.append(time.perf_counter() - begin)
    return seconds


def _growth(project: Project, workload: Workload, solver: str, seconds: float) -> dict[str, float]:
    """Slope of log time against log n between a quarter of the size and four times it.

    Between a sixteenth and the size, where `seconds` of a pair say that four times the size would take minutes.
    """
    sizes = [workload.n * factor // 16 for factor in ((1, 4, 16) if seconds > LONG / 4 else (4, 16, 64))]
    turns = []
    for n in sizes:
        task = prepare(project, workload, n)
        turns.append(_in_turn((task.ours, task.peers[solver]), GROWTH_REPEATS, 1))
    medians = np.array([[np.median(side) for side in turn] for turn in turns])
    return {side: float(np.polyfit(np.log(sizes), np.log(medians[:, k]), 1)[0]) for k, side in enumerate(SIDES)}


def _peak_memory(project: str, workload: str, side: str, solver: str) -> float | None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure_memory, (project, workload, side, solver))


def _measure_memory(project_name: str, name: str, side: str, solver: str) -> float | None:
    """Peak of this process's memory above what the data and the libraries take, in MB (Linux)."""
    project = projects.load(project_name)
    workload = next(w for w in project.workloads if w.name == name)
    small, task = (prepare(project, workload, n) for n in (min(1000, workload.n), workload.n))
    warm_up, fit = ((task.ours if side == "ours" else task.peers[solver]) for task in (small, task))
    warm_up()  # imports and thread pools are not the algorithm's memory
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


# --- what chapters print ----------------------------------------------------------------------------------------------


def printed(rows: Sequence[Row]) -> dict[str, float]:
    """Return the growth of each project's first workload, and the times of all, in ms: ``project:ms-1``, ….

    Times are medians with the default number of threads.
    """
    figures: dict[str, float] = {}
    of_project: dict[str, list[Row]] = {}
    for row in rows:
        of_project.setdefault(row.project, []).append(row)
    for name, own in of_project.items():
        figures[f"{name}:exponent"] = own[0].growth["ours"]
        for k, row in enumerate(own, start=1):
            figures[f"{name}:ms-{k}"] = 1e3 * float(np.median(row.timings[-1].ours))
    return figures


def crossovers(names: Sequence[str], out: Path) -> dict[str, float]:
    """Return the crossovers of the named projects, measured now, and those of others that `out` already holds."""
    path = out / "results.json"
    earlier = json.loads(path.read_text("utf-8"))["measured"] if path.exists() else {}
    kept = {key: value for key, value in earlier.items() if key.endswith(":crossover")}
    measures = {f"{name}:crossover": projects.load(name).crossover for name in names}
    return kept | {key: measure() for key, measure in measures.items() if measure is not None}


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
    order = {name: k for k, name in enumerate(projects.FINISHED)}
    everything = sorted([*kept, *rows], key=lambda row: order[row.project])
    about = environment()
    measured = printed(everything) | crossovers(names, out)
    content = {"environment": about, "measured": measured, "rows": [asdict(row) for row in everything]}
    write_whole(out / "results.json", json.dumps(content, indent=1) + "\n")
    write_whole(out / "results.md", f"{table(everything)}\n\n{about}\n")
    return rows
