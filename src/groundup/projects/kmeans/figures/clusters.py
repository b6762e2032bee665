"""The figures of k-means: what it finds, how it starts, and where it fails."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.metrics import adjusted_rand_score
from groundup.core.types import Array
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, bounds, colour, principal_plane, set_frame
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE
from groundup.plotting.thinning import some_rows
from groundup.projects.kmeans.demonstration import POOR, centers_from_random_rows, clustered_rows
from groundup.projects.kmeans.figures import drawing
from groundup.projects.kmeans.models.centers import Centers, nearest_center, total_inertia
from groundup.projects.kmeans.models.functions import kmeans_plusplus
from groundup.projects.kmeans.models.kmeans import KMeans

STARTS = 100  # Runs of each kind of start.
FITTED = 1000  # Most rows used by figures that fit many models.
NUMBERS = 100_000  # Most entries of them.
MOST_WORK = 2e9  # Products of a fit that is repeated to see its steps: rows × columns × clusters × steps.
ROW, CENTER = 10.0, 0.75  # Size of a row's marker, and of a centre's relative to the usual one.


@figure(1, 2, size=(8.2, 3.7))
def voronoi(axes: Any, model: Centers, data: Dataset) -> None:
    """The reported clusters, and where another start ended

    Every row is coloured by its nearest centre; lines lead from where the centres began (open circles) to where they
    ended, one dot an iteration, and the shaded Voronoi cells are the places nearer to one centre than to all others.
    Left: the reported model. Right: centres that began at rows drawn at random, on the same rows. In both pictures
    every row is with its nearest centre and every centre is the mean of its rows, so that neither can improve.

    With more than two columns the picture is a projection, in which cells would overlap and are left out. Of a long
    fit only the ends of the paths are drawn; of very many rows some are drawn, and clustered for the right picture.
    """
    plane = principal_plane(data)
    reported, other = axes
    draw_reported(reported, model, data)
    reported.set_title(f"the reported model: J = {model.inertia_:,.4g}")
    rows = clustered_rows(data, model.n_clusters, 2 * DRAWN)
    path = centers_from_random_rows(rows, model.n_clusters, POOR)
    label = nearest_center(rows, path[-1])
    drawing.draw_plane_cells(other, plane, rows, path[-1])
    drawing.draw_clustering(other, plane, rows, label, path, ROW, CENTER)
    least = total_inertia(rows, None, nearest_center(rows, model.cluster_centers_), model.cluster_centers_)
    J = total_inertia(rows, None, label, path[-1])
    other.set_title("another start" + (f": {J / least:.2f} times its inertia" if least > 0 else ""))
    other.label_outer()


def draw_reported(axes: Any, model: Centers, data: Dataset) -> None:
    """Draw the rows in the cells of the reported centres, and the paths of these."""
    plane = principal_plane(data)
    rows = data.X[some_rows(len(data.X), DRAWN)]
    path = path_of_centers(model, data.X)
    drawing.draw_plane_cells(axes, plane, rows, path[-1])
    drawing.draw_clustering(axes, plane, rows, nearest_center(rows, path[-1]), path, ROW, CENTER)
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


@figure(1, 2, size=(8.2, 3.4))
def seeding(axes: Any, model: Centers, data: Dataset) -> None:
    """Three kinds of starts, a hundred times each

    Final inertia of 100 runs from rows drawn at random, from plain k-means++, for which the theorem holds, and from
    greedy k-means++, which is the algorithm and the default. Left: how many runs end at most that high; a curve that
    begins high on the left ends in the lowest of all minima most often. Right: what to expect of the best of several
    starts, from the same runs.

    At most 1000 rows are used.
    """
    X = data.X[fitted_rows(data)]
    finals = {name: final_inertias(X, model.n_clusters, init) for name, init in KINDS.items()}
    lowest = min(values.min() for values in finals.values())
    if lowest <= 0:
        raise NotApplicable("a run put every row on a centre: there is no inertia to compare")
    share, best_of = axes
    highest = max(values.max() for values in finals.values()) / lowest
    count = np.arange(1, 21)
    for (name, values), shade, dash in zip(finals.items(), (ORANGE, GREEN, BLUE), ("--", "-.", "-"), strict=True):
        level = np.sort(values) / lowest
        runs = 100 * np.arange(1, len(level) + 1) / len(level)
        share.step([1, *level, highest], [0, *runs, 100], dash, where="post", color=shade, label=name)
        best_of.plot(count, expected_minimum(values / lowest, count), dash, color=shade, label=name)
    share.set(xlabel="final inertia, relative to the lowest", ylabel="runs at most that high (%)", ylim=(0, 103))
    share.set_title(f"{STARTS} runs each")
    best_of.set(xlabel="number of starts", ylabel="expected inertia of the best", title="best of several")
    best_of.set_xticks([1, 5, 10, 15, 20])
    share.legend(loc="lower right")


def plain_start(X: Array, K: int, random_state: Any) -> Array:
    """Return rows drawn by plain k-means++, one candidate each."""
    return np.asarray(kmeans_plusplus(X, K, random_state=random_state, n_local_trials=1)[0])


KINDS: dict[str, Any] = {"random": "random", "plain k-means++": plain_start, "greedy k-means++": "k-means++"}


def fitted_rows(data: Dataset) -> Array:
    """Return the indices of rows for figures that fit many models."""
    n, d = data.X.shape
    return some_rows(n, min(FITTED, max(NUMBERS // d, 50)))


def final_inertias(X: Array, K: int, init: str | Callable[..., Array]) -> Array:
    """Return the inertia at the end of each of a hundred runs."""
    start: Any = init
    history = KMeans(min(K, len(np.unique(X, axis=0))), init=start, n_init=STARTS, random_state=0).fit(X).history_
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


@figure(1, 2, size=(8.2, 3.9))
def failures(axes: Any, model: Centers, data: Dataset) -> None:
    """Where k-means fails, whatever the data of this run

    Shapes tell the true groups, colours the clusters found from the best of ten starts; above stands how well the two
    agree (adjusted Rand index: 1 is perfect, 0 is chance). Left: a cell around a centre
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


