"""The four kinds of covariance matrices: full, one for all components, diagonal, spherical.

A kind says which products of the columns of a sample it needs, and how parameters follow from their sums.
Log-densities are linear in these products, so that E-step and M-step are one matrix product each for all components.
"""

# ruff: noqa: D102 - methods are described once, in the base class

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np

from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.moments import Moments

CovarianceType = Literal["full", "tied", "diag", "spherical"]


class Covariance(ABC):
    """A kind of covariance matrices; arrays are shaped as scikit-learn's attributes of the kind."""

    shared: ClassVar[bool] = False  # Whether all components have the same covariance.

    @abstractmethod
    def shape(self, K: int, d: int) -> tuple[int, ...]:
        """Return the shape of the covariances of K components in d columns."""

    @abstractmethod
    def free(self, K: int, d: int) -> int:
        """Return how many numbers they hold that may be chosen.  eq. gaussian_mixture:parameters"""

    @abstractmethod
    def estimated(self, moments: Moments, floor: float) -> Array:
        """Return the covariances of the samples, with `floor` added to every variance.

        eq. gaussian_mixture:kinds, gaussian_mixture:floor
        """

    @abstractmethod
    def raised(self, covariance: Array, by: float) -> Array:
        """Return the covariances with `by` added to every variance."""

    @abstractmethod
    def whitener(self, covariance: Array) -> Array:
        """Return W such that the covariance of ``W x`` is the unit matrix: a lower triangle, or its diagonal.

        Raises
        ------
        numpy.linalg.LinAlgError
            If a covariance is not positive definite.
        """

    @abstractmethod
    def of_whitener(self, whitener: Array) -> Array:
        """Return the covariances of which these are the whiteners."""

    @abstractmethod
    def matrices(self, covariance: Array, K: int, d: int) -> Array:
        """Return the covariance matrices, (K, d, d)."""

    @abstractmethod
    def whitened(self, whitener: Array, k: int, differences: Array) -> Array:
        """Return ``W x`` of component k for differences x from its mean, (d, m)."""

    @abstractmethod
    def log_roots(self, whitener: Array, d: int) -> Array:
        """Return half the logarithm of the determinant of the precision of each component."""

    @abstractmethod
    def products(self, x: Array, out: Array | None = None) -> Array:
        """Return the products of columns that `Moments.square` sums, (p, m), for x of shape (d, m).

        They are written to `out` if it is given.
        """

    @abstractmethod
    def quadratic(self, whitener: Array) -> Array:
        """Return the weights of the products in the log-density, (K, p), or (1, p) of a shared covariance."""

    @abstractmethod
    def linear(self, whitener: Array, means: Array) -> Array:
        """Return ``precision @ mean`` of each component, (K, d)."""

    @abstractmethod
    def of_products(self, products: Array) -> Array:
        """Return `Moments.square` for sums of the products of all columns, (K, d, d)."""

    @abstractmethod
    def coordinates(self, covariance: Array) -> Array:
        """Return numbers without limits that stand for covariances, of the same shape.

        Raises
        ------
        numpy.linalg.LinAlgError
            If a covariance is not positive definite.
        """

    @abstractmethod
    def at_coordinates(self, numbers: Array) -> Array:
        """Return the covariances for which numbers stand: the inverse of `coordinates`."""

    @abstractmethod
    def square(self, sums: Array, d: int) -> Array:
        """Return `Moments.square` for sums of products, (K, p)."""


