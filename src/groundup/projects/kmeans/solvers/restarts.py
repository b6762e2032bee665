"""Runs from several starts, as one iterator of states that can be stopped and gone on from anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.centred_rows import Problem
from groundup.projects.kmeans.solvers.lloyd import Algorithm

ROUNDING = 1e-12  # relative to the scatter; two runs that end nearer in inertia are the same clustering, or as good
STANDSTILL = 1e-24  # relative to the variance: a squared shift below it is rounding


@record
class Best:
    """The best centres so far: where they are, where their run began, how far it has come."""

    centers: Array
    initial: Array
    inertia: float
    run: int
    iteration: int
    converged: bool


@record
class LloydState:
    """One iteration: every row assigned to its nearest centre, every centre moved to the mean of its rows.

    Parameters
    ----------
    centers : ndarray of shape (K, d)
        After the move, in the units of X.
    inertia : float
        Sum of the weighted squared distances of the rows to these centres; it never increases within a run.
    shift : float
        Sum of the squared lengths of the centres' moves.
    run, iteration : int
        Which start, counted from 0; which iteration from there, counted from 1.
    initial : ndarray of shape (K, d)
        Centres that the run began with.
    best : Best
        Of all runs so far, this one included.
    entropy : tuple of int
        What all random numbers are made from, together with the run.
    converged : bool
        Whether this is the last state of the last run, and the best run met the stopping rule.
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


Start = Callable[[np.random.Generator], Array]


@dataclass(frozen=True)
class Plan:
    """How many runs, how long, and by which algorithm.

    Parameters
    ----------
    algorithm : callable
        Yields steps from given centres, for ever.
    start : callable
        Draws the first centres, relative to the origin.
    n_init, max_iter : int
        Runs, and iterations of each.
    tol : float
        A run has converged when its squared shift is at most tol times the variance.
    """

    algorithm: Algorithm
    start: Start
    n_init: int
    max_iter: int
    tol: float


def runs(problem: Problem, plan: Plan, entropy: tuple[int, ...], last: LloydState | None) -> Iterator[LloydState]:
    """States of all runs, going on from `last` where it is given."""
    threshold = max(plan.tol, STANDSTILL) * problem.variance
    best = last.best if last else None
    for run in range(last.run if last else 0, plan.n_init):
        if last and run == last.run:
            initial, centers, iteration = last.initial, last.centers - problem.origin, last.iteration
            if last.shift <= threshold or iteration >= plan.max_iter:
                continue
        else:
            centers, iteration = plan.start(np.random.default_rng([*entropy, run])), 0
            initial = centers + problem.origin
        for step in plan.algorithm(problem, centers):
            iteration += 1
            stopped = step.shift <= threshold
            moved = step.centers + problem.origin
            if best is None or best.run == run or step.inertia < best.inertia - ROUNDING * problem.scatter:
                best = Best(moved, initial, step.inertia, run, iteration, stopped)
            ended = stopped or iteration >= plan.max_iter
            converged = ended and run == plan.n_init - 1 and best.converged
            yield LloydState(moved, step.inertia, step.shift, run, iteration, initial, best, entropy, converged)
            if ended:
                break
