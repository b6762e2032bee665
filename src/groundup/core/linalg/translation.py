"""Columns far from zero, measured from an entry of their own.

Around 1e15 neighbouring floats are 0.125 apart, so that the mean of a column near 1e15 cannot be stored, and products
about a rounded mean are wrong. The differences of the entries from one of them can: they are exact, and small.

Source: P. H. Sterbenz, Floating-Point Computation (1974), theorem 4.3.1.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.containers.view import View
from groundup.core.linalg.double_double import Doubled, two_product, two_sum
from groundup.core.rows import Rows, Samples, sample_of_rows
from groundup.core.types import Array

FAR = 1e5  # A column is far from zero if its entries are this many times their spread.


@dataclass(frozen=True)
class Origin:
    """The point from which data are measured.

    Parameters
    ----------
    x, y : ndarray of shape (d,), (t,)
        An entry of each column that is far from zero, 0 for the others.
    """

    x: Array
    y: Array

    def intercept(self, coef: Array, intercept: Array) -> Array:
        """Return ``intercept + y − x · coef``, the intercept about zero, rounded only once.

        Parameters
        ----------
        coef : ndarray of shape (d, t)
            Slopes.
        intercept : ndarray of shape (t,)
            Intercepts about this point.
        """
        return self.intercept_and_rest(coef, intercept)[0]

    def intercept_and_rest(self, coef: Array, intercept: Array) -> tuple[Array, Array]:
        """Return the intercept about zero, and what rounding takes from it."""
        along = Doubled(*two_product(self.x[:, None], coef)).sum()
        total = Doubled.exact(self.y) + Doubled.exact(intercept) - along
        return two_sum(total.value, total.error)

    def inner(self, coef: Array, intercept: Array, rest: Array) -> Array:
        """Return the intercept about this point: the inverse of `intercept_and_rest`."""
        along = Doubled(*two_product(self.x[:, None], coef)).sum()
        return (along - Doubled.exact(self.y) + Doubled(intercept, rest)).rounded()

    def means(self, x_mean: Array, y_mean: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Return means about zero, each with what rounding takes from it."""
        return two_sum(self.x, x_mean), two_sum(self.y, y_mean)


def near_origin(rows: Samples, intercept: bool) -> tuple[Samples, Origin | None]:
    """Measure columns that are far from zero from an entry of their own.

    Parameters
    ----------
    rows : Samples
        X, y of shape (n, t) and weights.
    intercept : bool
        Whether there is one; without one the origin matters.

    Returns
    -------
    rows : Samples
        The same rows; where some column of X is far from zero, as a `View`, or sparse as before.
    origin : Origin or None
        The point from which they are measured, None for zero.
    """
    if not intercept:
        return rows, None
    (X, x), y = near_features(rows), _far_entries(rows.y, rows.weight)
    if not (x.any() or y.any()):
        return rows, None
    return Samples(X, rows.y - y, rows.weight), Origin(x, y)


def near_features(rows: Samples) -> tuple[Any, Array]:
    """Return X, its columns that are far from zero measured from the entries returned with it."""
    X = rows.X
    x = far_stored_entries(X, rows.weight) if rows.sparse else _far_entries(X, rows.weight)
    if not x.any():
        return X, x
    return (replace(X, data=X.data - x[X.indices]) if rows.sparse else View(X, None, x)), x


def _far_entries(table: Array, weight: Array | None) -> Array:
    """An entry of each column that is far from zero; 0 for other columns, and for constant ones."""
    sample = table[sample_of_rows(len(table), weight)].astype(np.float64)
    entry, spread = sample[0], np.ptp(sample, axis=0)
    far = np.abs(entry) > FAR * spread
    for j in np.flatnonzero(far & (spread == 0)):
        far[j] = not _is_constant(table, weight, int(j), entry[j])
    return np.where(far, entry, 0.0)


def far_stored_entries(X: Csr, weight: Array | None = None, times: float = FAR) -> Array:
    """Return an entry of each column whose entries are `times` their spread; 0 for others, and for constant ones.

    A column with a zero is not far from zero, so that these columns have an entry in every row.

    Parameters
    ----------
    X : Csr of shape (n, d)
        Sparse rows in canonical order.
    weight : ndarray of shape (n,), optional
        Weights of the rows; those of weight zero do not count.
    times : float
        At least 2, so that differences from the entry are exact.
    """
    if weight is not None and not weight.all():
        X = X[np.flatnonzero(weight)]
    result = np.zeros(X.shape[1])
    full = np.bincount(X.indices, minlength=X.shape[1]) == len(X)
    values = X.data[full[X.indices]].reshape(len(X), -1).astype(np.float64)  # a column of it for each full column
    spread = np.ptp(values, axis=0)
    result[full] = np.where((np.abs(values[0]) > times * spread) & (spread > 0), values[0], 0.0)
    return result


def _is_constant(table: Array, weight: Array | None, column: int, entry: float) -> bool:
    """Whether all rows of positive weight have the same entry in a column."""
    for block, share in Rows(table, weight).blocks():
        equal = block[:, column] == entry
        if not (equal if share is None else equal | (share == 0)).all():
            return False
    return True
