"""Lloyd's iteration without looking at every row: bounds tell whose label cannot have changed.

The three kinds of bounds (`Hamerly`, `Elkan`, `Expiry`) give the labels of the textbook; they differ in what they
remember of each row and in what a row costs that is looked at again.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.lloyd import Algorithm, Step, sums, update
from groundup.projects.kmeans.problem import Problem


class Bounds(Protocol):
    """What is remembered of every row, to know when its label may change."""

    def assign(self, rows: slice, label: Array, centers: Array) -> Array:
        """Labels of a block of rows, given those of the last iteration (any guess before the first)."""
        ...

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Take into account that the centres have moved."""
        ...


def bounded(remember: Callable[[Problem, int], Bounds]) -> Algorithm:
    """Algorithm that yields the steps of `lloyd`, looking only at rows whose bounds do not settle their label."""

    def algorithm(problem: Problem, centers: Array) -> Iterator[Step]:
        K, d = centers.shape
        bounds = remember(problem, K)
        label = np.full(len(problem.X), -1)  # no cluster yet
        size, total = np.zeros(K), np.zeros((K, d))
        while True:
            if problem.weight is not None:  # a heavy row that leaves would take the digits of the light ones along
                size, total = np.zeros(K), np.zeros((K, d))
            for rows in problem.blocks():
                old = label[rows]
                new = bounds.assign(rows, np.maximum(old, 0), centers)
                joined, moment = change(problem, rows, old, new, K)
                size, total = size + joined, total + moment
                label[rows] = new
            step = update(problem, centers, size, total)
            yield step
            bounds.follow(label, centers, step.centers)
            centers = step.centers

    return algorithm


def change(problem: Problem, rows: slice, old: Array, new: Array, K: int) -> tuple[Array, Array]:
    """By how much the size and the sum of every cluster change; for weighted rows, the sizes and sums themselves."""
    if problem.weight is not None:
        return sums(problem.block(rows), problem.weight[rows], new, K)
    changed = np.flatnonzero(new != old)
    moved = problem.block(rows.start + changed)
    joined, gain = sums(moved, None, new[changed], K)
    left, loss = sums(moved, None, old[changed], K)
    return joined - left, gain - loss
