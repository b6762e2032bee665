"""K-means, declared: what the workbench runs, compares, draws and measures."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.types import Array
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering
from groundup.plotting.thinning import some_rows
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.kmeans import findings
from groundup.projects.kmeans.animation import half_steps
from groundup.projects.kmeans.example import six_points
from groundup.projects.kmeans.figures import clusters, geometry, number, rounding, steps
from groundup.projects.kmeans.models.kmeans import KMeans
from groundup.projects.kmeans.models.minibatch_kmeans import MiniBatchKMeans
from groundup.projects.kmeans.workloads import WORKLOADS, crossover

SCORED = 3000  # Most rows of the silhouette, whose cost is quadratic in their number.
SILHOUETTE = f"mean silhouette (of at most {SCORED:,} rows)"


def inertia(model: Any, data: Dataset) -> float:
    """Return the sum of squared distances to the nearest centre, which k-means minimises."""
    return float(model.inertia_)


def one_cluster(learned: Dataset, rows: Dataset) -> float:
    """Return the inertia of a single cluster: the sum of squared distances to the mean."""
    return float(((rows.X - learned.X.mean(axis=0)) ** 2).sum())


def score(function: Callable[[Array, Array], float], rows: int | None, model: Any, data: Dataset) -> float:
    """Return a score of the clusters found, on at most `rows` rows; NaN for a single cluster."""
    chosen = slice(None) if rows is None else some_rows(len(data.X), rows)
    label = np.asarray(model.labels_)[chosen]
    return float("nan") if len(np.unique(label)) < 2 else function(data.X[chosen], label)


def adjusted_rand(model: Any, data: Dataset) -> float:
    """Return the agreement with the true groups; NaN where they are not known."""
    return float("nan") if data.y is None else metrics.adjusted_rand_score(data.y, model.labels_)


def parameters(data: Dataset) -> dict[str, Any]:
    """Return as many clusters as there are true groups, and sixteen colours for a photograph."""
    if data.y is not None:
        return {"n_clusters": len(np.unique(data.y))}
    return {"n_clusters": 16 if data.image else 8}


def twin(model: Any, data: Dataset) -> dict[str, Any]:
    """Return parameters with which the reference starts where our best run began, and stops by the same rule."""
    return {
        "n_clusters": model.n_clusters,
        "init": model.initial_centers_,
        "n_init": 1,
        "max_iter": model.max_iter,
        "tol": model.tol,
    }


PROJECT = Project(
    name="kmeans",
    title="K-means clustering",
    summary="Groups of rows around centres: assign every row to its nearest centre, move every centre to the mean "
    "of its rows, repeat.",
    models=(
        Model(
            estimator=KMeans,
            reference="sklearn.cluster:KMeans",
            parameters=parameters,
            standardize=False,
            twin=twin,
            compared=("cluster_centers_", "inertia_", "labels_"),
        ),
        Model(
            estimator=MiniBatchKMeans,
            reference="sklearn.cluster:MiniBatchKMeans",
            parameters=parameters,
            standardize=False,
            compared=("inertia_",),  # the batches are drawn differently, so the centres have no common order
        ),
    ),
    data={"blobs": clustering.blobs, "iris": bundled.iris, "photograph": bundled.photograph},
    metrics=(
        Metric(
            "inertia",
            inertia,
            "lower",
            baseline=one_cluster,
            meaning="Sum of the squared distances to the nearest centre, which k-means minimises; the baseline is "
            "that of one cluster. It always falls with more clusters: 0 when every row is its own.",
        ),
        Metric(
            SILHOUETTE,
            partial(score, metrics.silhouette_score, SCORED),
            "higher",
            meaning="How much nearer a row is to its own cluster than to the next, between −1 and 1. Above 0.7 the "
            "clusters lie apart, at 0.25 they hardly do, at 0 they touch.",
        ),
        Metric(
            "Davies-Bouldin index",
            partial(score, metrics.davies_bouldin_score, None),
            "lower",
            meaning="Width of two clusters over the distance of their centres, for each cluster the worst. 0: points "
            "far apart; above 1 clusters reach into each other.",
        ),
        Metric(
            "Calinski-Harabasz index",
            partial(score, metrics.calinski_harabasz_score, None),
            "higher",
            meaning="Variance between the clusters over that within, each over its degrees of freedom. It has no "
            "limit: compare it for several numbers of clusters on the same rows.",
        ),
        Metric(
            "adjusted Rand index",
            adjusted_rand,
            "higher",
            meaning="Agreement with the known groups: 1 the same, 0 as by chance. It plays no part in the fit.",
        ),
    ),
    figures=(
        clusters.voronoi,
        steps.iterations,
        clusters.seeding,
        number.how_many,
        number.silhouettes,
        clusters.failures,
        geometry.rectangle,
        steps.empty_cluster,
        geometry.saved_distances,
        rounding.far_from_origin,
        clusters.colours,
    ),
    animation=half_steps,
    worked_example=six_points,
    real="iris",
    answer=findings.answer,
    findings=findings.clusters,
    workloads=WORKLOADS,
    crossover=crossover,
)
