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
THRESHOLDS = np.linspace(0, 1, 201)


@figure(2, 2, size=(10.6, 8.2))
def thresholds(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """One model at every threshold

    A row is called positive when its probability reaches a threshold; three of them are marked in all panels. Top left:
    the share of true positives that are found, against the share of negatives wrongly called positive; the area below
    is the probability that a positive row scores above a negative one. Top right: how many of those called positive
    are, against how many are found. Bottom left: of the rows given some probability, the share that is positive; a
    calibrated model stays on the diagonal, the bars are two standard errors. Bottom right: the confusion matrix as the
    threshold moves.

    Drawn for the held-out rows, which the model has not seen; where there are none, for the rows of the fit, which look
    rather too good.
    """
    unseen = data if data.held_out is None else data.held_out
    about, p = two_classes(model, unseen), model.predict_proba(unseen.X)[:, 1]
    if len(np.unique(about.y)) < 2:
        raise NotApplicable("one class is so rare that the rows shown have none of it")
    (roc, recall), (calibration, counts) = axes
    draw_roc(roc, about, p)
    draw_precision(recall, about, p)
    draw_calibration(calibration, about, p)
    draw_counts(counts, about, p)


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
    axes.set(xlabel=f"recall: found / all {about.names[1]}", ylabel=f"precision: {about.names[1]} / called so")
    axes.set(title="precision and recall", xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    axes.legend(loc="lower left")


def _mark(axes: Any, x: float, y: float, mark: str, threshold: float) -> None:
    axes.plot(x, y, mark, color=ORANGE, markeredgecolor=BLACK, markersize=8, linestyle="", zorder=4,
              label=f"threshold {threshold:g}")  # fmt: skip


def draw_calibration(axes: Any, about: TwoClasses, p: Array) -> None:
    """Observed shares over predicted probabilities, in ten bins."""
    curve = calibration_curve(about.y, p, n_bins=BINS)
    size = np.histogram(p, np.linspace(0, 1, BINS + 1))[0]
    size = size[size > 0]
    error = 2 * np.sqrt(curve.prob_pred * (1 - curve.prob_pred) / size)  # if the predictions were true
    axes.plot([0, 1], [0, 1], color=BLACK, linestyle=":", linewidth=1, label="calibrated")
    axes.errorbar(curve.prob_pred, curve.prob_true, error, fmt="o", color=BLUE, linewidth=1.2, capsize=2,
                  label="observed, ± 2 standard errors")  # fmt: skip
    for x, y, n in zip(curve.prob_pred, curve.prob_true, size, strict=True):
        axes.annotate(str(n), (x, y), fontsize=8, xytext=(6, -9), textcoords="offset points")
    axes.set(xlabel=f"predicted {about.chance}", ylabel=f"observed share of {about.names[1]}")
    axes.set(title="calibration, with the number of rows", xlim=(-0.02, 1.02), ylim=(-0.05, 1.05))
    axes.legend(loc="upper left")


def draw_counts(axes: Any, about: TwoClasses, p: Array) -> None:
    """The four counts of the confusion matrix over the threshold, and their values at one half."""
    first, second = about.names
    table = np.array([rates(about.y, p, t) for t in THRESHOLDS])
    names = (
        f"{second} called {second}",
        f"{first} called {second}",
        f"{second} called {first}",
        f"{first} called {first}",
    )
    for k, (name, shade, dash) in enumerate(zip(names, (BLUE, VERMILION, ORANGE, GREEN), DASHES, strict=False)):
        half = rates(about.y, p, 0.5)[k]
        axes.plot(THRESHOLDS, table[:, k], color=shade, linestyle=dash, label=f"{name} ({half} at 0.5)")
    for t, mark in MARKED.items():
        axes.axvline(t, color=BLACK, linewidth=0.8, linestyle=":")
        axes.plot(t, 0, mark, color=ORANGE, markeredgecolor=BLACK, markersize=7, clip_on=False, zorder=4)
    axes.set(xlabel=f"threshold on the {about.chance}", ylabel="rows", title="confusion matrix", xlim=(0, 1))
    axes.set_ylim(0, 1.6 * table.max())
    axes.legend(loc="upper center", fontsize=8)
