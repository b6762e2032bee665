"""First responsibilities, and the mixture that follows from them."""

from functools import partial
from typing import Literal

import numpy as np

from groundup import KMeans, kmeans_plusplus
from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.expectation import BLOCK_NUMBERS, Samples, averaged
from groundup.projects.gaussian_mixture.solvers.moments import Moments

InitParams = Literal["kmeans", "k-means++", "random", "random_from_data"]


def responsibilities(init: InitParams, X: Array, weight: Array | None, K: int, generator: np.random.Generator) -> Array:
    """Return first responsibilities, (n, K).

    Parameters
    ----------
    init : {"kmeans", "k-means++", "random", "random_from_data"}
        Clusters of k-means; one row for each component, far from each other or any; random numbers.
    X : ndarray of shape (n, d)
        Rows without missing entries.
    weight : ndarray of shape (n,) or None
        Their weights.
    K : int
        Number of components.
    generator : numpy.random.Generator
        Source of random numbers.
    """
    n = len(X)
    if init == "random":
        share = generator.uniform(size=(n, K))
        return np.asarray(share / share.sum(axis=1, keepdims=True))
    share = np.zeros((n, K))
    if init == "kmeans":
        seed = int(generator.integers(2**31))
        labels = KMeans(K, n_init=1, tol=0, random_state=seed).fit(X, sample_weight=weight).labels_
        share[np.arange(n), labels] = 1
        return share
    if init == "k-means++":
        seed = int(generator.integers(2**31))
        _, chosen = kmeans_plusplus(X, K, sample_weight=weight, random_state=seed)
    else:
        present = np.arange(n) if weight is None else np.flatnonzero(weight)
        chosen = generator.choice(present, size=K, replace=False)
    share[chosen, np.arange(K)] = 1
    return share


def moments_of(kind: Covariance, samples: Samples, share: Array) -> Moments:
    """Return the moments of each component's samples about their means, for given responsibilities."""
    K = share.shape[1]
    rows = Rows(samples.X, share, samples.weight, block_rows=max(1, BLOCK_NUMBERS // (K * samples.X.shape[1])))
    size, total = rows.sum(_sums, samples.origin)
    means = total / np.where(size > 0, size, 1.0)[:, None]
    total, square = rows.sum(partial(_squares, kind), samples.origin, means)
    moments = Moments(means, size, total, kind.square(square, len(samples.origin)))
    return averaged(moments, samples.total)


def _sums(X: Array, share: Array, weight: Array | None, origin: Array) -> tuple[Array, Array]:
    share = share.T if weight is None else share.T * weight
    return share.sum(axis=1), share @ (X - origin)


def _squares(
    kind: Covariance, X: Array, share: Array, weight: Array | None, origin: Array, means: Array
) -> tuple[Array, Array]:
    share, x = share.T if weight is None else share.T * weight, (X - origin).T
    differences = [x - mean[:, None] for mean in means]
    total = np.array([away @ part for away, part in zip(differences, share, strict=True)])
    return total, np.array([kind.products(away) @ part for away, part in zip(differences, share, strict=True)])
