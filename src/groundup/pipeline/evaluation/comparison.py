"""The chosen model against the best one of another family, on the same rows.  eq. classification_pipeline:mcnemar"""

from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline.evaluation.intervals import Resamples, mean
from groundup.pipeline.evaluation.scores import decide, log_losses
from groundup.pipeline.fits import Candidate, Fits, aligned, codes_of, target_of, whole

if TYPE_CHECKING:
    from pandas import DataFrame


def against_second(
    fits: Fits, held_out: "DataFrame", P: np.ndarray, second: Candidate | None, classes: list[str], costs: np.ndarray
) -> dict[str, Any] | None:
    """Return whether the chosen model is better than the second, by McNemar's test of their errors.

    Parameters
    ----------
    fits : Fits
        The rows to learn from.
    held_out : DataFrame
        The rows on which both are compared.
    P : array of shape (n, K)
        Probabilities of the chosen model.
    second : Candidate or None
        The best of another family; None returns None.
    classes : list of str
        In the order of `P`.
    costs : array of shape (K, K)
        Truth by decision.
    """
    if second is None:
        return None
    config = fits.config
    y = codes_of(target_of(config, held_out), classes)
    model = whole(config, fits.contract, fits.frame, second)
    other = aligned(model.predict_proba(held_out), model.classes_, classes)
    right, too = decide(P, costs) == y, decide(other, costs) == y
    only_first, only_second = int((right & ~too).sum()), int((too & ~right).sum())
    groups = held_out[config.data.group].to_numpy() if config.data.group else None
    resamples = Resamples(y, groups, config.evaluation.resamples, config.seed)
    gain = mean(log_losses(y, other) - log_losses(y, P), resamples, config.evaluation.level)
    return {
        "model": second.words(),
        "only_first": only_first,
        "only_second": only_second,
        "p": mcnemar(only_first, only_second),
        "log_loss_gain": gain,
    }


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact p-value, from the rows that only one of two models gets right."""
    from scipy.stats import binomtest

    n = only_first + only_second
    return float(binomtest(only_first, n).pvalue) if n else 1.0
