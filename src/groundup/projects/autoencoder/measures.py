"""What is measured of codes, ours and the reference's, from reconstructions and densities alone."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset


def residual(model: Any, X: Array) -> Array:
    """Return the rows less their reconstructions, (n, d)."""
    return np.asarray(X - model.inverse_transform(model.transform(X)))


def errors(model: Any, X: Array) -> Array:
    """Return the squared distance of each row to its reconstruction."""
    return np.asarray(np.square(residual(model, X)).sum(axis=1))


def reconstruction_error(model: Any, data: Dataset) -> float:
    """Return the mean squared distance of the rows to their reconstructions."""
    return float(errors(model, data.X).mean())


def distance_to_the_mean(learned: Dataset, rows: Dataset) -> float:
    """Return the mean squared distance to the mean: the error without any code."""
    return float(np.square(rows.X - learned.X.mean(axis=0)).sum(axis=1).mean())


def kept(model: Any, data: Dataset) -> float:
    """Return the share of the variance that the reconstructions keep; NaN where nothing varies."""
    total = distance_to_the_mean(data, data)
    return 1 - reconstruction_error(model, data) / total if total else float("nan")


def minus_log_density(model: Any, data: Dataset) -> float:
    """Return minus the mean logarithm of the density, or of its lower bound."""
    return -float(np.mean(model.score_samples(data.X)))
