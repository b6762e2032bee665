"""How mixtures are drawn in the plane: rows by responsibility, components as ellipses, the density as contours."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.functions import logsumexp
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.plane import Plane, colour, marker
from groundup.plotting.style import BLACK
from groundup.projects.gaussian_mixture.demonstration import left_out
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES, CovarianceType
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture

SCALES = (1.0, 2.0)  # Standard deviations at which a component's ellipses are drawn.
ENCLOSED = (0.99, 0.9, 0.5)  # Parts of the probability within the contours of a density.
DRAWS = 20_000  # Samples from which their levels are found.
GRID = 200  # Points along each side of the grid on which a density is computed.


@dataclass(frozen=True)
class Projected:
    """A mixture as it is seen in a plane: its marginal density, which is a mixture again.

    Parameters
    ----------
    weights : ndarray of shape (K,)
        Probabilities of the components.
    means : ndarray of shape (K, 2)
        Means in the plane.
    covariances : ndarray of shape (K, 2, 2)
        Covariances in the plane.
    """

    weights: Array
    means: Array
    covariances: Array

    def roots(self) -> Array:
        """Return matrices A with covariance A Aᵀ, (K, 2, 2), also of covariances without an inverse."""
        values, vectors = np.linalg.eigh(self.covariances)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :])

    def log_density(self, points: Array) -> Array:
        """Return the logarithm of the density at points of shape (m, 2)."""
        values, vectors = np.linalg.eigh(self.covariances)
        tiny = 1e-12 * max(float(values.max()), 1e-300)
        values = np.maximum(values, tiny)
        joint = np.empty((len(points), len(self.means)))
        for k, mean in enumerate(self.means):
            square = ((points - mean) @ vectors[k]) ** 2 / values[k]
            joint[:, k] = -0.5 * square.sum(axis=1) - 0.5 * np.log(values[k]).sum() - np.log(2 * np.pi)
        with np.errstate(divide="ignore"):
            return logsumexp(joint + np.log(self.weights))

    def sample(self, n: int) -> tuple[Array, Array]:
        """Return n points drawn from the density, always the same, and the component of each."""
        rng = np.random.default_rng(0)
        k = rng.choice(len(self.weights), size=n, p=self.weights / self.weights.sum())
        return self.means[k] + np.einsum("nij,nj->ni", self.roots()[k], rng.normal(size=(n, 2))), k


def projected(kind: CovarianceType, mixture: Mixture, plane: Plane) -> Projected:
    """Return a mixture as it is seen in a plane; its means are as in the data."""
    matrices = COVARIANCES[kind].matrices(mixture.covariances, *mixture.means.shape)
    return Projected(mixture.weights, plane(mixture.means), plane.axes.T @ matrices @ plane.axes)


def fitted_mixture(model: GaussianMixture) -> Mixture:
    """Return the parameters of a fitted model, with means as in the data."""
    return Mixture(model.weights_, model.means_, model.covariances_)


def draw_shared_rows(axes: Any, points: Array, share: Array | None) -> None:
    """Draw rows in the mean of the components' colours, weighted by responsibility; grey without responsibilities."""
    from matplotlib.colors import to_rgb

    if share is None:
        axes.scatter(*points.T, s=14, color="#999999", linewidths=0)
        return
    palette = np.array([to_rgb(colour(k)) for k in range(share.shape[1])])
    shades, shapes = np.clip(share @ palette, 0, 1), np.array([marker(k) for k in share.argmax(axis=1)])
    for one in np.unique(shapes):
        own = shapes == one
        axes.scatter(*points[own].T, s=14, marker=str(one), c=shades[own], alpha=0.7, linewidths=0)


def draw_ellipses(axes: Any, seen: Projected) -> None:
    """Draw each component's number at its mean, and its ellipses of 1 and 2 standard deviations."""
    angle = np.linspace(0, 2 * np.pi, 121)
    circle = np.array([np.cos(angle), np.sin(angle)])
    for k, (mean, root) in enumerate(zip(seen.means, seen.roots(), strict=True)):
        for scale in SCALES:
            x, y = mean[:, None] + scale * root @ circle
            axes.plot(x, y, "-", color="white", linewidth=3.6, zorder=3)
            if scale == 1:
                axes.plot(x, y, "-", color=BLACK, linewidth=2.4, zorder=4)
            axes.plot(x, y, "-" if scale == 1 else "--", color=colour(k), linewidth=1.6, zorder=5)
    draw_numbers(axes, seen)


def draw_numbers(axes: Any, seen: Projected) -> None:
    """Draw each component's number at its mean, within a circle of its colour."""
    for k, mean in enumerate(seen.means):
        axes.plot(
            *mean, marker="o", color="white", markeredgecolor=colour(k), markeredgewidth=2, markersize=14, zorder=6
        )
        axes.annotate(str(k), mean, ha="center", va="center", fontsize=9, fontweight="bold", zorder=7,
                      annotation_clip=True)  # fmt: skip


def note_left_out(axes: Any, data: Dataset) -> None:
    """Say in a picture how many rows have no part in it because they lack an entry."""
    axes.annotate(left_out(data), (0.99, 0.01), xycoords="axes fraction", ha="right", va="bottom", fontsize=8, zorder=8)


def contour_levels(seen: Projected) -> Array:
    """Return the log-densities on the boundaries of the smallest regions that hold the parts `ENCLOSED`."""
    points, _ = seen.sample(DRAWS)
    return np.quantile(seen.log_density(points), 1 - np.array(ENCLOSED))


def draw_contours(axes: Any, seen: Projected, lower: Array, upper: Array) -> None:
    """Draw the contours of a density within a frame; those that lie outside are left out."""
    x, y = (np.linspace(low, high, GRID) for low, high in zip(lower, upper, strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    height = seen.log_density(grid).reshape(GRID, GRID)
    inside = [
        (level, style)
        for level, style in zip(contour_levels(seen), (":", "--", "-"), strict=True)
        if height.min() < level < height.max()
    ]
    for level, style in inside:
        axes.contour(x, y, height, levels=[level], colors=[BLACK], linewidths=1.2, linestyles=[style])
