"""Metrics of a clustering, alone or compared with another one."""

from collections.abc import Iterator

import numpy as np

from groundup.core.checks.inputs import as_matrix
from groundup.core.constants import BLOCK_BYTES
from groundup.core.types import Array, ArrayLike


def silhouette_samples(X: ArrayLike, labels: ArrayLike) -> Array:
    """Return the silhouette of every row.  eq. kmeans:silhouette

    Distances are computed block by block; the n × n matrix is never in memory.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Cluster of every row; 2 to n − 1 clusters.

    Returns
    -------
    ndarray of shape (n,)
        (b − a) / max(a, b), between −1 and 1: a is the mean distance to the other rows of the same cluster, b to the
        rows of the nearest other cluster. 0 for a row that is alone in its cluster.

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 clusters, missing or infinite entries, and labels of another length.

    References
    ----------
    P. J. Rousseeuw, Silhouettes, Journal of Computational and Applied Mathematics 20 (1987).
    """
    rows, group, size = _grouped(X, labels)
    order = np.argsort(group, kind="stable")  # clusters contiguous, so that sums over clusters are sums over slices
    start = np.append(0, np.cumsum(size)[:-1])
    result = np.empty(len(rows))
    for block, distance in _distances(rows, rows[order]):
        total = np.add.reduceat(distance, start, axis=1)  # (m, K)
        own = np.arange(len(total)), group[block]
        with np.errstate(divide="ignore", invalid="ignore"):  # alone in its cluster: 0/0, replaced below
            within = total[own] / (size[group[block]] - 1)
            total /= size
            total[own] = np.inf
            nearest = total.min(axis=1)
            silhouette = (nearest - within) / np.maximum(within, nearest)  # eq. kmeans:silhouette
        result[block] = np.nan_to_num(np.where(size[group[block]] > 1, silhouette, 0.0))  # all rows equal: 0
    return result


def silhouette_score(X: ArrayLike, labels: ArrayLike) -> float:
    """Return the mean silhouette, near 1 for compact, separated clusters.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Cluster of every row; 2 to n − 1 clusters.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 clusters, missing or infinite entries, and labels of another length.
    """
    return float(silhouette_samples(X, labels).mean())


def davies_bouldin_score(X: ArrayLike, labels: ArrayLike) -> float:
    """Return the mean similarity of each cluster to its most similar one.  eq. kmeans:davies-bouldin

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Cluster of every row; 2 to n − 1 clusters.

    Returns
    -------
    float
        0 is best. The similarity of two clusters is the sum of the mean distances of their rows to their centres,
        divided by the distance of the centres.

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 clusters, missing or infinite entries, and labels of another length.

    References
    ----------
    D. L. Davies, D. W. Bouldin, A cluster separation measure, IEEE Transactions on Pattern Analysis 1 (1979).
    """
    rows, group, size = _grouped(X, labels)
    center = _means(rows, group, size)
    spread = np.bincount(group, np.linalg.norm(rows - center[group], axis=1)) / size
    apart = np.linalg.norm(center[:, None] - center, axis=2)
    if np.allclose(spread, 0) or np.allclose(apart, 0):
        return 0.0  # as in scikit-learn, if the rows of each cluster are equal
    np.fill_diagonal(apart, np.inf)
    apart[apart == 0] = np.inf  # clusters with the same centre are not compared, as in scikit-learn
    similarity = (spread[:, None] + spread) / apart  # (K, K)
    return float(similarity.max(axis=1).mean())  # eq. kmeans:davies-bouldin


def calinski_harabasz_score(X: ArrayLike, labels: ArrayLike) -> float:
    """Return the ratio of between- to within-cluster variance.  eq. kmeans:calinski-harabasz

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows.
    labels : array-like of shape (n,)
        Cluster of every row; 2 to n − 1 clusters.

    Returns
    -------
    float
        Each scatter is divided by its degrees of freedom. Higher is better; 1 if every row equals its cluster's mean.

    Raises
    ------
    TypeError
        For rows that are not numbers.
    ValueError
        For fewer than 2 or more than n − 1 clusters, missing or infinite entries, and labels of another length.

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
    """Return the agreement of two clusterings, corrected for chance.  eq. kmeans:adjusted-rand

    Parameters
    ----------
    labels_true, labels_pred : array-like of shape (n,)
        Clusters of the same rows; their names do not matter.

    Returns
    -------
    float
        1 for the same clustering, about 0 for independent ones, at least −0.5.

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
    cells = np.unique(true * columns + predicted, return_counts=True)[1]  # the full contingency table has K₁ × K₂ cells
    together = _pairs(cells)
    same_true, same_predicted, pairs = _pairs(np.bincount(true)), _pairs(np.bincount(predicted)), _pairs(len(true))
    if same_true == same_predicted == together:
        return 1.0  # the same clustering, also if it has n clusters, or one
    chance = same_true * same_predicted / pairs
    return (together - chance) / ((same_true + same_predicted) / 2 - chance)  # eq. kmeans:adjusted-rand


def _pairs(count: ArrayLike) -> float:
    """Return the number of pairs of rows in the same cell, summed over all cells."""
    n = np.asarray(count, dtype=np.float64)
    return float((n * (n - 1)).sum()) / 2


def _codes(labels: ArrayLike, name: str) -> Array:
    """Return labels of any type as 0 … K−1."""
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {array.shape}.")
    return np.unique(array, return_inverse=True)[1]


def _grouped(X: ArrayLike, labels: ArrayLike) -> tuple[Array, Array, Array]:
    """Return centred rows, their clusters as 0 … K−1, and the cluster sizes."""
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
    return np.stack([np.bincount(group, column) for column in rows.T], axis=1) / size[:, None]  # (K, d)


def _distances(rows: Array, others: Array) -> Iterator[tuple[slice, Array]]:
    """Yield the slice of each block and its distances to all others, (m, n)."""
    step = max(1, BLOCK_BYTES // (8 * len(others)))
    norm = np.einsum("ij,ij->i", others, others)
    for start in range(0, len(rows), step):
        block = slice(start, start + step)
        X = rows[block]
        own = np.einsum("ij,ij->i", X, X)[:, None]
        square = X @ (-2 * others.T)
        square += norm
        square += own
        square[square <= 16 * np.finfo(float).eps * (own + norm)] = 0  # equal rows, up to rounding
        yield block, np.sqrt(square)
