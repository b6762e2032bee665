"""Support vector machines, declared: what the workbench runs, compares, draws and measures."""

from typing import Any

import numpy as np

from groundup.core.metrics import accuracy_score, mean_squared_error
from groundup.data import bundled
from groundup.data.dataset import FEWEST_ROWS, Dataset
from groundup.data.synthetic import classification, clustering, regression
from groundup.plotting.thinning import some_rows
from groundup.projects.common import scores, tuning
from groundup.projects.common.confusion import confusion
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.linear_classifiers import label_metrics
from groundup.projects.support_vector_machine import findings, measures
from groundup.projects.support_vector_machine.animation import smo_steps
from groundup.projects.support_vector_machine.example import three_bolts
from groundup.projects.support_vector_machine.figures import frontier, kernels, margin, sigmoid, smo
from groundup.projects.support_vector_machine.figures import regression as tubes
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC
from groundup.projects.support_vector_machine.models.linear_svr import LinearSVR
from groundup.projects.support_vector_machine.models.nu_svc import NuSVC
from groundup.projects.support_vector_machine.models.nu_svr import NuSVR
from groundup.projects.support_vector_machine.models.one_class_svm import OneClassSVM
from groundup.projects.support_vector_machine.models.svc import SVC
from groundup.projects.support_vector_machine.models.svr import SVR
from groundup.projects.support_vector_machine.workloads import WORKLOADS, crossover

PRICES = (0.1, 1.0, 10.0, 100.0)  # Values of C that are tried on a user's table; of a regression, in spreads of y.
TRIED_ROWS = 800  # Most rows that they are tried on.
MANY_ROWS = 20_000  # Rows of a user's table from which a linear machine is chosen.
SHARE = 0.3  # ν, where the classes allow it.
TUBE = 0.1  # ε in standard deviations of the target.
TIGHT_ROWS = 1000  # Rows up to which a fit is carried on to many digits.


def tight(data: Dataset, unit: float = 1.0) -> dict[str, Any]:
    """Return a tolerance, in the unit of the decisions, at which both sides agree where it costs little."""
    return {"tol": two_digits((1e-6 if len(data.X) <= TIGHT_ROWS else 1e-3) * unit)}


def error_rate(model: Any, X: Any, y: Any) -> float:
    """Return the share of wrong classes."""
    return 1 - accuracy_score(y, model.predict(X))


def squared_error(model: Any, X: Any, y: Any) -> float:
    """Return the mean squared error."""
    return mean_squared_error(y, model.predict(X))


def price(estimator: Any, data: Dataset, unit: float, fixed: dict[str, Any]) -> dict[str, float]:
    """Return the C with the least loss in a cross-validation for a user's table; for other data `unit`."""
    few = data.take(some_rows(len(data.X), TRIED_ROWS))
    classes = estimator.kind == "classifier"
    if data.encoder is None or len(few.X) < FEWEST_ROWS:
        return {"C": unit}
    if classes and np.unique(np.asarray(few.y), return_counts=True)[1].min() < tuning.FOLDS:
        return {"C": unit}
    loss = error_rate if classes else squared_error
    candidates = [two_digits(unit * factor) for factor in PRICES]
    return {"C": tuning.best(estimator, "C", candidates, few, loss, fixed, classes=classes)}


def two_digits(value: float) -> float:
    """Return a number with two digits."""
    return float(f"{value:.2g}")


def spread_of(data: Dataset) -> float:
    """Return the standard deviation of the target, 1 where it does not vary."""
    return float(np.std(np.asarray(data.y, dtype=np.float64))) or 1.0


def for_classes(data: Dataset) -> dict[str, Any]:
    """Return a straight boundary for round groups, a price of slack for a user's table."""
    straight = {"kernel": "linear"} if data.name == "blobs" else {}
    return {**straight, **tight(data), **price(SVC, data, 1.0, {})}


def share_of_classes(data: Dataset) -> dict[str, Any]:
    """Return the share ν, less where the smallest class is too small for it."""
    sizes = np.unique(np.asarray(data.y), return_counts=True)[1]
    most = 2 * sizes.min() / (sizes.min() + sizes.max())
    return {"nu": min(SHARE, two_digits(0.9 * most)), **tight(data)}


