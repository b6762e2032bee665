"""The problems of the linear machines, their states, and when these are near enough to the minimum.

Each of t outputs has parameters w of its own, (p,), the last of which is the intercept's where there is one: minimise
``½ ‖w‖² + Σ loss(r)``, or with ``‖w‖₁`` in the place of ``½ ‖w‖²``. A classifier has an output for each class, or one
for two classes; a regression has one. All outputs are minimised side by side, so that they share the products with the
rows.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.optimize.objective import Iterate
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.linear.design import Design
from groundup.projects.support_vector_machine.solvers.linear.piecewise_losses import PiecewiseLoss

SCALE_FLOOR = 1e-4  # Smallest unit of a gap, relative to the objective at zero.
GAP_ROUNDING = 1e-13  # Smallest relative gap that sums over many rows can prove.


@dataclass(frozen=True, eq=False)
class Output:
    """One output: residuals ``target − sign · score`` and their loss.

    Parameters
    ----------
    target : float or ndarray of shape (n,)
        1 for classes, y for numbers.
    sign : float or ndarray of shape (n,)
        Classes as ±1; 1 for numbers.
    loss : PiecewiseLoss
        Loss of a residual.
    """

    target: Array | float
    sign: Array | float
    loss: PiecewiseLoss

    def residual(self, z: Array) -> Array:
        """Return the residuals of scores, (n,)."""
        return np.asarray(self.target - self.sign * z)

    def take(self, index: Array, factor: float) -> "Output":
        """Return the output of some rows whose losses stand for those of all."""
        loss = replace(self.loss, c=factor * _part(self.loss.c, index))
        return Output(_part(self.target, index), _part(self.sign, index), loss)


def _part(value: Array | float, index: Array) -> Any:
    return value[index] if isinstance(value, np.ndarray) else value


@dataclass(frozen=True, eq=False)
class LinearProblem:
    """Rows, outputs, and the norm of the penalty.

    Parameters
    ----------
    design : Design
        Rows.
    outputs : sequence of Output
        Outputs.
    """

    design: Design
    outputs: tuple[Output, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (t, p) of the parameters."""
        return len(self.outputs), self.design.width

    def at_zero(self) -> Array:
        """Return the objective of each output where all parameters are zero, (t,)."""
        zero = np.zeros(len(self.design))
        return np.array([output.loss.value(output.residual(zero)) for output in self.outputs])

    def subsample(self, index: Array) -> "LinearProblem":
        """Return the problem estimated from some rows."""
        factor = len(self.design) / len(index)
        return LinearProblem(self.design.take(index), tuple(output.take(index, factor) for output in self.outputs))


@record
class LinearState:
    """An iteration of a linear machine.

    Parameters
    ----------
    iteration : int
        Steps so far, the same number for each output that is not finished; passes over the rows for "dual-cd".
    coef : ndarray of shape (t, d)
        Slopes.
    intercept : ndarray of shape (t,)
        Intercepts.
    loss : float
        The objectives of all outputs, added up.
    gap : float
        Largest duality gap of an output, relative to its objective: no objective is further from its minimum.
    converged : bool
        Whether the gap is within the tolerance.
    iterate : Iterate
        What the solver resumes from.
    """

    iteration: int
    coef: Array
    intercept: Array
    loss: float
    gap: float
    converged: bool
    iterate: Iterate


@dataclass(frozen=True)
class Judge:
    """What makes a state of an iterate.

    Parameters
    ----------
    problem : LinearProblem
        The problem.
    tol : float
        The root of the relative gap at which the iterations end.
    unit : ndarray of shape (t,)
        Smallest unit of the gap of each output.
    """

    problem: LinearProblem
    tol: float
    unit: Array

    @classmethod
    def of(cls, problem: LinearProblem, tol: float) -> "Judge":
        """Make the judge of a problem."""
        return cls(problem, tol, SCALE_FLOOR * problem.at_zero())

    @property
    def allowed(self) -> float:
        """Largest relative gap of a converged state."""
        return max(self.tol**2, GAP_ROUNDING)

    def relative(self, value: Array, gap: Array) -> Array:
        """Return the gap of each output, relative to its objective."""
        scale = np.maximum(value, self.unit)
        return gap / np.where(scale > 0, scale, 1.0)

    def __call__(self, iteration: int, iterate: Iterate) -> LinearState:
        """Return the state."""
        worst = float(self.relative(iterate.value, iterate.memory.gap).max())
        W, design = iterate.w, self.problem.design
        intercept = design.constant * W[:, -1] if design.constant else np.zeros(len(W))
        return LinearState(
            iteration,
            W[:, design.slopes],
            intercept,
            float(iterate.value.sum()),
            worst,
            worst <= self.allowed,
            iterate,
        )


def joined(problem: LinearProblem, coef: Array, intercept: Array) -> Array:
    """Return parameters (t, p) from slopes and intercepts."""
    design = problem.design
    return np.column_stack([coef, intercept / design.constant]) if design.constant else coef
