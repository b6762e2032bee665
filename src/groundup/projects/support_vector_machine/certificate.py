"""Certificate of a kernel machine: the duality gap, and the violation of the optimality conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundup.core.constants import EPS
from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.problem import Dual

ROUNDING = 16 * EPS  # Of a kernel sum, relative to the sum of the absolute values of its terms.


@dataclass(frozen=True)
class Optimality:
    """How far the variables of a dual problem are from optimal.

    Parameters
    ----------
    dual, primal : float
        What the dual problem maximises, and a primal objective that bounds it from above, at the same bias.
    violation : float
        Largest violation of the optimality conditions, in the unit of the decision function.
    rounding : float
        Violation that rounding explains.
    """

    dual: float
    primal: float
    violation: float
    rounding: float


def judge(problem: Dual, alpha: Array) -> Optimality:
    """Return how far some variables are from optimal, computed from the kernel.

    With the multipliers b of the sums and ``h = Qα + p + s b``, optimal variables are 0 where h > 0, at their upper
    bounds where h < 0, and free only where h = 0. For a positive semi-definite kernel no variables have an objective
    below that of α by more than ``Σ α_i max(h_i, 0) + (C_i − α_i) max(−h_i, 0)``, the duality gap.

    eq. support_vector_machine:gap

    Parameters
    ----------
    problem : Dual
        The problem.
    alpha : ndarray of shape (m,)
        Variables within their bounds.
    """
    gradient = problem.gradient(alpha)
    levels = problem.levels(alpha, gradient)
    level = np.where(problem.sign > 0, levels[0], levels[-1])
    h = gradient + problem.sign * level
    too_large, too_small = np.maximum(h, 0.0), np.maximum(-h, 0.0)
    gap = float(alpha @ too_large + (problem.upper - alpha) @ too_small)
    above, below = alpha > 0, alpha < problem.upper
    violation = max(too_large.max(where=above, initial=0.0), too_small.max(where=below, initial=0.0))
    dual = -problem.objective(alpha, gradient)
    size = np.abs(problem.coefficients(alpha)).sum() * np.abs(problem.kernel.diagonal).max()
    rounding = ROUNDING * float(size + np.abs(problem.linear).max())
    return Optimality(dual, dual + gap, float(violation), rounding)


def certify(found: Sequence[Optimality], tol: float, convex: bool) -> Certificate:
    """Return the certificate of a machine.

    Parameters
    ----------
    found : sequence of Optimality
        Of its dual problems.
    tol : float
        Largest violation that was asked for.
    convex : bool
        Whether the kernel is known to be positive semi-definite.
    """
    dual, primal = sum(one.dual for one in found), sum(one.primal for one in found)
    measure = "largest violation of the optimality conditions, in the unit of the decision function"
    if convex:
        claim = "The multipliers solve the dual problem, and the decision function the primal one."
        relative = (primal - dual) / max(abs(primal), abs(dual), np.finfo(float).tiny)
        measure += f" (primal {primal:.9g}, dual {dual:.9g}, relative gap {relative:.2g})"
    else:
        claim = (
            "The multipliers satisfy the optimality conditions of the dual problem; they solve it if the kernel is "
            "positive semi-definite, which is not known."
        )
        measure += f" (dual {dual:.9g})"
    return Certificate(claim, measure, max(one.violation for one in found), max(tol, *(one.rounding for one in found)))
