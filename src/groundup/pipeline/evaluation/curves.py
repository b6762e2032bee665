"""Curves with bands from the bootstrap, and tables of calibration and of confusion."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_curve, roc_curve

from groundup.pipeline.evaluation.intervals import Interval, Resamples, distance, share
from groundup.pipeline.evaluation.scores import BINS, bins, calibrated

GRID = np.linspace(0, 1, 101)
FEWEST = 20  # Rows in a bin; small tables have fewer bins.
MOST_RESAMPLES = 200  # For the bands, which nobody reads to the third digit.


def roc(hit: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the true positive rates at the false positive rates of the grid.  eq. classification_pipeline:roc"""
    alarms, hits, _ = roc_curve(hit, p)
    return np.interp(GRID, alarms, hits)


def precision(hit: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the precision at the recalls of the grid: that of the fewest rows with so much recall."""
    precisions, recalls, _ = precision_recall_curve(hit, p)
    return np.asarray(precisions[len(recalls) - 1 - np.searchsorted(recalls[::-1], GRID - 1e-12)])


def band(of: Callable[[np.ndarray], np.ndarray], resamples: Resamples, level: float) -> dict[str, list[float]]:
    """Return a curve on the grid with its band.

    Parameters
    ----------
    of : callable
        ``of(rows)`` returns the curve of the rows at some places.
    resamples : Resamples
        At most 200 of them are used.
    level : float
        Confidence, at each place of the grid.
    """
    few = Resamples(resamples.y, resamples.groups, min(resamples.number, MOST_RESAMPLES), resamples.seed)
    drawn = np.array([of(rows) for rows in few])
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    middle = of(np.arange(len(resamples.y)))
    return {"x": GRID.tolist(), "y": middle.tolist(), "low": low.tolist(), "high": high.tolist()}


def of_classes(y: np.ndarray, P: np.ndarray, classes: Sequence[str], resamples: Resamples, level: float) -> Any:
    """Return the ROC curve and precision by recall: of the second of two classes, or of each against the rest."""
    found: dict[str, Any] = {"roc": {}, "precision": {}}
    for k in [1] if len(classes) == 2 else range(len(classes)):
        hit, p = y == k, P[:, k]
        if 0 < hit.sum() < len(hit):
            for name, of in (("roc", roc), ("precision", precision)):

                def curve(rows: np.ndarray, of: Any = of, hit: Any = hit, p: Any = p) -> np.ndarray:
                    one_sided = hit[rows].all() or not hit[rows].any()
                    return np.full(len(GRID), np.nan) if one_sided else of(hit[rows], p[rows])

                found[name][classes[k]] = band(curve, resamples, level)
    return found


def by_threshold(y: np.ndarray, p: np.ndarray, costs: np.ndarray, resamples: Resamples, level: float) -> Any:
    """Return the mean cost of a row by the probability of class 1 from which it is decided.

    eq. classification_pipeline:threshold
    """

    def curve(rows: np.ndarray) -> np.ndarray:
        return costs_at(y[rows], p[rows], costs, GRID)

    return band(curve, resamples, level)


def costs_at(y: np.ndarray, p: np.ndarray, costs: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return the mean cost of a row at each of some thresholds, for two classes."""
    order = np.argsort(p, kind="stable")
    below = np.append(0, np.cumsum(costs[y[order], 0]))  # cost of deciding 0 for the k least probable rows
    above = np.append(0, np.cumsum(costs[y[order], 1]))
    k = np.searchsorted(p[order], thresholds)
    return (below[k] + above[-1] - above[k]) / len(y)


def best_threshold(y: np.ndarray, p: np.ndarray, costs: np.ndarray) -> float:
    """Return the probability at which rows would have cost least.  eq. classification_pipeline:threshold"""
    thresholds = np.append(np.unique(p), 1.0)
    return float(thresholds[costs_at(y, p, costs, thresholds).argmin()])


def calibration(y: np.ndarray, P: np.ndarray, level: float) -> list[dict[str, Any]]:
    """Return mean probabilities and shares in bins with about equal numbers of rows.

    eq. classification_pipeline:calibration
    """
    p, hit = calibrated(y, P)
    return [
        {
            "rows": len(rows),
            "probability": float(p[rows].mean()),
            "share": share(int(hit[rows].sum()), len(rows), level),
        }
        for rows in bins(p, max(1, min(BINS, len(p) // FEWEST)))
    ]


def calibration_error(y: np.ndarray, P: np.ndarray, resamples: Resamples, level: float) -> Interval:
    """Return the calibration error with its interval.  eq. classification_pipeline:calibration"""
    p, hit = calibrated(y, P)
    free = replace(resamples, y=np.zeros_like(y))  # with fixed numbers of the classes, the shares would vary too little
    return distance(p - hit, bins(p, BINS), free, level)


def confusion(y: np.ndarray, decisions: np.ndarray, classes: Sequence[str], level: float) -> dict[str, Any]:
    """Return counts, truth by decision, and their shares of each truth.  eq. classification_pipeline:confusion"""
    counts = confusion_matrix(y, decisions, labels=np.arange(len(classes)))
    shares = [[share(count, row.sum(), level) for count in row] for row in counts]
    return {"classes": list(classes), "counts": counts.tolist(), "shares": shares}
