"""The solvers of the linear machines by name, and the gap of any parameters."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from groundup.core.linear.table import in_double_precision
from groundup.core.optimize.objective import Iterate, drive
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.linear.design import Design
from groundup.projects.support_vector_machine.solvers.linear.dual_coordinate_descent import (
    DualMemory,
    dual_coordinate_descent,
)
from groundup.projects.support_vector_machine.solvers.linear.dual_faces import FaceMemory, dual_faces
from groundup.projects.support_vector_machine.solvers.linear.orthant_faces import orthant_faces
from groundup.projects.support_vector_machine.solvers.linear.problem import Judge, LinearProblem, LinearState
from groundup.projects.support_vector_machine.solvers.linear.proximal_point import (
    ProximalMemory,
    forces,
    proximal_point,
)
from groundup.projects.support_vector_machine.solvers.linear.sparse_slopes import SparseObjective, sparse_slopes

FEW_ROWS = 200  # Up to these, systems are so small that exact steps are taken, whose answers have all digits.


def solve(
    problem: LinearProblem, penalty: str, solver: str, tol: float, max_iter: int, seed: int, start: LinearState | None
) -> Iterator[LinearState]:
    """Yield states until the duality gap of every output is within the tolerance.

    Parameters
    ----------
    problem : LinearProblem
        What to minimise.
    penalty : {"l1", "l2"}
        Norm of the penalty.
    solver : {"auto", "dual-cd"}
        Newton steps, or dual coordinate descent (for the L2 penalty).
    tol : float
        Root of the largest gap, relative to the objective.
    max_iter : int
        Largest number of iterations.
    seed : int
        Seed of the order in which "dual-cd" visits the rows.
    start : LinearState or None
        An earlier state to resume from.
    """
    problem = replace(problem, design=Design(in_double_precision(problem.design.X), problem.design.constant))
    judge = Judge.of(problem, tol)
    wide = FEW_ROWS < len(problem.design) < problem.design.width
    if penalty == "l1":
        method = (orthant_faces if wide else sparse_slopes)(problem, judge)
    elif solver == "dual-cd":
        method = dual_coordinate_descent(problem, judge, seed)
    elif wide:
        method = dual_faces(problem, judge)
    else:
        method = proximal_point(problem, judge)
    return drive(method, judge, max_iter, start)


def gap(problem: LinearProblem, W: Array, iterate: Iterate) -> tuple[Array, Array]:
    """Return the objective of each output at any parameters, and its duality gap by the forces of an iterate.

    Parameters
    ----------
    problem : LinearProblem
        The problem.
    W : ndarray of shape (t, p)
        Parameters.
    iterate : Iterate
        Whose memory tells the penalty and the forces.
    """
    memory = iterate.memory
    if not isinstance(memory, ProximalMemory | DualMemory | FaceMemory):
        pairs = [SparseObjective(problem.design, o).gap(w[:, None]) for o, w in zip(problem.outputs, W, strict=True)]
        return np.array(pairs).T[0], np.array(pairs).T[1]
    U = forces(problem, memory) if isinstance(memory, ProximalMemory) else memory.force
    sums = problem.design.gather(np.stack([o.sign * u for o, u in zip(problem.outputs, U, strict=True)]))
    value, total = np.square(W).sum(axis=1) / 2, np.square(W - sums).sum(axis=1) / 2
    for k, (output, z, u) in enumerate(zip(problem.outputs, problem.design.scores(W), U, strict=True)):
        r = output.residual(z)
        value[k] += output.loss.value(r)
        total[k] += output.loss.gap(r, u)
    return value, total
