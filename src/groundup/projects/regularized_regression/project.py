"""Regularised regression, declared."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from groundup.core.metrics import mean_squared_error
from groundup.core.types import Array
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import regression
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.scores import R_SQUARED, ROOT_MEAN_SQUARED_ERROR
from groundup.projects.common.tuning import best, folds_of, shuffled
from groundup.projects.regularized_regression.animation import coordinate_descent
from groundup.projects.regularized_regression.example import eight_bakes
from groundup.projects.regularized_regression.figures import bakes, choice, paths, penalties, rounding, weights
from groundup.projects.regularized_regression.findings import alpha_max, answer, coefficients, strength
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet, Lasso
from groundup.projects.regularized_regression.models.elastic_net_cv import ElasticNetCV, LassoCV
from groundup.projects.regularized_regression.models.multitask_lasso import MultiTaskLasso
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV
from groundup.projects.regularized_regression.workloads import WORKLOADS, crossover

PART = 0.05  # Penalty relative to the one that leaves nothing: it keeps some features, and not all.
GROUP_PART = 0.15  # The same for a penalty on groups of weights.
RIDGES = (0.0, 0.1, 1.0, 10.0)  # L2 penalties that are tried on a user's table, relative to the variance of a feature.
PRECISE = 1e-8  # Tolerance at which the coefficients of both sides agree, and not only their objectives.
ONE_TARGET, MORE_TARGETS = ("sparse", "diabetes"), ("melts",)


def squared_error(model: Any, data: Dataset) -> float:
    """Return the squared residuals over twice the number of rows, summed over the targets."""
    return float(((np.asarray(data.y) - model.predict(data.X)) ** 2).sum() / (2 * len(data.X)))


def objective(model: Any, data: Dataset, l1_ratio: float | None = None) -> float:
    """Return half the mean squared error and the penalty of the elastic net, summed over the targets."""
    w, (alpha, own) = model.coef_, strength(model)
    ratio = own if l1_ratio is None else l1_ratio
    return squared_error(model, data) + float(alpha * (ratio * np.abs(w).sum() + (1 - ratio) / 2 * (w**2).sum()))


def ridge_objective(model: Any, data: Dataset) -> float:
    """Return the squared error and the penalty of ridge regression, summed over the targets."""
    return 2 * len(data.X) * squared_error(model, data) + float((strength(model)[0] * (model.coef_**2).T).sum())


def group_objective(model: Any, data: Dataset) -> float:
    """Return half the mean squared error and the penalty on the length of each feature's coefficients."""
    return squared_error(model, data) + float(model.alpha * np.linalg.norm(model.coef_, axis=0).sum())


def squared_loss(model: Any, X: Array, y: Array) -> float:
    """Return the mean squared error."""
    return mean_squared_error(y, model.predict(X))


def non_zero(model: Any, data: Dataset) -> float:
    """Return how many weights are not zero."""
    return float(np.count_nonzero(model.coef_))


def _l1(data: Dataset) -> float:
    """Return a part of the least L1 penalty that makes all weights zero, in units of target times feature."""
    return PART * alpha_max(ElasticNet(l1_ratio=1.0), data)


def _l2(data: Dataset) -> float:
    """Return a part of the mean variance of the features, which an L2 penalty is compared with."""
    return PART * float(data.X.var(axis=0).mean())


def elastic_net(data: Dataset) -> Mapping[str, Any]:
    """Return both penalties: by cross-validation for a user's table, else in proportion to what they compare with."""
    if data.encoder is not None:
        found = ElasticNetCV(l1_ratio=ratios(data), cv=folds_of(data)).fit(*shuffled(data))
        return {"alpha": float(f"{found.alpha_:.4g}"), "l1_ratio": float(found.l1_ratio_), "tol": PRECISE}
    l1, l2 = _l1(data), _l2(data)
    if l1 == 0 or l2 == 0:
        return {"tol": PRECISE}
    return {"alpha": float(f"{l1 + l2:.3g}"), "l1_ratio": float(f"{l1 / (l1 + l2):.4g}"), "tol": PRECISE}


def ratios(data: Dataset) -> list[float]:
    """Return shares of the L1 penalty; it has the units of the target, so that no fixed share suits all targets."""
    most = alpha_max(ElasticNet(l1_ratio=1.0), data) or 1.0
    return [float(f"{1 / (1 + ridge / most):.6g}") for ridge in RIDGES]


def elastic_search(data: Dataset) -> Mapping[str, Any]:
    """Return a tight tolerance, and for a user's table the shares of the L1 penalty that are searched too."""
    return dict(search(data)) | ({} if data.encoder is None else {"l1_ratio": ratios(data)})


def lasso(data: Dataset) -> Mapping[str, Any]:
    """Return an L1 penalty: by cross-validation for a user's table, else one that suits the units."""
    if data.encoder is not None:
        return {"alpha": float(f"{LassoCV(cv=folds_of(data)).fit(*shuffled(data)).alpha_:.4g}"), "tol": PRECISE}
    return {"alpha": float(f"{_l1(data) or 1.0:.3g}"), "tol": PRECISE}


def groups(data: Dataset) -> Mapping[str, Any]:
    """Return a penalty on the lengths of groups that keeps some features, and not all; chosen for a user's table."""
    if data.encoder is not None:
        most = alpha_max(MultiTaskLasso(), data) or 1.0
        alphas = [float(f"{most * 10 ** (-k / 3):.4g}") for k in range(1, 13)]
        return {"alpha": best(MultiTaskLasso, "alpha", alphas, data, squared_loss, {}, classes=False), "tol": PRECISE}
    return {"alpha": float(f"{GROUP_PART * alpha_max(MultiTaskLasso(), data) or 1.0:.3g}"), "tol": PRECISE}


