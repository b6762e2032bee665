"""How good are the centres? Whether they are a fixed point, and how far from the global optimum they can be."""

from dataclasses import dataclass

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import assign
from groundup.projects.kmeans.solvers.centred_rows import Problem, squared_norms
from groundup.projects.kmeans.solvers.lloyd import sums


def inertia(X: Array, weight: Array | None, label: Array, centers: Array) -> float:
    """Sum of the weighted squared distances of the rows to their own centres.  eq. kmeans:objective"""
    square = squared_norms(np.subtract(X, centers.take(label, axis=0), dtype=np.float64))
    return float(square.sum() if weight is None else weight @ square)


@dataclass(frozen=True)
class Examination:
    """What a look at all rows says about centres: labels, inertia, and what one more iteration would save of it."""

    label: Array
    inertia: float
    saving: float


def examine(problem: Problem, centers: Array, label: Array | None = None) -> Examination:
    """Assign all rows anew, by the textbook, and take the mean of every cluster.

    The saving is 0 just where every row is with its nearest centre (`label`, by default the nearest there is), and
    every centre is the mean of its rows.
    """
    labels = np.empty(len(problem.X), np.intp)
    size, total = np.zeros(len(centers)), np.zeros(centers.shape)
    value = lowest = 0.0
    for rows in problem.blocks():
        block = problem.block(rows)
        weight = None if problem.weight is None else problem.weight[rows]
        labels[rows], nearest = assign(block, centers)
        own = labels[rows] if label is None else label[rows]
        value += inertia(block, weight, own, centers)
        lowest += float(nearest.sum() if weight is None else weight @ nearest)
        joined, moment = sums(block, weight, own, len(centers))
        size, total = size + joined, total + moment
    mean = total / np.where(size > 0, size, 1)[:, None]
    moved = float(size @ squared_norms(mean - centers))
    elsewhere = 0.0 if label is None else max(value - lowest, 0.0)
    return Examination(labels, value, moved + elsewhere)


def fixed_point(problem: Problem, examination: Examination, tol: float) -> Certificate:
    """Certificate that the iteration has nothing left to do, up to `tol` or, where that is less, up to rounding.

    Parameters
    ----------
    problem : Problem
        The rows.
    examination : Examination
        Of the centres.
    tol : float
        The stopping rule's, for centres that met it: what the last shift was allowed to be, relative to the variance;
        0 for centres of a run that was cut short.
    """
    spacing = np.finfo(problem.X.dtype).eps * (np.abs(problem.origin).max() + problem.extent)
    rounding = 16 * (problem.X.shape[1] * spacing) ** 2 / (problem.variance or 1.0)  # centres are stored rounded
    rounding = max(1e-12, float(rounding))
    limit = "the tolerance of the stopping rule" if tol > rounding else "rounding"
    return Certificate(
        claim=f"Every row is with its nearest centre, and every centre is the mean of its rows, up to {limit}.",
        measure="inertia that one more iteration would save, relative to the mean scatter of a column",
        value=examination.saving / (problem.variance * problem.total_weight or 1.0),
        tolerance=max(tol, rounding),
    )


def nearly_fixed(examination: Examination) -> Certificate:
    """Certificate that the iteration over all rows has little left to do, for centres learned from batches."""
    return Certificate(
        claim="One more iteration over all rows would lower the inertia by less than 5 %.",
        measure="inertia that it would save, relative to the inertia",
        value=examination.saving / (examination.inertia or 1.0),
        tolerance=0.05,
    )


def lower_bound(problem: Problem) -> float:
    """Inertia that no clustering into K groups can go below.  eq. kmeans:spectral

    K centres span, with the mean of all rows, at most K − 1 directions; the scatter outside them is inertia.
    Zero says nothing: with K > d, centres can be anywhere.

    Source: C. Ding, X. He, K-means clustering via principal component analysis, ICML 2004.
    """
    eigenvalues = problem.spectrum()
    outside = float(eigenvalues[problem.K - 1 :].sum())
    rounding = 1e-12 * problem.scatter
    return outside if outside > rounding else 0.0
