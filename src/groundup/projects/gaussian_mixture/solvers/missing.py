"""E-step for rows with missing entries.

Rows that lack the same columns are taken together. What is observed of a row decides on its responsibilities; of what
is missing, the M-step needs the mean and the covariance given what is observed, which are known for a normal
distribution. So no value is made up, and the likelihood is that of the observed entries.

Source: Ghahramani and Jordan, Supervised learning from incomplete data via an EM approach, NIPS 1993.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from groundup.core.functions import logsumexp_and_softmax
from groundup.core.rows import parts
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance, lower_inverse
from groundup.projects.gaussian_mixture.solvers.expectation import BLOCK_NUMBERS, Mixture, Samples, averaged
from groundup.projects.gaussian_mixture.solvers.moments import Moments


@record
class Pattern:
    """Rows that lack the same columns.

    Parameters
    ----------
    rows : ndarray of int of shape (m,)
        Their numbers.
    seen, unseen : ndarray of int
        Numbers of the columns that they have, and that they lack.
    """

    rows: Array
    seen: Array
    unseen: Array


def patterns(X: Array) -> Sequence[Pattern]:
    """Return the rows by the columns that they lack; NaN stands for a missing entry."""
    present, place = np.unique(~np.isnan(X), axis=0, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(place.ravel()))[:-1])
    return [
        Pattern(rows, np.flatnonzero(mask), np.flatnonzero(~mask)) for rows, mask in zip(groups, present, strict=True)
    ]


def conditioned(covariances: Array, means: Array, pattern: Pattern, x: Array) -> tuple[Array, Array, Array]:
    """Return log-densities of what is seen, differences from the means, and covariances of what is not.

    Parameters
    ----------
    covariances : ndarray of shape (K, d, d)
        Covariance matrices.
    means : ndarray of shape (K, d)
        Means.
    pattern : Pattern
        Which columns are seen.
    x : ndarray of shape (m, d)
        Rows; their unseen entries may be anything.

    Returns
    -------
    log_density : ndarray of shape (K, m)
        Of the seen entries.
    differences : ndarray of shape (K, d, m)
        From the means; of unseen entries their expectation.
    spread : ndarray of shape (K, u, u)
        Covariance of the unseen entries given the seen ones.

    eq. gaussian_mixture:conditional
    """
    seen, unseen = pattern.seen, pattern.unseen
    differences = np.empty((len(means), x.shape[1], len(x)))
    differences[:, seen] = away = x[:, seen].T - means[:, seen, None]
    W = lower_inverse(np.linalg.cholesky(covariances[:, seen[:, None], seen]))
    white = W @ away
    log_root = np.log(np.diagonal(W, axis1=1, axis2=2)).sum(axis=1) - 0.5 * len(seen) * np.log(2 * np.pi)
    log_density = log_root[:, None] - 0.5 * (white**2).sum(axis=1)
    cross = covariances[:, unseen[:, None], seen] @ np.swapaxes(W, 1, 2)  # with the whitened seen entries
    differences[:, unseen] = cross @ white
    spread = covariances[:, unseen[:, None], unseen] - cross @ np.swapaxes(cross, 1, 2)
    return log_density, differences, spread


def joint_by_pattern(
    kind: Covariance, mixture: Mixture, X: Array, origin: Array, groups: Sequence[Pattern]
) -> Iterator[tuple[Pattern, Array, Array, Array]]:
    """Yield patterns, in blocks of rows, with the log-probabilities of rows and components.

    What `conditioned` returns follows them.
    """
    covariances = kind.matrices(mixture.covariances, *mixture.means.shape)
    with np.errstate(divide="ignore"):
        log_weights = np.log(mixture.weights)[:, None]
    length = max(1, BLOCK_NUMBERS // (2 * mixture.means.size))
    for group in groups:
        for part in parts(len(group.rows), length):
            pattern = replace(group, rows=group.rows[part])
            x = X[pattern.rows].astype(np.float64) - origin
            log_density, differences, spread = conditioned(covariances, mixture.means, pattern, x)
            yield pattern, log_weights + log_density, differences, spread


def expect_missing(
    kind: Covariance, mixture: Mixture, samples: Samples, groups: Sequence[Pattern]
) -> tuple[Moments, float]:
    """Return the moments of each component's samples, and the mean log-density of what is seen.

    eq. gaussian_mixture:completed

    Raises
    ------
    numpy.linalg.LinAlgError
        If a covariance is not positive definite.
    """
    K, d = mixture.means.shape
    size, total, square, value = np.zeros(K), np.zeros((K, d)), np.zeros((K, d, d)), 0.0
    for pattern, joint, differences, spread in joint_by_pattern(kind, mixture, samples.X, samples.origin, groups):
        marginal, share = logsumexp_and_softmax(joint, axis=0)
        weight = np.ones(len(pattern.rows)) if samples.weight is None else samples.weight[pattern.rows]
        share *= weight
        value += float(marginal @ weight)
        size += share.sum(axis=1)
        total += (differences * share[:, None]).sum(axis=2)
        square += (differences * share[:, None]) @ np.swapaxes(differences, 1, 2)
        square[:, pattern.unseen[:, None], pattern.unseen] += share.sum(axis=1)[:, None, None] * spread
    moments = Moments(mixture.means, size, total, kind.of_products(square))
    return averaged(moments, samples.total), value / samples.total
