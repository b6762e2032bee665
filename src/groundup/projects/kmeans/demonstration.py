"""Lloyd's algorithm from poor starts, which figures and frames follow: the model's own start is too good to show it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_rows
from groundup.projects.kmeans.models.centers import Centers, nearest_center
from groundup.projects.kmeans.models.kmeans import KMeans

TO_THE_END: dict[str, Any] = {"tol": 0.0, "max_iter": 100}  # A run ends at a fixed point, where it is short enough.
FAR = (0.25, 0.5, 1, 2, 4)  # Extents of the rows by which a centre is moved away from them, until it has none.
POOR, OTHER = 0, 4  # Seeds of two random starts: on the default data one ends in a poor minimum, the other in the best.


def clustered_rows(data: Dataset, K: int, most: int) -> Array:
    """Return the rows that are clustered again: all, or some of at most `most` entries, but K rows at least."""
    n, d = data.X.shape
    return data.X[some_rows(n, max(most // d, K))]


def centers_from(start: Array, X: Array) -> list[Array]:
    """Return given centres, and the centres after each iteration of Lloyd's algorithm from there."""
    return [start, *(state.centers for state in KMeans(len(start), init=start, n_init=1, **TO_THE_END).steps(X))]


def centers_from_random_rows(X: Array, K: int, seed: int) -> list[Array]:
    """Return K different rows drawn at random, and the centres after each iteration from there."""
    states = list(KMeans(K, init="random", n_init=1, random_state=seed, **TO_THE_END).steps(X))
    return [states[0].initial, *(state.centers for state in states)]


def with_a_center_far_away(model: Centers, X: Array) -> Array:
    """Return the model's centres, the first of them so far away that it has no row, if there are others."""
    centers: Array = model.cluster_centers_.copy()
    lower, upper = X.min(axis=0), X.max(axis=0)
    for extents in FAR:
        centers[0] = upper + extents * (upper - lower)
        if (nearest_center(X, centers) != 0).all():
            break
    return centers


def longest_path(paths: Sequence[Array]) -> int:
    """Return the number of the centre whose path is longest."""
    moves = np.sqrt((np.diff(paths, axis=0) ** 2).sum(axis=2))
    return int(moves.sum(axis=0).argmax())
