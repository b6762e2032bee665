"""What a fitted model says about the data: the words or columns that tell classes apart, and one row explained."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import MOST_CLASSES, classification_quality, sentences
from groundup.projects.common.declaration import Scores
from groundup.projects.common.linear_classifiers import confusions
from groundup.projects.common.words import joined, quoted
from groundup.projects.naive_bayes.evidence import separations, telling_row, telling_words, unseen, word_log_odds
from groundup.projects.naive_bayes.figures.words import multiplied, shortened
from groundup.projects.naive_bayes.models.complement_nb import ComplementNB
from groundup.projects.naive_bayes.models.discrete import LinearNB
from groundup.projects.naive_bayes.models.gaussian_nb import GaussianNB

NAMED = 3  # Words of a class, or columns, that a sentence names.
LISTED = 8  # Words of a class, or columns, that a table lists.
EXPLAINED = 12  # Features of a row that a table lists.
CALIBRATION = "calibration error"
TOO_SURE = 0.02  # Mean difference of probability and share of right answers from which it is spoken of.
QUOTED = 160  # Characters of a document that are quoted.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how often classes are right on rows not seen, what tells them apart, and how sure the model is."""
    learned, parts = classification_quality(model, data, scores)
    return sentences([*parts, what_tells(model, data) if learned else "", how_sure(model, data)])


def what_tells(model: Any, data: Dataset) -> str:
    """Return the words that speak for each class, or the columns in which the classes lie apart, in a sentence."""
    names = data.feature_names
    if isinstance(model, GaussianNB):
        best = np.argsort(-separations(model), kind="stable")[:NAMED]
        return f"What tells the classes apart most, each column by itself: {joined([quoted(names[j]) for j in best])}."
    if not isinstance(model, LinearNB) or not 2 <= len(model.classes_) <= MOST_CLASSES:
        return ""
    odds, parts = word_log_odds(model), []
    for k, chosen in enumerate(telling_words(model, NAMED)):
        told = [f"{quoted(names[j])}{factor(model, odds[k, j])}" for j in chosen]
        parts += [f"{str(model.classes_[k])!r}: {joined(told)}"] if told else []
    each = "" if isinstance(model, ComplementNB) else " (factor of the odds, each time it occurs)"
    return f"What speaks for each class{each}: {'; '.join(parts)}." if parts else ""


def factor(model: Any, log_odds: float) -> str:
    """Return by what an occurrence multiplies the odds; nothing for the weights of a complement model."""
    return "" if isinstance(model, ComplementNB) else f" (×{multiplied(log_odds)})"


def how_sure(model: Any, data: Dataset) -> str:
    """Return how sure the model is, next to how often it is right; nothing without held-out rows."""
    if data.held_out is None:
        return ""
    P = model.predict_proba(data.held_out.X)
    sure = float(P.max(axis=1).mean())
    right = float((model.classes_[P.argmax(axis=1)] == np.asarray(data.held_out.y)).mean())
    told = f"On average the predicted class has the probability {100 * sure:.1f} %"
    if sure - right > TOO_SURE:
        return f"{told}, and is right for {100 * right:.1f} %: too sure, as naive Bayes is where columns go together."
    return f"{told}, and is right for {100 * right:.1f} %."


def evidence(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return what speaks for each class, one row explained, and the most frequent confusions."""
    return (*what_speaks(model, data), explained(model, data), confusions(model, data))


def what_speaks(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return the words of each class with their log-odds, or means and spreads of the columns."""
    names = data.feature_names
    if isinstance(model, GaussianNB):
        order = np.argsort(-separations(model), kind="stable")[:LISTED]
        spread = np.sqrt(model.var_)
        rows = tuple(
            (names[j], *(f"{model.theta_[k, j]:.4g} ± {spread[k, j]:.2g}" for k in range(len(model.classes_))))
            for j in order
        )
        note = "Mean ± standard deviation of each class; columns in which the means lie farthest apart come first."
        return (Table("Columns that tell the classes apart", ("column", *map(str, model.classes_)), rows, note),)
    if not isinstance(model, LinearNB):
        return ()
    odds = word_log_odds(model)
    rows = tuple(
        (str(name), ", ".join(f"{shortened(names[j])} {odds[k, j]:+.2f}" for j in chosen) or "none")
        for k, (name, chosen) in enumerate(zip(model.classes_, telling_words(model, LISTED), strict=True))
    )
    note = (
        "What one more occurrence adds to the log-odds of the class against all others (nats); the words that do so "
        "most surely, rather than by chance, come first."
    )
    return (Table("What speaks for each class", (data.target_name or "class", "columns"), rows, note),)


def explained(model: Any, data: Dataset) -> Table:
    """Return what each feature of one row contributes to the log-odds of its class against the second one."""
    rows = unseen(data)
    row = telling_row(model, rows)
    found = model.explain(rows.X[row : row + 1], names=np.array(data.feature_names, dtype=object))
    table = found.table(EXPLAINED)
    lines = [(shortened(name), value, f"{odds:+.3f}") for name, value, odds in table]
    limit = np.isinf([odds for _, _, odds in table]).any() and np.isfinite(table[-1][2])
    sums = " Infinite ones cancel: the sum is their limit for vanishing smoothing." if limit else ""
    text = "" if rows.texts is None else f" The text: “{cut(rows.texts[row])}”"
    which = f"{'held-out ' if data.held_out is not None else ''}{rows.row_name(row)}"
    probability = float(np.exp(found.log_posterior.max()))
    note = (
        f"{which[:1].upper()}{which[1:]} is of {str(np.asarray(rows.y)[row])!r}; predicted is {str(found.predicted)!r} "
        f"with probability {probability:.4g}. Positive numbers speak for it, negative ones for {str(found.rival)!r}."
        f"{sums}{text}"
    )
    head = ("feature", "value", f"log-odds, {found.predicted} against {found.rival}")
    return Table("One row explained", head, tuple(lines), note)


def cut(text: str) -> str:
    """Return the beginning of a document."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED].rsplit(' ', 1)[0]} …"
