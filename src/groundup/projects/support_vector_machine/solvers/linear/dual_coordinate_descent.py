"""Dual coordinate descent, the textbook's solver of the linear machines: one row at a time.

Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, A dual coordinate descent method for large-scale linear SVM, ICML
(2008); Ho and Lin, Large-scale linear support vector regression, JMLR 13 (2012).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from groundup.core.kernels import dense_rows
from groundup.core.optimize.objective import Iterate, Method
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.linear.design import Design
from groundup.projects.support_vector_machine.solvers.linear.problem import Judge, LinearProblem, Output


@record
class DualMemory:
    """What the next pass needs besides the parameters.

    Parameters
    ----------
    force : ndarray of shape (t, n)
        Dual variables u; the parameters are the sum of ``u · sign · row``.
    seed : int
        Seed of the orders in which passes visit the rows.
    passes : int
        Number of passes so far.
    gap : ndarray of shape (t,)
        Duality gaps.
    """

    force: Array
    seed: int
    passes: int
    gap: Array


def dual_coordinate_descent(problem: LinearProblem, judge: Judge, seed: int) -> Method:
    """Return the method, for the L2 penalty; a pass visits all rows in a random order, which the seed determines."""
    return Method(partial(_first, problem, seed), partial(_following, problem, judge))


def _first(problem: LinearProblem, seed: int) -> Iterate:
    t, n = len(problem.outputs), len(problem.design)
    return _measured(problem, np.zeros(problem.shape), np.zeros((t, n)), seed, 0)


def _measured(problem: LinearProblem, W: Array, force: Array, seed: int, passes: int) -> Iterate:
    scores = problem.design.scores(W)
    residuals = [output.residual(z) for output, z in zip(problem.outputs, scores, strict=True)]
    losses = np.array([output.loss.value(r) for output, r in zip(problem.outputs, residuals, strict=True)])
    gap = [output.loss.gap(r, u) for output, r, u in zip(problem.outputs, residuals, force, strict=True)]
    signed = np.stack([output.sign * u for output, u in zip(problem.outputs, force, strict=True)])
    gradient = W - problem.design.gather(signed)  # rounding, since each step changes both by the same
    value = np.square(W).sum(axis=1) / 2 + losses
    gaps = np.array(gap) + np.square(gradient).sum(axis=1) / 2
    return Iterate(W, value, gradient, DualMemory(force, seed, passes, gaps))


def _following(problem: LinearProblem, judge: Judge, iterate: Iterate) -> Iterator[Iterate]:
    while True:
        memory = iterate.memory
        W, force = iterate.w.copy(), memory.force.copy()
        order = np.random.default_rng((memory.seed, memory.passes)).permutation(len(problem.design))
        relative = judge.relative(iterate.value, memory.gap)
        for k in np.flatnonzero(relative > judge.allowed):
            one_pass(problem.design, problem.outputs[k], W[k], force[k], order)
        iterate = _measured(problem, W, force, memory.seed, memory.passes + 1)
        yield iterate


def one_pass(design: Design, output: Output, w: Array, u: Array, order: Array) -> None:
    """Maximise the dual objective over one force after the other, in place.

    eq. support_vector_machine:coordinate
    """
    loss, n = output.loss, len(design)
    target, sign, c = (np.broadcast_to(part, n) for part in (output.target, output.sign, loss.c))
    for i in order:
        a = _row(design, i)
        softness = 1 / (2 * c[i]) if loss.squared else 0.0
        curvature = a @ a + softness
        if curvature == 0:
            continue
        best = u[i] + (target[i] - sign[i] * (a @ w) - softness * u[i]) / curvature
        new = np.sign(best) * max(abs(best) - loss.epsilon / curvature, 0.0)
        high = np.inf if loss.squared else c[i]
        new = min(max(new, -high if loss.two_sided else 0.0), high)
        w += (new - u[i]) * sign[i] * a
        u[i] = new


def _row(design: Design, i: int) -> Array:
    x = dense_rows(design.X[np.array([i])])[0].astype(np.float64)
    return np.append(x, design.constant) if design.constant else x
