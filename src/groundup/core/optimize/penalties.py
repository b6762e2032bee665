"""Penalties that make coefficients exactly zero.

Each has a value, a proximal operator, and a measure of the violation of the optimality conditions.

A penalised problem is ``loss(w) + penalty(w)`` with a smooth loss. Solvers see the penalty through these methods only,
so that each solver works with every penalty here.

Sources: Tibshirani (1996); Zou and Hastie (2005) for the elastic net; Yuan and Lin (2006) for groups; Moreau (1965) for
the proximal operator.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.types import Array


@dataclass(frozen=True)
class Penalty:
    """``l1 · |w|₁ + l2/2 · ‖w‖²``, optionally for non-negative coefficients.

    Parameters
    ----------
    l1, l2 : float or ndarray, default=0
        Weights of the two norms; an array is broadcast against w, so that an intercept can have weight zero.
    positive : bool, default=False
        Whether all coefficients must be non-negative.
    """

    l1: Any = 0.0
    l2: Any = 0.0
    positive: bool = False

    def restricted_to(self, index: Any) -> "Penalty":
        """Return the penalty of the coefficients ``w[index]`` alone."""
        if np.ndim(self.l1) == np.ndim(self.l2) == 0:
            return self
        return replace(self, l1=_part(self.l1, index), l2=_part(self.l2, index))

    def value(self, w: Array) -> Array:
        """Return the penalty of each column of `w`: () for (d,), (t,) for (d, t)."""
        total: Array = (self.l1 * np.abs(w) + self.l2 / 2 * w**2).sum(0)
        return np.where((w < 0).any(0), np.inf, total) if self.positive else total

    def prox(self, v: Array, step: Any) -> Array:
        """Return the minimiser of ``‖w − v‖² / (2 step) + penalty(w)``, with exact zeros.

        `step` is a number, or an array of the shape of `v`.

        eq. regularized_regression:soft-threshold
        """
        return np.asarray(soft_threshold(v, step * self.l1, self.positive) / (1 + step * self.l2))

    def gradient(self, w: Array) -> Array:
        """Return the gradient of the smooth part, ``l2 · w``."""
        return np.asarray(self.l2 * w)

    def slope_size(self, slope: Array) -> Array:
        """Return the size of the negative gradient.

        A zero coefficient stays zero while this is at most `l1`.
        """
        return np.maximum(slope, 0) if self.positive else np.abs(slope)

    def violation(self, w: Array, gradient: Array) -> Array:
        """Return each coordinate's distance of ``−gradient`` from the subdifferential.

        All are 0 at the minimum.

        Parameters
        ----------
        w : ndarray of shape (d,) or (d, t)
            Coefficients, non-negative if `positive`.
        gradient : ndarray of the same shape
            Gradient of the loss at `w`.

        Returns
        -------
        ndarray of the same shape
        """
        slope = -gradient - self.gradient(w)  # eq. regularized_regression:subgradient
        away: Array = np.abs(slope - self.l1 * np.sign(w))
        return np.where(w != 0, away, np.maximum(self.slope_size(slope) - self.l1, 0))


@dataclass(frozen=True)
class GroupPenalty:
    """``l1 · Σ ‖W[j]‖₂ + l2/2 · ‖W‖²``.

    A row of W, one feature's coefficients for all targets, is zero as a whole.

    Parameters
    ----------
    l1, l2 : float or ndarray of shape (d, 1), default=0
        Weights of the two norms.
    """

    l1: Any = 0.0
    l2: Any = 0.0

    def restricted_to(self, index: Any) -> "GroupPenalty":
        """Return the penalty of the rows ``W[index]`` alone."""
        return replace(self, l1=_part(self.l1, index), l2=_part(self.l2, index))

    def value(self, W: Array) -> Array:
        """Return the penalty of `W` as a whole, of shape ().

        Its columns are not separate problems.
        """
        size = lengths(W)
        return np.asarray((self.l1 * size + self.l2 / 2 * size**2).sum())

    def prox(self, V: Array, step: Any) -> Array:
        """Return the minimiser of ``‖W − V‖² / (2 step) + penalty(W)``.

        Whole rows of it are exactly zero.

        eq. regularized_regression:group-threshold
        """
        size = lengths(V)
        shrunk = soft_threshold(size, step * self.l1, positive=True) / np.where(size > 0, size, 1)
        return np.asarray(V * shrunk / (1 + step * self.l2))

    def gradient(self, W: Array) -> Array:
        """Return the gradient of the smooth part, ``l2 · W``."""
        return np.asarray(self.l2 * W)

    def slope_size(self, slope: Array) -> Array:
        """Return the length of each row of the negative gradient, (d, 1).

        A zero row stays zero up to `l1`.
        """
        return lengths(slope)

    def violation(self, W: Array, gradient: Array) -> Array:
        """Return each row's distance of ``−gradient`` from the subdifferential, (d, 1)."""
        slope, size = -gradient - self.gradient(W), lengths(W)
        away = lengths(slope - self.l1 * W / np.where(size > 0, size, 1))
        return np.where(size > 0, away, np.maximum(self.slope_size(slope) - self.l1, 0))


def soft_threshold(v: Array, threshold: Any, positive: bool = False) -> Array:
    """Move `v` towards zero by `threshold`, and stop at zero.

    eq. regularized_regression:soft-threshold
    """
    above = np.maximum(v - threshold, 0.0)
    return np.asarray(above if positive else above + np.minimum(v + threshold, 0.0))


def lengths(W: Array) -> Array:
    """Return the Euclidean lengths of the rows of `W`, of shape (d, 1)."""
    squares: Array = np.einsum("ij,ij->i", W, W)
    return np.sqrt(squares)[:, None]


def _part(weight: Any, index: Any) -> Any:
    return weight if np.ndim(weight) == 0 else weight[index]
