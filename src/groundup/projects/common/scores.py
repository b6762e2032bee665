"""Metrics of predicted numbers, which the regressions share."""

from typing import Any

import numpy as np

from groundup.core.metrics import mean_squared_error, r2_score
from groundup.data.dataset import Dataset
from groundup.projects.common.baselines import by_mean
from groundup.projects.common.declaration import Metric


def root_mean_squared_error(model: Any, data: Dataset) -> float:
    """Return the error in the unit of the target."""
    return float(np.sqrt(mean_squared_error(data.y, model.predict(data.X))))


def r_squared(model: Any, data: Dataset) -> float:
    """Return the share of the target's variance that is predicted; NaN where the target does not vary."""
    return r2_score(data.y, model.predict(data.X)) if np.ptp(np.asarray(data.y), axis=0).any() else float("nan")


ROOT_MEAN_SQUARED_ERROR = Metric(
    "root mean squared error",
    root_mean_squared_error,
    "lower",
    on="held out",
    baseline=by_mean(root_mean_squared_error),
    meaning="Typical error of a prediction, in the unit of the target. 0 is perfect; the baseline is the "
    "error of predicting the mean.",
)
R_SQUARED = Metric(
    "R²",
    r_squared,
    "higher",
    on="held out",
    baseline=by_mean(r_squared),
    meaning="1: every row is predicted exactly. 0: no better than the mean of the target. Below 0: worse than that.",
)
