"""What fitted models minimise, ours and the reference's, from their predictions alone."""

from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.data.dataset import Dataset
from groundup.projects.gradient_boosting.solvers.losses import LOSSES


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
    loss = LOSSES.get(name, LOSSES["squared_error"])(
        float(getattr(model, "quantile", None) or getattr(model, "alpha", 0.5))
    )
    F = np.log(F) if name in ("gamma", "poisson") and hasattr(model, "loss") else F
    return loss.at(y, F, None).value(y, F, None)


def error(model: Any, data: Dataset) -> float:
    """Return by how much predictions are off: the root mean squared error, or the share of wrong classes."""
    if hasattr(model, "classes_"):
        return 1 - metrics.accuracy_score(data.y, model.predict(data.X))
    return metrics.root_mean_squared_error(data.y, model.predict(data.X))
