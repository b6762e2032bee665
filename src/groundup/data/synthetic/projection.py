"""Made-up data for projections: the directions in which they vary are known."""

import numpy as np

from groundup.data.dataset import Dataset

ANGLE = np.radians(32.0)  # Of the first axis of the leaves.
SPREAD = np.array([2.2, 0.6])  # Standard deviations along the axes of the leaves.


def correlated(seed: int) -> Dataset:
    """Two columns that vary together: along one direction much, across it little."""
    rng = np.random.default_rng(seed)
    axes = np.array([[np.cos(ANGLE), np.sin(ANGLE)], [-np.sin(ANGLE), np.cos(ANGLE)]])
    mean = np.array([9.0, 5.5])
    return Dataset(
        "correlated",
        "Length and width of two hundred simulated leaves: large ones are both longer and wider.",
        mean + rng.normal(size=(200, 2)) * SPREAD @ axes,
        None,
        ("length (cm)", "width (cm)"),
        truth={"mean": mean, "axes": axes, "spread": SPREAD},
    )


def circles(seed: int) -> Dataset:
    """One circle within another: no straight line tells them apart."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1], 150)
    angle = rng.uniform(0, 2 * np.pi, 300)
    radius = np.array([1.0, 3.0])[group] + rng.normal(0, 0.15, 300)
    return Dataset(
        "circles",
        "Two noisy circles about one centre, the outer three times as wide.",
        radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]),
        np.array(["inner", "outer"])[group],
        ("x (units)", "y (units)"),
        "circle",
    )
