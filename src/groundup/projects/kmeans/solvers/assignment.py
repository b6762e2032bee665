"""Which centre is nearest? Pure functions of a block of rows; (K, m) arrays have a line for each centre.

That layout lets `min` run along memory: over rows of 20 numbers it is ten times slower.
"""

import numpy as np

from groundup.core.linalg.products import outer_product
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.centred_rows import Problem, squared_norms


def kernel(X: Array, centers: Array) -> Array:
    """‖x − c‖² − ‖x‖², (K, m): what depends on the centre, as one matrix product.  eq. kmeans:kernel"""
    product = outer_product(-2 * centers, X)
    product += squared_norms(centers)[:, None]
    return product


def squared_distances(X: Array, centers: Array) -> Array:
    """‖x − c‖² of every centre and row, (K, m)."""
    distance = kernel(X, centers)
    distance += squared_norms(X)
    np.maximum(distance, 0, out=distance)  # rounding may leave −1e-16
    return distance


def accurate_distances(X: Array, centers: Array) -> Array:
    """Distances of every centre and row, (K, m), to nearly all digits even where a row is very close to a centre."""
    square = squared_distances(X, centers)
    # there, cancellation took more than half of the digits
    k, i = np.nonzero(square <= 2**20 * slack(squared_norms(X), centers))
    square[k, i] = squared_norms(X[i] - centers[k])
    return np.sqrt(square)


def relative_error(centers: Array) -> float:
    """Bound of the rounding error of a sum of d products, generously."""
    return float((centers.shape[1] + 8) * np.finfo(np.float64).eps)


def single_error(problem: Problem) -> float:
    """Bound of the error of a squared distance in single precision, relative to ‖x‖² + the largest ‖c‖².

    It covers d + 2 rounded products, their sum, and a root.
    """
    return (2 * len(problem.origin) + 24) * 2.0**-24


def slack(square: Array, centers: Array) -> Array:
    """Rounding error that squared distances may carry, given the rows' squared lengths, (m,)."""
    error: Array = relative_error(centers) * (square + squared_norms(centers).max())
    return error


def blur(problem: Problem, centers: Array) -> float:
    """Difference of two distances, of any row, below which the nearer centre is a matter of rounding."""
    largest = float(squared_norms(centers).max())
    return float(np.sqrt(2 * relative_error(centers) * (problem.extent**2 + largest)))


def first(mask: Array) -> Array:
    """Index of the first true entry in every column of a (K, m) mask; a dozen times faster than ``argmax``."""
    K = len(mask)
    countdown = np.arange(K, 0, -1, dtype=np.min_scalar_type(K))[:, None]
    index: Array = K - (mask * countdown).max(axis=0).astype(np.intp)
    return index


def assign(X: Array, centers: Array) -> tuple[Array, Array]:
    """Index of the nearest centre of every row, and the squared distance to it.  eq. kmeans:assignment

    Of centres equally near, to rounding, it is the first: so the answer does not hang on the order of a summation.
    """
    label, nearest, _ = two_nearest(X, centers)
    return label, nearest


def two_nearest(X: Array, centers: Array) -> tuple[Array, Array, Array]:
    """As `assign`, and the squared distance to the nearest of the other centres (infinite for K = 1)."""
    label, nearest, second = two_smallest(kernel(X, centers))
    square = squared_norms(X)
    nearest, second = np.maximum(nearest + square, 0), second + square  # rounding may leave −1e-16
    close = np.flatnonzero(second <= nearest + 2 * slack(square, centers))
    if close.size:  # ‖x‖² − 2xc + ‖c‖² has too few digits to tell: measure again
        label[close], nearest[close], second[close] = two_nearest_measured(X[close], centers)
    return label, nearest, second


def two_smallest(distance: Array) -> tuple[Array, Array, Array]:
    """Place of the smallest entry in every column of a (K, m) table, and the two smallest; changes the table."""
    smallest = distance.min(axis=0)
    place = first(distance == smallest)
    distance.ravel()[place * distance.shape[1] + np.arange(distance.shape[1])] = np.inf
    return place, smallest, distance.min(axis=0)


def two_nearest_measured(X: Array, centers: Array) -> tuple[Array, Array, Array]:
    """As `two_nearest`, by differences: exact to rounding of the centres, but slow."""
    distance = np.stack([squared_norms(X - center) for center in centers])
    nearest = distance.min(axis=0)
    label = first(distance <= nearest + tie(nearest, centers))
    chosen = label, np.arange(len(X))
    nearest = distance[chosen]
    distance[chosen] = np.inf
    return label, nearest, distance.min(axis=0)


def tie(nearest: Array, centers: Array) -> Array:
    """How much farther (squared) another centre may seem that is as near: rounding of the centres, of the sum."""
    error: Array = relative_error(centers) * (nearest + np.sqrt(nearest * squared_norms(centers).max()))
    return error


def membership(label: Array, K: int) -> Array:
    """One-hot labels, (K, m)."""
    small = np.min_scalar_type(K)  # comparing single bytes is several times faster
    member: Array = label.astype(small) == np.arange(K, dtype=small)[:, None]
    return member.astype(np.float64)


def distances_between(centers: Array) -> Array:
    """Distance of every two centres, (K, K)."""
    return np.sqrt(squared_distances(centers, centers))


def half_way(centers: Array) -> Array:
    """Half the distance to the nearest other centre, (K,): a row nearer than that to its centre stays."""
    distance = distances_between(centers)
    np.fill_diagonal(distance, np.inf)
    nearest: Array = distance.min(axis=0) / 2
    return nearest
