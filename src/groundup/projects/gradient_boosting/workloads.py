"""The benchmark's tasks: histogram boosting on many rows, exact trees boosted and grown whole, and predictions."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.types import Array
from groundup.data.synthetic.regression import friedman_rows
from groundup.projects.common.declaration import Workload
from groundup.projects.gradient_boosting.models.gradient_boosting_regressor import GradientBoostingRegressor

COLUMNS = 20
FRESH = 10_000  # Rows that no fit sees, on which models that may cut elsewhere are compared.
LEARNED = 2000  # Rows that the models whose predictions are timed have learned from.
MIDDLE = 14.4  # About the median of Friedman's target.


def waves(n: int) -> tuple[Array, Array]:
    """Return uniform rows and Friedman's target, which depends on five of the columns."""
    return friedman_rows(np.random.default_rng(0), n, COLUMNS)


def halves(n: int) -> tuple[Array, Array]:
    """Return the same rows in two classes, by whether the target is above the middle."""
    X, y = waves(n)
    return X, (y > MIDDLE).astype(int)


def fresh() -> tuple[Array, Array]:
    """Return rows of the same kind that no fit sees."""
    return friedman_rows(np.random.default_rng(1), FRESH, COLUMNS)


def given(**parameters: Any) -> Callable[[Array, Array | None], Mapping[str, Any]]:
    """Return parameters that do not depend on the data."""
    return lambda X, y: parameters


def squared_error(model: Any, X: Array, y: Array | None) -> float:
    """Return the mean squared error of the rows of the fit."""
    return metrics.mean_squared_error(y, model.predict(X))


def fresh_error(model: Any, X: Array, y: Array | None) -> float:
    """Return the mean squared error of fresh rows."""
    others, target = fresh()
    return metrics.mean_squared_error(target, model.predict(others))


def fresh_log_loss(model: Any, X: Array, y: Array | None) -> float:
    """Return the log-loss of fresh rows."""
    others, target = fresh()
    return metrics.log_loss(target > MIDDLE, model.predict_proba(others))


@cache
def learned(name: str) -> Any:
    """Return a model of ours, or the reference's, whose predictions are timed; it is fitted once."""
    X, y = waves(LEARNED)
    kind = GradientBoostingRegressor if name == "ours" else import_module("sklearn.ensemble").GradientBoostingRegressor
    return kind().fit(X, y)


def predicted(name: str, X: Array, y: Array | None) -> Array:
    """Return the predictions of a hundred trees."""
    return np.asarray(learned(name).predict(X))


def error_of_predictions(found: Array, X: Array, y: Array | None) -> float:
    """Return the mean squared error of predictions."""
    return metrics.mean_squared_error(y, found)


WORKLOADS = (
    Workload(
        name="histogram boosting, 100 trees of 31 leaves, 50k × 20",
        model="HistGradientBoostingRegressor",
        data=waves,
        objective=fresh_error,
        n=50_000,
        tolerance=5e-3,
        target=0.8,
        single_target=1.0,
        parameters=given(early_stopping=False),
    ),
    Workload(
        name="histogram boosting, two classes, 50k × 20",
        model="HistGradientBoostingClassifier",
        data=halves,
        objective=fresh_log_loss,
        n=50_000,
        tolerance=5e-3,
        target=0.8,
        single_target=1.0,
        parameters=given(early_stopping=False),
    ),
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
        name="a tree, grown whole, 10k × 20",
        model="DecisionTreeRegressor",
        data=waves,
        objective=squared_error,
        n=10_000,
        tolerance=1e-6,
        target=1.0,
    ),
    Workload(
        name="predictions of 100 trees, 50k × 20",
        data=waves,
        objective=error_of_predictions,
        n=50_000,
        tolerance=1e-2,  # late trees may differ: of equally good cuts the reference takes one by chance
        target=1.0,
        fits=(partial(predicted, "ours"), partial(predicted, "theirs")),
    ),
)