class Full(Covariance):
    """A matrix for each component, (K, d, d)."""

    def shape(self, K: int, d: int) -> tuple[int, ...]:
        return K, d, d

    def free(self, K: int, d: int) -> int:
        return K * d * (d + 1) // 2

    def estimated(self, moments: Moments, floor: float) -> Array:
        return self.raised(moments.scatter() / moments.size[:, None, None], floor)

    def raised(self, covariance: Array, by: float) -> Array:
        return covariance + by * np.eye(covariance.shape[-1])

    def whitener(self, covariance: Array) -> Array:
        return lower_inverse(np.linalg.cholesky(covariance))

    def of_whitener(self, whitener: Array) -> Array:
        root = lower_inverse(whitener)
        return np.asarray(root @ np.swapaxes(root, -1, -2))

    def matrices(self, covariance: Array, K: int, d: int) -> Array:
        return np.broadcast_to(covariance, (K, d, d))

    def whitened(self, whitener: Array, k: int, differences: Array) -> Array:
        return np.asarray(whitener[k] @ differences)

    def log_roots(self, whitener: Array, d: int) -> Array:
        return np.log(np.diagonal(whitener, axis1=-2, axis2=-1)).sum(axis=-1)

    def products(self, x: Array, out: Array | None = None) -> Array:
        d, start = len(x), 0
        result = np.empty((d * (d + 1) // 2, x.shape[1])) if out is None else out
        for j in range(d):  # the products of column j with itself and those after it
            np.multiply(x[j], x[j:], out=result[start : start + d - j])
            start += d - j
        return result

    def quadratic(self, whitener: Array) -> Array:
        W = np.atleast_3d(whitener.T).T  # also of one matrix for all components
        precision = W.transpose(0, 2, 1) @ W
        upper = np.triu_indices(W.shape[-1])
        return precision[:, *upper] * np.where(upper[0] == upper[1], -0.5, -1.0)  # x_i x_j stands for x_j x_i too

    def linear(self, whitener: Array, means: Array) -> Array:
        white = whitener @ means[:, :, None]
        return (np.swapaxes(whitener, -1, -2) @ white)[:, :, 0]

    def of_products(self, products: Array) -> Array:
        return products

    def coordinates(self, covariance: Array) -> Array:
        L, diagonal = np.linalg.cholesky(covariance), np.arange(covariance.shape[-1])
        L[..., diagonal, diagonal] = np.log(L[..., diagonal, diagonal])
        return np.asarray(L)

    def at_coordinates(self, numbers: Array) -> Array:
        L, diagonal = np.tril(numbers), np.arange(numbers.shape[-1])
        L[..., diagonal, diagonal] = np.exp(L[..., diagonal, diagonal])
        return np.asarray(L @ np.swapaxes(L, -1, -2))

    def square(self, sums: Array, d: int) -> Array:
        result, upper = np.empty((len(sums), d, d)), np.triu_indices(d)
        result[:, *upper] = result[:, *upper[::-1]] = sums
        return result


class Tied(Full):
    """One matrix for all components, (d, d)."""

    shared = True

    def shape(self, K: int, d: int) -> tuple[int, ...]:
        return d, d

    def free(self, K: int, d: int) -> int:
        return d * (d + 1) // 2

    def estimated(self, moments: Moments, floor: float) -> Array:
        return self.raised(moments.scatter()[0] / moments.size.sum(), floor)

    def whitened(self, whitener: Array, k: int, differences: Array) -> Array:
        return np.asarray(whitener @ differences)

    def of_products(self, products: Array) -> Array:
        return products.sum(axis=0, keepdims=True)

    def square(self, sums: Array, d: int) -> Array:
        return super().square(sums, d).sum(axis=0, keepdims=True)


class Diagonal(Covariance):
    """A variance for each column of each component, (K, d)."""

    def shape(self, K: int, d: int) -> tuple[int, ...]:
        return K, d

    def free(self, K: int, d: int) -> int:
        return K * d

    def estimated(self, moments: Moments, floor: float) -> Array:
        return self.raised(moments.scatter() / moments.size[:, None], floor)

    def raised(self, covariance: Array, by: float) -> Array:
        return covariance + by

    def whitener(self, covariance: Array) -> Array:
        require_positive(covariance)
        return 1 / np.sqrt(covariance)

    def of_whitener(self, whitener: Array) -> Array:
        return whitener**-2.0

    def matrices(self, covariance: Array, K: int, d: int) -> Array:
        return covariance[:, :, None] * np.eye(d)

    def whitened(self, whitener: Array, k: int, differences: Array) -> Array:
        return whitener[k][:, None] * differences

    def log_roots(self, whitener: Array, d: int) -> Array:
        return np.log(whitener).sum(axis=1)

    def products(self, x: Array, out: Array | None = None) -> Array:
        return np.square(x, out=out)

    def quadratic(self, whitener: Array) -> Array:
        return -0.5 * whitener**2

    def linear(self, whitener: Array, means: Array) -> Array:
        return whitener**2 * means

    def of_products(self, products: Array) -> Array:
        return np.diagonal(products, axis1=1, axis2=2)

    def coordinates(self, covariance: Array) -> Array:
        require_positive(covariance)
        return np.log(covariance)

    def at_coordinates(self, numbers: Array) -> Array:
        return np.exp(numbers)

    def square(self, sums: Array, d: int) -> Array:
        return sums


class Spherical(Diagonal):
    """One variance for each component, (K,)."""

    def shape(self, K: int, d: int) -> tuple[int, ...]:
        return (K,)

    def free(self, K: int, d: int) -> int:
        return K

    def estimated(self, moments: Moments, floor: float) -> Array:
        return self.raised(moments.scatter() / (moments.size * moments.total.shape[1]), floor)

    def matrices(self, covariance: Array, K: int, d: int) -> Array:
        return covariance[:, None, None] * np.eye(d)

    def whitened(self, whitener: Array, k: int, differences: Array) -> Array:
        return whitener[k] * differences

    def log_roots(self, whitener: Array, d: int) -> Array:
        return d * np.log(whitener)

    def products(self, x: Array, out: Array | None = None) -> Array:
        return np.asarray(np.sum(np.square(x), axis=0, keepdims=True, out=out))

    def quadratic(self, whitener: Array) -> Array:
        return -0.5 * whitener[:, None] ** 2

    def linear(self, whitener: Array, means: Array) -> Array:
        return whitener[:, None] ** 2 * means

    def of_products(self, products: Array) -> Array:
        return np.trace(products, axis1=1, axis2=2)

    def square(self, sums: Array, d: int) -> Array:
        return sums[:, 0]


COVARIANCES: Mapping[CovarianceType, Covariance] = {
    "full": Full(),
    "tied": Tied(),
    "diag": Diagonal(),
    "spherical": Spherical(),
}


def lower_inverse(L: Array) -> Array:
    """Return the inverses of lower triangular matrices of shape (..., d, d), exactly triangular."""
    return np.tril(np.linalg.solve(L, np.broadcast_to(np.eye(L.shape[-1]), L.shape)))


def require_positive(variances: Array) -> None:
    """Raise LinAlgError for a variance that is not positive."""
    if not (variances > 0).all():
        raise np.linalg.LinAlgError("a variance is not positive")
