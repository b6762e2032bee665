"""Made-up data for regression: its true coefficients are known."""

import numpy as np

from groundup.core.types import Array
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


def melts(seed: int) -> Dataset:
    """Three properties of a hundred melts: the same five elements of twenty matter for all of them."""
    rng = np.random.default_rng(seed)
    n, d = 100, 20
    coef = np.zeros((d, 3))
    coef[[1, 4, 8, 13, 17]] = rng.choice([-1.0, 1.0], (5, 3)) * rng.uniform(0.5, 3.0, (5, 3))
    X = rng.normal(size=(n, d))
    return Dataset(
        "melts",
        "One hundred simulated melts of steel: strength, hardness and elongation, and the contents of twenty trace "
        "elements, in standard deviations from their means. The same five matter for all three properties.",
        X,
        np.array([500.0, 180.0, 20.0]) + X @ coef + rng.normal(0, 1.5, (n, 3)),
        tuple(f"element {j + 1}" for j in range(d)),
        "strength (MPa),hardness (HB),elongation (%)",
        truth={"intercept": np.array([500.0, 180.0, 20.0]), "coef": coef, "noise": 1.5},
    )


def tide(seed: int) -> Dataset:
    """A tide gauge over a day: a smooth curve, small errors, and a few readings that are far off."""
    rng = np.random.default_rng(seed)
    time = np.sort(rng.uniform(0, 24, 100))
    height = 210 + 95 * np.cos(2 * np.pi * time / 12.42) + 20 * np.sin(2 * np.pi * time / 24)
    wrong = rng.choice(100, 6, replace=False)
    read = height + rng.normal(0, 8.0, 100)
    read[wrong] += rng.choice([-1, 1], 6) * rng.uniform(60, 120, 6)
    return Dataset(
        "tide",
        "One hundred simulated readings of a tide gauge in a day, with errors of about 8 cm; waves of passing ships "
        "spoilt six of them.",
        time[:, None],
        read,
        ("time (h)",),
        "height (cm)",
        truth={"noise": 8.0, "spoilt": wrong},
    )


def sine(seed: int) -> Dataset:
    """A swinging pointer read by a sensor that warms up: the curve is a sine, and the noise grows."""
    return pointer(seed, 250)


def pointer(seed: int, n: int) -> Dataset:
    """Return n readings of the swinging pointer."""
    rng = np.random.default_rng(seed)
    time = np.sort(rng.uniform(0, 10, n))
    noise = 0.2 + 0.08 * time
    return Dataset(
        "sine",
        f"{n:,} simulated readings of a swinging pointer in ten seconds. The sensor warms up: its error "
        "grows from 0.2 to 1 mm.",
        time[:, None],
        3 * np.sin(time) + noise * rng.normal(size=n),
        ("time (s)",),
        "deflection (mm)",
        truth={"noise": noise},
    )


def friedman(seed: int) -> Dataset:
    """Friedman's first test of regressions: five of ten columns matter, two of them only together."""
    X, y = friedman_rows(np.random.default_rng(seed), 500, 10)
    return Dataset(
        "friedman",
        "Five hundred rows of ten uniform columns; the target is 10 sin(π x1 x2) + 20 (x3 − ½)² + 10 x4 + 5 x5 and "
        "noise of standard deviation 1 (Friedman, 1991). The last five columns do not matter.",
        X,
        y,
        tuple(f"x{j + 1}" for j in range(10)),
        "y",
        truth={"matter": 5, "noise": 1.0},
    )


def friedman_rows(rng: np.random.Generator, n: int, d: int) -> tuple[Array, Array]:
    """Return n uniform rows of d columns, and Friedman's target, which depends on the first five, with noise."""
    X = rng.uniform(size=(n, d))
    y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3] + 5 * X[:, 4]
    return X, y + rng.normal(size=n)
