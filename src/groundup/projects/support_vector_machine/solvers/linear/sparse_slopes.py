"""The squared hinge loss with an L1 penalty: proximal Newton steps on working sets of columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from groundup.core.linear.proximal_newton import proximal_newton
from groundup.core.optimize.objective import Iterate, Method
from groundup.core.optimize.penalties import Penalty
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.linear.design import Design
from groundup.projects.support_vector_machine.solvers.linear.problem import Judge, LinearProblem, Output


@record
class GapMemory:
    """What is known of an iterate.

    Parameters
    ----------
    gap : ndarray of shape (t,)
        Duality gaps.
    """

    gap: Array


@dataclass(frozen=True, eq=False)
class SparseObjective:
    """The losses of one output as a function of parameters (p, 1), as `proximal_newton` reads them."""

    design: Design
    output: Output
    outputs: int = 1
    l1: float = 1.0

    @property
    def n_features(self) -> int:
        """Number of penalised parameters: all."""
        return self.design.width

    @property
    def nonsmooth(self) -> Penalty:
        """The penalty of each parameter, the intercept's included."""
        return Penalty(np.ones((self.design.width, 1)))

    def _residual(self, w: Array) -> Array:
        return self.output.residual(self.design.scores(w.T)[0])

    def __call__(self, w: Array) -> tuple[Array, Array]:
        """Return the losses and their gradient, (p, 1)."""
        r = self._residual(w)
        u = self.output.loss.force(r, None, 1.0)[0]
        return np.asarray(self.output.loss.value(r)), -self.design.gather((self.output.sign * u)[None]).T

    def hessian(self, w: Array, columns: Array) -> Array:
        """Return the second derivative by some parameters."""
        return self.design.gram(self.output.loss.force(self._residual(w), None, 1.0)[1], columns)

    def per_class_hessians(self, w: Array, columns: Array) -> Array:
        """Return the same, with a first axis of one output."""
        return self.hessian(w, columns)[None]

    def gap(self, w: Array) -> tuple[float, float]:
        """Return the objective and its duality gap.

        Forces are scaled until no column's sum of them exceeds the strength of the penalty, 1: then they are feasible
        for the dual, whose objective is a parabola of the scale.
        """
        loss, r = self.output.loss, self._residual(w)
        u = loss.force(r, None, 1.0)[0]
        largest = np.abs(self.design.gather((self.output.sign * u)[None])).max(initial=0.0)
        gain, cost = float(np.sum(self.output.target * u)), float(loss.conjugate(u).sum())
        share = min(1 / largest if largest > 0 else np.inf, gain / (2 * cost) if cost > 0 else 0.0)
        value = loss.value(r) + float(np.abs(w).sum())
        return value, max(0.0, value - (share * gain - share * share * cost))


def sparse_slopes(problem: LinearProblem, judge: Judge) -> Method:
    """Return the method, for the L1 penalty; it begins at zero."""
    objectives = [SparseObjective(problem.design, output) for output in problem.outputs]
    return Method(partial(_first, objectives, np.zeros(problem.shape)), partial(_following, objectives, judge))


def _first(objectives: list[SparseObjective], W: Array) -> Iterate:
    pairs = zip(objectives, W[:, :, None], strict=True)
    return _together(objectives, [Iterate(w, *objective(w)) for objective, w in pairs])


def _together(objectives: list[SparseObjective], singles: list[Iterate]) -> Iterate:
    measured = [objective.gap(single.w) for objective, single in zip(objectives, singles, strict=True)]
    value, gap = np.array(measured).T
    return Iterate(
        np.stack([single.w[:, 0] for single in singles]),
        value,
        np.stack([single.gradient[:, 0] for single in singles]),
        GapMemory(gap),
        step=max(single.step for single in singles),
    )


def _following(objectives: list[SparseObjective], judge: Judge, iterate: Iterate) -> Iterator[Iterate]:
    while True:
        relative = judge.relative(iterate.value, iterate.memory.gap)
        singles = []
        for k, objective in enumerate(objectives):
            w, gradient = iterate.w[k][:, None], iterate.gradient[k][:, None]
            single = Iterate(w, np.asarray(iterate.value[k] - np.abs(w).sum()), gradient, step=0.0)
            if relative[k] > judge.allowed:
                single = next(proximal_newton(objective, single))
            singles.append(single)
        iterate = _together(objectives, singles)
        yield iterate
