"""The minimum in single precision, from which a step or two in double precision lead to the minimum.

A gradient in single precision takes half of the time or less. Its rounding errors differ from row to row, and their sum
hardly matters to a step; what is claimed of the result is computed in double precision.
"""

from math import inf, log

import numpy as np

from groundup.core.linalg.conjugate_gradients import Preconditioner
from groundup.core.linear import preconditioners
from groundup.core.linear.objective import ScoreObjective
from groundup.core.optimize import newton
from groundup.core.optimize.objective import Iterate

EPS = float(np.finfo(np.float32).eps)
MAX_STEPS = 100
SAFETY = 0.1  # Predicted decrease at which the steps end, relative to the tolerance.
FIRST_STEPS = 8  # Steps before the pace of the predicted decreases says anything.
STEPS_IN_METRIC = 8  # Steps that usually lead to the minimum in a metric near to the Hessian.


def minimum(objective: ScoreObjective, tolerance: float, by_slope: bool) -> tuple[Iterate, Preconditioner]:
    """Return a minimum in single precision, with the memory of L-BFGS, and the metric of its last steps.

    Parameters
    ----------
    objective : ScoreObjective
        The objective in double precision.
    tolerance : float
        Decrease that is still possible at the minimum, relative to the objective.
    by_slope : bool
        Whether the gradient alone has to prove that.
    """
    single = objective.in_single_precision()
    metric = preconditioners.diagonal(single)
    iterate = newton.initial(single, single.zero())
    cost = preconditioners.gradients_of_hessian(single)
    predicted: list[float] = []
    steps = newton.lbfgs(single, iterate, metric, EPS)
    for _ in range(MAX_STEPS):
        iterate = next(steps)
        predicted.append(iterate.decrease)
        goal = SAFETY * tolerance * single.scale(float(iterate.value))
        small = float(np.vdot(iterate.gradient, iterate.gradient)) / (2 * single.l2) <= 4 * goal
        if iterate.step == 0 or iterate.decrease <= goal and (small or not by_slope):
            break
        if len(predicted) >= FIRST_STEPS and cost < MAX_STEPS and _steps_to(goal, predicted) > cost + STEPS_IN_METRIC:
            metric, cost = preconditioners.hessian_of_subsample(single, iterate.w), inf
            steps = newton.lbfgs(single, iterate, metric, EPS)
    return iterate, metric


def _steps_to(goal: float, predicted: list[float]) -> float:
    """Number of further steps at the pace of the last half of the steps."""
    half = len(predicted) // 2
    pace = log(max(predicted[-1 - half] / predicted[-1], 1.01)) / half
    return log(predicted[-1] / goal) / pace
