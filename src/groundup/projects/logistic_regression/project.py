"""Logistic regression, declared."""

from typing import Any

from groundup.core.metrics import f1_score, precision_score, recall_score, roc_auc_score
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification
from groundup.projects.common.declaration import Model, Project
from groundup.projects.common.linear_classifiers import (
    average_precision,
    classifier_metrics,
    of_rarer_class,
    same_problem,
    tight_tolerance,
    tuned_strength,
    unseen,
)
from groundup.projects.logistic_regression.animation import newton_animation
from groundup.projects.logistic_regression.example import six_students
from groundup.projects.logistic_regression.figures import boundary, newton, solvers
from groundup.projects.logistic_regression.figures import thresholds as thresholds
from groundup.projects.logistic_regression.findings import answer, findings
from groundup.projects.logistic_regression.models.cv_attributes import l1_ratios_of
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression
from groundup.projects.logistic_regression.models.logistic_regression_cv import LogisticRegressionCV
from groundup.projects.logistic_regression.workloads import WORKLOADS, crossover

AREA = "area under the ROC curve"
AVERAGE_PRECISION = "average precision of the rarer class"
PRECISION, RECALL = "precision of the rarer class", "recall of the rarer class"


def area_under_curve(model: Any, data: Dataset) -> float:
    """Return how often a row of the second class scores above one of the first; NaN for more classes."""
    if len(model.classes_) > 2:
        return float("nan")
    return roc_auc_score(data.y, model.decision_function(data.X))


def parameters(data: Dataset) -> dict[str, Any]:
    """Return a tolerance tight enough to compare parameters, and for a user's table the strength that predicts best."""
    return tight_tolerance(data) | tuned_strength(LogisticRegression, data, {})


def search(data: Dataset) -> dict[str, Any]:
    """Return parameters of a search by the probabilities themselves, with attributes of the new shapes."""
    return {"l1_ratios": (0.0,), "scoring": "neg_log_loss", "use_legacy_attributes": False}


def same_search(model: LogisticRegressionCV, data: Dataset) -> dict[str, Any]:
    """Return parameters with which scikit-learn searches the same grid by the same score."""
    ratios = tuple(l1_ratios_of(model.penalty, model.l1_ratios))
    return {
        "Cs": model.Cs,
        "l1_ratios": ratios,
        "cv": model.cv,
        "scoring": "accuracy" if model.scoring == "warn" else model.scoring,
        "fit_intercept": model.fit_intercept,
        "class_weight": model.class_weight,
        "solver": "saga" if any(ratios) else "newton-cholesky",
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
            parameters=search,
            standardize=True,
            twin=same_search,
            compared=("C_", "l1_ratio_", "coef_", "intercept_"),
        ),
    ),
    data={"gaussians": classification.gaussians, "breast_cancer": bundled.breast_cancer},
    held_out=0.2,
    metrics=classifier_metrics(
        unseen(
            AREA,
            area_under_curve,
            "How often a row of the second class has a higher score than one of the first. 1 is a perfect order, 0.5 "
            "a random one.",
        ),
        unseen(
            AVERAGE_PRECISION,
            average_precision,
            "Precision averaged over the rows of the rarer class. 1 is a perfect order; a random one has the share of "
            "that class.",
        ),
        unseen(
            PRECISION,
            of_rarer_class(precision_score),
            "Of the rows called the rarer class, the share that is. 0 where none is called so.",
            pooled=True,
        ),
        unseen(
            RECALL,
            of_rarer_class(recall_score),
            "Of the rows of the rarer class, the share that is found.",
            pooled=True,
        ),
        unseen(
            "F1 of the rarer class",
            of_rarer_class(f1_score),
            "Harmonic mean of precision and recall: 1 if every row of the class is found and no other, 0 if none is.",
            pooled=True,
        ),
    ),
    figures=(
        boundary.boundary,
        solvers.loss_surface,
        boundary.contributions,
        thresholds.thresholds,
        newton.parabolas,
        solvers.newton_against_descent,
        boundary.separable,
        newton.naive_losses,
    ),
    animation=newton_animation,
    worked_example=six_students,
    real="breast_cancer",
    answer=answer,
    findings=findings,
    workloads=WORKLOADS,
    crossover=crossover,
)
