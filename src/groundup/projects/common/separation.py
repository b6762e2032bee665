"""Which column separates the classes: a level all of whose rows are of one class, or a threshold that no row violates.

Without a penalty the coefficient of such a column has no finite value. Where only some rows are on the sure side of it,
the other coefficients have theirs: in the limit these rows cost nothing, so they are estimated from the other rows.
"""

from dataclasses import dataclass

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.projects.common.treatment import Category


@dataclass(frozen=True)
class Sure:
    """A value of a column all of whose rows are of one class.

    Parameters
    ----------
    column : int
        Of X.
    rows : ndarray of bool of shape (n,)
        Which rows have the value.
    positive : bool
        Whether they are of the second class.
    words : str
        The value and the rows, for a reader.
    """

    column: int
    rows: Array
    positive: bool
    words: str


def sure_values(X: Array, y: Array, names: tuple[str, ...], classes: tuple[str, str]) -> list[Sure]:
    """Return the values of columns with two values all of whose rows are of one class.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows in the user's units.
    y : ndarray of shape (n,)
        0 for the first class, 1 for the second.
    names : tuple of str
        Of the columns.
    classes : pair of str
        Names of the classes.
    """
    found = []
    for j, column in enumerate(X.T):
        values = np.unique(column)
        if len(values) != 2:
            continue
        for value in values[::-1]:
            rows = column == value
            own = np.unique(y[rows])
            if len(own) == 1 and len(np.unique(y)) == 2:
                positive = bool(own[0])
                what = names[j] if "=" in names[j] and round(value) == 1 else f"{names[j]} = {told(value)}"
                found.append(Sure(j, rows, positive, f"{what}: {_all(int(rows.sum()), classes[positive])}"))
    return found


def _all(rows: int, name: str) -> str:
    return f"all {plural(rows, 'row')} are {name!r}" if rows > 1 else f"its only row is {name!r}"


def told(value: float) -> str:
    """Return a value of the user's table as it stands there."""
    return f"{value:.12g}".replace("-", "−")


def thresholds(X: Array, y: Array, names: tuple[str, ...], classes: tuple[str, str]) -> list[str]:
    """Return the columns, in words, whose values for the two classes do not overlap; other arguments as above."""
    found = []
    for column, name in zip(X.T, names, strict=True):
        low, high = (column[y == k] for k in (0, 1))
        for below, above, first, second in ((low, high, *classes), (high, low, *classes[::-1])):
            if below.max() <= above.min() and below.min() < above.max():
                end = f"up to {told(below.max())}, {second!r} from {told(above.min())}"
                found.append(f"{name}: {first!r} is {end} on")
    return found


def estimable_rows(X: Array, y: Array, levels: list[Category]) -> tuple[Array, Array]:
    """Return which rows and columns remain when sure values are taken out, one after another.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows in the user's units, with a column for every level.
    y : ndarray of shape (n,)
        0 for the first class, 1 for the second.
    levels : list of Category
        The categories; of other columns only the values 0 and 1 are sure values.

    Returns
    -------
    rows : ndarray of bool of shape (n,)
    columns : ndarray of bool of shape (d,)
    """
    rows, columns = np.ones(len(X), dtype=bool), np.ones(X.shape[1], dtype=bool)
    of_category = {int(j) for category in levels for j in category.columns}
    changed = True
    while changed and len(np.unique(y[rows])) == 2:
        changed = False
        for j in np.flatnonzero(columns):
            values = np.unique(X[rows, j])
            if len(values) != 2:
                continue
            for value in values[1:] if j in of_category else values:
                own = rows & (X[:, j] == value)
                if len(np.unique(y[own])) == 1:
                    rows, changed = rows & ~own, True
                    columns[j] = False
                    break
    return rows, columns
