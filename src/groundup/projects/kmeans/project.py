"""K-means, declared: what the workbench runs, compares, draws and measures."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.types import Array
from groundup.data import bundled, synthetic
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_rows
from groundup.projects.common.declaration import Metric, Project, Workload
from groundup.projects.kmeans.animation import half_steps
from groundup.projects.kmeans.example import six_points
from groundup.projects.kmeans.figures import clusters
from groundup.projects.kmeans.findings import room_for_improvement
from groundup.projects.kmeans.models.kmeans import KMeans

SCORED = 3000  # rows that the silhouette, which is quadratic in their number, is taken of
SILHOUETTE = f"mean silhouette (of at most {SCORED:,} rows)"


def inertia(model: Any, data: Dataset) -> float:
    """Sum of squared distances to the nearest centre: what k-means minimises."""
    return float(model.inertia_)


def score(function: Callable[[Array, Array], float], rows: int | None, model: Any, data: Dataset) -> float:
    """A score of the clusters found, on at most so many rows; NaN where there is but one cluster."""
    chosen = slice(None) if rows is None else some_rows(len(data.X), rows)
    label = np.asarray(model.labels_)[chosen]
    return float("nan") if len(np.unique(label)) < 2 else function(data.X[chosen], label)


def adjusted_rand(model: Any, data: Dataset) -> float:
    """Agreement with the true groups; NaN where they are not known."""
    return float("nan") if data.y is None else metrics.adjusted_rand_score(data.y, model.labels_)


def parameters(data: Dataset) -> dict[str, Any]:
    """As many clusters as there are true groups; sixteen colours for a photograph."""
    if data.y is not None:
        return {"n_clusters": len(np.unique(data.y))}
    return {"n_clusters": 16 if "height" in data.truth else 8}


def twin(model: Any, data: Dataset) -> dict[str, Any]:
    """The reference starts where our best run began, and stops by the same rule."""
    return {
        "n_clusters": model.n_clusters,
        "init": model.initial_centers_,
        "n_init": 1,
        "max_iter": model.max_iter,
        "tol": model.tol,
    }


def gaussian_rows(n: int, d: int = 16, K: int = 20) -> tuple[Array, None]:
    """Rows of overlapping round groups."""
    rng = np.random.default_rng(0)
    centers = rng.uniform(-10, 10, (K, d))
    return centers[rng.integers(0, K, n)] + rng.normal(0, 3, (n, d)), None


def uniform_rows(n: int, d: int = 16) -> tuple[Array, None]:
    """Rows without any groups: the hardest case for bounds."""
    return np.random.default_rng(0).random((n, d)), None


def the_same_start(X: Array, y: Array | None) -> dict[str, Any]:
    """One run from the same twenty rows."""
    start = X[np.random.default_rng(1).choice(len(X), 20, replace=False)]
    return {"n_clusters": 20, "init": start, "n_init": 1}


def ten_starts(X: Array, y: Array | None) -> dict[str, Any]:
    """Ten runs, each from its own k-means++ start."""
    return {"n_clusters": 20, "n_init": 10, "random_state": 0}


def fitted_inertia(model: Any, X: Array, y: Array | None) -> float:
    """What both sides minimise."""
    return float(model.inertia_)


PROJECT = Project(
    name="kmeans",
    title="K-means clustering",
    summary="Groups of rows around centres: assign every row to its nearest centre, move every centre to the mean "
    "of its rows, repeat.",
    model=KMeans,
    reference="sklearn.cluster:KMeans",
    data={"blobs": synthetic.blobs, "iris": bundled.iris, "photograph": bundled.photograph},
    metrics=(
        Metric("inertia", inertia, "lower"),
        Metric(SILHOUETTE, partial(score, metrics.silhouette_score, SCORED), "higher"),
        Metric("Davies-Bouldin index", partial(score, metrics.davies_bouldin_score, None), "lower"),
        Metric("Calinski-Harabasz index", partial(score, metrics.calinski_harabasz_score, None), "higher"),
        Metric("adjusted Rand index", adjusted_rand, "higher"),
    ),
    figures=(clusters.voronoi, clusters.seeding, clusters.how_many, clusters.failures, clusters.colours),
    animation=half_steps,
    worked_example=six_points,
    twin=twin,
    compared=("cluster_centers_", "inertia_", "labels_"),
    supervised=False,
    real="iris",
    parameters=parameters,
    findings=room_for_improvement,
    workloads=(
        Workload(
            "k-means, blobs, 16 columns, K = 20, same start",
            gaussian_rows, fitted_inertia, 100_000, 1e-6, 1.5, the_same_start,
        ),
        Workload(
            "k-means, uniform, 16 columns, K = 20, same start",
            uniform_rows, fitted_inertia, 100_000, 1e-6, 1.1, the_same_start,
        ),
        Workload(
            "k-means++, ten starts, blobs, K = 20",
            gaussian_rows, fitted_inertia, 100_000, 0.02, 1.3, ten_starts,
        ),
    ),
)  # fmt: skip
