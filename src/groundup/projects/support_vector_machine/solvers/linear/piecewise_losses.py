"""Losses of linear machines: linear or quadratic beyond a margin, and zero within it.

A loss acts on residuals r, which are ``1 − y z`` for classes y of ±1 and ``y − z`` for numbers. It is the largest
``u r − ψ(u)`` over forces u in an interval, where ψ, the conjugate, is ``ε |u|``, plus ``u² / 4c`` for squared losses.
Subtracting ``δ (u − u₀)² / 2`` as well rounds off its kinks: that is the proximal term of the dual problem.
"""

from dataclasses import dataclass

import numpy as np

from groundup.core.optimize.penalties import soft_threshold
from groundup.core.types import Array


@dataclass(frozen=True, eq=False)
class PiecewiseLoss:
    """``c · max(|r| − ε, 0)`` or, if `squared`, ``c · max(|r| − ε, 0)²``; for classes with r in the place of ``|r|``.

    Parameters
    ----------
    c : float or ndarray of shape (n,)
        Weight of each row.
    epsilon : float
        Residuals up to ε cost nothing; 0 for classes.
    squared : bool
        Whether the excess is squared.
    two_sided : bool
        Whether residuals of both signs cost: numbers, not classes.
    """

    c: Array | float
    epsilon: float
    squared: bool
    two_sided: bool

    def excess(self, r: Array) -> Array:
        """Return what exceeds the margin, at least zero."""
        return np.maximum((np.abs(r) if self.two_sided else r) - self.epsilon, 0.0)

    def value(self, r: Array) -> float:
        """Return the loss of all rows together."""
        excess = self.excess(r)
        return float(np.sum(self.c * (excess * excess if self.squared else excess)))

    def conjugate(self, u: Array) -> Array:
        """Return ψ(u) for forces within the interval."""
        psi = self.epsilon * np.abs(u)
        return psi + u * (u / (4 * self.c)) if self.squared else psi  # the square of a tiny c would be zero

    def force(self, r: Array, center: Array | None, width: float) -> tuple[Array, Array]:
        """Return the maximising force of each row, and its derivative by the residual.

        Parameters
        ----------
        r : ndarray of shape (n,)
            Residuals.
        center : ndarray of shape (n,) or None
            Forces u₀ that the proximal term keeps near; None without that term, which a squared loss does not need.
        width : float
            Length of the rounded part of a loss with kinks, ``δ = width / c``; of a squared loss, the share of c that
            counts.
        """
        if self.squared:
            stiffness = 2 * self.c * width
            u = stiffness * (soft_threshold(r, self.epsilon) if self.two_sided else np.maximum(r, 0.0))
            return u, np.where(u != 0, stiffness, 0.0)
        stiffness = self.c / width
        v = r if center is None else r + center / stiffness
        u = stiffness * soft_threshold(v, self.epsilon, positive=not self.two_sided)
        free = (u != 0) & (np.abs(u) < self.c)
        return np.clip(u, -self.c, self.c), np.where(free, stiffness, 0.0)

    def bounded(self, u: Array) -> Array:
        """Return the nearest forces within the interval."""
        low = -np.inf if self.two_sided else 0.0
        return np.clip(u, low, np.inf) if self.squared else np.clip(u, np.maximum(low, -self.c), self.c)

    def gap(self, r: Array, u: Array) -> float:
        """Return the sum of ``loss(r) + ψ(u) − u r``, of which no term is negative."""
        excess = self.excess(r)
        loss = self.c * (excess * excess if self.squared else excess)
        return float(np.maximum(loss + self.conjugate(u) - u * r, 0.0).sum())
