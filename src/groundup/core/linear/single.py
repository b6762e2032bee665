"""The minimum in single precision, from which a gradient or two in double precision lead to the minimum.

A gradient in single precision takes half of the time or less. Its rounding errors differ from row to row, and their sum
hardly matters to a step; what is claimed of the result is computed in double precision.
"""

from collections.abc import Iterator
from dataclasses import replace
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
MAX_STEPS = 40  # After these, steps in double precision go on.
FIRST_STEPS = 8  # Steps before the pace of the predicted decreases says anything.
STEPS_IN_METRIC = 8  # Steps that usually lead to the minimum in a metric near to the Hessian.
SAFETY = 0.1  # Part of the tolerance to which the steps go.
COLUMNS_PER_SCORE = 1  # Up to these, the matrix of a bound of the Hessian takes no longer than a gradient.


class SingleSteps:
    """Steps of L-BFGS in single precision, from a start to near the minimum.

    The first metric is a diagonal one, which is enough for columns that are hardly correlated. Where the decreases
    that the steps predict fall too slowly, the Hessian of a subsample takes its place as soon as it saves time.

    Parameters
    ----------
    objective : ScoreObjective
        The objective in double precision.
    theta : ndarray of shape (p, t), optional
        Where to begin; zero by default.
    tolerance : float
        Decrease that may be left in the end, relative to the objective.
    by_slope : bool
        Whether the length of the gradient has to prove that.
    """

    def __init__(self, objective: ScoreObjective, theta: Array | None, tolerance: float, *, by_slope: bool) -> None:
        self.objective, self.tolerance, self.by_slope = objective, tolerance, by_slope
        with np.errstate(over="ignore", invalid="ignore"):
            self.single = in_single_precision(objective)
            self.metric = _first_metric(self.single)
            first = newton.initial(self.single, objective.zero() if theta is None else theta)
        self.start = replace(first, rounding=ROUNDING)

    @property
    def possible(self) -> bool:
        """Whether single precision represents the columns."""
        return _is_finite(self.start)

    def approximate_step(self, gradient: Array) -> Array:
        """Return the product of the present approximate inverse Hessian with a gradient."""
        return self.metric(gradient)

    def following(self, iterate: Iterate) -> Iterator[Iterate]:
        """Yield the iterates after a given one, and at the end the last of them in double precision.

        The metric depends on earlier iterates, so the steps before the given one are taken again, if there are any.
        """
        last, told = self.start, _same(self.start, iterate)
        for last in self._iterates():
            if told:
                yield last
            told = told or _same(last, iterate)
        if told:
            yield Iterate(last.w, *self.objective(last.w), last.memory, last.decrease)

    def _iterates(self) -> Iterator[Iterate]:
        predicted: list[float] = []
        iterate, cost = self.start, preconditioners.gradients_of_hessian(self.single)
        steps = newton.lbfgs(self.single, iterate, self.metric)
        while len(predicted) < MAX_STEPS:
            with np.errstate(over="ignore", invalid="ignore"):
                iterate = next(steps)
            if iterate.step == 0 or not _is_finite(iterate):
                break
            yield iterate
            predicted.append(iterate.decrease)
            goal = SAFETY * self.tolerance * self.single.scale(float(iterate.value))
            if iterate.decrease <= goal and not (
                self.by_slope and _slope_bound(self.single, iterate) > goal / SAFETY / 2
            ):
                break
            if cost < MAX_STEPS and _steps_to(goal, predicted) > cost + STEPS_IN_METRIC:
                self.metric, cost = preconditioners.hessian_of_subsample(self.single, iterate.w), inf
                steps = newton.lbfgs(self.single, iterate, self.metric)


def _is_finite(iterate: Iterate) -> bool:
    return bool(np.isfinite(iterate.value) and np.isfinite(iterate.gradient).all())


def _same(one: Iterate, other: Iterate) -> bool:
    return one.rounding == other.rounding and np.array_equal(one.w, other.w)


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
