"""E-step: responsibilities, block by block, and the moments that the M-step needs.

Two routes lead there. The quick one writes log-densities as linear functions of the products of columns: one matrix
product for all components gives the densities, another one the moments, 6 to 14 times as fast as one component after
the other. It subtracts large numbers where a component is small and far from the middle of the data; there the other
one measures each sample from each mean.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from groundup.core.constants import EPS
from groundup.core.functions import logsumexp_and_softmax
from groundup.core.rows import Rows
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.moments import Moments

LEAST = EPS**2  # Added to the share of every component, so that an empty one keeps its mean.
QUICK_ERROR = 1e-9  # Largest bound of the error of a log-density by the quick route; the error is a thousandth of it.
NEVER = -1e300  # Log-probability of a component of weight zero: a product with −∞ would be NaN.
BLOCK_NUMBERS = 1 << 18  # Numbers of a block's features, two MiB: they stay in the cache.


@record
class Mixture:
    """Parameters of a mixture; means are measured from the origin of the rows.

    Parameters
    ----------
    weights : ndarray of shape (K,)
        Probabilities of the components.
    means : ndarray of shape (K, d)
        Means of the components.
    covariances : ndarray
        Shaped by the kind of covariance.
    """

    weights: Array
    means: Array
    covariances: Array


@dataclass(frozen=True)
class Samples:
    """Rows to which a mixture is fitted.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows, in the user's units; NaN stands for a missing entry.
    weight : ndarray of shape (n,) or None
        Their weights.
    origin : ndarray of shape (d,)
        Means of the columns, from which rows are measured.
    radius : ndarray of shape (d,)
        Largest distance of an entry from there.
    total : float
        Sum of the weights.
    """

    X: Array
    weight: Array | None
    origin: Array
    radius: Array
    total: float

    @cached_property
    def products(self) -> Array:
        """Sum of the products of the columns of all rows, (1, d (d + 1) / 2)."""
        d = len(self.origin)
        sums = in_blocks(self, 2 * d).sum(_products, self.origin)
        return np.asarray(sums[np.triu_indices(d)][None])


def log_densities(kind: Covariance, mixture: Mixture, whitener: Array, x: Array) -> Array:
    """Return the log-probability of each sample with each component, (K, m).  eq. gaussian_mixture:joint

    Parameters
    ----------
    x : ndarray of shape (d, m)
        Samples in columns.
    """
    constant = constants(kind, mixture, whitener)
    result = np.empty((len(constant), x.shape[1]))
    for k, mean in enumerate(mixture.means):
        white = kind.whitened(whitener, k, x - mean[:, None])
        result[k] = constant[k] - 0.5 * np.einsum("ij,ij->j", white, white)
    return result


def constants(kind: Covariance, mixture: Mixture, whitener: Array) -> Array:
    """Return the log-probability of each component with its own mean, (K,); −∞ for a weight of zero."""
    d = mixture.means.shape[1]
    with np.errstate(divide="ignore"):
        return np.log(mixture.weights) + kind.log_roots(whitener, d) - 0.5 * d * np.log(2 * np.pi)


def quick_error(kind: Covariance, whitener: Array, radius: Array) -> float:
    """Return a bound of the rounding error of a log-density by the quick route."""
    farthest = kind.products(radius[:, None])[:, 0]
    return float(EPS * (np.abs(kind.quadratic(whitener)) @ farthest).max())


def feature_weights(kind: Covariance, mixture: Mixture, whitener: Array) -> Array:
    """Return the weights of products, columns and 1 in the log-densities of the components, (K, p + d + 1).

    What all components share cancels in responsibilities, and is left out.

    eq. gaussian_mixture:features
    """
    linear = kind.linear(whitener, mixture.means)
    constant = constants(kind, mixture, whitener) - 0.5 * (linear * mixture.means).sum(axis=1)
    own = [linear, np.maximum(constant, NEVER)[:, None]]
    return np.hstack(own if kind.shared else [kind.quadratic(whitener), *own])


def _quick(kind: Covariance, weights: Array, X: Array, weight: Array | None, origin: Array) -> tuple[Array, float]:
    """Return the sums of features of each component, and the log-likelihood, of one block."""
    d = len(origin)
    features = np.ones((weights.shape[1], len(X)))
    x = np.subtract(X.T, origin[:, None], out=features[-d - 1 : -1])
    if not kind.shared:
        kind.products(x, out=features[: -d - 1])
    value, share = logsumexp_and_softmax(weights @ features, axis=0)
    if weight is None:
        return share @ features.T, float(value.sum())
    return (share * weight) @ features.T, float(value @ weight)


def expect(kind: Covariance, mixture: Mixture, samples: Samples, floor: float) -> tuple[Moments, float]:
    """Return the moments of each component's share of the samples, and the mean log-density of the samples.

    Where a new covariance is small next to the distances from which it would be computed, these are measured again,
    from the new means.

    eq. gaussian_mixture:responsibilities, gaussian_mixture:log-likelihood

    Parameters
    ----------
    kind : Covariance
        Kind of the covariances.
    mixture : Mixture
        The parameters.
    samples : Samples
        The rows.
    floor : float
        What the M-step adds to every variance.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a covariance is not positive definite.
    """
    whitener = kind.whitener(mixture.covariances)
    if quick_error(kind, whitener, samples.radius) <= QUICK_ERROR:
        moments, value = quick(kind, mixture, whitener, samples)
        away = samples.radius
    else:
        moments, value = accurate(kind, mixture, whitener, samples, mixture.means)
        away = np.abs(moments.means() - mixture.means).max(axis=0)
    if loses_digits(kind, moments, floor, away):
        moments, value = accurate(kind, mixture, whitener, samples, moments.means())
    return moments, value


def loses_digits(kind: Covariance, moments: Moments, floor: float, away: Array) -> bool:
    """Whether covariances lose digits because samples were measured from points as far `away` as that."""
    try:
        whitener = kind.whitener(kind.estimated(moments, floor))
    except np.linalg.LinAlgError:
        return True
    return quick_error(kind, whitener, away) > QUICK_ERROR


def quick(kind: Covariance, mixture: Mixture, whitener: Array, samples: Samples) -> tuple[Moments, float]:
    """Return moments and log-density by two matrix products for each block."""
    weights, d = feature_weights(kind, mixture, whitener), len(samples.origin)
    sums, value = in_blocks(samples, weights.shape[1]).sum(partial(_quick, kind, weights), samples.origin)
    p = weights.shape[1] - d - 1
    products = sums[:, :p]
    if kind.shared:
        products = samples.products
        value += float((kind.quadratic(whitener) @ products.T).sum())
    size = sums[:, -1]
    reference = np.where(size[:, None] > LEAST, 0.0, mixture.means)  # an empty component keeps its mean
    moments = Moments(reference, size, sums[:, p:-1], kind.square(products, d))
    return averaged(moments, samples.total), value / samples.total


def accurate(
    kind: Covariance, mixture: Mixture, whitener: Array, samples: Samples, reference: Array
) -> tuple[Moments, float]:
    """Return moments and log-density with each sample measured from the means, and from a reference near them."""
    rows = in_blocks(samples, (len(mixture.means) + 2) * len(samples.origin))
    *sums, value = rows.sum(partial(_accurate, kind, mixture, whitener, reference), samples.origin)
    return averaged(Moments(reference, *sums), samples.total), value / samples.total


def averaged(moments: Moments, total: float) -> Moments:
    """Return the moments a unit of weight.

    To every share LEAST is added, so that an empty component has a mean.
    """
    scaled = moments.scaled(1 / total)
    return Moments(scaled.reference, scaled.size + LEAST, scaled.total, scaled.square)


def _accurate(
    kind: Covariance,
    mixture: Mixture,
    whitener: Array,
    reference: Array,
    X: Array,
    weight: Array | None,
    origin: Array,
) -> tuple[Array, Array, Array, float]:
    """Return size, total and square about the reference, and the log-likelihood, of one block."""
    x = np.subtract(X, origin, dtype=np.float64).T
    value, share = logsumexp_and_softmax(log_densities(kind, mixture, whitener, x), axis=0)
    if weight is not None:
        share *= weight
    total, square = [], []
    for point, part in zip(reference, share, strict=True):
        differences = x - point[:, None]
        total.append(differences @ part)
        square.append(kind.products(differences) @ part)
    squares = kind.square(np.array(square), len(origin))
    return share.sum(axis=1), np.array(total), squares, float(value.sum() if weight is None else value @ weight)


def _products(X: Array, weight: Array | None, origin: Array) -> Array:
    x = np.subtract(X, origin, dtype=np.float64)
    return np.asarray(x.T @ (x if weight is None else x * weight[:, None]))


def in_blocks(samples: Samples, width: int) -> Rows:
    """Return the rows in blocks for which `width` numbers a row fit the cache."""
    return Rows(samples.X, samples.weight, block_rows=max(1, BLOCK_NUMBERS // width))
