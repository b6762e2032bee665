"""Certificates of the centres: a fixed point, and a bound of the inertia."""

from dataclasses import dataclass

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import assign
from groundup.projects.kmeans.solvers.centered_rows import Problem
from groundup.projects.kmeans.solvers.lloyd import sums
from groundup.projects.kmeans.solvers.rounding import relative_error, squared_norms
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows

INERTIA_PRECISION = 1e-11  # Relative error of the inertia from which distances are measured by differences.


def inertia(X: Array | SparseRows, weight: Array | None, label: Array, centers: Array) -> float:
    """Return the sum of weighted squared distances to the rows' own centres.  eq. kmeans:objective"""
    if isinstance(X, SparseRows):
        return X.inertia(weight, label, centers)
    square = squared_norms(np.subtract(X, centers.take(label, axis=0), dtype=np.float64))
    return float(square.sum() if weight is None else weight @ square)


@dataclass(frozen=True)
class Evaluation:
    """Labels and inertia of all rows, and what one more iteration would save."""

    label: Array
    inertia: float
    saving: float


def evaluate(problem: Problem, centers: Array, label: Array | None = None) -> Evaluation:
    """Assign all rows again, by the textbook, and compute the mean of every cluster.

    The saving is 0 exactly if every row has the label of its nearest centre (`label` is by default the nearest), and
    every centre is the mean of its rows.
    """
    labels = np.empty(len(problem.X), np.intp)
    size, total, lowest = np.zeros(len(centers)), np.zeros(centers.shape), 0.0
    for rows in problem.blocks():
        block, weight = problem.block(rows), problem.weights(rows)
        labels[rows], nearest = assign(block, centers)
        joined, moment = sums(block, weight, labels[rows] if label is None else label[rows], len(centers))
        size, total = size + joined, total + moment
        lowest += float(nearest.sum() if weight is None else weight @ nearest)
    value = lowest
    if label is not None or lowest < cancellation(problem, centers) / INERTIA_PRECISION:
        own = labels if label is None else label
        value = sum(
            inertia(problem.block(rows), problem.weights(rows), own[rows], centers) for rows in problem.blocks()
        )
    mean = total / np.where(size > 0, size, 1)[:, None]
    moved = float(size @ squared_norms(mean - centers))
    elsewhere = 0.0 if label is None else max(value - lowest, 0.0)
    return Evaluation(labels, value, moved + elsewhere)


def cancellation(problem: Problem, centers: Array) -> float:
    """Return the rounding error of an inertia that is computed as Σ ‖x‖² − 2xc + ‖c‖²."""
    squares = problem.scatter + problem.total_weight * squared_norms(centers).max()
    return float(relative_error(centers) * squares)


def fixed_point(problem: Problem, evaluation: Evaluation, tol: float) -> Certificate:
    """Return the certificate of a fixed point, up to `tol` or rounding.

    The larger of the two counts.

    Parameters
    ----------
    problem : Problem
        The rows.
    evaluation : Evaluation
        Evaluation of the centres.
    tol : float
        Tolerance of the stopping rule, relative to the variance, for centres that met it; 0 for centres of an
        interrupted run.
    """
    spacing = np.finfo(problem.X.dtype).eps * (np.abs(problem.origin).max() + problem.extent)
    rounding = 16 * (problem.X.shape[1] * spacing) ** 2 / (problem.variance or 1.0)  # centres are stored rounded
    rounding = max(1e-12, float(rounding))
    limit = "the tolerance of the stopping rule" if tol > rounding else "rounding"
    return Certificate(
        claim=f"Every row is with its nearest centre, and every centre is the mean of its rows, up to {limit}.",
        measure="inertia that one more iteration would save, relative to the mean scatter of a column",
        value=evaluation.saving / (problem.variance * problem.total_weight or 1.0),
        tolerance=max(tol, rounding),
    )


def nearly_fixed(evaluation: Evaluation) -> Certificate:
    """Return the certificate that one more iteration over all rows saves little."""
    return Certificate(
        claim="One more iteration over all rows would lower the inertia by less than 5 %.",
        measure="inertia that it would save, relative to the inertia",
        value=evaluation.saving / (evaluation.inertia or 1.0),
        tolerance=0.05,
    )


def lower_bound(problem: Problem) -> float:
    """Return a lower bound of the inertia of all clusterings into K groups.  eq. kmeans:spectral

    K centres span, with the mean of all rows, at most K − 1 directions; the scatter outside them is inertia.
    Zero is trivial: with K > d, centres can be anywhere.

    Source: C. Ding, X. He, K-means clustering via principal component analysis, ICML 2004.
    """
    if len(problem.origin) < problem.K:
        return 0.0
    eigenvalues = problem.spectrum()
    outside = float(eigenvalues[problem.K - 1 :].sum())
    rounding = 1e-12 * problem.scatter
    return outside if outside > rounding else 0.0
