"""Softmax regression, declared."""

from typing import Any

from groundup.core.metrics import top_k_accuracy_score
from groundup.data import bundled, synthetic
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric, Project, Workload
from groundup.projects.common.linear_classifiers import closely, judged, penalised_cross_entropy, rows_of, same_problem
from groundup.projects.softmax_regression.animation import region_steps
from groundup.projects.softmax_regression.example import three_samples
from groundup.projects.softmax_regression.figures import classes, softmax
from groundup.projects.softmax_regression.findings import classes_told_apart
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression


def top_two(model: Any, data: Dataset) -> float:
    """Share of rows whose class is among the two most probable ones."""
    return top_k_accuracy_score(data.y, model.predict_proba(data.X), k=2, labels=model.classes_)


def parameters(data: Dataset) -> dict[str, Any]:
    """Many iterations for features of unlike sizes, and for images a penalty that suits the shades of pixels."""
    images = {"C": 0.01} if "height" in data.truth else {}
    return {**closely(data), "max_iter": 1000, **images}


PROJECT = Project(
    name="softmax_regression",
    title="Softmax regression",
    summary="The probabilities of several classes: a linear score for each, exponentials, and a sum that is one.",
    model=SoftmaxRegression,
    reference="sklearn.linear_model:LogisticRegression",
    data={"gaussians": synthetic.three_gaussians, "iris": bundled.iris, "digits": bundled.digits},
    metrics=judged(Metric("top-2 accuracy", top_two, "higher")),
    figures=(
        classes.regions,
        classes.simplex,
        softmax.temperature,
        softmax.overflow,
        classes.templates,
        classes.confusion,
    ),
    animation=region_steps,
    worked_example=three_samples,
    twin=same_problem,
    compared=("coef_", "intercept_"),
    supervised=True,
    real="iris",
    parameters=parameters,
    findings=classes_told_apart,
    workloads=(
        Workload("softmax regression, 20k × 64 × 10", rows_of(64, 10), penalised_cross_entropy, 20_000, 1e-6, 2.0),
    ),
)
