"""One fitted model at every threshold: true and false positives, precision, recall and calibration."""

from typing import Any

import numpy as np

from groundup.core.metrics import calibration_curve, precision_recall_curve, roc_auc_score, roc_curve
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, DASHES, GREEN, ORANGE, SKY, VERMILION
from groundup.plotting.thinning import some_points
from groundup.projects.logistic_regression.figures.two_classes import TwoClasses, two_classes
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

MARKED = {0.25: "v", 0.5: "o", 0.75: "^"}  # thresholds, in all panels
BINS = 10
Z = 1.96  # Standard errors of an interval of 95 %.
MISS_COSTS = (1.0, 5.0, 0.2)  # Costs of a positive row that is not called so; that of a false alarm is 1.
THRESHOLDS = np.linspace(0, 1, 201)


@figure(2, 2, size=(7.7, 5.6))
def thresholds(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """One model at every threshold

    A row is called positive when its probability reaches a threshold; three of them are marked. Top left: the share of
    true positives that are found, against the share of negatives wrongly called positive; the area below is the
    probability that a positive row scores above a negative one. Top right: how many of those called positive are,
    against how many are found. Bottom left: of the rows given some probability, the share that is positive, with
    Wilson's intervals of 95 % and the number of rows; of a calibrated model, nineteen in twenty of them meet the
    diagonal. Bottom right: what the errors cost, if a false alarm costs 1 and a miss 1, 5 or a fifth. Dotted lines are
    the thresholds that are best if the probabilities are right. Dots are the lowest costs of these rows, whose places
    are mostly chance where rows are few.

    Drawn for the held-out rows, which the model has not seen; where there are none, for the rows of the fit, which look
    rather too good.
    """
    unseen = data if data.held_out is None else data.held_out
    about, p = two_classes(model, unseen), model.predict_proba(unseen.X)[:, 1]
    if len(np.unique(about.y)) < 2:
        raise NotApplicable("one class is so rare that the rows shown have none of it")
    (roc, recall), (calibration, costs) = axes
    draw_roc(roc, about, p)
    draw_precision(recall, about, p)
    draw_calibration(calibration, about, p)
    draw_costs(costs, about, p)


def rates(y: Array, p: Array, threshold: float) -> tuple[int, int, int, int]:
    """Rows that are true positive, false positive, false negative and true negative."""
    called = p >= threshold
    positive = y == 1
    true_positive, false_positive = int((called & positive).sum()), int((called & ~positive).sum())
    false_negative, true_negative = int((~called & positive).sum()), int((~called & ~positive).sum())
    return true_positive, false_positive, false_negative, true_negative


def draw_roc(axes: Any, about: TwoClasses, p: Array) -> None:
    """True positive rate over false positive rate."""
    curve = roc_curve(about.y, p)
    drawn = some_points(len(curve.fpr))
    fpr, tpr = curve.fpr[drawn], curve.tpr[drawn]
    axes.plot(fpr, tpr, color=BLUE, label=f"area {roc_auc_score(about.y, p):.4f}")
    axes.fill_between(fpr, 0, tpr, color=SKY, alpha=0.2, linewidth=0)
    axes.plot([0, 1], [0, 1], color=BLACK, linestyle=":", linewidth=1, label="no skill: area 0.5")
    for t, mark in MARKED.items():
        tp, fp, fn, tn = rates(about.y, p, t)
        _mark(axes, fp / (fp + tn), tp / (tp + fn), mark, t)
    axes.set(xlabel=f"false positives / all {about.names[0]}", ylabel=f"true positives / all {about.names[1]}")
    axes.set(title="ROC", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.legend(loc="lower right")


def draw_precision(axes: Any, about: TwoClasses, p: Array) -> None:
    """Precision over recall."""
    curve = precision_recall_curve(about.y, p)
    drawn = some_points(len(curve.recall))
    axes.plot(curve.recall[drawn], curve.precision[drawn], color=BLUE, drawstyle="steps-pre")
    share = float(about.y.mean())
    axes.axhline(share, color=BLACK, linestyle=":", linewidth=1, label=f"no skill: {share:.2f}")
    for t, mark in MARKED.items():
        tp, fp, fn, _ = rates(about.y, p, t)
        if tp + fp:
            _mark(axes, tp / (tp + fn), tp / (tp + fp), mark, t)
    axes.set(xlabel=f"recall: found / all {about.names[1]}", ylabel=f"{about.names[1]} / called so")
    axes.set(title="precision and recall", xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    axes.legend(loc="lower left", frameon=True)


def _mark(axes: Any, x: float, y: float, mark: str, threshold: float) -> None:
    axes.plot(x, y, mark, color=ORANGE, markeredgecolor=BLACK, markersize=8, linestyle="", zorder=4,
              label=f"threshold {threshold:g}")  # fmt: skip


def draw_calibration(axes: Any, about: TwoClasses, p: Array) -> None:
    """Observed shares over predicted probabilities, in ten bins."""
    curve = calibration_curve(about.y, p, n_bins=BINS)
    size = np.histogram(p, np.linspace(0, 1, BINS + 1))[0]
    size = size[size > 0]
    low, high = wilson(curve.prob_true, size)
    error = np.maximum(np.array([curve.prob_true - low, high - curve.prob_true]), 0)
    axes.plot([0, 1], [0, 1], color=BLACK, linestyle=":", linewidth=1, label="calibrated")
    axes.errorbar(curve.prob_pred, curve.prob_true, error, fmt="o", color=BLUE, linewidth=1.2, capsize=2,
                  label="observed share")  # fmt: skip
    for x, y, n in zip(curve.prob_pred, curve.prob_true, size, strict=True):
        axes.annotate(str(n), (x, y), fontsize=8, xytext=(6, -9), textcoords="offset points")
    axes.set(xlabel=f"predicted probability of {about.names[1]}", ylabel=f"observed share of {about.names[1]}")
    axes.set(title="calibration", xlim=(-0.02, 1.02), ylim=(-0.12, 1.05))
    axes.legend(loc="upper left", fontsize=8)


def draw_costs(axes: Any, about: TwoClasses, p: Array) -> None:
    """Mean cost of a row over the threshold, for three prices of a miss; dotted: the threshold that theory names."""
    table = np.array([rates(about.y, p, t) for t in THRESHOLDS])
    highest = 0.0
    for miss, shade, dash in zip(MISS_COSTS, (BLUE, VERMILION, GREEN), DASHES, strict=False):
        cost = (table[:, 1] + miss * table[:, 2]) / len(p)
        highest = max(highest, cost[0], cost[len(cost) // 2])
        axes.plot(THRESHOLDS, cost, color=shade, linestyle=dash, label=f"a miss costs {miss:g}")
        axes.axvline(1 / (1 + miss), color=shade, linestyle=":", linewidth=1.2)
        least = int(np.argmin(cost))
        axes.plot(THRESHOLDS[least], cost[least], "o", color=shade, markeredgecolor=BLACK, markersize=6, linestyle="")
    axes.set(xlabel=f"threshold on the probability of {about.names[1]}", ylabel="mean cost (false alarms)")
    axes.set(title="cost", xlim=(0, 1), ylim=(0, 1.6 * highest))
    axes.legend(loc="upper right", frameon=True)


def wilson(share: Any, n: Any) -> tuple[Array, Array]:
    """Return the ends of Wilson's interval of about 95 % for shares of n rows.  eq. classification_pipeline:wilson"""
    center = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return center - half, center + half
