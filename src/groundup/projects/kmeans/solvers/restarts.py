"""Runs from several starts, as one iterator of states.

It can be stopped and resumed anywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.centered_rows import Problem
from groundup.projects.kmeans.solvers.lloyd import Algorithm, ClusterSums

EQUAL_INERTIA = 1e-12  # Runs whose inertias differ by less than this part of the scatter are equally good.
SHIFT_ROUNDING = 1e-24  # A squared shift below this part of the variance is rounding.


@record
class Best:
    """The best centres so far, the start of their run, and its progress."""

    centers: Array
    initial: Array
    inertia: float
    run: int
    iteration: int
    converged: bool


@record
class LloydState:
    """One iteration: rows assigned to centres, centres moved to means.

    Parameters
    ----------
    centers : ndarray of shape (K, d)
        Centres after the move, in the units of X.
    inertia : float
        Sum of the weighted squared distances of the rows to these centres; it never increases within a run.
    shift : float
        Sum of the squared lengths of the centres' moves.
    run, iteration : int
        Number of the start, from 0; number of iterations from there.
    initial : ndarray of shape (K, d)
        First centres of the run.
    best : Best
        Best of all runs so far, this one included.
    entropy : tuple of int
        Seed of all random numbers, together with the run.
    converged : bool
        Whether this is the last state of the last run, and the best run met the stopping rule.
    relative : ndarray of shape (K, d)
        The centres relative to the origin, from which the next iteration goes on: adding the origin rounds.
    sums : ClusterSums or None
        What the algorithm carries to the next iteration.
    """

    centers: Array
    inertia: float
    shift: float
    run: int
    iteration: int
    initial: Array
    best: Best
    entropy: tuple[int, ...]
    converged: bool
    relative: Array
    sums: ClusterSums | None


Start = Callable[[np.random.Generator], Array]


@dataclass(frozen=True)
class RestartOptions:
    """Number and length of the runs, and their algorithm.

    Parameters
    ----------
    algorithm : callable
        Yields steps from given centres, without end.
    start : callable
        Draws the first centres, relative to the origin.
    n_init, max_iter : int
        Number of runs, and largest number of iterations of each.
    tol : float
        A run has converged when its squared shift is at most tol times the variance.
    """

    algorithm: Algorithm
    start: Start
    n_init: int
    max_iter: int
    tol: float


def runs(
    problem: Problem, options: RestartOptions, entropy: tuple[int, ...], last: LloydState | None
) -> Iterator[LloydState]:
    """Yield the states of all runs, resuming from `last` if it is given."""
    threshold = max(options.tol, SHIFT_ROUNDING) * problem.variance
    best = last.best if last else None
    for run in range(last.run if last else 0, options.n_init):
        if last and run == last.run:
            initial, centers, iteration, sums = last.initial, last.relative, last.iteration, last.sums
            if last.shift <= threshold or iteration >= options.max_iter:
                continue
        else:
            centers, iteration, sums = options.start(np.random.default_rng([*entropy, run])), 0, None
            initial = centers + problem.origin
        for step in options.algorithm(problem, centers, sums):
            iteration += 1
            stopped = step.shift <= threshold
            moved = step.centers + problem.origin
            if best is None or best.run == run or step.inertia < best.inertia - EQUAL_INERTIA * problem.scatter:
                best = Best(moved, initial, step.inertia, run, iteration, stopped)
            ended = stopped or iteration >= options.max_iter
            converged = ended and run == options.n_init - 1 and best.converged
            yield LloydState(
                moved,
                step.inertia,
                step.shift,
                run,
                iteration,
                initial,
                best,
                entropy,
                converged,
                step.centers,
                step.sums,
            )
            if ended:
                break
