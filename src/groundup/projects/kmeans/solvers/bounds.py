"""Lloyd's algorithm with bounds.

Only rows whose label may have changed are assigned again.

The three kinds of bounds (`Hamerly`, `Elkan`, `ExpiringBounds`) give the labels of the textbook; they differ in what
they store for each row and in the cost of assigning a row again.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import assign
from groundup.projects.kmeans.solvers.centered_rows import Problem, centered, in_blocks
from groundup.projects.kmeans.solvers.lloyd import Algorithm, ClusterSums, Step, sums, update


class Bounds(Protocol):
    """Bounds stored for every row, which tell when its label may change."""

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Return the rows whose label may have changed, and their labels.

        Their indices ascend; the first time they are all rows.
        """
        ...

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Update the bounds after the centres have moved."""
        ...


def with_bounds(bounds_of: Callable[[Problem], Bounds]) -> Algorithm:
    """Return the algorithm that assigns only rows with unsettled bounds.

    It yields the steps of `lloyd`.
    """

    def algorithm(problem: Problem, centers: Array, known: ClusterSums | None) -> Iterator[Step]:
        bounds = bounds_of(problem)
        label = np.zeros(len(problem.X), np.intp)  # an arbitrary start, which the first bounds do not accept
        size, total = np.zeros(len(centers)), np.zeros(centers.shape)
        by_differences = known is not None
        if known is not None:
            label, size, total = nearest(problem, known.centers), known.size, known.total
        while True:
            index, new = bounds.assign(label, centers)
            if by_differences:
                moved = np.flatnonzero(new != label[index])
                joined, moment = cluster_changes(problem, index[moved], label[index[moved]], new[moved])
                size, total = size + joined, total + moment
                label[index] = new
            else:  # always with weights: subtracting a heavy row would cancel the digits of light ones
                label[index] = new
                size, total = all_sums(problem, label)
                by_differences = problem.weight is None
            step = update(problem, centers, size, total)
            yield replace(step, sums=ClusterSums(centers, size, total)) if by_differences else step
            bounds.follow(label, centers, step.centers)
            centers = step.centers

    return algorithm


def nearest(problem: Problem, centers: Array) -> Array:
    """Return the index of the nearest centre of every row."""
    return np.concatenate([assign(problem.block(rows), centers)[0] for rows in problem.blocks()])


def cluster_changes(problem: Problem, index: Array, old: Array, new: Array) -> tuple[Array, Array]:
    """Return the changes of the clusters' sizes and sums with the labels."""
    size, total = np.zeros(problem.K), np.zeros((problem.K, len(problem.origin)))
    for part in parts(len(index), problem.rows.block_rows):
        rows = problem.block(index[part])
        (joined, gained), (left, lost) = (sums(rows, None, label[part], problem.K) for label in (new, old))
        size, total = size + (joined - left), total + (gained - lost)
    return size, total


def all_sums(problem: Problem, label: Array) -> tuple[Array, Array]:
    """Return the weight and the weighted sum of every cluster."""
    return in_blocks(problem.K, problem.X, problem.weight, label).sum(
        lambda X, weight, own: sums(centered(X, problem.origin), weight, own, problem.K)
    )
