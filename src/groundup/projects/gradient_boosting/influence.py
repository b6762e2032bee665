"""How much each column of the user's matters: by the gains of the trees, by shuffling it, by Shapley values."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_rows
from groundup.projects.common.treatment import categories
from groundup.projects.gradient_boosting.measures import error

MOST = 500  # Rows on which columns are shuffled and explained.
REPEATS = 5  # Times that a column is shuffled.
CLEAR = 2.0  # Standard deviations by which a shuffled column must raise the error for it to matter.
TENDENCY = 0.5  # Correlation of a column with its Shapley values from which it has a direction.


@dataclass(frozen=True)
class Influence:
    """What the columns are to a model; the indicators of one category are one column.

    Parameters
    ----------
    names : tuple of str
        Names of the g columns.
    groups : tuple of ndarray of int
        Their columns of X.
    gain : ndarray of shape (g,)
        Share in the gains of all splits, on the rows of the fit.
    error : float
        Root mean squared error, quantile loss, or Brier score of the probabilities, of the rows that are looked at.
    raised, spread : ndarray of shape (g,)
        By how much it rises when a column is shuffled: mean and standard deviation.
    shapley : ndarray of shape (g,)
        Mean size of a column's Shapley values; of classes those of the log-odds of the last one.
    direction : ndarray of shape (g,)
        Correlation of a column of numbers with its Shapley values; 0 for categories.
    seen : bool
        Whether the rows are those of the fit.
    """

    names: tuple[str, ...]
    groups: tuple[Array, ...]
    gain: Array
    error: float
    raised: Array
    spread: Array
    shapley: Array
    direction: Array
    seen: bool

    @property
    def matters(self) -> Array:
        """Which columns raise the error clearly when they are shuffled."""
        return np.asarray((self.raised > CLEAR * self.spread) & (self.raised > 0))

    @property
    def order(self) -> Array:
        """Numbers of the columns, those whose shuffling raises the error most first."""
        return np.lexsort([-self.shapley, -self.raised.round(12)])


def columns_of(data: Dataset) -> tuple[tuple[str, ...], tuple[Array, ...]]:
    """Return names and columns of X of what the user knows as one column."""
    together = {int(category.columns[0]): category for category in categories(data)}
    inside = {int(j) for category in together.values() for j in category.columns}
    names, groups = [], []
    for j, name in enumerate(data.feature_names):
        if j in together:
            names.append(together[j].name)
            groups.append(together[j].columns)
        elif j not in inside:
            names.append(name)
            groups.append(np.array([j]))
    return tuple(names), tuple(groups)


def influence_of(model: Any, data: Dataset) -> Influence:
    """Return how much each column matters, on held-out rows if there are any."""
    names, groups = columns_of(data)
    seen = data.held_out is None
    rows = data if data.held_out is None else data.held_out
    rows = rows.take(some_rows(len(rows.X), MOST))
    gain = np.array([model.feature_importances_[group].sum() for group in groups])
    base, rng = error(model, rows), np.random.default_rng(0)
    raised, spread = np.zeros(len(groups)), np.zeros(len(groups))
    for k in np.flatnonzero(gain > 0):
        found = [error(model, shuffled(rows, groups[k], rng)) - base for _ in range(REPEATS)]
        raised[k], spread[k] = np.mean(found), np.std(found)
    shapley = explained(model, rows.X)
    of_group = np.stack([shapley[:, group].sum(axis=1) for group in groups], axis=1)
    numbers = [len(group) == 1 and int(group[0]) not in data.levels() for group in groups]
    direction = np.array([
        correlation(rows.X[:, group[0]], of_group[:, k]) if numbers[k] else 0.0 for k, group in enumerate(groups)
    ])  # fmt: skip
    return Influence(names, groups, gain, base, raised, spread, np.abs(of_group).mean(axis=0), direction, seen)


def shuffled(rows: Dataset, columns: Array, rng: np.random.Generator) -> Dataset:
    """Return the rows with the entries of some columns moved to other rows, together."""
    X = rows.X.copy()
    X[:, columns] = X[rng.permutation(len(X))][:, columns]
    return Dataset(rows.name, rows.description, X, rows.y, rows.feature_names, rows.target_name)


def explained(model: Any, X: Array) -> Array:
    """Return the Shapley values of rows, (n, d): of several scores those of the last one."""
    values = np.asarray(model.shap_values(X))
    return values if values.ndim == 2 else values[:, :, -1]


def correlation(x: Array, values: Array) -> float:
    """Return the correlation of the known entries of a column with some values; 0 where either does not vary."""
    known = ~np.isnan(x)
    if known.sum() < 3 or np.ptp(x[known]) == 0 or np.ptp(values[known]) == 0:
        return 0.0
    return float(np.corrcoef(x[known], values[known])[0, 1])
