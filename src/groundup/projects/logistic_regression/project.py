"""Logistic regression, declared."""

from typing import Any

from groundup.core.metrics import roc_auc_score
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.linear_classifiers import (
    classifier_metrics,
    same_problem,
    tight_tolerance,
    tuned_strength,
)
from groundup.projects.logistic_regression.animation import boundary_steps
from groundup.projects.logistic_regression.example import six_students
from groundup.projects.logistic_regression.figures import boundary, solvers
from groundup.projects.logistic_regression.figures import thresholds as thresholds
from groundup.projects.logistic_regression.findings import coefficients
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression
from groundup.projects.logistic_regression.models.logistic_regression_cv import LogisticRegressionCV
from groundup.projects.logistic_regression.workloads import WORKLOADS


def area_under_curve(model: Any, data: Dataset) -> float:
    """Return how often a row of the second class scores above one of the first; NaN for more classes."""
    if len(model.classes_) > 2:
        return float("nan")
    return roc_auc_score(data.y, model.decision_function(data.X))


def parameters(data: Dataset) -> dict[str, Any]:
    """Return a tolerance tight enough to compare parameters, and for a user's table the strength that predicts best."""
    return tight_tolerance(data) | tuned_strength(LogisticRegression, data, {})


def same_search(model: LogisticRegressionCV, data: Dataset) -> dict[str, Any]:
    """Return parameters with which scikit-learn searches the same grid by the same score."""
    return {
        "Cs": model.Cs,
        "l1_ratios": tuple(model.l1_ratios),
        "cv": model.cv,
        "scoring": "neg_log_loss" if callable(model.scoring) else model.scoring,
        "fit_intercept": model.fit_intercept,
        "class_weight": model.class_weight,
        "solver": "saga" if any(model.l1_ratios) else "newton-cholesky",
        "tol": 1e-8,
        "max_iter": 1000,
        "use_legacy_attributes": False,
    }


PROJECT = Project(
    name="logistic_regression",
    title="Logistic regression",
    summary="The probability of one of two classes: a linear score for the log-odds, fitted by maximum likelihood.",
    models=(
        Model(
            estimator=LogisticRegression,
            reference="sklearn.linear_model:LogisticRegression",
            parameters=parameters,
            standardize=True,
            tuned=("C",),
            twin=same_problem,
            compared=("coef_", "intercept_"),
        ),
        Model(
            estimator=LogisticRegressionCV,
            reference="sklearn.linear_model:LogisticRegressionCV",
            standardize=True,
            twin=same_search,
            compared=("C_", "l1_ratio_", "coef_", "intercept_"),
        ),
    ),
    data={"gaussians": classification.gaussians, "breast_cancer": bundled.breast_cancer},
    held_out=0.2,
    metrics=classifier_metrics(Metric("area under the ROC curve", area_under_curve, "higher", on="held out")),
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
    real="breast_cancer",
    findings=coefficients,
    workloads=WORKLOADS,
)
