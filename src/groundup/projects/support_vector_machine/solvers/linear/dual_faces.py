"""The solver of the linear machines for fewer rows than parameters: Newton steps on the faces of the dual's box.

In the dual problem each row has a force u, whose size m lies between 0 and c. Rows at a bound that the slope presses
against it rest; for the others, conjugate gradients solve the linear system of Newton's method. Its matrix, the inner
products of these rows, is well conditioned where rows are wide, whereas that of the parameters is singular but for the
penalty. The step is cut off at the bounds, and the best part of it is taken. Parameters stay the sum of the forces of
the rows, so that the duality gap is the sum of ``loss(r) + ψ(u) − u r`` over the rows.

Sources: Bertsekas, on projected Newton methods, SIAM J. Control Optim. 20 (1982); Moré and Toraldo, On the solution of
large quadratic programming problems with bound constraints, SIAM J. Optim. 1 (1991).
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from groundup.core.linalg.conjugate_gradients import conjugate_gradients
from groundup.core.optimize.objective import Iterate, Method
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.linear.design import Design
from groundup.projects.support_vector_machine.solvers.linear.problem import Judge, LinearProblem, Output

TINY = 1e-100  # Replaces the zero that is the squared length of an empty row.
DAMPING = 1e-3  # Part of the diagonal, times the tolerance, that moves equal rows of opposite classes to their bounds.
PUSH = 0.1  # A row rests at a bound if this part of its step alone, which no other row would follow, leads there.
ENOUGH = 0.6  # A change is taken if its rise is at least this part of its curvature: the best step is no shorter;
CUT = 0.5  # otherwise it is shortened to this part,
CUTS = 40  # at most this number of times.
FIRST_TOLERANCE = 0.5  # Residual of conjugate gradients, relative to the slopes, at the beginning.
SMALLEST_TOLERANCE = 0.03  # It falls to this, since faces change before more digits pay,
SHARPER = 0.3  # by this factor whenever the whole step was taken,
LARGEST_TOLERANCE = 0.9  # and doubles for each cut, up to this: 4,000 texts with C = 1 take 56 steps instead of 131.


@record
class FaceMemory:
    """What the next step needs besides the parameters.

    Parameters
    ----------
    force : ndarray of shape (t, n)
        Dual variables u; the parameters are the sum of ``u · sign · row``.
    scores : ndarray of shape (t, n)
        Scores of all rows.
    gap : ndarray of shape (t,)
        Duality gaps.
    tolerance : ndarray of shape (t,)
        Tolerances of conjugate gradients.
    """

    force: Array
    scores: Array
    gap: Array
    tolerance: Array


def dual_faces(problem: LinearProblem, judge: Judge) -> Method:
    """Return the method, for the L2 penalty; it begins at zero."""
    return Method(partial(_first, problem), partial(_following, problem, judge))


def _first(problem: LinearProblem) -> Iterate:
    t, n = len(problem.outputs), len(problem.design)
    memory = FaceMemory(np.zeros((t, n)), np.zeros((t, n)), np.zeros(t), np.full(t, FIRST_TOLERANCE))
    return _measured(problem, np.zeros(problem.shape), memory, 1.0)


def _measured(problem: LinearProblem, W: Array, memory: FaceMemory, step: float) -> Iterate:
    value, gap = np.square(W).sum(axis=1) / 2, np.zeros(len(W))
    for k, (output, z, u) in enumerate(zip(problem.outputs, memory.scores, memory.force, strict=True)):
        r = output.residual(z)
        value[k] += output.loss.value(r)
        gap[k] = output.loss.gap(r, u)
    return Iterate(W, value, np.zeros_like(W), replace(memory, gap=gap), step=step)


def _following(problem: LinearProblem, judge: Judge, iterate: Iterate) -> Iterator[Iterate]:
    design = problem.design
    while True:
        memory, W, longest = iterate.memory, iterate.w.copy(), 0.0
        force, scores, tolerance = memory.force.copy(), memory.scores.copy(), memory.tolerance.copy()
        relative = judge.relative(iterate.value, memory.gap)
        for k in np.flatnonzero(relative > judge.allowed):
            change, shift, part = _step(design, problem.outputs[k], force[k], scores[k], float(tolerance[k]))
            force[k] += change
            W[k] += shift
            scores[k] += design.scores(shift[None])[0]
            tolerance[k] = next_tolerance(tolerance[k], part, SMALLEST_TOLERANCE)
            longest = max(longest, part)
        iterate = _measured(problem, W, FaceMemory(force, scores, memory.gap, tolerance), longest)
        yield iterate


def next_tolerance(tolerance: float, part: float, smallest: float) -> float:
    """Return a smaller tolerance of conjugate gradients after a whole step, and a larger one after a part of a step.

    Parameters
    ----------
    tolerance : float
        The last tolerance.
    part : float
        The part of Newton's step that was taken; 0 if none.
    smallest : float
        Least tolerance.
    """
    if part == 1:
        return max(SHARPER * tolerance, smallest)
    return min(tolerance / part, LARGEST_TOLERANCE) if part > 0 else tolerance


def _step(design: Design, output: Output, u: Array, z: Array, tolerance: float) -> tuple[Array, Array, float]:
    """Return the changes of forces, (n,), and parameters, (p,), and their part of Newton's step before the cuts.

    Forces keep their signs; those at zero take the sign of the slope.
    """
    loss, r = output.loss, output.residual(z)
    side = np.where(u != 0, np.sign(u), np.sign(r)) if loss.two_sided else np.ones(len(u))
    high = np.full(len(u), np.inf) if loss.squared else np.broadcast_to(loss.c, len(u))
    softness = np.broadcast_to(1 / (2 * loss.c) if loss.squared else 0.0, len(u))
    size, sign, diagonal = side * u, side * output.sign, np.maximum(design.lengths + softness, TINY)
    slope = side * r - loss.epsilon - softness * size
    alone = size + PUSH * slope / diagonal
    move = np.clip(alone, 0.0, high) - size
    free = np.flatnonzero((alone > 0) & (alone < high))
    move[free] = _newton(design.take(free), sign[free], softness[free], diagonal[free], slope[free], tolerance)
    part = 1.0
    for _ in range(CUTS):
        change = np.clip(size + part * move, 0.0, high) - size
        shift = design.gather((sign * change)[None])[0]
        rise = float(change @ slope)
        if rise > 0 and rise >= ENOUGH * float(shift @ shift + softness @ (change * change)):
            return side * change, shift, part
        part *= CUT
    return np.zeros(len(u)), np.zeros(design.width), 0.0


def _newton(rows: Design, sign: Array, softness: Array, diagonal: Array, slope: Array, tolerance: float) -> Array:
    """Solve ``(inner products + softness) v = slope`` for rows with these signs."""
    resistance = softness + DAMPING * tolerance * diagonal

    def product(v: Array) -> Array:
        return sign * rows.scores(rows.gather((sign * v)[None]))[0] + resistance * v

    return conjugate_gradients(product, slope, lambda v: v / diagonal, tolerance)
