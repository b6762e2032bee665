"""First centres: rows drawn at random, or far from each other (greedy k-means++).

Every draw is a function of the weighted *set* of rows, whatever their order: copies of a row count as one row with the
sum of their weights, rows of weight 0 are excluded, and the distinct rows are sorted by a hash of their bits before a
random number selects one. So permuting the rows, or repeating one instead of doubling its weight, changes nothing.

Source: D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.linalg.products import outer_product
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import float32_error, relative_error
from groundup.projects.kmeans.solvers.centered_rows import Problem, augmented_centers, augmented_rows, squared_norms


@dataclass(frozen=True)
class Pool:
    """Distinct rows in canonical order: the index and total weight of each."""

    row: Array
    mass: Array

    @cached_property
    def cumulative(self) -> Array:
        """Cumulative sum of the masses."""
        return np.cumsum(self.mass)

    def draw(self, generator: np.random.Generator, count: int, factor: Array | None = None) -> Array:
        """Draw `count` rows with probability proportional to mass × factor.

        They are drawn with replacement.
        """
        cumulative = self.cumulative if factor is None else np.cumsum(self.mass * factor)
        place = np.searchsorted(cumulative, generator.random(count) * cumulative[-1], side="right")
        return self.row[np.minimum(place, len(self.row) - 1)]  # all factors zero: the last row


def distinct(problem: Problem) -> Pool:
    """Return the distinct rows in canonical order."""
    multiplier = np.random.default_rng(0).integers(2**64, size=problem.origin.shape, dtype=np.uint64)
    key = problem.rows.concatenate(lambda X, weight: fingerprint(X, multiplier))
    order = key.argsort()
    key = key[order]
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    weight = np.ones(len(order)) if problem.weight is None else problem.weight[order]
    mass = np.add.reduceat(weight, start)
    return Pool(order[start][mass > 0], mass[mass > 0])


def fingerprint(X: Array, multiplier: Array) -> Array:
    """Return a 64-bit hash of every row's values, whatever their precision.

    Among 100,000 distinct rows two agree with probability below 1e-5.
    """
    bits = (X.astype(np.float64) + 0.0).view(np.uint64)  # adding 0 turns −0 into 0
    bits ^= bits >> np.uint64(32)  # short numbers differ only in their high bits, which the product would lose
    return bits @ (2 * multiplier + np.uint64(1))  # odd, or the product would lose the high bits


def random_rows(problem: Problem, pool: Pool, K: int, generator: np.random.Generator) -> Array:
    """Draw K distinct rows with probability proportional to weight."""
    count = min(K, len(pool.row))
    chosen = generator.choice(len(pool.row), count, replace=False, p=pool.mass / pool.mass.sum())
    return problem.block(pool.row[np.resize(chosen, K)])  # fewer distinct rows than centres: they repeat


def plus_plus(problem: Problem, pool: Pool, K: int, generator: np.random.Generator) -> Array:
    """Draw first centres by greedy k-means++.

    Each is the best of a few rows drawn far from the earlier ones.

    Distances are computed in single precision as long as the sum of their error bounds is below one per cent of the
    potential, and hence the probabilities are accurate to one per cent.
    """
    trials = 2 + int(np.log(K))
    single = True
    chosen = pool.draw(generator, 1)
    closest = distances_to(problem, chosen, single)[0]
    for _ in range(K - 1):
        candidate = pool.draw(generator, trials, closest[pool.row])  # eq. kmeans:d2
        reduced = distances_to(problem, candidate, single, closest)
        potential = total(problem, reduced)
        best = potential.argmin()  # eq. kmeans:greedy
        chosen, closest = np.append(chosen, candidate[best]), reduced[best].copy()
        if single and potential[best] < 100 * potential_error(problem, chosen):
            single = False
            closest = distances_to(problem, chosen, single).min(axis=0)
    return problem.block(chosen)


def total(problem: Problem, squares: Array) -> Array:
    """Return the weighted sum over the rows, for each line of an (L, n) table."""
    weight = 1.0 if problem.weight is None else problem.weight
    return np.array([np.sum(weight * line, dtype=np.float64) for line in squares])


def potential_error(problem: Problem, chosen: Array) -> float:
    """Return a bound of the potential's error in single precision.

    It is in units of the squared scale.
    """
    largest = squared_norms(problem.block(chosen)).max()
    return float32_error(problem) * float(problem.scatter + problem.total_weight * largest) / problem.scale**2


def distances_to(problem: Problem, candidate: Array, single: bool, closest: Array | None = None) -> Array:
    """Return squared distances of all rows to the candidates, (L, n).

    They are at most `closest`, in units of the squared scale.

    A bound of their rounding errors is subtracted, so that a copy of a candidate has distance 0 and is not drawn again.
    """
    centers = problem.block(candidate)
    error = float32_error(problem) if single else relative_error(centers)
    columns = augmented_centers(centers, problem.scale, np.float32 if single else np.float64, error)
    result = np.empty((len(centers), len(problem.X)), columns.dtype)
    for rows in problem.blocks():
        block = problem.float32_rows(rows) if single else augmented_rows(problem.block(rows), problem.scale, np.float64)
        distance = np.maximum(outer_product(columns, block), 0, out=result[:, rows])
        if closest is not None:
            np.minimum(distance, closest[rows], out=distance)
    return result
