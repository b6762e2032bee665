"""What a run says: the answer in a few sentences, what the search tried, and every score with its interval."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.metrics import average_precision_score, roc_auc_score
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.plotting.figure import NotApplicable
from groundup.projects.classification_pipeline import textbook
from groundup.projects.classification_pipeline.families import compared
from groundup.projects.classification_pipeline.judged import ALARM, ASKED, MISS, Judged, judged, rounded
from groundup.projects.common.answers import classification_quality, sentences
from groundup.projects.common.declaration import Scores

TOO_GOOD = 0.99  # Area of a single column above which one asks whether it is known in time,
ENOUGH = 10  # and the held-out rows that each class needs, for else chance puts a column in order.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good the classifier is on rows not seen, and what its errors cost at the threshold they ask for."""
    _, parts = classification_quality(model, data, scores)
    try:
        rows = judged(model, data)
    except NotApplicable:
        return sentences(parts)
    table = rows.counts(ASKED)
    parts.append(
        f"If a missed row of {rows.names[1]!r} costs as much as {MISS / ALARM:g} false alarms, the threshold is "
        f"{ASKED:.3f} and not 0.5: on the {len(rows.y)} held-out rows {table[1, 0]} of {table[1].sum()} are then "
        f"missed and {table[0, 1]} of {table[0].sum()} are false alarms, which costs {rows.cost(ASKED):g} "
        f"(at 0.5: {rows.cost(0.5):g})."
    )
    parts.append(too_good(rows.y, data))
    return sentences(parts)


def too_good(y: Array, data: Dataset) -> str:
    """Return a warning of the column that nearly tells the two classes apart alone, on held-out rows, or "".

    Such a column is the most frequent leak: it is written down after the class is known.
    eq. classification_pipeline:area
    """
    if data.held_out is None or np.bincount(y, minlength=2).min() < ENOUGH:
        return ""
    X = np.asarray(data.held_out.X)
    areas = np.array([roc_auc_score(y, column) for column in X.T])
    areas = np.maximum(areas, 1 - areas)
    best = int(areas.argmax())
    if areas[best] < TOO_GOOD:
        return ""
    return (
        f"One column, {data.feature_names[best]!r}, by itself puts {100 * areas[best]:.4g} % of the pairs of held-out "
        f"rows of both classes in the right order: is it known before {data.target_name!r} is? If not, leave it out, "
        "for then no score on this page is worth anything."
    )


def findings(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return what the search tried, the scores on held-out rows with their intervals, and other families' scores."""
    tried, others = searched(model), compared(data)
    try:
        rows = judged(model, data)
    except NotApplicable as why:
        nothing = Table("Scores with intervals", ("score", "value", "from", "to"), (), f"Not computed: {why}.")
        return tried, nothing, others
    return tried, intervals(rows), others


def searched(model: Any) -> Table:
    """Return the candidates with their cross-validated log-loss."""
    losses = -np.asarray(model.scores_).reshape(-1, len(model.Cs_))  # (folds, candidates)
    chosen = float(np.ravel(model.C_)[0])
    rows = tuple(
        (
            f"{C:.3g}",
            rounded(float(each.mean())),
            rounded(float(each.std(ddof=1))) if len(each) > 1 else 0.0,
            "chosen" if chosen == C else "",
        )
        for C, each in zip(model.Cs_, losses.T, strict=True)
    )
    note = (
        f"{len(model.Cs_)} candidates, {len(losses)} folds of the rows of the fit. The chosen one's value is the "
        "smallest of several and so a little too good; believe the one on rows that the search has not seen."
    )
    return Table("What the search tried", ("C", "log-loss of the folds", "deviation", ""), rows, note)


def intervals(rows: Judged) -> Table:
    """Return scores of the held-out rows, each with the ends of an interval of 95 per cent."""
    wrong = rows.counts(0.5)
    right, n = int(wrong.trace()), len(rows.y)
    low, high = textbook.wilson(right, n, 1.96)
    found: list[tuple[str, float, float, float]] = [("accuracy at 0.5 (Wilson)", right / n, float(low), float(high))]
    scores: tuple[tuple[str, Callable[[Array, Array], float]], ...] = (
        ("area under the ROC curve (bootstrap)", roc_auc_score),
        ("average precision (bootstrap)", average_precision_score),
        ("Brier score (bootstrap)", textbook.brier),
    )
    for name, score in scores:
        found.append((name, float(score(rows.y, rows.p)), *rows.interval(score)))
    ours, never = (rows.p >= 0.5) == rows.y, rows.y == 0
    p = textbook.mcnemar(int((ours & ~never).sum()), int((never & ~ours).sum()))
    note = (
        f"Of {n} held-out rows; 'from' and 'to' are the ends of an interval of 95 %. Against always {rows.names[0]!r}: "
        f"McNemar's test has p = {p:.3g}."
    )
    table = tuple((name, rounded(value), rounded(least), rounded(most)) for name, value, least, most in found)
    return Table("Scores with intervals", ("score", "value", "from", "to"), table, note)
