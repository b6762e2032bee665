"""Treatment coding: of each category of a user's table one level is the reference, the others are differences to it.

A table is encoded with a column for every level, so that no level is singled out and predictions do not depend on an
order. With an intercept these columns are dependent, and single coefficients have no standard errors; the same model
without the columns of the reference levels has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset


@dataclass(frozen=True)
class Category:
    """A column of the user's table that holds categories.

    Parameters
    ----------
    name : str
        Of the column.
    levels : tuple of str
        Its categories.
    columns : ndarray of int of shape (levels,)
        Their columns of X.
    """

    name: str
    levels: tuple[str, ...]
    columns: Array


@dataclass(frozen=True)
class Treatment:
    """Rows in the user's units without the columns of the reference levels.

    Parameters
    ----------
    X : ndarray of shape (n, p)
        Rows.
    kept : ndarray of int of shape (p,)
        Columns of the whole X that they are.
    names : tuple of str
        Of these columns.
    headings : mapping of int to str
        Before the first level of a category: which level is the reference, by its place in `names`.
    """

    X: Array
    kept: Array
    names: tuple[str, ...]
    headings: Mapping[int, str]


def categories(data: Dataset) -> Iterator[Category]:
    """Yield the columns of the user's table that hold categories, with their columns of X."""
    first = 0
    for column in data.encoder.columns if data.encoder else ():
        width = len(column.features)
        if column.categories is not None:
            yield Category(column.name, column.categories, np.arange(first, first + width))
        first += width


def in_users_units(data: Dataset) -> Array:
    """Return X as the user measured it."""
    return data.scale.undo(data.X) if data.scale else data.X


def in_users_weights(model: Any, data: Dataset) -> tuple[Array, Array]:
    """Return coefficients and intercept of a linear model for rows as the user measured them."""
    if data.scale is None:
        return np.asarray(model.coef_), np.asarray(model.intercept_)
    return data.scale.weights(model.coef_, model.intercept_)


def treatment(data: Dataset) -> Treatment:
    """Return the design without the reference levels, each the most frequent one of its category, nor absent levels."""
    X = in_users_units(data)
    left_out: set[int] = set()
    headings: dict[int, str] = {}
    for category in categories(data):
        count = (X[:, category.columns] > 0.5).sum(axis=0)  # 0 and 1, up to the rounding of a scale
        reference = int(count.argmax())
        left_out |= {int(category.columns[k]) for k in range(len(count)) if k == reference or count[k] == 0}
        first = next((int(j) for j in category.columns if int(j) not in left_out), None)
        if first is not None:
            headings[first] = f"{category.name} (reference: {category.levels[reference]})"
    kept = np.array([j for j in range(X.shape[1]) if j not in left_out], dtype=int)
    places = {int(j): place for place, j in enumerate(kept)}
    return Treatment(
        X[:, kept],
        kept,
        tuple(data.feature_names[j] for j in kept),
        {places[j]: heading for j, heading in headings.items()},
    )
