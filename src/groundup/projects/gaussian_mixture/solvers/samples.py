"""Rows to which a mixture is fitted, measured from the means of their columns."""

from typing import Any

import numpy as np

from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.expectation import Samples


def samples_of(X: Any, weight: Array | None, origin: Array | None) -> Samples:
    """Return rows measured from the means of their columns, or from a given origin.

    Raises
    ------
    ValueError
        For a column without an entry.
    """
    rows = Rows(X, weight)
    if origin is None:
        size, total = rows.sum(_column_sums)
        if not size.all():
            raise ValueError(f"X: column {int(size.argmin())} contains NaN only: nothing is known of it; leave it out.")
        origin = total / size
    elif all(np.isnan(block).all() for block, _ in rows.blocks()):
        raise ValueError("X contains NaN only: there is nothing to learn.")
    radius = np.max([np.nanmax(np.abs(block - origin), axis=0, initial=0) for block, _ in rows.blocks()], axis=0)
    return Samples(X, weight, origin, radius, float(len(X) if weight is None else weight.sum()))


def _column_sums(X: Array, weight: Array | None) -> tuple[Array, Array]:
    """Return the weight, and the sum, of the entries of each column that are not missing."""
    present = ~np.isnan(X)
    share = present.astype(np.float64) if weight is None else present * weight[:, None]
    return share.sum(axis=0), (share * np.where(present, X, 0.0)).sum(axis=0)


def filled(samples: Samples) -> Samples:
    """Return the rows with the means of the columns for missing entries: enough for a start."""
    X = samples.X[:].astype(np.float64)
    return Samples(
        np.where(np.isnan(X), samples.origin, X), samples.weight, samples.origin, samples.radius, samples.total
    )
