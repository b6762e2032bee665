"""Impurities of nodes, and what a split takes from them, from sums over the rows on its left."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.levels import Level, prefix_sums


@dataclass(frozen=True)
class Measures:
    """Weight, impurity and value of nodes, of shape (k,), (k,) and (k, q, c), and whether their targets are equal."""

    weight: Array
    impurity: Array
    value: Array
    constant: Array


Gains = Callable[[Array], Array]  # From an order of the rows, of shape (c, m), to a number for each place.


@dataclass(frozen=True)
class Criterion:
    """Impurity from sums of columns over rows: of targets, or of memberships in classes.

    Parameters
    ----------
    columns : ndarray of shape (s, n)
        Targets, or ones for the rows of each class.
    outputs : ndarray of int of shape (q, c)
        Columns of each target; -1 where a target has fewer classes than others.
    weight : ndarray of shape (n,) or None
        Weights of the rows.
    """

    columns: Array
    outputs: Array
    weight: Array | None = None

    def measure(self, level: Level) -> Measures:
        """Return weight, impurity and value of the nodes."""
        raise NotImplementedError

    def gains(self, level: Level) -> Gains:
        """Return the function of orders that says by how much a cut after each place lowers weight times impurity.

        It may be any number at the end of a node.
        """
        raise NotImplementedError

    @property
    def binary(self) -> bool:
        """Whether the only target has two classes, of which one tells all."""
        return self.outputs.shape == (1, 2)

    @property
    def searched(self) -> Array:
        """The columns that tell everything: the second of two classes."""
        return self.columns[1:] if self.binary else self.columns

    def _weighted(self, values: Array, rows: Array) -> Array:
        return values if self.weight is None else values * self.weight[rows]

    def _values(self, level: Level) -> Array:
        """Return the columns of the rows, node by node."""
        return self.columns.take(level.rows, axis=1)

    def _totals(self, level: Level, values: Array) -> tuple[Array, Array]:
        """Return the weights of the nodes, and the sums over their rows of values of shape (s, m), of shape (s, k)."""
        rows = level.rows
        weight = level.size.astype(np.float64) if self.weight is None else level.sums(self.weight[rows])
        return weight, level.sums(self._weighted(values, rows))

    def _deviations(self, level: Level, values: Array) -> tuple[Array, Array, Array]:
        """Return the weights of the nodes, the means of the columns, and what each row of a column is above its mean.

        The mean of the deviations is what rounding has left of the mean, in targets far from zero. Memberships in
        classes never are, and equal shares must stay equal.
        """
        weight, sums = self._totals(level, values)
        mean = sums / weight
        off = values - np.repeat(mean, level.size, axis=1)
        if self.outputs.shape[1] > 1:
            return weight, mean, off
        rest = level.sums(self._weighted(off, level.rows)) / weight
        off -= np.repeat(rest, level.size, axis=1)
        return weight, mean + rest, off

    def _centered(self, level: Level) -> tuple[Array, Array]:
        """Return the means of the nodes, and the weighted deviations of the searched columns from them, by row."""
        _, mean, off = self._deviations(level, self._values(level))
        columns = slice(len(self.columns) - len(self.searched), None)
        centered = np.empty(self.searched.shape)
        centered[:, level.rows] = self._weighted(off[columns], level.rows)
        return mean[columns], centered

    def sides(self, order: Array, level: Level) -> tuple[Array, Array]:
        """Return the weights up to each place and after it; (m,) without weights, else (c, m)."""
        if self.weight is None:
            return level.left.astype(np.float64), (level.total - level.left).astype(np.float64)
        left = prefix_sums(self.weight[order], level)
        return left, level.sums(self.weight[level.rows])[level.of] - left

    def _split(self, column: Array, order: Array, level: Level) -> tuple[Array, Array]:
        """Return the sums of a column up to each place and after it."""
        if self.weight is not None:
            column = column * self.weight
        left = prefix_sums(column[order], level)
        return left, level.sums(column[level.rows])[level.of] - left

    def _value(self, mean: Array) -> Array:
        """Return means of shape (s, k) as values of shape (k, q, c)."""
        padded = np.where(self.outputs[:, :, None] >= 0, mean[self.outputs], 0.0)
        return np.ascontiguousarray(padded.transpose(2, 0, 1))

    def side_values(self, order: Array, level: Level) -> tuple[Array, Array]:
        """Return the means of the two sides of a cut after each place, of the only target."""
        sums, weights = self._split(self.searched[0], order, level), self.sides(order, level)
        return sums[0] / weights[0], sums[1] / weights[1]


def all_equal(level: Level, values: Array) -> Array:
    """Whether all rows of a node have the same values, of shape (s, m)."""
    low, high = (f.reduceat(values, level.starts, axis=1) for f in (np.minimum, np.maximum))
    return np.asarray((high - low <= 4 * np.finfo(float).eps * np.abs(high)).all(axis=0))


@dataclass(frozen=True)
class SquaredError(Criterion):
    """Variance of the targets; of memberships in classes, it is Gini's impurity.

    eq. gradient_boosting:impurity, gradient_boosting:gini
    """

    def measure(self, level: Level) -> Measures:
        """Return weight, impurity and value of the nodes."""
        values = self._values(level)
        weight, mean, off = self._deviations(level, values)
        squares = self._weighted(off**2, level.rows)
        impurity = level.sums(squares).sum(axis=0) / (weight * len(self.outputs))
        return Measures(weight, impurity, self._value(mean), all_equal(level, values))

    def gains(self, level: Level) -> Gains:
        """Return the function that gives the gains of cuts.  eq. gradient_boosting:gain

        Deviations from the node's mean are summed: they sum to zero, so that nodes need not be told apart, and
        little cancels.
        """
        (_, centered), scale = self._centered(level), self.scale

        def factors(order: Array) -> Array:
            N, rest = self.sides(order, level)
            return scale * (N + rest) / (N * rest)

        common = factors(level.order) if self.weight is None else None

        def gains(order: Array) -> Array:
            total: Any = 0.0
            for column in centered:
                S = np.cumsum(column[order], axis=1)
                S *= S
                total = S if isinstance(total, float) else np.add(total, S, out=total)
            total *= factors(order) if common is None else common
            return np.asarray(total)

        return gains

    @property
    def scale(self) -> float:
        """Factor of the searched columns' gains; the other one of two classes gains the same."""
        return (1 + self.binary) / len(self.outputs)


