"""The worked example of the chapter, twelve rows for a pencil, and its experiment: columns chosen too early."""

from collections.abc import Callable
from functools import cache
from math import comb, erf, exp, sqrt

import numpy as np

from groundup.core.types import Array
from groundup.projects.classification_pipeline import drift, probabilities, resampling, textbook
from groundup.projects.common.tex import row

Y = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1])  # Twelve parts, in the order of their probabilities: 1 is a defect.
P = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.55, 0.6, 0.7, 0.8, 0.9])
EDGES = np.array([0, 1 / 3, 2 / 3, 1])
MISS, ALARM = 5, 1  # Euros, in tens: what a missed defect and a false alarm cost.
Z = 1.96
P_VALUES = np.array([0.03, 0.01, 0.02, 0.4])
BEFORE, AFTER = np.array([50.0, 30.0, 20.0]), np.array([30.0, 30.0, 40.0])  # Parts from three machines, then and now.
OLD, NEW = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([3.0, 4.0, 5.0, 6.0, 7.0])

ROWS, COLUMNS, KEPT, FOLDS, DRAWS = 100, 1000, 20, 5, 50  # The experiment's noise, and how often it is drawn.


def twelve_rows() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_counts(), **_probabilities(), **_intervals(), **_drift(), **_searches(), **_leakage()}


def decimals(value: float, digits: int = 3) -> str:
    """Return a number with three decimals, or as many as asked for."""
    return rf"\ensuremath{{{value:.{digits}f}}}"


def _counts() -> dict[str, float | int | str]:
    table = textbook.confusion(Y, (P >= 0.5).astype(int))
    (right_zeros, alarms), (misses, hits) = table.tolist()
    places, rates = textbook.roc(Y, P)
    return {
        "true_negatives": right_zeros, "alarms": alarms, "misses": misses, "hits": hits,
        "accuracy": float(table.trace() / 12), "hit_rate": float(rates[5]), "alarm_rate": float(places[5]),
        "precision": decimals(hits / (hits + alarms), 1), "area": float(textbook.area(Y, P)),
        "average_precision": decimals(textbook.average_precision(Y, P), 4),
    }  # fmt: skip


def _probabilities() -> dict[str, float | int | str]:
    said, found, size = probabilities.calibration(Y, P, EDGES)
    losses = -np.log(np.where(Y == 1, P, 1 - P))
    best = textbook.best_threshold(Y, P, MISS, ALARM)
    decided = probabilities.decide(np.column_stack([1 - P, P]), np.array([[0, ALARM], [MISS, 0]]))
    return {
        "brier": decimals(textbook.brier(Y, P), 4),
        "brier_share": decimals(textbook.brier(Y, np.full(12, 1 / 3)), 4),
        "log_sum": decimals(losses.sum()), "log_loss": decimals(losses.mean(), 4),
        "largest_loss": decimals(losses.max()),
        "said": row(said.round(3)), "found": row(found.round(3)), "sizes": row(size),
        "off": decimals(float(size @ np.abs(said - found) / 12), 4),
        "ratio": decimals(ALARM / (ALARM + MISS)), "best": float(best),
        "cost_best": _cost(best), "cost_ratio": _cost(ALARM / (ALARM + MISS)), "cost_half": _cost(0.5),
        "called": int(decided.sum()),
    }  # fmt: skip


def _cost(threshold: float) -> int:
    return int(MISS * ((threshold > P) & (Y == 1)).sum() + ALARM * ((threshold <= P) & (Y == 0)).sum())


