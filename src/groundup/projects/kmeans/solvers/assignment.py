"""Nearest centres, as pure functions of a block of rows.

Arrays of shape (K, m) have a row for each centre. With this layout, `min` over the centres runs along memory; over rows
of 20 numbers it is ten times slower.
"""

import numpy as np

from groundup.core.linalg.products import outer_product
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.centered_rows import Problem
from groundup.projects.kmeans.solvers.rounding import relative_error, square_error, squared_norms, tie_tolerance
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows

MANY_CENTERS = 16  # With fewer, it takes longer to correct a guess than to compare all entries.
MOST_WRONG = 0.25  # Share of wrong guesses from which it is quicker to compare whole columns.


def kernel(X: Array, centers: Array) -> Array:
    """Return ‖x − c‖² − ‖x‖², (K, m), as one matrix product.  eq. kmeans:kernel"""
    product = outer_product(-2 * centers, X)
    product += squared_norms(centers)[:, None]
    return product


def squared_distances(X: Array, centers: Array) -> Array:
    """Return ‖x − c‖² for every centre and row, (K, m)."""
    distance = kernel(X, centers)
    distance += squared_norms(X)
    np.maximum(distance, 0, out=distance)  # rounding may leave −1e-16
    return distance


def accurate_distances(X: Array | SparseRows, centers: Array) -> Array:
    """Return the distances of every centre and row, (K, m).

    They are accurate even for rows very close to a centre.
    """
    if isinstance(X, SparseRows):
        return X.accurate_distances(centers)
    square = squared_distances(X, centers)
    # where cancellation has taken more than half of the digits, measure by differences
    k, i = np.nonzero(square <= 2**20 * square_error(squared_norms(X), centers))
    square[k, i] = squared_norms(X[i] - centers[k])
    return np.sqrt(square)


def float32_error(problem: Problem) -> float:
    """Return the relative error bound of a squared distance in single precision.

    It is relative to ‖x‖² + the largest ‖c‖².

    It covers d + 2 rounded products, their sum, and a root.
    """
    return (2 * len(problem.origin) + 24) * 2.0**-24


def distance_error(problem: Problem, centers: Array) -> float:
    """Return the largest rounding error of a difference of two distances."""
    largest = float(squared_norms(centers).max())
    return float(np.sqrt(2 * relative_error(centers) * (problem.extent**2 + largest)))


def first_true(mask: Array) -> Array:
    """Return the index of the first true entry in each column of a (K, m) mask.

    It is faster than ``argmax``.
    """
    K = len(mask)
    countdown = np.arange(K, 0, -1, dtype=np.min_scalar_type(K))[:, None]
    return K - (mask * countdown).max(axis=0).astype(np.intp)


def assign(X: Array | SparseRows, centers: Array) -> tuple[Array, Array]:
    """Return the index of the nearest centre of every row, and the squared distance.  eq. kmeans:assignment

    Of centres at the same distance up to rounding, it is the first, for any order of the summation.
    """
    label, nearest, _ = two_nearest(X, centers)
    return label, nearest


def two_nearest(X: Array | SparseRows, centers: Array) -> tuple[Array, Array, Array]:
    """Return as `assign`, and the second smallest squared distance.

    It is infinite for K = 1.
    """
    if isinstance(X, SparseRows):
        return X.two_nearest(centers)
    label, nearest, second = two_smallest(kernel(X, centers))
    square = squared_norms(X)
    nearest, second = np.maximum(nearest + square, 0), second + square  # rounding may leave −1e-16
    close = np.flatnonzero(second <= nearest + 2 * square_error(square, centers))
    if close.size:  # ‖x‖² − 2xc + ‖c‖² has too few digits to decide
        label[close], nearest[close], second[close] = two_nearest_measured(X[close], centers)
    return label, nearest, second


def two_smallest(distance: Array, guess: Array | None = None) -> tuple[Array, Array, Array]:
    """Return the place of the smallest entry in every column, and the two smallest.

    The table is changed. A guess of the places, right in most columns, saves a third of the time with many centres.
    """
    smallest, column = distance.min(axis=0), np.arange(distance.shape[1])
    place = None if guess is None or len(distance) < MANY_CENTERS else corrected(guess, distance, smallest)
    if place is None:
        place = first_true(distance == smallest)
    distance.ravel()[place * len(column) + column] = np.inf
    return place, smallest, distance.min(axis=0)


def corrected(guess: Array, distance: Array, smallest: Array) -> Array | None:
    """Return the places of the smallest entries of the columns; None if the guess is wrong in too many."""
    column = np.arange(len(guess))
    wrong = np.flatnonzero(distance.ravel().take(guess * len(column) + column) != smallest)
    if len(wrong) > len(guess) * MOST_WRONG:
        return None
    place = guess.copy()
    place[wrong] = first_true(distance[:, wrong] == smallest[wrong])
    return place


def two_nearest_measured(X: Array, centers: Array) -> tuple[Array, Array, Array]:
    """Return as `two_nearest`, by differences.

    This is exact up to rounding of the centres, but slow.
    """
    distance = np.stack([squared_norms(X - center) for center in centers])
    nearest = distance.min(axis=0)
    with np.errstate(invalid="ignore"):  # the tolerance of an infinite distance may be NaN
        tied = distance <= nearest + tie_tolerance(nearest, centers)
    label = first_true(tied | (distance == nearest))
    chosen = label, np.arange(len(X))
    nearest = distance[chosen]
    distance[chosen] = np.inf
    return label, nearest, distance.min(axis=0)


def membership(label: Array, K: int) -> Array:
    """Return one-hot labels, (K, m)."""
    small = np.min_scalar_type(K)  # comparing single bytes is several times faster
    member: Array = label.astype(small) == np.arange(K, dtype=small)[:, None]
    return member.astype(np.float64)


def distances_between(centers: Array) -> Array:
    """Return the distance of every two centres, (K, K)."""
    return np.sqrt(squared_distances(centers, centers))


def half_distances(centers: Array) -> Array:
    """Return half the distance to the nearest other centre, (K,).

    A row that is nearer to its centre keeps its label.
    """
    distance = distances_between(centers)
    np.fill_diagonal(distance, np.inf)
    return distance.min(axis=0) / 2