def for_numbers(data: Dataset) -> dict[str, Any]:
    """Return tube and price in the unit of the target: ten standard deviations a unit of slack for named data."""
    epsilon = two_digits(TUBE * spread_of(data))
    return {
        "epsilon": epsilon,
        **tight(data, spread_of(data)),
        **price(SVR, data, two_digits(10 * spread_of(data)), {"epsilon": epsilon}),
    }


def share_of_numbers(data: Dataset) -> dict[str, Any]:
    """Return the price in the unit of the target."""
    return {"C": two_digits(10 * spread_of(data)), **tight(data, spread_of(data))}


def linear_classes(data: Dataset) -> dict[str, Any]:
    """Return the price of slack for a user's table."""
    return {"tol": 1e-6, **price(LinearSVC, data, 1.0, {})}


def linear_numbers(data: Dataset) -> dict[str, Any]:
    """Return tube and price in the unit of the target."""
    epsilon = two_digits(TUBE * spread_of(data))
    return {
        "epsilon": epsilon,
        "tol": 1e-6,
        **price(LinearSVR, data, two_digits(spread_of(data)), {"epsilon": epsilon}),
    }


def linear_twin(model: Any, data: Dataset) -> dict[str, Any]:
    """Return our parameters, with as many iterations as the reference needs."""
    shared = {name: value for name, value in model.get_params().items() if name != "solver"}
    return {**shared, "max_iter": 100_000, "tol": 1e-8, "dual": bool(model.loss not in ("squared_hinge",))}


def suits(data: Dataset) -> tuple[str, str]:
    """Return the model that suits a table of the user's, and why."""
    numbers = np.asarray(data.y).dtype.kind == "f"
    if len(data.X) > MANY_ROWS:
        reason = "a kernel machine on this many rows takes long, a linear one does not"
        return ("LinearSVR" if numbers else "LinearSVC"), reason
    return ("SVR", "the target is a quantity") if numbers else ("SVC", "the target holds classes")


SUPPORT = Metric(
    "support vectors (share of the rows)",
    measures.support_share,
    "lower",
    meaning="Of a classifier, if each row were predicted without it no larger share could be wrong. 1: every row is "
    "needed, which means overlapping classes, a small C or a kernel that is too narrow.",
)


def objective(name: str, compute: Any, meaning: str) -> Metric:
    """Return the metric that both sides minimise."""
    return Metric(name, compute, "lower", meaning=f"What the fit minimises: {meaning}")


PRICE_OF_CLASSES = objective(
    "margin and slack",
    measures.price_of_classes,
    "half the squared length of the weights, small where the margin is wide, and C times the slack of all rows.",
)
PRICE_OF_ERRORS = objective(
    "flatness and errors",
    measures.price_of_errors,
    "half the squared length of the weights, and C times what the errors exceed the tube by.",
)

CLASSES = (
    margin.margin,
    margin.softening,
    kernels.kernels,
    kernels.lifting,
    kernels.accuracy_map,
    margin.deletion,
    smo.smo_steps,
    sigmoid.sigmoid,
    kernels.cancellation,
    confusion,
)
REGRESSIONS = (tubes.tube, smo.smo_steps, kernels.cancellation)

