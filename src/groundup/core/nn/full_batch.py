"""L-BFGS on all rows, for data that are few enough."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from groundup.core.nn.objective import OnAllRows
from groundup.core.optimize.newton import initial, lbfgs
from groundup.core.optimize.objective import Iterate, Method, drive
from groundup.core.storage import record
from groundup.core.types import Array

SMALLEST_DECREASE = 2e-9  # Part of the objective, or of a large one; steps that gain less end a fit.


@record
class FullBatchState:
    """Parameters and objective after some steps.

    Parameters
    ----------
    iteration : int
        Steps so far.
    converged : bool
        Whether no derivative is larger than the tolerance, or steps no longer lower the objective.
    loss : float
        Objective: mean loss and penalty.
    iterate : Iterate
        Parameters, gradient and the memory of L-BFGS.
    seed : tuple of int
        Seed of the initial weights.
    """

    iteration: int
    converged: bool
    loss: float
    iterate: Iterate
    seed: tuple[int, ...]


def minimize(
    objective: OnAllRows,
    w: Array,
    seed: tuple[int, ...],
    tol: float,
    max_iter: int,
    start: FullBatchState | None,
    smallest: float = SMALLEST_DECREASE,
    unit: float = 1.0,
) -> Iterator[FullBatchState]:
    """Yield the states from parameters `w`, or after an earlier state, until it hardly falls any more.

    Parameters
    ----------
    objective : OnAllRows
        What is minimised.
    w : ndarray of shape (p,)
        Initial parameters.
    seed : tuple of int
        Their seed, which the states keep.
    tol : float
        Largest derivative of the last state.
    max_iter : int
        Largest number of steps.
    start : FullBatchState or None
        State to go on from.
    smallest : float, default=2e-9
        Steps that gain less, relative to the objective or to `unit` if that is larger, end a fit.
    unit : float, default=1
        Size of a large objective.

    Yields
    ------
    FullBatchState
    """

    def judge(iteration: int, iterate: Iterate) -> FullBatchState:
        gains = iterate.decrease > smallest * max(unit, abs(float(iterate.value))) and iterate.step > 0
        flat = float(np.abs(iterate.gradient).max()) <= tol
        return FullBatchState(iteration, flat or not gains, float(iterate.value), iterate, seed)

    yield from drive(by_lbfgs(objective, w), judge, max_iter, start)


def by_lbfgs(objective: OnAllRows, w: Array) -> Method:
    """Return L-BFGS on all rows, beginning at `w`."""

    def first() -> Iterate:
        return replace(initial(objective, w), rounding=float(np.finfo(w.dtype).eps))

    return Method(first, lambda iterate: lbfgs(objective, iterate))
