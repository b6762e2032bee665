"""What a fit tells of the data: each coefficient as log-odds and as an odds ratio, and how sure of it one may be."""

from math import isinf

import numpy as np

from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Table
from groundup.projects.common.linear_classifiers import class_coefficients, confusions
from groundup.projects.logistic_regression.models.inference import Summary
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

DEPENDENT = 1e-10  # of the largest squared singular value of the standardised columns


def coefficients(model: LogisticRegression, data: Dataset) -> tuple[Table, ...]:
    """Log-odds and odds ratios; without a penalty also standard errors, tests and intervals."""
    if len(model.classes_) > 2:
        return class_coefficients(model, data), confusions(model, data)
    title = f"Coefficients: log-odds of {data.target_name or 'class'} = {model.classes_[1]}"
    note = separation(model, data) + dependence(model, data)
    try:
        found = model.summary()
    except ValueError as why:
        return (Table(title, *_ratios(model, data), f"No standard errors: {why}{note}"),)
    return (Table(title, *_tested(model, data, found), fit_as_a_whole(found) + note),)


Rows = tuple[tuple[str | float, ...], ...]


def _ratios(model: LogisticRegression, data: Dataset) -> tuple[tuple[str, ...], Rows]:
    """Head and rows for coefficients without standard errors: what a unit, and a standard deviation, are worth."""
    head = ("name", "log-odds", "odds ratio of a unit", "standard deviation", "odds ratio of one")
    coef, spread = model.coef_[0], data.X.std(axis=0)
    with np.errstate(over="ignore"):
        columns = np.column_stack([coef, np.exp(coef), spread, np.exp(coef * spread)]).tolist()
    rows = tuple((name, *row) for name, row in zip(data.feature_names, columns, strict=True))
    return head, (("intercept", float(model.intercept_[0]), "", "", ""),) * int(model.fit_intercept) + rows


def _tested(model: LogisticRegression, data: Dataset, found: Summary) -> tuple[tuple[str, ...], Rows]:
    """Head and rows for a fit without a penalty; the interval is that of the odds ratio."""
    level = f"{100 * found.confidence:g} %"
    head = ("name", "log-odds", "std error", "z", "p", "odds ratio", f"from ({level})", f"to ({level})")
    names = (*found.names[: int(model.fit_intercept)], *data.feature_names)
    of_each = (found.coef, found.std_error, found.z, found.p, found.odds_ratio, found.odds_lower, found.odds_upper)
    return head, tuple(zip(names, *(column.tolist() for column in of_each), strict=True))


def fit_as_a_whole(found: Summary) -> str:
    """How well the model fits, in one sentence."""
    return (
        f"Deviance = {found.deviance:.6g}, without features {found.null_deviance:.6g}; likelihood ratio = "
        f"{found.likelihood_ratio:.6g} (p = {found.likelihood_ratio_p:.3g}), pseudo-R² = {found.pseudo_r_squared:.6g}, "
        f"AIC = {found.aic:.6g}, BIC = {found.bic:.6g}."
    )


def separation(model: LogisticRegression, data: Dataset) -> str:
    """A warning where a plane separates the classes; nothing where this one does not."""
    if not (model.margins(data.X, data.y) > 0).all():
        return ""
    return (
        " The boundary separates the classes: without a penalty the coefficients grow for ever, and with one their "
        "sizes tell of C more than of the data."
    )


def dependence(model: LogisticRegression, data: Dataset) -> str:
    """A warning where the columns do not determine the coefficients; nothing where they do."""
    centred = data.X - data.X.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    d = data.X.shape[1]
    centred /= np.where(spread > 0, spread, 1)
    values = np.linalg.eigvalsh(centred.T @ centred)
    rank = int((values > DEPENDENT * values[-1]).sum())
    if rank == d:
        return ""
    found = f" The columns are dependent (rank {rank} of {d}), as all levels of a category together are"
    if isinf(model.C):
        return found + ": without a penalty their single coefficients are arbitrary, the probabilities are not."
    return found + ": the penalty alone shares out what dependent ones say."
