"""Gradient boosting, declared: what the workbench runs, compares, draws and measures."""

from typing import Any

import numpy as np

from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification, regression
from groundup.projects.common import scores
from groundup.projects.common.confusion import confusion
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.linear_classifiers import class_metrics, label_metrics
from groundup.projects.common.treatment import categories
from groundup.projects.common.words import joined
from groundup.projects.gradient_boosting import findings, measures
from groundup.projects.gradient_boosting.animation import boosting
from groundup.projects.gradient_boosting.example import six_beds
from groundup.projects.gradient_boosting.figures.dependence import partial_dependence, shap_values
from groundup.projects.gradient_boosting.figures.depth import xor
from groundup.projects.gradient_boosting.figures.importances import importances, misleading
from groundup.projects.gradient_boosting.figures.learning import rate_and_trees
from groundup.projects.gradient_boosting.figures.losses import outliers, quantile_bands
from groundup.projects.gradient_boosting.figures.rounds import rounds
from groundup.projects.gradient_boosting.figures.splits import split_scan
from groundup.projects.gradient_boosting.figures.trees import drawn_tree
from groundup.projects.gradient_boosting.models.decision_tree_classifier import DecisionTreeClassifier
from groundup.projects.gradient_boosting.models.decision_tree_regressor import DecisionTreeRegressor
from groundup.projects.gradient_boosting.models.gradient_boosting_classifier import GradientBoostingClassifier
from groundup.projects.gradient_boosting.models.gradient_boosting_regressor import GradientBoostingRegressor
from groundup.projects.gradient_boosting.models.hist_gradient_boosting_classifier import HistGradientBoostingClassifier
from groundup.projects.gradient_boosting.models.hist_gradient_boosting_regressor import HistGradientBoostingRegressor
from groundup.projects.gradient_boosting.tree_animation import growing
from groundup.projects.gradient_boosting.tuning import NAMED, count_of_trees, depth_of_tree
from groundup.projects.gradient_boosting.workloads import WORKLOADS

MANY = 10_000  # Rows of a user's table above which trees are grown on histograms.
SMALL = 400  # Rows below which a leaf of 20 rows is too large.

LOSS = Metric(
    "training loss",
    measures.training_loss,
    "lower",
    meaning="What each tree lowers, on the rows of the fit: the mean squared error, of classes the log-loss, or the "
    "loss that was asked for. 0 is no praise: enough trees learn every row by heart.",
)


def for_numbers(data: Dataset) -> dict[str, Any]:
    """Return the size of the trees, and of a user's table their number."""
    fixed = dict(NAMED.get(data.name, {}))
    return {**fixed, **count_of_trees(GradientBoostingRegressor, "n_estimators", data, fixed)}


def for_classes(data: Dataset) -> dict[str, Any]:
    """Return the number of trees of a user's table."""
    return count_of_trees(GradientBoostingClassifier, "n_estimators", data, {})


def for_many_numbers(data: Dataset) -> dict[str, Any]:
    """Return the least size of a leaf, and of a user's table the number of trees."""
    fixed = for_histograms(data)
    return {**fixed, **count_of_trees(HistGradientBoostingRegressor, "max_iter", data, fixed)}


def for_many_classes(data: Dataset) -> dict[str, Any]:
    """Return the least size of a leaf, and of a user's table the number of trees."""
    fixed = for_histograms(data)
    return {**fixed, **count_of_trees(HistGradientBoostingClassifier, "max_iter", data, fixed)}


