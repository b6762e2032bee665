"""A bound of the gap from tangents of the losses that touch elsewhere for a subsample of the rows.

A convex loss lies above each of its tangents. The duality gap takes the tangents where the iterate is; then only the
penalty curves the lower bound, which is too low by the ratio of the largest curvature of the objective to that of the
penalty. If the tangents of a subsample touch where a step of Newton's on these rows alone leads, the slopes add up to
almost nothing, and the bound is the gap times about the number of rows per row of the subsample.

For two classes and the penalty ½‖w‖²: let the tangents of some rows touch at the scores z + u instead of z (for the
others u = 0). Tangents and penalty add up to a parabola in w and the intercept, of curvature 1 in w, whose slope at the
current point is ``G = g + C Σ s (σ(z + u) − σ(z)) x``. Where its entry for the intercept is 0, it falls by at most
½‖G‖², so that

    J − J* ≤ C Σ s (ψ(z) − ψ(z + u) + u σ(z + u)) + ½‖G‖²,

whatever u is. Newton's step of the subsample, ``u = −xᵀ H_S⁻¹ g`` with the losses not scaled up, makes G small; to
second order the bound is then ``½ gᵀ H_S⁻¹ g``.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from groundup.core.linalg.conjugate_gradients import Preconditioner
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.products import scores, times_rows
from groundup.core.linear.table import converted
from groundup.core.types import Array

FEWEST_ROWS = 2000  # With fewer rows, steps take less time than they save.
ROWS_DIVISOR = 16  # Rows per row of the subsample.
ROWS_PER_PARAMETER = 4  # Subsample rows per parameter of a score; fewer do not determine a step.
SMALLEST_DIVISOR = 2  # A subsample of more than n / 2 rows is not worth its time.
MAX_PRODUCTS = 40  # Products with the subsample's Hessian; a dozen take as long as a gradient.
ROUNDING = 1e-13  # The slopes by the intercept add up to zero when they are below this part of the total weight.


@dataclass(frozen=True)
class Tangents:
    """Lower bounds of an objective with an L2 penalty alone.

    Parameters
    ----------
    objective : ScoreObjective
        The objective.
    metric : callable
        Approximate inverse Hessian.
    """

    objective: ScoreObjective
    metric: Preconditioner

    @classmethod
    def of(cls, objective: ScoreObjective, metric: Preconditioner | None) -> "Tangents | None":
        """Return the bounds of an objective, or None where they do not exist or are not worth their time."""
        if metric is None or objective.l1 or not objective.l2:
            return None
        return cls(objective, metric) if suffice_for_a_step(objective) else None

    @cached_property
    def part(self) -> ScoreObjective:
        """The penalty, and the losses of the subsample."""
        n, p = len(self.objective.rows), len(self.objective.zero())
        size = max(n // ROWS_DIVISOR, ROWS_PER_PARAMETER * p)
        rows = np.random.default_rng(0).choice(n, size, replace=False, shuffle=False)  # none of them twice
        return converted(replace(self.objective, rows=self.objective.rows.take(rows)))

    def gap(self, theta: Array, gradient: Array, allowed: float) -> float:
        """Return a bound of the objective minus its minimum; infinite where none within `allowed` is found.

        Parameters
        ----------
        theta : ndarray of shape (p, t)
            Parameters.
        gradient : ndarray of shape (p, t)
            Gradient of the objective there.
        allowed : float
            Largest bound that is of use.
        """
        part = self.part
        X, y, weight = part.rows.X, part.rows.y, part.rows.weight
        share = np.ones(len(y)) if weight is None else weight
        Z = scores(X, *part.split(theta))
        value, slope = part.loss.value_and_slope(Z, y)
        step = self._step(Z, share, gradient, allowed)
        if step is None:
            return inf
        touch = Z + scores(X, *part.split(step))
        for _ in range(20):
            lower, new_slope = part.loss.value_and_slope(touch, y)
            rest = gradient + _gathered(part, (new_slope - slope) * share)
            if part.center is None or np.abs(rest[-1]).max() <= ROUNDING * part.C * self.objective.total:
                break
            curvature = part.C * part.loss.mean_curvature(touch, share)
            touch = touch - np.linalg.lstsq(curvature, rest[-1], rcond=1e-10)[0][:, None]
        else:
            return inf
        above = value - lower + (new_slope * (touch - Z)).sum(axis=0)  # of the loss over its tangent
        w = rest[: part.n_features]
        return float(part.C * (share @ np.maximum(above, 0)) + np.vdot(w, w) / (2 * part.l2))

    def _step(self, Z: Array, share: Array, gradient: Array, allowed: float) -> Array | None:
        """Newton's step on the subsample by conjugate gradients, as far as the bound needs it; None if it is too long.

        To second order, the bound is the energy of the step plus the squared residual over twice the penalty.
        """
        part, d = self.part, self.part.n_features
        curve = part.loss.curve_at(Z)
        step, residual, energy = np.zeros_like(gradient), gradient, 0.0
        direction, last = np.zeros_like(gradient), inf
        for _ in range(MAX_PRODUCTS):
            if energy > allowed:
                return None
            if energy + np.vdot(residual[:d], residual[:d]) / (2 * part.l2) <= allowed / 2:
                break
            z = self.metric(residual)
            power = float(np.vdot(residual, z))
            direction = z + power / last * direction
            image = _gathered(part, curve(scores(part.rows.X, *part.split(direction))) * share)
            image += part.l2_gradient(direction)
            curvature = float(np.vdot(direction, image))
            if not curvature > 0:
                break
            length, last = power / curvature, power
            step, residual, energy = step - length * direction, residual - length * image, energy + length * power / 2
        return step


def suffice_for_a_step(objective: ScoreObjective) -> bool:
    """Return whether a subsample can determine a step of all parameters of a score, and saves time."""
    return max(FEWEST_ROWS, SMALLEST_DIVISOR * ROWS_PER_PARAMETER * len(objective.zero())) <= len(objective.rows)


def _gathered(part: ScoreObjective, slope: Array) -> Array:
    return part.gather(times_rows(slope, part.rows.X), slope.sum(axis=1))