@figure(1, 4, size=(8.2, 2.2), raster=True)
def colours(axes: Any, model: Centers, data: Dataset) -> None:
    """A photograph in a few colours, whatever the data of this run

    Pixels are rows of three columns, and each is painted in the colour of its centre; the strip below a picture shows
    the centres. A centre costs 24 bits once, a pixel log K to the base 2 instead of 24: with 16 colours a sixth of the
    space. The error is the root mean square over all pixels and columns, as a part of the way from black to white.
    """
    photograph = bundled.photograph(0)
    assert photograph.image is not None
    height, width = photograph.image
    axes[0].imshow(photograph.X.reshape(height, width, 3))
    axes[0].set_title("24 bits a pixel", fontsize=9)
    for panel, K in zip(axes[1:], (2, 4, 16), strict=True):
        found = KMeans(K, random_state=0).fit(photograph.X)
        centers = np.clip(found.cluster_centers_, 0, 1)
        panel.imshow(centers[found.labels_].reshape(height, width, 3))
        order = np.argsort(centers.sum(axis=1))
        strip = np.repeat(centers[order], 1, axis=0)[None]
        panel.imshow(strip, extent=(-0.5, width - 0.5, 1.2 * height, 1.05 * height), interpolation="nearest")
        panel.set_ylim(1.2 * height, -0.5)
        error = np.sqrt(found.inertia_ / photograph.X.size)
        bits = int(np.log2(K))
        panel.set_title(f"K = {K}, {bits} bit{'s' * (bits > 1)}: error {100 * error:.0f} %", fontsize=9)
    axes[0].set_ylim(1.2 * height, -0.5)
    for panel in axes:
        panel.set_axis_off()
