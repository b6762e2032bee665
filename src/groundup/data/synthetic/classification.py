"""Made-up data for classification: normal groups whose log-odds are known."""

from collections.abc import Mapping

import numpy as np

from groundup.data.dataset import Dataset


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
