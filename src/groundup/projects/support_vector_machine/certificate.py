"""Certificate of a kernel machine: the duality gap, and the violation of the optimality conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual

LARGEST_ROUNDING = 0.01  # Violation that may be put down to rounding; where more is, the answer is not certified.


@dataclass(frozen=True)
class Optimality:
    """How far the variables of a dual problem are from optimal.

    Parameters
    ----------
    dual, gap : float
        What the dual problem maximises, and by how much it may at most be larger.
    violation : float
        Largest violation of the optimality conditions, in the unit of the decision function.
    price : float
        Sum of the upper bounds C, which multiply the losses of the primal problem.
    tolerance : float
        Largest violation that was asked for, or that rounding explains.
    """

    dual: float
    gap: float
    violation: float
    price: float
    tolerance: float


def judge(problem: Dual, alpha: Array, tol: float) -> Optimality:
    """Return how far some variables are from optimal, computed from the kernel.

    With the multipliers b of the sums and ``h = Qα + p + s b``, optimal variables are 0 where h > 0, at their upper
    bounds where h < 0, and free only where h = 0. For a positive semi-definite kernel no variables have an objective
    below that of α by more than ``Σ α_i max(h_i, 0) + (C_i − α_i) max(−h_i, 0)``: the gap between the primal objective,
    at the bias b, and the dual one.

    eq. support_vector_machine:gap

    Parameters
    ----------
    problem : Dual
        The problem.
    alpha : ndarray of shape (m,)
        Variables within their bounds.
    tol : float
        Largest violation that was asked for.
    """
    gradient = problem.gradient(alpha)
    levels = problem.levels(alpha, gradient)
    h = gradient + problem.sign * np.where(problem.sign > 0, levels[0], levels[-1])
    too_large, too_small = np.maximum(h, 0.0), np.maximum(-h, 0.0)
    above, below = alpha > 0, alpha < problem.upper
    violation = max(too_large.max(where=above, initial=0.0), too_small.max(where=below, initial=0.0))
    return Optimality(
        dual=-problem.objective(alpha, gradient),
        gap=float(alpha @ too_large + (problem.upper - alpha) @ too_small),
        violation=float(violation),
        price=float(problem.upper.sum()),
        tolerance=max(tol, min(LARGEST_ROUNDING, problem.rounding(alpha))),
    )


def certify(found: Sequence[Optimality], convex: bool) -> Certificate:
    """Return the certificate of a machine.

    A violation of at most the tolerance gives a gap of at most the tolerance times the sum of all C. So the measure,
    which is the gap divided by that sum, says by how much the mean loss may be too large.

    Parameters
    ----------
    found : sequence of Optimality
        Of its dual problems.
    convex : bool
        Whether the kernel is known to be positive semi-definite.
    """
    dual, gap = sum(one.dual for one in found), sum(one.gap for one in found)
    violation = max(one.violation for one in found)
    if convex:
        claim = "The multipliers solve the dual problem, and the decision function the primal one."
        measure = "duality gap divided by the sum of all C"
    else:
        claim = (
            "The multipliers satisfy the optimality conditions of the dual problem, and solve it if the kernel is "
            "positive semi-definite, which is not known."
        )
        measure = "violation of the optimality conditions, averaged with the weights C"
    details = f"primal {dual + gap:.9g}, dual {dual:.9g}, largest violation {violation:.2g}"
    value = max(one.gap / one.price for one in found)
    return Certificate(claim, f"{measure} ({details})", value, max(one.tolerance for one in found))
