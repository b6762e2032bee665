"""What a loss is: value, negative gradient, where to start, and the best step of each leaf."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.medians import grouped_quantile

TINY = 1e-150  # Sum of second derivatives below which all rows of a leaf are certain.


def mean(values: Array, weight: Array | None) -> float:
    """Return the weighted mean."""
    return float(values.mean() if weight is None else weight @ values / weight.sum())


def leaf_sums(values: Array, leaf: Array, weight: Array | None, m: int) -> Array:
    """Return the weighted sum of the values of each of m nodes."""
    return np.bincount(leaf, weights=values if weight is None else values * weight, minlength=m)


def quantile(values: Array, weight: Array | None, share: float) -> tuple[float, float]:
    """Return the lower and the upper weighted quantile."""
    low, high = grouped_quantile(values, np.zeros(len(values), np.intp), weight, share, 1)
    return float(low[0]), float(high[0])


def middle(values: Array, weight: Array | None, share: float) -> float:
    """Return the middle between the lower and the upper weighted quantile."""
    low, high = quantile(values, weight, share)
    return low / 2 + high / 2


@dataclass(frozen=True)
class Loss:
    """Base of the losses: K scores F of shape (K, n) are compared with targets y of shape (n,).

    Parameters
    ----------
    alpha : float, default=0.9
        The quantile of `Quantile` and `Huber`.
    K : int, default=1
        Number of scores of a row.
    """

    alpha: float = 0.9
    K: int = 1

    falls: ClassVar[bool] = False  # Whether no tree can raise it, with a learning rate of at most 1.
    unit: ClassVar[float] = 1.0  # Part of `value` that has these gradients: half of it, where the loss is doubled.

    @property
    def share(self) -> float | None:
        """The quantile of the residuals that is the best step; None where Newton's step is taken."""
        return None

    def at(self, y: Array, F: Array, weight: Array | None) -> Self:
        """Return the loss with what it takes from the residuals of an iteration."""
        return self

    def value(self, y: Array, F: Array, weight: Array | None) -> float:
        """Return the mean loss, on the scale of scikit-learn's ``train_score_``."""
        raise NotImplementedError

    def start(self, y: Array, weight: Array | None) -> Array:
        """Return the best constant scores, of shape (K,)."""
        raise NotImplementedError

    def link(self, prediction: Array) -> Array:
        """Return the scores, of shape (K, n), for what another model predicts."""
        return prediction.astype(np.float64).reshape(1, -1)

    def prediction(self, F: Array) -> Array:
        """Return what a regressor predicts, of shape (n,)."""
        return np.asarray(F[0])

    def residuals(self, y: Array, F: Array) -> Array:
        """Return the negative gradient, of shape (K, n)."""
        raise NotImplementedError

    def curvature(self, y: Array, r: Array) -> Array | None:
        """Return the second derivative for negative gradients r; None where it is one, or taken for one."""
        return None

    def steps(self, y: Array, F: Array, r: Array, leaf: Array, weight: Array | None, m: int) -> Array:
        """Return the step of each of m nodes; any number for one without rows.

        eq. gradient_boosting:leaf

        Parameters
        ----------
        y, F, r : ndarray of shape (n,)
            Targets, scores and negative gradients of the rows; y is 0 or 1 for the class of the scores.
        leaf : ndarray of int of shape (n,)
            Nodes of the rows.
        weight : ndarray of shape (n,) or None
            Weights of the rows.
        m : int
            Number of nodes.
        """
        raise NotImplementedError


def newton(r: Array, h: Array, leaf: Array, weight: Array | None, m: int) -> Array:
    """Return the Newton steps of the nodes; 0 where all rows are certain.  eq. gradient_boosting:leaf"""
    top, bottom = (leaf_sums(values, leaf, weight, m) for values in (r, h))
    size = leaf_sums(np.ones(len(r)), leaf, weight, m)
    certain = bottom <= TINY * size  # also where there are no rows
    return np.where(certain, 0.0, top / np.where(certain, 1.0, bottom))


def leaf_quantiles(values: Array, leaf: Array, weight: Array | None, share: float, m: int) -> Array:
    """Return the lower and the upper quantile of each node's values, of shape (2, m); 0 for one without rows."""
    nodes, group = np.unique(leaf, return_inverse=True)
    found = np.zeros((2, m))
    found[:, nodes] = grouped_quantile(values, group, weight, share, len(nodes))
    return found
