"""How many axes: parallel analysis, which compares the variances with those of shuffled columns."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array
from groundup.plotting.thinning import some_rows
from groundup.projects.pca.models.pca import PCA

SHUFFLES = 20  # Tables of shuffled columns.
CERTAIN = 0.95  # Share of them whose variance an axis must exceed.
ROWS = 10_000  # Rows of which the columns are shuffled; of more, chance correlations hardly become smaller.
MOST_WORK = 2e10  # Products of all their covariance matrices: rows × columns² × tables.
FEW = 10  # Axes kept of a table that is too large for that.


@dataclass(frozen=True)
class Parallel:
    """Variances of a table, and of the same columns shuffled.

    Parameters
    ----------
    variance : ndarray of shape (m,)
        Along the axes of the table, largest first.
    by_chance : ndarray of shape (m,)
        What `CERTAIN` of the shuffled tables stay below, at the same place.
    number : int
        How many of the first axes lie above it.
    """

    variance: Array
    by_chance: Array
    number: int


def parallel_analysis(X: Array) -> Parallel | None:
    """Return the variances next to those of shuffled columns; None for a table that is too large.

    Each column is shuffled on its own, which keeps its variance and leaves no correlation but chance. Missing entries
    are set to the means of their columns, which correlates nothing.
    """
    X = mean_in_gaps(X)
    some = X[some_rows(len(X), ROWS)]
    n, d = some.shape
    if float(n) * d * min(n, d) * SHUFFLES > MOST_WORK:
        return None
    rng = np.random.default_rng(0)
    variance = variances(X)
    shuffled = [variances(rng.permuted(some, axis=0)) for _ in range(SHUFFLES)]
    by_chance = np.quantile(shuffled, CERTAIN, axis=0)
    above = variance > by_chance * (1 + 1e-9)
    return Parallel(variance, by_chance, int(np.argmin(np.append(above, False))))


def mean_in_gaps(X: Array) -> Array:
    """Return the rows with the mean of its column in the place of each missing entry."""
    gaps = np.isnan(X)
    return np.where(gaps, np.nanmean(X, axis=0), X) if gaps.any() else X


def variances(X: Array) -> Array:
    """Return the variances along all axes, largest first."""
    return PCA(svd_solver="covariance_eigh" if len(X) > X.shape[1] else "full").fit(X).explained_variance_


def number_of_axes(X: Array) -> int:
    """Return how many axes lie above chance, at least one; ten of a table that is too large to know."""
    found = parallel_analysis(X)
    return min(FEW, *X.shape) if found is None else max(found.number, 1)
