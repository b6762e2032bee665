"""Regularised regression, declared."""

from typing import Any

import numpy as np

from groundup.core.metrics import mean_squared_error
from groundup.data import bundled, synthetic
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Metric, Project
from groundup.projects.regularized_regression.animation import coordinate_descent
from groundup.projects.regularized_regression.example import eight_bakes
from groundup.projects.regularized_regression.figures import choice, paths, penalties
from groundup.projects.regularized_regression.findings import alpha_max, coefficients
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet
from groundup.projects.regularized_regression.workloads import WORKLOADS

PART = 0.05  # of what would leave nothing: a penalty that keeps some features, and not all
PRECISE = 1e-8  # tolerance: so that both sides' numbers are alike, and not only their objectives


def objective(model: Any, data: Dataset) -> float:
    """Half the mean squared error and the penalty, summed over the targets."""
    residual, w, ratio = np.asarray(data.y) - model.predict(data.X), model.coef_, model.l1_ratio
    penalty = model.alpha * (ratio * np.abs(w).sum() + (1 - ratio) / 2 * (w**2).sum())
    return float((residual**2).sum() / (2 * len(data.X)) + penalty)


def non_zero(model: Any, data: Dataset) -> float:
    """How many weights are not zero."""
    return float(np.count_nonzero(model.coef_))


def parameters(data: Dataset) -> dict[str, Any]:
    """Both penalties in proportion to what they are set against, whatever the units.

    The weights of L1 and L2 are a twentieth of the largest slope at zero, which is in units of the target times units
    of the features, and of the mean variance of the features.
    """
    l1, l2 = PART * alpha_max(ElasticNet(l1_ratio=1.0), data), PART * float(data.X.var(axis=0).mean())
    if l1 == 0 or l2 == 0:
        return {"tol": PRECISE}
    return {"alpha": float(f"{l1 + l2:.3g}"), "l1_ratio": float(f"{l1 / (l1 + l2):.4g}"), "tol": PRECISE}


def same_problem(model: ElasticNet, data: Dataset) -> dict[str, Any]:
    """Parameters with which scikit-learn solves what our model solves, to the same tolerance."""
    shared = ("alpha", "l1_ratio", "fit_intercept", "positive", "tol", "max_iter", "selection")
    return {name: getattr(model, name) for name in shared}


PROJECT = Project(
    name="regularized_regression",
    title="Regularised regression",
    summary="Ridge, lasso and elastic net: a price on weights keeps them small, or makes those that do not pay exactly "
    "zero.",
    model=ElasticNet,
    reference="sklearn.linear_model:ElasticNet",
    data={"sparse": synthetic.sparse, "diabetes": bundled.standard_diabetes},
    metrics=(
        Metric("half the mean squared error, plus the penalty", objective, "lower"),
        Metric("mean squared error", lambda model, data: mean_squared_error(data.y, model.predict(data.X)), "lower"),
        Metric("R²", lambda model, data: float(model.score(data.X, data.y)), "higher"),
        Metric("weights that are not zero", non_zero, "lower"),
    ),
    figures=(
        paths.coefficient_paths,
        penalties.corners,
        choice.bias_variance,
        choice.cross_validation,
        penalties.shrinkage_factors,
        penalties.thresholding,
        penalties.support_recovery,
    ),
    animation=coordinate_descent,
    worked_example=eight_bakes,
    twin=same_problem,
    compared=("coef_", "intercept_", "dual_gap_", "n_iter_"),
    supervised=True,
    real="diabetes",
    parameters=parameters,
    findings=coefficients,
    workloads=WORKLOADS,
)
