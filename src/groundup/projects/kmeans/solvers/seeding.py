"""First centres: rows drawn at random, or far from each other (greedy k-means++).

Every draw is a function of the weighted *set* of rows, whatever their order: copies of a row count as one row with the
sum of their weights, rows of weight 0 are excluded, and the distinct rows are sorted by a hash of their values before
a random number selects one. So permuting the rows, or repeating one instead of doubling its weight, changes nothing.

Source: D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.containers.fingerprints import fingerprint
from groundup.core.linalg.products import outer_product
from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.assignment import float32_error
from groundup.projects.kmeans.solvers.centered_rows import Problem, augmented_centers, augmented_rows, pick
from groundup.projects.kmeans.solvers.rounding import relative_error, squared_norms
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows


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
    """Return the distinct rows in canonical order.

    That of the rows rounded to single precision, so that a seed draws the same rows in both precisions.
    """
    key = problem.rows.concatenate(lambda X, weight: fingerprint(values_of(X), np.float32))
    order = key.argsort()
    key = key[order]
    same = key[1:] == key[:-1]
    if same.any() and problem.X.dtype == np.float64:  # copies, or rows that only double precision tells apart
        among = np.flatnonzero(np.append(False, same) | np.append(same, False))
        exact = Rows(order[among], block_rows=problem.rows.block_rows).concatenate(
            lambda index: fingerprint(values_of(pick(problem.X, index)), np.float64)
        )
        places = np.lexsort((exact, key[among]))
        order[among], exact = order[among][places], exact[places]
        full = np.zeros_like(key)
        full[among] = exact
        same &= full[1:] == full[:-1]
    start = np.flatnonzero(np.append(True, ~same))
    weight = np.ones(len(order)) if problem.weight is None else problem.weight[order]
    mass = np.add.reduceat(weight, start)
    return Pool(order[start][mass > 0], mass[mass > 0])


def values_of(X: Array | SparseRows) -> Array | Csr:
    """Return the numbers of a block of rows."""
    return X.values() if isinstance(X, SparseRows) else X


def random_rows(problem: Problem, pool: Pool, K: int, generator: np.random.Generator) -> Array:
    """Return K distinct rows, drawn with probability proportional to weight."""
    count = min(K, len(pool.row))
    chosen = generator.choice(len(pool.row), count, replace=False, p=pool.mass / pool.mass.sum())
    return pool.row[np.resize(chosen, K)]  # fewer distinct rows than centres: they repeat


def plus_plus(problem: Problem, pool: Pool, K: int, generator: np.random.Generator, trials: int | None = None) -> Array:
    """Return K rows, drawn by greedy k-means++.

    Each is the best of a few (by default 2 + log K) rows drawn far from the earlier ones.

    Distances are computed in single precision as long as the sum of their error bounds is below one per cent of the
    potential, and hence the probabilities are accurate to one per cent.
    """
    trials = trials or 2 + int(np.log(K))
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
    return chosen


def total(problem: Problem, squares: Array) -> Array:
    """Return the weighted sum over the rows, for each line of an (L, n) table."""
    weight = 1.0 if problem.weight is None else problem.weight
    return np.array([np.sum(weight * line, dtype=np.float64) for line in squares])


def potential_error(problem: Problem, chosen: Array) -> float:
    """Return a bound of the potential's error in single precision.

    It is in units of the squared scale.
    """
    largest = squared_norms(problem.points(chosen)).max()
    return float32_error(problem) * float(problem.scatter + problem.total_weight * largest) / problem.scale**2


def distances_to(problem: Problem, candidate: Array, single: bool, closest: Array | None = None) -> Array:
    """Return squared distances of all rows to the candidates, (L, n).

    They are at most `closest`, in units of the squared scale.

    A bound of their rounding errors is subtracted, so that a copy of a candidate has distance 0 and is not drawn again.
    """
    centers = problem.points(candidate)
    error = float32_error(problem) if single else relative_error(centers)
    columns = augmented_centers(centers, problem.scale, np.float32 if single else np.float64, error)
    result = np.empty((len(centers), len(problem.X)), columns.dtype)
    for rows in problem.blocks():
        if isinstance(problem.X, SparseRows):
            product = problem.block(rows).lower_distances(centers, error) / problem.scale**2
        elif single:
            product = outer_product(columns, problem.float32_rows(rows))
        else:
            product = outer_product(columns, augmented_rows(problem.block(rows), problem.scale, np.float64))
        distance = np.maximum(product, 0, out=result[:, rows])
        if closest is not None:
            np.minimum(distance, closest[rows], out=distance)
    return result