def for_histograms(data: Dataset) -> dict[str, Any]:
    """Return the columns of categories, and the least size of a leaf, which small tables need smaller."""
    numbered = {"categorical_features": sorted(data.levels())} if data.levels() else {}
    return {**numbered, **({"min_samples_leaf": max(2, len(data.X) // 20)} if len(data.X) < SMALL else {})}


def suits(data: Dataset) -> tuple[str, str]:
    """Return the model that suits a table of the user's, and why."""
    numbers = np.asarray(data.y).dtype.kind == "f"
    kind, target = ("Regressor", "a quantity") if numbers else ("Classifier", "a class")
    found = {
        "gaps": bool(np.isnan(data.X).any()),
        "columns of categories": any(True for _ in categories(data)),
        f"more than {MANY:,} rows": len(data.X) > MANY,
    }
    if any(found.values()):
        has = joined([words for words, there in found.items() if there])
        return f"HistGradientBoosting{kind}", f"the target is {target}, and the table has {has}"
    return f"GradientBoosting{kind}", f"the target is {target}"


FEW = (drawn_tree, importances, partial_dependence, shap_values)
ANY = (drawn_tree, importances, misleading, partial_dependence, shap_values)
NUMBERS = (rounds, split_scan, rate_and_trees, outliers, quantile_bands, *ANY)
CLASSES = (rounds, split_scan, xor, rate_and_trees, *ANY, confusion)
TREE = (split_scan, *FEW)

PROJECT = Project(
    name="gradient_boosting",
    title="Gradient boosting",
    summary="A sum of small trees, each of which is grown on what the others have left: a step down the gradient of "
    "the loss.",
    models=(
        Model(
            estimator=GradientBoostingRegressor,
            reference="sklearn.ensemble:GradientBoostingRegressor",
            parameters=for_numbers,
            tuned=("n_estimators",),
            compared=("train_score_", "feature_importances_"),
            data=("sine", "friedman", "diabetes"),
            figures=NUMBERS,
        ),
        Model(
            estimator=GradientBoostingClassifier,
            reference="sklearn.ensemble:GradientBoostingClassifier",
            parameters=for_classes,
            tuned=("n_estimators",),
            compared=("train_score_", "feature_importances_"),
            data=("moons", "crossed", "iris", "breast_cancer"),
            figures=CLASSES,
            metrics=(LOSS, *class_metrics()),
        ),
        Model(
            estimator=HistGradientBoostingRegressor,
            reference="sklearn.ensemble:HistGradientBoostingRegressor",
            parameters=for_many_numbers,
            tuned=("max_iter",),
            native_categories=True,
            compared=("n_iter_",),
            data=("friedman", "sine", "diabetes"),
            figures=(rounds, split_scan, rate_and_trees, quantile_bands, *FEW),
        ),
        Model(
            estimator=HistGradientBoostingClassifier,
            reference="sklearn.ensemble:HistGradientBoostingClassifier",
            parameters=for_many_classes,
            tuned=("max_iter",),
            native_categories=True,
            compared=("n_iter_",),
            data=("moons", "crossed", "iris", "breast_cancer"),
            figures=(rounds, split_scan, rate_and_trees, *FEW, confusion),
            metrics=(LOSS, *class_metrics()),
        ),
        Model(
            estimator=DecisionTreeRegressor,
            reference="sklearn.tree:DecisionTreeRegressor",
            parameters=lambda data: depth_of_tree(DecisionTreeRegressor, data),
            tuned=("max_depth",),
            compared=("feature_importances_",),
            data=("sine", "friedman", "diabetes"),
            figures=TREE,
            animation=growing,
        ),
        Model(
            estimator=DecisionTreeClassifier,
            reference="sklearn.tree:DecisionTreeClassifier",
            parameters=lambda data: depth_of_tree(DecisionTreeClassifier, data),
            tuned=("max_depth",),
            compared=("feature_importances_",),
            data=("moons", "crossed", "iris", "breast_cancer"),
            figures=(*TREE, confusion),
            metrics=(LOSS, *label_metrics()),
            animation=growing,
        ),
    ),
    data={
        "sine": regression.sine,
        "friedman": regression.friedman,
        "diabetes": bundled.diabetes,
        "moons": classification.moons,
        "crossed": classification.crossed,
        "iris": bundled.iris,
        "breast_cancer": bundled.breast_cancer,
    },
    held_out=0.2,
    metrics=(LOSS, scores.R_SQUARED, scores.ROOT_MEAN_SQUARED_ERROR),
    figures=(*NUMBERS, xor, confusion),
    animation=boosting,
    worked_example=six_beds,
    real="diabetes",
    answer=findings.answer,
    findings=findings.summary,
    workloads=WORKLOADS,
    suits=suits,
)
