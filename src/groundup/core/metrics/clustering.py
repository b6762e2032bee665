"""How good a grouping is: by itself (compact and apart), or beside another grouping of the same rows."""

from collections.abc import Iterator

import numpy as np

from groundup.core.checks.inputs import as_matrix
from groundup.core.constants import BLOCK_BYTES
from groundup.core.types import Array, ArrayLike


def silhouette_samples(X: ArrayLike, labels: ArrayLike) -> Array:
    """Silhouette of every row: does it lie nearer to its own group than to the next?  eq. kmeans:silhouette

    Distances are taken block by block; the n × n matrix is never in memory.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Group of every row; 2 to n − 1 groups.

    Returns
    -------
    ndarray of shape (n,)
        (b − a) / max(a, b), between −1 and 1: a is the mean distance to the other rows of the own group, b to those
        of the nearest other group. 0 for a row that is alone in its group.

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 groups, missing or infinite entries, and labels that are not one a row.

    References
    ----------
    P. J. Rousseeuw, Silhouettes, Journal of Computational and Applied Mathematics 20 (1987).
    """
    rows, group, size = _grouped(X, labels)
    order = np.argsort(group, kind="stable")  # groups side by side, so that sums over groups are sums over slices
    start = np.append(0, np.cumsum(size)[:-1])
    result = np.empty(len(rows))
    for block, distance in _distances(rows, rows[order]):
        total = np.add.reduceat(distance, start, axis=1)  # (m, K)
        own = np.arange(len(total)), group[block]
        with np.errstate(divide="ignore", invalid="ignore"):  # alone in its group: 0/0, taken care of below
            within = total[own] / (size[group[block]] - 1)
            total /= size
            total[own] = np.inf
            nearest = total.min(axis=1)
            silhouette = (nearest - within) / np.maximum(within, nearest)  # eq. kmeans:silhouette
        result[block] = np.nan_to_num(np.where(size[group[block]] > 1, silhouette, 0.0))  # all in one place: 0
    return result


def silhouette_score(X: ArrayLike, labels: ArrayLike) -> float:
    """Mean silhouette of all rows: near 1 for compact groups far apart, below 0 for wrong ones.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Group of every row; 2 to n − 1 groups.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 groups, missing or infinite entries, and labels that are not one a row.
    """
    return float(silhouette_samples(X, labels).mean())


def davies_bouldin_score(X: ArrayLike, labels: ArrayLike) -> float:
    """Mean over the groups of their likeness to the group most like them; 0 is best.  eq. kmeans:davies-bouldin

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Group of every row; 2 to n − 1 groups.

    Returns
    -------
    float
        Likeness of two groups is the sum of their mean distances to their centres over the distance of the centres.

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 groups, missing or infinite entries, and labels that are not one a row.

    References
    ----------
    D. L. Davies, D. W. Bouldin, A cluster separation measure, IEEE Transactions on Pattern Analysis 1 (1979).
    """
    rows, group, size = _grouped(X, labels)
    center = _means(rows, group, size)
    spread = np.bincount(group, np.linalg.norm(rows - center[group], axis=1)) / size
    apart = np.linalg.norm(center[:, None] - center, axis=2)
    if np.allclose(spread, 0) or np.allclose(apart, 0):
        return 0.0  # as scikit-learn: groups of one place each
    np.fill_diagonal(apart, np.inf)
    apart[apart == 0] = np.inf  # groups with the same centre say nothing, as in scikit-learn
    likeness = (spread[:, None] + spread) / apart
    return float(likeness.max(axis=1).mean())  # eq. kmeans:davies-bouldin


def calinski_harabasz_score(X: ArrayLike, labels: ArrayLike) -> float:
    """Scatter between groups over scatter within, each by degree of freedom.  eq. kmeans:calinski-harabasz

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Group of every row; 2 to n − 1 groups.

    Returns
    -------
    float
        Higher is better; 1 where no row differs from its group's mean.

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 groups, missing or infinite entries, and labels that are not one a row.

    References
    ----------
    T. Caliński, J. Harabasz, A dendrite method for cluster analysis, Communications in Statistics 3 (1974).
    """
    rows, group, size = _grouped(X, labels)
    center = _means(rows, group, size)
    between = float(size @ ((center - rows.mean(axis=0)) ** 2).sum(axis=1))
    within = float(((rows - center[group]) ** 2).sum())
    n, K = len(rows), len(size)
    return 1.0 if within == 0 else between * (n - K) / (within * (K - 1))  # eq. kmeans:calinski-harabasz