def _intervals() -> dict[str, float | int | str]:
    low, high = textbook.wilson(9, 12, Z)
    half = Z * sqrt(0.75 * 0.25 / 12)
    rng = np.random.default_rng(0)
    area_low, area_high = resampling.bootstrap(textbook.area, Y, P, 2000, rng)
    return {
        "wilson_low": decimals(low), "wilson_high": decimals(high), "wald_low": decimals(0.75 - half),
        "wald_high": decimals(0.75 + half), "none_high": decimals(textbook.wilson(0, 12, Z)[1]),
        "area_low": decimals(area_low, 2), "area_high": decimals(area_high, 2),
        "mcnemar": float(textbook.mcnemar(3, 2)), "mcnemar_seven": decimals(textbook.mcnemar(1, 7), 4),
        "wald_covers": decimals(100 * coverage(_wald, 50, 0.98), 1),
        "wilson_covers": decimals(100 * coverage(lambda s, n: textbook.wilson(s, n, Z), 50, 0.98), 1),
    }  # fmt: skip


def _wald(successes: int, n: int) -> tuple[float, float]:
    share = successes / n
    half = Z * sqrt(share * (1 - share) / n)
    return share - half, share + half


def coverage(interval: Callable[[int, int], tuple[float, float]], n: int, p: float) -> float:
    """Return the probability that ``interval(successes, n)`` holds p, the probability of a success."""
    ends = [interval(s, n) for s in range(n + 1)]
    return sum(comb(n, s) * p**s * (1 - p) ** (n - s) for s, (low, high) in enumerate(ends) if low <= p <= high)


def _drift() -> dict[str, float | int | str]:
    together = (BEFORE + AFTER) / 2
    chi = float(((BEFORE - together) ** 2 / together + (AFTER - together) ** 2 / together).sum())
    return {
        "psi": decimals(textbook.psi(BEFORE, AFTER), 4), "chi": decimals(chi, 2), "chi_p": decimals(exp(-chi / 2), 4),
        "distance": drift.distance(OLD, NEW), "holm": row(drift.holm(P_VALUES)),
        "psi_by_chance": decimals(9 * (1 / 200 + 1 / 200), 2),
    }  # fmt: skip


def _searches() -> dict[str, float | int | str]:
    """Return what the best of several models without any skill scores on a hundred rows."""
    return {f"best_of_{m}": decimals(best_of(m, 100), 3) for m in (1, 10, 100)}


def best_of(m: int, n: int) -> float:
    """Return the expected largest accuracy of m independent coins on n rows."""
    share = np.array([comb(n, s) for s in range(n + 1)], dtype=float) / 2.0**n
    below = np.cumsum(share) ** m  # probability that none has more than s right
    return float((1 - below[:-1]).sum() / n)


@cache
def leaks() -> Array:
    """Return accuracies with columns chosen from all rows, and from the rows of the fit alone; (draws, 2)."""
    fold = textbook.stratified_folds(np.arange(ROWS) % 2, FOLDS)
    found = []
    for draw in range(DRAWS):
        X, y = noise(draw)
        found.append([textbook.accuracy_of_chosen(X, y, KEPT, fold, before) for before in (True, False)])
    return np.array(found)


def noise(seed: int) -> tuple[Array, Array]:
    """Return columns of normal noise, and classes that have nothing to do with them."""
    return np.random.default_rng(seed).normal(size=(ROWS, COLUMNS)), np.arange(ROWS) % 2


def _leakage() -> dict[str, float | int | str]:
    before, after = leaks().T
    cut = 2.3263478740408408  # quantile of a standard normal number with a share of 0.01 above it
    height = exp(-(cut**2) / 2) / sqrt(2 * np.pi)
    square = 1 + cut * height / 0.01
    expected = 0.5 * (1 + erf(sqrt(KEPT * square / ROWS) / sqrt(2)))
    return {
        "leak_before": decimals(before.mean()), "leak_after": decimals(after.mean()),
        "leak_before_spread": decimals(before.std(ddof=1)), "leak_after_spread": decimals(after.std(ddof=1)),
        "leak_first_before": float(before[0]), "leak_first_after": float(after[0]), "leak_square": decimals(square, 2),
        "leak_expected": decimals(expected), "leak_least": float(before.min()), "leak_most": float(after.max()),
    }  # fmt: skip
