"""Lloyd's algorithm: assign rows to centres, move centres to means.

Source: S. P. Lloyd, Least squares quantization in PCM, IEEE Transactions on Information Theory 28 (1982).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from groundup.core.linalg.products import inner_product
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import assign, membership
from groundup.projects.kmeans.solvers.centered_rows import Problem, centered
from groundup.projects.kmeans.solvers.rounding import squared_norms
from groundup.projects.kmeans.solvers.seeding import distinct
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows

COUNT_COST = 2.7  # Time to count one entry of a row into its cluster, in units of one entry of one-hot labels.
PRODUCT_COST = 0.06  # Time of one multiplication of a matrix product, in the same units.
CENTER_ROUNDING = 1e-12  # Distance, relative to the extent of the data, at which a row counts as being on its centre.


@record
class ClusterSums:
    """Sums over the clusters that an algorithm carries from step to step.

    Updated by differences, they depend on all labels so far, to the last bit.

    Parameters
    ----------
    centers : ndarray of shape (K, d)
        Centres, relative to the origin, that the rows were assigned to.
    size, total : ndarray of shape (K,), (K, d)
        Weight and sum of every cluster.
    """

    centers: Array
    size: Array
    total: Array


@dataclass(frozen=True)
class Step:
    """One iteration: centres (K, d) relative to the origin, inertia, and shift.

    `sums` are those that the next step begins with, if it needs any.
    """

    centers: Array
    inertia: float
    shift: float
    sums: ClusterSums | None = None


Algorithm: TypeAlias = Callable[[Problem, Array, ClusterSums | None], Iterator[Step]]


def lloyd(problem: Problem, centers: Array, known: ClusterSums | None) -> Iterator[Step]:
    """Alternate assignment and update, without end; the caller decides when to stop."""
    while True:
        size, total = problem.rows.sum(moments, problem.origin, centers)
        step = update(problem, centers, size, total)
        yield step
        centers = step.centers


def moments(X: Array | SparseRows, weight: Array | None, origin: Array, centers: Array) -> tuple[Array, Array]:
    """Return the weight and the sum of every cluster, which the update needs."""
    rows = centered(X, origin)
    label, _ = assign(rows, centers)
    return sums(rows, weight, label, len(centers))


def sums(rows: Array | SparseRows, weight: Array | None, label: Array, K: int) -> tuple[Array, Array]:
    """Return the weight (K,) and the weighted sum (K, d) of the rows with each label."""
    if isinstance(rows, SparseRows):
        return rows.sums(weight, label, K)
    return np.bincount(label, weight, K).astype(np.float64), sums_of_rows(rows, weight, label, K)


def sums_of_rows(rows: Array, weight: Array | None, label: Array, K: int) -> Array:
    """Return the weighted sum of the rows with each label, (K, d).

    With few columns the entries are counted into the clusters: a product with one-hot labels needs K steps a row.
    """
    d = rows.shape[1]
    if COUNT_COST * d < K * (1 + PRODUCT_COST * d):
        place = (label[:, None] * d + np.arange(d)).ravel()
        entries = rows if weight is None else rows * weight[:, None]
        return np.bincount(place, entries.ravel(), K * d).reshape(K, d)
    member = membership(label, K)
    if weight is not None:
        member *= weight
    return inner_product(member, rows)


def update(problem: Problem, centers: Array, size: Array, total: Array) -> Step:
    """Move every centre to the mean of its rows.  eq. kmeans:update"""
    if not size.all():
        size, total = relocate(problem, centers, size, total)
    moved = total / np.where(size > 0, size, 1)[:, None]
    moved[size == 0] = centers[size == 0]  # with fewer distinct rows than centres, an empty cluster stays
    explained = size @ squared_norms(moved)
    # Σ‖x − mean‖² = Σ‖x‖² − size ‖mean‖², which rounding may leave at −1e-16
    inertia = max(problem.scatter - float(explained), 0.0)
    return Step(moved, inertia, float(((moved - centers) ** 2).sum()))


def relocate(problem: Problem, centers: Array, size: Array, total: Array) -> tuple[Array, Array]:
    """Move each empty cluster to one of the rows farthest from their centres.

    eq. kmeans:relocation
    """
    size, total = size.copy(), total.copy()
    pool = distinct(problem)  # copies count once, or two empty clusters would move to the same point
    label, nearest = np.empty(len(problem.X), np.intp), np.empty(len(problem.X))
    for rows in problem.blocks():
        label[rows], nearest[rows] = assign(problem.block(rows), centers)
    empty = np.flatnonzero(size == 0)
    farthest = np.argsort(-nearest[pool.row], kind="stable")[: len(empty)]
    for k, j in zip(empty, farthest, strict=False):
        row, mass = pool.row[j], pool.mass[j]
        x = problem.points(pool.row[j : j + 1])[0]
        gap = x - centers[label[row]]  # to the digits that cancellation may have taken from `nearest`
        if gap @ gap <= (CENTER_ROUNDING * problem.extent) ** 2:
            break  # every other row sits on a centre already
        rest = size[label[row]] - mass
        size[label[row]] = rest if rest > 1e-12 * mass else 0  # the same weights, summed in another order
        total[label[row]] -= mass * x
        size[k], total[k] = mass, mass * x
    return size, total
