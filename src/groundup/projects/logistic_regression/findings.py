"""What a fit says about the data: each coefficient as log-odds and odds ratio, and its uncertainty."""

from math import isinf
from typing import Any

import numpy as np

from groundup.data.dataset import Dataset, Table
from groundup.projects.common.linear_classifiers import class_coefficients, confusions, strength
from groundup.projects.logistic_regression.models.inference import Summary
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

DEPENDENT = 1e-10  # Eigenvalue of the standardised columns' products, relative to the largest, that counts as zero.


def coefficients(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return log-odds and odds ratios; without a penalty also standard errors, tests and intervals."""
    if len(model.classes_) > 2:
        return class_coefficients(model, data), confusions(model, data)
    title = f"Coefficients: log-odds of {data.target_name or 'class'} = {model.classes_[1]}"
    note = chosen(model) + separation(model, data) + dependence(model, data)
    if not isinstance(model, LogisticRegression):
        return (Table(title, *_ratios(model, data), note.strip()),)
    try:
        found = model.summary()
    except ValueError as why:
        return (Table(title, *_ratios(model, data), f"No standard errors: {why}{note}"),)
    return (Table(title, *_tested(model, data, found), fit_as_a_whole(found) + note),)


Rows = tuple[tuple[str | float, ...], ...]


def _ratios(model: Any, data: Dataset) -> tuple[tuple[str, ...], Rows]:
    """Return head and rows without standard errors: the effect of a unit and of a standard deviation."""
    head = ("name", "log-odds", "odds ratio of a unit", "standard deviation", "odds ratio of one")
    coef, spread = model.coef_[0], data.X.std(axis=0)
    with np.errstate(over="ignore"):
        columns = np.column_stack([coef, np.exp(coef), spread, np.exp(coef * spread)]).tolist()
    rows = tuple((name, *row) for name, row in zip(data.feature_names, columns, strict=True))
    return head, (("intercept", float(model.intercept_[0]), "", "", ""),) * int(model.fit_intercept) + rows


def _tested(model: Any, data: Dataset, found: Summary) -> tuple[tuple[str, ...], Rows]:
    """Return head and rows for a fit without a penalty; the interval is that of the odds ratio."""
    level = f"{100 * found.confidence:g} %"
    head = ("name", "log-odds", "std error", "z", "p", "odds ratio", f"from ({level})", f"to ({level})")
    names = (*found.names[: int(model.fit_intercept)], *data.feature_names)
    of_each = (found.coef, found.std_error, found.z, found.p, found.odds_ratio, found.odds_lower, found.odds_upper)
    return head, tuple(zip(names, *(column.tolist() for column in of_each), strict=True))


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
    """Return a warning where a plane separates the classes; nothing where this one does not."""
    if not (model.margins(data.X, data.y) > 0).all():
        return ""
    return (
        " The boundary separates the classes: without a penalty the coefficients grow without bound, and with one "
        "their sizes depend on C more than on the data."
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
