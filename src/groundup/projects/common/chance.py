"""Which effects on the odds of a class may be chance, whatever penalty the model has."""

import warnings

import numpy as np

from groundup import LogisticRegression
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.common.separation import estimable_rows
from groundup.projects.common.treatment import categories, dependent_columns, in_users_units, treatment

LEVEL = 0.05  # Probability from which an effect is said to be possibly chance.


def by_chance(data: Dataset, positive: Array) -> set[int]:
    """Return the columns of X whose effect on the odds of a class may be chance, the other columns held.

    The p values are Wald's, of a fit without a penalty. A level whose rows are all of one class has none; there the
    shares of the classes give the probability that all its rows agree. Where single columns separate the
    classes, all others may be chance; where only several columns together do, no effect is called so.

    Parameters
    ----------
    data : Dataset
        The rows.
    positive : ndarray of bool of shape (n,)
        Which rows are of the class.
    """
    X, y = in_users_units(data), positive.astype(int)
    alone = [j for j, column in enumerate(X.T) if separates(column, positive)]
    if alone:
        return set(range(X.shape[1])) - set(alone)
    rows, columns = estimable_rows(X, y, list(categories(data)))
    found = {int(j) for j in np.flatnonzero(~columns) if may_be_sure(X[:, j], positive)}
    design = treatment(data.take(np.flatnonzero(rows)))
    repeated = {j for group in dependent_columns(data) if group.slopes for j in group.columns[1:]}
    kept = [place for place, j in enumerate(design.kept) if columns[j] and int(j) not in repeated]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Separated classes are told elsewhere.
            fit = LogisticRegression(C=np.inf).fit(design.X[:, kept], y[rows])
        p = fit.summary().p[1:]
    except ValueError:
        return found
    return found | {int(design.kept[place]) for place, value in zip(kept, p, strict=True) if not value <= LEVEL}


def separates(column: Array, positive: Array) -> bool:
    """Whether a column alone tells a class from the others."""
    own, others = column[positive], column[~positive]
    return bool(own.max() < others.min() or others.max() < own.min())


def may_be_sure(column: Array, positive: Array) -> bool:
    """Whether the rows of a column's rarer value may all be of one class by chance."""
    values, sizes = np.unique(column, return_counts=True)
    own = positive[column == values[sizes.argmin()]]
    share = positive.mean() if own.all() else 1 - positive.mean()
    return bool(share ** len(own) > LEVEL)
