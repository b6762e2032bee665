"""Softmax regression, declared."""

from typing import Any

from groundup.core.metrics import top_k_accuracy_score
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification
from groundup.projects.common.confusion import confusion
from groundup.projects.common.declaration import Model, Project
from groundup.projects.common.linear_classifiers import (
    classifier_metrics,
    same_problem,
    tight_tolerance,
    tuned_strength,
    unseen,
)
from groundup.projects.softmax_regression.animation import region_steps
from groundup.projects.softmax_regression.example import three_samples
from groundup.projects.softmax_regression.figures import bohning, classes, softmax
from groundup.projects.softmax_regression.findings import answer, classes_told_apart
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression
from groundup.projects.softmax_regression.workloads import WORKLOADS, crossover


def top_two(model: Any, data: Dataset) -> float:
    """Return the share of rows whose class is among the two most probable ones."""
    return top_k_accuracy_score(data.y, model.predict_proba(data.X), k=2, labels=model.classes_)


def twin(model: SoftmaxRegression, data: Dataset) -> dict[str, Any]:
    """Return parameters with which scikit-learn solves the same problem.

    Raises
    ------
    ValueError
        With label smoothing, which the reference does not have: its minimum is another one.
    """
    if model.label_smoothing > 0:
        raise ValueError("it has no label smoothing")
    return same_problem(model, data)


def parameters(data: Dataset) -> dict[str, Any]:
    """Return many iterations for features of unlike sizes, and for images a penalty that suits the shades of pixels."""
    images = {"C": 0.01} if data.image else {}
    chosen = tuned_strength(SoftmaxRegression, data, {"max_iter": 1000})
    return {**tight_tolerance(data), "max_iter": 1000, **images, **chosen}


PROJECT = Project(
    name="softmax_regression",
    title="Softmax regression",
    summary="The probabilities of several classes: a linear score for each, exponentials, and a sum that is one.",
    models=(
        Model(
            estimator=SoftmaxRegression,
            reference="sklearn.linear_model:LogisticRegression",
            parameters=parameters,
            standardize=True,
            tuned=("C",),
            twin=twin,
            compared=("coef_", "intercept_"),
        ),
    ),
    data={"gaussians": classification.three_gaussians, "iris": bundled.iris, "digits": bundled.digits},
    held_out=0.2,
    metrics=classifier_metrics(
        unseen(
            "top-2 accuracy", top_two, "Share of the rows whose class is one of the two most probable. 1 is perfect."
        )
    ),
    figures=(
        classes.regions,
        classes.simplex,
        softmax.temperature,
        softmax.overflow,
        bohning.parabolas,
        classes.templates,
        confusion,
    ),
    animation=region_steps,
    worked_example=three_samples,
    real="iris",
    answer=answer,
    findings=classes_told_apart,
    workloads=WORKLOADS,
    crossover=crossover,
)
