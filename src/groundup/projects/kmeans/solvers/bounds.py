"""Lloyd's iteration without looking at every row: bounds tell whose label cannot have changed.

The three kinds of bounds (`Hamerly`, `Elkan`, `Expiry`) give the labels of the textbook; they differ in what they
remember of each row and in what a row costs that is looked at again.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

from groundup.core.linalg.products import inner_product
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import membership
from groundup.projects.kmeans.solvers.centred_rows import Problem, centred, in_blocks
from groundup.projects.kmeans.solvers.lloyd import Algorithm, Step, sums, update


class Bounds(Protocol):
    """What is remembered of every row, to know when its label may change."""

    def assign(self, label: Array, centers: Array) -> tuple[Array, Array]:
        """Ascending indices of the rows whose label may have changed, and their labels; the first time, all rows."""
        ...

    def follow(self, label: Array, centers: Array, moved: Array) -> None:
        """Take into account that the centres have moved."""
        ...


def bounded(remember: Callable[[Problem], Bounds]) -> Algorithm:
    """Algorithm that yields the steps of `lloyd`, looking only at rows whose bounds do not settle their label."""

    def algorithm(problem: Problem, centers: Array) -> Iterator[Step]:
        bounds = remember(problem)
        label = np.zeros(len(problem.X), np.intp)  # a guess, to be held against the bounds
        size, total = np.zeros(len(centers)), np.zeros(centers.shape)
        known = False
        while True:
            index, new = bounds.assign(label, centers)
            if known and problem.weight is None:
                moved = np.flatnonzero(new != label[index])
                joined, moment = change(problem, index[moved], label[index[moved]], new[moved])
                size, total = size + joined, total + moment
                label[index] = new
            else:  # with weights every time: a heavy row that leaves would take the digits of the light ones along
                label[index] = new
                size, total = all_sums(problem, label)
                known = True
            step = update(problem, centers, size, total)
            yield step
            bounds.follow(label, centers, step.centers)
            centers = step.centers

    return algorithm


def pieces(index: Array, length: int) -> Iterator[Array]:
    """The indices, so many at a time."""
    for start in range(0, len(index), length):
        yield index[start : start + length]


def change(problem: Problem, index: Array, old: Array, new: Array) -> tuple[Array, Array]:
    """By how much the size and the sum of every cluster change with the labels of some rows."""
    size, total = np.zeros(problem.K), np.zeros((problem.K, len(problem.origin)))
    for part in pieces(np.arange(len(index)), problem.rows.block_rows):
        member = membership(new[part], problem.K) - membership(old[part], problem.K)
        size, total = size + member.sum(axis=1), total + inner_product(member, problem.block(index[part]))
    return size, total


def all_sums(problem: Problem, label: Array) -> tuple[Array, Array]:
    """Weight and weighted sum of every cluster."""
    result: tuple[Array, Array] = in_blocks(problem.K, problem.X, problem.weight, label).sum(
        lambda X, weight, own: sums(centred(X, problem.origin), weight, own, problem.K)
    )
    return result
