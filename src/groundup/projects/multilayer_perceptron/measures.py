"""What fitted models minimise, ours and the reference's, from their predictions and weights alone."""

from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.data.dataset import Dataset
from groundup.projects.multilayer_perceptron.models.mlp_regressor import LOSSES


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
