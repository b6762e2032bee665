"""Several dual problems in a row: one for each pair of classes, and those of the folds that calibrate probabilities."""

from collections.abc import Callable, Iterator

from groundup.core.storage import record
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState


@record
class MachineState:
    """Where the solution of some dual problems is.

    Parameters
    ----------
    parts : tuple of DualState
        The last states of the problems before this one, and the state of this one.
    entropy : tuple of int
        Seed of the folds.
    objective : float
        Sum of the objectives so far.
    violation : float
        Violation of the optimality conditions of the problem that is being solved.
    part : int
        Number of the problem.
    iteration : int
        Number of states so far.
    converged : bool
        Whether all problems are solved.
    """

    parts: tuple[DualState, ...]
    entropy: tuple[int, ...]
    objective: float
    violation: float
    part: int
    iteration: int
    converged: bool


def solve_in_turn(
    problem: Callable[[int], Dual],
    count: int,
    solve: Callable[[Dual, DualState | None], Iterator[DualState]],
    entropy: tuple[int, ...],
    start: MachineState | None,
) -> Iterator[MachineState]:
    """Yield a state for each state of each problem.

    Parameters
    ----------
    problem : callable
        Returns a problem by its number.
    count : int
        Number of problems.
    solve : callable
        Yields the states of a problem, from a state of it or from the beginning.
    entropy : tuple of int
        Seed, which the states keep.
    start : MachineState or None
        A state yielded earlier, to go on from.
    """
    done = start.parts[:-1] if start else ()
    begun = start.parts[-1] if start else None
    iteration = start.iteration if start else 0
    for part in range(len(done), count):
        state = begun
        for state in solve(problem(part), begun):
            iteration += 1
            parts = (*done, state)
            solved = len(parts) == count and all(one.converged for one in parts)
            value = sum(one.objective for one in parts)
            yield MachineState(parts, entropy, value, state.violation, part, iteration, solved)
        assert state is not None  # a solver yields at least one state of a problem that it begins
        done, begun = (*done, state), None
