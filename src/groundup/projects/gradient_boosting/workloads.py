"""The benchmark's tasks: histogram boosting on many rows, exact trees boosted and grown whole, and predictions."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.types import Array
from groundup.data.synthetic.regression import friedman_rows
from groundup.projects.common.declaration import Workload

COLUMNS = 20


def waves(n: int) -> tuple[Array, Array]:
    """Return uniform rows and Friedman's target, which depends on five of the columns."""
    return friedman_rows(np.random.default_rng(0), n, COLUMNS)


def given(**parameters: Any) -> Callable[[Array, Array | None], Mapping[str, Any]]:
    """Return parameters that do not depend on the data."""
    return lambda X, y: parameters


def squared_error(model: Any, X: Array, y: Array | None) -> float:
    """Return the mean squared error of the rows of the fit."""
    return metrics.mean_squared_error(y, model.predict(X))


WORKLOADS = (
    Workload(
        name="boosting, 20 trees of depth 3, 10k × 20",
        data=waves,
        objective=squared_error,
        n=10_000,
        tolerance=1e-6,
        target=10.0,
        parameters=given(n_estimators=20),
    ),
    Workload(
        name="tree, grown whole, 10k × 20",
        model="DecisionTreeRegressor",
        data=waves,
        objective=squared_error,
        n=10_000,
        tolerance=1e-6,
        target=1.0,
    ),
)
