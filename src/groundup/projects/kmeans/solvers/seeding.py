"""Where the centres start: rows drawn at random, or far from each other (greedy k-means++).

Every draw is a function of the weighted *set* of rows, whatever their order: copies of a row count as one row with the
sum of their weights, rows of weight 0 as absent, and the distinct rows are lined up by a hash of their bits before
a random number picks one. So permuting the rows, or repeating one instead of doubling its weight, changes nothing.

Source: D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.linalg.products import outer_product
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import relative_error, single_error
from groundup.projects.kmeans.solvers.centred_rows import Problem, for_norms, squared_norms, with_norms


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
    """Greedy k-means++: each centre is the best of a few rows drawn far from the centres before it.

    Distances are taken in single precision as long as the probabilities are right to one per cent: while the sum of
    their error bounds is below that share of the potential.
    """
    trials = 2 + int(np.log(K))
    single = True
    chosen = pool.draw(generator, 1)
    closest = to_rows(problem, chosen, single)[0]
    for _ in range(K - 1):
        candidate = pool.draw(generator, trials, closest[pool.row])  # eq. kmeans:d2
        reduced = to_rows(problem, candidate, single, closest)
        potential = total(problem, reduced)
        best = potential.argmin()  # eq. kmeans:greedy
        chosen, closest = np.append(chosen, candidate[best]), reduced[best].copy()
        if single and potential[best] < 100 * total_error(problem, chosen):
            single = False
            closest = to_rows(problem, chosen, single).min(axis=0)
    return problem.block(chosen)


def total(problem: Problem, squares: Array) -> Array:
    """Weighted sum over the rows, of each line of an (L, n) table."""
    weight = 1.0 if problem.weight is None else problem.weight
    return np.array([np.sum(weight * line, dtype=np.float64) for line in squares])


def total_error(problem: Problem, chosen: Array) -> float:
    """Bound of the weighted sum of the errors of distances in single precision, in units of the squared scale."""
    largest = squared_norms(problem.block(chosen)).max()
    return single_error(problem) * float(problem.scatter + problem.total_weight * largest) / problem.scale**2


def to_rows(problem: Problem, candidate: Array, single: bool, closest: Array | None = None) -> Array:
    """Squared distances, in units of the squared scale, of all rows to the candidates, (L, n), at most `closest`.

    A bound of their rounding errors is taken off, so that a copy of a candidate has distance 0 and is not drawn again.
    """
    centers = problem.block(candidate)
    error = single_error(problem) if single else relative_error(centers)
    columns = for_norms(centers, problem.scale, np.float32 if single else np.float64, error)
    result = np.empty((len(centers), len(problem.X)), columns.dtype)
    for rows in problem.blocks():
        block = problem.single(rows) if single else with_norms(problem.block(rows), problem.scale, np.float64)
        distance = np.maximum(outer_product(columns, block), 0, out=result[:, rows])
        if closest is not None:
            np.minimum(distance, closest[rows], out=distance)
    return result
