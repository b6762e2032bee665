"""Made-up data for classification: normal groups whose log-odds are known, and groups that no line divides."""

from collections.abc import Mapping

import numpy as np

from groundup.data.dataset import Dataset
from groundup.data.synthetic.clustering import half_circles

TURNS = 1.75  # Of the arms of `spirals`, from the centre outwards.


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


def blobs(seed: int) -> Dataset:
    """Two round groups that a straight line divides, but for a few rows."""
    rng = np.random.default_rng(seed)
    names, centers = np.array(["beech", "oak"]), np.array([[3.2, 5.5], [5.0, 3.8]])
    group = np.repeat([0, 1], 60)
    return Dataset(
        "blobs",
        "Sixty simulated beeches and sixty oaks on the two slopes of a valley.",
        centers[group] + rng.normal(0, 0.7, (120, 2)),
        names[group],
        ("east (km)", "north (km)"),
        "tree",
        truth={"centers": centers, "noise": 0.7},
    )


def moons(seed: int) -> Dataset:
    """Two interlocked half circles with noise: no straight line divides them."""
    X, group = half_circles(np.random.default_rng(seed), 0.2)
    return Dataset(
        "moons",
        "Two half circles, one within the other, with so much noise that some rows lie among those of the other.",
        X,
        np.array(["upper", "lower"])[group],
        ("x (radii)", "y (radii)"),
        "half circle",
    )


def crossed(seed: int) -> Dataset:
    """Four groups, of which those at opposite ends are one class: the exclusive or."""
    rng = np.random.default_rng(seed)
    signs = np.repeat([[1, 1], [1, -1], [-1, 1], [-1, -1]], 40, axis=0)
    return Dataset(
        "crossed",
        "Four groups around the ends of a cross; where both columns have the same sign the class is the same.",
        1.2 * signs + rng.normal(0, 0.5, (160, 2)),
        np.where(signs[:, 0] == signs[:, 1], "equal", "different"),
        ("x (units)", "y (units)"),
        "signs",
    )


def spirals(seed: int) -> Dataset:
    """Two spirals around each other: a boundary has to turn nearly twice."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1], 200)
    radius = 3 * np.sqrt(rng.uniform(0.03, 1, 400))  # the root: as many points on each part of the same length
    angle = TURNS * 2 * np.pi * radius / 3 + np.pi * group
    arms = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return Dataset(
        "spirals",
        "Two hundred points on each of two spirals, which turn around each other one and three quarter times.",
        arms + rng.normal(0, 0.1, (400, 2)),
        np.array(["first", "second"])[group],
        ("x (cm)", "y (cm)"),
        "arm",
        truth={"turns": TURNS, "noise": 0.1},
    )
