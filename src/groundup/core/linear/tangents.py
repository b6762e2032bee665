"""A bound of the excess from tangents of the losses that touch at other points for some of the rows.

A convex loss lies above each of its tangents. The duality gap takes them where the iterate is, and with only the penalty
to curve the lower bound it is far larger than the excess: by the ratio of the largest curvature to the penalty's. If
the tangents of a subsample touch where Newton's step on these rows alone leads, their sum has no slope left, and the
bound is the excess times about the number of rows per row of the subsample. It takes a part of a pass over the data.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from groundup.core.linalg.conjugate_gradients import Preconditioner
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.products import scores, times_rows
from groundup.core.types import Array

ROWS_DIVISOR = 16  # Rows per row of the subsample.
ROWS_PER_PARAMETER = 4  # Subsample rows per parameter of a score; fewer do not determine a step.
SMALLEST_DIVISOR = 2  # Steps on more than n / 2 rows are not worth their time.
MAX_PRODUCTS = 40  # Products with the subsample's Hessian, of which a dozen cost as much as a gradient.
ROUNDING = 1e-13  # The tangents' slope by the intercept is zero when it is below this part of the total weight.


@dataclass(frozen=True)
class Tangents:
    """Lower bounds of an objective with an L2 penalty and no L1 penalty.

    Parameters
    ----------
    objective : ScoreObjective
        The objective.
    metric : callable or None
        Approximate inverse Hessian. Without one, only the intercept is moved.
    """

    objective: ScoreObjective
    metric: Preconditioner | None

    @cached_property
    def part(self) -> ScoreObjective:
        """The penalty and the losses of the subsample."""
        n, p = len(self.objective.rows), len(self.objective.zero())
        size = max(n // ROWS_DIVISOR, min(n, ROWS_PER_PARAMETER * p)) if self.moves else max(1, n // ROWS_DIVISOR)
        rows = np.random.default_rng(0).choice(n, size, replace=False, shuffle=False)
        return replace(self.objective, rows=self.objective.rows.take(rows))

    @cached_property
    def moves(self) -> bool:
        """Whether the subsample has enough rows for a step of its own."""
        n, p = len(self.objective.rows), len(self.objective.zero())
        return self.metric is not None and SMALLEST_DIVISOR * ROWS_PER_PARAMETER * p <= n

    def gap(self, theta: Array, gradient: Array, allowed: float) -> float:
        """Return a bound of the objective minus its minimum; infinite where none within `allowed` is found.

        eq. logistic_regression:tangents

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
        step = self._step(Z, gradient, share, allowed)
        if step is None:
            return inf
        moved = Z + scores(X, *part.split(step))
        moved_value, moved_slope = part.loss.value_and_slope(moved, y)
        rest = gradient + part.gather(*_sums(X, (moved_slope - slope) * share))
        for _ in range(20):
            if self.objective.center is None or np.abs(rest[-1]).max() <= ROUNDING * self.objective.C * self.objective.total:
                break
            curvature = part.C * part.loss.mean_curvature(moved, share)
            moved = moved - np.linalg.lstsq(curvature, rest[-1], rcond=1e-10)[0][:, None]
            moved_value, moved_slope = part.loss.value_and_slope(moved, y)
            rest = gradient + part.gather(*_sums(X, (moved_slope - slope) * share))
        else:
            return inf
        rise = value - moved_value + (moved_slope * (moved - Z)).sum(axis=0)
        d = self.objective.n_features
        return float(part.C * (share @ np.maximum(rise, 0)) + np.vdot(rest[:d], rest[:d]) / (2 * part.l2))

    def _step(self, Z: Array, gradient: Array, share: Array, allowed: float) -> Array | None:
        """Step towards the minimum by conjugate gradients, as far as the bound needs; None if it has to be too large."""
        part, l2, d = self.part, self.objective.l2, self.objective.n_features
        step, residual, energy = np.zeros_like(gradient), gradient, 0.0
        curve = part.loss.curve_at(Z)
        direction, last = np.zeros_like(gradient), inf
        for _ in range(MAX_PRODUCTS if self.moves else 0):
            rest = residual[:d]
            if energy + np.vdot(rest, rest) / (2 * l2) <= allowed / 2:
                break
            z = self.metric(residual)
            power = float(np.vdot(residual, z))
            direction = z + power / last * direction
            image = part.gather(*_sums(part.rows.X, curve(scores(part.rows.X, *part.split(direction))) * share))
            image += part.l2_gradient(direction)
            curvature = float(np.vdot(direction, image))
            if not curvature > 0:
                break
            last, length = power, power / curvature
            step, residual, energy = step - length * direction, residual - length * image, energy + length * power / 2
            if energy > allowed:
                return None
        return step


def _sums(X: Array, slope: Array) -> tuple[Array, Array]:
    return times_rows(slope, X), slope.sum(axis=1)