def adjusted_rand_score(labels_true: ArrayLike, labels_pred: ArrayLike) -> float:
    """Agreement of two groupings, corrected for chance.  eq. kmeans:adjusted-rand

    Parameters
    ----------
    labels_true, labels_pred : array-like of shape (n,)
        Groups of the same rows; what the groups are called does not matter.

    Returns
    -------
    float
        1 for the same grouping, about 0 for independent ones, at least −0.5.

    Raises
    ------
    ValueError
        For labels of different lengths, or of another shape than (n,).

    References
    ----------
    L. Hubert, P. Arabie, Comparing partitions, Journal of Classification 2 (1985).
    """
    true, predicted = _codes(labels_true, "labels_true"), _codes(labels_pred, "labels_pred")
    if len(true) != len(predicted):
        raise ValueError(f"labels_true and labels_pred must have the same length, got {len(true)}, {len(predicted)}.")
    columns = predicted.max(initial=0) + 1
    cells = np.unique(true * columns + predicted, return_counts=True)[1]  # a table of all cells would be K₁ × K₂
    together = _pairs(cells)
    same_true, same_predicted, pairs = _pairs(np.bincount(true)), _pairs(np.bincount(predicted)), _pairs(len(true))
    if same_true == same_predicted == together:
        return 1.0  # the same grouping; also where all rows are alone, or all together
    chance = same_true * same_predicted / pairs
    return (together - chance) / ((same_true + same_predicted) / 2 - chance)  # eq. kmeans:adjusted-rand


def _pairs(count: ArrayLike) -> float:
    """Number of pairs of rows that are in the same cell, over all cells."""
    n = np.asarray(count, dtype=np.float64)
    return float((n * (n - 1)).sum()) / 2


def _codes(labels: ArrayLike, name: str) -> Array:
    """Labels of any kind as 0 … K−1."""
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {array.shape}.")
    code: Array = np.unique(array, return_inverse=True)[1]
    return code


def _grouped(X: ArrayLike, labels: ArrayLike) -> tuple[Array, Array, Array]:
    """Validated rows relative to their mean, group of each as 0 … K−1, and sizes of the groups."""
    rows, group = as_matrix(X, owner="the score"), _codes(labels, "labels")
    if len(group) != len(rows):
        raise ValueError(f"labels must have one entry for each row of X, got {len(group)} for {len(rows)} rows.")
    size = np.bincount(group)
    if not 2 <= len(size) < len(rows):
        raise ValueError(
            f"Number of labels is {len(size)}. Valid values are 2 to n_samples - 1 = {len(rows) - 1} (inclusive): "
            "a score compares groups with each other, and rows within a group."
        )
    return np.subtract(rows, rows.mean(axis=0, dtype=np.float64), dtype=np.float64), group, size


def _means(rows: Array, group: Array, size: Array) -> Array:
    total = np.stack([np.bincount(group, column) for column in rows.T], axis=1)
    mean: Array = total / size[:, None]
    return mean


def _distances(rows: Array, others: Array) -> Iterator[tuple[slice, Array]]:
    """Distances of blocks of rows to all others, (m, n), and where the block is."""
    step = max(1, BLOCK_BYTES // (8 * len(others)))
    norm = np.einsum("ij,ij->i", others, others)
    for start in range(0, len(rows), step):
        block = slice(start, start + step)
        X = rows[block]
        own = np.einsum("ij,ij->i", X, X)[:, None]
        square = X @ (-2 * others.T)
        square += norm
        square += own
        square[square <= 16 * np.finfo(float).eps * (own + norm)] = 0  # equal rows, but for rounding
        yield block, np.sqrt(square)
