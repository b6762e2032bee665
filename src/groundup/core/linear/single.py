"""The minimum in single precision, from which a gradient or two in double precision lead to the minimum.

A gradient in single precision takes half of the time or less. Its rounding errors differ from row to row, and their sum
hardly matters to a step; what is claimed of the result is computed in double precision.
"""

from dataclasses import dataclass, replace
from math import inf, log

import numpy as np

from groundup.core.linalg.conjugate_gradients import Preconditioner
from groundup.core.linear import preconditioners
from groundup.core.linear.objective import ScoreObjective
from groundup.core.optimize import newton
from groundup.core.optimize.objective import Iterate
from groundup.core.rows import Samples
from groundup.core.types import Array

ROUNDING = float(np.finfo(np.float32).eps)
MAX_STEPS = 100  # After these, steps in double precision go on.
FIRST_STEPS = 8  # Steps before the pace of the predicted decreases says anything.
STEPS_IN_METRIC = 8  # Steps that usually lead to the minimum in a metric near to the Hessian.
SAFETY = 0.1  # Part of the tolerance to which the steps go.
COLUMNS_PER_SCORE = 1  # Up to these, the matrix of a bound of the Hessian takes no longer than a gradient.


@dataclass(frozen=True)
class NearMinimum:
    """Where the steps in single precision end.

    Parameters
    ----------
    iterate : Iterate
        Parameters and the memory of L-BFGS.
    metric : callable
        Approximate inverse Hessian.
    """

    iterate: Iterate
    metric: Preconditioner

    def resumed(self, objective: ScoreObjective) -> Iterate:
        """Return the iterate with value and gradient of the objective in double precision."""
        w = self.iterate.w
        return Iterate(w, *objective(w), self.iterate.memory, self.iterate.decrease)


def minimum(objective: ScoreObjective, theta: Array | None, tolerance: float, *, by_slope: bool) -> NearMinimum | None:
    """Return a minimum in single precision by L-BFGS; None where that precision does not represent the columns.

    The first metric is a diagonal one, which is enough for columns that are hardly correlated. Where the decreases
    that the steps predict fall too slowly, the Hessian of a subsample takes its place as soon as it saves time.

    Parameters
    ----------
    objective : ScoreObjective
        The objective in double precision.
    theta : ndarray of shape (p, t), optional
        Where to begin; zero by default.
    tolerance : float
        Decrease that is still possible at the minimum, relative to the objective.
    by_slope : bool
        Whether the length of the gradient has to prove that.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        single = in_single_precision(objective)
        metric, cost = _first_metric(single), preconditioners.gradients_of_hessian(single)
        iterate = newton.initial(single, single.zero() if theta is None else theta)
        steps = newton.lbfgs(single, iterate, metric, ROUNDING)
        predicted: list[float] = []
        while len(predicted) < MAX_STEPS and iterate.step > 0 and np.isfinite(iterate.value):
            iterate = next(steps)
            predicted.append(iterate.decrease)
            goal = SAFETY * tolerance * single.scale(float(iterate.value))
            if iterate.decrease <= goal and not (by_slope and _slope_bound(single, iterate) > goal / SAFETY / 2):
                break
            if cost < MAX_STEPS and _steps_to(goal, predicted) > cost + STEPS_IN_METRIC:
                metric, cost = preconditioners.hessian_of_subsample(single, iterate.w), inf
                steps = newton.lbfgs(single, iterate, metric, ROUNDING)
    if not (np.isfinite(iterate.value) and np.isfinite(iterate.gradient).all()):
        return None
    return NearMinimum(iterate, metric)


def in_single_precision(objective: ScoreObjective) -> ScoreObjective:
    """Return the same objective of the rows in single precision: a copy, if they are not."""
    rows = objective.rows
    X = rows.X
    if X.dtype != np.float32 or not isinstance(X, np.ndarray):
        X = np.empty(X.shape, np.float32)
        for part in rows.slices():
            X[part] = rows.X[part]
    y = rows.y.astype(np.int16) if objective.outputs == 1 else rows.y  # small integers leave the precision as it is
    weight = None if rows.weight is None else rows.weight.astype(np.float32)
    blocks = rows.block_rows if objective.outputs == 1 else 4 * rows.block_rows
    return replace(objective, rows=Samples(X, y, weight, block_rows=blocks, mapper=rows.mapper), single=True)


def _first_metric(single: ScoreObjective) -> Preconditioner:
    p, t = single.zero().shape
    if p <= COLUMNS_PER_SCORE * t:
        return preconditioners.curvature_bound(single)
    return preconditioners.diagonal(single)


def _slope_bound(objective: ScoreObjective, iterate: Iterate) -> float:
    """Bound of the gap by strong convexity.  eq. logistic_regression:gap"""
    return float(np.vdot(iterate.gradient, iterate.gradient)) / (2 * objective.l2)


def _steps_to(goal: float, predicted: list[float]) -> float:
    """Number of further steps at the pace of the last half of the steps; none as long as these are few."""
    if len(predicted) < FIRST_STEPS or not predicted[-1] > goal:
        return 0.0
    half = len(predicted) // 2
    pace = log(predicted[-1 - half] / predicted[-1]) / half
    return log(predicted[-1] / goal) / pace if pace > 0 else inf
