"""Data made to order: what is learnt from it can be held against what it was made from."""

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
    """Five features that move together, so that the loss is a narrow valley."""
    rng = np.random.default_rng(seed)
    n, coef = 400, np.array([2.0, -1.0, 0.5, 0.0, 3.0])
    common = rng.normal(size=(n, 1))
    X = 0.9 * common + 0.45 * rng.normal(size=(n, 5))
    return Dataset(
        "correlated",
        "Four hundred rows of five features with a correlation of 0.8, and a target that depends on four of them.",
        X,
        1.0 + X @ coef + rng.normal(0, 1.0, n),
        ("a", "b", "c", "d", "e"),
        "target",
        truth={"intercept": 1.0, "coef": coef, "noise": 1.0},
    )
