"""SMO over its steps: pairs, multipliers, gap."""

from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.support_vector_machine.demonstration import Run, fixed, gaps, pair_of, run_of
from groundup.projects.support_vector_machine.models.machine import KernelMachine
from groundup.projects.support_vector_machine.models.pairs import PairwiseMachine

FOLLOWED = 10  # Multipliers whose course is drawn.
MOST_ROWS = 400  # Rows of a machine without classes that SMO is watched on.


def watched(model: Any, data: Dataset, **changed: Any) -> tuple[Run, Dataset]:
    """Return the fit by SMO that is watched, and its rows: of two classes, or of some rows where there are none.

    Parameters
    ----------
    model : KernelMachine
        Fitted.
    data : Dataset
        What it was fitted to.
    **changed
        Parameters of the fit that is watched that are not those of the model.

    Raises
    ------
    NotApplicable
        For a linear machine.
    """
    if not isinstance(model, KernelMachine):
        raise NotApplicable("All weights of a linear machine move at once: there are no pairs to watch.")
    if isinstance(model, PairwiseMachine):
        pair = pair_of(model, data)
        machine = fixed(pair.machine, **changed) if changed else pair.machine
        return run_of(machine, pair.data.X, np.asarray(pair.data.y)), pair.data
    if len(data.X) > MOST_ROWS:
        data = data.take(np.sort(np.random.default_rng(0).permutation(len(data.X))[:MOST_ROWS]))
    return run_of(fixed(model, **changed) if changed else model, data.X, data.y), data


@figure(1, 3, size=(13.4, 4.2))
def smo_steps(axes: Any, model: Any, data: Dataset) -> None:
    """SMO: one pair a step, until no pair violates the conditions

    Left: the dual objective rises with every step, and the primal one, which bounds it from above, comes down to it;
    their difference is the duality gap. It need not fall at every step, nor does the violation of the optimality
    conditions (dashed, right scale), at which the solver stops. Middle: the course of some multipliers, those that end
    free (solid) before those at their bound; each moves in a few steps, many go straight to their bound. Right: the
    rows of the pair of each step, sorted by how often they were chosen. A few rows are chosen again and again: the free
    support vectors, which have to agree with each other.
    """
    run, _ = watched(model, data)
    if len(run.states) < 3:
        raise NotApplicable("SMO needs fewer than two steps here.")
    draw_gap(axes[0], run)
    draw_courses(axes[1], run)
    draw_pairs(axes[2], run)


def draw_gap(axes: Any, run: Run) -> None:
    """Draw both objectives, and the violation on a scale of its own."""
    step, dual, primal = np.array(list(gaps(run))).T
    axes.plot(step, primal, "-", color=ORANGE, label="primal")
    axes.plot(step, dual, "-", color=BLUE, label="dual")
    axes.fill_between(step, dual, primal, color="#dddddd", linewidth=0)
    spread = max(float(np.ptp(dual)), 1e-9 * max(abs(float(dual[-1])), 1e-300), 1e-300)
    axes.set(xlabel="step", ylabel="objective", ylim=(dual.min() - 0.1 * spread, dual.max() + 1.2 * spread))
    violation = [max(state.violation, 1e-300) for state in run.states]
    other = axes.twinx()
    other.semilogy(range(len(violation)), violation, "--", color=VERMILION, linewidth=1.0)
    other.axhline(run.tol, color=VERMILION, linewidth=0.8, linestyle=":")
    other.set_ylabel("violation (dashed)")
    other.set_ylim(bottom=run.tol / 10)
    other.grid(False)
    axes.legend(loc="upper right")
    axes.set_title(f"{plural(len(run.states) - 1, 'step')}, gap at the end {primal[-1] - dual[-1]:.2g}")


def draw_courses(axes: Any, run: Run) -> None:
    """Draw the multipliers that end largest, and those that are free."""
    course = np.array([state.alpha for state in run.states])
    end, upper = course[-1], run.problem.upper
    free = (end > 0) & (end < upper)
    order = np.lexsort((-end, ~free))[:FOLLOWED]
    for k in order:
        axes.plot(course[:, k], "-" if free[k] else ":", color=BLUE if free[k] else BLACK, linewidth=1.1, alpha=0.8)
    axes.set(xlabel="step", ylabel="multiplier α")
    axes.set_title(f"{int(free.sum())} end free (solid), {int((end >= upper).sum())} at the bound")


def draw_pairs(axes: Any, run: Run) -> None:
    """Draw which rows each step chose: the one that violates most, and the one that gains most with it."""
    pair = run.row[np.array([state.pair for state in run.states if state.pair], dtype=int).reshape(-1, 2)]
    rows, count = np.unique(pair, return_counts=True)
    rank = np.empty(int(rows.max()) + 1, dtype=int)
    rank[rows[np.argsort(-count, kind="stable")]] = np.arange(1, len(rows) + 1)
    step = np.arange(1, len(pair) + 1)
    for place, words, shade, form in ((0, "violates most", VERMILION, "^"), (1, "gains most with it", BLUE, "o")):
        axes.plot(step, rank[pair[:, place]], form, color=shade, markersize=size_of(len(step)), alpha=0.6, label=words)
    axes.set(xlabel="step", ylabel="row, by how often it is chosen", ylim=(0.3, len(rows) * 1.18 + 1))
    axes.set_title(f"{plural(len(rows), 'row')}; half the time {halved(count)} of them")
    axes.legend(loc="upper left", ncols=2)


def size_of(steps: int) -> float:
    """Return the size of a marker, smaller for many steps."""
    return float(np.clip(60 / np.sqrt(steps), 1.0, 4.5))


def halved(count: Array) -> int:
    """Return how many rows have half of the choices."""
    return int(np.searchsorted(np.cumsum(np.sort(count)[::-1]), count.sum() / 2) + 1)
