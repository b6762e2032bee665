"""What the projects of linear classifiers declare alike: judged how, posed how to the reference, measured how."""

import warnings
from collections.abc import Callable
from math import isinf
from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.checks.labels import class_weighted
from groundup.core.linear.objective import scores
from groundup.core.optimize.losses import Logistic, Softmax
from groundup.core.optimize.penalties import Penalty
from groundup.core.statistics.splits import stratified_folds
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_rows
from groundup.projects.common.declaration import Metric, Table

FOLDS = 5
REFITTED = 5_000  # rows that are cross-validated
LARGEST = 3  # coefficients of a class that are named
CONFUSIONS = 10  # pairs of classes that are named
CHOLESKY = 1000  # most parameters for which the reference factorises its Hessian


def codes(model: Any, y: Any) -> Array:
    """Position of each row's class in ``model.classes_``."""
    return np.asarray(np.searchsorted(model.classes_, y))


def penalised_cross_entropy(model: Any, X: Array, y: Any) -> float:
    """What is minimised, over C and the weight of all rows, of our model or the reference.

    So divided, one score for two classes and two scores that mirror each other have the same minimum.

    eq. logistic_regression:objective, softmax_regression:objective
    """
    single = len(model.coef_) == 1
    loss = Logistic() if single else Softmax(getattr(model, "label_smoothing", 0.0))
    code = codes(model, y)
    each, _ = loss.value_and_slope(scores(X, model.coef_.T, model.intercept_), code)
    weight = class_weighted(model.class_weight, model.classes_, code, None)
    mean, total = float(np.average(each, weights=weight)), len(X) if weight is None else float(weight.sum())
    if isinf(model.C):
        return mean
    penalty = float(Penalty(model.l1_ratio, 1 - model.l1_ratio).value(model.coef_.T).sum())
    return mean + penalty / (float(model.C) * total)


def predicted_held_out(model: Any, data: Dataset) -> tuple[Array, Array]:
    """True classes of rows, and those predicted by models that have not seen them, of our kind or the reference's.

    Raises
    ------
    ValueError
        When there are too few rows for the folds.
    """
    chosen = some_rows(len(data.X), REFITTED)
    X, y = data.X[chosen], np.asarray(data.y)[chosen]
    predicted = np.empty_like(y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a fold has to say, the whole has said
        for train, test in stratified_folds(y, FOLDS):
            again = type(model)(**model.get_params()).fit(X[train], y[train])
            predicted[test] = again.predict(X[test])
    return y, predicted


def held_out_accuracy(model: Any, data: Dataset) -> float:
    """Share of rows whose class is predicted by a model that has not seen them."""
    return metrics.accuracy_score(*predicted_held_out(model, data))


def judged(own: Metric) -> tuple[Metric, ...]:
    """The metrics of a linear classifier, one of its own among them."""
    return (
        Metric("penalised cross-entropy (nats a row)", lambda m, d: penalised_cross_entropy(m, d.X, d.y), "lower"),
        Metric("log-loss (nats a row)", lambda m, d: metrics.log_loss(d.y, m.predict_proba(d.X)), "lower"),
        Metric("accuracy", lambda m, d: float(m.score(d.X, d.y)), "higher"),
        own,
        Metric(f"accuracy, {FOLDS}-fold cross-validation (of at most {REFITTED:,} rows)", held_out_accuracy, "higher"),
    )


def same_problem(model: Any, data: Dataset) -> dict[str, Any]:
    """Parameters with which scikit-learn solves what our model solves, to many digits."""
    C, ratio, K = float(model.C), float(model.l1_ratio), len(model.classes_)
    if K == 2 and len(model.coef_) == 2:  # the reference has one score: the difference of our two, penalised twice
        C, ratio = 2 * C / (1 + ratio), 2 * ratio / (1 + ratio)
    if ratio > 0 and not isinf(C):
        way = {"solver": "saga", "max_iter": 1000, "random_state": 0}
    elif model.coef_.size <= CHOLESKY and not isinf(C):
        way = {"solver": "newton-cholesky", "max_iter": 1000}
    else:
        way = {"solver": "lbfgs", "max_iter": 10_000}
    return {
        "C": C,
        "l1_ratio": ratio,
        "fit_intercept": model.fit_intercept,
        "class_weight": model.class_weight,
        "tol": 1e-10,
        **way,
    }


def closely(data: Dataset) -> dict[str, Any]:
    """A tolerance that makes the digits of a comparison tell something."""
    return {"tol": 1e-6}


def drawn_classes(n: int, d: int, outputs: int) -> tuple[Array, Array]:
    """Normal rows, and classes drawn from the linear model itself; one score means two classes."""
    rng = np.random.default_rng(0)
    W = 2 * rng.normal(size=(outputs, d)) / np.sqrt(d)
    X = rng.normal(size=(n, d))
    Z = X @ W.T
    if outputs == 1:
        Z = np.hstack([np.zeros_like(Z), Z])
    return X, (Z + rng.gumbel(size=Z.shape)).argmax(axis=1)  # the largest is class k with its softmax's probability


def tightly(X: Array, y: Array | None) -> dict[str, Any]:
    """What the reference needs to come within a millionth of the minimum of a wide problem."""
    return {"tol": 1e-6, "max_iter": 1000}


def rows_of(d: int, outputs: int) -> Callable[[int], tuple[Array, Array]]:
    """A workload's data: so many columns and scores."""
    return lambda n: drawn_classes(n, d, outputs)


def class_coefficients(model: Any, data: Dataset) -> Table:
    """For each class the coefficients that move its score most, in standard units."""
    effect = model.coef_ * data.X.std(axis=0)
    rows = []
    for name, of_class in zip(model.classes_, effect, strict=True):
        largest = np.argsort(-np.abs(of_class), kind="stable")[:LARGEST]
        named = [f"{data.feature_names[j]}: {of_class[j]:+.3g}" for j in largest]
        rows.append((str(name), *named, *[""] * (LARGEST - len(named))))
    head = (data.target_name or "class", "largest coefficient", "second", "third")
    note = (
        "Change of a class's score for one standard deviation more of the feature. Only differences between classes "
        "count: what all scores gain changes no probability."
    )
    return Table("What speaks for each class", head, tuple(rows), note)


def confusions(model: Any, data: Dataset) -> Table:
    """Which classes are taken for which by models that have not seen the row, the most frequent ones first."""
    title = f"Most frequent confusions, {FOLDS}-fold cross-validation"
    try:
        true, predicted = predicted_held_out(model, data)
    except ValueError as why:
        return Table(title, (), (), f"Not cross-validated: {why}")
    counts = metrics.confusion_matrix(true, predicted, labels=model.classes_)
    size, right = counts.sum(axis=1), np.diag(counts)
    wrong = counts - np.diag(right)
    order = [np.unravel_index(place, counts.shape) for place in np.argsort(-wrong, axis=None, kind="stable")]
    rows = tuple(
        (str(model.classes_[i]), str(model.classes_[j]), int(counts[i, j]), f"{100 * counts[i, j] / size[i]:.3g} %")
        for i, j in order[:CONFUSIONS]
        if wrong[i, j]
    )
    note = f"{int(wrong.sum()):,} of {len(true):,} rows are given another class than their own."
    return Table(title, ("true class", "taken for", "rows", "of the class") if rows else (), rows, note)
