"""The multi-layer perceptron, declared: what the workbench runs, compares, draws and measures."""

from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.data import bundled
from groundup.data.dataset import FEWEST_ROWS, Dataset
from groundup.data.synthetic import classification, regression
from groundup.plotting.thinning import some_rows
from groundup.projects.common import scores, tuning
from groundup.projects.common.confusion import confusion
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.linear_classifiers import class_metrics
from groundup.projects.multilayer_perceptron import findings, measures
from groundup.projects.multilayer_perceptron.animation import training
from groundup.projects.multilayer_perceptron.example import two_days
from groundup.projects.multilayer_perceptron.figures.gradients import check, graph, magnitudes
from groundup.projects.multilayer_perceptron.figures.surfaces import race, width
from groundup.projects.multilayer_perceptron.figures.training import curves, mistakes, regions
from groundup.projects.multilayer_perceptron.models.mlp_classifier import MLPClassifier
from groundup.projects.multilayer_perceptron.models.mlp_regressor import MLPRegressor
from groundup.projects.multilayer_perceptron.workloads import WORKLOADS

# Values of alpha that are tried on a user's table; of a regression, in spreads of y.
PENALTIES = (10.0, 1.0, 0.1, 0.01)
TRIED_ROWS = 600  # Most rows that they are tried on.
FEW_ROWS = 2000  # Rows up to which classes of a user's table are fitted by L-BFGS.
ALL_STEPS = 6_000_000  # Most rows times steps of L-BFGS on a user's table.
STEPS = (50, 3000)  # Fewest and most of these steps.
PLANE: dict[str, Any] = {
    "hidden_layer_sizes": (32, 16),
    "activation": "tanh",
    "alpha": 0.01,
    "batch_size": 32,
    "learning_rate_init": 0.01,
    "max_iter": 1000,
}
SMALL: dict[str, Any] = {"hidden_layer_sizes": (32,), "solver": "lbfgs", "max_iter": STEPS[1]}
LARGE: dict[str, Any] = {
    "early_stopping": True,
    "n_iter_no_change": 20,
    "learning_rate_init": 0.005,
    "max_iter": 500,
}

OBJECTIVE = Metric(
    "penalised training loss",
    measures.objective,
    "lower",
    meaning="What training lowers, on the rows of the fit: the mean log-loss of classes, or the mean loss of numbers, "
    "half the squared error if --set says nothing else, plus the penalty on the weights. Two trainings from different "
    "weights end at different values; a low one is no praise, since a large network learns every row by heart.",
)


def log_loss(model: Any, X: Any, y: Any) -> float:
    """Return the log-loss."""
    return metrics.log_loss(y, model.predict_proba(X), labels=model.classes_)


def squared_error(model: Any, X: Any, y: Any) -> float:
    """Return the mean squared error."""
    return metrics.mean_squared_error(y, model.predict(X))


def penalty(estimator: Any, data: Dataset, unit: float, **options: Any) -> dict[str, Any]:
    """Return the alpha with the least loss in a cross-validation of a user's table."""
    few = data.take(some_rows(len(data.X), TRIED_ROWS))
    classes = estimator.kind == "classifier"
    if classes:  # each fold needs a row of each class
        _, code, sizes = np.unique(np.asarray(few.y), return_inverse=True, return_counts=True)
        few = few.take(np.flatnonzero(sizes[code] >= tuning.FOLDS))
    if len(few.X) < FEWEST_ROWS or (classes and len(np.unique(np.asarray(few.y))) < 2):
        return {"alpha": unit}
    loss = log_loss if classes else squared_error
    candidates = [float(f"{factor * unit:.2g}") for factor in PENALTIES]
    fixed = {**SMALL, **options, "max_iter": 200, "random_state": 0}
    return {"alpha": tuning.best(estimator, "alpha", candidates, few, loss, fixed, classes=classes)}


def for_classes(data: Dataset) -> dict[str, Any]:
    """Return size and training of a network: for the plane, for pictures, and by the number of rows of a table."""
    if data.encoder is not None:
        return (LARGE if len(data.X) > FEW_ROWS else SMALL) | penalty(MLPClassifier, data, 1.0)
    if data.image:
        return {"hidden_layer_sizes": (64,), "alpha": 1.0, "learning_rate_init": 0.003, "max_iter": 500}
    return {**PLANE, "batch_size": min(PLANE["batch_size"], len(data.X))}


def for_numbers(data: Dataset) -> dict[str, Any]:
    """Return the penalty and the tolerance in the unit of the target, and of a large table fewer steps.

    With relu a function c times as large has a penalty c times as large: each of two layers takes its root. Steps of
    L-BFGS have the scale of the target, those of Adam do not.
    """
    spread = float(np.std(np.asarray(data.y, dtype=np.float64))) or 1.0
    unit = float(f"{spread:.2g}")
    ends = {"tol": float(f"{1e-4 * min(1.0, spread**2):.2g}")}
    if data.encoder is None:
        return SMALL | ends | {"hidden_layer_sizes": (8,), "activation": "tanh", "alpha": float(f"{2.5 * spread:.2g}")}
    most = int(np.clip(ALL_STEPS // len(data.X), *STEPS))
    return SMALL | ends | penalty(MLPRegressor, data, unit, **ends) | {"max_iter": most}


def suits(data: Dataset) -> tuple[str, str]:
    """Return the model that suits a table of the user's, and why."""
    numbers = np.asarray(data.y).dtype.kind == "f"
    return ("MLPRegressor", "the target is a quantity") if numbers else ("MLPClassifier", "the target holds classes")


BOTH = (curves, magnitudes, race, graph, width, check)
CLASSES = (regions, *BOTH, mistakes, confusion)

PROJECT = Project(
    name="multilayer_perceptron",
    title="Multi-layer perceptron",
    summary="Layers of weighted sums, each bent by a function, whose derivatives are passed back from layer to layer.",
    models=(
        Model(
            estimator=MLPClassifier,
            reference="sklearn.neural_network:MLPClassifier",
            parameters=for_classes,
            standardize=True,
            tuned=("alpha",),
            compared=("n_iter_",),
            data=("spirals", "moons", "digits"),
            figures=CLASSES,
            metrics=(OBJECTIVE, *class_metrics()),
        ),
        Model(
            estimator=MLPRegressor,
            reference="sklearn.neural_network:MLPRegressor",
            parameters=for_numbers,
            standardize=True,
            tuned=("alpha",),
            compared=("n_iter_",),
            data=("diabetes", "sine"),
            figures=BOTH,
        ),
    ),
    data={
        "spirals": classification.spirals,
        "moons": classification.moons,
        "digits": bundled.digits,
        "diabetes": bundled.standard_diabetes,
        "sine": regression.sine,
    },
    held_out=0.2,
    metrics=(OBJECTIVE, scores.R_SQUARED, scores.ROOT_MEAN_SQUARED_ERROR),
    figures=CLASSES,
    animation=training,
    worked_example=two_days,
    real="digits",
    answer=findings.answer,
    findings=findings.summary,
    workloads=WORKLOADS,
    suits=suits,
)
