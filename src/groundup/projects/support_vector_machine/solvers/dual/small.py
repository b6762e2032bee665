"""A dual problem of a few thousand variables whose kernel values are at hand, solved by pairs."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.problem import FLAT, Dual, DualState

OFTEN = 8  # Pairs between two looks at the violation.


@dataclass(eq=False)
class Small:
    """A dual problem in ``β = s α``, whose sums are constant and whose bounds are low and high.

    Parameters
    ----------
    table : ndarray of shape (q, q)
        Kernel values, in single or double precision.
    beta, low, high : list of float
        Variables and their bounds: numbers of Python are quicker than entries of arrays where one at a time is read.
    rise, fall : ndarray of shape (q,)
        Derivative of the objective with respect to β; of variables that cannot rise +∞, that cannot fall −∞. A pair is
        found by a minimum and a maximum, without masks.
    groups : list of slice
        The variables of each sum.
    """

    table: Array
    beta: list[float]
    low: list[float]
    high: list[float]
    rise: Array
    fall: Array
    groups: list[slice]

    @classmethod
    def of(cls, problem: Dual, state: DualState, chosen: tuple[Array, ...], table: Array) -> "Small":
        """Return the problem of the variables chosen for each sum."""
        groups = [slice(*ends) for ends in pairwise(accumulate(map(len, chosen), initial=0))]
        index = np.concatenate(chosen)
        sign = problem.sign[index]
        beta, bound, slope = sign * state.alpha[index], sign * problem.upper[index], sign * state.gradient[index]
        low, high = np.minimum(bound, 0.0), np.maximum(bound, 0.0)
        rise = np.where(beta < high, slope, np.inf).astype(table.dtype)
        fall = np.where(beta > low, slope, -np.inf).astype(table.dtype)
        return cls(table, beta.tolist(), low.tolist(), high.tolist(), rise, fall, groups)

    def free(self) -> int:
        """Return the number of variables between their bounds."""
        return sum(low < beta < high for low, beta, high in zip(self.low, self.beta, self.high, strict=True))

    def descend(self, tol: float, most: int) -> int:
        """Move pairs until the violation is at most `tol`, or `most` pairs have moved; return how many have.

        A pair is the variable that violates most, and the one that gains most with it: ``(difference)² / curvature``.
        eq. support_vector_machine:working-set, eq. support_vector_machine:two-variables
        """
        table, beta, low, high, rise, fall = self.table, self.beta, self.low, self.high, self.rise, self.fall
        subtract, multiply, add, rows = np.subtract, np.multiply, np.add, list(table)
        half, flat = np.diagonal(table) / 2, np.array([FLAT], rise.dtype)
        gain, change, number = np.empty_like(rise), np.empty_like(rise), np.empty(1, rise.dtype)
        parts = [(part.start, part, rise[part], fall[part], gain[part]) for part in self.groups]
        weights: list[Array | None] = [None] * len(beta)
        for moved in range(most):
            begin, part, ups, downs, gains = parts[0] if len(parts) == 1 else max(parts, key=violation)
            i = begin + int(ups.argmin())
            number[0] = rise[i]
            subtract(downs, number, gains)
            if moved % OFTEN == 0 and gains[gains.argmax()] <= tol:
                return moved
            weight = weights[i]
            if weight is None:  # kept for the next time; a table of all would be as large as that of the kernel
                weight = weights[i] = inverse_roots(rows[i], half, half[i], flat)[part]
            multiply(gains, weight, gains)
            best = int(gains.argmax())
            j, t = begin + best, float(gains[best]) * float(weight[best]) / 2
            if not t > 0:
                return moved
            own, other = beta[i], beta[j]
            room, space = high[i] - own, other - low[j]
            if own <= low[i]:
                fall[i] = rise[i]
            if other >= high[j]:
                rise[j] = fall[j]
            t = min(t, room, space)
            beta[i], beta[j] = own + t, other - t
            subtract(rows[i], rows[j], change)
            number[0] = t
            multiply(change, number, change)
            add(rise, change, rise)  # eq. support_vector_machine:score-update
            add(fall, change, fall)
            if t == room:
                beta[i], rise[i] = high[i], np.inf
            if t == space:
                beta[j], fall[j] = low[j], -np.inf
        return most


def violation(part: tuple[int, slice, Array, Array, Array]) -> float:
    """Return the largest difference of the derivatives of a pair of one sum."""
    return float(part[3].max() - part[2].min())


def inverse_roots(row: Array, half: Array, own: float, flat: Array) -> Array:
    """Return ``√(2 / curvature)`` along the pairs of a variable with all others."""
    result = half + own
    result -= row
    np.maximum(result, flat, out=result)
    np.sqrt(result, out=result)
    return np.reciprocal(result, out=result)