PROJECT = Project(
    name="support_vector_machine",
    title="Support vector machines",
    summary="The widest margin between two classes, held by a few rows; with kernels for curved boundaries, for "
    "numbers a tube, for outliers a frontier.",
    models=(
        Model(
            estimator=SVC,
            reference="sklearn.svm:SVC",
            parameters=for_classes,
            standardize=True,
            tuned=("C",),
            compared=("n_support_", "dual_coef_", "intercept_"),
            data=("blobs", "moons", "iris", "breast_cancer", "digits"),
            figures=CLASSES,
        ),
        Model(
            estimator=SVR,
            reference="sklearn.svm:SVR",
            parameters=for_numbers,
            standardize=True,
            tuned=("C",),
            compared=("dual_coef_", "intercept_"),
            data=("tide", "diabetes"),
            figures=REGRESSIONS,
            metrics=(PRICE_OF_ERRORS, scores.R_SQUARED, scores.ROOT_MEAN_SQUARED_ERROR, SUPPORT),
        ),
        Model(
            estimator=NuSVC,
            reference="sklearn.svm:NuSVC",
            parameters=share_of_classes,
            standardize=True,
            compared=("n_support_", "dual_coef_", "intercept_"),
            data=("moons", "blobs", "iris", "breast_cancer", "digits"),
            figures=(margin.margin, smo.smo_steps, sigmoid.sigmoid, kernels.cancellation, confusion),
            metrics=(
                objective(
                    "half the squared distance of the hulls",
                    measures.hull_distance,
                    "how far the convex hulls of the classes are apart, reduced so that no row counts for more than "
                    "its share.",
                ),
                *label_metrics(),
                SUPPORT,
            ),
        ),
        Model(
            estimator=NuSVR,
            reference="sklearn.svm:NuSVR",
            parameters=share_of_numbers,
            standardize=True,
            compared=("dual_coef_", "intercept_"),
            data=("tide", "diabetes"),
            figures=REGRESSIONS,
            metrics=(PRICE_OF_ERRORS, scores.R_SQUARED, scores.ROOT_MEAN_SQUARED_ERROR, SUPPORT),
        ),
        Model(
            estimator=OneClassSVM,
            reference="sklearn.svm:OneClassSVM",
            parameters=lambda data: {"nu": 0.05, **tight(data)},
            standardize=True,
            compared=("dual_coef_", "offset_"),
            data=("readings", "blobs", "iris", "breast_cancer"),
            figures=(frontier.frontier, smo.smo_steps, kernels.cancellation),
            metrics=(
                objective(
                    "half the squared distance of the frontier",
                    measures.frontier_distance,
                    "how far from the origin of the space of the kernel the multipliers put the frontier.",
                ),
                Metric(
                    "outliers (share of the rows)",
                    measures.outside,
                    "lower",
                    meaning="Rows outside the frontier. At most ν, up to rounding of those that lie on it.",
                ),
                SUPPORT,
            ),
        ),
        Model(
            estimator=LinearSVC,
            reference="sklearn.svm:LinearSVC",
            parameters=linear_classes,
            standardize=True,
            tuned=("C",),
            twin=linear_twin,
            compared=("coef_", "intercept_"),
            data=("blobs", "iris", "breast_cancer", "digits"),
            figures=(margin.margin, margin.softening, kernels.kernels, kernels.lifting, confusion),
            metrics=(
                objective(
                    "penalty and slack",
                    measures.linear_price_of_classes,
                    "half the squared length of the weights, intercept included, and C times the squared slack of all "
                    "rows; of several classes each against the others.",
                ),
                *label_metrics(),
            ),
        ),
        Model(
            estimator=LinearSVR,
            reference="sklearn.svm:LinearSVR",
            parameters=linear_numbers,
            standardize=True,
            tuned=("C",),
            twin=linear_twin,
            compared=("coef_", "intercept_"),
            data=("diabetes",),
            figures=(tubes.tube,),
            metrics=(
                objective(
                    "penalty and errors",
                    measures.linear_price_of_errors,
                    "half the squared length of the weights, intercept included, and C times what the errors exceed "
                    "the tube by.",
                ),
                scores.R_SQUARED,
                scores.ROOT_MEAN_SQUARED_ERROR,
            ),
        ),
    ),
    data={
        "blobs": classification.blobs,
        "moons": classification.moons,
        "iris": bundled.iris,
        "breast_cancer": bundled.standard_breast_cancer,
        "digits": bundled.digits,
        "tide": regression.tide,
        "diabetes": bundled.standard_diabetes,
        "readings": clustering.readings,
    },
    held_out=0.2,
    metrics=(PRICE_OF_CLASSES, *label_metrics(), SUPPORT),
    figures=(*CLASSES, tubes.tube, frontier.frontier),
    animation=smo_steps,
    worked_example=three_bolts,
    real="breast_cancer",
    answer=findings.answer,
    findings=findings.summary,
    workloads=WORKLOADS,
    crossover=crossover,
    suits=suits,
)
