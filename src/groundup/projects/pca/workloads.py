"""The benchmark's tasks: many rows by the covariance matrix, and few axes of a large table by random columns."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.declaration import Workload

AXES = 20  # Of the large table.
PRODUCTS = 2000  # Rows whose distances from the subspace are computed at a time.


def correlated_columns(n: int, d: int = 200) -> tuple[Array, None]:
    """Return rows whose columns are mixtures of as many independent ones."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, d)) * np.geomspace(10, 0.1, d) @ rng.normal(size=(d, d)) / np.sqrt(d) + 5.0, None


def slow_decay(n: int, d: int = 5000, rank: int = 200) -> tuple[Array, None]:
    """Return rows whose singular values fall as one over their number, with noise."""
    rng = np.random.default_rng(0)
    X = rng.normal(0, 0.02, (n, d))
    X += (rng.normal(size=(n, rank)) / np.arange(1.0, rank + 1)) @ rng.normal(size=(rank, d))
    return X, None


def reconstruction(model: Any, X: Array, y: Array | None) -> float:
    """Return the mean squared distance of the rows from the subspace, which both minimise.  eq. pca:error"""
    axes, mean, total = np.asarray(model.components_, np.float64), np.asarray(model.mean_, np.float64), 0.0
    for start in range(0, len(X), PRODUCTS):
        centred = X[start : start + PRODUCTS] - mean
        total += float(np.square(centred - centred @ axes.T @ axes).sum())
    return total / len(X)


def half_of_the_axes(X: Array, y: Array | None) -> dict[str, Any]:
    """Return parameters of the covariance matrix's route, half of whose axes are kept."""
    return {"n_components": X.shape[1] // 2, "svd_solver": "covariance_eigh"}


def few_axes(X: Array, y: Array | None) -> dict[str, Any]:
    """Return parameters of the solver with random columns."""
    return {"n_components": AXES, "svd_solver": "randomized", "random_state": 0}


WORKLOADS = (
    Workload(
        name="PCA by the covariance matrix, 50k × 200",
        data=correlated_columns,
        objective=reconstruction,
        n=50_000,
        tolerance=1e-9,
        target=1.0,
        parameters=half_of_the_axes,
        reference_solvers={"covariance_eigh": {}, "full": {"svd_solver": "full"}},
    ),
    Workload(
        name="PCA by random columns, 5000 × 5000, k = 20",
        data=slow_decay,
        objective=reconstruction,
        n=5000,
        tolerance=1e-5,
        target=3.0,
        parameters=few_axes,
    ),
)
