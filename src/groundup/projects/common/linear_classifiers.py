"""Metrics, reference parameters and workloads shared by logistic and softmax regression."""

import warnings
from collections.abc import Callable, Mapping
from math import isinf
from typing import Any, Literal

import numpy as np

from groundup.core import metrics
from groundup.core.checks.labels import class_weighted
from groundup.core.linear.products import scores
from groundup.core.optimize.losses import Logistic, Softmax
from groundup.core.optimize.penalties import Penalty
from groundup.core.statistics.splits import stratified_folds
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.baselines import by_base_rate
from groundup.projects.common.declaration import Metric
from groundup.projects.common.tuning import best

LOG_LOSS, ACCURACY, BALANCED_ACCURACY = "log-loss (nats a row)", "accuracy", "balanced accuracy"
FOLDS = 5  # Folds of the cross-validation, where no rows are held out.
LARGEST = 3  # Coefficients of a class that are named.
CONFUSIONS = 10  # Pairs of classes that are named.
STRENGTHS = tuple(float(10.0**k) for k in range(-4, 5))  # Values of C that are tried on a user's table.
# What the reference needs, with each solver, to come within a millionth of the minimum; the loosest that do.
REFERENCE_SOLVERS: Mapping[str, Mapping[str, Any]] = {
    f"{solver}, tol={tol:g}": {"solver": solver, "tol": tol, "max_iter": 3000}
    for solver in ("lbfgs", "newton-cg")
    for tol in (1e-4, 1e-5, 1e-6)
}
CHOLESKY_SOLVER: Mapping[str, Mapping[str, Any]] = {
    "newton-cholesky": {"solver": "newton-cholesky", "tol": 1e-4, "max_iter": 1000}
}
CHOLESKY = 1000  # Most parameters for which the reference factorises its Hessian.


def codes(model: Any, y: Any) -> Array:
    """Return the position of each row's class in ``model.classes_``."""
    return np.asarray(np.searchsorted(model.classes_, y))


def strength(model: Any) -> tuple[float, float]:
    """Return C and l1_ratio of a fitted model, ours or the reference, chosen by cross-validation or given."""
    C = getattr(model, "C_", None)
    ratio = getattr(model, "l1_ratio_", None)
    return (
        float(model.C if C is None else np.ravel(C)[0]),
        float((model.l1_ratio if ratio is None else np.ravel(ratio)[0]) or 0.0),
    )


def penalized_cross_entropy(model: Any, X: Array, y: Any) -> float:
    """Return the minimised objective over C and the weight of all rows, of our model or the reference.

    So divided, one score for two classes and two scores that mirror each other have the same minimum.

    eq. logistic_regression:objective, softmax_regression:objective
    """
    single = len(model.coef_) == 1
    loss = Logistic() if single else Softmax(getattr(model, "label_smoothing", 0.0))
    code = codes(model, y)
    each, _ = loss.value_and_slope(scores(X, model.coef_.T, model.intercept_), code)
    weight = class_weighted(model.class_weight, model.classes_, code, None)
    mean, total = float(np.average(each, weights=weight)), len(X) if weight is None else float(weight.sum())
    C, ratio = strength(model)
    if isinf(C):
        return mean
    penalty = float(Penalty(ratio, 1 - ratio).value(model.coef_.T).sum())
    return mean + penalty / (C * total)


