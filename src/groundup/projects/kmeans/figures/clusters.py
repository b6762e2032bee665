"""The figures of k-means: what it does, how it starts, how many clusters, and where it fails."""

from typing import Any, Literal

import numpy as np

from groundup.core.metrics import adjusted_rand_score, silhouette_samples, silhouette_score
from groundup.core.types import Array
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, bounds, colour, draw_rows, principal_plane, set_frame
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.kmeans.figures import drawing
from groundup.projects.kmeans.models.centers import Centers
from groundup.projects.kmeans.models.kmeans import KMeans

STARTS = 100  # Runs of each kind of start.
MOST_CLUSTERS = 10  # Largest number of clusters tried.
FITTED = 1000  # Most rows used by figures that fit many models.
NUMBERS = 100_000  # Most entries of them.
MOST_WORK = 2e9  # Products of a fit that is repeated to see its steps: rows × columns × clusters × steps.


@figure(size=(7.2, 5.4))
def voronoi(axes: Any, model: Centers, data: Dataset) -> None:
    """Clusters and the paths of their centres

    Every row is coloured by its nearest centre; the lines lead from where the centres began (open circles) to where
    they ended, one dot an iteration. In two columns the shaded Voronoi cells are the places nearer to one centre than
    to all others; with more columns the picture is a projection, in which cells would overlap and are left out. Of a
    long fit only the ends of the paths are drawn.
    """
    plane = principal_plane(data)
    rows = some_rows(len(data.X), DRAWN)
    points = plane(data.X[rows])
    paths = [plane(centers) for centers in path_of_centers(model, data.X)]
    if plane.exact:
        drawing.draw_cells(axes, model.cluster_centers_, *bounds(points))
    draw_rows(axes, points, model.labels_[rows])
    drawing.draw_trails(axes, paths)
    drawing.draw_centers(axes, plane(model.cluster_centers_))
    set_frame(axes, plane, points)
    axes.legend(loc="best")


def path_of_centers(model: Centers, X: Array) -> list[Array]:
    """Return the centres after each step of the model's best run, from where it began; of a long one only the ends."""
    work = X.size * len(model.cluster_centers_) * len(model.history_["inertia"])
    if isinstance(model, KMeans):
        start = model.initial_centers_
        if work > MOST_WORK:
            return [start, model.cluster_centers_]
        best = KMeans(model.n_clusters, init=start, max_iter=model.n_iter_, tol=model.tol)
        return [start, *(state.centers for state in best.steps(X))]
    if work > MOST_WORK:
        return [model.cluster_centers_]
    return [state.centers for state in model.steps(X)]  # the same steps as in the fit, if it had a seed


@figure(1, 2, size=(10.4, 4.0))
def seeding(axes: Any, model: Centers, data: Dataset) -> None:
    """Random starts against k-means++, a hundred times each

    Final inertia of 100 runs from rows drawn at random, and from rows drawn far from each other. Both end in local
    minima; k-means++ ends in bad ones less often. Right: what to expect of the best of several starts, from the same
    runs. At most 1000 rows are used.
    """
    X = data.X[fitted_rows(data)]
    finals = {init: final_inertias(X, model.n_clusters, init) for init in ("random", "k-means++")}
    lowest = min(values.min() for values in finals.values())
    if lowest <= 0:
        raise NotApplicable("a run put every row on a centre: there is no inertia to compare")
    histogram, best_of = axes
    edges = np.linspace(1, max(values.max() / lowest for values in finals.values()) + 1e-9, 30)
    for (init, values), shade, hatch in zip(finals.items(), (ORANGE, BLUE), ("//", ""), strict=True):
        histogram.hist(values / lowest, edges, color=shade, alpha=0.65, hatch=hatch, edgecolor=BLACK, label=init)
        count = np.arange(1, 21)
        best_of.plot(count, expected_minimum(values / lowest, count), color=shade, label=init)
    histogram.set(xlabel="final inertia, relative to the lowest of all", ylabel="runs", title="100 runs each")
    best_of.set(xlabel="number of starts", ylabel="expected inertia of the best, relative", title="best of several")
    best_of.set_xticks([1, 5, 10, 15, 20])
    for panel in axes:
        panel.legend()


