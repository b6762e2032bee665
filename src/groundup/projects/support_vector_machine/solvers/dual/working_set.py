"""Which variables make the next small problem."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState

SIZE = 2000  # Variables of a small problem, if no more than half of them are free.
BYTES = 8  # A kernel value and the weight of a pair, in single precision.


def working_set(problem: Dual, state: DualState, tol: float) -> tuple[Array, ...]:
    """Return the numbers of the free variables and of those at bounds that violate most, for each sum.

    At first nothing tells them apart, and evenly spaced ones are taken.
    """
    up, down = problem.scores(state.alpha, state.gradient)
    free = np.isfinite(up) & np.isfinite(down)
    most = max(2, min(int(np.sqrt(problem.kernel.cache_bytes / BYTES)), max(SIZE, 2 * int(free.sum()))))
    excess, numbers, best = np.empty(len(up)), np.arange(len(up)), []
    for group, level in zip(problem.groups, problem.levels(state.alpha, state.gradient), strict=True):
        excess[group] = np.maximum(up[group] - level, level - down[group])
        best.append([numbers[group][up[group].argmax()], numbers[group][down[group].argmin()]])
    excess[free] = np.inf
    candidates = np.flatnonzero(excess > -tol / 2)
    if len(candidates) > most and state.iteration == 0:
        candidates = candidates[np.linspace(0, len(candidates) - 1, most).astype(np.intp)]
    elif len(candidates) > most:
        candidates = candidates[np.argpartition(-excess[candidates], most - 1)[:most]]
    taken = np.zeros(len(up), bool)
    taken[candidates] = True
    taken[np.concatenate(best)] = True  # the pair that violates most: no state is without progress
    return tuple(numbers[group][taken[group]] for group in problem.groups)
