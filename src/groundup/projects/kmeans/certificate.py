"""How good are the centres? Whether they are a fixed point, and how far from the global optimum they can be."""

import numpy as np

from groundup.core.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.kmeans.assignment import squared_distances
from groundup.projects.kmeans.lloyd import sums
from groundup.projects.kmeans.problem import Problem, squared_norms


def inertia(X: Array, weight: Array | None, label: Array, centers: Array) -> float:
    """Sum of the weighted squared distances of the rows to their own centres.  eq. kmeans:objective"""
    square = squared_norms(np.subtract(X, centers[label], dtype=np.float64))
    return float(square.sum() if weight is None else weight @ square)


def gain_of_one_iteration(problem: Problem, label: Array, centers: Array) -> float:
    """By how much one more assignment and update would lower the inertia.

    It is 0 just where every row is with its nearest centre, and every centre is the mean of its rows.
    """
    reassigned, size, total = 0.0, np.zeros(len(centers)), np.zeros(centers.shape)
    for rows in problem.blocks():
        block, own = problem.block(rows), label[rows]
        weight = None if problem.weight is None else problem.weight[rows]
        distance = squared_distances(block, centers)
        excess = distance[own, np.arange(len(own))] - distance.min(axis=0)
        reassigned += float(excess.sum() if weight is None else weight @ excess)
        joined, moment = sums(block, weight, own, len(centers))
        size, total = size + joined, total + moment
    mean = total / np.where(size > 0, size, 1)[:, None]
    return reassigned + float(size @ squared_norms(mean - centers))


def fixed_point(problem: Problem, label: Array, centers: Array, tol: float) -> Certificate:
    """Certificate that the iteration has nothing left to do.

    Parameters
    ----------
    problem : Problem
        The rows.
    label : ndarray of shape (n,)
        Cluster of every row.
    centers : ndarray of shape (K, d)
        Relative to the origin.
    tol : float
        The stopping rule's: what the last shift was allowed to be, relative to the variance.
    """
    unit = problem.variance * problem.total_weight or 1.0
    spacing = np.finfo(problem.X.dtype).eps * (np.abs(problem.origin).max() + problem.extent)
    rounding = 16 * (problem.X.shape[1] * spacing) ** 2 / (problem.variance or 1.0)  # centres are stored rounded
    return Certificate(
        claim="Every row is with its nearest centre, and every centre is the mean of its rows.",
        measure="inertia that one more iteration would save, relative to the scatter of a column",
        value=max(gain_of_one_iteration(problem, label, centers), 0.0) / unit,
        tolerance=float(max(tol, 1e-12, rounding)),
    )


def lower_bound(problem: Problem, K: int) -> float:
    """Inertia that no clustering into K groups can go below.  eq. kmeans:spectral

    K centres span, with the mean of all rows, at most K − 1 directions; the scatter outside them is inertia.
    Zero says nothing: with K > d, centres can be anywhere.

    Source: C. Ding, X. He, K-means clustering via principal component analysis, ICML 2004.
    """
    eigenvalues = problem.spectrum()
    outside = float(eigenvalues[K - 1 :].sum())
    rounding = 1e-12 * problem.scatter
    return outside if outside > rounding else 0.0


def nearly_fixed(problem: Problem, label: Array, centers: Array, inertia: float) -> Certificate:
    """Certificate that the iteration over all rows has little left to do, for centres learned from batches."""
    return Certificate(
        claim="One more iteration over all rows would lower the inertia by less than 5 %.",
        measure="inertia that it would save, relative to the inertia",
        value=max(gain_of_one_iteration(problem, label, centers), 0.0) / (inertia or 1.0),
        tolerance=0.05,
    )
