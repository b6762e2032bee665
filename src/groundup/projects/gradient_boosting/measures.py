"""What fitted models minimise, ours and the reference's, from their predictions alone."""

from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.data.dataset import Dataset
from groundup.projects.gradient_boosting.solvers.losses import LOSSES, SquaredLoss


def training_loss(model: Any, data: Dataset) -> float:
    """Return the mean loss of the rows by the model's own loss; of a tree by its criterion where that is absolute."""
    y = np.asarray(data.y)
    if hasattr(model, "classes_"):
        if getattr(model, "loss", "") == "exponential":
            signed = np.where(y == model.classes_[1], 1, -1) * np.ravel(model.decision_function(data.X))
            return float(np.exp(-signed).mean())
        return metrics.log_loss(y, model.predict_proba(data.X), labels=model.classes_)
    y, F = y.astype(np.float64), np.asarray(model.predict(data.X), dtype=np.float64)[None]
    name = getattr(model, "loss", getattr(model, "criterion", "squared_error"))
    logarithms = hasattr(model, "loss") and name in ("gamma", "poisson")  # of predictions are the scores of these
    kind = LOSSES[name] if name in LOSSES and (hasattr(model, "loss") or name != "poisson") else SquaredLoss
    loss, F = kind(share_of(model)), np.log(F) if logarithms else F
    return loss.at(y, F, None).value(y, F, None)


def share_of(model: Any) -> float:
    """Return the quantile of a model's loss; any number for one that has none."""
    for name in ("quantile", "alpha"):
        if getattr(model, name, None) is not None:
            return float(getattr(model, name))
    return 0.5


def error(model: Any, data: Dataset) -> float:
    """Return by how much predictions are off: the root mean squared error, or the Brier score of the probabilities.

    Of a model of a quantile, which means to be off to one side, it is the quantile loss. The share of wrong classes
    says nothing where the most frequent class is always the likeliest.
    """
    if hasattr(model, "classes_"):
        return metrics.brier_score_loss(data.y, model.predict_proba(data.X), labels=model.classes_)
    if getattr(model, "loss", "") == "quantile":
        return training_loss(model, data)
    return metrics.root_mean_squared_error(data.y, model.predict(data.X))
