"""A step of mini-batch k-means: towards the means of a few random rows.

Source: D. Sculley, Web-scale k-means clustering, WWW 2010.
"""

from dataclasses import replace

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import assign
from groundup.projects.kmeans.solvers.centered_rows import Problem
from groundup.projects.kmeans.solvers.lloyd import sums
from groundup.projects.kmeans.solvers.seeding import distinct


@record
class MiniBatchState:
    """State after one batch.

    Parameters
    ----------
    centers : ndarray of shape (K, d)
        Centres after the step, in the units of X.
    count : ndarray of shape (K,)
        Weight of the rows that each centre has learned from.
    inertia : float
        Inertia of the batch before the step, per unit of weight.
    smoothed, lowest : float
        Running mean of `inertia`, and its minimum so far.
    stale : int
        Steps since the minimum.
    shift : float
        Sum of the squared moves of the centres.
    iteration : int
        Number of steps so far.
    unchecked : int
        Rows seen since idle centres were last looked for.
    entropy : tuple of int
        Seed of all random numbers, together with the step.
    converged : bool
        Whether a stopping rule is met.
    """

    centers: Array
    count: Array
    inertia: float
    smoothed: float
    lowest: float
    stale: int
    shift: float
    iteration: int
    unchecked: int
    entropy: tuple[int, ...]
    converged: bool

    def generator(self) -> np.random.Generator:
        """Return the generator of the next step."""
        return np.random.default_rng([*self.entropy, self.iteration])


def learn(
    state: MiniBatchState, batch: Problem, rows: int, ratio: float, generator: np.random.Generator
) -> MiniBatchState:
    """Assign the batch, and move each centre to the mean of all its rows so far.

    `rows` is the number of rows that the batch counts for, whatever the unit of their weights.
    """
    X, weight = batch.block(slice(None)), batch.weight
    old = state.centers - batch.origin
    label, nearest = assign(X, old)
    size, total = sums(X, weight, label, len(old))
    count = state.count + size
    rate = np.where(size > 0, 1, 0) / np.where(count > 0, count, 1)
    moved = old + rate[:, None] * (total - size[:, None] * old)  # eq. kmeans:minibatch
    unchecked = state.unchecked + rows
    if ratio > 0 and (not state.count.all() or unchecked >= 10 * len(old)):
        unchecked = 0
        moved, count = reassign(moved, count, batch, ratio, generator)
    return replace(
        state,
        centers=moved + batch.origin,
        count=count,
        inertia=float(nearest.sum() if weight is None else weight @ nearest) / batch.total_weight,
        shift=float(((moved - old) ** 2).sum()),
        iteration=state.iteration + 1,
        unchecked=unchecked,
    )


def sample_inertia(sample: Problem, centers: Array) -> float:
    """Return the inertia of a sample that fits into memory."""
    _, nearest = assign(sample.block(slice(None)), centers)
    return float(nearest.sum() if sample.weight is None else sample.weight @ nearest)


def reassign(
    centers: Array, count: Array, batch: Problem, ratio: float, generator: np.random.Generator
) -> tuple[Array, Array]:
    """Move idle centres to random rows of the batch.

    A centre is idle with less than `ratio` of the largest count.
    """
    idle = np.argsort(count, kind="stable")[: int((count < ratio * count.max()).sum())]
    pool = distinct(batch)
    idle = idle[: len(pool.row) // 2]  # at most half of the rows
    if not idle.size:
        return centers, count
    place = generator.choice(len(pool.row), idle.size, replace=False, p=pool.mass / pool.mass.sum())
    centers, count = centers.copy(), count.copy()
    centers[idle] = batch.points(pool.row[place])
    count[idle] = np.delete(count, idle).min()  # a smaller count would make them idle again at once
    return centers, count