def cross_validated(model: Any, data: Dataset) -> Array:
    """Return the class of each row as predicted by a model that was fitted to the other folds.

    Raises
    ------
    ValueError
        When there are too few rows for the folds.
    """
    X, y = data.X, np.asarray(data.y)
    predicted = np.empty_like(y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Warnings of the folds repeat those of the full fit.
        for train, test in stratified_folds(y, FOLDS):
            predicted[test] = type(model)(**model.get_params()).fit(X[train], y[train]).predict(X[test])
    return predicted


def class_metrics() -> tuple[Metric, ...]:
    """Return the metrics of any classifier with probabilities, on rows that are not used for the fit."""
    return (
        unseen(
            LOG_LOSS,
            log_loss,
            "Mean of −log of the probability given to the true class. 0: always sure and right. The baseline "
            "gives every row the shares of the classes.",
            "lower",
        ),
        *label_metrics(),
    )


def label_metrics() -> tuple[Metric, ...]:
    """Return the metrics of any classifier, on rows that are not used for the fit."""
    return (
        unseen(
            ACCURACY,
            lambda m, d: metrics.accuracy_score(d.y, m.predict(d.X)),
            "Share of the rows whose class is right. 1 is perfect. The baseline is always the most frequent class.",
        ),
        unseen(
            BALANCED_ACCURACY,
            lambda m, d: metrics.balanced_accuracy_score(d.y, m.predict(d.X)),
            "Share of right rows in each class, averaged over the classes. 1 is perfect; always the same answer gives "
            "one over the number of classes, however rare the others are.",
        ),
    )


def classifier_metrics(*extra: Metric) -> tuple[Metric, ...]:
    """Return the metrics of a linear classifier: the objective, those of any classifier, and the project's own."""
    return (
        Metric(
            "penalised cross-entropy (nats a row)",
            lambda m, d: penalized_cross_entropy(m, d.X, d.y),
            "lower",
            meaning="What the fit minimises: the log-loss of the rows it learned from, and the price of the weights.",
        ),
        *class_metrics(),
        *extra,
    )


def unseen(
    name: str,
    compute: Callable[[Any, Dataset], float],
    meaning: str,
    better: Literal["higher", "lower"] = "higher",
    *,
    pooled: bool = False,
) -> Metric:
    """Return a metric of rows that are not used for the fit, next to that of the classes' shares."""
    return Metric(name, compute, better, on="held out", baseline=by_base_rate(compute), pooled=pooled, meaning=meaning)


def of_rarer_class(score: Callable[..., float]) -> Callable[[Any, Dataset], float]:
    """Return a score of the predicted classes, as that of the rarer of two classes; NaN for more."""

    def compute(model: Any, data: Dataset) -> float:
        rare = rarer_class(model, data)
        return float("nan") if rare is None else score(data.y, model.predict(data.X), pos_label=rare)

    return compute


def average_precision(model: Any, data: Dataset) -> float:
    """Return the average precision of the rarer of two classes; NaN for more."""
    rare = rarer_class(model, data)
    if rare is None:
        return float("nan")
    score = model.decision_function(data.X)
    return metrics.average_precision_score(data.y == rare, score if rare == model.classes_[1] else -score)


def rarer_class(model: Any, data: Dataset) -> Any:
    """Return which of two classes has fewer rows, the second one if neither; None for more classes."""
    if len(model.classes_) != 2:
        return None
    first, second = (np.count_nonzero(np.asarray(data.y) == name) for name in model.classes_)
    return model.classes_[0 if first < second else 1]


def log_loss(model: Any, data: Dataset) -> float:
    """Return the mean cross-entropy of the predicted probabilities."""
    return metrics.log_loss(data.y, model.predict_proba(data.X), labels=model.classes_)


def same_problem(model: Any, data: Dataset) -> dict[str, Any]:
    """Return parameters with which scikit-learn solves the problem of our model to many digits."""
    C, ratio, K = float(model.C), float(model.l1_ratio), len(model.classes_)
    if K == 2 and len(model.coef_) == 2:  # the reference has one score: the difference of our two, penalised twice
        C, ratio = 2 * C / (1 + ratio), 2 * ratio / (1 + ratio)
    if ratio > 0 and not isinf(C):
        solver = {"solver": "saga", "max_iter": 1000, "random_state": 0}
    elif model.coef_.size <= CHOLESKY and not isinf(C):
        solver = {"solver": "newton-cholesky", "max_iter": 1000}
    else:
        solver = {"solver": "lbfgs", "max_iter": 10_000}
    return {
        "C": C,
        "l1_ratio": ratio,
        "fit_intercept": model.fit_intercept,
        "class_weight": model.class_weight,
        "tol": 1e-10,
        **solver,
    }


def tight_tolerance(data: Dataset) -> dict[str, Any]:
    """Return a tolerance tight enough to compare parameters digit by digit."""
    return {"tol": 1e-6}


def tuned_strength(estimator: Any, data: Dataset, fixed: dict[str, Any]) -> dict[str, Any]:
    """Return the C with the least log-loss in a cross-validation for a user's table; nothing for other data."""
    if data.encoder is None or np.unique(np.asarray(data.y), return_counts=True)[1].min() < FOLDS:
        return {}
    return {"C": best(estimator, "C", STRENGTHS, data, unseen_log_loss, fixed, classes=True)}


def unseen_log_loss(model: Any, X: Array, y: Array) -> float:
    """Return the mean cross-entropy on rows that may lack some classes."""
    return metrics.log_loss(y, model.predict_proba(X), labels=model.classes_)


def drawn_classes(n: int, d: int, outputs: int) -> tuple[Array, Array]:
    """Return normal rows, and classes drawn from the linear model itself; one score means two classes."""
    rng = np.random.default_rng(0)
    W = 2 * rng.normal(size=(outputs, d)) / np.sqrt(d)
    X = rng.normal(size=(n, d))
    Z = X @ W.T
    if outputs == 1:
        Z = np.hstack([np.zeros_like(Z), Z])
    return X, (Z + rng.gumbel(size=Z.shape)).argmax(axis=1)  # the largest is class k with its softmax's probability


def rows_of(d: int, outputs: int) -> Callable[[int], tuple[Array, Array]]:
    """Return a workload's data source for `d` columns and `outputs` scores."""
    return lambda n: drawn_classes(n, d, outputs)


def clouds(d: int, K: int) -> Callable[[int], tuple[Array, Array]]:
    """Return a workload's data source of K normal clouds, each a class, around normal centres."""

    def draw(n: int) -> tuple[Array, Array]:
        rng = np.random.default_rng(0)
        centers = 4 * rng.normal(size=(K, d))
        y = np.concatenate([np.arange(K), rng.integers(K, size=n)])[:n]
        return centers[y] + rng.normal(size=(n, d)), y

    return draw


def class_coefficients(model: Any, data: Dataset) -> Table:
    """Return for each class the coefficients that move its score most, in standard units."""
    effect = model.coef_ * data.X.std(axis=0)
    rows = []
    for name, of_class in zip(model.classes_, effect, strict=True):
        largest = np.argsort(-np.abs(of_class), kind="stable")[:LARGEST]
        rows.append((str(name), *(f"{data.feature_names[j]}: {of_class[j]:+.3g}" for j in largest)))
    places = ("largest coefficient", "second", "third")[: effect.shape[1]]
    head = (data.target_name or "class", *places)
    note = (
        "Change of a class's score for one standard deviation more of the feature. Only differences between classes "
        "count: what all scores gain changes no probability."
    )
    return Table("What speaks for each class", head, tuple(rows), note)


def confusions(model: Any, data: Dataset) -> Table:
    """Return which classes are mistaken for which on rows that the model has not seen, the most frequent ones first.

    These are the held-out rows; where there are none, every row is predicted once in a cross-validation.
    """
    unseen = data if data.held_out is None else data.held_out
    where = f"{FOLDS}-fold cross-validation" if data.held_out is None else f"on {plural(len(unseen.X), 'held-out row')}"
    title = f"Most frequent confusions, {where}"
    try:
        predicted = cross_validated(model, data) if data.held_out is None else model.predict(unseen.X)
    except ValueError as why:
        return Table(title, (), (), f"Not cross-validated: {why}")
    counts = metrics.confusion_matrix(unseen.y, predicted, labels=model.classes_)
    size, right = counts.sum(axis=1), np.diag(counts)
    wrong = counts - np.diag(right)
    order = [np.unravel_index(place, counts.shape) for place in np.argsort(-wrong, axis=None, kind="stable")]
    rows = tuple(
        (str(model.classes_[i]), str(model.classes_[j]), int(counts[i, j]), f"{100 * counts[i, j] / size[i]:.3g} %")
        for i, j in order[:CONFUSIONS]
        if wrong[i, j]
    )
    note = f"{int(wrong.sum()):,} of {len(unseen.X):,} rows are given another class than their own."
    return Table(title, ("true class", "taken for", "rows", "of the class") if rows else (), rows, note)
