"""What a fit says about the data: each coefficient as log-odds and odds ratio, and its uncertainty."""

from collections.abc import Mapping
from math import isinf
from typing import Any

import numpy as np

from groundup.core.functions import log1pexp
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import (
    classification_quality,
    sentences,
    unseen,
    what_speaks_for,
    what_tells_classes,
)
from groundup.projects.common.declaration import Scores
from groundup.projects.common.linear_classifiers import (
    class_coefficients,
    codes,
    confusions,
    rarer_class,
    strength,
)
from groundup.projects.common.treatment import categories, in_users_units, treatment
from groundup.projects.common.words import percent
from groundup.projects.logistic_regression.models.inference import Summary
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression
from groundup.projects.logistic_regression.separation import estimable_rows, sure_values, thresholds

LISTED = 5  # Rows that fit least.
NAMED = 6  # Values that a warning names.
DEPENDENT = 1e-10  # Eigenvalue of the standardised columns' products, relative to the largest, that counts as zero.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how often classes are right on rows not seen, what is found of the rarer one, and what speaks for it."""
    parts = list(classification_quality(model, data, scores))
    if len(model.classes_) > 2:
        return sentences([*parts, what_tells_classes(model, data)])
    rare = rarer_class(model, data)
    recall, precision, area = (
        unseen(scores, data, name)
        for name in ("recall of the rarer class", "precision of the rarer class", "area under the ROC curve")
    )
    called = f", and of those called so {percent(precision.value)} are" if recall.value > 0 else ""
    parts += [
        f"Of the rows of {str(rare)!r} {percent(recall.value)} are found{called}; the area under the ROC curve is "
        f"{area.value:.2f}, where 0.5 is chance.",
        what_speaks_for(str(model.classes_[1]), model.coef_[0], data),
        separation(model, data),
    ]
    return sentences(parts)