def fitted_rows(data: Dataset) -> Array:
    """Return the indices of rows for figures that fit many models."""
    n, d = data.X.shape
    return some_rows(n, min(FITTED, max(NUMBERS // d, 50)))


def final_inertias(X: Array, K: int, init: Literal["k-means++", "random"]) -> Array:
    """Return the inertia at the end of each of a hundred runs."""
    history = KMeans(min(K, len(np.unique(X, axis=0))), init=init, n_init=STARTS, random_state=0).fit(X).history_
    last: Array = np.flatnonzero(np.diff(np.append(history["run"], STARTS)))
    inertia: Array = history["inertia"][last]
    return inertia


def expected_minimum(values: Array, count: Array) -> Array:
    """Return the expected least of `count` draws with replacement from the values."""
    ascending = np.sort(values)
    survival = 1 - np.arange(len(values) + 1) / len(values)  # share of values from the j-th on
    probability = survival[:-1, None] ** count - survival[1:, None] ** count
    expectation: Array = ascending @ probability
    return expectation


@figure(1, 3, size=(14.0, 4.2))
def how_many(axes: Any, model: Centers, data: Dataset) -> None:
    """How many clusters?

    Left: inertia always falls with more clusters; an elbow shows where more of them stop paying. No clustering can
    lie below the spectral bound, which says nothing once there are more clusters than columns. Middle: the mean
    silhouette is highest where rows are well within their own cluster and far from the next. Right: the silhouette of
    every row for the fitted number of clusters, widest first within each; rows below 0 are nearer to another cluster.
    At most 1000 rows are used.
    """
    X = data.X[fitted_rows(data)]
    numbers = list(range(1, min(MOST_CLUSTERS, len(np.unique(X, axis=0)) - 1) + 1))
    if len(numbers) < 2:
        raise NotApplicable("needs at least three different rows")
    models = [KMeans(K, n_init=4, random_state=0).fit(X) for K in numbers]
    elbow, mean, rows = axes
    elbow.plot(numbers, [m.inertia_ for m in models], marker="o", color=BLUE, label="k-means, best of 4 starts")
    lowest = [m.inertia_lower_bound_ or np.nan for m in models]  # 0 says nothing, and has no logarithm
    elbow.plot(numbers, lowest, "s--", color=VERMILION, label="spectral lower bound")
    elbow.set(xlabel="number of clusters K", ylabel="inertia (squared units of the data)", title="elbow", yscale="log")
    elbow.legend()
    scores = [silhouette_score(X, m.labels_) for m in models[1:]]
    mean.plot(numbers[1:], scores, marker="o", color=BLUE)
    mean.set(xlabel="number of clusters K", ylabel="mean silhouette", title="silhouette")
    for panel in (elbow, mean):
        panel.axvline(model.n_clusters, color=BLACK, linewidth=0.9, linestyle=":")
        panel.set_xticks(numbers)
    draw_silhouettes(rows, X, model.predict(X))


def draw_silhouettes(axes: Any, X: Array, label: Array) -> None:
    """Draw the silhouette of every row, cluster below cluster."""
    axes.set(xlabel="silhouette of a row", ylabel="rows, by cluster", title="every row", yticks=[])
    if not 2 <= len(np.unique(label)) < len(X):
        axes.text(0.5, 0.5, "not defined for one cluster,\nnor for one a row", ha="center", transform=axes.transAxes)
        return
    value = silhouette_samples(X, label)
    base = 0
    for k in np.unique(label):
        own = np.sort(value[label == k])
        axes.fill_betweenx(base + np.arange(len(own)), 0, own, color=colour(k), alpha=0.8, step="mid")
        axes.text(-0.02, base + len(own) / 2, str(k), ha="right", va="center", fontsize=9)
        base += len(own) + len(X) // 50
    axes.axvline(value.mean(), color=BLACK, linewidth=1.0, linestyle="--", label=f"mean {value.mean():.2f}")
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_xlim(min(-0.15, value.min() - 0.05), 1)
    axes.legend(loc="lower right")


@figure(1, 2, size=(10.4, 4.4))
def failures(axes: Any, model: Centers, data: Dataset) -> None:
    """Where k-means fails, whatever the data of this run

    Shapes tell the true groups, colours the clusters found from the best of ten starts. Left: a cell around a centre
    is convex, a half moon is not, so each moon is cut. Right: a wide group costs much inertia, narrow ones hardly any,
    so the wide one is cut and the narrow ones are joined, with whatever of the wide one lies on their side of the
    boundary half-way between the centres. Both answers have a lower inertia than the true groups: it is the objective
    that does not fit, not the search.
    """
    for panel, made in zip(axes, (clustering.moons(0), clustering.unequal(0)), strict=True):
        K = int(made.y.max()) + 1 if made.y is not None else 0
        found = KMeans(K, n_init=10, random_state=0).fit(made.X)
        drawing.draw_cells(panel, found.cluster_centers_, *bounds(made.X))
        for group in range(K):
            own = made.y == group
            shades = [colour(k) for k in found.labels_[own]]
            panel.scatter(*made.X[own].T, s=22, marker="o^s"[group], c=shades, alpha=0.8, linewidths=0)
        panel.scatter(*found.cluster_centers_.T, s=130, marker="X", color="white", edgecolors=BLACK, linewidths=1.6)
        set_frame(panel, principal_plane(made), made.X)
        panel.set_title(f"{made.name}: adjusted Rand index {adjusted_rand_score(made.y, found.labels_):.2f}")


@figure(1, 4, size=(14.0, 3.2), raster=True)
def colours(axes: Any, model: Centers, data: Dataset) -> None:
    """A photograph in a few colours, whatever the data of this run

    Pixels are rows of three columns, and each is painted in the colour of its centre. A centre costs 24 bits once, a
    pixel log₂ K bits instead of 24: with 16 colours a sixth of the space.
    """
    photograph = bundled.photograph(0)
    assert photograph.image is not None
    shape = (*photograph.image, 3)
    axes[0].imshow(photograph.X.reshape(shape))
    axes[0].set_title("original, 24 bits a pixel")
    for panel, K in zip(axes[1:], (2, 4, 16), strict=True):
        found = KMeans(K, random_state=0).fit(photograph.X)
        panel.imshow(np.clip(found.cluster_centers_[found.labels_], 0, 1).reshape(shape))
        error = np.sqrt(found.inertia_ / photograph.X.size)
        bits = int(np.log2(K))
        panel.set_title(f"K = {K}, {bits} bit{'s' * (bits > 1)}; error {100 * error:.0f} %")
    for panel in axes:
        panel.set_axis_off()
