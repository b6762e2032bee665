"""The classification pipeline, declared: what the workbench runs, compares and draws.

The model is the library's own search, so that a run has states, a certificate and a file like every other; its findings
compare pipelines of several families. The search over families with their parameters, and what surrounds it in
production, is `groundup pipeline`. The default data are not put into standard units, which would be computed before the
split.
"""

from typing import Any

from groundup import LogisticRegressionCV
from groundup.core.metrics import roc_auc_score
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification
from groundup.projects.classification_pipeline import findings, textbook
from groundup.projects.classification_pipeline.animation import threshold
from groundup.projects.classification_pipeline.example import twelve_rows
from groundup.projects.classification_pipeline.figures import curves, decisions, experiments
from groundup.projects.classification_pipeline.judged import ALARM, ASKED, MISS
from groundup.projects.classification_pipeline.workloads import WORKLOADS, crossover, same_search, search
from groundup.projects.common.declaration import Model, Project
from groundup.projects.common.linear_classifiers import average_precision, classifier_metrics, unseen


def area(model: Any, data: Dataset) -> float:
    """Return how often a row of the second class scores above one of the first; NaN for more classes."""
    if len(model.classes_) != 2:
        return float("nan")
    return roc_auc_score(data.y, model.decision_function(data.X))


def brier(model: Any, data: Dataset) -> float:
    """Return the Brier score of the second class; NaN for more classes."""
    if len(model.classes_) != 2:
        return float("nan")
    return float(textbook.brier((data.y == model.classes_[1]).astype(float), model.predict_proba(data.X)[:, 1]))


def cost(model: Any, data: Dataset) -> float:
    """Return what errors cost a row at the threshold that the costs ask for; NaN for more classes."""
    if len(model.classes_) != 2:
        return float("nan")
    y, called = data.y == model.classes_[1], model.predict_proba(data.X)[:, 1] >= ASKED
    return float((MISS * (y & ~called) + ALARM * (~y & called)).mean())


PROJECT = Project(
    name="classification_pipeline",
    title="Classification pipeline",
    summary="How a classifier is chosen, judged, used and watched, so that the number reported is the number found.",
    models=(
        Model(
            estimator=LogisticRegressionCV,
            reference="sklearn.linear_model:LogisticRegressionCV",
            parameters=search,
            standardize=True,
            twin=same_search,
            compared=("C_", "coef_", "intercept_"),
        ),
    ),
    data={"breast_cancer": bundled.breast_cancer, "gaussians": classification.gaussians},
    held_out=0.2,
    metrics=classifier_metrics(
        unseen(
            "area under the ROC curve",
            area,
            "How often a row of the second class has a higher score than one of the first. 1 is a perfect order, 0.5 "
            "a random one.",
        ),
        unseen(
            "average precision of the rarer class",
            average_precision,
            "Precision averaged over the rows of the rarer class. 1 is a perfect order; a random one has the share of "
            "that class.",
        ),
        unseen(
            "Brier score",
            brier,
            "Mean squared distance of the probabilities from what happened. 0 is perfect; the baseline gives every row "
            "the shares of the classes.",
            "lower",
        ),
        unseen(
            "cost (false alarms a row)",
            cost,
            f"At the threshold {ASKED:.3f}: a missed row of the second class costs {MISS:g}, a false alarm {ALARM:g}.",
            "lower",
        ),
    ),
    figures=(
        experiments.leakage,
        curves.curves,
        curves.calibration,
        decisions.costs,
        experiments.spread,
        experiments.drift,
    ),
    animation=threshold,
    worked_example=twelve_rows,
    answer=findings.answer,
    findings=findings.findings,
    workloads=WORKLOADS,
    crossover=crossover,
)
