"""The benchmark's tasks: independent and correlated features; and where conjugate gradients begin to pay."""

from collections import deque
from functools import partial
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.crossover import Way, powers_meet, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.linear_regression import textbook

COLUMNS = (100, 200, 400, 800)  # Numbers of columns between which the crossover is looked for,
ROWS = 2000  # with so many rows,
STEPS = 25  # steps of conjugate gradients,
ROUNDS = 3  # and repetitions.


def tall(n: int) -> tuple[Array, Array]:
    """Return rows of 100 independent features, and a target."""
    return _rows(n, np.eye(100))


def correlated(n: int) -> tuple[Array, Array]:
    """Return rows of 100 features with a condition number of about a thousand, and a target."""
    rng = np.random.default_rng(1)
    orthogonal = np.linalg.qr(rng.normal(size=(100, 100)))[0]
    return _rows(n, orthogonal * np.geomspace(1, 1e-3, 100) @ orthogonal.T)


def many_columns(n: int) -> tuple[Array, Array]:
    """Return rows of a thousand independent features (of a few rows, a fifth as many), and a target."""
    return _rows(n, np.eye(min(1000, n // 5)))


def _rows(n: int, mix: Array) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, len(mix))) @ mix
    return X, X @ rng.normal(size=len(mix)) + rng.normal(size=n)


def squared_residuals(model: Any, X: Array, y: Any) -> float:
    """Return the sum of squared residuals, which least squares minimises."""
    return float(((np.asarray(y) - model.predict(X)) ** 2).sum())


def crossover() -> float:
    """Return the number of columns from which `STEPS` of conjugate gradients are faster than the normal equations.

    Both times grow like powers of the number of columns, up to their noise: lines are fitted to logarithms,
    intersected.
    """

    def ways(p: int) -> tuple[Way, Way]:
        X, y = _rows(ROWS, np.eye(p))
        solve = partial(textbook.normal_equations, X, y)
        descend = partial(textbook.conjugate_gradients, X, y, STEPS)
        return solve, lambda: deque(descend(), maxlen=0)

    return powers_meet(COLUMNS, side_by_side(COLUMNS, ways, ROUNDS))


WORKLOADS = (
    Workload(
        name="linear regression, 100k × 100",
        data=tall,
        objective=squared_residuals,
        n=100_000,
        tolerance=1e-10,
        target=4.0,
    ),
    Workload(
        name="linear regression, 100k × 100, condition 1e3",
        data=correlated,
        objective=squared_residuals,
        n=100_000,
        tolerance=1e-10,
        target=1.0,
    ),
    Workload(
        name="linear regression, 5000 × 1000",
        data=many_columns,
        objective=squared_residuals,
        n=5_000,
        tolerance=1e-10,
        target=2.0,
    ),
)
