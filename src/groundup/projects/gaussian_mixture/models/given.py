"""Parameters that users give as a start: their checks."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES, CovarianceType, lower_inverse

NORMALIZED = 1e-8  # By how much the sum of weights may differ from 1; for single precision 1e-6.


def given_weights(weights: Any, K: int) -> Array:
    """Return weights of K components.

    Raises
    ------
    ValueError
        For another number of them, outside [0, 1], and if they do not sum to 1.
    """
    array = _numbers(weights, (K,), "weights")
    if (array < 0).any() or (array > 1).any():
        raise ValueError(
            "The parameter 'weights' should be in the range [0, 1], but got max value "
            f"{array.max():.5f}, min value {array.min():.5f}"
        )
    tolerance = 1e-6 if np.asarray(weights).dtype == np.float32 else NORMALIZED
    if abs(1 - array.sum()) > tolerance:
        raise ValueError(f"The parameter 'weights' should be normalized, but got sum(weights) = {array.sum():.5f}")
    return array


def given_means(means: Any, K: int, d: int) -> Array:
    """Return means of K components in d columns."""
    return _numbers(means, (K, d), "means")


def given_precisions(precisions: Any, kind: CovarianceType, K: int, d: int) -> Array:
    """Return inverses of covariances, of the shape of their kind."""
    return _numbers(precisions, COVARIANCES[kind].shape(K, d), f"{kind} precision")


def inverted(precisions: Array, kind: CovarianceType) -> Array:
    """Return the covariances whose inverses are given.

    Raises
    ------
    ValueError
        For numbers that are not positive, and for matrices that are not symmetric and positive definite.
    """
    if kind in ("diag", "spherical"):
        if not (precisions > 0).all():
            raise ValueError(f"'{kind} precision' should be positive")
        return 1 / precisions
    symmetric = np.allclose(precisions, np.swapaxes(precisions, -1, -2))
    if not symmetric or not (np.linalg.eigvalsh(precisions) > 0).all():
        raise ValueError(f"'{kind} precision' should be symmetric, positive-definite")
    root = lower_inverse(np.linalg.cholesky(precisions))
    return np.asarray(np.swapaxes(root, -1, -2) @ root)


def _numbers(values: Any, shape: tuple[int, ...], name: str) -> Array:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"The parameter '{name}' should be numbers in rows of equal length: {error}.") from error
    if array.shape != shape:
        raise ValueError(f"The parameter '{name}' should have the shape of {shape}, but got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"The parameter '{name}' should be finite numbers, but got NaN or infinity")
    return array
