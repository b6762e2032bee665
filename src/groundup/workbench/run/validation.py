"""Cross-validation of a run's model: its scores on rows not seen, and how much they vary."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr, stacked
from groundup.core.estimator.training import Training
from groundup.core.statistics.splits import Splits, k_folds, stratified_folds
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import FEWEST_ROWS, Dataset
from groundup.projects.common.declaration import Metric

FOLDS = 5  # Folds of a table of `FEWEST_ROWS` rows or more; of a smaller one every row is left out in turn.
LONGEST = 2.0  # Seconds that the fit of a fold may take; a slower model is not cross-validated.
CLASSES = ("predict",)  # What a pooled metric needs.
METHODS = ("predict", "predict_proba", "decision_function", "score_samples")


@dataclass(frozen=True)
class Validation:
    """Scores of models that were each fitted without the rows that they are scored on.

    Parameters
    ----------
    words : str
        How it was done, and on which rows.
    mean, std : mapping of str to float
        Of each metric over the folds. Where single rows were left out, and for a metric that declares it, there is one
        score of all rows together, and the standard deviation is NaN.
    baselines : mapping of str to float
        Of those metrics that declare one: the value of an answer that needs no column, likewise.
    """

    words: str
    mean: Mapping[str, float] = field(default_factory=dict)
    std: Mapping[str, float] = field(default_factory=dict)
    baselines: Mapping[str, float] = field(default_factory=dict)


class Pooled:
    """Stands for a model whose predictions for some rows are known, each made without its row.

    Parameters
    ----------
    classes : ndarray or None
        Classes of a classifier.
    answers : mapping of str to ndarray
        Results of the prediction methods for the rows.
    """

    def __init__(self, classes: Array | None, answers: Mapping[str, Array]) -> None:
        self.classes_ = classes
        self.answers = answers

    def predict(self, X: Array) -> Array:
        """Return what is known."""
        return self.answers["predict"]

    def predict_proba(self, X: Array) -> Array:
        """Return what is known."""
        return self.answers["predict_proba"]

    def decision_function(self, X: Array) -> Array:
        """Return what is known."""
        return self.answers["decision_function"]

    def score_samples(self, X: Array) -> Array:
        """Return what is known."""
        return self.answers["score_samples"]


def value(compute: Callable[..., float], *arguments: Any) -> float:
    """Return a metric's value; NaN where it has none, as a score of a single cluster."""
    try:
        return float(compute(*arguments))
    except ValueError:
        return nan


def cross_validate(metrics: Sequence[Metric], model: Any, data: Dataset) -> Validation | None:
    """Return the metrics of fits with the model's parameters to the parts of all rows.

    Parameters
    ----------
    metrics : sequence of Metric
        Those that are computed on rows not seen.
    model : Estimator
        Fitted; it is not changed.
    data : Dataset
        Its rows and those held out are taken together.

    Returns
    -------
    Validation or None
        None where the rows are no table (shuffled, a series would be learned from its future), where a fit takes long,
        where a fold cannot be fitted, where there is nothing to compute, and where single
        rows would be left out of a model that does not predict.
    """
    if data.kind != "table":
        return None
    rows = together(data)
    n = len(rows.X)
    if not metrics or n < 3:
        return None
    classes = getattr(model, "classes_", None)
    alone = n < FEWEST_ROWS
    if alone and not hasattr(model, "predict"):
        return None
    try:
        splits = k_folds(n, n) if alone else shuffled_folds(rows, classes is not None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Warnings of the folds repeat those of the full fit.
            fits = []
            for learned, _ in splits:
                fits.append(fitted(model, rows.take(learned)))
                if fits[-1] is None:
                    return None
        if alone and any(classes is not None and len(fit.classes_) < len(classes) for fit in fits):
            return None  # A class has a single row.
        pooled = pool(fits, splits, rows, classes, METHODS) if alone else None
    except (ValueError, ArithmeticError):
        return None
    if pooled is not None:
        scores = {m.name: value(m.compute, pooled, rows) for m in metrics}
        trivial = {m.name: value(m.baseline, rows, rows) for m in metrics if m.baseline}
        return Validation(f"each of the {n} rows predicted without it", scores, dict.fromkeys(scores, nan), trivial)
    tests = [rows.take(test) for _, test in splits]
    parts = [(rows.take(learned), test) for (learned, _), test in zip(splits, tests, strict=True)]
    of_fold = [m for m in metrics if not m.pooled]
    found = {m.name: [value(m.compute, *pair) for pair in zip(fits, tests, strict=True)] for m in of_fold}
    mean = {name: float(np.mean(of_each)) for name, of_each in found.items()}
    baseline = {m.name: float(np.mean([value(m.baseline, *part) for part in parts])) for m in of_fold if m.baseline}
    inside, of_all = rows.take(np.concatenate([test for _, test in splits])), pool(fits, splits, rows, classes, CLASSES)
    for metric in (m for m in metrics if m.pooled):
        mean[metric.name] = value(metric.compute, of_all, inside)
        if metric.baseline:
            baseline[metric.name] = value(metric.baseline, rows, inside)
    return Validation(
        f"in a {FOLDS}-fold cross-validation of all {plural(n, 'row')}, mean ± standard deviation",
        {m.name: mean[m.name] for m in metrics},
        {m.name: float(np.std(found[m.name], ddof=1)) if m.name in found else nan for m in metrics},
        {m.name: baseline[m.name] for m in metrics if m.baseline},
    )


def together(data: Dataset) -> Dataset:
    """Return the rows of the fit and those held out as one data set."""
    unseen = data.held_out
    if unseen is None or data.y is None or unseen.y is None:
        return data
    X = stacked(data.X, unseen.X) if isinstance(data.X, Csr) else np.vstack([data.X, unseen.X])
    texts = None if data.texts is None or unseen.texts is None else (*data.texts, *unseen.texts)
    y = np.concatenate([data.y, unseen.y])
    return replace(data, X=X, y=y, row_numbers=None, texts=texts, held_out=None)


def shuffled_folds(rows: Dataset, stratified: bool) -> Splits:
    """Return folds of rows in random order, because tables are often sorted."""
    order = np.random.default_rng(0).permutation(len(rows.X))
    classes = rows.y[order] if stratified and rows.y is not None else None
    pairs = k_folds(len(order), FOLDS) if classes is None else stratified_folds(classes, FOLDS)
    return [(order[learned], order[test]) for learned, test in pairs]


def fitted(model: Any, data: Dataset) -> Any:
    """Return a new model with the same parameters, fitted; None as soon as it takes longer than `LONGEST`."""
    training = Training(type(model)(**model.get_params()), data.X, data.y)
    began = time.perf_counter()
    for _ in training:
        if time.perf_counter() - began > LONGEST:
            return None
    return training.finish()


def pool(fits: Sequence[Any], splits: Splits, rows: Dataset, classes: Array | None, methods: Sequence[str]) -> Pooled:
    """Return the predictions of all rows in the order of the splits, each by the model that was fitted without it."""
    answers = {
        name: np.concatenate([getattr(fit, name)(rows.X[test]) for fit, (_, test) in zip(fits, splits, strict=True)])
        for name in methods
        if hasattr(fits[0], name)
    }
    return Pooled(classes, answers)
