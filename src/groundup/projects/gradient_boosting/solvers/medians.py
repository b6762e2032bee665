"""Weighted medians of all ranges of a sequence at once, by a wavelet matrix."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array

HALF = 0.5 * (1 - 1e-12)  # Part of a range's weight that its lower median reaches, in spite of rounding.


@dataclass(frozen=True)
class Digit:
    """One binary digit of a sequence of codes, and the sequence as it is arranged for the next digit.

    Parameters
    ----------
    zeros : ndarray of int of shape (L + 1,)
        Number of zeros among the first 0, 1, …, L codes, which come first in the next arrangement.
    weight, total : ndarray of shape (L + 1,)
        Criterion of the weights, and of weight times value, of the first ones of the next arrangement.
    """

    zeros: Array
    weight: Array
    total: Array


@dataclass(frozen=True)
class WaveletMatrix:
    """A sequence of values, sorted digit by digit, so that any range is sorted by as many steps as there are digits.

    Source: F. Claude, G. Navarro, The wavelet matrix, SPIRE 2012.
    """

    digits: tuple[Digit, ...]
    values: Array

    def medians(self, start: Array, stop: Array, weight: Array) -> tuple[Array, Array, Array]:
        """Return the lower weighted median of each range, and the weight and the sum of all smaller values.

        eq. gradient_boosting:median

        Parameters
        ----------
        start, stop : ndarray of int
            Ranges of places, none of them empty.
        weight : ndarray
            Their weights.
        """
        code = np.zeros(start.shape, np.intp)
        below, total = np.zeros(start.shape), np.zeros(start.shape)
        for digit in self.digits:
            low, high = digit.zeros[start], digit.zeros[stop]
            smaller = digit.weight[high] - digit.weight[low]
            up = below + smaller < HALF * weight
            below = np.where(up, below + smaller, below)
            total = np.where(up, total + digit.total[high] - digit.total[low], total)
            ones = digit.zeros[-1]
            start, stop = np.where(up, ones + start - low, low), np.where(up, ones + stop - high, high)
            code = 2 * code + up
        return self.values[np.minimum(code, len(self.values) - 1)], below, total


def wavelet_matrix(codes: Array, values: Array, weight: Array) -> WaveletMatrix:
    """Return the matrix of a sequence.

    Parameters
    ----------
    codes : ndarray of int of shape (L,)
        The sequence, by the places of its values in `values`.
    values : ndarray
        All values, ascending.
    weight : ndarray of shape (L,)
        Weights of the sequence.
    """
    digits = []
    for bit in range(max(1, int(len(values) - 1).bit_length()))[::-1]:
        one = (codes >> bit & 1).astype(bool)
        zeros = np.concatenate([[0], np.cumsum(~one)])
        codes, weight = (np.concatenate([array[~one], array[one]]) for array in (codes, weight))
        sums = (np.concatenate([[0.0], np.cumsum(array)]) for array in (weight, weight * values[codes]))
        digits.append(Digit(zeros, *sums))
    return WaveletMatrix(tuple(digits), values)


def grouped_quantile(values: Array, group: Array, weight: Array | None, share: float, k: int) -> tuple[Array, Array]:
    """Return the lower and the upper weighted quantile of each of k groups, none of them empty.

    Parameters
    ----------
    values, group, weight : ndarray of shape (m,)
        Values, numbers of their groups from 0 to k - 1, and weights.
    share : float
        Part of the weight below the quantile.
    """
    order = np.lexsort((values, group))
    weight = np.ones(len(values)) if weight is None else weight
    sums, size = np.cumsum(weight[order]), np.bincount(group, minlength=k)
    ends = np.cumsum(size)
    before = np.where(ends > size, sums[ends - size - 1], 0.0)
    total = np.bincount(group, weights=weight, minlength=k)
    found = []
    for part in (1 - 1e-12, 1 + 1e-12):
        reached = sums >= np.repeat(before + share * part * total, size)
        hits = np.flatnonzero(reached)
        place = np.append(hits, len(values))[np.searchsorted(hits, ends - size)]
        found.append(values[order[np.minimum(place, ends - 1)]])
    return found[0], found[1]
