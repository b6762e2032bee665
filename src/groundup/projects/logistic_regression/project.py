"""Logistic regression, declared."""

from typing import Any

from groundup.core.metrics import roc_auc_score
from groundup.data import bundled, synthetic
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric, Project, Workload
from groundup.projects.common.linear_classifiers import (
    closely,
    judged,
    penalised_cross_entropy,
    rows_of,
    same_problem,
    tightly,
)
from groundup.projects.logistic_regression.animation import boundary_steps
from groundup.projects.logistic_regression.example import six_students
from groundup.projects.logistic_regression.figures import boundary, solvers
from groundup.projects.logistic_regression.figures import thresholds as thresholds
from groundup.projects.logistic_regression.findings import coefficients
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression


def area_under_curve(model: Any, data: Dataset) -> float:
    """How often a row of the second class scores above one of the first; NaN for more classes."""
    if len(model.classes_) > 2:
        return float("nan")
    return roc_auc_score(data.y, model.decision_function(data.X))


PROJECT = Project(
    name="logistic_regression",
    title="Logistic regression",
    summary="The probability of one of two classes: a linear score for the log-odds, fitted by maximum likelihood.",
    model=LogisticRegression,
    reference="sklearn.linear_model:LogisticRegression",
    data={"gaussians": synthetic.gaussians, "breast_cancer": bundled.breast_cancer},
    metrics=judged(Metric("area under the ROC curve", area_under_curve, "higher")),
    figures=(
        boundary.boundary,
        solvers.loss_surface,
        boundary.contributions,
        thresholds.thresholds,
        solvers.newton_against_descent,
        boundary.separable,
    ),
    animation=boundary_steps,
    worked_example=six_students,
    twin=same_problem,
    compared=("coef_", "intercept_"),
    supervised=True,
    real="breast_cancer",
    parameters=closely,
    findings=coefficients,
    workloads=(
        Workload("logistic regression, 50k × 50", rows_of(50, 1), penalised_cross_entropy, 50_000, 1e-6, 2.0),
        Workload(
            "logistic regression, 1000 × 2000",
            rows_of(2000, 1), penalised_cross_entropy, 1000, 1e-6, 1.0, reference_parameters=tightly,
        ),
    ),
)  # fmt: skip
