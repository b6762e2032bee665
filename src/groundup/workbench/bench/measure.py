"""Side by side with the peer: the same task, in turn, in one process; a ratio only for equal answers.

Answers are equal when the objectives agree within the workload's tolerance; where one side's is worse or better by more
than that, whichever side it is, no ratio is given.

Each workload runs ours, peer, ours, peer, … after a warm-up of both, with one thread and with the default number. The
ratio is the median of the pairs' ratios, so that a machine whose speed drifts slows both sides of a pair. Growth is
measured at a quarter and at four times the size; peak memory in a fresh process for each side.
"""

import gc
import json
import math
import multiprocessing
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from groundup import projects
from groundup.core.types import Array
from groundup.projects.common.declaration import Project, Workload
from groundup.workbench.run.compare import reference_class

REPEATS = 7
GROWTH_REPEATS = 3
LEAST = 3  # pairs of a workload that takes long,
LONG = 20.0  # that is, whose pairs have taken so many seconds together
REST = 0.1  # seconds before each turn: the other side's threads go on spinning, waiting for work, for some 30 ms
SIDES = ("ours", "peer")


@dataclass(frozen=True)
class Timing:
    """Seconds of both sides with some number of threads; lists have an entry a repeat."""

    threads: int
    ours: list[float]
    peer: list[float]

    @property
    def ratios(self) -> list[float]:
        """Peer's time / ours, pair by pair: above 1 we are faster."""
        return [b / a for a, b in zip(self.ours, self.peer, strict=True)]


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Parameters
    ----------
    project, workload : str
        What was timed.
    n : int
        Rows.
    objective : dict of str to float
        What both sides minimise, reached by "ours" and by "peer".
    equal : bool
        Whether the objectives agree within the workload's tolerance; if not, no ratio is given.
    target : float
        Ratio that the row is meant to reach with the default threads.
    timings : list of Timing
        With one thread and with the default number.
    memory : dict of str to (float or None)
        Peak memory above the data's, in MB, of each side; None where the system does not tell.
    growth : dict of str to float
        Exponent of the time against n, of each side.
    """

    project: str
    workload: str
    n: int
    objective: dict[str, float]
    equal: bool
    target: float
    timings: list[Timing]
    memory: dict[str, float | None]
    growth: dict[str, float]


@dataclass(frozen=True)
class Task:
    """A workload at some size, ready to be timed: its data, and a function of each side that returns a fitted model."""

    X: Array
    y: Array | None
    fits: tuple[Callable[[], Any], Callable[[], Any]]


def prepare(project: Project, workload: Workload, n: int) -> Task:
    """Make the data of n rows, and what fits our model and the reference to it."""
    X, y = workload.data(n)
    if workload.fits:
        ours, peer = (partial(fit, X, y) for fit in workload.fits)
        return Task(X, y, (ours, peer))
    data = (X,) if y is None else (X, y)
    kinds = (project.model, reference_class(project))
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
        Names our model and the reference.
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

    Where a pair takes so many `seconds` that four times the size would take minutes: between a sixteenth and the size.
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

HEAD = (
    "workload", "ratio (default threads)", "ratio (1 thread)", "target", "ours (s)", "peer (s)",
    "objective ours / peer", "peak memory ours / peer (MB)", "growth ours / peer",
)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table: medians, and in brackets the smallest and the largest of the repeats."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    return "\n".join(lines)


def _cells(row: Row) -> Iterator[str]:
    default, single = row.timings[-1], row.timings[0]
    yield row.workload
    for timing in (default, single):
        yield (
            f"**{np.median(timing.ratios):.2f}** [{min(timing.ratios):.2f}, {max(timing.ratios):.2f}]"
            if row.equal
            else ("none: the objectives differ")
        )
    yield f"{row.target:g}"
    for seconds in (default.ours, default.peer):
        yield f"{np.median(seconds):.3g} [{min(seconds):.3g}, {max(seconds):.3g}]"
    yield f"{row.objective['ours']:.10g} / {row.objective['peer']:.10g}"
    yield " / ".join("–" if row.memory[side] is None else f"{row.memory[side]:.0f}" for side in SIDES)
    yield " / ".join(f"n^{row.growth[side]:.2f}" for side in SIDES)


def environment() -> str:
    """What the figures were measured on, in one line."""
    import sklearn

    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, NumPy {np.__version__}, "
        f"scikit-learn {sklearn.__version__}; ratio = peer's time / ours, above 1 we are faster; median of {REPEATS} "
        f"interleaved repeats [least, most], {LEAST} where they take long."
    )


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
        Is told which workload is being measured.
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
    (out / "results.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    (out / "results.md").write_text(f"{table(everything)}\n\n{about}\n", encoding="utf-8")
    return rows


def read(out: Path) -> list[Row]:
    """Rows that an earlier benchmark wrote into `out`; none if there are none."""
    file = out / "results.json"
    if not file.exists():
        return []
    rows = json.loads(file.read_text(encoding="utf-8"))["rows"]
    return [Row(**row | {"timings": [Timing(**timing) for timing in row["timings"]]}) for row in rows]


def misses(rows: Sequence[Row]) -> list[str]:
    """What does not reach its target, in words."""
    return [
        f"{row.workload}: {ratio:.2f} instead of {row.target:g}" if row.equal else f"{row.workload}: objectives differ"
        for row in rows
        if not row.equal or (ratio := float(np.median(row.timings[-1].ratios))) < row.target or math.isnan(ratio)
    ]
