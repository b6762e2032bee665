"""Standard units of a data set's features."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array


@dataclass(frozen=True)
class Scale:
    """Standard units: each feature less its mean, divided by its standard deviation.

    Parameters
    ----------
    mean, std : ndarray of shape (d,)
        In the user's units; a feature without spread has a `std` of 1.
    """

    mean: Array
    std: Array

    @classmethod
    def of(cls, X: Array) -> "Scale":
        """Return the scale of the columns of X, of shape (n, d), whatever is missing (NaN)."""
        mean, spread = (np.nanmean, np.nanstd) if np.isnan(X).any() else (np.mean, np.std)
        std = spread(X, axis=0)
        return cls(mean(X, axis=0), np.where(std > 0, std, 1.0))

    def apply(self, X: Array) -> Array:
        """Return rows in standard units."""
        return (X - self.mean) / self.std

    def undo(self, Z: Array) -> Array:
        """Return rows in the user's units."""
        return Z * self.std + self.mean

    def weights(self, coef: Array, intercept: Array | float) -> tuple[Array, Array]:
        """Return the weights for rows in the user's units that give the same linear function.

        Parameters
        ----------
        coef : ndarray of shape (d,) or (k, d)
            Weights of rows in standard units.
        intercept : float or ndarray of shape (k,)
            Their intercept.

        Returns
        -------
        coef : ndarray, of the same shape
        intercept : ndarray, of the same shape
        """
        weights = np.asarray(coef) / self.std
        return weights, np.asarray(intercept) - weights @ self.mean
