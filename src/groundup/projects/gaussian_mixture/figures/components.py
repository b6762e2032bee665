"""The components among the rows: ellipses, density and samples, and k-means on the same rows."""

from typing import Any

import numpy as np

from groundup import KMeans
from groundup.core.metrics import adjusted_rand_score
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, bounds, draw_rows, principal_plane, set_frame
from groundup.plotting.style import BLACK, BLUE
from groundup.plotting.thinning import some_rows
from groundup.projects.gaussian_mixture.demonstration import complete, rows_shown
from groundup.projects.gaussian_mixture.figures import drawing
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture

BINS = 30  # Of the histogram of a single column.
RATIO = 1.25  # Width of a frame by its height, where a unit is as long in both directions.


@figure(size=(9.4, 3.6))
def ellipses(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """Components, and whose each row is

    A row has the colours of the components mixed by their responsibilities: in its component's own colour it is sure,
    in between it is shared. Each component is drawn as its number, counted from 0, at its mean and its ellipses of one
    (solid) and two (dashed) standard deviations, which hold 39 and 86 % of its rows in the plane.

    With more than two columns the picture is a projection, in which ellipses may overlap that are apart in another
    direction.
    """
    drawing.note_left_out(axes, data)
    data = complete(data)
    plane = principal_plane(data)
    X = data.X[some_rows(len(data.X), DRAWN)]
    points = plane(X)
    drawing.draw_shared_rows(axes, points, model.predict_proba(X))
    drawing.draw_ellipses(axes, drawing.projected(model.covariance_type, drawing.fitted_mixture(model), plane))
    set_frame(axes, plane, points)


@figure(1, 2, size=(10.4, 4.4))
def density(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """The density, and samples drawn from it

    Left: the lines enclose 50 % (solid), 90 % (dashed) and 99 % (dotted) of the probability; circles mark the five
    rows of least density. Right: as many samples, each drawn by choosing a component by its weight and then a point
    of it, so that both pictures look the same where the model fits. Components have their numbers at their means. With
    more than two columns both are projections. For a single column the curve is the density over a histogram of the
    rows.
    """
    drawing.note_left_out(axes[0], data)
    data = complete(data)
    if data.X.shape[1] == 1:
        draw_line(axes, model, data)
        return
    plane = principal_plane(data)
    rows = data.X[some_rows(len(data.X), DRAWN)]
    seen = drawing.projected(model.covariance_type, drawing.fitted_mixture(model), plane)
    samples, component = seen.sample(len(rows))
    rare = np.argsort(model.score_samples(rows), kind="stable")[:5]
    points = plane(rows)
    draw_rows(axes[0], points, model.predict(rows))
    axes[0].scatter(*points[rare].T, s=90, facecolors="none", edgecolors=BLACK, linewidths=1.2, zorder=5)
    draw_rows(axes[1], samples, component)
    for panel, title in zip(axes, (f"{len(rows):,} rows", f"{len(samples):,} samples"), strict=True):
        drawing.draw_contours(panel, seen, *bounds(points))
        drawing.draw_numbers(panel, seen)
        set_frame(panel, plane, points)
        panel.set_title(title)


def draw_line(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """Draw the density of a single column over histograms of rows and samples."""
    rows = rows_shown(data.X, len(model.means_))
    (low,), (high,) = bounds(rows)
    x = np.linspace(low, high, 400)
    root = np.sqrt(np.ravel(model.covariances_))
    spread = np.broadcast_to(root, len(model.means_)) if len(root) == 1 else root
    rng = np.random.default_rng(0)
    k = rng.choice(len(model.weights_), size=len(rows), p=model.weights_ / model.weights_.sum())
    samples = model.means_[k, 0] + spread[k] * rng.normal(size=len(rows))
    for panel, values, title in zip(axes, (rows[:, 0], samples), ("rows", "samples"), strict=True):
        panel.hist(values, BINS, range=(low, high), density=True, color="#bbbbbb")
        panel.plot(x, np.exp(model.score_samples(x[:, None])), color=BLUE)
        panel.set(xlabel=data.axis_names[0], ylabel="density", title=f"{len(values):,} {title}")


@figure(1, 2, size=(10.4, 4.4))
def kmeans_against_em(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """K-means and the mixture on the same rows

    Left: k-means with as many clusters measures the distance to a centre in the same units in all directions, so it
    cuts groups that are long and joins the ends of those that lie side by side. Right: each component has its own
    lengths and directions; the ellipses are at one and two standard deviations. A unit is as long in both directions of
    the picture, so that lengths compare as they do for k-means.

    The adjusted Rand index says how far the labels agree with the known groups, or where there are none with each
    other: 1 the same, 0 as by chance.
    """
    K = len(model.means_)
    if K < 2:
        raise NotApplicable("There is one component only: nothing is divided.")
    drawing.note_left_out(axes[0], data)
    data = complete(data)
    plane = principal_plane(data)
    some = some_rows(len(data.X), DRAWN)
    rows = data.X[some]
    points, component = plane(rows), model.predict(rows)
    found = KMeans(min(K, len(np.unique(rows, axis=0))), n_init=4, tol=0, random_state=0).fit(rows)
    true = None if data.y is None else data.y[some]
    label = matched(found.labels_, component, K)
    for panel, name, own, other in (
        (axes[0], "k-means", label, component),
        (axes[1], "mixture", component, label),
    ):
        draw_rows(panel, points, own)
        index = adjusted_rand_score(other if true is None else true, own)
        panel.set_title(f"{name}: adjusted Rand index {index:.2f}")
    center = plane(found.cluster_centers_)
    axes[0].scatter(*center.T, s=130, marker="X", color="white", edgecolors=BLACK, linewidths=1.6, zorder=5)
    drawing.draw_ellipses(axes[1], drawing.projected(model.covariance_type, drawing.fitted_mixture(model), plane))
    for panel in axes:
        set_frame(panel, plane, points)
        set_equal_units(panel)


def set_equal_units(axes: Any) -> None:
    """Widen the shorter side of a frame until a unit is as long in both directions."""
    sides = np.array([axes.get_xlim(), axes.get_ylim()])
    length = np.array([RATIO, 1.0]) * max((sides[:, 1] - sides[:, 0]) / [RATIO, 1.0])
    lower = (sides.sum(axis=1) - length) / 2
    axes.set(xlim=(lower[0], lower[0] + length[0]), ylim=(lower[1], lower[1] + length[1]), aspect="equal")


def matched(label: Array, component: Array, K: int) -> Array:
    """Return the labels under the numbers of the components with which they share most rows."""
    shared = np.zeros((K, K))
    np.add.at(shared, (label, component), 1)
    name = np.zeros(K, dtype=int)
    for _ in range(K):
        j, k = np.unravel_index(shared.argmax(), shared.shape)
        name[j] = k
        shared[j], shared[:, k] = -1, -1
    return name[label]
