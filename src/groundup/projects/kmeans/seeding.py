"""Where the centres start: rows drawn at random, or far from each other (greedy k-means++).

Every draw is a function of the weighted *set* of rows, whatever their order: copies of a row count as one row with the
sum of their weights, rows of weight 0 as absent, and the distinct rows are lined up by a hash of their bits before
a random number picks one. So permuting the rows, or repeating one instead of doubling its weight, changes nothing.

Source: D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.types import Array
from groundup.projects.kmeans.assignment import slack, squared_distances
from groundup.projects.kmeans.problem import Problem, centred, squared_norms


@dataclass(frozen=True)
class Pool:
    """Distinct rows of positive weight in canonical order: the index of one copy of each, and its total weight."""

    row: Array
    mass: Array

    @cached_property
    def cumulative(self) -> Array:
        """Running sum of the masses."""
        return np.cumsum(self.mass)

    def draw(self, generator: np.random.Generator, count: int, factor: Array | None = None) -> Array:
        """Indices of `count` rows, drawn with probability proportional to mass × factor, with replacement."""
        cumulative = self.cumulative if factor is None else np.cumsum(self.mass * factor)
        place = np.searchsorted(cumulative, generator.random(count) * cumulative[-1], side="right")
        chosen: Array = self.row[np.minimum(place, len(self.row) - 1)]  # all factors zero: the last row
        return chosen


def distinct(problem: Problem) -> Pool:
    """Line up the distinct rows."""
    multiplier = np.random.default_rng(0).integers(2**64, size=problem.origin.shape, dtype=np.uint64)
    key = problem.rows.concatenate(lambda X, weight: fingerprint(X, multiplier))
    order = key.argsort()
    key = key[order]
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    weight = np.ones(len(order)) if problem.weight is None else problem.weight[order]
    mass = np.add.reduceat(weight, start)
    return Pool(order[start][mass > 0], mass[mass > 0])


def fingerprint(X: Array, multiplier: Array) -> Array:
    """64-bit hash of every row: equal rows agree; of 100,000 others two agree with a probability below 1e-5."""
    bits = (X + 0.0).view(f"u{X.dtype.itemsize}").astype(np.uint64)  # adding 0 turns −0 into 0
    bits ^= bits >> np.uint64(32)  # short numbers differ in their high bits only, which the product would lose
    product: Array = bits @ (2 * multiplier + np.uint64(1))  # odd, or the product would lose the high bits
    return product


def random_rows(problem: Problem, pool: Pool, K: int, generator: np.random.Generator) -> Array:
    """K distinct rows, drawn with probability proportional to weight."""
    count = min(K, len(pool.row))
    chosen = generator.choice(len(pool.row), count, replace=False, p=pool.mass / pool.mass.sum())
    return problem.block(pool.row[np.resize(chosen, K)])  # fewer distinct rows than centres: they repeat


def plus_plus(problem: Problem, pool: Pool, K: int, generator: np.random.Generator) -> Array:
    """Greedy k-means++: each centre is the best of a few rows drawn far from the centres before it."""
    trials = 2 + int(np.log(K))
    chosen = pool.draw(generator, 1)
    closest = to_candidates(problem, chosen, np.full(len(problem.X), np.inf))[0]
    for _ in range(K - 1):
        candidate = pool.draw(generator, trials, closest[pool.row])  # eq. kmeans:d2
        reduced = to_candidates(problem, candidate, closest)
        potential = reduced.sum(axis=1) if problem.weight is None else reduced @ problem.weight
        best = potential.argmin()  # eq. kmeans:greedy
        chosen, closest = np.append(chosen, candidate[best]), reduced[best]
    return problem.block(chosen)


def to_candidates(problem: Problem, candidate: Array, closest: Array) -> Array:
    """Squared distances of all rows to each candidate, (L, n), or `closest` where that is less."""
    centers = problem.block(candidate)
    result = np.empty((len(centers), len(problem.X)))
    for rows in problem.blocks():
        block = centred(problem.X[rows], problem.origin)
        distance = squared_distances(block, centers)
        distance[distance <= slack(squared_norms(block), centers)] = 0  # a copy of a candidate must not be drawn again
        np.minimum(distance, closest[rows], out=result[:, rows])
    return result
