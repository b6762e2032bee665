"""Linear regression, declared."""

from typing import Any

import numpy as np

from groundup.core.metrics import mean_squared_error
from groundup.core.types import Array
from groundup.data import bundled, synthetic
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric, Project, Workload
from groundup.projects.linear_regression.animation import descent_animation
from groundup.projects.linear_regression.example import five_points
from groundup.projects.linear_regression.figures import descent, fit
from groundup.projects.linear_regression.findings import coefficients
from groundup.projects.linear_regression.models.linear_regression import LinearRegression


def residual_sum_of_squares(model: Any, data: Dataset) -> float:
    """What least squares minimises."""
    return squared_residuals(model, data.X, data.y)


def root_mean_squared_error(model: Any, data: Dataset) -> float:
    """In the unit of the target."""
    return float(np.sqrt(mean_squared_error(data.y, model.predict(data.X))))


def same_problem(model: LinearRegression, data: Dataset) -> dict[str, Any]:
    """Parameters with which scikit-learn solves what our model solves."""
    return {"fit_intercept": model.fit_intercept, "positive": model.positive}


def tall(n: int) -> tuple[Array, Array]:
    """Rows of 100 independent features, and a target."""
    return _rows(n, np.eye(100))


def correlated(n: int) -> tuple[Array, Array]:
    """Rows of 100 features with a condition number of about a thousand, and a target."""
    rng = np.random.default_rng(1)
    orthogonal = np.linalg.qr(rng.normal(size=(100, 100)))[0]
    return _rows(n, orthogonal * np.geomspace(1, 1e-3, 100) @ orthogonal.T)


def _rows(n: int, mix: Array) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, len(mix))) @ mix
    return X, X @ rng.normal(size=len(mix)) + rng.normal(size=n)


def squared_residuals(model: Any, X: Array, y: Any) -> float:
    """Sum over the rows: what least squares minimises."""
    return float(((np.asarray(y) - model.predict(X)) ** 2).sum())


PROJECT = Project(
    name="linear_regression",
    title="Linear regression",
    summary="The straight line through a cloud of points: least squares solved to the last digit, and how sure to be.",
    model=LinearRegression,
    reference="sklearn.linear_model:LinearRegression",
    data={"spring": synthetic.line, "correlated": synthetic.correlated, "diabetes": bundled.diabetes},
    metrics=(
        Metric("residual sum of squares", residual_sum_of_squares, "lower"),
        Metric("root mean squared error", root_mean_squared_error, "lower"),
        Metric("R²", lambda model, data: float(model.score(data.X, data.y)), "higher"),
    ),
    figures=(
        fit.fit_and_bands,
        fit.residual_diagnostics,
        descent.descent_paths,
        descent.loss_curves,
        descent.step_sizes,
    ),
    animation=descent_animation,
    worked_example=five_points,
    twin=same_problem,
    compared=("coef_", "intercept_", "rank_", "singular_"),
    supervised=True,
    real="diabetes",
    findings=coefficients,
    workloads=(
        Workload("linear regression, 100k × 100", tall, squared_residuals, 100_000, 1e-10, 4.0),
        Workload("linear regression, 100k × 100, condition 1e3", correlated, squared_residuals, 100_000, 1e-10, 1.0),
    ),
)