def ridge(data: Dataset) -> Mapping[str, Any]:
    """Return an L2 penalty: by cross-validation for a user's table, else one that suits the units and the rows."""
    if data.encoder is not None:
        return {"alpha": float(RidgeCV(**ridge_grid(data)).fit(*shuffled(data)).alpha_)}
    return {"alpha": float(f"{len(data.X) * _l2(data) or 1.0:.3g}")}


def ridge_grid(data: Dataset) -> Mapping[str, Any]:
    """Return thirteen L2 penalties from a thousandth to a thousand times the one of `ridge`."""
    middle = len(data.X) * _l2(data) or 1.0
    return {"alphas": [float(f"{middle * 10 ** (k / 2):.3g}") for k in range(-6, 7)]}


def search(data: Dataset) -> Mapping[str, Any]:
    """Return a tolerance tight enough to compare coefficients; the penalty is found by cross-validation."""
    return {"tol": PRECISE}


def same_problem(model: Any, data: Dataset) -> Mapping[str, Any]:
    """Return parameters with which scikit-learn solves the problem of our model, to the same tolerance."""
    shared = ("alpha", "l1_ratio", "fit_intercept", "positive", "tol", "max_iter", "selection")
    return {name: value for name, value in model.get_params().items() if name in shared}


def objectives(name: str, compute: Any) -> tuple[Metric, ...]:
    """Return the metrics of a model that minimises `compute`."""
    return (
        Metric(
            name,
            compute,
            "lower",
            meaning="What the fit minimises. Its size says nothing by itself: of two solutions the lower is right.",
        ),
        ROOT_MEAN_SQUARED_ERROR,
        R_SQUARED,
        Metric(
            "weights that are not zero",
            non_zero,
            "lower",
            meaning="Columns that are used, counted once for each target. 0: the mean is predicted.",
        ),
    )


HALF_ERROR = "half the mean squared error, plus the penalty"
OF_LASSO = objectives(HALF_ERROR, partial(objective, l1_ratio=1.0))
OF_RIDGE = objectives("squared error, plus the penalty", ridge_objective)
OF_GROUPS = objectives(HALF_ERROR, group_objective)
SOLUTION = ("coef_", "intercept_")

PROJECT = Project(
    name="regularized_regression",
    title="Regularised regression",
    summary="Ridge, lasso and elastic net: a price on weights keeps them small, or makes those that do not pay exactly "
    "zero.",
    models=(
        Model(
            estimator=ElasticNet,
            reference="sklearn.linear_model:ElasticNet",
            parameters=elastic_net,
            standardize=True,
            tuned=("alpha", "l1_ratio"),
            twin=same_problem,
            compared=SOLUTION,
            data=ONE_TARGET,
        ),
        Model(
            estimator=Lasso,
            reference="sklearn.linear_model:Lasso",
            parameters=lasso,
            standardize=True,
            tuned=("alpha",),
            twin=same_problem,
            compared=SOLUTION,
            data=ONE_TARGET,
            metrics=OF_LASSO,
        ),
        Model(
            estimator=Ridge,
            reference="sklearn.linear_model:Ridge",
            parameters=ridge,
            standardize=True,
            tuned=("alpha",),
            compared=SOLUTION,
            metrics=OF_RIDGE,
            data=ONE_TARGET,
        ),
        Model(
            estimator=RidgeCV,
            reference="sklearn.linear_model:RidgeCV",
            parameters=ridge_grid,
            standardize=True,
            compared=("alpha_", "best_score_", *SOLUTION),
            metrics=OF_RIDGE,
            data=ONE_TARGET,
        ),
        Model(
            estimator=ElasticNetCV,
            reference="sklearn.linear_model:ElasticNetCV",
            parameters=elastic_search,
            standardize=True,
            compared=("alpha_", "l1_ratio_", *SOLUTION),
            data=ONE_TARGET,
        ),
        Model(
            estimator=LassoCV,
            reference="sklearn.linear_model:LassoCV",
            parameters=search,
            standardize=True,
            compared=("alpha_", *SOLUTION),
            metrics=OF_LASSO,
            data=ONE_TARGET,
        ),
        Model(
            estimator=MultiTaskLasso,
            reference="sklearn.linear_model:MultiTaskLasso",
            parameters=groups,
            standardize=True,
            tuned=("alpha",),
            compared=SOLUTION,
            metrics=OF_GROUPS,
            data=MORE_TARGETS,
        ),
    ),
    data={"sparse": regression.sparse, "diabetes": bundled.standard_diabetes, "melts": regression.melts},
    held_out=0.2,
    metrics=objectives(HALF_ERROR, objective),
    figures=(
        weights.three_fits,
        penalties.corners,
        penalties.thresholding,
        bakes.staircase,
        paths.coefficient_paths,
        choice.cross_validation,
        choice.bias_variance,
        penalties.shrinkage_factors,
        penalties.support_recovery,
        rounding.lost_digits,
    ),
    animation=coordinate_descent,
    worked_example=eight_bakes,
    real="diabetes",
    answer=answer,
    findings=coefficients,
    workloads=WORKLOADS,
    crossover=crossover,
)
