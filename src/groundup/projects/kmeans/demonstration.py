"""Lloyd's algorithm from poor starts, which figures and frames follow: the model's own start is too good to show it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.thinning import some_rows
from groundup.projects.kmeans.models.centers import Centers, nearest_center
from groundup.projects.kmeans.models.kmeans import KMeans

NUMBERS = 100_000  # Entries of the rows that are clustered again.
TO_THE_END: dict[str, Any] = {"tol": 0.0, "max_iter": 100}  # A run ends at a fixed point, where it is short enough.
POOR, OTHER = 0, 4  # Seeds of two random starts: on the default data one ends in a poor minimum, the other in the best.


def clustered_rows(data: Dataset, K: int, most: int = NUMBERS) -> Array:
    """Return the rows that are clustered again: all, or some of very many."""
    n, d = data.X.shape
    return data.X[some_rows(n, max(most // d, K))]


def centers_from(start: Array, X: Array) -> list[Array]:
    """Return given centres, and the centres after each iteration of Lloyd's algorithm from there."""
    return [start, *(state.centers for state in KMeans(len(start), init=start, n_init=1, **TO_THE_END).steps(X))]


def centers_from_random_rows(X: Array, K: int, seed: int) -> list[Array]:
    """Return K different rows drawn at random, and the centres after each iteration from there."""
    states = list(KMeans(K, init="random", n_init=1, random_state=seed, **TO_THE_END).steps(X))
    return [states[0].initial, *(state.centers for state in states)]


def with_an_empty_cluster(model: Centers, X: Array) -> Array:
    """Return the model's centres, the first of them moved so far away that no row is nearest to it.

    Raises
    ------
    NotApplicable
        For a single centre, which is nearest to all rows.
    """
    centers: Array = model.cluster_centers_.copy()
    if len(centers) < 2:
        raise NotApplicable("a single cluster has every row, and is never empty")
    lower, upper = X.min(axis=0), X.max(axis=0)
    centers[0] = upper + (upper - lower) / 4
    if (nearest_center(X, centers) == 0).any():
        raise NotApplicable("rows without spread leave no cluster empty")
    return centers


def longest_path(paths: Sequence[Array]) -> int:
    """Return the number of the centre whose path is longest, without the first quarter of the moves."""
    moves = np.sqrt((np.diff(paths, axis=0) ** 2).sum(axis=2))
    return int(moves[len(moves) // 4 :].sum(axis=0).argmax())