def xlogx(x: Array) -> Array:
    """Return x log x, which is 0 at 0, and where rounding has left no more."""
    return np.asarray(x * np.log(np.where(x > 0, x, 1.0)))


@dataclass(frozen=True)
class Entropy(Criterion):
    """Entropy of the classes, in bits.  eq. gradient_boosting:entropy"""

    def measure(self, level: Level) -> Measures:
        """Return weight, impurity and value of the nodes."""
        values = self._values(level)
        weight, sums = self._totals(level, values)
        share = sums / weight
        impurity = -xlogx(share).sum(axis=0) / (np.log(2) * len(self.outputs))
        return Measures(weight, np.maximum(impurity, 0.0), self._value(share), all_equal(level, values))

    def gains(self, level: Level) -> Gains:
        """Return the function that gives the gains of cuts."""
        q = len(self.outputs)

        def gains(order: Array) -> Array:
            N, rest = self.sides(order, level)
            total = q * (xlogx(N + rest) - xlogx(N) - xlogx(rest))
            for column in self.columns:
                left, right = self._split(column, order, level)
                total = total + xlogx(left) + xlogx(right) - xlogx(left + right)
            return np.asarray(total / (np.log(2) * q))

        return gains


@dataclass(frozen=True)
class Poisson(Criterion):
    """Half the Poisson deviance of the targets from their mean.  eq. gradient_boosting:poisson

    It is m ((1 + u) log(1 + u) - u) for a target m (1 + u) of mean m: differences of y log y would cancel.
    """

    def measure(self, level: Level) -> Measures:
        """Return weight, impurity and value of the nodes."""
        values = self._values(level)
        weight, mean, off = self._deviations(level, values)
        deviance = level.sums(self._weighted(deviances(off, mean[:, level.of]), level.rows))
        impurity = deviance.sum(axis=0) / (weight * len(self.outputs))
        return Measures(weight, impurity, self._value(mean), all_equal(level, values))

    def gains(self, level: Level) -> Gains:
        """Return the function that gives the gains of cuts: the deviances of the sides' means from the node's.

        A side without events, whose logarithm is infinite, is not allowed.
        """
        mean, centered = self._centered(level)

        def gains(order: Array) -> Array:
            weights, total = self.sides(order, level), np.zeros(order.shape)
            for column, off, m in zip(self.columns, centered, mean[:, level.of], strict=True):
                eventful = column > 0
                left = prefix_sums(eventful[order], level)  # of whole numbers: exactly zero where there are none
                counts = left, level.sums(eventful[level.rows].astype(np.intp))[level.of] - left
                rise = prefix_sums(off[order], level)
                for part, weight, count in zip((rise, -rise), weights, counts, strict=True):
                    total += np.where(count > 0, weight * deviances(part / weight, m), -np.inf)
            return total / len(self.outputs)

        return gains


def deviances(off: Array, mean: Array) -> Array:
    """Return half the Poisson deviance of targets that are `off` above a mean; of a mean of 0, it is 0."""
    u = off / np.where(mean > 0, mean, 1.0)
    inside = u > -1
    return np.asarray(mean * (np.where(inside, 1 + u, 0.0) * np.log1p(np.where(inside, u, 0.0)) - u))
