"""Double-double arithmetic: error-free transformations of float64.

A sum or product of two floats is exactly the sum of a float and its rounding error, which is a float too. Keeping both
gives about 32 digits, enough for all digits of a residual, which is a small difference of large numbers.

Matrix products use BLAS: the factors are split into slices with so few bits that products of slices, and their sums,
are exact in float64.

Sources: D. E. Knuth, The Art of Computer Programming 2, §4.2.2 (sum); T. J. Dekker, Numer. Math. 18 (1971) (product);
K. Ozaki, T. Ogita, S. Oishi and S. M. Rump, Numer. Algorithms 59 (2012) (products by slices).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from groundup.core.types import Array

SPLITTER = 2.0**27 + 1  # Multiplication by it separates the 26 leading bits of a float64 from the 26 trailing ones.


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """Return the rounded sum and its rounding error: ``a + b == s + e`` exactly."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """Return the rounded product and its error: ``a * b == p + e`` exactly.

    The factors must be below 1e299.
    """
    p = a * b
    (a1, a0), (b1, b0) = _halves(a), _halves(b)
    return p, ((a1 * b1 - p) + a1 * b0 + a0 * b1) + a0 * b0


def _halves(a: Array) -> tuple[Array, Array]:
    c = SPLITTER * a
    leading = c - (c - a)
    return leading, a - leading


@dataclass(frozen=True)
class Doubled:
    """Unevaluated sums ``value + error`` of two float64 arrays.

    Parameters
    ----------
    value, error : ndarray
        Of the same shape; `error` is at most a few rounding errors of `value`.
    """

    value: Array
    error: Array

    @classmethod
    def exact(cls, value: Array) -> Self:
        """Return floats without error."""
        return cls(value, np.zeros_like(value))

    def __add__(self, other: "Doubled") -> "Doubled":
        value, error = two_sum(self.value, other.value)
        return Doubled(*two_sum(value, error + self.error + other.error))

    def __sub__(self, other: "Doubled") -> "Doubled":
        return self + Doubled(-other.value, -other.error)

    def times(self, factor: Array) -> "Doubled":
        """Return the product with a float64 array."""
        value, error = two_product(self.value, factor)
        return Doubled(*two_sum(value, error + self.error * factor))

    def sum(self) -> "Doubled":
        """Return the sum along the first axis, by pairs."""
        value, error = self.value, self.error.sum(0)
        while len(value) > 1:
            half = len(value) // 2
            paired, rounding = two_sum(value[:half], value[half : 2 * half])
            error = error + rounding.sum(0)
            value = np.concatenate([paired, value[2 * half :]])
        return Doubled(*two_sum(value[0], error))

    def rounded(self) -> Array:
        """Return the nearest float64."""
        return self.value + self.error


def exponents(a: Array, axis: int | None) -> Array:
    """Return the smallest integers e with ``|a| ≤ 2ᵉ`` along an axis (or all)."""
    return np.frexp(np.abs(a).max(axis=axis, initial=0))[1]


def slices(a: Array, exponent: Array, bits: int) -> list[Array]:
    """Split `a` exactly into its leading bits, the next ones and the rest.

    Adding and subtracting a large number rounds to a multiple of its last bit.
    """
    parts = []
    for level in (1, 2):
        rounder = np.ldexp(1.5, 52 + exponent - level * bits)
        part = (a + rounder) - rounder
        parts.append(part)
        a = a - part
    return [*parts, a]


def sliced_product(left: list[Array], right: list[Array]) -> Doubled:
    """Return the product of two sliced matrices, adding the largest parts first."""
    # One product for all slices of the right factor, which has few columns: the left one is read three times, not nine.
    parts = [np.split(part @ np.hstack(right), 3, axis=1) for part in left]
    pairs = sorted(((i, j) for i in range(3) for j in range(3)), key=sum)
    total = Doubled.exact(parts[0][0])
    for i, j in pairs[1:]:
        total = total + Doubled.exact(parts[i][j])
    return total


def slice_bits(terms: int) -> int:
    """Return the slice length for which `terms` products sum exactly.

    Such a sum has at most 53 bits.
    """
    return (53 - terms.bit_length()) // 2
