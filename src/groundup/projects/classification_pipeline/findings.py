"""What a run says: the answer in a few sentences, what the search tried, and every score with its interval."""

from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.plotting.figure import NotApplicable
from groundup.projects.classification_pipeline import textbook
from groundup.projects.classification_pipeline.judged import ALARM, ASKED, MISS, Judged, judged
from groundup.projects.common.answers import classification_quality, sentences
from groundup.projects.common.declaration import Scores


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
    return sentences(parts)


def findings(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return what the search tried, and the scores on held-out rows with their intervals."""
    tried = searched(model)
    try:
        rows = judged(model, data)
    except NotApplicable as why:
        return (tried, Table("Scores with intervals", ("score", "value", "from", "to"), (), f"Not computed: {why}."))
    return tried, intervals(rows)


def searched(model: Any) -> Table:
    """Return the candidates with their cross-validated log-loss."""
    losses = -np.asarray(model.scores_).reshape(-1, len(model.Cs_))  # (folds, candidates)
    chosen = float(np.ravel(model.C_)[0])
    rows = tuple(
        (
            f"{C:.3g}",
            float(each.mean()),
            float(each.std(ddof=1)) if len(each) > 1 else 0.0,
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
    found: list[tuple[str | float, ...]] = [("accuracy at 0.5 (Wilson)", right / n, float(low), float(high))]
    scores: tuple[tuple[str, Callable[[Array, Array], float]], ...] = (
        ("area under the ROC curve (bootstrap)", textbook.area),
        ("average precision (bootstrap)", textbook.average_precision),
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
    return Table("Scores with intervals", ("score", "value", "from", "to"), tuple(found), note)
