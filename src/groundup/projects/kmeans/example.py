"""The worked example of the chapter: six points in two triangles, small enough for a pencil."""

import numpy as np

from groundup.core.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_samples,
    silhouette_score,
)
from groundup.core.types import Array
from groundup.projects.common.tex import row
from groundup.projects.kmeans.certificate import inertia
from groundup.projects.kmeans.models.kmeans import KMeans
from groundup.projects.kmeans.solvers.assignment import assign

X = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0], [6.0, 5.0], [8.0, 5.0], [7.0, 8.0]])
START = X[[0, 2]]  # a poor start: both centres in the first triangle


def six_points() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_iterations(), **_seeding(), **_scores()}


def _iterations() -> dict[str, float | int | str]:
    model = KMeans(n_clusters=2, init=START, n_init=1).fit(X)
    states = list(KMeans(n_clusters=2, init=START, n_init=1, algorithm="lloyd").steps(X))
    centers = [START, *(state.centers for state in states)]
    numbers: dict[str, float | int | str] = {
        f"c{k + 1}_{t}": row(center) for t in range(3) for k, center in enumerate(centers[t])
    }
    for t in range(2):
        move = ((centers[t + 1] - centers[t]) ** 2).sum(axis=1)
        numbers |= {f"move_{t + 1}_{k + 1}": exact(move[k]) for k in range(2)}
        numbers[f"gain_{t + 1}"] = exact(np.bincount(_labels(centers[t])) @ move)
        numbers[f"labels_{t}"] = row(_labels(centers[t]) + 1)
        numbers[f"assigned_{t}"] = inertia(X, None, _labels(centers[t]), centers[t])
        numbers[f"updated_{t}"] = states[t].inertia
    third = ((X[2] - centers[1]) ** 2).sum(axis=1)
    return numbers | {
        "nearest_0": row(((X - START[_labels(START)]) ** 2).sum(axis=1)),
        "switch": exact(third[1] - third[0]),
        "after_switch": exact(inertia(X, None, _labels(centers[1]), centers[1])),
        "to_first": row(((X - centers[0][0]) ** 2).sum(axis=1)),
        "to_second": row(((X - centers[0][1]) ** 2).sum(axis=1)),
        "shift": states[2].shift,
        "iterations": model.n_iter_,
        "scatter": float(((X - X.mean(axis=0)) ** 2).sum()),
        "bound": model.inertia_lower_bound_,
    }


def _seeding() -> dict[str, float | int | str]:
    square = ((X - X[0]) ** 2).sum(axis=1)
    return {"d2": row(square), "d2_total": float(square.sum()), "d2_other": float(square[3:].sum() / square.sum())}


def _scores() -> dict[str, float | int | str]:
    labels = KMeans(n_clusters=2, init=START, n_init=1).fit(X).labels_
    return {
        "silhouette_1": float(silhouette_samples(X, labels)[0]),
        "silhouette": silhouette_score(X, labels),
        "davies_bouldin": davies_bouldin_score(X, labels),
        "calinski_harabasz": calinski_harabasz_score(X, labels),
        "adjusted_rand": adjusted_rand_score(labels, _labels(START)),
    }


def exact(value: float) -> str:
    """Return a number that is a binary fraction with all its digits."""
    return f"\\ensuremath{{{value:.10g}}}"


def _labels(centers: Array) -> Array:
    """Index of the centre nearest to each of the six points."""
    return assign(X, centers)[0]
