"""What a fit says about the data: each coefficient with its uncertainty, and the fit as a whole."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import regression_quality, sentences, what_moves
from groundup.projects.common.chance import LEVEL
from groundup.projects.common.declaration import Scores
from groundup.projects.common.treatment import dependent_columns, treatment
from groundup.projects.common.words import listed
from groundup.projects.linear_regression.models.inference import Summary
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

TITLE = "Coefficients"
INFLATED = 10.0  # Variance inflation factor from which a column is said to resemble others.
LISTED = 5  # Rows that deserve a look.
ROBUST = "HC3"  # Kind of the robust standard errors.


def answer(model: LinearRegression, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good predictions are on rows not seen, which columns move them, and which are doubtful."""
    learned, parts = regression_quality(data, scores)
    if learned and len(data.target_names) == 1:
        chance, alike = doubtful(model, data)
        parts.append(what_moves(np.ravel(model.coef_), data, chance))
        for what, found in (
            (f"Doubtful, because they may be chance (p above {LEVEL:g})", chance),
            (f"Hard to tell apart, because others resemble them (VIF above {INFLATED:g})", alike),
        ):
            if found:
                parts.append(f"{what}: {listed([data.feature_names[j] for j in found])}.")
    return sentences(parts)


def doubtful(model: LinearRegression, data: Dataset) -> tuple[list[int], list[int]]:
    """Return the columns of X whose effect may be chance, and those that others resemble.

    A column that others determine exactly is neither: its coefficient cannot be estimated alone.
    """
    determined = {j for group in dependent_columns(data) for j in group.columns}
    (found,) = coefficients(model, data)
    place = {name: j for j, name in enumerate(data.feature_names) if j not in determined}
    numbers = {place[str(row[0])]: row for row in found.rows if row[0] in place and row[1] != ""}
    chance = [j for j, row in numbers.items() if float(row[4]) > LEVEL]
    alike = [j for j, row in numbers.items() if float(row[8]) > INFLATED]
    return chance, alike


def findings(model: LinearRegression, data: Dataset) -> tuple[Table, ...]:
    """Return the coefficients, and the rows that deserve a look."""
    return (*coefficients(model, data), *influential(model, data))


def influential(model: LinearRegression, data: Dataset) -> tuple[Table, ...]:
    """Return the rows with the largest Cook's distances; nothing where there is no inference or no residual."""
    try:
        found = model.influence(data.X, data.y)
    except ValueError:
        return ()
    if not np.isfinite(found.cook).all() or not found.cook.any():
        return ()
    y, fitted = np.ravel(np.asarray(data.y, dtype=np.float64)), model.predict(data.X)
    largest = np.argsort(-found.cook, kind="stable")[:LISTED]
    columns = (y, fitted, y - fitted, found.studentized, found.leverage, found.cook)
    rows: list[tuple[str | float, ...]] = [
        (data.row_name(row), *(float(column[row]) for column in columns)) for row in largest
    ]
    target = data.target_name or "y"
    head = ("", target, "fitted", "residual", "studentised residual", "leverage", "Cook's distance")
    note = (
        f"{data.row_names_told()} Above 4 over the number of rows "
        f"({4 / len(y):.3g}) a Cook's distance deserves a look; above 1, leaving the row out "
        "moves the predictions as far as their standard errors. Both limits are rules of thumb."
    )
    return (Table("Rows that deserve a look", head, tuple(rows), note),)


def coefficients(model: LinearRegression, data: Dataset) -> tuple[Table]:
    """Return estimates, standard errors, tests and intervals, or the reason why there are none.

    Of each category of a user's table the most frequent level is the reference; all is in the user's units.
    """
    if data.encoder is None and data.scale is None:
        return _table(model, data.X, data.y, data.feature_names, {})
    design = treatment(data)
    if not model.fit_intercept:  # every level has its own constant
        return _table(model, data.X, data.y, data.feature_names, {})
    fitted = LinearRegression(positive=model.positive).fit(design.X, data.y)
    return _table(fitted, design.X, data.y, design.names, design.headings)


def _table(model: LinearRegression, X: Array, y: Any, features: tuple[str, ...], headings: Any) -> tuple[Table]:
    try:
        found = model.summary()
    except ValueError as why:
        return (Table(TITLE, (), (), f"No standard errors: {why}{dependence(model)}"),)
    level = f"{100 * found.confidence:g} %"
    head = ("name", "estimate", "std error", "t", "p", f"{level} from", f"{level} to", f"{ROBUST} std error", "VIF")
    constants = int(model.fit_intercept)
    inflation = model.variance_inflation()
    robust = model.robust_std_error(X, y, kind=ROBUST)
    columns = np.array([found.coef, found.std_error, found.t, found.p, found.lower, found.upper, robust])
    columns[1:, constants:][:, np.isinf(inflation)] = np.nan  # no errors of what cannot be estimated
    if np.isinf(inflation).any() and constants:
        columns[1:, 0] = np.nan
    rows: list[tuple[str | float, ...]] = []
    for place, (name, values) in enumerate(zip((*found.names[:constants], *features), columns.T, strict=True)):
        if heading := headings.get(place - constants):
            rows.append((heading, *[""] * (len(head) - 1)))
        rows.append((name, *values.tolist(), float(inflation[place - constants]) if place >= constants else ""))
    return (Table(TITLE, head, tuple(rows), f"{fit_as_a_whole(found)} {EXPLAINED}{dependence(model)}"),)


EXPLAINED = (
    "Classical standard errors hold if the noise has one size, those of HC3 also if it has not. VIF: the factor by "
    "which a variance grows because the other columns resemble this one; from about 10 on its coefficient is uncertain."
)


def fit_as_a_whole(found: Summary) -> str:
    """Return how well the model fits, in one sentence."""
    return (
        f"R² = {found.r_squared:.6g}, F = {found.f:.6g} (p = {found.f_p:.3g}), AIC = {found.aic:.6g}, "
        f"BIC = {found.bic:.6g}, residual standard error = {found.residual_std_error:.6g} "
        f"on {found.df_residual:g} degrees of freedom."
    )


def dependence(model: LinearRegression) -> str:
    """Return a warning where the columns do not determine the coefficients; nothing where they do."""
    rank, columns = model.rank_, model.n_features_in_
    if rank == columns:
        return ""
    return (
        f" The columns are dependent (rank {rank} of {columns}): coefficients without an error are not estimable, "
        "predictions are."
    )