def findings(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return the coefficients, and of two classes the rows that fit least."""
    tables = coefficients(model, data)
    return tables if len(model.classes_) > 2 else (*tables, surprising(model, data))


def surprising(model: Any, data: Dataset) -> Table:
    """Return the rows with the largest losses: the ones that the model was surest to be of the other class."""
    margin = model.margins(data.X, data.y)
    loss = log1pexp(-margin)
    largest = np.argsort(-loss, kind="stable")[:LISTED]
    p = model.predict_proba(data.X)[:, 1]
    rows = tuple((data.row_name(row), str(np.asarray(data.y)[row]), float(p[row]), float(loss[row])) for row in largest)
    share = 100 * float(loss[largest].sum() / max(loss.sum(), 1e-300))
    head = ("", data.target_name or "class", f"probability of {model.classes_[1]}", "loss (nats)")
    note = f"{data.row_names_told()} These {len(rows)} make {share:.0f} % of the whole loss."
    return Table("Rows that fit least", head, rows, note)


def coefficients(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return log-odds and odds ratios; without a penalty also standard errors, tests and intervals."""
    if len(model.classes_) > 2:
        return class_coefficients(model, data), confusions(model, data)
    title = f"Coefficients: log-odds of {data.target_name or 'class'} = {model.classes_[1]}"
    note = chosen(model) + separation(model, data)
    if isinstance(model, LogisticRegression) and isinf(strength(model)[0]):
        return (tested(model, data, title, note),)
    note += dependence(model, data)
    if not isinstance(model, LogisticRegression):
        return (Table(title, *_ratios(model, data), note.strip()),)
    try:
        model.summary()
    except ValueError as why:
        note = f"No standard errors: {why}{note}"
    return (Table(title, *_ratios(model, data), note),)


def tested(model: LogisticRegression, data: Dataset, title: str, note: str) -> Table:
    """Return the coefficients without a penalty with their errors, as far as there are any.

    Of each category the most frequent level is the reference. Rows of a value that is sure (all are of one class) are
    left out with its column: in the limit they cost nothing, and the other coefficients are estimated without them.
    """
    y = codes(model, data.y)
    rows, columns = estimable_rows(in_users_units(data), y, list(categories(data)))
    sure = ~columns
    try:
        if not model.fit_intercept or (columns.all() and data.encoder is None and data.scale is None):
            found, names, headings = model.summary(), data.feature_names, {}
        else:
            design = treatment(data.take(rows))
            kept = [place for place, j in enumerate(design.kept) if not sure[j]]
            names = tuple(design.names[place] for place in kept)
            headings = {kept.index(place): words for place, words in design.headings.items() if place in kept}
            found = type(model)(**model.get_params()).fit(design.X[:, kept], y[rows]).summary()
    except ValueError as why:
        return Table(title, *_ratios(model, data), f"No standard errors: {why}{note}{dependence(model, data)}")
    head, lines = _tested(model, names, found, headings)
    unbounded = tuple((data.feature_names[j], "no finite value", *[""] * (len(head) - 2)) for j in np.flatnonzero(sure))
    left = "" if rows.all() else f" Estimated from the {int(rows.sum()):,} rows without these values."
    return Table(title, head, lines + unbounded, fit_as_a_whole(found) + note + left)


Rows = tuple[tuple[str | float, ...], ...]


def _ratios(model: Any, data: Dataset) -> tuple[tuple[str, ...], Rows]:
    """Return head and rows without standard errors: the effect of a unit and of a standard deviation."""
    head = ("name", "log-odds", "odds ratio of a unit", "standard deviation", "odds ratio of one")
    coef, spread = model.coef_[0], data.X.std(axis=0)
    with np.errstate(over="ignore"):
        columns = np.column_stack([coef, np.exp(coef), spread, np.exp(coef * spread)]).tolist()
    rows = tuple((name, *row) for name, row in zip(data.feature_names, columns, strict=True))
    return head, (("intercept", float(model.intercept_[0]), "", "", ""),) * int(model.fit_intercept) + rows


def _tested(
    model: Any, features: tuple[str, ...], found: Summary, headings: Mapping[int, str]
) -> tuple[tuple[str, ...], Rows]:
    """Return head and rows for a fit without a penalty; the interval is that of the odds ratio."""
    level = f"{100 * found.confidence:g} %"
    head = ("name", "log-odds", "std error", "z", "p", "odds ratio", f"from ({level})", f"to ({level})")
    constants = int(model.fit_intercept)
    names = (*found.names[:constants], *features)
    of_each = (found.coef, found.std_error, found.z, found.p, found.odds_ratio, found.odds_lower, found.odds_upper)
    rows: list[tuple[str | float, ...]] = []
    for place, row in enumerate(zip(names, *(column.tolist() for column in of_each), strict=True)):
        if heading := headings.get(place - constants):
            rows.append((heading, *[""] * (len(head) - 1)))
        rows.append(row)
    return head, tuple(rows)


def fit_as_a_whole(found: Summary) -> str:
    """Return how well the model fits, in one sentence."""
    return (
        f"Deviance = {found.deviance:.6g}, without features {found.null_deviance:.6g}; likelihood ratio = "
        f"{found.likelihood_ratio:.6g} (p = {found.likelihood_ratio_p:.3g}), pseudo-R² = {found.pseudo_r_squared:.6g}, "
        f"AIC = {found.aic:.6g}, BIC = {found.bic:.6g}."
    )


def chosen(model: Any) -> str:
    """Return which penalty a cross-validation has chosen; nothing where the penalty was given."""
    if not hasattr(model, "C_"):
        return ""
    C, ratio = strength(model)
    return f" By cross-validation C = {C:.4g}{f' and l1_ratio = {ratio:.3g}' if ratio else ''}."


def separation(model: Any, data: Dataset) -> str:
    """Return which columns separate the classes, wholly or for some rows; nothing where none does."""
    first, second = map(str, model.classes_)
    about = (in_users_units(data), codes(model, data.y), data.feature_names, (first, second))
    sure = [value.words for value in sure_values(*about)]
    if (model.margins(data.X, data.y) > 0).all():
        which = thresholds(*about) + sure
        named = f" ({'; '.join(which[:NAMED])})" if which else ", by several columns together"
        return (
            f" The boundary separates the classes{named}: without a penalty the coefficients grow without bound, and "
            "with one their sizes depend on C more than on the data."
        )
    if not sure:
        return ""
    more = f" and {len(sure) - NAMED} more" if len(sure) > NAMED else ""
    return (
        f" Some rows are sure, though the classes are not separated as a whole ({'; '.join(sure[:NAMED])}{more}): "
        "without a penalty these coefficients have no finite value. Join such a level with another, or set a penalty "
        "(--set C=1)."
    )


def dependence(model: Any, data: Dataset) -> str:
    """Return a warning where the columns do not determine the coefficients; nothing where they do."""
    centred = data.X - data.X.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    d = data.X.shape[1]
    centred /= np.where(spread > 0, spread, 1)
    values = np.linalg.eigvalsh(centred.T @ centred if d <= len(centred) else centred @ centred.T)
    rank = int((values > DEPENDENT * values[-1]).sum())
    if rank == d:
        return ""
    found = f" The columns are dependent (rank {rank} of {d}), as all levels of a category together are"
    if isinf(strength(model)[0]):
        return found + ": without a penalty their single coefficients are arbitrary, the probabilities are not."
    return found + ": only the penalty decides how they share their effect."
