"""Data made to order: what is learnt from it can be held against what it was made from."""

from collections.abc import Mapping

import numpy as np

from groundup.data.dataset import Dataset


def line(seed: int) -> Dataset:
    """Sixty noisy measurements of a spring: length against load."""
    rng = np.random.default_rng(seed)
    load = rng.uniform(0, 10, 60)
    length = 4.0 + 1.5 * load + rng.normal(0, 1.5, 60)
    return Dataset(
        "spring",
        "Sixty simulated measurements of a spring that stretches 1.5 cm a newton, read with an error of 1.5 cm.",
        load[:, None],
        length,
        ("load (N)",),
        "length (cm)",
        truth={"intercept": 4.0, "coef": np.array([1.5]), "noise": 1.5},
    )


def correlated(seed: int) -> Dataset:
    """Five features mixed from independent ones of graded widths, so that the loss has slopes of all lengths."""
    rng = np.random.default_rng(seed)
    n, coef = 400, np.array([2.0, -1.0, 0.5, 0.0, 3.0])
    mirror = np.eye(5) - 2 / 5  # orthogonal: the widths remain those of the independent ones
    X = rng.normal(size=(n, 5)) * np.geomspace(1, 0.1, 5) @ mirror
    return Dataset(
        "correlated",
        "Four hundred rows of five features, mixed from independent ones whose widths fall from 1 to 0.1, and a target "
        "that depends on four of them.",
        X,
        1.0 + X @ coef + rng.normal(0, 1.0, n),
        ("a", "b", "c", "d", "e"),
        "target",
        truth={"intercept": 1.0, "coef": coef, "noise": 1.0},
    )


def sparse(seed: int) -> Dataset:
    """A hundred rows of thirty features, of which six matter; neighbours resemble each other."""
    rng = np.random.default_rng(seed)
    n, d = 100, 30
    coef = np.zeros(d)
    coef[[2, 3, 10, 15, 21, 27]] = [3.0, 2.0, -2.0, 1.5, 1.0, -1.0]
    X = np.empty((n, d))
    X[:, 0] = rng.normal(size=n)
    for j in range(1, d):  # each neighbour has a correlation of 0.7 with the one before
        X[:, j] = 0.7 * X[:, j - 1] + np.sqrt(1 - 0.7**2) * rng.normal(size=n)
    return Dataset(
        "sparse",
        "One hundred simulated melts of steel: the strength, and the contents of thirty trace elements, in standard "
        "deviations from its mean. Six of them matter; neighbours in the list tend to occur together.",
        X,
        500.0 + X @ coef + rng.normal(0, 2.0, n),
        tuple(f"element {j + 1}" for j in range(d)),
        "strength (MPa)",
        truth={"intercept": 500.0, "coef": coef, "noise": 2.0},
    )


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
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1], 150)
    angle = rng.uniform(0, np.pi, 300)
    arc = np.column_stack([np.cos(angle), np.sin(angle)])
    X = np.where(group[:, None] == 0, arc, [1.0, 0.5] - arc) + rng.normal(0, 0.07, (300, 2))
    names = ("x (radii)", "y (radii)")
    return Dataset("moons", "Two noisy half circles, one within the other.", X, group, names, "half circle")


def unequal(seed: int) -> Dataset:
    """A wide group beside two narrow ones."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], [60, 60, 400])
    spread = np.array([0.25, 0.25, 2.0])
    centers = np.array([[4.5, 1.5], [4.5, -1.5], [0.0, 0.0]])
    X = centers[group] + spread[group, None] * rng.normal(size=(520, 2))
    description = "Four hundred rows spread widely, and two narrow groups of sixty beside them."
    truth = {"centers": centers, "noise": spread}
    return Dataset("unequal", description, X, group, ("x (units)", "y (units)"), "group", truth=truth)


def gaussians(seed: int) -> Dataset:
    """Two overlapping groups of one shape: their log-odds are exactly linear."""
    return _normal_groups(seed, {"finch": (81.0, 23.0), "sparrow": (77.0, 26.0)})


def three_gaussians(seed: int) -> Dataset:
    """Three overlapping groups of one shape: differences of their scores are exactly linear."""
    groups = {"finch": (81.0, 23.0), "lark": (86.0, 29.0), "sparrow": (77.0, 26.0)}
    return _normal_groups(seed, groups)


def _normal_groups(seed: int, centers: Mapping[str, tuple[float, float]]) -> Dataset:
    """Two hundred rows a group, normal around its centre with a covariance that all share."""
    rng = np.random.default_rng(seed)
    names, mean = np.array(list(centers)), np.array(list(centers.values()))
    covariance = np.array([[16.0, 4.0], [4.0, 9.0]])
    group = np.repeat(np.arange(len(names)), 200)
    X = mean[group] + rng.normal(size=(len(group), 2)) @ np.linalg.cholesky(covariance).T
    slopes = np.linalg.solve(covariance, mean.T).T
    return Dataset(
        "gaussians",
        f"Two hundred simulated birds of each of {len(names)} kinds ({', '.join(names)}), measured in the hand.",
        X,
        names[group],
        ("wing length (mm)", "mass (g)"),
        "kind",
        truth={"centers": mean, "covariance": covariance, "slopes": slopes},
    )
