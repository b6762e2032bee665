"""Linear regression, declared."""

from typing import Any

from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import regression
from groundup.projects.common.baselines import by_mean
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.scores import R_SQUARED, ROOT_MEAN_SQUARED_ERROR
from groundup.projects.linear_regression.animation import descent_animation
from groundup.projects.linear_regression.example import five_points
from groundup.projects.linear_regression.figures import assumptions, descent, fit, projection, rounding
from groundup.projects.linear_regression.findings import answer, findings
from groundup.projects.linear_regression.models.linear_regression import LinearRegression
from groundup.projects.linear_regression.workloads import WORKLOADS, crossover, squared_residuals


def residual_sum_of_squares(model: Any, data: Dataset) -> float:
    """Return what least squares minimises."""
    return squared_residuals(model, data.X, data.y)


def same_problem(model: LinearRegression, data: Dataset) -> dict[str, Any]:
    """Return parameters with which scikit-learn solves the problem of our model."""
    return {"fit_intercept": model.fit_intercept, "positive": model.positive}


PROJECT = Project(
    name="linear_regression",
    title="Linear regression",
    summary="The straight line through a cloud of points: least squares solved to the last digit, and how sure to be.",
    models=(
        Model(
            estimator=LinearRegression,
            reference="sklearn.linear_model:LinearRegression",
            twin=same_problem,
            compared=("coef_", "intercept_", "rank_", "singular_"),
        ),
    ),
    data={"spring": regression.line, "correlated": regression.correlated, "diabetes": bundled.diabetes},
    held_out=0.2,
    metrics=(
        Metric(
            "residual sum of squares",
            residual_sum_of_squares,
            "lower",
            baseline=by_mean(residual_sum_of_squares),
            meaning="What least squares minimises, in squared units of the target; it grows with the number of rows.",
        ),
        ROOT_MEAN_SQUARED_ERROR,
        R_SQUARED,
    ),
    figures=(
        fit.fit_and_bands,
        fit.residual_diagnostics,
        assumptions.violations,
        projection.projection,
        descent.descent_paths,
        descent.loss_curves,
        descent.step_sizes,
        rounding.lost_digits,
    ),
    animation=descent_animation,
    worked_example=five_points,
    real="diabetes",
    answer=answer,
    findings=findings,
    workloads=WORKLOADS,
    crossover=crossover,
)
