"""Cross-validation of a run's model: its scores on rows not seen, and how much they vary."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any

import numpy as np

from groundup.core.estimator.training import Training
from groundup.core.statistics.splits import Splits, k_folds, stratified_folds
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import FEWEST_ROWS, Dataset
from groundup.projects.common.declaration import Metric

FOLDS = 5  # Folds of a table of `FEWEST_ROWS` rows or more; of a smaller one every row is left out in turn.
LONGEST = 2.0  # Seconds that the fit of a fold may take; a slower model is not cross-validated.
METHODS = ("predict", "predict_proba", "decision_function")


@dataclass(frozen=True)
class Validation:
    """Scores of models that were each fitted without the rows that they are scored on.

    Parameters
    ----------
    words : str
        How it was done, and on which rows.
    mean, std : mapping of str to float
        Of each metric over the folds. Where single rows were left out there is one score of all of them together, and
        the standard deviation is NaN.
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
        None where a fit takes long, where a fold cannot be fitted, and where there is nothing to compute.
    """
    rows = together(data)
    n = len(rows.X)
    if not metrics or rows.y is None or n < 3:
        return None
    classes = getattr(model, "classes_", None)
    alone = n < FEWEST_ROWS
    try:
        splits = k_folds(n, n) if alone else shuffled_folds(rows, classes is not None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Warnings of the folds repeat those of the full fit.
            fits = []
            for learned, _ in splits:
                fits.append(fitted(model, rows.take(learned)))
                if fits[-1] is None:
                    return None
        pooled = pool(fits, splits, rows, classes) if alone else None
    except (ValueError, ArithmeticError):
        return None
    if pooled is not None:
        scores = {m.name: value(m.compute, pooled, rows) for m in metrics}
        trivial = {m.name: value(m.baseline, rows, rows) for m in metrics if m.baseline}
        return Validation(f"each of the {n} rows predicted without it", scores, dict.fromkeys(scores, nan), trivial)
    tests = [rows.take(test) for _, test in splits]
    found = {m.name: [value(m.compute, *pair) for pair in zip(fits, tests, strict=True)] for m in metrics}
    parts = [(rows.take(learned), test) for (learned, _), test in zip(splits, tests, strict=True)]
    baselines = {m.name: float(np.mean([value(m.baseline, *part) for part in parts])) for m in metrics if m.baseline}
    return Validation(
        f"in a {FOLDS}-fold cross-validation of all {plural(n, 'row')}, mean ± standard deviation",
        {name: float(np.mean(scores)) for name, scores in found.items()},
        {name: float(np.std(scores, ddof=1)) for name, scores in found.items()},
        baselines,
    )


def together(data: Dataset) -> Dataset:
    """Return the rows of the fit and those held out as one data set."""
    unseen = data.held_out
    if unseen is None or data.y is None or unseen.y is None:
        return data
    return replace(
        data, X=np.vstack([data.X, unseen.X]), y=np.concatenate([data.y, unseen.y]), row_numbers=None, held_out=None
    )


def shuffled_folds(rows: Dataset, stratified: bool) -> Splits:
    """Return folds of rows in random order, because tables are often sorted."""
    order = np.random.default_rng(0).permutation(len(rows.X))
    assert rows.y is not None
    pairs = stratified_folds(rows.y[order], FOLDS) if stratified else k_folds(len(order), FOLDS)
    return [(order[learned], order[test]) for learned, test in pairs]


def fitted(model: Any, data: Dataset) -> Any:
    """Return a new model with the same parameters, fitted; None as soon as it takes longer than `LONGEST`."""
    training = Training(type(model)(**model.get_params()), data.X, data.y)
    began = time.perf_counter()
    for _ in training:
        if time.perf_counter() - began > LONGEST:
            return None
    return training.finish()


def pool(fits: Sequence[Any], splits: Splits, rows: Dataset, classes: Array | None) -> Pooled:
    """Return the predictions of all rows, each by the model that was fitted without it."""
    for fit in fits:
        if classes is not None and len(fit.classes_) < len(classes):
            raise ValueError("a class has a single row")
    answers = {
        name: np.concatenate([getattr(fit, name)(rows.X[test]) for fit, (_, test) in zip(fits, splits, strict=True)])
        for name in METHODS
        if hasattr(fits[0], name)
    }
    return Pooled(classes, answers)
