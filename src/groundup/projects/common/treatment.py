"""Treatment coding: of each category of a user's table one level is the reference, the others are differences to it.

A table is encoded with a column for every level, so that no level is singled out and predictions do not depend on an
order. With an intercept these columns are dependent, and single coefficients have no standard errors; the same model
without the columns of the reference levels has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset

DIGITS = 14  # Of a column's largest value, that remain when standard units are undone.
WIDEST = 1000  # Columns up to which dependent ones are looked for: the cost is cubic.
DEPENDENT = 1e-10  # Singular value of standardised columns, relative to the largest, that counts as zero.


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
    """Return X as the user measured it, without what rounding adds when standard units are undone."""
    if data.scale is None:
        return data.X
    X = data.scale.undo(data.X)
    for column in X.T:
        largest = float(np.abs(column).max())
        column[:] = np.round(column, DIGITS - ceil(log10(largest))) if largest > 0 else 0.0
    return X


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


@dataclass(frozen=True)
class Dependent:
    """Columns that determine one another exactly, so that their single weights are arbitrary.

    Parameters
    ----------
    columns : tuple of int
        Of X.
    slopes : tuple of float
        By how much each changes with one more of the first; () where the first does not determine the others.
    """

    columns: tuple[int, ...]
    slopes: tuple[float, ...]


def dependent_columns(data: Dataset) -> list[Dependent]:
    """Return the groups of columns that determine one another, next to a constant.

    Of as many columns as rows all do, which says nothing about them: none is returned, nor of more than `WIDEST`.

    The projection onto the combinations of columns that vanish has an entry for two columns only if some combination
    needs both; what is so connected is one group.
    """
    design = treatment(data)
    centred = design.X - design.X.mean(axis=0)
    spread = centred.std(axis=0)
    varying = np.flatnonzero(spread > 0)
    if not 0 < len(varying) < min(len(centred), WIDEST):
        return []
    triangle = np.asarray(np.linalg.qr(centred[:, varying] / spread[varying], mode="r"))
    _, singular, directions = np.linalg.svd(triangle)  # All directions, also of more columns than rows.
    vanishing = directions[int((singular > DEPENDENT * singular[0]).sum()) :]
    linked = np.abs(vanishing.T @ vanishing) > np.sqrt(DEPENDENT)
    left: set[int] = set(np.flatnonzero(linked.any(axis=0)).tolist())
    groups = []
    while left:
        group, reached = np.empty(0, dtype=int), np.array([min(left)])
        while len(reached) > len(group):
            group, reached = reached, np.flatnonzero(linked[reached].any(axis=0))
        left -= set(group.tolist())
        own = varying[group]
        first = centred[:, own[0]]
        slopes = centred[:, own].T @ first / (first @ first) if rank(triangle[:, group]) == 1 else np.empty(0)
        groups.append(Dependent(tuple(design.kept[own].tolist()), tuple(slopes.tolist())))
    return groups


def rank(columns: Array) -> int:
    """Return how many of the columns are independent."""
    singular = np.linalg.svd(columns, compute_uv=False)
    return int((singular > DEPENDENT * singular[0]).sum())
