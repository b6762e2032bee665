"""The benchmark's tasks: thirty iterations from the same start, for each kind of covariances."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.declaration import Workload
from groundup.projects.gaussian_mixture.solvers.covariances import CovarianceType

K, D = 10, 10
ITERATIONS = 30
# The precision of a component at the start, as scikit-learn shapes it: covariances of 25.
STARTS = {
    "full": np.tile(np.eye(D) / 25, (K, 1, 1)),
    "tied": np.eye(D) / 25,
    "diag": np.full((K, D), 1 / 25),
    "spherical": np.full(K, 1 / 25),
}


def overlapping_rows(n: int) -> tuple[Array, None]:
    """Return rows of ten long groups, each in directions of its own, that overlap."""
    rng = np.random.default_rng(0)
    means, roots = rng.uniform(-6, 6, (K, D)), rng.normal(0, 1, (K, D, D))
    k = rng.integers(K, size=n)
    return means[k] + np.einsum("nij,nj->ni", roots[k], rng.normal(size=(n, D))), None


def start_of(kind: CovarianceType) -> Any:
    """Return the parameters of thirty iterations from ten rows, as a function of the rows."""

    def parameters(X: Array, y: Array | None) -> dict[str, Any]:
        rows = np.random.default_rng(1).choice(len(X), K, replace=False)
        return {
            "n_components": K,
            "covariance_type": kind,
            "weights_init": np.full(K, 1 / K),
            "means_init": X[rows],
            "precisions_init": STARTS[kind],
            "tol": 0.0,
            "max_iter": ITERATIONS,
        }

    return parameters


def mean_loss(model: Any, X: Array, y: Array | None) -> float:
    """Return minus the mean log-density, which both sides minimise."""
    return -float(model.score_samples(X).mean())


def workload(kind: CovarianceType, target: float) -> Workload:
    """Return the row of one kind of covariances."""
    return Workload(
        name=f"Gaussian mixture, {kind}, 50k × {D}, K = {K}, {ITERATIONS} iterations, same start",
        data=overlapping_rows,
        objective=mean_loss,
        n=50_000,
        tolerance=1e-9,
        target=target,
        parameters=start_of(kind),
    )


WORKLOADS = (workload("full", 5.0), workload("tied", 1.0), workload("diag", 2.0), workload("spherical", 2.0))
