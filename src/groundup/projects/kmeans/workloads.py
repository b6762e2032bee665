"""The benchmark's tasks: overlapping groups, no groups, few and many centres, ten starts; and a crossover."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from groundup.core.metrics import silhouette_score
from groundup.core.types import Array
from groundup.projects.common.crossover import Way, powers_meet, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.kmeans.models.kmeans import KMeans

SIZES = (500, 1000, 2000, 4000)  # Numbers of samples between which the crossover is looked for.
ROUNDS = 5


def gaussian_rows(n: int, d: int = 16, K: int = 20) -> tuple[Array, None]:
    """Return rows of overlapping round groups."""
    rng = np.random.default_rng(0)
    centers = rng.uniform(-10, 10, (K, d))
    return centers[rng.integers(0, K, n)] + rng.normal(0, 3, (n, d)), None


def uniform_rows(n: int, d: int = 16) -> tuple[Array, None]:
    """Return rows without any groups, the hardest case for bounds."""
    return np.random.default_rng(0).random((n, d)), None


def the_same_start(X: Array, y: Array | None) -> dict[str, Any]:
    """Return parameters of one run from the same twenty rows."""
    start = X[np.random.default_rng(1).choice(len(X), 20, replace=False)]
    return {"n_clusters": 20, "init": start, "n_init": 1}


def start_of(K: int) -> Callable[[Array, Array | None], dict[str, Any]]:
    """Return the parameters of sixty iterations at most from the same K rows."""

    def parameters(X: Array, y: Array | None) -> dict[str, Any]:
        start = X[np.random.default_rng(1).choice(len(X), K, replace=False)]
        return {"n_clusters": K, "init": start, "n_init": 1, "max_iter": 60}

    return parameters


def ten_starts(X: Array, y: Array | None) -> dict[str, Any]:
    """Return parameters of ten runs, each from its own k-means++ start."""
    return {"n_clusters": 20, "n_init": 10, "random_state": 1}


def fitted_inertia(model: Any, X: Array, y: Array | None) -> float:
    """Return what both sides minimise."""
    return float(model.inertia_)


def crossover() -> float:
    """Return the number of samples from which their silhouette takes longer than to cluster them once.

    Both times grow like powers of the number of samples: lines are fitted to logarithms, and intersected.
    """

    def ways(n: int) -> tuple[Way, Way]:
        X, _ = gaussian_rows(n)
        model = KMeans(20, n_init=1, random_state=0).fit(X)
        return lambda: model.fit(X), lambda: silhouette_score(X, model.labels_)

    return powers_meet(SIZES, side_by_side(SIZES, ways, ROUNDS))


SOLVERS = {"lloyd": {"algorithm": "lloyd"}, "elkan": {"algorithm": "elkan"}}

WORKLOADS = (
    Workload(
        name="k-means, blobs, 16 columns, K = 20, same start",
        data=gaussian_rows,
        objective=fitted_inertia,
        n=100_000,
        tolerance=1e-6,
        target=1.5,
        parameters=the_same_start,
        reference_solvers=SOLVERS,
    ),
    Workload(
        name="k-means, uniform, 16 columns, K = 20, same start",
        data=uniform_rows,
        objective=fitted_inertia,
        n=100_000,
        tolerance=1e-6,
        target=1.1,
        parameters=the_same_start,
        reference_solvers=SOLVERS,
    ),
    *(
        Workload(
            name=f"k-means, {kind}, {d} columns, K = {K}, same start",
            data=partial(uniform_rows if kind == "uniform" else gaussian_rows, d=d, **groups),
            objective=fitted_inertia,
            n=100_000,
            tolerance=1e-6,
            target=1.0,
            parameters=start_of(K),
            reference_solvers=SOLVERS,
        )
        for kind, d, K, groups in (
            ("uniform", 10, 2, {}),
            ("uniform", 50, 3, {}),
            ("uniform", 2, 8, {}),
            ("uniform", 50, 20, {}),
            ("blobs", 10, 200, {"K": 200}),
        )
    ),
    Workload(
        name="k-means++, ten starts, blobs, K = 20",
        data=gaussian_rows,
        objective=fitted_inertia,
        n=100_000,
        tolerance=0.02,
        target=1.3,
        parameters=ten_starts,
    ),
)
