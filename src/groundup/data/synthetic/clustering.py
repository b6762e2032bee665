"""Made-up data for clustering: its true groups are known."""

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale


def blobs(seed: int) -> Dataset:
    """Six round groups in two clumps: a start that puts too few centres into one clump never recovers."""
    rng = np.random.default_rng(seed)
    centers = np.array([[0.0, 0], [4, 0.5], [2, 3.5], [9, 6.5], [12.5, 5], [11, 9.5]])
    group = np.repeat(np.arange(6), 100)
    return Dataset(
        "blobs",
        "Six hundred simulated trees, each within about a metre of one of six seed trees in two clearings.",
        centers[group] + rng.normal(0, 0.8, (600, 2)),
        group,
        ("east (m)", "north (m)"),
        "seed tree",
        truth={"centers": centers, "noise": 0.8},
    )


def moons(seed: int) -> Dataset:
    """Two interlocked half circles: groups that are no neighbourhoods of a centre."""
    X, group = half_circles(np.random.default_rng(seed), 0.07)
    names = ("x (radii)", "y (radii)")
    return Dataset("moons", "Two noisy half circles, one within the other.", X, group, names, "half circle")


def half_circles(rng: np.random.Generator, noise: float) -> tuple[Array, Array]:
    """Return a hundred and fifty points of each of two interlocked half circles, and which of them they are on."""
    group = np.repeat([0, 1], 150)
    angle = rng.uniform(0, np.pi, 300)
    arc = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.where(group[:, None] == 0, arc, [1.0, 0.5] - arc) + rng.normal(0, noise, (300, 2)), group


def unequal(seed: int) -> Dataset:
    """A wide group next to two narrow ones."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], [60, 60, 400])
    spread = np.array([0.25, 0.25, 2.0])
    centers = np.array([[4.5, 1.5], [4.5, -1.5], [0.0, 0.0]])
    X = centers[group] + spread[group, None] * rng.normal(size=(520, 2))
    description = "Four hundred rows spread widely, and two narrow groups of sixty next to them."
    truth = {"centers": centers, "noise": spread}
    return Dataset("unequal", description, X, group, ("x (mm)", "y (mm)"), "group", truth=truth)


def stretched(seed: int) -> Dataset:
    """Three long, slanting groups side by side, of different sizes: nearer to another centre than to their own ends."""
    rng = np.random.default_rng(seed)
    sizes = np.array([300, 180, 120])
    group = np.repeat([0, 1, 2], sizes)
    centers = np.array([[48.0, 20.0], [42.0, 29.0], [58.0, 33.5]])
    covariances = np.array([[[90.0, 42.0], [42.0, 22.0]], [[70.0, 38.0], [38.0, 23.0]], [[16.0, -9.0], [-9.0, 8.0]]])
    X = centers[group] + np.einsum("nij,nj->ni", np.linalg.cholesky(covariances)[group], rng.normal(size=(600, 2)))
    return Dataset(
        "stretched",
        "Six hundred simulated shells of three species of mussel; of the same length those of two species are wider.",
        X,
        group,
        ("length (mm)", "width (mm)"),
        "species",
        truth={"weights": sizes / sizes.sum(), "means": centers, "covariances": covariances},
    )


def readings(seed: int) -> Dataset:
    """Three states of a machine, and a few readings of none of them."""
    rng = np.random.default_rng(seed)
    centers = np.array([[38.0, 1.2], [52.0, 2.8], [63.0, 1.6]])
    spread = np.array([[2.0, 0.2], [2.5, 0.25], [2.0, 0.2]])
    state = np.repeat([0, 1, 2], [100, 90, 50])
    usual = centers[state] + spread[state] * rng.normal(size=(240, 2))
    unusual = np.column_stack([rng.uniform(28.0, 72.0, 12), rng.uniform(0.2, 4.0, 12)])
    X = np.vstack([usual, unusual])
    scale = Scale.of(X)
    return Dataset(
        "readings",
        "Two hundred and forty simulated readings of a pump, idle, under half and under full load, and twelve that "
        "were taken while something was wrong. The model is given standard units.",
        scale.apply(X),
        np.repeat(["usual", "unusual"], [240, 12]),
        ("temperature (°C)", "vibration (mm/s)"),
        "reading",
        scale=scale,
    )
