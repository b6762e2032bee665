"""Nested cross-validation: how good is what the search chooses?  eq. classification_pipeline:nested"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.pipeline.evaluation.intervals import Resamples, bootstrap
from groundup.pipeline.evaluation.scores import log_loss, roc_auc
from groundup.pipeline.fits import Fits, Task, codes_of, target_of
from groundup.pipeline.search import Found
from groundup.pipeline.splits import Split


def nested_scores(fits: Fits, splits: Sequence[Split], found: Sequence[Found], classes: list[str]) -> dict[str, Any]:
    """Return what the whole search achieves on the outer folds, with intervals.

    The intervals take the rows for the only chance there is: that the search may choose differently with other rows
    is told by the choices of the folds.

    Parameters
    ----------
    fits : Fits
        The rows to learn from.
    splits : sequence of (learned, tested)
        The outer folds.
    found : sequence of Found
        What the search chose in each.
    classes : list of str
        In the order of the evaluation.
    """
    config = fits.config
    tasks = [Task(one.best, *pair, keep=True) for one, pair in zip(found, splits)]
    results = fits.of(tasks, "outer folds")
    there = [k for k, one in enumerate(results) if not one["error"]]
    P = np.concatenate([np.array(results[k]["probabilities"], dtype=np.float64) for k in there])
    rows = np.concatenate([splits[k][1] for k in there])
    y = codes_of(target_of(config, fits.frame)[rows], classes)
    groups = fits.frame[config.data.group].to_numpy()[rows] if config.data.group else None
    resamples = Resamples(y, groups, config.evaluation.resamples, config.seed)
    scores = bootstrap(
        lambda k: {"roc_auc": roc_auc(y[k], P[k]), "log_loss": log_loss(y[k], P[k])}, resamples, config.evaluation.level
    )
    return {
        "folds": len(splits),
        "scores": scores,
        "fold_scores": [results[k]["score"] for k in there],
        "inner_scores": [found[k].results[0].mean for k in there],
        "chosen": [one.best.words() for one in found],
    }
