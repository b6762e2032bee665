"""Weighted moments of the samples of each component, about a reference point of its own.

Squares of large numbers cancel when a small variance is computed from them. So moments are taken about points near the
means: the means of all rows, or the component's mean of the iteration before.
"""

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array


@record
class Moments:
    """What the M-step needs of the samples.

    Parameters
    ----------
    reference : ndarray of shape (K, d)
        The points from which samples are measured.
    size : ndarray of shape (K,)
        Sum of the responsibilities, times the weights of the rows.
    total : ndarray of shape (K, d)
        Sum of the differences from the reference.
    square : ndarray of shape (K, d, d), (1, d, d), (K, d) or (K,)
        Sum of their products, for each component or of all; of their squares; or of their squared lengths.
    """

    reference: Array
    size: Array
    total: Array
    square: Array

    def means(self) -> Array:
        """Return the mean of each component, (K, d).  eq. gaussian_mixture:means"""
        return self.reference + self.total / self.size[:, None]

    def scatter(self) -> Array:
        """Return `square` about the means: covariances times `size`.  eq. gaussian_mixture:covariances"""
        mean = self.total / self.size[:, None]
        return self.square - self._products(mean)

    def about(self, reference: Array) -> "Moments":
        """Return the moments about other points."""
        step = self.reference - reference
        mean = self.total / np.where(self.size > 0, self.size, 1.0)[:, None]
        square = self.square - self._products(mean) + self._products(mean + step)
        return Moments(reference, self.size, self.total + self.size[:, None] * step, square)

    def scaled(self, factor: float) -> "Moments":
        """Return the moments for weights of the rows that are `factor` times as large."""
        return Moments(self.reference, factor * self.size, factor * self.total, factor * self.square)

    def mixed_with(self, other: "Moments", share: float) -> "Moments":
        """Return ``(1 − share) · self + share · other``, about the reference of `other`.

        eq. gaussian_mixture:stepwise
        """
        mine = self.about(other.reference)
        parts = ((mine.size, other.size), (mine.total, other.total), (mine.square, other.square))
        return Moments(other.reference, *((1 - share) * old + share * new for old, new in parts))

    def _products(self, point: Array) -> Array:
        """Return `square` of as many samples at one point each."""
        if self.square.ndim == 3:
            products = self.size[:, None, None] * point[:, :, None] * point[:, None, :]
            return products if len(self.square) == len(point) else products.sum(axis=0, keepdims=True)
        squares = self.size[:, None] * point**2
        return squares if self.square.ndim == 2 else squares.sum(axis=1)
