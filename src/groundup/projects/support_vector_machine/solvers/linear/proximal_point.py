"""The default solver of the linear machines: Newton steps on losses that are rounded off less and less.

The kinks of hinge and ε-insensitive loss are rounded off by a proximal term of the dual problem, ``Σ δ (u − u₀)² / 2``.
Whenever Newton's method has nearly minimised the rounded objective, u₀ becomes the present force u, and δ falls. A
squared loss has no kinks and needs no such term. For any forces u, ``loss(r) + ψ(u) − u r`` summed over the rows, plus
``½ ‖w − Σ u s a‖²``, is the duality gap: it costs nothing, since the second term is the gradient that Newton's method
needs.

Sources: Rockafellar, Augmented Lagrangians and applications of the proximal point algorithm in convex programming,
Math. Oper. Res. 1 (1976); Li, Sun and Toh, A highly efficient semismooth Newton augmented Lagrangian method for solving
lasso problems, SIAM J. Optim. 28 (2018).
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np

from groundup.core.optimize.objective import Iterate, Method
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.linear.problem import Judge, LinearProblem, Output
from groundup.projects.support_vector_machine.solvers.linear.semismooth_newton import (
    CG_TOLERANCE,
    Known,
    direction,
    search,
)

FIRST_WIDTH = 1.0  # Width of the rounded part at the beginning, in units of the typical residual,
SHRINK = 0.2  # by which it is multiplied whenever the rounded objective is nearly minimised,
LAST_WIDTH = 1e-7  # and at least this.
NEARLY = 0.1  # The rounded objective is nearly minimised where the gradient adds only this part to the gap.
NEARLY_SEPARABLE = (0.5, 10)  # Between these numbers of rows a parameter, a squared loss begins with a small part of C,
GROWTH = 10  # which is multiplied by this: 1,000 rows of 500 columns take 20 steps instead of 158 at C = 100.
SUBSAMPLE = 8  # Rows per row of the subsample on which the first parameters are found,
SUBSAMPLE_ROWS = 2000  # which has at least this number of rows,
ROWS_PER_PARAMETER = 20  # and this number for each parameter.
SUBSAMPLE_TOLERANCE = 1e-2  # The root of the relative gap at which the subsample's minimum is near enough.
SUBSAMPLE_STEPS = 30  # Largest number of steps on the subsample.


@record
class ProximalMemory:
    """What Newton's method needs besides the parameters.

    Parameters
    ----------
    scores : ndarray of shape (t, n)
        Scores of all rows.
    center : ndarray of shape (t, n) or None
        Forces u₀; None for squared losses.
    width : ndarray of shape (t,)
        Widths of the rounded parts; shares of C of squared losses.
    gap : ndarray of shape (t,)
        Duality gaps.
    part : ndarray of shape (t,)
        The gradients' parts of them.
    known : tuple
        Of each output the curvatures and cross-products of the last step, or None.
    """

    scores: Array
    center: Array | None
    width: Array
    gap: Array
    part: Array
    known: tuple[Known, ...]


def proximal_point(problem: LinearProblem, judge: Judge) -> Method:
    """Return the method, for the L2 penalty; it begins near the minimum on a subsample."""
    return Method(partial(_first, problem), partial(_following, problem, judge))


def forces(problem: LinearProblem, memory: ProximalMemory) -> list[Array]:
    """Return the forces of all outputs, each of shape (n,)."""
    return [_force(output, memory, k, output.residual(memory.scores[k]))[0] for k, output in enumerate(problem.outputs)]


def _first(problem: LinearProblem) -> Iterate:
    W = _from_subsample(problem)
    scores = problem.design.scores(W)
    kinked = not problem.outputs[0].loss.squared
    sizes = [np.abs(output.residual(z)).mean() for output, z in zip(problem.outputs, scores, strict=True)]
    nothing = np.zeros(len(W))
    if kinked:
        center, width = np.zeros_like(scores), FIRST_WIDTH * np.array(sizes)
    else:
        center, width = None, _first_shares(problem)
    memory = ProximalMemory(scores, center, width, nothing, nothing, (None,) * len(W))
    return _measured(problem, Iterate(W, nothing, W, memory), range(len(W)))


def _first_shares(problem: LinearProblem) -> Array:
    """Shares of C with which the losses begin, so small that few rows change sides in a step."""
    n, p = len(problem.design), problem.design.width
    if not NEARLY_SEPARABLE[0] * p < n <= NEARLY_SEPARABLE[1] * p:
        return np.ones(len(problem.outputs))
    size = problem.design.squares(np.ones(n)).sum() / n
    return np.array([min(1.0, 1 / max(size * float(np.mean(o.loss.c)), 1.0)) for o in problem.outputs])


def _from_subsample(problem: LinearProblem) -> Array:
    n, p = len(problem.design), problem.design.width
    count = max(n // SUBSAMPLE, SUBSAMPLE_ROWS, ROWS_PER_PARAMETER * p)
    if count > n // 2:
        return np.zeros(problem.shape)
    part = problem.subsample(np.sort(np.random.default_rng(0).choice(n, count, replace=False)))
    judge = Judge.of(part, SUBSAMPLE_TOLERANCE)
    first = _first(part)
    last = first
    for last in islice(_following(part, judge, first), SUBSAMPLE_STEPS):
        if not _unfinished(judge, last) or last.step == 0:
            break
    return last.w


def _unfinished(judge: Judge, iterate: Iterate) -> list[int]:
    relative = judge.relative(iterate.value, iterate.memory.gap)
    return [int(k) for k in np.flatnonzero(relative > judge.allowed)]


def _force(output: Output, memory: ProximalMemory, k: int, r: Array) -> tuple[Array, Array]:
    return output.loss.force(r, None if memory.center is None else memory.center[k], float(memory.width[k]))


def _measured(problem: LinearProblem, iterate: Iterate, places: range | list[int]) -> Iterate:
    """The iterate with objectives, gradients and gaps of some outputs as they are at its scores."""
    memory, W = iterate.memory, iterate.w
    value, gradient, gap, part = iterate.value.copy(), iterate.gradient.copy(), memory.gap.copy(), memory.part.copy()
    residuals = [problem.outputs[k].residual(memory.scores[k]) for k in places]
    forces = [_force(problem.outputs[k], memory, k, r)[0] for k, r in zip(places, residuals, strict=True)]
    sums = problem.design.gather(np.stack([problem.outputs[k].sign * u for k, u in zip(places, forces, strict=True)]))
    for k, r, u, total in zip(places, residuals, forces, sums, strict=True):
        loss = problem.outputs[k].loss
        gradient[k] = W[k] - total
        value[k] = W[k] @ W[k] / 2 + loss.value(r)
        part[k] = gradient[k] @ gradient[k] / 2
        fits = loss.squared and memory.width[k] == 1  # then the forces are those of the residuals
        gap[k] = part[k] + (0.0 if fits else loss.gap(r, u))
    return replace(iterate, value=value, gradient=gradient, memory=replace(memory, gap=gap, part=part))


def _following(problem: LinearProblem, judge: Judge, iterate: Iterate) -> Iterator[Iterate]:
    while True:
        iterate = _next_rounding(problem, judge, iterate)
        iterate = _newton_step(problem, judge, iterate)
        yield iterate


def _next_rounding(problem: LinearProblem, judge: Judge, iterate: Iterate) -> Iterate:
    """Come nearer to the losses, of the outputs whose present objective is nearly minimised."""
    memory = iterate.memory
    goal = np.maximum(NEARLY * (memory.gap - memory.part), 1e-3 * judge.allowed * np.maximum(iterate.value, judge.unit))
    places = [k for k in _unfinished(judge, iterate) if memory.part[k] <= goal[k]]
    if memory.center is None:
        places = [k for k in places if memory.width[k] < 1]
    if not places:
        return iterate
    center, width = None if memory.center is None else memory.center.copy(), memory.width.copy()
    for k in places:
        output = problem.outputs[k]
        if center is None:
            width[k] = min(1.0, GROWTH * width[k])
        else:
            center[k] = _force(output, memory, k, output.residual(memory.scores[k]))[0]
            width[k] = max(SHRINK * width[k], LAST_WIDTH)
    return _measured(problem, replace(iterate, memory=replace(memory, center=center, width=width)), places)


def _newton_step(problem: LinearProblem, judge: Judge, iterate: Iterate) -> Iterate:
    memory, places = iterate.memory, _unfinished(judge, iterate)
    if not places:
        return replace(iterate, step=0.0)
    relative = judge.relative(iterate.value, memory.gap)
    moves, known = np.zeros((len(places), problem.design.width)), list(memory.known)
    for move, k in zip(moves, places, strict=True):
        output = problem.outputs[k]
        curvature = _force(output, memory, k, output.residual(memory.scores[k]))[1]
        tolerance = CG_TOLERANCE * min(1.0, float(np.sqrt(relative[k])))
        move[:], known[k] = direction(problem.design, curvature, iterate.gradient[k], tolerance, known[k])
    falls = problem.design.scores(moves)
    W, scores, longest = iterate.w.copy(), memory.scores.copy(), 0.0
    for move, fall, k in zip(moves, falls, places, strict=True):
        output = problem.outputs[k]
        step = search(
            partial(_force, output, memory, k),
            output.residual(scores[k]),
            output.sign * fall,
            float(W[k] @ move),
            float(move @ move),
        )
        W[k] += step * move
        scores[k] += step * fall
        longest = max(longest, step)
    moved = replace(iterate, w=W, memory=replace(memory, scores=scores, known=tuple(known)), step=longest)
    return _measured(problem, moved, places)
