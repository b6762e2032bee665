"""Mean absolute deviation of the targets from their median."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.criteria import Criterion, Gains, Measures, all_equal
from groundup.projects.gradient_boosting.solvers.levels import Level
from groundup.projects.gradient_boosting.solvers.medians import WaveletMatrix, grouped_quantile, wavelet_matrix


@dataclass(frozen=True)
class AbsoluteError(Criterion):
    """Mean absolute deviation from the median.  eq. gradient_boosting:absolute-error"""

    @cached_property
    def _codes(self) -> list[tuple[Array, Array]]:
        """The different targets in ascending order, and the place of each row's among them."""
        return [np.unique(column, return_inverse=True) for column in self.columns]

    def measure(self, level: Level) -> Measures:
        """Return weight, impurity and value of the nodes."""
        rows, values = level.rows, self._values(level)
        weight, _ = self._totals(level, values)
        w = None if self.weight is None else self.weight[rows]
        quantiles = [grouped_quantile(column[rows], level.of, w, 0.5, len(weight)) for column in self.columns]
        median = np.stack([low / 2 + high / 2 for low, high in quantiles])
        deviation = self._weighted(np.abs(values - median[:, level.of]), rows)
        impurity = level.sums(deviation).sum(axis=0) / (weight * len(self.outputs))
        return Measures(weight, impurity, self._value(median), all_equal(level, values))

    def gains(self, level: Level) -> Gains:
        """Return the function that gives the gains of cuts."""
        before = self.measure(level)
        mass = (before.weight * before.impurity)[level.of]

        def gains(order: Array) -> Array:
            total = np.zeros(order.shape)
            for values, codes in self._codes:
                middle = values[len(values) // 2]  # sums of deviations from it cancel less
                total += sum(deviation for _, deviation in self._halves(values - middle, codes, order, level))
            return mass - total / len(self.outputs)

        return gains

    def side_values(self, order: Array, level: Level) -> tuple[Array, Array]:
        """Return the medians of the two sides of a cut after each place, of the only target."""
        values, codes = self._codes[0]
        low = [median for median, _ in self._halves(values, codes, order, level)]
        high = [-median for median, _ in self._halves(-values[::-1], len(values) - 1 - codes, order, level)]
        return low[0] / 2 + high[0] / 2, low[1] / 2 + high[1] / 2

    def _halves(self, values: Array, codes: Array, order: Array, level: Level) -> list[tuple[Array, Array]]:
        """Return the lower median, and the absolute deviation from it, of both sides of a cut after each place."""
        c, m = order.shape
        weight = np.ones(c * m) if self.weight is None else self.weight[order].ravel()
        matrix = wavelet_matrix(codes[order].ravel(), values, weight)
        sums = [np.concatenate([[0.0], np.cumsum(array)]) for array in (weight, weight * values[codes[order].ravel()])]
        cut = np.arange(1, c * m + 1).reshape(c, m)
        begin = np.repeat(level.starts, level.size) + m * np.arange(c)[:, None]
        return [_deviations(matrix, sums, *ends) for ends in ((begin, cut), (cut, begin + level.total))]


def _deviations(matrix: WaveletMatrix, sums: list[Array], start: Array, stop: Array) -> tuple[Array, Array]:
    weight, total = (array[stop] - array[start] for array in sums)
    median, below, sum_below = matrix.medians(start, stop, weight)
    return median, total - 2 * sum_below - median * (weight - 2 * below)
