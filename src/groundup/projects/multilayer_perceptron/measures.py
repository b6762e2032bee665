"""What fitted models minimise, ours and the reference's, from their predictions and weights alone."""

from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.nn.objective import OnAllRows
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_rows
from groundup.projects.multilayer_perceptron.models.mlp_regressor import LOSSES
from groundup.projects.multilayer_perceptron.models.options import objective_of

BATCH = 200  # Most rows of a gradient check.
STEP = (np.finfo(float).eps / 2) ** (1 / 3)  # Length of its differences, relative to the parameters.


def mean_loss(model: Any, data: Dataset) -> float:
    """Return the mean loss of the rows: log-loss of classes, or a regression's own loss."""
    y = np.asarray(data.y)
    if hasattr(model, "classes_"):
        return metrics.log_loss(y, model.predict_proba(data.X), labels=model.classes_)
    z, name = np.asarray(model.predict(data.X), dtype=np.float64), getattr(model, "loss", "squared_error")
    z = np.log(np.maximum(z, np.finfo(float).tiny)) if name == "poisson" else z
    target = y.astype(np.float64).reshape(len(y), -1)
    return float(LOSSES[name].forward(z.reshape(target.shape).T, target.T)[0].mean())


def penalty(model: Any, rows: int) -> float:
    """Return the penalty on the weights, which together counts as much as one row."""
    return float(model.alpha / 2 * sum(float((W**2).sum()) for W in model.coefs_) / rows)


def objective(model: Any, data: Dataset) -> float:
    """Return the mean loss plus the penalty.  eq. multilayer_perceptron:objective"""
    return mean_loss(model, data) + penalty(model, len(data.X))


def quality(model: Any, data: Dataset) -> float:
    """Return the share of right classes, or R² of numbers; NaN where the target does not vary."""
    if hasattr(model, "classes_"):
        return metrics.accuracy_score(data.y, model.predict(data.X))
    return metrics.r2_score(data.y, model.predict(data.X)) if np.ptp(np.asarray(data.y)) > 0 else float("nan")


def training_objective(model: Any, data: Dataset) -> tuple[OnAllRows, Array]:
    """Return the objective of some rows as a function of the parameters, and those of a model, in double precision."""
    prepared = model._prepare(data.X, data.y, None)
    learned = model._learned
    objective = OnAllRows(objective_of(model, prepared), prepared.samples, learned.s.astype(np.float64))
    return objective, learned.w.astype(np.float64)


def gradient_check(model: Any, data: Dataset) -> tuple[int, float]:
    """Return the number of rows, and the relative error of backpropagation along a random direction.

    The slope by central differences stands for the truth.
    """
    few = data.take(some_rows(len(data.X), BATCH))
    objective, w = training_objective(model, few)
    direction = np.random.default_rng(0).normal(size=w.shape)
    direction *= np.linalg.norm(w) / np.linalg.norm(direction)
    right = float(objective(w + STEP * direction)[0] - objective(w - STEP * direction)[0]) / (2 * STEP)
    slope = float(objective(w)[1] @ direction)
    return len(few.X), abs(slope - right) / max(abs(slope), abs(right), np.finfo(float).tiny)
