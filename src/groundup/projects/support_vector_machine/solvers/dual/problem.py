"""The dual problem of all kernel machines, its states and its optimality conditions.

Minimise ``½ αᵀQα + pᵀα`` with ``0 ≤ α_i ≤ C_i`` and ``Σ s_i α_i = Δ``, where ``Q_ij = s_i s_j K(x_i, x_j)``.
Classifiers have a variable for each row, regressions two. The machines with ν fix the sum of each sign's α by itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from groundup.core.constants import EPS
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.support_vector_machine.solvers.dual.kernel_rows import KernelRows

ROUNDING = 64 * EPS  # Of a score, relative to the sum of the absolute values of its terms.
FLAT = 1e-12  # Curvature along a pair that is not positive is replaced by this number, as in LIBSVM.


@record
class DualState:
    """Variables after some steps.

    Parameters
    ----------
    alpha : ndarray of shape (m,)
        Variables, within their bounds.
    gradient : ndarray of shape (m,)
        ``Qα + p``, in double precision.
    objective : float
        ``½ αᵀQα + pᵀα``.
    violation : float
        Largest violation of the optimality conditions.
    pair : tuple of int
        The variables of the last step; () before the first step, and for a solver that moves many at a time.
    iteration : int
        Number of steps.
    converged : bool
        Whether the violation is within the tolerance.
    """

    alpha: Array
    gradient: Array
    objective: float
    violation: float
    pair: tuple[int, ...]
    iteration: int
    converged: bool


@dataclass(frozen=True, eq=False)
class Dual:
    """A dual problem.

    Parameters
    ----------
    kernel : KernelRows
        The n training rows.
    sign : ndarray of shape (m,)
        s, of entries 1.0 and −1.0.
    linear : ndarray of shape (m,)
        p.
    upper : ndarray of shape (m,)
        C_i > 0.
    start : ndarray of shape (m,)
        Variables within their bounds; steps along pairs keep the sum Δ that they have.
    separate : bool, default=False
        Whether the α of each sign keep their sum, so that both variables of a pair have the same sign.
    row : ndarray of int of shape (m,), optional
        Row of each variable; None if variable i belongs to row i.
    """

    kernel: KernelRows
    sign: Array
    linear: Array
    upper: Array
    start: Array
    separate: bool = False
    row: Array | None = None

    def coefficients(self, alpha: Array) -> Array:
        """Return ``Σ s α`` over the variables of each row, (n,): its weight in the decision function."""
        if self.row is None:
            return self.sign * alpha
        return np.bincount(self.row, self.sign * alpha, len(self.kernel))

    def gradient(self, alpha: Array) -> Array:
        """Return ``Qα + p``, computed from the kernel."""
        return self.product(alpha) + self.linear

    def product(self, alpha: Array, dtype: Any = np.float64) -> Array:
        """Return ``Qα``, computed from kernel values of some precision."""
        values = self.kernel.products(self.coefficients(alpha), dtype)
        return self.sign * (values if self.row is None else values[self.row])

    def objective(self, alpha: Array, gradient: Array) -> float:
        """Return ``½ αᵀQα + pᵀα``."""
        return float(alpha @ (gradient + self.linear)) / 2

    def row_of(self, i: int) -> int:
        """Return the row of the kernel that variable i belongs to."""
        return i if self.row is None else int(self.row[i])

    @property
    def groups(self) -> tuple[Any, ...]:
        """Which variables share a sum: all, or those of each sign."""
        return (self.sign > 0, self.sign < 0) if self.separate else (slice(None),)

    def scores(self, alpha: Array, gradient: Array) -> tuple[Array, Array]:
        """Return ``−s g`` for the variables that may move up (others −∞) and down (others ∞).

        Moving up means that ``s α`` grows.  eq. support_vector_machine:violation
        """
        score = -self.sign * gradient
        below, above = alpha < self.upper, alpha > 0
        positive = self.sign > 0
        up = np.where(np.where(positive, below, above), score, -np.inf)
        down = np.where(np.where(positive, above, below), score, np.inf)
        return up, down

    def rounding(self, alpha: Array) -> float:
        """Return the violation of the optimality conditions that rounding explains."""
        terms = np.abs(self.coefficients(alpha)).sum() * np.abs(self.kernel.diagonal).max()
        return ROUNDING * float(terms + np.abs(self.linear).max())

    def violation(self, alpha: Array, gradient: Array) -> float:
        """Return by how much the optimality conditions are violated; not positive at an optimum.

        eq. support_vector_machine:violation
        """
        up, down = self.scores(alpha, gradient)
        return max(float(up[group].max(initial=-np.inf) - down[group].min(initial=np.inf)) for group in self.groups)

    def levels(self, alpha: Array, gradient: Array) -> tuple[float, ...]:
        """Return the multiplier of each sum: one number, or that of the positive and of the negative signs.

        It is the mean of ``−s g`` over the free variables; where none is free, the midpoint of the interval of possible
        multipliers.  eq. support_vector_machine:bias
        """
        up, down = self.scores(alpha, gradient)
        found = []
        for group in self.groups:
            free = np.isfinite(up[group]) & np.isfinite(down[group])
            if free.any():
                found.append(float(up[group][free].mean()))
                continue
            ends = [x for x in (float(up[group].max()), float(down[group].min())) if np.isfinite(x)]
            found.append(sum(ends) / len(ends))
        return tuple(found)

    def first(self, tol: float) -> DualState:
        """Return the state before the first step."""
        gradient = self.gradient(self.start) if self.start.any() else self.linear.astype(np.float64)
        violation = self.violation(self.start, gradient)
        value = self.objective(self.start, gradient)
        return DualState(self.start, gradient, value, violation, (), 0, violation <= tol)


Solver: TypeAlias = Callable[[Dual, float, int, DualState | None], Iterator[DualState]]
"""``solver(problem, tol, max_iter, start)`` yields states until one has converged or `max_iter` steps are taken.

With `start`, a state yielded earlier, it goes on from there to the same states, bit for bit. A `max_iter` of −1 sets
no limit. The first state yielded is that after some steps; where none is possible it is `problem.first(tol)`.
"""
