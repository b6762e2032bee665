"""Figures of the number of clusters: what the scores say of it, and the silhouette of every row."""

from typing import Any

import numpy as np

from groundup.core.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_samples,
    silhouette_score,
)
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour
from groundup.plotting.style import BLACK, BLUE, VERMILION
from groundup.projects.kmeans.figures.clusters import fitted_rows
from groundup.projects.kmeans.models.centers import Centers
from groundup.projects.kmeans.models.kmeans import KMeans

MOST_CLUSTERS = 10  # Largest number of clusters tried.
NAMED = 12  # Clusters whose numbers are written next to their rows.


@figure(2, 2, size=(8.2, 5.6))
def how_many(axes: Any, model: Centers, data: Dataset) -> None:
    """How many clusters? Four answers

    Inertia always falls with more clusters. A bend may show where more of them stop paying, but it depends on the axis,
    and data without groups have such a curve, too. No clustering can lie below the spectral bound, which says nothing
    once there are more clusters than columns. The other three have a best value, marked by a ring: the highest mean
    silhouette, the highest index of Calinski and Harabasz, the lowest of Davies and Bouldin. They need not agree: what
    is the best number depends on how finely one looks. The dotted line is the K of this run.

    At most 1000 rows are used.
    """
    X = data.X[fitted_rows(data)]
    numbers = list(range(1, min(MOST_CLUSTERS, len(np.unique(X, axis=0)) - 1) + 1))
    if len(numbers) < 2:
        raise NotApplicable("needs at least three different rows")
    models = [KMeans(K, n_init=4, random_state=0).fit(X) for K in numbers]
    elbow, *scores = axes.flat
    elbow.plot(numbers, [m.inertia_ for m in models], marker="o", color=BLUE, label="best of 4 starts")
    lowest = [m.inertia_lower_bound_ or np.nan for m in models]  # 0 says nothing, and has no logarithm
    elbow.plot(numbers, lowest, "s--", color=VERMILION, label="spectral lower bound")
    elbow.set(ylabel="inertia (squared units)", title="inertia: look for a bend", yscale="log")
    elbow.legend(loc="upper right")
    for panel, score, best, name in zip(
        scores,
        (silhouette_score, calinski_harabasz_score, davies_bouldin_score),
        (np.argmax, np.argmax, np.argmin),
        ("mean silhouette", "Calinski-Harabasz", "Davies-Bouldin"),
        strict=True,
    ):
        values = np.array([score(X, m.labels_) for m in models[1:]])
        panel.plot(numbers[1:], values, marker="o", color=BLUE)
        chosen = int(best(values))
        panel.plot(numbers[1 + chosen], values[chosen], "o", markersize=13, markerfacecolor="none", color=VERMILION)
        direction = "lowest" if best is np.argmin else "highest"
        panel.set(ylabel=name, title=f"{name}: {direction} at K = {numbers[1 + chosen]}")
    for panel in axes.flat:
        if model.n_clusters in numbers:
            panel.axvline(model.n_clusters, color=BLACK, linewidth=0.9, linestyle=":")
        panel.set_xticks(numbers)
        panel.set_xlim(0.5, numbers[-1] + 0.5)
    for panel in axes[1]:
        panel.set_xlabel("number of clusters K")


@figure(size=(5.4, 3.8))
def silhouettes(axes: Any, model: Centers, data: Dataset) -> None:
    """The silhouette of every row

    Rows by cluster, the widest silhouette first in each: near 1 a row is well within its own cluster, near 0 it lies
    between two, and below 0 it is nearer to another cluster. A cluster whose rows are all narrow is cut out of a
    larger one, or reaches into its neighbour.

    At most 1000 rows are used.
    """
    X = data.X[fitted_rows(data)]
    label = model.predict(X)
    if not 2 <= len(np.unique(label)) < len(X):
        raise NotApplicable("silhouettes are not defined for one cluster, nor for one a row")
    draw_silhouettes(axes, X, label)


def draw_silhouettes(axes: Any, X: Array, label: Array) -> None:
    """Draw the silhouette of every row, cluster below cluster."""
    value = silhouette_samples(X, label)
    found = np.unique(label)
    base = 0
    for k in found:
        own = np.sort(value[label == k])
        axes.fill_betweenx(base + np.arange(len(own)), 0, own, color=colour(k), alpha=0.8, step="mid")
        if len(found) <= NAMED:
            axes.text(-0.02, base + len(own) / 2, str(k), ha="right", va="center", fontsize=9)
        base += len(own) + len(X) // 50
    axes.axvline(value.mean(), color=BLACK, linewidth=1.0, linestyle="--", label=f"mean {value.mean():.2f}")
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set(xlabel="silhouette of a row", ylabel="rows, by cluster", yticks=[])
    axes.set_xlim(min(-0.15, value.min() - 0.05), 1)
    axes.legend(loc="lower right")
