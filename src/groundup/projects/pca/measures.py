"""Scores of fitted projections, ours or the reference's: what they leave, what they explain, how likely rows are."""

from math import isfinite, nan
from typing import Any

import numpy as np

from groundup.core.kernels import Kernel
from groundup.core.types import Array
from groundup.data.dataset import Dataset

ROUNDING = 1e-14  # Length of a remainder, relative to the rows, that is rounding.


def reconstruction_error(model: Any, data: Dataset) -> float:
    """Return the mean squared distance of the rows from the points that stand for them.  eq. pca:error"""
    if not isinstance(data.X, np.ndarray):  # Sparse rows are never centred, so that lengths split by Pythagoras.
        along = np.square(model.transform(data.X)).sum()
        return max(float(np.square(data.X.data).sum() - along), 0.0) / data.X.shape[0]
    left = float(np.nansum(np.square(residual(model, data))))
    return left / len(data.X) if left > ROUNDING**2 * np.nansum(np.square(data.X)) else 0.0


def residual(model: Any, data: Dataset) -> Array:
    """Return the rows less the points of the subspace that stand for them; NaN for a missing entry."""
    return np.asarray(data.X - model.inverse_transform(model.transform(data.X)))


def distance_to_the_mean(learned: Dataset, rows: Dataset) -> float:
    """Return the mean squared distance to the mean: the error without any axis."""
    return float(np.nansum(np.square(rows.X - np.nanmean(learned.X, axis=0)), axis=1).mean())


def distance_to_zero(learned: Dataset, rows: Dataset) -> float:
    """Return the mean squared length of the rows: the error without any axis where nothing is centred."""
    entries = rows.X if isinstance(rows.X, np.ndarray) else rows.X.data
    return float(np.square(entries).sum()) / rows.X.shape[0]


def explained(model: Any, data: Dataset) -> float:
    """Return the share of the variance that the axes explain.  eq. pca:share"""
    return float(np.sum(model.explained_variance_ratio_))


def log_density(model: Any, data: Dataset) -> float:
    """Return the mean log-density of a row under probabilistic PCA; NaN where there is no density."""
    if not hasattr(model, "score_samples"):
        return nan
    value = float(np.mean(model.score_samples(data.X)))
    return value if isfinite(value) else nan


def left_in_kernel_space(model: Any, data: Dataset) -> float:
    """Return the mean squared distance from the subspace in the space of the kernel.  eq. pca:kernel"""
    table = kernel_table(model, data.X)
    total = float(np.trace(table) - table.mean() * len(table))
    return max(total - float(np.sum(model.eigenvalues_)), 0.0) / len(table)


def explained_in_kernel_space(model: Any, data: Dataset) -> float:
    """Return the share of the variance in the space of the kernel that the axes explain."""
    left, found = left_in_kernel_space(model, data), float(np.sum(model.eigenvalues_)) / len(data.X)
    return found / (left + found) if left + found > 0 else nan


def kernel_table(model: Any, X: Array) -> Array:
    """Return the kernel values between all rows."""
    return Kernel(model.kernel, model.gamma_, model.degree, model.coef0, model.kernel_params or {}).table(X, X)
